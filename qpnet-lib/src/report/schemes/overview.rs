//! Several subgrouping schemes beside each other: who is in the data, and how well each subgroup
//! is served by Mixed training and by divide-and-conquer (Fig 2a, b).

use crate::experiment::{
    BrierSummary, MethodSpec, MethodSummary, PairedSummary, Run, SubgroupSummary, Summary,
};
use crate::figure::{Figure, FigureError, Forest, Panels};
use crate::report::verdict::CONTAMINATED;
use crate::report::{Table, colour, format};
use crate::stats::Estimate;
use crate::stats::StatsError;
use crate::stats::multiplicity::holm;

/// Data set and scheme, as tables and figures of several schemes name them.
pub(super) fn scheme(summary: &Summary) -> String {
    format!("{} · {}", summary.data.name, summary.config.scheme)
}

/// The columns of Fig 2a: patients, and images of every part, by scheme and subgroup.
pub fn overview_counts_table(runs: &[Run]) -> Table {
    let headers =
        ["Scheme", "Subgroup", "Patients", "Train set", "Valid set", "Test set", "Positive in test (%)"];
    let mut table = Table::new("Who is in the data", headers);
    for summary in runs.iter().map(|run| &run.summary) {
        for name in &summary.data.subgroups {
            let own = || summary.data.counts.iter().filter(|count| &count.subgroup == name);
            let images = |part: &str| own().filter(|c| c.part == part).map(|c| c.images).sum::<usize>();
            let positives: usize = own().filter(|c| c.part == "test").map(|c| c.positives).sum();
            let share = 100.0 * positives as f64 / images("test") as f64;
            table.row([
                scheme(summary),
                name.clone(),
                own().map(|count| count.patients).sum::<usize>().to_string(),
                images("train").to_string(),
                images("validation").to_string(),
                images("test").to_string(),
                if share.is_finite() { format!("{share:.1}") } else { "—".to_owned() },
            ]);
        }
    }
    table.note("patients, or lesions where the data know no patients, are never divided between parts");
    table
}

/// AUC of every subgroup of every scheme, as in Fig 2: `a` Mixed, `b` divide-and-conquer. A run
/// without one of the methods is missing in its panel.
///
/// # Errors
/// [`FigureError`] when the drawing fails, or when no run holds either method.
pub fn overview_figure(runs: &[Run], name: impl Into<String>) -> Result<Figure, FigureError> {
    let mut sheet = Panels::new(name, "Test AUC of every subgroup, by scheme").columns(1);
    for spec in [MethodSpec::mixed(), MethodSpec::dc()] {
        if with(runs, &spec.key).next().is_some() {
            sheet = sheet.panel(auc_forest(runs, &spec));
        }
    }
    sheet
        .caption("Points: test AUC of one training; bars: 95 % interval with patients as independent units.")
        .footer(overview_footer(runs.iter().map(|run| &run.summary)))
        .draw()
}

fn auc_forest(runs: &[Run], spec: &MethodSpec) -> Forest {
    let place = colour::places(std::iter::once(spec.key.as_str()))[0];
    let mut forest = Forest::new("auc", &spec.title).x_label("test AUC").reference(0.5, "chance");
    let mut rows = 0;
    for (summary, method) in with(runs, &spec.key) {
        forest = forest.heading(scheme(summary));
        for entry in &method.subgroups {
            let count =
                summary.data.counts.iter().find(|c| c.part == "train" && c.subgroup == entry.subgroup);
            let train = count.map_or(0, |count| count.images);
            let label = format!("{} ({train} train, {} test)", entry.subgroup, entry.n);
            forest = forest.row(label, entry.auc_clustered.clone());
            rows += 1;
        }
    }
    forest.colours(vec![place; rows])
}

/// What a figure of several runs says of itself.
pub(super) fn overview_footer<'a>(summaries: impl Iterator<Item = &'a Summary>) -> String {
    let summaries: Vec<&Summary> = summaries.collect();
    let mut data: Vec<&str> = summaries.iter().map(|summary| summary.data.title.as_str()).collect();
    data.dedup();
    let config = summaries.first().map(|summary| &summary.config);
    let profile = config.map_or_else(String::new, |c| format!(" · profile {} · seed {}", c.profile, c.seed));
    let contaminated = summaries.iter().any(|summary| summary.contaminated);
    let mark = if contaminated { " · CONTAMINATED by the test part" } else { "" };
    format!("{}{profile}{mark}", data.join("; "))
}

/// Fig 2b in numbers: the AUC of both methods by subgroup, and the paired difference of the
/// second (divide-and-conquer) to the first (Mixed).
///
/// # Errors
/// [`StatsError`] from Holm's correction.
pub fn divide_table(runs: &[Run]) -> Result<Table, StatsError> {
    let headers =
        ["Scheme", "Subgroup", "Train set", "Mixed", "Divide-and-conquer", "Difference", "p", "p (Holm)"];
    let mut table = Table::new("Divide-and-conquer beside Mixed: test AUC (95 % interval)", headers);
    for Paired { summary, pair, adjusted } in pairs(runs)? {
        let of = |key: &str| auc(summary, key, &pair.subgroup).map_or_else(|| "—".into(), format::estimate);
        let count = summary.data.counts.iter().find(|c| c.part == "train" && c.subgroup == pair.subgroup);
        table.row([
            scheme(summary),
            pair.subgroup.clone(),
            count.map_or(0, |count| count.images).to_string(),
            of("mixed"),
            of("dc"),
            format::estimate(&pair.auc.difference),
            format::p_value(pair.auc.p),
            format::p_value(adjusted),
        ]);
    }
    table.note("differences are paired on the same patients; Holm over all rows");
    Ok(table)
}

/// A paired difference with its p-value after Holm's correction for all of them.
struct Paired<'a> {
    summary: &'a Summary,
    pair: &'a PairedSummary,
    adjusted: Option<f64>,
}

/// Divide-and-conquer minus Mixed in every subgroup of every run.
fn pairs(runs: &[Run]) -> Result<Vec<Paired<'_>>, StatsError> {
    let all = || {
        let summaries = runs.iter().map(|run| &run.summary);
        let pairs = summaries.flat_map(|summary| summary.differences.iter().map(move |pair| (summary, pair)));
        pairs.filter(|(_, pair)| pair.method == "dc" && pair.reference == "mixed")
    };
    let adjusted = holm(&all().map(|(_, pair)| pair.auc.p).collect::<Vec<_>>())?;
    Ok(all().zip(adjusted).map(|((summary, pair), adjusted)| Paired { summary, pair, adjusted }).collect())
}

/// The paired differences of [`divide_table`] as a drawing.
///
/// # Errors
/// [`FigureError`] when the drawing fails or there is no second method.
pub fn divide_figure(runs: &[Run], name: impl Into<String>) -> Result<Figure, FigureError> {
    let mut forest = Forest::new(name, "b  Divide-and-conquer minus Mixed, paired on the same patients")
        .x_label("difference in test AUC")
        .reference(0.0, "no difference");
    for (summary, _) in with(runs, "dc") {
        forest = forest.heading(scheme(summary));
        for pair in summary.differences.iter().filter(|pair| pair.method == "dc") {
            forest = forest.row(&pair.subgroup, pair.auc.difference.clone());
        }
    }
    forest
        .caption(
            "Right of 0 the model of the subgroup alone is better. Bars: 95 % interval, patients as units.",
        )
        .footer(overview_footer(with(runs, "dc").map(|(summary, _)| summary)))
        .draw()
}

/// In how many subgroups divide-and-conquer is better or worse than Mixed after Holm's correction,
/// beside the paper's statement.
///
/// # Errors
/// [`StatsError`] from Holm's correction.
pub fn divide_words(runs: &[Run]) -> Result<String, StatsError> {
    let (mut better, mut worse, mut open) = (Vec::new(), Vec::new(), Vec::new());
    for Paired { summary, pair, adjusted: p } in pairs(runs)? {
        let name = format!("{} ({})", pair.subgroup, scheme(summary));
        let significant = p.is_some_and(|p| p <= 0.05);
        match pair.auc.difference.value {
            Some(value) if significant && value > 0.0 => better.push(name),
            Some(_) if significant => worse.push(name),
            _ => open.push(name),
        }
    }
    let total = better.len() + worse.len() + open.len();
    let list = |names: &[String]| if names.is_empty() { "none".to_owned() } else { names.join(", ") };
    let agrees = match (better.len(), worse.len()) {
        (b, 0) if b == total => "That agrees with the paper's \"notably superior to Mixed training\".",
        (0, _) => "The paper's \"notably superior to Mixed training\" is not found here.",
        _ => "The paper's \"notably superior to Mixed training\" holds here for some subgroups only.",
    };
    Ok(format!(
        "Divide-and-conquer against Mixed in {total} subgroups, after Holm: better in {} ({}); worse in {} ({}); \
         undecided in {} ({}). {agrees}",
        better.len(),
        list(&better),
        worse.len(),
        list(&worse),
        open.len(),
        list(&open),
    ))
}

/// Brier scores of every subgroup beside its prevalence, raw and after prior correction, and the
/// skill against always saying that prevalence. Binary tasks only.
pub fn overview_brier_table(runs: &[Run]) -> Table {
    let headers = [
        "Scheme",
        "Method",
        "Subgroup",
        "Prevalence",
        "Brier",
        "Always the prevalence",
        "Skill",
        "Brier, corrected",
        "Skill, corrected",
    ];
    let mut table = Table::new("Brier score and skill on the test part", headers);
    let methods =
        runs.iter().flat_map(|run| run.summary.methods.iter().map(move |entry| (&run.summary, entry)));
    for (summary, entry) in methods {
        for (found, brier) in entry.subgroups.iter().filter_map(|e| e.brier.as_ref().map(|b| (e, b))) {
            let SubgroupSummary { subgroup, n, positives, .. } = found;
            let BrierSummary { score, skill, corrected, corrected_skill, .. } = brier;
            let rate = *positives as f64 / *n as f64;
            let number = |value: Option<f64>| {
                value.map_or_else(|| "—".to_owned(), |v| format!("{v:.3}").replace('-', "−"))
            };
            table.row([
                scheme(summary),
                entry.title.clone(),
                subgroup.clone(),
                number(Some(rate)),
                format::estimate(score),
                number(Some(rate * (1.0 - rate))),
                number(*skill),
                format::estimate(corrected),
                number(*corrected_skill),
            ]);
        }
    }
    table.note(
        "skill = 1 − Brier / (prevalence (1 − prevalence)): 0 is no better than always saying the prevalence",
    );
    if runs.iter().any(|run| run.summary.contaminated) {
        table.note(CONTAMINATED);
    }
    table.note("corrected: logits moved from one half to the validation part's prevalence");
    table
}

/// The runs that hold a method, with what they say of it.
pub(super) fn with<'a>(
    runs: &'a [Run],
    key: &'a str,
) -> impl Iterator<Item = (&'a Summary, &'a MethodSummary)> {
    runs.iter().filter_map(move |run| Some((&run.summary, method(&run.summary, key)?)))
}

fn method<'a>(summary: &'a Summary, key: &str) -> Option<&'a MethodSummary> {
    summary.methods.iter().find(|entry| entry.method == key)
}

/// The clustered AUC of a method on a subgroup.
pub(super) fn auc<'a>(summary: &'a Summary, key: &str, subgroup: &str) -> Option<&'a Estimate> {
    let entry = method(summary, key)?;
    entry.subgroups.iter().find(|entry| entry.subgroup == subgroup).map(|entry| &entry.auc_clustered)
}

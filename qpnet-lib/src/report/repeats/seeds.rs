//! Several seeds of training: means, the spread between and within seeds, paired differences.

use crate::experiment::{EPSILON_0, RepeatedAuc, RepeatedDifference, RepeatedMethod, Repeats, Run};
use crate::figure::{Bars, Figure, FigureError, Forest, Panels};
use crate::report::provenance::reproducibility;
use crate::report::run::comparison::test_group;
use crate::report::verdict::{CONTAMINATED, caution, title_of};
use crate::report::{Table, colour, format};
use crate::stats::Estimate;
use crate::stats::seeds::{SeedSpread, seed_spread};

/// Mean AUC over seeds of every method and subgroup, with the spread between seeds and the error
/// within a seed apart; below them the disparity of equation 4.
pub fn repeats_table(repeats: &Repeats, means: &[RepeatedMethod]) -> Table {
    let title = format!("Test AUC, mean of {} trainings (95 % interval)", repeats.seeds.len());
    let headers = [
        "Method",
        "Subgroup",
        "AUC, mean of seeds",
        "SD between seeds",
        "SE within a seed",
        "SE of the mean",
        "Interval with Student's t",
    ];
    let mut table = Table::new(title, headers);
    for method in means {
        for (name, found) in repeats.data.subgroups.iter().zip(&method.subgroups) {
            if let Some(found) = found {
                table.row(spread_row(&method.spec.title, name, &found.auc, &found.spread));
            }
        }
        let pair = format!("{} − {}", repeats.data.subgroups[0], repeats.data.subgroups[1]);
        if let Some(spread) = disparity_spread(repeats, &method.spec.key) {
            table.row(spread_row(&method.spec.title, &pair, &method.disparity, &spread));
        }
    }
    table.note("interval: Student's t of seeds and of patients together (Behrens and Fisher)");
    table.note(
        "the error within a seed is that of the test set, which all seeds share: more seeds do not lessen it",
    );
    closing(&mut table, repeats);
    table
}

fn spread_row(method: &str, subgroup: &str, auc: &Estimate, spread: &SeedSpread) -> [String; 7] {
    let number = |value: Option<f64>| value.map_or("—".to_owned(), |value| format!("{value:.4}"));
    [
        method.to_owned(),
        subgroup.to_owned(),
        format::estimate(auc),
        number(spread.between_sd),
        number(spread.within_se),
        number(spread.mean.se),
        format::estimate(&spread.mean),
    ]
}

/// The spread of the disparity; its single runs take patients as independent.
fn disparity_spread(repeats: &Repeats, method: &str) -> Option<SeedSpread> {
    let of_run = |run: &Run| {
        let entry = run.summary.methods.iter().find(|entry| entry.method == method)?;
        Some(entry.disparity.clustered.difference.clone())
    };
    let single: Option<Vec<Estimate>> = repeats.runs.iter().map(of_run).collect();
    let single = single.filter(|single| single.iter().any(|estimate| estimate.value.is_some()))?;
    seed_spread(&single, 0.95).ok()
}

/// Fig 4a with the means over seeds.
///
/// # Errors
/// [`FigureError`] when the drawing fails.
pub fn repeats_figure(repeats: &Repeats, means: &[RepeatedMethod]) -> Result<Figure, FigureError> {
    let name = format!("fig4a_repeats_{}_{}", repeats.data.name, repeats.config.scheme);
    let count = repeats.seeds.len();
    let mut bars = Bars::new(name, format!("Test AUC, mean of {count} trainings")).y_label("AUC");
    for subgroup in &repeats.data.subgroups {
        bars = bars.group(test_group(&repeats.data, subgroup));
    }
    for method in means {
        let none = || Estimate::undefined("AUC", 0, "this method has no scores for the subgroup");
        let auc = |found: &Option<RepeatedAuc>| found.as_ref().map(|f| f.auc.clone());
        let estimates = method.subgroups.iter().map(|found| auc(found).unwrap_or_else(none));
        bars = bars.series(&method.spec.title, estimates.collect::<Vec<_>>());
    }
    let colours = colour::places(means.iter().map(|method| method.spec.key.as_str()));
    let caption = format!(
        "Mean test AUC of {count} trainings on {}, which differ by their seed. Error bars: 95 % interval over \
         seeds and patients.",
        repeats.data.title
    );
    bars.colours(colours).footer(footer(repeats)).caption(caption).draw()
}

/// The paired differences between methods, mean over seeds.
pub fn repeated_difference_table(repeats: &Repeats, differences: &[RepeatedDifference]) -> Table {
    let title = format!("Paired difference in test AUC, mean of {} trainings", repeats.seeds.len());
    let mut table = Table::new(title, ["Difference", "Subgroup", "AUC (95 % interval)"]);
    for pair in differences {
        table.row([
            format!("{} minus {}", title_of(repeats, &pair.method), title_of(repeats, &pair.reference)),
            repeats.data.subgroups[pair.subgroup].clone(),
            format::estimate(&pair.auc),
        ]);
    }
    table.note(
        "interval: Student's t of seeds and of patients together; not adjusted for the number of differences",
    );
    closing(&mut table, repeats);
    table
}

/// The same as forests, a panel a subgroup; the dominant one shows the margin of non-inferiority.
///
/// # Errors
/// [`FigureError`] when the drawing fails.
pub fn repeated_difference_figure(
    repeats: &Repeats,
    differences: &[RepeatedDifference],
    name: &str,
) -> Result<Figure, FigureError> {
    let mut sheet = Panels::new(name, "Paired differences in test AUC over seeds");
    for (subgroup, title) in repeats.data.subgroups.iter().enumerate() {
        let of_subgroup: Vec<_> = differences.iter().filter(|pair| pair.subgroup == subgroup).collect();
        if of_subgroup.is_empty() {
            continue;
        }
        let mut forest =
            Forest::new(name, title).x_label("difference in test AUC").reference(0.0, "no difference");
        if subgroup == 0 {
            forest = forest.margin(-EPSILON_0, format!("margin −{EPSILON_0}"));
        }
        for pair in of_subgroup {
            let [method, reference] = [&pair.method, &pair.reference].map(|key| title_of(repeats, key));
            forest = forest.row(format!("{method} − {reference}"), pair.auc.clone());
        }
        sheet = sheet.panel(forest);
    }
    let caption = format!(
        "Mean of {} trainings; intervals over seeds and patients. On the dominant subgroup the shaded zone lies \
         above the margin of non-inferiority.",
        repeats.seeds.len()
    );
    sheet.columns(1).footer(footer(repeats)).caption(caption).draw()
}

/// In how many runs the rule of selection kept the starting point of `method` (epoch 0), which is
/// Mixed itself, and which epochs were kept.
pub fn kept_start_words(repeats: &Repeats, method: &str) -> String {
    let of_run = |run: &Run| {
        let entry = run.summary.methods.iter().find(|entry| entry.method == method)?;
        entry.selected_epochs.first().copied()
    };
    let epochs: Vec<usize> = repeats.runs.iter().filter_map(of_run).collect();
    let start = epochs.iter().filter(|&&epoch| epoch == 0).count();
    let listed: Vec<String> = epochs.iter().map(usize::to_string).collect();
    format!(
        "{} kept its starting point, Mixed, in {start} of {} runs (epochs kept: {}).",
        title_of(repeats, method),
        epochs.len(),
        listed.join(", ")
    )
}

/// Data, settings and versions behind repeats; `call` is what gives the same numbers.
pub fn repeats_provenance_table(repeats: &Repeats, call: &str) -> Table {
    let (config, data) = (&repeats.config, &repeats.data);
    let methods: Vec<&str> = config.methods.iter().map(|method| method.key.as_str()).collect();
    let seeds: Vec<String> = repeats.seeds.iter().map(u64::to_string).collect();
    let done = vec![
        ("the same numbers", call.to_owned()),
        ("methods", methods.join(", ")),
        ("seeds of training", seeds.join(", ")),
        ("seed of the data", config.data_seed.to_string()),
    ];
    let mut table = reproducibility(done, data, &repeats.environment);
    table.note("config.toml of each kept run has all its settings");
    if contaminated(repeats) {
        table.note(CONTAMINATED);
    }
    table
}

/// What a figure of repeats says of itself.
pub(super) fn footer(repeats: &Repeats) -> String {
    let seeds: Vec<String> = repeats.seeds.iter().map(u64::to_string).collect();
    let contaminated = if contaminated(repeats) { " · CONTAMINATED by the test part" } else { "" };
    format!(
        "{} · profile {} · seeds {}{contaminated}",
        repeats.data.title,
        repeats.config.profile,
        seeds.join(", ")
    )
}

fn contaminated(repeats: &Repeats) -> bool {
    repeats.runs.iter().any(|run| run.summary.contaminated)
}

pub(super) fn closing(table: &mut Table, repeats: &Repeats) {
    if let Some(caution) = caution(repeats.seeds.len()) {
        table.note(caution);
    }
    if contaminated(repeats) {
        table.note(CONTAMINATED);
    }
}

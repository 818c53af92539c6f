//! The Pareto fairness criterion of learning curves, as table, drawing and words.

use super::curve::{axes, contaminated, design, footer};
use super::pareto_words::method_words;
use super::verdict::CONTAMINATED;
use super::{ReportError, Table, format};
use crate::experiment::curve::{Curve, MethodJudgement};
use crate::figure::{LineStyle, Lines};
use crate::stats::pareto::{Criterion, Finding, Judgement, Onset, Verdict, isotonic};

/// The largest fall of every curve with its tests: how far, more than chance, surely smaller than
/// matters, from where.
pub fn pareto_table(judged: &[MethodJudgement], curve: &Curve) -> Table {
    let mut table = finding_cells(format!("Pareto fairness criterion, {}", design(curve)));
    for entry in judged {
        table.findings(&entry.title, &curve.data.subgroups, &entry.judgement, &curve.sizes);
    }
    let remark = contaminated(curve).then_some(CONTAMINATED);
    table.done_with(remark)
}

/// A table of [`Finding`]s in the making.
pub(super) struct FindingTable(Table);

/// A table of findings without rows.
pub(super) fn finding_cells(title: String) -> FindingTable {
    let headers = [
        "Method",
        "Subgroup",
        "Largest fall",
        "Between sizes",
        "p",
        "p (Holm)",
        "p (flat)",
        "Upper bound",
        "Falls from (interval)",
        "Verdict",
    ];
    FindingTable(Table::new(title, headers))
}

impl FindingTable {
    /// The rows of a method: the dominant subgroup, then the other.
    pub(super) fn findings(
        &mut self,
        method: &str,
        names: &[String],
        judgement: &Judgement,
        sizes: &[usize],
    ) {
        for (name, finding) in names.iter().zip([&judgement.dominant, &judgement.less]) {
            let Finding { drop, p, p_adjusted, p_flat, upper, onset, verdict, flag } = finding;
            let between = match drop.value > 0.0 {
                true => format!("{} → {}", sizes[drop.from], sizes[drop.to]),
                false => "—".to_owned(),
            };
            self.0.row([
                method.to_owned(),
                name.clone(),
                format!("{:.3}", drop.value),
                between,
                format::p_value(*p),
                format::p_value(*p_adjusted),
                format::p_value(*p_flat),
                upper.map_or_else(|| "—".to_owned(), |upper| format!("{upper:.3}")),
                onset.as_ref().map_or_else(|| "—".to_owned(), onset_words),
                verdict_word(*verdict).to_owned(),
            ]);
            if let Some(flag) = flag {
                self.0.note(format!("{method}, {name}: {flag}"));
            }
        }
    }

    /// With the notes that every such table needs.
    pub(super) fn done(self) -> Table {
        self.done_with(None)
    }

    fn done_with(self, remark: Option<&str>) -> Table {
        let mut table = self.0;
        table.note(
            "p: \"non-decreasing\", counting climbs before a fall as far as they are certain; flat: counting none",
        );
        if let Some(remark) = remark {
            table.note(remark);
        }
        table
            .note("a large p shows nothing: only an upper bound below the tolerance satisfies the criterion");
        table
    }
}

fn verdict_word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Violated => "violated",
        Verdict::Satisfied => "satisfied",
        Verdict::Undecided => "undecided",
    }
}

/// `800 (400–1600)`.
fn onset_words(onset: &Onset) -> String {
    format!("{} ({}–{})", onset.size, onset.low, onset.high)
}

/// One paragraph a method: what each subgroup's curve does, and what follows for the criterion.
pub fn pareto_words(judged: &[MethodJudgement], curve: &Curve, criterion: &Criterion) -> String {
    let paragraph = |entry: &MethodJudgement| {
        method_words(&entry.title, &entry.judgement, &curve.data.subgroups, &curve.sizes, criterion)
    };
    let mark = contaminated(curve).then(|| CONTAMINATED.to_owned());
    mark.into_iter().chain(judged.iter().map(paragraph)).collect::<Vec<_>>().join("\n")
}

/// The less-prevalent subgroup's mean curve beside its isotonic fit, the null hypothesis of the
/// test, with every seed's curve behind. A mark stands where the largest fall starts.
///
/// # Errors
/// [`ReportError`] from the statistics.
pub fn isotonic_panel(
    curve: &Curve,
    entry: &MethodJudgement,
    title: impl Into<String>,
) -> Result<Lines, ReportError> {
    let points = curve.points()?;
    let own: Vec<_> =
        points.iter().filter(|point| point.method == entry.method && point.subgroup == 1).collect();
    let means: Vec<f64> = own.iter().filter_map(|point| point.auc.value).collect();
    let fit = isotonic(&means, &vec![1.0; means.len()])?;
    let over = |values: Vec<f64>| own.iter().map(|point| point.size as f64).zip(values).collect::<Vec<_>>();
    let mut lines = axes(curve, "isotonic", title);
    let (mut colours, mut styles) = (vec![2, 6], vec![LineStyle::Solid, LineStyle::Dashed]);
    lines = lines.series("mean over seeds", over(means)).series("non-decreasing fit", over(fit));
    for (place, seed) in curve.config.seeds.iter().enumerate() {
        let values = own.iter().filter_map(|point| point.seeds.get(place).copied()).collect();
        lines = lines.series(format!("seed {seed}"), over(values));
        colours.push(0);
        styles.push(LineStyle::Solid);
    }
    if let Some(onset) = &entry.judgement.less.onset {
        lines = lines.mark(onset.size as f64, "largest fall from here");
    }
    let caption = format!(
        "{}, {}: mean test AUC over seeds, and the non-decreasing curve next to it.",
        entry.title, curve.data.subgroups[1]
    );
    Ok(lines.colours(colours).styles(styles).caption(caption).footer(footer(curve)))
}

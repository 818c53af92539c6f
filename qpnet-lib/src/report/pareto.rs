//! The Pareto fairness criterion of learning curves, as table, drawing and words.

use super::curve::{axes, contaminated, design, footer};
use super::verdict::CONTAMINATED;
use super::{FindingTable, ReportError, Table, method_words};
use crate::experiment::curve::{Curve, MethodJudgement};
use crate::figure::{LineStyle, Lines};
use crate::stats::pareto::{Criterion, isotonic};

/// The largest fall of every curve with its tests: how far, more than chance, surely smaller than
/// matters, from where.
pub fn pareto_table(judged: &[MethodJudgement], curve: &Curve) -> Table {
    let mut table = FindingTable::new(format!("Pareto fairness criterion, {}", design(curve)));
    for entry in judged {
        table.findings(&entry.title, &curve.data.subgroups, &entry.judgement, &curve.sizes);
    }
    let remark = contaminated(curve).then_some(CONTAMINATED);
    table.done(remark)
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

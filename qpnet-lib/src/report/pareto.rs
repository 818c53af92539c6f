//! The Pareto fairness criterion of learning curves, as table, drawing and words.

use super::curve::{axes, contaminated, design, footer};
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
            "p: \"non-decreasing\" around the isotonic fit; flat: around a constant, which is conservative",
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

pub(super) fn method_words(
    title: &str,
    judgement: &Judgement,
    names: &[String],
    sizes: &[usize],
    criterion: &Criterion,
) -> String {
    let findings = [&judgement.dominant, &judgement.less];
    let mut words: Vec<String> = findings
        .iter()
        .zip(names)
        .map(|(finding, name)| finding_words(finding, name, sizes, criterion))
        .collect();
    let tolerance = criterion.tolerance;
    words.push(match judgement.verdict {
        Verdict::Violated => format!("{} violates the Pareto fairness criterion.", title),
        Verdict::Satisfied => {
            format!("{} satisfies the Pareto fairness criterion within {tolerance}.", title)
        }
        Verdict::Undecided => {
            format!("For {} these numbers do not decide the Pareto fairness criterion.", title)
        }
    });
    let mut flags: Vec<&str> = findings.iter().filter_map(|finding| finding.flag.as_deref()).collect();
    flags.dedup();
    if !flags.is_empty() {
        words.push(format!("({}.)", flags.join("; ")));
    }
    format!("{}: {}", title, words.join(" "))
}

/// `p = 0.032`, `p < 0.001`.
fn p_words(p: Option<f64>) -> String {
    let p = format::p_value(p);
    if p.starts_with(['<', '>']) { format!("p {p}") } else { format!("p = {p}") }
}

fn finding_words(finding: &Finding, name: &str, sizes: &[usize], criterion: &Criterion) -> String {
    let Finding { drop, p_adjusted, upper, onset, verdict, .. } = finding;
    let tolerance = criterion.tolerance;
    let falls = match drop.value > 0.0 {
        true => {
            let (from, to) = (sizes[drop.from], sizes[drop.to]);
            format!("falls by {:.3} between {from} and {to} dominant images", drop.value)
        }
        false => "nowhere falls".to_owned(),
    };
    let p = p_words(*p_adjusted);
    match (verdict, upper) {
        (Verdict::Violated, _) => {
            let start = onset.as_ref().map_or_else(String::new, |onset| {
                let Onset { size, low, high, .. } = onset;
                let level = 100.0 * (1.0 - criterion.alpha);
                format!("; the fall starts at {size} ({level:.0} % interval {low} to {high})")
            });
            format!("{name} {falls}, more than chance ({p} after Holm){start}.")
        }
        (Verdict::Satisfied, Some(upper)) => {
            format!("{name} {falls}, and a fall above {upper:.3} is excluded: less than {tolerance}.")
        }
        (_, Some(upper)) if drop.value > 0.0 => {
            format!(
                "{name} {falls}, no more than chance explains ({p} after Holm), yet a fall of up to \
                     {upper:.3} is not excluded."
            )
        }
        (_, Some(upper)) => format!("{name} {falls}, yet a fall of up to {upper:.3} is not excluded."),
        (_, None) => format!("{name} {falls}; one seed decides nothing."),
    }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::Streams;
    use crate::stats::pareto::LearningCurve;

    const SIZES: [usize; 4] = [100, 200, 400, 800];

    fn curve(means: [f64; 4], noise: f64, seeds: usize) -> LearningCurve {
        let wobble = [0.0, 1.0, -1.0, 0.5, -0.5];
        let row =
            |(k, m): (usize, &f64)| (0..seeds).map(|s| m + noise * wobble[(s + k * s + k) % 5]).collect();
        let table: Vec<Vec<f64>> = means.iter().enumerate().map(row).collect();
        LearningCurve::of_table(&SIZES, &table, 999, &Streams::new(6)).expect("valid")
    }

    fn words(dominant: &LearningCurve, less: &LearningCurve) -> String {
        let criterion = Criterion::default();
        let judgement = criterion.judge(dominant, less).expect("valid");
        method_words("Mixed", &judgement, &["PTC".to_owned(), "FTC".to_owned()], &SIZES, &criterion)
    }

    #[test]
    fn words_follow_the_three_verdicts() {
        let rising = curve([0.6, 0.7, 0.8, 0.9], 0.002, 5);
        let falling = curve([0.6, 0.9, 0.8, 0.7], 0.002, 5);
        let noisy = curve([0.70, 0.71, 0.70, 0.71], 0.05, 5);
        let found = words(&rising, &falling);
        assert!(
            found.contains("FTC falls by 0.200 between 200 and 800 dominant images, more than chance"),
            "{found}"
        );
        assert!(found.contains("the fall starts at 200 (95 % interval 200 to 200)"), "{found}");
        assert!(found.contains("PTC nowhere falls, and a fall above"), "{found}");
        assert!(found.ends_with("Mixed violates the Pareto fairness criterion."), "{found}");
        let found = words(&rising, &rising);
        assert!(found.ends_with("Mixed satisfies the Pareto fairness criterion within 0.01."), "{found}");
        let found = words(&rising, &noisy);
        assert!(found.contains("is not excluded") && found.contains("do not decide"), "{found}");
        assert!(!found.contains("violates") && !found.contains("satisfies"), "{found}");
    }

    #[test]
    fn few_seeds_are_named_once() {
        let one = words(&curve([0.6, 0.9, 0.8, 0.7], 0.0, 1), &curve([0.6, 0.9, 0.8, 0.7], 0.0, 1));
        assert!(one.contains("one seed decides nothing") && one.contains("do not decide"), "{one}");
        let two = words(&curve([0.6, 0.7, 0.8, 0.9], 0.002, 2), &curve([0.6, 0.7, 0.8, 0.9], 0.002, 2));
        assert_eq!(two.matches("only 2 seeds").count(), 1, "{two}");
    }
}

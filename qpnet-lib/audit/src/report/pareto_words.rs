//! The Pareto fairness criterion in sentences.

use super::format;
use crate::stats::pareto::{Criterion, Finding, Judgement, Onset, Verdict};

/// What each subgroup's curve does, and what follows for the criterion.
pub fn method_words(
    title: &str,
    judgement: &Judgement,
    names: &[String],
    sizes: &[usize],
    criterion: &Criterion,
) -> String {
    let findings = [&judgement.dominant, &judgement.less];
    let tolerance = criterion.tolerance;
    // The answer first, then why.
    let mut words = vec![match judgement.verdict {
        Verdict::Violated => format!("{} violates the Pareto fairness criterion.", title),
        Verdict::Satisfied => {
            format!("{} satisfies the Pareto fairness criterion within {tolerance}.", title)
        }
        Verdict::Undecided => {
            format!("For {} these numbers do not decide the Pareto fairness criterion.", title)
        }
    }];
    words.extend(
        findings.iter().zip(names).map(|(finding, name)| finding_words(finding, name, sizes, criterion)),
    );
    let mut flags: Vec<&str> = findings.iter().filter_map(|finding| finding.flag.as_deref()).collect();
    flags.dedup();
    if !flags.is_empty() {
        words.push(format!("({}.)", flags.join("; ")));
    }
    words.join(" ")
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
        assert!(
            found.starts_with("Mixed violates the Pareto fairness criterion. PTC nowhere falls"),
            "{found}"
        );
        let found = words(&rising, &rising);
        assert!(found.starts_with("Mixed satisfies the Pareto fairness criterion within 0.01. "), "{found}");
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

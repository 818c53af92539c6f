//! What a pilot of the synthetic population found, beside what the library finds.

use super::seeds::closing;
use crate::experiment::ablation::Part;
use crate::experiment::{EPSILON_0, Repeats, RunError};
use crate::report::{Table, format};
use crate::stats::Estimate;
use crate::stats::normal::two_sided_factor;
use crate::train::QpiConfig;

/// Dominant training images of the pilot where it compared methods.
const PILOT_IMAGES: usize = 6400;

/// What our numbers say of a statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    Confirmed,
    Refuted,
    Undecided,
}

impl Verdict {
    fn of(confirmed: bool, refuted: bool) -> Self {
        match (confirmed, refuted) {
            (true, false) => Self::Confirmed,
            (false, true) => Self::Refuted,
            _ => Self::Undecided,
        }
    }

    /// "Larger than `bound`": by the interval as a whole.
    fn above(estimate: &Estimate, bound: f64) -> Self {
        Self::of(estimate.low.is_some_and(|low| low > bound), estimate.high.is_some_and(|high| high < bound))
    }

    /// "All within `tolerance` of 0": equivalence; refuted by an interval that lies outside.
    fn within(estimates: &[Estimate], tolerance: f64) -> Self {
        let inside =
            |e: &Estimate| e.low.zip(e.high).is_some_and(|(low, high)| low > -tolerance && high < tolerance);
        let outside = |e: &Estimate| {
            e.low.is_some_and(|low| low > tolerance) || e.high.is_some_and(|high| high < -tolerance)
        };
        Self::of(!estimates.is_empty() && estimates.iter().all(inside), estimates.iter().any(outside))
    }

    fn word(self) -> &'static str {
        match self {
            Self::Confirmed => "confirmed",
            Self::Refuted => "refuted",
            Self::Undecided => "undecided",
        }
    }
}

/// The pilot's findings with our numbers: confirmed, refuted or undecided, each by the rule in its
/// row. `many` is the whole study, `few` the same on few dominant images.
///
/// # Errors
/// [`RunError::Method`] when a method of the study is missing; [`RunError`] from the statistics.
pub fn pilot_table(many: &Repeats, few: &Repeats, full: QpiConfig) -> Result<Table, RunError> {
    let difference = |method: &str, reference: &str, subgroup| {
        many.contrast(&[(method, 1.0), (reference, -1.0)], subgroup)
    };
    let headers = ["Finding", "Pilot", "Here (95 % interval)", "Confirmed if", "Verdict"];
    let mut table = Table::new("The pilot's findings beside ours (differences in test AUC)", headers);
    let mut row = |finding: &str, pilot: &str, ours: &Estimate, rule: &str, verdict: Verdict| {
        table.row([finding, pilot, &format::estimate(ours), rule, verdict.word()]);
    };

    let fall = minus(&few.contrast(&[("erm_plus", 1.0)], 1)?, &many.contrast(&[("erm_plus", 1.0)], 1)?)?;
    let what = "(1) more dominant images lower the less-prevalent AUC under ERM+";
    row(what, "0.085", &fall, "above 0", Verdict::above(&fall, 0.0));

    let gain = difference("qpi", "group_balanced", 1)?;
    let what = "(2) QPI beats group-balanced batches, less-prevalent";
    row(what, "0.055", &gain, "above 0", Verdict::above(&gain, 0.0));

    let effects = many.main_effects(full)?;
    let of_less = |wanted: fn(Part) -> bool| {
        let chosen = effects.iter().filter(move |e| e.subgroup == 1 && wanted(e.part));
        chosen.map(|effect| effect.auc.clone()).collect::<Vec<_>>()
    };
    let what = "(3) MMD raises the less-prevalent AUC (main effect)";
    for mmd in of_less(|part| part == Part::Mmd) {
        row(what, "0.055", &mmd, "above 0", Verdict::above(&mmd, 0.0));
    }
    let others = of_less(|part| part != Part::Mmd);
    let what = "(3) the other parts do not (largest main effect)";
    row(what, "≤ 0.005", &farthest(&others), "all within ±0.01", Verdict::within(&others, 0.01));

    let price = difference("mixed", "qpi", 0)?;
    let what = "(4) QPI costs the dominant subgroup more than 0.01";
    row(what, "0.021 to 0.027", &price, "above 0.01", Verdict::above(&price, 0.01));
    let edge = difference("qpi", "re_weighted", 1)?;
    let cost = difference("qpi", "re_weighted", 0)?;
    let established = edge.low.is_some_and(|low| low > 0.0) && cost.low.is_some_and(|low| low > -EPSILON_0);
    let none = edge.high.is_some_and(|high| high < 0.01);
    let what = "(4) no edge over re-weighting (δ = ¼) at equal dominant cost, less-prevalent";
    row(what, "0.019", &edge, "below 0.01", Verdict::of(none, established));

    let controls = ["erm_plus", "group_balanced", "group_dro"];
    let equal = few.versus("qpi", &controls)?.into_iter().filter(|pair| pair.subgroup == 1);
    let equal: Vec<Estimate> = equal.map(|pair| pair.auc).collect();
    let what = "(5) on few dominant images all fine-tunings are equal (largest difference)";
    row(what, "≤ 0.006", &farthest(&equal), "all within ±0.02", Verdict::within(&equal, EPSILON_0));

    let what = "(6) selecting Mixed on the mean of both subgroups' AUCs removes most of the fall";
    table.row([what, "—", "—", "—", "not examined"]);
    table.note(
        "the pilot: six seeds, PyTorch, the same population; its rows (3) and (4) are single contrasts",
    );
    table.note("(1) takes the two sizes as independent, which errs on the wide side");
    let images = many.config.settings.synthetic.dominant_train;
    if images != PILOT_IMAGES {
        let note = format!("not the pilot's regime: {images} dominant images instead of {PILOT_IMAGES}");
        table.note(format!("{note}, and fewer steps"));
    }
    closing(&mut table, many);
    Ok(table)
}

/// The difference of two means, as if their test sets and seeds had nothing in common.
fn minus(first: &Estimate, second: &Estimate) -> Result<Estimate, RunError> {
    let method = "difference of two means, independent, 95 %";
    let Some((a, b)) = first.value.zip(second.value) else {
        return Ok(Estimate::undefined(method, first.n, "a mean is undefined"));
    };
    Ok(match first.se.zip(second.se) {
        Some((s, t)) => {
            let half = two_sided_factor(0.95)? * s.hypot(t);
            Estimate {
                se: Some(s.hypot(t)),
                ..Estimate::new(a - b, a - b - half, a - b + half, method, first.n)
            }
        }
        None => Estimate::bare(a - b, method, first.n),
    })
}

/// The estimate farthest from 0.
fn farthest(estimates: &[Estimate]) -> Estimate {
    let size = |estimate: &&Estimate| estimate.value.map_or(0.0, f64::abs);
    let found = estimates.iter().max_by(|a, b| size(a).total_cmp(&size(b)));
    found.cloned().unwrap_or_else(|| Estimate::undefined("largest difference", 0, "there is none"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn interval(low: f64, high: f64) -> Estimate {
        Estimate::new((low + high) / 2.0, low, high, "m", 10)
    }

    #[test]
    fn verdicts_need_the_whole_interval() {
        assert_eq!(Verdict::above(&interval(0.01, 0.03), 0.0), Verdict::Confirmed);
        assert_eq!(Verdict::above(&interval(-0.03, -0.01), 0.0), Verdict::Refuted);
        assert_eq!(Verdict::above(&interval(-0.01, 0.03), 0.0), Verdict::Undecided);
        assert_eq!(Verdict::above(&Estimate::bare(0.5, "m", 1), 0.0), Verdict::Undecided);
        let (small, wide, far) = (interval(-0.005, 0.004), interval(-0.03, 0.02), interval(0.02, 0.04));
        assert_eq!(Verdict::within(std::slice::from_ref(&small), 0.01), Verdict::Confirmed);
        assert_eq!(Verdict::within(&[small.clone(), wide], 0.01), Verdict::Undecided);
        assert_eq!(Verdict::within(&[small, far], 0.01), Verdict::Refuted);
        assert_eq!(Verdict::within(&[], 0.01), Verdict::Undecided);
    }

    #[test]
    fn a_difference_of_means_adds_their_variances() {
        let with = |value, se| Estimate { se: Some(se), ..Estimate::bare(value, "m", 10) };
        let found = minus(&with(0.8, 0.03), &with(0.7, 0.04)).expect("level");
        assert!((found.se.expect("se") - 0.05).abs() < 1e-12);
        let (value, low, high) = found.triple().expect("interval");
        assert!((value - 0.1).abs() < 1e-12 && (high - low - 2.0 * 1.959_963_985 * 0.05).abs() < 1e-8);
        assert_eq!(farthest(&[interval(-0.2, 0.0), interval(0.0, 0.1)]), interval(-0.2, 0.0));
    }
}

//! The quasi-Pareto claim of one run, in words that follow the numbers.

use super::format;
use crate::experiment::{PairedSummary, Summary};

/// What every output of a run says that looked at the test part.
pub(super) const CONTAMINATED: &str =
    "CONTAMINATED: delta was measured on the test part; these numbers prove nothing.";

/// Whether QPI raised the less-prevalent subgroup and kept the dominant one, against Mixed.
///
/// An intersection of two one-sided statements at 2.5 %: the 95 % interval of the paired
/// difference lies above 0 on the less-prevalent subgroup, and above `-margin` on the dominant
/// one. Both must hold for the claim; a wide interval supports neither a gain nor its absence.
pub fn quasi_pareto_words(summary: &Summary, margin: f64) -> String {
    let pair = |subgroup: usize| {
        let name = summary.data.subgroups.get(subgroup)?;
        let mut pairs = summary.differences.iter();
        pairs.find(|pair| pair.method == "qpi" && pair.reference == "mixed" && &pair.subgroup == name)
    };
    if summary.contaminated {
        return CONTAMINATED.to_owned();
    }
    let (Some(dominant), Some(less)) = (pair(0), pair(1)) else {
        return "The quasi-Pareto claim needs both Mixed and QPI.".to_owned();
    };
    let gain = above(less, 0.0);
    let kept = above(dominant, -margin);
    let gain_words = match gain {
        Some(true) => "gains",
        Some(false) if less.auc.difference.high.is_some_and(|high| high < 0.0) => "loses",
        Some(false) => "shows no clear gain",
        None => "cannot be judged",
    };
    let kept_words = match kept {
        Some(true) => format!("loses less than {margin}"),
        Some(false) if dominant.auc.difference.high.is_some_and(|high| high < -margin) => {
            format!("loses more than {margin}")
        }
        Some(false) => format!("may lose more than {margin}"),
        None => "cannot be judged".to_owned(),
    };
    let verdict = match (gain, kept) {
        (Some(true), Some(true)) => "This run supports a quasi-Pareto improvement.",
        (Some(_), Some(_)) => "This run does not establish a quasi-Pareto improvement.",
        _ => "This run cannot decide.",
    };
    format!(
        "QPI minus Mixed: {} {gain_words} ({}); {} {kept_words} ({}). {verdict}",
        less.subgroup,
        format::estimate(&less.auc.difference),
        dominant.subgroup,
        format::estimate(&dominant.auc.difference),
    )
}

/// Whether the interval of the difference lies above `bound`; `None` without an interval.
fn above(pair: &PairedSummary, bound: f64) -> Option<bool> {
    pair.auc.difference.low.map(|low| low > bound)
}

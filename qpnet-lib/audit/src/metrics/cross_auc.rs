//! Positives of one subgroup against negatives of another.

use super::rate_gaps::same_length;
use super::{MetricError, WeightedAuc};

/// The probability that a positive of the subgroup `positives` scores above a negative of the
/// subgroup `negatives`, ties counting one half; `None` when there is no such pair.
///
/// With equal subgroups it is the ordinary AUC. Between two of them it shows what an AUC within
/// each hides: with one threshold for all, a subgroup whose scores lie higher has more false alarms,
/// however well it is ranked.
///
/// # Formula
/// `A(a, b) = P(s > s' | y = 1, a; y' = 0, b) + P(s = s' | ...) / 2`. The AUC of all samples is the mean
/// of `A(a, b)` over subgroups `a` and `b`, weighted by the number of pairs.
///
/// # Errors
/// [`MetricError::LengthMismatch`], [`MetricError::NotFinite`].
///
/// # Source
/// Borkan et al., WWW companion 2019; Kallus and Zhou, NeurIPS 2019 (xAUC).
///
/// # Examples
/// ```
/// use qpnet_audit::metrics::cross_auc;
/// let labels = [true, false, true, false];
/// let (scores, groups) = ([0.9, 0.8, 0.4, 0.1], [0, 0, 1, 1]);
/// let across = |a, b| cross_auc(&labels, &scores, &groups, a, b);
/// assert_eq!((across(0, 0)?, across(1, 1)?), (Some(1.0), Some(1.0)));
/// assert_eq!((across(0, 1)?, across(1, 0)?), (Some(1.0), Some(0.0)));
/// # Ok::<(), qpnet_audit::metrics::MetricError>(())
/// ```
pub fn cross_auc(
    labels: &[bool],
    scores: &[f64],
    groups: &[usize],
    positives: usize,
    negatives: usize,
) -> Result<Option<f64>, MetricError> {
    same_length(labels, groups)?;
    let side = |i: usize| if labels[i] { positives } else { negatives };
    let known: Vec<_> = (0..labels.len()).map(|i| (groups[i] == side(i)).then_some(labels[i])).collect();
    Ok(WeightedAuc::of_known(&known, scores)?.at(&vec![1; labels.len()]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::auc;

    #[test]
    fn the_auc_of_all_is_the_mean_over_pairs_of_subgroups() {
        let labels: Vec<bool> = (0..60).map(|i| i * 7 % 5 < 2).collect();
        let scores: Vec<f64> = (0..60).map(|i| f64::from(i * 13 % 17)).collect();
        let groups: Vec<usize> = (0..60).map(|i| i % 3).collect();
        let count = |group: usize, label: bool| {
            (0..60).filter(|&i| groups[i] == group && labels[i] == label).count() as f64
        };
        let (mut sum, mut pairs) = (0.0, 0.0);
        for (a, b) in (0..3).flat_map(|a| (0..3).map(move |b| (a, b))) {
            let weight = count(a, true) * count(b, false);
            sum += weight * cross_auc(&labels, &scores, &groups, a, b).expect("valid").expect("pairs");
            pairs += weight;
        }
        let all = auc(&labels, &scores).expect("valid").expect("both");
        assert!((sum / pairs - all).abs() < 1e-14);
        assert_eq!(cross_auc(&labels, &scores, &groups, 0, 9), Ok(None));
        assert!(cross_auc(&labels, &scores, &groups[1..], 0, 1).is_err());
    }
}

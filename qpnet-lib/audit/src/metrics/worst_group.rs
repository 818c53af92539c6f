//! AUCs by subgroup: within each, the worst of them, and across two.

use super::rate_gaps::same_length;
use super::{MetricError, WeightedAuc};
use std::collections::BTreeSet;

/// AUC of each subgroup, by ascending number; `None` where an outcome is missing.
///
/// # Errors
/// [`MetricError::LengthMismatch`], [`MetricError::NotFinite`].
///
/// # Examples
/// ```
/// use qpnet_audit::metrics::{auc_by_group, worst_group_auc};
/// let labels = [true, false, true, false, true];
/// let scores = [0.9, 0.1, 0.4, 0.6, 0.5];
/// let found = auc_by_group(&labels, &scores, &[0, 0, 1, 1, 2])?;
/// assert_eq!(found, [(0, Some(1.0)), (1, Some(0.0)), (2, None)]);
/// assert_eq!(worst_group_auc(&found), Some((1, 0.0)));
/// # Ok::<(), qpnet_audit::metrics::MetricError>(())
/// ```
pub fn auc_by_group(
    labels: &[bool],
    scores: &[f64],
    groups: &[usize],
) -> Result<Vec<(usize, Option<f64>)>, MetricError> {
    same_length(labels, groups)?;
    let names: BTreeSet<usize> = groups.iter().copied().collect();
    let one = vec![1; labels.len()];
    let of = |wanted: usize| {
        let known: Vec<_> = (0..labels.len()).map(|i| (groups[i] == wanted).then_some(labels[i])).collect();
        Ok((wanted, WeightedAuc::of_known(&known, scores)?.at(&one)))
    };
    // No subgroups, no scores: lengths are checked nevertheless.
    WeightedAuc::new(labels, scores)?;
    names.into_iter().map(of).collect()
}

/// The subgroup with the lowest AUC, the first of equal ones; `None` when none is defined.
/// Subgroups without an AUC take no part, and whoever shows the number should say so.
///
/// # Formula
/// `min_g A(M, D_g)`
///
/// # Source
/// Sagawa et al., ICLR 2020 (worst-group performance).
pub fn worst_group_auc(by_group: &[(usize, Option<f64>)]) -> Option<(usize, f64)> {
    let defined = by_group.iter().filter_map(|&(group, value)| Some((group, value?)));
    defined.reduce(|worst, next| if next.1 < worst.1 { next } else { worst })
}

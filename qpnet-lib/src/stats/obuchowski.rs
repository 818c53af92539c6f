//! Obuchowski's variance of AUCs for clustered samples: several images per patient or lesion.
//!
//! The placement values are DeLong's; their deviations from the AUC are summed within a
//! cluster before they are squared, so that images that repeat each other do not count as
//! independent evidence. A cluster may hold positives, negatives, or both. With `I` clusters,
//! `I10` of them with a positive and `I01` with a negative, and sums `a_i` of `V10 - A` over
//! the positives of cluster `i`, `b_i` of `V01 - A` over its negatives:
//!
//! `var A = I10/(I10-1) sum a_i^2 / m^2 + I01/(I01-1) sum b_i^2 / n^2
//!          + 2 I/(I-1) sum a_i b_i / (m n)`
//!
//! **One image per cluster:** the cross term vanishes and `I10 = m`, `I01 = n`: this *is*
//! DeLong's variance, with no further factor. The quantities that decide about small cells
//! (logit form, degrees of freedom, score interval) count clusters, not images; the degrees
//! of freedom are those of the first two terms.
//!
//! # Source
//! Obuchowski, Biometrics 53:567, 1997.

use super::comparison::Comparison;
use super::interval::{Area, Form, satterthwaite};
use super::placement::Placements;
use super::{Estimate, StatsError, auc_inference};
use crate::metrics::MetricError;
use std::collections::{HashMap, HashSet};

const NAME: &str = "Obuchowski";

/// One AUC with its interval. `clusters[i]` is any number that sample `i` shares with the
/// samples of the same patient or lesion, and with no other.
///
/// `n` of the estimate is the number of samples (not clusters).
///
/// # Errors
/// As [`delong::single`](super::delong::single), and clusters of another length.
///
/// # Examples
/// ```
/// use qpnet_lib::stats::{delong, obuchowski};
/// let labels = [true, true, false, false, true, false];
/// let scores = [0.9, 0.8, 0.3, 0.4, 0.35, 0.1];
/// let alone = obuchowski::single(&labels, &scores, &[0, 1, 2, 3, 4, 5], 0.95)?;
/// let pairs = obuchowski::single(&labels, &scores, &[0, 0, 1, 1, 2, 2], 0.95)?;
/// let delong = delong::single(&labels, &scores, 0.95)?;
/// assert!((alone.se.expect("se") - delong.se.expect("se")).abs() < 1e-12);
/// assert_eq!(alone.value, pairs.value);
/// # Ok::<(), qpnet_lib::stats::StatsError>(())
/// ```
pub fn single(
    labels: &[bool],
    scores: &[f64],
    clusters: &[usize],
    level: f64,
) -> Result<Estimate, StatsError> {
    single_with(labels, scores, clusters, level, Form::Auto)
}

/// [`single`] with a chosen form of the interval.
///
/// # Errors
/// As [`single`].
pub fn single_with(
    labels: &[bool],
    scores: &[f64],
    clusters: &[usize],
    level: f64,
    form: Form,
) -> Result<Estimate, StatsError> {
    check_clusters(labels, clusters)?;
    let found = Placements::of(labels, scores)?;
    let found = found.as_ref().map(|p| (p, area(labels, clusters, p)));
    auc_inference::single(NAME, labels, found, level, form)
}

/// AUC of `a` minus AUC of `b` on the same clustered samples; otherwise as
/// [`delong::paired`](super::delong::paired).
///
/// # Errors
/// As [`single`].
pub fn paired(
    labels: &[bool],
    a: &[f64],
    b: &[f64],
    clusters: &[usize],
    level: f64,
) -> Result<Comparison, StatsError> {
    check_clusters(labels, clusters)?;
    let both = Placements::of(labels, a)?.zip(Placements::of(labels, b)?);
    let difference = both.map(|(a, b)| a.minus(&b));
    let area = difference.as_ref().map(|p| area(labels, clusters, p));
    auc_inference::paired(NAME, labels, area, level)
}

/// One subgroup of a disparity.
#[derive(Clone, Copy, Debug)]
pub struct Group<'a> {
    /// Outcome of each sample.
    pub labels: &'a [bool],
    /// Score of each sample.
    pub scores: &'a [f64],
    /// Patient or lesion of each sample.
    pub clusters: &'a [usize],
}

/// AUC of the first subgroup minus AUC of the second (eq 4); otherwise as
/// [`delong::unpaired`](super::delong::unpaired). Cluster numbers of both groups come from one
/// numbering: a cluster in both is flagged, because the groups count as independent.
///
/// # Errors
/// As [`single`].
pub fn unpaired(a: Group<'_>, b: Group<'_>, level: f64) -> Result<Comparison, StatsError> {
    let first = single(a.labels, a.scores, a.clusters, level)?;
    let second = single(b.labels, b.scores, b.clusters, level)?;
    unpaired_of((&first, a.clusters), (&second, b.clusters), level)
}

/// [`unpaired`] of what [`single`] at the same level gave for both, with their clusters.
pub(crate) fn unpaired_of(
    a: (&Estimate, &[usize]),
    b: (&Estimate, &[usize]),
    level: f64,
) -> Result<Comparison, StatsError> {
    let mut found = auc_inference::unpaired(NAME, a.0, b.0, level)?;
    let shared = shared(a.1, b.1);
    if shared > 0 {
        let remark = format!("{shared} clusters in both groups, taken as independent");
        found.difference = found.difference.flagged(Some(remark));
    }
    Ok(found)
}

/// How many clusters are in both.
fn shared(a: &[usize], b: &[usize]) -> usize {
    let most = a.iter().chain(b).max().copied().unwrap_or_default();
    if most >= sparse(a.len() + b.len()) {
        let seen: HashSet<_> = a.iter().collect();
        return b.iter().filter(|id| seen.contains(id)).collect::<HashSet<_>>().len();
    }
    let mut seen = vec![false; most + 1];
    a.iter().for_each(|&id| seen[id] = true);
    b.iter().filter(|&&id| std::mem::take(&mut seen[id])).count()
}

/// Cluster numbers below this, of `samples` samples, are places in a list; others are looked up.
fn sparse(samples: usize) -> usize {
    16 * samples + 1024
}

fn check_clusters(labels: &[bool], clusters: &[usize]) -> Result<(), MetricError> {
    if clusters.len() == labels.len() {
        return Ok(());
    }
    let (expected, got) = (labels.len(), clusters.len());
    Err(MetricError::LengthMismatch { what: "the slice of clusters", expected, got })
}

#[derive(Default)]
struct Cluster {
    positives: usize,
    negatives: usize,
    a: f64,
    b: f64,
}

fn area(labels: &[bool], clusters: &[usize], placements: &Placements) -> Area {
    let (numbers, count) = numbered(clusters);
    let mut sums: Vec<Cluster> = Vec::new();
    sums.resize_with(count, Cluster::default);
    for i in 0..labels.len() {
        let number = numbers[i];
        let deviation = placements.values[i] - placements.auc;
        let cluster = &mut sums[number];
        if labels[i] {
            cluster.positives += 1;
            cluster.a += deviation;
        } else {
            cluster.negatives += 1;
            cluster.b += deviation;
        }
    }
    let (m, n) = (placements.outcomes.positives as f64, placements.outcomes.negatives as f64);
    let positive_units = sums.iter().filter(|c| c.positives > 0).count();
    let negative_units = sums.iter().filter(|c| c.negatives > 0).count();
    let s10: f64 = sums.iter().map(|c| c.a * c.a).sum();
    let s01: f64 = sums.iter().map(|c| c.b * c.b).sum();
    let s11: f64 = sums.iter().map(|c| c.a * c.b).sum();
    let p = factor(positive_units) * s10 / (m * m);
    let q = factor(negative_units) * s01 / (n * n);
    // The factors differ, so a perfect negative correlation can pass 0.
    let total = (p + q + 2.0 * factor(sums.len()) * s11 / (m * n)).max(0.0);
    let variance = (positive_units > 1 && negative_units > 1).then_some(total);
    let df = satterthwaite(p, positive_units, q, negative_units);
    let identical = placements.vanish();
    Area { auc: placements.auc, variance, df, positive_units, negative_units, identical }
}

/// Clusters by first appearance, and how many there are.
fn numbered(clusters: &[usize]) -> (Vec<usize>, usize) {
    let most = clusters.iter().max().copied().unwrap_or_default();
    let mut count = 0;
    let mut next = || {
        count += 1;
        count - 1
    };
    let numbers = if most < sparse(clusters.len()) {
        let mut known = vec![usize::MAX; most + 1];
        let mut number = |&id: &usize| {
            if known[id] == usize::MAX {
                known[id] = next();
            }
            known[id]
        };
        clusters.iter().map(&mut number).collect()
    } else {
        let mut known = HashMap::new();
        clusters.iter().map(|id| *known.entry(id).or_insert_with(&mut next)).collect()
    };
    (numbers, count)
}

/// `I / (I - 1)`: the small-sample factor of a variance over `I` clusters.
fn factor(count: usize) -> f64 {
    count as f64 / (count as f64 - 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_abs_diff_eq;

    #[test]
    fn variance_by_hand() {
        // Patient 0: positive 8, negative 2. Patient 1: positive 4, negative 5.
        // A = 3/4; V10 = 1, 1/2; V01 = 1, 1/2; a = b = (1/4, -1/4).
        // 2 * (1/8) / 4 twice, plus 2 * 2 * (1/8) / 4: 1/16 + 1/16 + 1/8 = 1/4.
        let labels = [true, false, true, false];
        let scores = [8.0, 2.0, 4.0, 5.0];
        let found = single(&labels, &scores, &[0, 0, 1, 1], 0.95).expect("valid");
        assert_abs_diff_eq!(found.se.expect("se"), 0.5, epsilon = 1e-15);
        // Swap the negatives between the patients: the covariance is -1/8, the variance 0.
        let found = single(&labels, &[8.0, 5.0, 4.0, 2.0], &[0, 0, 1, 1], 0.95).expect("valid");
        assert_eq!(found.se, Some(0.0));
        assert!(found.method.contains("Newcombe"), "{}", found.method);
    }

    #[test]
    fn one_cluster_has_no_variance_and_wrong_lengths_are_refused() {
        let (labels, scores) = ([true, false, true], [0.9, 0.1, 0.4]);
        let found = single(&labels, &scores, &[7, 7, 7], 0.95).expect("valid");
        assert_eq!(found.se, None);
        assert!(found.flag.expect("flag").contains("fewer than two"));
        assert!(single(&labels, &scores, &[0, 1], 0.95).is_err());
    }

    #[test]
    fn without_a_test_there_is_no_standard_error_that_would_make_one() {
        let clusters = [0, 1, 2, 3];
        let labels = [true, true, false, false];
        let perfect = Group { labels: &labels, scores: &[4.0, 3.0, 2.0, 1.0], clusters: &clusters };
        let other = Group { labels: &labels, scores: &[4.0, 1.5, 2.0, 1.0], clusters: &clusters };
        let found = unpaired(perfect, other, 0.95).expect("valid");
        assert_eq!((found.difference.value, found.difference.se, found.p), (Some(0.25), None, None));
        assert!(found.difference.flag.expect("flag").contains("no test"));
    }

    #[test]
    fn numbers_of_clusters_may_be_anything() {
        let (labels, scores) = ([true, false, true, false, true], [0.9, 0.1, 0.4, 0.5, 0.2]);
        let dense = single(&labels, &scores, &[3, 1, 3, 0, 1], 0.95).expect("valid");
        let apart = single(&labels, &scores, &[usize::MAX, 7, usize::MAX, 1 << 40, 7], 0.95).expect("valid");
        assert_eq!(dense, apart);
        assert_eq!(shared(&[1, 2, 2, 9], &[2, 2, 9, 4]), 2);
        assert_eq!(shared(&[1, 2, 2, usize::MAX], &[2, 2, usize::MAX, 4]), 2);
    }

    #[test]
    fn shared_clusters_are_flagged() {
        let group = |clusters| Group { labels: &[true, false], scores: &[0.9, 0.1], clusters };
        let found = unpaired(group(&[0, 1]), group(&[1, 2]), 0.95).expect("valid");
        assert!(found.difference.flag.expect("flag").contains("1 clusters in both"));
    }
}

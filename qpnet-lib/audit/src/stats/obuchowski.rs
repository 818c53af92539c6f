//! AUCs of clustered samples: several images per patient or lesion.
//!
//! The placement values are DeLong's; their deviations from the AUC are summed within a
//! cluster before they are squared, so that images that repeat each other do not count as
//! independent evidence. A cluster may hold positives, negatives, or both. Obuchowski's variance
//!
//! `var A = I10/(I10-1) sum a_i^2 / m^2 + I01/(I01-1) sum b_i^2 / n^2
//!          + 2 I/(I-1) sum a_i b_i / (m n)`
//!
//! holds where clusters are alike and many. Where one patient of five holds 39 of 50 positive images it
//! is about half the truth, since that patient draws the AUC to itself, and "95 %" intervals with
//! normal limits cover 42 to 78 %. So each cluster's sum is divided by one minus its share, and
//! limits and tests are Student's with degrees of freedom that follow the shares. Where all clusters
//! hold as many samples it is Obuchowski's variance, with one sample a cluster DeLong's. The formula stands
//! with `Contributions` in `contributions.rs`, the choice of limits with [`interval`](super::interval).
//!
//! What decides about small cells (logit form, degrees of freedom, score interval) counts clusters by their
//! share, not images. A patient in both groups of a gap is counted in both, and its contributions
//! correlate.
//!
//! # Source
//! Obuchowski, Biometrics 53:567, 1997; the corrections as named with the contributions and intervals.

use super::comparison::Comparison;
use super::contributions::Contributions;
use super::interval::{Area, Form};
use super::placement::Placements;
use super::{Estimate, StatsError, auc_inference};
use crate::metrics::{MetricError, Outcomes};

pub(super) const NAME: &str = "Obuchowski";

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
/// use qpnet_audit::stats::{delong, obuchowski};
/// let labels = [true, true, false, false, true, false];
/// let scores = [0.9, 0.8, 0.3, 0.4, 0.35, 0.1];
/// let alone = obuchowski::single(&labels, &scores, &[0, 1, 2, 3, 4, 5], 0.95)?;
/// let pairs = obuchowski::single(&labels, &scores, &[0, 0, 1, 1, 2, 2], 0.95)?;
/// let delong = delong::single(&labels, &scores, 0.95)?;
/// assert!((alone.se.expect("se") - delong.se.expect("se")).abs() < 1e-12);
/// assert_eq!(alone.value, pairs.value);
/// # Ok::<(), qpnet_audit::stats::StatsError>(())
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
    let area = contributions(Group { labels, scores, clusters }, None)?.map(|found| found.area());
    auc_inference::single(NAME, Outcomes::of(labels), area.as_ref(), level, form)
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
    let area = change(Group { labels, scores: a, clusters }, b, None)?.map(|found| found.area());
    auc_inference::paired(NAME, Outcomes::of(labels), area.as_ref(), level)
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
/// numbering, so that one who belongs to both is known.
///
/// # Errors
/// As [`single`].
pub fn unpaired(a: Group<'_>, b: Group<'_>, level: f64) -> Result<Comparison, StatsError> {
    let [first, second] = [contributions(a, None)?, contributions(b, None)?];
    let estimate = |group: Group<'_>, found: Option<&Contributions>| {
        let area: Option<Area> = found.map(Contributions::area);
        auc_inference::single(NAME, Outcomes::of(group.labels), area.as_ref(), level, Form::Auto)
    };
    let (x, y) = (estimate(a, first.as_ref())?, estimate(b, second.as_ref())?);
    auc_inference::unpaired(NAME, (&x, first.as_ref()), (&y, second.as_ref()), level)
}

/// What patients contribute to an AUC, `weights` absent where all samples count alike; `None` where an
/// outcome is missing.
pub fn contributions(
    Group { labels, scores, clusters }: Group<'_>,
    weights: Option<&[f64]>,
) -> Result<Option<Contributions>, StatsError> {
    check_clusters(labels, clusters)?;
    let found = placements(labels, scores, weights)?;
    Ok(found.map(|placements| Contributions::of(labels, clusters, weights, &placements)))
}

/// What patients contribute to the AUC of a group minus that of `other` scores of the same samples.
pub fn change(
    Group { labels, scores, clusters }: Group<'_>,
    other: &[f64],
    weights: Option<&[f64]>,
) -> Result<Option<Contributions>, StatsError> {
    check_clusters(labels, clusters)?;
    let both = placements(labels, scores, weights)?.zip(placements(labels, other, weights)?);
    Ok(both.map(|(a, b)| Contributions::of(labels, clusters, weights, &a.minus(&b))))
}

fn placements(
    labels: &[bool],
    scores: &[f64],
    weights: Option<&[f64]>,
) -> Result<Option<Placements>, MetricError> {
    match weights {
        Some(weights) => Placements::weighted(labels, scores, weights),
        None => Placements::of(labels, scores),
    }
}

fn check_clusters(labels: &[bool], clusters: &[usize]) -> Result<(), MetricError> {
    if clusters.len() == labels.len() {
        return Ok(());
    }
    let (expected, got) = (labels.len(), clusters.len());
    Err(MetricError::LengthMismatch { what: "the slice of clusters", expected, got })
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
        assert_eq!((found.value, found.low), (Some(0.75), None));
        assert!(found.reason.expect("reason").contains("only 2 patients have positives"));
        // Swap the negatives between the patients: the covariance is -1/8, the variance 0.
        let found = single(&labels, &[8.0, 5.0, 4.0, 2.0], &[0, 0, 1, 1], 0.95).expect("valid");
        assert_eq!(found.se, Some(0.0));
    }

    #[test]
    fn a_patient_who_holds_most_does_not_draw_the_variance_down() {
        // Positives of patient 0 at 1, 1, 1, of 1 and 2 at 0 and 1/2; two negatives of others.
        let labels = [true, true, true, true, true, false, false, false];
        let scores = [9.0, 9.0, 9.0, 1.0, 5.0, 4.0, 2.0, 6.0];
        let clusters = [0, 0, 0, 1, 2, 3, 4, 5];
        let found = single(&labels, &scores, &clusters, 0.95).expect("valid");
        // V10 = 1, 1, 1, 0, 2/3 and V01 = 4/5, 4/5, 3/5; A = 11/15.
        let a = 11.0 / 15.0;
        let moved: [f64; 3] = [3.0 * (1.0 - a) / 2.0, -a / 4.0, (2.0 / 3.0 - a) / 4.0];
        let positives = 2.0 / 3.0 * moved.iter().map(|d| d * d).sum::<f64>();
        let negatives: f64 = [0.8 - a, 0.8 - a, 0.6 - a].iter().map(|d| d * d).sum::<f64>() / 6.0;
        assert_abs_diff_eq!(found.se.expect("se").powi(2), positives + negatives, epsilon = 1e-14);
        assert_eq!(
            found.flag.expect("flag"),
            "only 5 positives and 3 negatives; 5 positives of 3 patients, 60 % of them of one"
        );
    }

    #[test]
    fn one_cluster_has_no_variance_and_wrong_lengths_are_refused() {
        let (labels, scores) = ([true, false, true], [0.9, 0.1, 0.4]);
        let found = single(&labels, &scores, &[7, 7, 7], 0.95).expect("valid");
        assert_eq!((found.se, found.low), (None, None));
        assert!(found.reason.expect("reason").contains("all positives are of one patient"));
        assert!(single(&labels, &scores, &[0, 1], 0.95).is_err());
    }

    #[test]
    fn a_gap_to_an_auc_of_one_has_interval_and_test() {
        let clusters: Vec<usize> = (0..12).collect();
        let labels: Vec<bool> = clusters.iter().map(|i| i % 2 == 0).collect();
        let perfect: Vec<f64> = labels.iter().map(|&label| f64::from(u8::from(label))).collect();
        let half: Vec<f64> = clusters.iter().map(|&i| (i * 5 % 12) as f64).collect();
        let group = |scores| Group { labels: &labels, scores, clusters: &clusters };
        let others: Vec<usize> = (20..32).collect();
        let found =
            unpaired(group(&perfect), Group { clusters: &others, ..group(&half) }, 0.95).expect("valid");
        let (low, p) = (found.difference.low.expect("low"), found.p.expect("p"));
        assert_eq!(low > 0.0, p < 0.05, "{low} {p}");
    }

    #[test]
    fn numbers_of_clusters_may_be_anything() {
        let (labels, scores) = ([true, false, true, false, true, false], [0.9, 0.1, 0.4, 0.5, 0.2, 0.3]);
        let dense = single(&labels, &scores, &[3, 1, 3, 0, 1, 2], 0.95).expect("valid");
        let apart = [usize::MAX, 7, usize::MAX, 1 << 40, 7, 12];
        let apart = single(&labels, &scores, &apart, 0.95).expect("valid");
        assert_abs_diff_eq!(dense.se.expect("se"), apart.se.expect("se"), epsilon = 1e-15);
    }

    #[test]
    fn who_belongs_to_both_groups_is_counted_in_both() {
        // The same patients and scores in both groups: no difference, and none is possible.
        let clusters: Vec<usize> = (0..20).map(|i| i / 2).collect();
        let labels: Vec<bool> = (0..20).map(|i| i % 2 == 0).collect();
        let scores: Vec<f64> =
            (0..20).map(|i| ((i * 7) % 20) as f64 + f64::from(u8::from(i % 2 == 0)) * 4.0).collect();
        let group = Group { labels: &labels, scores: &scores, clusters: &clusters };
        let same = unpaired(group, group, 0.95).expect("valid").difference;
        assert!(same.se.expect("se") < 1e-8, "{same:?}");
        let others: Vec<usize> = clusters.iter().map(|id| id + 100).collect();
        let apart = unpaired(group, Group { clusters: &others, ..group }, 0.95).expect("valid").difference;
        let one = single(&labels, &scores, &clusters, 0.95).expect("valid").se.expect("se");
        assert_abs_diff_eq!(apart.se.expect("se"), one * 2f64.sqrt(), epsilon = 1e-12);
    }
}

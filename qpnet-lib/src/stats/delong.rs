//! DeLong's nonparametric variance of AUCs, for independent samples.
//!
//! With placement values `V10` of the `m` positives and `V01` of the `n` negatives,
//! `var A = S10 / m + S01 / n`, where `S` are sample variances (divisors `m - 1`, `n - 1`).
//! For two models on the same samples the placements are subtracted first, which carries the
//! covariance. All in O(n log n).
//!
//! Where several images belong to one patient or lesion, use [`obuchowski`](super::obuchowski).
//!
//! # Source
//! DeLong, DeLong and Clarke-Pearson, Biometrics 44:837, 1988; fast form: Sun and Xu, IEEE
//! Signal Processing Letters 21:1389, 2014. Interval of a difference of independent AUCs from
//! the intervals of both: Newcombe, Stat Med 17:873, 1998 (square and add).

use super::comparison::Comparison;
use super::interval::{Area, Form, satterthwaite};
use super::placement::Placements;
use super::{Estimate, StatsError, auc_inference};

const NAME: &str = "DeLong";

/// One AUC with its interval, in the form [`Form::Auto`] chooses.
///
/// `n` is the number of samples. With one outcome only, the estimate is undefined with a
/// reason; with fewer than 10 samples of an outcome it is flagged.
///
/// # Errors
/// [`StatsError`]: lengths differ, a score is not finite, a level outside (0, 1).
///
/// # Examples
/// ```
/// use qpnet_lib::stats::delong;
/// let labels = [true, true, false, false];
/// let found = delong::single(&labels, &[0.8, 0.4, 0.5, 0.2], 0.95)?;
/// assert_eq!(found.value, Some(0.75));
/// assert_eq!(found.se, Some(0.125_f64.sqrt()));
/// assert_eq!(found.flag.as_deref(), Some("only 2 positives and 2 negatives"));
/// # Ok::<(), qpnet_lib::stats::StatsError>(())
/// ```
pub fn single(labels: &[bool], scores: &[f64], level: f64) -> Result<Estimate, StatsError> {
    single_with(labels, scores, level, Form::Auto)
}

/// [`single`] with a chosen form of the interval.
///
/// # Errors
/// As [`single`].
pub fn single_with(labels: &[bool], scores: &[f64], level: f64, form: Form) -> Result<Estimate, StatsError> {
    let found = Placements::of(labels, scores)?;
    auc_inference::single(NAME, labels, found.as_ref().map(|p| (p, area(labels, p))), level, form)
}

/// AUC of `a` minus AUC of `b` on the same samples, with interval and test.
///
/// The interval is `D ± z s`, cut at -1 and 1. Score vectors that order all samples alike
/// have `D = 0`, `z = 0`, `p = 1` and an interval without width, flagged as such.
///
/// # Errors
/// As [`single`].
///
/// # Examples
/// ```
/// use qpnet_lib::stats::delong;
/// let labels = [true, true, true, false, false, false];
/// let (a, b) = ([0.9, 0.8, 0.3, 0.4, 0.2, 0.1], [0.9, 0.3, 0.2, 0.4, 0.8, 0.1]);
/// let found = delong::paired(&labels, &a, &b, 0.95)?;
/// assert!((found.difference.value.expect("defined") - 1.0 / 3.0).abs() < 1e-12);
/// let same = delong::paired(&labels, &a, &a, 0.95)?;
/// assert_eq!((same.z, same.p), (Some(0.0), Some(1.0)));
/// # Ok::<(), qpnet_lib::stats::StatsError>(())
/// ```
pub fn paired(labels: &[bool], a: &[f64], b: &[f64], level: f64) -> Result<Comparison, StatsError> {
    let both = Placements::of(labels, a)?.zip(Placements::of(labels, b)?);
    let difference = both.map(|(a, b)| a.minus(&b));
    let area = difference.as_ref().map(|p| area(labels, p));
    auc_inference::paired(NAME, labels, area, level)
}

/// AUC on the first samples minus AUC on the second, which are others: the disparity of one
/// model between two subgroups (eq 4), with interval and test.
///
/// The interval joins the limits of both AUCs ("square and add"), so it is as asymmetric as
/// they are, keeps within [-1, 1] and exists when one AUC is 1. It is the usual `D ± z s`
/// when both are plain. The test divides by `sqrt(var A1 + var A2)`; it is `None` when one
/// variance is 0 or cannot be estimated, because the test would then be too sure.
///
/// # Errors
/// As [`single`].
pub fn unpaired(
    labels_a: &[bool],
    scores_a: &[f64],
    labels_b: &[bool],
    scores_b: &[f64],
    level: f64,
) -> Result<Comparison, StatsError> {
    let a = single(labels_a, scores_a, level)?;
    let b = single(labels_b, scores_b, level)?;
    auc_inference::unpaired(NAME, &a, &b, level)
}

/// Variance of the mean of placements, or of differences of placements.
fn area(labels: &[bool], placements: &Placements) -> Area {
    let (m, n) = (placements.outcomes.positives, placements.outcomes.negatives);
    let (mut positive, mut negative) = (0.0, 0.0);
    for (&label, value) in labels.iter().zip(&placements.values) {
        let square = (value - placements.auc).powi(2);
        *(if label { &mut positive } else { &mut negative }) += square;
    }
    let part = |sum: f64, k: usize| sum / (k as f64 * (k as f64 - 1.0));
    let (p, q) = (part(positive, m), part(negative, n));
    let variance = (m > 1 && n > 1).then_some(p + q);
    let df = satterthwaite(p, m, q, n);
    let identical = placements.vanish();
    Area { auc: placements.auc, variance, df, positive_units: m, negative_units: n, identical }
}

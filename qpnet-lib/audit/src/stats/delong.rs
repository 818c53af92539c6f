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
use super::contributions::independent;
use super::interval::{Area, Form};
use super::placement::Placements;
use super::square_and_add::{self, Term};
use super::{Estimate, StatsError, auc_inference};
use crate::metrics::Outcomes;

const NAME: &str = "DeLong";

/// One AUC with its interval, in the form [`Form::Auto`] chooses.
///
/// `n` is the number of samples. With one outcome only, the estimate is undefined with a
/// reason; with fewer than 10 samples of an outcome it is flagged, with fewer than 3 it has no interval.
///
/// # Errors
/// [`StatsError`]: lengths differ, a score is not finite, a level outside (0, 1).
///
/// # Examples
/// ```
/// use qpnet_audit::stats::delong;
/// let labels = [true, true, false, false];
/// let found = delong::single(&labels, &[0.8, 0.4, 0.5, 0.2], 0.95)?;
/// assert_eq!(found.value, Some(0.75));
/// assert_eq!(found.se, Some(0.125_f64.sqrt()));
/// assert_eq!(found.flag.as_deref(), Some("only 2 positives and 2 negatives"));
/// # Ok::<(), qpnet_audit::stats::StatsError>(())
/// ```
pub fn single(labels: &[bool], scores: &[f64], level: f64) -> Result<Estimate, StatsError> {
    single_with(labels, scores, level, Form::Auto)
}

/// [`single`] with a chosen form of the interval.
///
/// # Errors
/// As [`single`].
pub fn single_with(labels: &[bool], scores: &[f64], level: f64, form: Form) -> Result<Estimate, StatsError> {
    let area = area(labels, scores)?;
    auc_inference::single(NAME, Outcomes::of(labels), area.as_ref(), level, form)
}

/// AUC of `a` minus AUC of `b` on the same samples, with interval and test.
///
/// The interval is `D ± t s`, cut at -1 and 1, with the degrees of freedom of the variance, and p that of
/// `D / s`. Score vectors that order all samples alike
/// have `D = 0`, `z = 0`, `p = 1` and an interval without width, flagged as such.
///
/// # Errors
/// As [`single`].
///
/// # Examples
/// ```
/// use qpnet_audit::stats::delong;
/// let labels = [true, true, true, false, false, false];
/// let (a, b) = ([0.9, 0.8, 0.3, 0.4, 0.2, 0.1], [0.9, 0.3, 0.2, 0.4, 0.8, 0.1]);
/// let found = delong::paired(&labels, &a, &b, 0.95)?;
/// assert!((found.difference.value.expect("defined") - 1.0 / 3.0).abs() < 1e-12);
/// let same = delong::paired(&labels, &a, &a, 0.95)?;
/// assert_eq!((same.z, same.p), (Some(0.0), Some(1.0)));
/// # Ok::<(), qpnet_audit::stats::StatsError>(())
/// ```
pub fn paired(labels: &[bool], a: &[f64], b: &[f64], level: f64) -> Result<Comparison, StatsError> {
    let both = Placements::of(labels, a)?.zip(Placements::of(labels, b)?);
    let area = both.map(|(a, b)| independent(labels, &a.minus(&b)));
    auc_inference::paired(NAME, Outcomes::of(labels), area.as_ref(), level)
}

/// AUC on the first samples minus AUC on the second, which are others: the disparity of one
/// model between two subgroups (eq 4), with interval and test.
///
/// The interval joins the limits of both AUCs ("square and add"), so it is as asymmetric as
/// they are, keeps within [-1, 1] and exists when one AUC is 1. p is the level at which it touches 0:
/// the test that divides by `sqrt(var A1 + var A2)` is wrong twice as often as it says where a subgroup has
/// twelve samples of each outcome, and takes an AUC of 1 as known exactly.
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
    let areas = [area(labels_a, scores_a)?, area(labels_b, scores_b)?];
    let estimate = |labels: &[bool], area: Option<&Area>| {
        auc_inference::single(NAME, Outcomes::of(labels), area, level, Form::Auto)
    };
    let [a, b] = [estimate(labels_a, areas[0].as_ref())?, estimate(labels_b, areas[1].as_ref())?];
    let first = Term { estimate: &a, graded: auc_inference::graded(areas[0].as_ref()) };
    let second = Term { estimate: &b, graded: auc_inference::graded(areas[1].as_ref()) };
    square_and_add::difference(NAME, &first, &second, 0.0, level)
}

fn area(labels: &[bool], scores: &[f64]) -> Result<Option<Area>, StatsError> {
    Ok(Placements::of(labels, scores)?.map(|placements| independent(labels, &placements)))
}

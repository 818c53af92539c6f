//! Differences of means, such as of Brier scores, where patients have several samples.
//!
//! Simulated rejections of a true null hypothesis at 5 %, in percent (4,000 draws each, known to ±0.4;
//! `cargo run --release --example simulate -- comparisons`):
//!
//! | difference | patients | here | bootstrap, BCa |
//! |---|---|---|---|
//! | mean, exponential | 15 | 7.3 | 6.9 |
//! | mean, exponential | 30 | 5.8 | 5.9 |
//! | mean, normal | 10 | 4.2 | 6.2 |
//! | mean, normal | 40 | 5.0 | 5.8 |
//! | Brier score of two methods | 40 of 2 images | 5.0 | 6.2 |
//! | Brier score of two methods | 12 of 1 image | 3.8 | 7.0 |
//! | Brier score of two methods | 5 of 39, 5, 3, 2, 1 | 0.2 | none |
//! | Brier score of two subgroups | 200 and 12 of 1 image | 4.5 | |
//! | Brier score of two subgroups | 60 and 8 of 2 images | 0.1 | |
//!
//! Where less than ten effective patients stand behind a mean, or one of them has most of the samples, intervals are
//! wider than they say. Fifteen values as skewed as exponential ones have no symmetric test that holds.

use super::contributions::Contributions;
use super::interval::{Area, FEW};
use super::normal::{percent, two_sided_factor};
use super::proportion::wilson;
use super::square_and_add::{self, Graded, Term};
use super::student::student_factor;
use super::{Comparison, Estimate, StatsError};
use crate::metrics::{MetricError, finite};

/// What units are counted by.
const SAMPLES: &str = "samples";
/// Why there is no mean.
const NOTHING: &str = "no samples";

/// Values of samples within [0, 1] and the patients whose they are; numbers of patients are any.
#[derive(Clone, Copy, Debug)]
pub struct Samples<'a> {
    /// What the mean is of, such as squared errors.
    pub values: &'a [f64],
    /// The patient of each.
    pub patients: &'a [usize],
}

/// Mean of `a` minus mean of `b` on the same samples; `name` is what stands in the method, such as `Brier score`.
///
/// # Formula
/// `D ± t s`, cut at -1 and 1, and `p` of Student's `D / s`. `s^2 = sum_c d_c^2` over patients,
/// `d_c = sqrt((I - 1) / I) a_c / (n (1 - h_c))` with `a_c` the patient's sum of `x - D` and `h_c` the patient's share
/// of the `n` samples: patients of one sample each have `s^2 = sum (x - D)^2 / (n (n - 1))`. Degrees of freedom are
/// the smaller of `2 (sum d^2)^2 / sum d^4 - 1` and of what the shares allow, as for an AUC (see
/// [`obuchowski`](super::obuchowski)): few patients who differ very unevenly leave few.
///
/// # Errors
/// [`StatsError::Level`]; [`MetricError::LengthMismatch`] where values, of either, and patients differ in number, and
/// [`MetricError::NotFinite`].
///
/// # Examples
/// ```
/// use qpnet_audit::stats::clustered_mean::paired;
///
/// let (now, then) = ([0.1, 0.2, 0.4, 0.1], [0.2, 0.2, 0.9, 0.3]);
/// let found = paired("Brier score", &now, &then, &[0, 1, 2, 3], 0.95)?;
/// assert!((found.difference.value.unwrap() + 0.2).abs() < 1e-12);
/// assert!(found.p.unwrap() > 0.1);
/// # Ok::<(), qpnet_audit::stats::StatsError>(())
/// ```
pub fn paired(
    name: &str,
    a: &[f64],
    b: &[f64],
    patients: &[usize],
    level: f64,
) -> Result<Comparison, StatsError> {
    check("the second slice of values", a, b.len())?;
    check("the slice of patients", a, patients.len())?;
    finite(b)?;
    let change: Vec<f64> = a.iter().zip(b).map(|(a, b)| a - b).collect();
    let found = Contributions::of_mean(&change, patients, None);
    tested(&format!("{name}, paired, t"), a.len(), found, level)
}

/// Mean of `a` minus mean of `b` on other samples. Patients who have samples of both are known by their numbers: what
/// they add correlates.
///
/// # Formula
/// Each mean has the limits `M ± t s` of [`paired`], cut at 0 and 1. With fewer than ten effective patients they are
/// at least as wide as Wilson's for a share `M` of as many patients: errors that lie close together in eight patients
/// without a positive say nothing of those of positives. Both are put together by squaring and adding their
/// distances (Newcombe's method 10), and `p` is the level at which the interval touches 0.
///
/// # Errors
/// As [`paired`].
pub fn unpaired(name: &str, a: Samples<'_>, b: Samples<'_>, level: f64) -> Result<Comparison, StatsError> {
    let of = |samples: Samples<'_>| -> Result<_, StatsError> {
        check("the slice of patients", samples.values, samples.patients.len())?;
        let found = Contributions::of_mean(samples.values, samples.patients, None);
        let mean = found.as_ref().map(|found| Mean(found.area()));
        let n = samples.values.len();
        let estimate =
            mean.as_ref().map_or_else(|| Estimate::undefined(name, n, NOTHING), |m| m.bare(name, n));
        Ok((found, mean, estimate))
    };
    let ((x, a, first), (y, b, second)) = (of(a)?, of(b)?);
    let correlation = x.zip(y).map_or(0.0, |(x, y)| x.correlation(&y));
    let (first, second) = (term(&first, a.as_ref()), term(&second, b.as_ref()));
    square_and_add::difference(name, &first, &second, correlation, level)
}

fn term<'a>(estimate: &'a Estimate, mean: Option<&'a Mean>) -> Term<'a> {
    Term { estimate, graded: mean.map(|mean| mean as &dyn Graded) }
}

/// A mean of values within [0, 1]; `auc` of the area is the mean.
struct Mean(Area);

impl Mean {
    /// Without limits, which are found at every level.
    fn bare(&self, name: &str, n: usize) -> Estimate {
        let units = self.0.positives;
        let bare = Estimate::bare(self.0.auc, name, n).flagged(units.flag(SAMPLES));
        Estimate { se: self.0.variance.map(f64::sqrt), reason: units.too_few(SAMPLES), ..bare }
    }
}

impl Graded for Mean {
    fn value(&self) -> f64 {
        self.0.auc
    }

    fn limits_at(&self, level: f64) -> Result<Option<(f64, f64)>, StatsError> {
        let Area { auc: mean, variance, df, positives: units, .. } = self.0;
        if units.too_few(SAMPLES).is_some() {
            return Ok(None);
        }
        let half = student_factor(level, df)? * variance.unwrap_or_default().sqrt();
        let (mut low, mut high) = ((mean - half).max(0.0), (mean + half).min(1.0));
        if units.effective < FEW {
            let (least, most) = wilson(mean, units.effective, two_sided_factor(level)?);
            (low, high) = (low.min(least), high.max(most));
        }
        Ok(Some((low, high)))
    }
}

fn check(what: &'static str, values: &[f64], got: usize) -> Result<(), MetricError> {
    match values.len() {
        expected if expected != got => Err(MetricError::LengthMismatch { what, expected, got }),
        _ => finite(values),
    }
}

fn tested(name: &str, n: usize, found: Option<Contributions>, level: f64) -> Result<Comparison, StatsError> {
    two_sided_factor(level)?;
    let method = format!("{name} {}", percent(level));
    let Some(area) = found.map(|found| found.area()) else {
        return Ok(Comparison::undefined(method, n, NOTHING));
    };
    let units = area.positives;
    let difference = Estimate::bare(area.auc, method, n).flagged(units.flag(SAMPLES));
    let none = |reason: String| {
        let difference = Estimate { reason: Some(reason), ..difference.clone() };
        Ok(Comparison { difference, ..Comparison::untested() })
    };
    if let Some(reason) = units.too_few(SAMPLES) {
        return none(reason);
    }
    match area.variance.map(f64::sqrt) {
        // Equal values differ from their mean in the last digits.
        Some(se) if se > 1e-12 * area.auc.abs().max(1e-3) => {
            Comparison::within_one(Estimate { se: Some(se), ..difference }, area.df, level)
        }
        _ if area.auc == 0.0 => {
            let nothing = Some(0.0);
            let difference = Estimate { low: nothing, high: nothing, se: nothing, ..difference };
            let difference = difference.flagged(Some("all are alike: interval without width".to_owned()));
            Ok(Comparison { difference, z: nothing, df: None, p: Some(1.0) })
        }
        _ => none("the estimated variance of the difference is 0".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::student::two_sided_student_p;
    use approx::assert_abs_diff_eq;

    #[test]
    fn patients_of_one_sample_each_have_the_variance_of_the_books() {
        let change: [f64; 6] = [0.1, -0.2, 0.3, 0.05, -0.1, 0.15];
        let found = paired("x", &change, &[0.0; 6], &[5, 4, 3, 2, 1, 0], 0.95).expect("valid");
        let mean = change.iter().sum::<f64>() / 6.0;
        let squares: f64 = change.iter().map(|x| (x - mean).powi(2)).sum();
        let se = (squares / 30.0).sqrt();
        assert_abs_diff_eq!(found.difference.se.expect("se"), se, epsilon = 1e-15);
        let df = found.df.expect("degrees");
        assert!(df > 1.0 && df <= 5.0, "{df}");
        assert_abs_diff_eq!(found.p.expect("p"), two_sided_student_p(mean / se, df), epsilon = 1e-12);
    }

    #[test]
    fn a_patient_with_most_samples_counts_as_left_out() {
        // Of ten samples one patient has seven.
        let values = [0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.1, 0.2, 0.3];
        let patients = [0, 0, 0, 0, 0, 0, 0, 1, 2, 3];
        let found = paired("x", &values, &[0.0; 10], &patients, 0.95).expect("valid");
        let mean = |kept: &dyn Fn(usize) -> bool| {
            let own: Vec<f64> = (0..10).filter(|&i| kept(patients[i])).map(|i| values[i]).collect();
            own.iter().sum::<f64>() / own.len() as f64
        };
        let whole = mean(&|_| true);
        let squares: f64 = (0..4).map(|c| (whole - mean(&|patient| patient != c)).powi(2)).sum();
        assert_abs_diff_eq!(found.difference.se.expect("se"), (0.75 * squares).sqrt(), epsilon = 1e-14);
        let flag = found.difference.flag.expect("flag");
        assert!(flag.contains("10 samples of 4 patients, 70 % of them of one"), "{flag}");
    }

    #[test]
    fn equal_values_differ_by_nothing_and_two_patients_show_no_spread() {
        let same = paired("x", &[0.1, 0.4, 0.2], &[0.1, 0.4, 0.2], &[0, 1, 2], 0.95).expect("valid");
        assert_eq!((same.difference.triple(), same.p), (Some((0.0, 0.0, 0.0)), Some(1.0)));
        let two = paired("x", &[0.1, 0.4, 0.2], &[0.2; 3], &[0, 1, 1], 0.95).expect("valid");
        let reason = two.difference.reason.expect("reason");
        assert_eq!(reason, "only 2 patients have samples: no interval below 3");
        let constant = paired("x", &[0.3; 4], &[0.1; 4], &[0, 1, 2, 3], 0.95).expect("valid");
        assert!(constant.difference.low.is_none() && constant.p.is_none(), "{constant:?}");
        let short = paired("x", &[0.3; 4], &[0.1; 3], &[0, 1, 2, 3], 0.95);
        assert!(matches!(short, Err(StatsError::Metric(MetricError::LengthMismatch { got: 3, .. }))));
    }

    #[test]
    fn of_the_same_patients_the_difference_of_means_is_far_surer() {
        let noise = |i: usize| (i * 37 % 101) as f64 / 404.0;
        let (a, b): (Vec<f64>, Vec<f64>) =
            (0..60).map(|i| (0.3 + noise(i), 0.28 + noise(i) + 0.01 * noise(i + 7))).unzip();
        let own: Vec<usize> = (0..60).collect();
        let apart: Vec<usize> = (100..160).collect();
        let of = |patients: &[usize]| {
            let (a, b) = (Samples { values: &a, patients: &own }, Samples { values: &b, patients });
            unpaired("x", a, b, 0.95).expect("valid")
        };
        let (same, other) = (of(&own), of(&apart));
        assert_eq!(same.difference.value, other.difference.value);
        assert!(same.p < Some(0.001) && other.p > Some(0.1), "{same:?} {other:?}");
    }
}

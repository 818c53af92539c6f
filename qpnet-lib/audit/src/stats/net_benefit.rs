//! Net benefit of deciding at a threshold: what a decision curve draws.
//!
//! # Formula
//! `NB(t) = sum_i w_i (y_i c_i - (1 - y_i) c_i t / (1 - t)) / sum_i w_i`, with `c_i = [p_i >= t]`: true positives among
//! all, less the false ones by the odds at which whoever takes the threshold `t` trades them. It is a mean over samples,
//! whose error is that of a mean over patients ([`clustered_mean`](super::clustered_mean)); limits are `NB ± t s`.
//! Calling everybody positive has `c_i = 1`; the method minus that is a mean of differences on the same samples. Calling
//! nobody has 0.
//!
//! # Source
//! Vickers and Elkin, Med Decis Making 26:565, 2006.

use super::contributions::Contributions;
use super::normal::{percent, two_sided_factor};
use super::student::student_factor;
use super::{Comparison, Estimate, StatsError};
use crate::metrics::{MetricError, check};

/// Samples with their probabilities.
#[derive(Clone, Copy, Debug)]
pub struct Forecast<'a> {
    /// Outcomes.
    pub labels: &'a [bool],
    /// Probabilities.
    pub probabilities: &'a [f64],
    /// The patient of each.
    pub patients: &'a [usize],
    /// How much each counts; all alike unless said.
    pub weights: Option<&'a [f64]>,
}

/// The net benefit at one threshold.
#[derive(Clone, Debug)]
pub struct NetBenefit {
    /// Of the method.
    pub method: Estimate,
    /// Of calling everybody positive.
    pub everybody: Estimate,
    /// The method minus calling everybody positive.
    pub over_everybody: Comparison,
    /// What patients contribute to that of the method.
    pub contributions: Option<Contributions>,
}

/// At `threshold`, a probability above 0 and below 1.
///
/// # Errors
/// [`MetricError::Prevalence`] for another threshold; slices of other lengths; [`StatsError::Level`].
///
/// # Examples
/// ```
/// use qpnet_audit::stats::net_benefit::{Forecast, net_benefit};
/// let forecast = Forecast {
///     labels: &[true, true, false, false],
///     probabilities: &[0.9, 0.1, 0.8, 0.2],
///     patients: &[0, 1, 2, 3],
///     weights: None,
/// };
/// let found = net_benefit(forecast, 0.2, 0.95)?;
/// // One of two positives, both negatives at 1 : 4.
/// assert!((found.method.value.unwrap() - (1.0 - 2.0 * 0.25) / 4.0).abs() < 1e-15);
/// # Ok::<(), qpnet_audit::stats::StatsError>(())
/// ```
pub fn net_benefit(given: Forecast<'_>, threshold: f64, level: f64) -> Result<NetBenefit, StatsError> {
    check(given.labels, given.probabilities)?;
    let expected = given.labels.len();
    let weighted = given.weights.map_or(expected, <[f64]>::len);
    for (what, got) in [("the slice of patients", given.patients.len()), ("the slice of weights", weighted)] {
        if expected != got {
            return Err(MetricError::LengthMismatch { what, expected, got }.into());
        }
    }
    if !(threshold > 0.0 && threshold < 1.0) {
        return Err(MetricError::Prevalence { what: "the threshold of a net benefit", got: threshold }.into());
    }
    let odds = threshold / (1.0 - threshold);
    let value = |i: usize, called: bool| match (called, given.labels[i]) {
        (false, _) => 0.0,
        (true, true) => 1.0,
        (true, false) => -odds,
    };
    let own = |i: usize| value(i, given.probabilities[i] >= threshold);
    let mean = |of: &dyn Fn(usize) -> f64| {
        let values: Vec<f64> = (0..expected).map(of).collect();
        Contributions::of_mean(&values, given.patients, given.weights)
    };
    let (method, everybody) = (mean(&own), mean(&|i| value(i, true)));
    let over = mean(&|i| own(i) - value(i, true));
    Ok(NetBenefit {
        method: estimate("net benefit", expected, method.as_ref(), level)?,
        everybody: estimate(
            "net benefit of calling everybody positive",
            expected,
            everybody.as_ref(),
            level,
        )?,
        over_everybody: difference(expected, over.as_ref(), level)?,
        contributions: method,
    })
}

fn estimate(name: &str, n: usize, found: Option<&Contributions>, level: f64) -> Result<Estimate, StatsError> {
    two_sided_factor(level)?;
    let method = format!("{name}, t over patients, {}", percent(level));
    let Some(area) = found.map(Contributions::area) else {
        return Ok(Estimate::undefined(method, n, "no samples"));
    };
    let bare = Estimate::bare(area.auc, method.clone(), n);
    match (area.positives.too_few("samples"), area.variance) {
        (None, Some(variance)) => {
            let half = student_factor(level, area.df)? * variance.sqrt();
            let found = Estimate::new(area.auc, area.auc - half, area.auc + half, method, n);
            if variance == 0.0 {
                // That these patients are alike does not say that all others are.
                let reason = "all samples count alike: no interval";
                return Ok(Estimate { se: Some(0.0), reason: Some(reason.to_owned()), ..bare });
            }
            Ok(Estimate { se: Some(variance.sqrt()), ..found })
        }
        (reason, _) => {
            Ok(Estimate { reason: reason.or(Some("all samples are of one patient".into())), ..bare })
        }
    }
}

fn difference(n: usize, found: Option<&Contributions>, level: f64) -> Result<Comparison, StatsError> {
    let difference = estimate("net benefit, paired", n, found, level)?;
    let df = found.map_or(1.0, |found| found.area().df);
    match difference.se {
        Some(se) if se > 0.0 => Ok(Comparison::student(difference, df)),
        _ => {
            let alike = difference.value == Some(0.0) && difference.se.is_some();
            Ok(Comparison { difference, p: alike.then_some(1.0), ..Comparison::untested() })
        }
    }
}

//! Several trainings that differ by their seed: how much of the uncertainty is theirs.
//!
//! All seeds are measured on the same test set, so that the error of the test set does not
//! shrink with the number of seeds: it is common to all of them.

use super::normal::{percent, two_sided_factor};
use super::student::student_factor;
use super::{Estimate, StatsError};

/// Between-seed and within-seed uncertainty of one measure.
#[derive(Clone, Debug, PartialEq)]
pub struct SeedSpread {
    /// Number of seeds.
    pub seeds: usize,
    /// Standard deviation between seeds (divisor `S - 1`); `None` with one seed.
    pub between_sd: Option<f64>,
    /// Standard error within a seed: root mean square over seeds; `None` when one lacks it.
    pub within_se: Option<f64>,
    /// Uncertainty of a single training, `sqrt(between^2 + within^2)`.
    pub total: Option<f64>,
    /// The mean over seeds. Its `se` is `sqrt(between^2 / S + within^2)`.
    pub mean: Estimate,
}

/// Split the uncertainty of a measure over seeds; the samples of all estimates are the same.
/// A seed without a value makes the mean undefined: seeds are not dropped.
///
/// # Formula
/// `A = mean_s A_s`, `b^2 = sum (A_s - A)^2 / (S - 1)`, `w^2 = mean_s se_s^2`,
/// `se(A)^2 = b^2 / S + w^2`, limits `A ± t se(A)` with Student's t of Satterthwaite's
/// `(b^2 / S + w^2)^2 / ((b^2 / S)^2 / (S - 1))` degrees of freedom, `w` counting as known.
/// What seed and test set do *together* is in both parts: the sum errs on the wide side.
///
/// # Errors
/// [`StatsError::Level`].
///
/// # Examples
/// ```
/// use qpnet_audit::stats::{Estimate, seeds::seed_spread};
/// let run = |auc| Estimate { se: Some(0.03), ..Estimate::new(auc, 0.7, 0.9, "DeLong 95 %", 400) };
/// let found = seed_spread(&[run(0.75), run(0.83)], 0.95)?;
/// assert!((found.between_sd.expect("two seeds") - 0.08 / 2f64.sqrt()).abs() < 1e-12);
/// assert!((found.mean.se.expect("se") - 0.05).abs() < 1e-12);
/// # Ok::<(), qpnet_audit::stats::StatsError>(())
/// ```
pub fn seed_spread(estimates: &[Estimate], level: f64) -> Result<SeedSpread, StatsError> {
    let seeds = estimates.len();
    let count = seeds as f64;
    two_sided_factor(level)?;
    let n = estimates.iter().map(|e| e.n).max().unwrap_or_default();
    let method = format!("mean of {seeds} seeds, between and within, {}", percent(level));
    let ses: Option<Vec<f64>> = estimates.iter().map(|e| e.se).collect();
    let within = ses.filter(|_| seeds > 0).map(|s| s.iter().map(|se| se * se).sum::<f64>() / count);
    let none = |reason: String| SeedSpread {
        seeds,
        between_sd: None,
        within_se: within.map(f64::sqrt),
        total: None,
        mean: Estimate::undefined(method.clone(), n, reason),
    };
    let values: Option<Vec<f64>> = estimates.iter().map(|e| e.value).collect();
    let Some(values) = values.filter(|values| !values.is_empty()) else {
        let missing = estimates.iter().filter(|e| e.value.is_none()).count();
        return Ok(none(format!("{missing} of {seeds} seeds have no value")));
    };
    let value = values.iter().sum::<f64>() / count;
    let between = values.iter().map(|v| (v - value).powi(2)).sum::<f64>() / (count - 1.0);
    let between = (seeds > 1).then_some(between);
    let mut mean = Estimate::bare(value, method.clone(), n);
    match between.zip(within) {
        Some((b, w)) => {
            let variance = b / count + w;
            let df = variance.powi(2) / ((b / count).powi(2) / (count - 1.0));
            // Without any spread there are no degrees of freedom, and nothing to widen.
            let half = if variance > 0.0 { student_factor(level, df)? * variance.sqrt() } else { 0.0 };
            (mean.low, mean.high, mean.se) = (Some(value - half), Some(value + half), Some(variance.sqrt()));
        }
        None if between.is_none() => mean.reason = Some("one seed: no spread between seeds".into()),
        None => mean.reason = Some("a seed has no standard error".into()),
    }
    Ok(SeedSpread {
        seeds,
        between_sd: between.map(f64::sqrt),
        within_se: within.map(f64::sqrt),
        total: between.zip(within).map(|(b, w)| (b + w).sqrt()),
        mean,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(value: Option<f64>, se: Option<f64>) -> Estimate {
        Estimate { value, se, ..Estimate::undefined("m", 10, "") }
    }

    #[test]
    fn one_seed_and_missing_values_are_explained() {
        let one = seed_spread(&[run(Some(0.8), Some(0.1))], 0.95).expect("level");
        assert_eq!((one.mean.value, one.between_sd, one.within_se), (Some(0.8), None, Some(0.1)));
        assert!(one.mean.low.is_none() && one.mean.reason.is_some());
        let lost = seed_spread(&[run(Some(0.8), None), run(None, None)], 0.95).expect("level");
        assert_eq!(lost.mean.reason.as_deref(), Some("1 of 2 seeds have no value"));
        assert_eq!(seed_spread(&[], 0.95).expect("level").mean.value, None);
    }
}

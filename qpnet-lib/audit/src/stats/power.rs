//! What a comparison could have seen, and how many patients a wanted precision asks for.
//!
//! A difference that is not shown may be none, or too small for the data: both are told apart by the smallest
//! difference that they would have shown most of the time.
//!
//! # Formula
//! `D = (t_(1 - a/2) + t_P) s` for a standard error `s` with `f` degrees of freedom, a two-sided test at `a` and power
//! `P`, quantiles of Student's distribution with `f` degrees. Limits take the error of `s` in:
//! `D sqrt(f / q)` at the quantiles `q` of chi-square with `f` degrees of freedom.
//!
//! Of a gap between the AUCs `A` and `B` of two subgroups the second would lie at `A - D`, where its AUC has another
//! variance: `s^2 = v_1 + v_2 V(A - D) / V(B)`, with Newcombe's `V` ([`newcombe_variance`]) at the effective numbers of its
//! patients; `D` is the smallest solution. Without that, two of three such gaps are shown in place of four of five.
//! Where the estimated variance of an AUC is 0 (no pair in the wrong order) it has the error of its score interval
//! ([`newcombe`]): the distance to the further limit over `t`, and the second `V(A - D)` itself. Limits of `D` end at
//! the largest difference that there can be.
//!
//! A half-width `h` of the interval needs `t_(1 - a/2)^2 (v_1 + v_2 n / N) = h^2` with as many patients `N` of the
//! subgroup in place of its `n`, if those of the other stay as they are and further patients are like these. Degrees of
//! freedom of the second grow with `N`, and `t` with them; `N` is the smallest solution, and there is none where the
//! interval of the first alone is as wide.
//!
//! # Source
//! Lachin, Controlled Clinical Trials 2:93, 1981 (sample size by the standard error of the test); Obuchowski and
//! McClish, Stat Med 16:1529, 1997 (differences of AUCs). Newcombe, Stat Med 25:559, 2006 (the variance at another AUC).

mod size;

pub use size::{patients_needed, patients_needed_paired};

use super::interval::{newcombe, newcombe_variance};
use super::student::{student_factor, two_sided_student_p};
use super::{Estimate, StatsError};
use statrs::distribution::{ChiSquared, ContinuousCDF, Normal};

/// A standard error with its degrees of freedom.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Error {
    /// Standard error.
    pub se: f64,
    /// Degrees of freedom; may be infinite.
    pub df: f64,
}

impl Error {
    /// Of a difference of two, whose covariance is `covariance`: Satterthwaite's degrees of freedom.
    pub fn of_difference(a: Self, b: Self, covariance: f64) -> Self {
        let [v, w] = [a, b].map(|of| of.se * of.se);
        let parts = v * v / a.df + w * w / b.df;
        let df = if parts > 0.0 { (v + w) * (v + w) / parts } else { f64::INFINITY };
        Self { se: (v + w - 2.0 * covariance).max(0.0).sqrt(), df }
    }
}

/// The smallest difference that a two-sided test at `1 - level` would show with probability `power`.
///
/// # Errors
/// [`StatsError::Level`] for a level or a power that is none; [`StatsError::Freedom`].
///
/// # Examples
/// ```
/// use qpnet_audit::stats::power::{Error, detectable};
/// let found = detectable(Error { se: 0.02, df: f64::INFINITY }, 0.8, 0.95)?;
/// assert!((found.value.unwrap() - 0.02 * (1.959964 + 0.841621)).abs() < 1e-7);
/// # Ok::<(), qpnet_audit::stats::StatsError>(())
/// ```
pub fn detectable(error: Error, power: f64, level: f64) -> Result<Estimate, StatsError> {
    within(error, power, level, 1.0)
}

/// [`detectable`], where no difference is larger than `most`.
fn within(error: Error, power: f64, level: f64, most: f64) -> Result<Estimate, StatsError> {
    let value = smallest(error, power, level)?;
    let method = format!("detectable with power {power}, two-sided at {:.4}", 1.0 - level);
    // Halving ends beside the largest difference, not on it.
    if value > most + 1e-9 {
        return Ok(Estimate::undefined(method, 0, "not even the largest difference would be shown so often"));
    }
    if error.df.is_infinite() {
        return Ok(Estimate::new(value, value, value, method, 0));
    }
    let tail = (1.0 - level) / 2.0;
    let limit = |q: f64| value * (error.df / chi_square(q, error.df)).sqrt();
    let (low, high) = (limit(1.0 - tail), limit(tail));
    let cut = (high > most).then(|| format!("limits end at the largest difference there can be, {most:.3}"));
    Ok(Estimate::new(value, low, high.min(most), method, 0).flagged(cut))
}

/// An AUC with its error and the effective numbers of patients with positives and with negatives.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Side {
    /// The AUC.
    pub auc: f64,
    /// Its error; `None` where the estimated variance is 0.
    pub error: Option<Error>,
    /// Effective numbers.
    pub units: [f64; 2],
}

impl Side {
    /// The error with `times` as many patients.
    fn of_times(&self, times: f64, level: f64) -> Result<Error, StatsError> {
        if let Some(Error { se, df }) = self.error {
            return Ok(Error { se: se / times.sqrt(), df: (df * times).max(1.0) });
        }
        let [m, n] = self.units.map(|units| units * times);
        let df = (m + n - 2.0).max(1.0);
        let factor = student_factor(level, df)?;
        let (low, high) = newcombe(self.auc, m, n, factor);
        Ok(Error { se: (self.auc - low).max(high - self.auc) / factor, df })
    }

    /// The error at another AUC, and by how much it is larger.
    fn at(&self, auc: f64) -> (Error, f64) {
        let [m, n] = self.units;
        let then = newcombe_variance(auc.clamp(0.0, 1.0), m, n);
        match (self.error, newcombe_variance(self.auc, m, n)) {
            (Some(error), now) if now > 0.0 => {
                let ratio = (then / now).sqrt();
                (Error { se: error.se * ratio, ..error }, ratio)
            }
            (Some(error), _) => (error, 1.0),
            (None, _) => (Error { se: then.sqrt(), df: (m + n - 2.0).max(1.0) }, 1.0),
        }
    }
}

/// [`detectable`] of the AUC of `first` minus that of `second`, where the second is behind; `None` where not even an AUC
/// of 0 would be shown so often.
///
/// # Errors
/// As [`detectable`].
pub fn detectable_gap(
    first: Side,
    second: Side,
    covariance: f64,
    (power, level): (f64, f64),
) -> Result<Option<Estimate>, StatsError> {
    let own = first.of_times(1.0, level)?;
    let at = |gap: f64| {
        let (moved, ratio) = second.at(first.auc - gap);
        Error::of_difference(own, moved, covariance * ratio)
    };
    let excess = |gap: f64| -> Result<f64, StatsError> { Ok(gap - smallest(at(gap), power, level)?) };
    // The error may grow or shrink on the way down: the first change of sign is the smallest solution.
    let (mut low, mut high) = (0.0, 0.0);
    for step in 1..=STEPS {
        high = first.auc * f64::from(step) / f64::from(STEPS);
        if excess(high)? >= 0.0 {
            break;
        }
        low = high;
    }
    if low == high {
        return Ok(None);
    }
    while high - low > 1e-13 {
        let middle = (low + high) / 2.0;
        *(if excess(middle)? >= 0.0 { &mut high } else { &mut low }) = middle;
    }
    within(at(high), power, level, first.auc).map(Some)
}

/// The value of [`detectable`].
fn smallest(error: Error, power: f64, level: f64) -> Result<f64, StatsError> {
    Ok((student_factor(level, error.df)? + quantile(power, error.df)?) * error.se)
}

/// Gaps that are tried before halving.
const STEPS: u32 = 200;

/// The power of the two-sided test at `1 - level` for a true `difference`, the far side left out.
///
/// # Errors
/// As [`detectable`].
pub fn power(error: Error, difference: f64, level: f64) -> Result<f64, StatsError> {
    let t = difference.abs() / error.se - student_factor(level, error.df)?;
    let half = two_sided_student_p(t, error.df) / 2.0;
    Ok(if t < 0.0 { half } else { 1.0 - half })
}

/// From here on the cube root of chi-square is normal to more digits than any standard error has.
const MANY: f64 = 1e4;

/// Quantile of chi-square; Wilson and Hilferty's (Proc Natl Acad Sci 17:684, 1931) of many degrees of freedom.
fn chi_square(q: f64, df: f64) -> f64 {
    match ChiSquared::new(df) {
        Ok(known) if df < MANY => known.inverse_cdf(q),
        _ => {
            let part = 2.0 / (9.0 * df);
            df * (1.0 - part + Normal::standard().inverse_cdf(q) * part.sqrt()).powi(3)
        }
    }
}

/// Quantile of Student's distribution above the middle.
fn quantile(share: f64, df: f64) -> Result<f64, StatsError> {
    if !(share > 0.5 && share < 1.0) {
        return Err(StatsError::Level(share));
    }
    student_factor(2.0 * share - 1.0, df)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn power_at_the_detectable_difference_is_the_one_asked_for() {
        for (se, df) in [(0.03, 12.0), (0.01, 150.0), (0.2, f64::INFINITY)] {
            for wanted in [0.8, 0.9] {
                let error = Error { se, df };
                let found = detectable(error, wanted, 0.95).expect("valid");
                let value = found.value.expect("value");
                assert!((power(error, value, 0.95).expect("valid") - wanted).abs() < 1e-9);
                assert!(found.low <= Some(value) && Some(value) <= found.high);
            }
        }
        assert!(detectable(Error { se: 0.1, df: 5.0 }, 0.4, 0.95).is_err());
    }

    #[test]
    fn chi_square_goes_over_into_its_cube_root() {
        let exact = ChiSquared::new(MANY - 1.0).expect("degrees");
        for q in [0.025, 0.5, 0.975] {
            let part = 2.0 / (9.0 * (MANY - 1.0));
            let root = (1.0 - part + Normal::standard().inverse_cdf(q) * part.sqrt()).powi(3) * (MANY - 1.0);
            assert!((exact.inverse_cdf(q) / root - 1.0).abs() < 1e-6);
            assert!((chi_square(q, MANY - 1.0) - exact.inverse_cdf(q)).abs() < 1e-6);
        }
        // Tables: 9.488 of 4 degrees at 0.95.
        assert!((chi_square(0.95, 4.0) - 9.487_729_036_781_154).abs() < 1e-6);
    }

    fn side(auc: f64, se: f64, df: f64) -> Side {
        Side { auc, error: Some(Error { se, df }), units: [60.0, 90.0] }
    }

    #[test]
    fn a_variance_of_nothing_is_that_of_the_score_interval() {
        let perfect = Side { auc: 1.0, error: None, units: [20.0, 20.0] };
        let found = detectable_gap(perfect, perfect, 0.0, (0.8, 0.95)).expect("valid").expect("one");
        let value = found.value.expect("value");
        // The interval of 20 + 20 separate samples ends at 0.83: nothing below some 0.17 could be told from it.
        let (low, _) = newcombe(1.0, 20.0, 20.0, student_factor(0.95, 38.0).expect("df"));
        assert!(value > 1.0 - low && value < 0.6, "{value} {low}");
    }

    #[test]
    fn no_difference_is_larger_than_there_can_be() {
        let found = detectable(Error { se: 0.15, df: 3.0 }, 0.8, 0.95).expect("valid");
        assert!(found.value < Some(1.0) && found.high == Some(1.0) && found.flag.is_some(), "{found:?}");
        let none = detectable(Error { se: 0.9, df: 3.0 }, 0.8, 0.95).expect("valid");
        assert!(none.value.is_none() && none.reason.is_some());
        let found = detectable_gap(side(0.6, 0.05, 9.0), side(0.6, 0.1, 4.0), 0.0, (0.8, 0.95));
        let found = found.expect("valid").expect("one");
        assert!(found.high <= Some(0.6) && found.flag.is_some(), "{found:?}");
    }
}

//! The normal distribution, as far as intervals and tests need it: tails to 1e-10 of themselves down to 1e-290,
//! factors to 1e-10 for levels of 1e-6 to 1 - 1e-10 (compared with references in `tests/statistics/tails.rs`).

use super::StatsError;
use statrs::function::erf::{erf_inv, erfc, erfc_inv};
use std::f64::consts::SQRT_2;

/// The factor `z` of a two-sided interval.
///
/// # Errors
/// [`StatsError::Level`] unless `0 < level < 1`.
///
/// # Examples
/// ```
/// let z = qpnet_audit::stats::normal::two_sided_factor(0.95)?;
/// assert!((z - 1.959963984540054).abs() < 1e-12);
/// # Ok::<(), qpnet_audit::stats::StatsError>(())
/// ```
pub fn two_sided_factor(level: f64) -> Result<f64, StatsError> {
    if !(level > 0.0 && level < 1.0) {
        return Err(StatsError::Level(level));
    }
    // By the part that keeps its digits.
    Ok(SQRT_2 * if level < 0.5 { erf_inv(level) } else { erfc_inv(1.0 - level) })
}

/// Two-sided p-value of a standard normal statistic.
///
/// # Formula
/// `p = erfc(|z| / sqrt(2))`
///
/// # Examples
/// ```
/// use qpnet_audit::stats::normal::two_sided_p;
/// assert_eq!(two_sided_p(0.0), 1.0);
/// assert!((two_sided_p(-1.959963984540054) - 0.05).abs() < 1e-10);
/// ```
pub fn two_sided_p(z: f64) -> f64 {
    erfc(z.abs() / SQRT_2)
}

/// One-sided p-value of a standard normal statistic, for the alternative "larger".
///
/// # Formula
/// `p = erfc(z / sqrt(2)) / 2`
///
/// # Examples
/// ```
/// use qpnet_audit::stats::normal::upper_p;
/// assert_eq!(upper_p(0.0), 0.5);
/// assert!((upper_p(1.6448536269514722) - 0.05).abs() < 1e-10);
/// ```
pub fn upper_p(z: f64) -> f64 {
    erfc(z / SQRT_2) / 2.0
}

/// `95 %` of 0.95, as it is written behind the name of a method.
pub fn percent(level: f64) -> String {
    let hundred = level * 100.0;
    if (hundred - hundred.round()).abs() < 1e-9 {
        format!("{} %", hundred.round())
    } else {
        format!("{hundred:.1} %")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_outside_the_unit_interval_are_refused() {
        for level in [0.0, 1.0, 95.0, -0.1, f64::NAN] {
            assert!(two_sided_factor(level).is_err(), "{level}");
        }
        assert_eq!(percent(0.95), "95 %");
        assert_eq!(percent(0.999), "99.9 %");
    }
}

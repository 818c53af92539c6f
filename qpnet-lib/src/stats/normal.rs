//! The normal and Student's distribution, as far as intervals and tests need it.

use super::StatsError;
use statrs::distribution::{ContinuousCDF, Normal, StudentsT};
use statrs::function::erf::erfc;

/// The factor `z` of a two-sided interval.
///
/// # Errors
/// [`StatsError::Level`] unless `0 < level < 1`.
///
/// # Examples
/// ```
/// let z = qpnet_lib::stats::normal::two_sided_factor(0.95)?;
/// assert!((z - 1.959963984540054).abs() < 1e-12);
/// # Ok::<(), qpnet_lib::stats::StatsError>(())
/// ```
pub fn two_sided_factor(level: f64) -> Result<f64, StatsError> {
    if !(level > 0.0 && level < 1.0) {
        return Err(StatsError::Level(level));
    }
    Ok(Normal::standard().inverse_cdf(0.5 + level / 2.0))
}

/// The factor of a two-sided interval from Student's t with `df` degrees of freedom (which
/// need not be whole); the normal factor where `df` is no positive number.
///
/// From 1000 degrees of freedom on it is Fisher's expansion in `1 / df`, to twelve digits: a
/// search for the quantile would not end there.
///
/// # Errors
/// [`StatsError::Level`] unless `0 < level < 1`.
///
/// # Examples
/// ```
/// let t = qpnet_lib::stats::normal::student_factor(0.95, 10.0)?;
/// assert!((t - 2.2281388519649385).abs() < 1e-8);
/// # Ok::<(), qpnet_lib::stats::StatsError>(())
/// ```
pub fn student_factor(level: f64, df: f64) -> Result<f64, StatsError> {
    let normal = two_sided_factor(level)?;
    if df >= 1000.0 {
        let (z, square) = (normal, normal * normal);
        let first = z * (square + 1.0) / 4.0;
        let second = z * ((5.0 * square + 16.0) * square + 3.0) / 96.0;
        let third = z * (((3.0 * square + 19.0) * square + 17.0) * square - 15.0) / 384.0;
        return Ok(z + (first + (second + third / df) / df) / df);
    }
    let t = StudentsT::new(0.0, 1.0, df).map(|t| t.inverse_cdf(0.5 + level / 2.0));
    Ok(t.ok().filter(|t| t.is_finite()).unwrap_or(normal))
}

/// Two-sided p-value of a standard normal statistic.
///
/// # Formula
/// `p = erfc(|z| / sqrt(2))`, to ten digits, in the far tail too.
///
/// # Examples
/// ```
/// use qpnet_lib::stats::normal::two_sided_p;
/// assert_eq!(two_sided_p(0.0), 1.0);
/// assert!((two_sided_p(-1.959963984540054) - 0.05).abs() < 1e-10);
/// ```
pub fn two_sided_p(z: f64) -> f64 {
    erfc(z.abs() / std::f64::consts::SQRT_2)
}

/// One-sided p-value of a standard normal statistic, for the alternative "larger".
///
/// # Formula
/// `p = erfc(z / sqrt(2)) / 2`
///
/// # Examples
/// ```
/// use qpnet_lib::stats::normal::upper_p;
/// assert_eq!(upper_p(0.0), 0.5);
/// assert!((upper_p(1.6448536269514722) - 0.05).abs() < 1e-10);
/// ```
pub fn upper_p(z: f64) -> f64 {
    erfc(z / std::f64::consts::SQRT_2) / 2.0
}

/// `95 %` of 0.95, as it is written behind the name of a method.
pub(crate) fn percent(level: f64) -> String {
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
    fn student_becomes_normal_without_a_step() {
        // R: qt(0.975, c(999, 1000, 1e6)).
        for (df, expected) in
            [(999.0, 1.962_341_461), (1000.0, 1.962_339_081), (1e6, 1.959_966_357), (1e300, 1.959_963_985)]
        {
            let found = student_factor(0.95, df).expect("level");
            assert!((found - expected).abs() < 1e-8, "{df}: {found}");
        }
        assert_eq!(student_factor(0.95, f64::INFINITY), two_sided_factor(0.95));
    }

    #[test]
    fn levels_outside_the_unit_interval_are_refused() {
        for level in [0.0, 1.0, 95.0, -0.1, f64::NAN] {
            assert!(two_sided_factor(level).is_err(), "{level}");
        }
        assert_eq!(percent(0.95), "95 %");
        assert_eq!(percent(0.999), "99.9 %");
    }
}

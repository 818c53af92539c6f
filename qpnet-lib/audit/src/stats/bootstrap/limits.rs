//! From replicates to limits.

pub use super::quantile::quantile;
use super::reading::Reading;
use crate::stats::StatsError;
use crate::stats::normal::two_sided_factor;

/// How limits are read off the replicates `t*` of a value `t`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Interval {
    /// Quantiles of `t*`: keeps to the range of the statistic, but a bias of `t` counts twice.
    Percentile,
    /// `2 t` minus the quantiles of `t*`: removes a bias, but may leave the range.
    Basic,
    /// Percentile limits at levels corrected for bias and for a standard error that changes
    /// with the value: the default.
    #[default]
    Bca,
}

impl Interval {
    /// As it is written in the name of a method.
    pub fn name(self) -> &'static str {
        match self {
            Self::Percentile => "percentile",
            Self::Basic => "basic",
            Self::Bca => "BCa",
        }
    }
}

/// Percentile limits; `None` without replicates.
///
/// # Errors
/// [`StatsError::Level`] unless `0 < level < 1`.
pub fn percentile(sorted: &[f64], level: f64) -> Result<Option<(f64, f64)>, StatsError> {
    Ok(Reading::percentile(sorted).interval(two_sided_factor(level)?))
}

/// Basic limits: the percentile limits mirrored at the value.
///
/// # Errors
/// As [`percentile`].
pub fn basic(value: f64, sorted: &[f64], level: f64) -> Result<Option<(f64, f64)>, StatsError> {
    Ok(Reading::basic(value, sorted).interval(two_sided_factor(level)?))
}

/// Bias-corrected and accelerated limits. `jackknife[h]` holds the values with one patient of
/// stratum `h` left out. `None` where the correction does not exist: without replicates, with
/// all of them on one side of the value, without a jackknife that varies, or where the
/// acceleration turns the correction round.
///
/// # Formula
/// `alpha' = Phi(z0 + (z0 + z) / (1 - a (z0 + z)))` for either limit `z`, with
/// `z0 = Phi^-1((#{t* < t} + #{t* = t} / 2) / B)` and, over strata `h` of `n_h` patients,
/// `a = (1/6) sum l^3 / n_h^3 / (sum l^2 / n_h^2)^(3/2)`, `l = (n_h - 1)(mean_h t_(-i) - t_(-i))`.
///
/// # Errors
/// As [`percentile`].
///
/// # Source
/// Efron, JASA 82:171, 1987; acceleration over strata: Davison and Hinkley 1997, section 5.3.
pub fn bca(
    value: f64,
    sorted: &[f64],
    jackknife: &[Vec<f64>],
    level: f64,
) -> Result<Option<(f64, f64)>, StatsError> {
    let factor = two_sided_factor(level)?;
    Ok(Reading::bca(value, sorted, jackknife, factor).and_then(|reading| reading.interval(factor)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_bias_and_skewness_all_three_agree() {
        let sorted: Vec<f64> = (0..1001).map(|i| f64::from(i) / 1000.0).collect();
        let even = vec![vec![0.4, 0.5, 0.6]];
        let plain = percentile(&sorted, 0.9).expect("level").expect("values");
        for found in [basic(0.5, &sorted, 0.9), bca(0.5, &sorted, &even, 0.9)] {
            let (low, high) = found.expect("level").expect("values");
            assert!((low - plain.0).abs() < 1e-9 && (high - plain.1).abs() < 1e-9);
        }
    }

    #[test]
    fn a_correction_that_does_not_exist_is_none() {
        let even = vec![vec![0.4, 0.5, 0.6]];
        assert_eq!(bca(2.0, &[0.0, 1.0], &even, 0.95), Ok(None));
        assert_eq!(bca(0.5, &[0.0, 1.0], &[vec![0.5, 0.5]], 0.95), Ok(None));
        assert_eq!(bca(0.5, &[], &even, 0.95), Ok(None));
        assert!(percentile(&[0.0], 95.0).is_err());
    }
}

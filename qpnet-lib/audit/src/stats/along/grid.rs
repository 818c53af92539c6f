//! Bandwidth and grid, from the attribute's values alone.

use super::super::bootstrap::limits::quantile;
use crate::math::powf;

/// Fewest and most steps of a grid.
const STEPS: [f64; 2] = [24.0, 40.0];

/// Where a bandwidth comes from.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum GridRule {
    /// [`bandwidth`].
    Values,
    /// It was given.
    Given(f64),
}

impl GridRule {
    /// The bandwidth for these values; `None` where all patients have the same one.
    pub fn bandwidth(self, values: &[f64], patients: &[usize]) -> Option<f64> {
        match self {
            Self::Given(width) => Some(width),
            Self::Values => bandwidth(values, patients),
        }
    }

    /// As reports say it.
    pub fn words(self) -> &'static str {
        match self {
            Self::Values => "1.06 min(SD, IQR / 1.349) n^(-1/5) over the means of n patients",
            Self::Given(_) => "given",
        }
    }
}

/// A bandwidth that no outcome and no score has a say in; `None` where all patients have the same value.
///
/// # Formula
/// `h = 1.06 min(SD, IQR / 1.349) n^(-1/5)` over the `n` patients, each with the mean of its samples; the standard
/// deviation has the divisor `n - 1`, quartiles are straight lines between order statistics, and an interquartile
/// range of 0 is left out.
///
/// # Examples
/// ```
/// use qpnet_audit::stats::along::bandwidth;
/// // Twice 1 and 3, of two patients: their means are 1 and 3.
/// let h = bandwidth(&[1.0, 1.0, 3.0, 3.0], &[0, 0, 1, 1]).expect("two values");
/// assert!((h - 1.06 * (1.0 / 1.349) * 2f64.powf(-0.2)).abs() < 1e-12);
/// assert_eq!(bandwidth(&[5.0, 5.0], &[0, 1]), None);
/// ```
///
/// # Source
/// Scott, Multivariate Density Estimation, 1992, 6.2; the smaller of two spreads: Silverman, Density Estimation, 1986, 3.4.2.
pub fn bandwidth(values: &[f64], patients: &[usize]) -> Option<f64> {
    let mut pairs: Vec<(usize, f64)> = patients.iter().copied().zip(values.iter().copied()).collect();
    // By patient and value, so that the order of rows changes no digit.
    pairs.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
    let mean = |own: &[(usize, f64)]| own.iter().map(|pair| pair.1).sum::<f64>() / own.len().max(1) as f64;
    let mut means: Vec<f64> = pairs.chunk_by(|a, b| a.0 == b.0).map(mean).collect();
    means.sort_unstable_by(f64::total_cmp);
    let n = means.len() as f64;
    if means.len() < 2 || means[0] == means[means.len() - 1] {
        return None;
    }
    let centre = means.iter().sum::<f64>() / n;
    let deviation = (means.iter().map(|m| (m - centre).powi(2)).sum::<f64>() / (n - 1.0)).sqrt();
    let range = (quantile(&means, 0.75)? - quantile(&means, 0.25)?) / 1.349;
    let spread = if range > 0.0 { range.min(deviation) } else { deviation };
    Some(1.06 * spread * powf(n, -0.2))
}

/// Points from the smallest to the largest value in equal steps of at most half a bandwidth, 25 to 41 of them; one where all
/// values are the same.
///
/// # Examples
/// ```
/// use qpnet_audit::stats::along::grid;
/// let points = grid(&[20.0, 80.0, 35.0], 10.0);
/// assert_eq!((points.len(), points[0], points[24]), (25, 20.0, 80.0));
/// assert_eq!(grid(&[5.0, 5.0], 1.0), [5.0]);
/// ```
pub fn grid(values: &[f64], bandwidth: f64) -> Vec<f64> {
    let low = values.iter().copied().fold(f64::INFINITY, f64::min);
    let high = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    if low >= high {
        return values.first().copied().into_iter().collect();
    }
    let steps = (2.0 * (high - low) / bandwidth).ceil().clamp(STEPS[0], STEPS[1]);
    (0..=steps as usize).map(|at| low + (high - low) * (at as f64 / steps)).collect()
}

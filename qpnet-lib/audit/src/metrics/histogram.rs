//! Where scores lie: a histogram of equal widths as a density.

use super::{MetricError, error::finite};

/// One bin of a density.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DensityBin {
    /// Its lower end.
    pub low: f64,
    /// Its upper end.
    pub high: f64,
    /// Share of the weight in it, divided by its width.
    pub density: f64,
}

/// A histogram of `bins` equal widths from `low` to `high` whose area is 1; empty without weight.
/// Values at an inner end belong to the bin above it; values outside are left out, and the area
/// is that of what lies inside.
///
/// # Formula
/// `d_b = sum_{i in b} w_i / (h sum_i w_i)`, `h = (high - low) / bins`.
///
/// # Errors
/// [`MetricError::NotFinite`], [`MetricError::LengthMismatch`], [`MetricError::NoBins`] for no bins
/// or no width.
///
/// # Examples
/// ```
/// use qpnet_audit::metrics::density;
/// let found = density(&[0.1, 0.2, 0.9, 1.0], &[1.0; 4], (0.0, 1.0), 2)?;
/// assert_eq!(found.iter().map(|bin| bin.density).collect::<Vec<_>>(), [1.0, 1.0]);
/// # Ok::<(), qpnet_audit::metrics::MetricError>(())
/// ```
pub fn density(
    values: &[f64],
    weights: &[f64],
    (low, high): (f64, f64),
    bins: usize,
) -> Result<Vec<DensityBin>, MetricError> {
    finite(values)?;
    if values.len() != weights.len() {
        let (expected, got) = (values.len(), weights.len());
        return Err(MetricError::LengthMismatch { what: "the slice of weights", expected, got });
    }
    let width = (high - low) / bins as f64;
    if bins == 0 || !(width > 0.0 && width.is_finite()) {
        return Err(MetricError::NoBins);
    }
    let mut sums = vec![0.0; bins];
    for (value, weight) in values.iter().zip(weights).filter(|(value, _)| (low..=high).contains(*value)) {
        sums[(((value - low) / width) as usize).min(bins - 1)] += weight;
    }
    let total: f64 = sums.iter().sum();
    if total <= 0.0 {
        return Ok(Vec::new());
    }
    let bin = |(at, sum): (usize, f64)| DensityBin {
        low: low + width * at as f64,
        high: low + width * (at + 1) as f64,
        density: sum / (width * total),
    };
    Ok(sums.into_iter().enumerate().map(bin).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_area_is_one_whatever_the_weights() {
        let values: Vec<f64> = (0..50).map(|i| f64::from(i * 7 % 50) / 10.0 - 1.0).collect();
        let weights: Vec<f64> = (0..50).map(|i| f64::from(i % 3)).collect();
        let found = density(&values, &weights, (-1.0, 4.0), 7).expect("valid");
        let area: f64 = found.iter().map(|bin| bin.density * (bin.high - bin.low)).sum();
        assert!((area - 1.0).abs() < 1e-12, "{area}");
        assert!(density(&values, &[0.0; 50], (0.0, 1.0), 4).expect("valid").is_empty());
        assert_eq!(density(&[0.5], &[1.0], (1.0, 1.0), 4), Err(MetricError::NoBins));
        assert!(density(&[f64::NAN], &[1.0], (0.0, 1.0), 4).is_err());
    }
}

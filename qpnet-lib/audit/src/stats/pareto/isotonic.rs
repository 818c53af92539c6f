//! Isotonic regression: the non-decreasing curve next to the data.

use crate::metrics::MetricError;
use crate::stats::StatsError;

/// The non-decreasing curve with the least weighted squared distance to `values`, by pooling
/// adjacent violators in O(n).
///
/// # Formula
/// `argmin_{g_1 <= ... <= g_K} sum_k w_k (g_k - A_k)^2`
///
/// # Errors
/// [`StatsError::Curve`] when lengths differ; [`MetricError::NotFinite`] when a value is not
/// finite, or a weight is not finite and positive.
///
/// # Source
/// Barlow, Bartholomew, Bremner and Brunk, *Statistical Inference under Order Restrictions*,
/// 1972.
///
/// # Examples
/// ```
/// use qpnet_audit::stats::pareto::isotonic;
/// assert_eq!(isotonic(&[1.0, 3.0, 2.0, 4.0], &[1.0; 4])?, [1.0, 2.5, 2.5, 4.0]);
/// # Ok::<(), qpnet_audit::stats::StatsError>(())
/// ```
pub fn isotonic(values: &[f64], weights: &[f64]) -> Result<Vec<f64>, StatsError> {
    if values.len() != weights.len() {
        let (expected, got) = (values.len(), weights.len());
        return Err(StatsError::Curve { what: "weights of an isotonic fit", expected, got });
    }
    let odd_value = values.iter().position(|v| !v.is_finite()).map(|i| (i, values[i]));
    let odd_weight = weights.iter().position(|&w| !(w.is_finite() && w > 0.0)).map(|i| (i, weights[i]));
    if let Some((index, value)) = odd_value.or(odd_weight) {
        return Err(MetricError::NotFinite { index, value }.into());
    }
    Ok(pooled(values, weights))
}

/// The fit with equal weights, for curves that are known to be finite.
pub(super) fn even(values: &[f64]) -> Vec<f64> {
    pooled(values, &vec![1.0; values.len()])
}

fn pooled(values: &[f64], weights: &[f64]) -> Vec<f64> {
    // Blocks: mean, weight, length.
    let mut blocks: Vec<(f64, f64, usize)> = Vec::with_capacity(values.len());
    for (&value, &weight) in values.iter().zip(weights) {
        let mut block = (value, weight, 1);
        while let Some(&(mean, mass, length)) = blocks.last().filter(|last| last.0 >= block.0) {
            let total = mass + block.1;
            block = ((mean * mass + block.0 * block.1) / total, total, length + block.2);
            blocks.pop();
        }
        blocks.push(block);
    }
    blocks.iter().flat_map(|&(mean, _, length)| std::iter::repeat_n(mean, length)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_pull_and_order_is_kept() {
        assert_eq!(isotonic(&[3.0, 1.0], &[3.0, 1.0]), Ok(vec![2.5, 2.5]));
        assert_eq!(even(&[5.0, 4.0, 3.0]), [4.0, 4.0, 4.0]);
        assert_eq!(even(&[1.0, 2.0, 3.0]), [1.0, 2.0, 3.0]);
        assert_eq!(even(&[]), [0.0; 0]);
    }

    #[test]
    fn bad_input_is_refused() {
        assert!(isotonic(&[1.0], &[]).is_err());
        assert!(isotonic(&[f64::NAN], &[1.0]).is_err());
        assert!(isotonic(&[1.0], &[0.0]).is_err());
    }
}

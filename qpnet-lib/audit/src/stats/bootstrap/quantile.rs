//! Quantiles of ascending values.

/// Quantile `q` of ascending values, interpolated between neighbours; `None` without values.
///
/// # Formula
/// `x_(1 + (n - 1) q)` with linear interpolation: type 7, the default of R and NumPy.
///
/// # Examples
/// ```
/// use qpnet_audit::stats::bootstrap::limits::quantile;
/// assert_eq!(quantile(&[1.0, 2.0, 4.0], 0.75), Some(3.0));
/// assert_eq!(quantile(&[], 0.5), None);
/// ```
pub fn quantile(sorted: &[f64], q: f64) -> Option<f64> {
    let last = sorted.len().checked_sub(1)?;
    let place = last as f64 * q.clamp(0.0, 1.0);
    let below = (place.floor() as usize).min(last);
    let (low, high) = (sorted[below], sorted[(below + 1).min(last)]);
    Some(low + (high - low) * (place - below as f64))
}

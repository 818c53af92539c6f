//! Sorting with ties: the one O(n log n) step behind every rank statistic.

use super::error::{MetricError, finite};
use std::cmp::Ordering;

/// Pairs (value, position) by ascending value. Ties stand together in no particular order;
/// group them with `chunk_by(|a, b| a.0 == b.0)`, for which `-0.0` equals `0.0`.
pub(crate) fn sorted(values: &[f64]) -> Vec<(f64, usize)> {
    let mut pairs: Vec<_> = values.iter().copied().zip(0..).collect();
    pairs.sort_unstable_by(|a, b| a.0.partial_cmp(&b.0).unwrap_or(Ordering::Equal));
    pairs
}

/// Ranks from 1, where tied values share the mean of their ranks.
///
/// # Formula
/// `rank(x_i) = #{j : x_j < x_i} + (#{j : x_j = x_i} + 1) / 2`; always a multiple of 1/2.
///
/// # Errors
/// [`MetricError::NotFinite`].
///
/// # Examples
/// ```
/// use qpnet_audit::metrics::midranks;
/// assert_eq!(midranks(&[0.3, 0.1, 0.3, 0.9])?, [2.5, 1.0, 2.5, 4.0]);
/// # Ok::<(), qpnet_audit::metrics::MetricError>(())
/// ```
pub fn midranks(values: &[f64]) -> Result<Vec<f64>, MetricError> {
    finite(values)?;
    let mut ranks = vec![0.0; values.len()];
    let mut below = 0;
    for tied in sorted(values).chunk_by(|a, b| a.0 == b.0) {
        let rank = below as f64 + (tied.len() as f64 + 1.0) / 2.0;
        for &(_, index) in tied {
            ranks[index] = rank;
        }
        below += tied.len();
    }
    Ok(ranks)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zeroes_of_either_sign_tie() {
        assert_eq!(midranks(&[0.0, -0.0, -1.0]), Ok(vec![2.5, 2.5, 1.0]));
        assert_eq!(midranks(&[]), Ok(vec![]));
    }
}

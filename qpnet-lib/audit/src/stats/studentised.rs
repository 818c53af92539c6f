//! The range of several standard normals: the studentised range with infinite degrees of freedom.

use super::StatsError;
use super::normal::two_sided_factor;
use statrs::distribution::{Continuous, ContinuousCDF, Normal};

/// Beyond this many standard deviations nothing is left of the normal density in an `f64`'s digits.
const FAR: f64 = 9.0;
/// Nodes a standard deviation. The rule of equal steps converges exponentially for such integrands.
const NODES: f64 = 16.0;

/// `P(max - min > q)` of `k` independent standard normals; 1 for `q <= 0`.
///
/// # Formula
/// `P(R <= q) = k ∫ phi(z) [Phi(z) - Phi(z - q)]^(k - 1) dz`: the largest lies at `z`, the others within
/// `q` below. Integrated by equal steps of 1/16, to twelve digits after the point: eight of the tail down to 1e-4.
///
/// # Source
/// Lund and Lund, Appl Stat 32:204, 1983.
pub fn range_tail(q: f64, k: usize) -> f64 {
    if q <= 0.0 || k < 2 {
        return if q < 0.0 || k > 1 { 1.0 } else { 0.0 };
    }
    let normal = Normal::standard();
    let steps = (2.0 * FAR * NODES) as i32;
    let node = |i: i32| {
        let z = -FAR + f64::from(i) / NODES;
        normal.pdf(z) * (normal.cdf(z) - normal.cdf(z - q)).powi(k as i32 - 1)
    };
    1.0 - (0..=steps).map(node).sum::<f64>() * k as f64 / NODES
}

/// The value that the range of `k` independent standard normals exceeds with probability `alpha`.
///
/// # Errors
/// [`StatsError::Level`] unless `0 < alpha < 1`; [`StatsError::Table`] for fewer than two.
///
/// # Examples
/// ```
/// use qpnet_audit::stats::studentised::range_quantile;
/// // The difference of two normals has the standard deviation sqrt(2).
/// assert!((range_quantile(0.05, 2)? - 2f64.sqrt() * 1.959963984540054).abs() < 1e-9);
/// assert!((range_quantile(0.05, 10)? - 4.474).abs() < 5e-4); // as tables have it
/// # Ok::<(), qpnet_audit::stats::StatsError>(())
/// ```
pub fn range_quantile(alpha: f64, k: usize) -> Result<f64, StatsError> {
    two_sided_factor(alpha).map_err(|_| StatsError::Level(alpha))?;
    if k < 2 {
        return Err(StatsError::Table { what: "methods of a range (at least two)", expected: 2, got: k });
    }
    let (mut low, mut high) = (0.0, 1.0);
    while range_tail(high, k) > alpha && high < 1e3 {
        high *= 2.0;
    }
    // 60 halvings reach the last digit.
    for _ in 0..60 {
        let middle = (low + high) / 2.0;
        *(if range_tail(middle, k) > alpha { &mut low } else { &mut high }) = middle;
    }
    Ok((low + high) / 2.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::normal::two_sided_p;

    #[test]
    fn two_normals_differ_by_a_normal() {
        for q in [0.1, 1.0, 2.5, 4.0, 6.0] {
            let found = range_tail(q, 2) - two_sided_p(q / std::f64::consts::SQRT_2);
            assert!(found.abs() < 1e-11, "{q}: {found}");
        }
        assert_eq!((range_tail(0.0, 5), range_tail(-1.0, 1), range_tail(1.0, 1)), (1.0, 1.0, 0.0));
    }

    #[test]
    fn the_quantile_is_where_the_tail_is() {
        for k in [3, 7, 40] {
            let q = range_quantile(0.05, k).expect("level");
            assert!((range_tail(q, k) - 0.05).abs() < 1e-12);
        }
        assert!(range_quantile(0.0, 3).is_err() && range_quantile(0.05, 1).is_err());
    }
}

//! The effect size: how far a curve falls below what it had reached.

use serde::Serialize;

/// The largest fall of a curve.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct MaxDrop {
    /// How far it falls; 0 when it never does.
    pub value: f64,
    /// Position of the point from which it falls.
    pub from: usize,
    /// Position of the point to which it falls; equal to `from` when it never does.
    pub to: usize,
}

/// The largest fall from a point to any later one; the first of equal ones.
///
/// # Formula
/// `T = max_{i<j} (A_i - A_j)+`
///
/// # Examples
/// ```
/// use qpnet_audit::stats::pareto::max_drop;
/// let found = max_drop(&[0.5, 0.75, 0.625, 0.875, 0.5]);
/// assert_eq!((found.value, found.from, found.to), (0.375, 3, 4));
/// assert_eq!(max_drop(&[0.5, 0.5, 0.75]).value, 0.0);
/// ```
pub fn max_drop(curve: &[f64]) -> MaxDrop {
    let (mut found, mut peak) = (MaxDrop { value: 0.0, from: 0, to: 0 }, 0);
    for (to, &value) in curve.iter().enumerate() {
        if value > curve[peak] {
            peak = to;
        } else if curve[peak] - value > found.value {
            found = MaxDrop { value: curve[peak] - value, from: peak, to };
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_pairs_are_looked_at() {
        let curve = [0.3, 0.9, 0.2, 0.8, 0.95, 0.5, 0.6, 0.1];
        let pairs = (0..8).flat_map(|i| (i + 1..8).map(move |j| curve[i] - curve[j]));
        let expected = pairs.fold(0.0, f64::max);
        assert_eq!(max_drop(&curve), MaxDrop { value: expected, from: 4, to: 7 });
    }

    #[test]
    fn short_curves_do_not_fall() {
        assert_eq!(max_drop(&[]), MaxDrop { value: 0.0, from: 0, to: 0 });
        assert_eq!(max_drop(&[0.5]).value, 0.0);
    }
}

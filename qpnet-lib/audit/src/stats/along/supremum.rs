//! How far the largest of several correlated errors reaches.

use super::super::StatsError;
use super::super::bootstrap::limits::quantile;
use super::super::normal::two_sided_factor;
use crate::rng::Streams;
use rand_distr::{Distribution, StandardNormal};

/// Draws of all errors together.
pub const DRAWS: usize = 20_000;
/// A rest of variance below this is rounding.
const LEAST: f64 = 1e-10;

/// The quantile of `max |Z|` at `level`, `Z` normal with the correlations `r`; at least that of one error.
///
/// # Formula
/// `Z = L g`, `g` standard normal, with the pivoted Cholesky factor `L` of `r`, whose rank is small where errors move
/// together.
///
/// # Errors
/// [`StatsError::Level`].
///
/// # Examples
/// ```
/// use qpnet_audit::{rng::Streams, stats::along::critical};
/// let streams = Streams::new(1);
/// // One error, or two that are the same: the normal factor. Two that have nothing in common reach farther.
/// let same = critical(&[vec![1.0, 1.0], vec![1.0, 1.0]], 0.95, &streams)?;
/// let apart = critical(&[vec![1.0, 0.0], vec![0.0, 1.0]], 0.95, &streams)?;
/// assert!((same - 1.96).abs() < 0.03 && (apart - 2.236).abs() < 0.03);
/// # Ok::<(), qpnet_audit::stats::StatsError>(())
/// ```
pub fn critical(r: &[Vec<f64>], level: f64, streams: &Streams) -> Result<f64, StatsError> {
    let one = two_sided_factor(level)?;
    let factor = cholesky(r);
    let rank = factor.first().map_or(0, Vec::len);
    let mut rng = streams.get("supremum");
    let mut draws: Vec<f64> = Vec::with_capacity(DRAWS);
    let mut g = vec![0.0; rank];
    for _ in 0..DRAWS {
        g.iter_mut().for_each(|g| *g = StandardNormal.sample(&mut rng));
        let z = |row: &Vec<f64>| row.iter().zip(&g).map(|(l, g)| l * g).sum::<f64>().abs();
        draws.push(factor.iter().map(z).fold(0.0, f64::max));
    }
    draws.sort_unstable_by(f64::total_cmp);
    Ok(quantile(&draws, level).map_or(one, |found| found.max(one)))
}

/// `L` with `L L' = r`, one row a point, as many columns as the rank.
fn cholesky(r: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let n = r.len();
    let mut rest: Vec<f64> = (0..n).map(|i| r[i][i]).collect();
    let mut rows: Vec<Vec<f64>> = vec![Vec::new(); n];
    for _ in 0..n {
        let Some(pivot) = (0..n).max_by(|&a, &b| rest[a].total_cmp(&rest[b])) else { break };
        if rest[pivot] < LEAST {
            break;
        }
        let root = rest[pivot].sqrt();
        let lead = rows[pivot].clone();
        for i in 0..n {
            let known: f64 = rows[i].iter().zip(&lead).map(|(a, b)| a * b).sum();
            let entry = if i == pivot { root } else { (r[i][pivot] - known) / root };
            rows[i].push(entry);
            rest[i] = (rest[i] - entry * entry).max(0.0);
        }
        rest[pivot] = 0.0;
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_factor_gives_the_correlations_back_whatever_their_rank() {
        let point = |i: usize, j: usize| crate::math::exp(-((i as f64 - j as f64) / 6.0).powi(2));
        let r: Vec<Vec<f64>> = (0..30).map(|i| (0..30).map(|j| point(i, j)).collect()).collect();
        let factor = cholesky(&r);
        assert!(factor[0].len() < 25, "smooth curves have a small rank: {}", factor[0].len());
        for i in 0..30 {
            for j in 0..30 {
                let found: f64 = factor[i].iter().zip(&factor[j]).map(|(a, b)| a * b).sum();
                assert!((found - r[i][j]).abs() < 1e-5, "{i} {j}: {found}");
            }
        }
    }

    #[test]
    fn more_points_reach_farther_and_a_level_is_a_level() {
        let streams = Streams::new(4);
        let apart = |n: usize| -> Vec<Vec<f64>> {
            (0..n).map(|i| (0..n).map(|j| f64::from(u8::from(i == j))).collect()).collect()
        };
        // P(max |Z| <= c) = (1 - 2 Phi(-c))^n, so that 0.95^(1/n) is the level of one.
        for n in [1, 3, 10] {
            let exact = two_sided_factor(crate::math::powf(0.95, 1.0 / n as f64)).expect("level");
            let found = critical(&apart(n), 0.95, &streams).expect("level");
            assert!((found - exact).abs() < 0.04, "{n}: {found} {exact}");
        }
        assert!(critical(&apart(2), 1.0, &streams).is_err());
        assert_eq!(critical(&[], 0.95, &streams).ok(), two_sided_factor(0.95).ok());
    }
}

//! Shape and spread of the rows of a learning curve.

use super::curve::SeedNoise;
use crate::rng::Rng;
use crate::stats::StatsError;
use rand_distr::{ChiSquared, Distribution};

/// Mean over rows.
pub(super) fn average(rows: &[Vec<f64>]) -> Vec<f64> {
    let columns = rows.first().map_or(0, Vec::len);
    (0..columns).map(|k| rows.iter().map(|row| row[k]).sum::<f64>() / rows.len() as f64).collect()
}

pub(super) fn minus(a: &[f64], b: &[f64]) -> Vec<f64> {
    a.iter().zip(b).map(|(a, b)| a - b).collect()
}

/// Covariance of columns whose rows sum to 0, divisor one less than the rows; 0 for one row.
pub(super) fn covariance(rows: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let (columns, free) = (rows.first().map_or(0, Vec::len), (rows.len() as f64 - 1.0).max(1.0));
    let entry = |k: usize, l: usize| rows.iter().map(|row| row[k] * row[l]).sum::<f64>() / free;
    (0..columns).map(|k| (0..columns).map(|l| entry(k, l)).collect()).collect()
}

/// Variance of the shape of a curve: the trace of its covariance less that of its level, which
/// moves no difference between sizes.
pub(super) fn shape_variance(covariance: &[Vec<f64>]) -> f64 {
    let trace: f64 = (0..covariance.len()).map(|k| covariance[k][k]).sum();
    trace - covariance.iter().flatten().sum::<f64>() / covariance.len() as f64
}

/// The factor that makes a normal deviate one of Student's.
pub(super) fn tail(noise: SeedNoise, df: f64, rng: &mut Rng) -> f64 {
    match (noise, ChiSquared::new(df)) {
        (SeedNoise::Student, Ok(distribution)) => (df / distribution.sample(rng)).sqrt(),
        _ => 1.0,
    }
}

/// The number of seeds, when every size has as many.
pub(super) fn shape<T>(sizes: &[usize], rows: &[Vec<T>]) -> Result<usize, StatsError> {
    let wrong = |what, expected, got| Err(StatsError::Curve { what, expected, got });
    if sizes.len() < 2 {
        return wrong("sizes of a learning curve (at least two)", 2, sizes.len());
    }
    if rows.len() != sizes.len() {
        return wrong("rows of a learning curve (one per size)", sizes.len(), rows.len());
    }
    let seeds = rows[0].len();
    if seeds == 0 {
        return wrong("seeds of a learning curve (at least one)", 1, 0);
    }
    match rows.iter().find(|row| row.len() != seeds) {
        Some(row) => wrong("seeds of a size (as many as of the first)", seeds, row.len()),
        None => Ok(seeds),
    }
}

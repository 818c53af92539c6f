//! Draws of an error whose covariance is known.

use crate::rng::Rng;
use rand_distr::{ChiSquared, Distribution, StandardNormal};

/// Student's t of several dimensions.
///
/// # Formula
/// `e = sqrt(m / chi^2_m) L g` with independent normal `g` and the Cholesky factor `L L' = C`, of which what has no
/// variance left is 0; `m` degrees of freedom, normal where they are infinite.
pub(super) struct Draws {
    factor: Vec<Vec<f64>>,
    chi: Option<ChiSquared<f64>>,
    df: f64,
}

impl Draws {
    pub(super) fn of(covariance: &[Vec<f64>], df: f64) -> Self {
        let n = covariance.len();
        let mut factor = vec![vec![0.0; n]; n];
        for i in 0..n {
            for j in 0..=i {
                let known: f64 = (0..j).map(|k| factor[i][k] * factor[j][k]).sum();
                let left = covariance[i][j] - known;
                factor[i][j] = if i == j {
                    // A covariance of few replicates is singular; rounding leaves a trace.
                    if left > 1e-12 * covariance[i][i] { left.sqrt() } else { 0.0 }
                } else if factor[j][j] > 0.0 {
                    left / factor[j][j]
                } else {
                    0.0
                };
            }
        }
        Self { factor, chi: ChiSquared::new(df).ok().filter(|_| df.is_finite()), df }
    }

    pub(super) fn draw(&self, rng: &mut Rng) -> Vec<f64> {
        let normal: Vec<f64> = self.factor.iter().map(|_| StandardNormal.sample(rng)).collect();
        let scale = self.chi.as_ref().map_or(1.0, |chi| (self.df / chi.sample(rng)).sqrt());
        let row = |row: &Vec<f64>| scale * row.iter().zip(&normal).map(|(l, g)| l * g).sum::<f64>();
        self.factor.iter().map(row).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::Streams;

    #[test]
    fn draws_have_their_covariance_and_heavier_tails_with_few_degrees_of_freedom() {
        let covariance = vec![vec![2.0, 1.0, 3.0], vec![1.0, 1.0, 2.0], vec![3.0, 2.0, 5.0]]; // singular
        for (df, factor) in [(f64::INFINITY, 1.0), (12.0, 1.2)] {
            let (draws, mut rng) = (Draws::of(&covariance, df), Streams::new(3).get("draws"));
            let mut found = vec![vec![0.0; 3]; 3];
            for _ in 0..40_000 {
                let e = draws.draw(&mut rng);
                (0..9).for_each(|at| found[at / 3][at % 3] += e[at / 3] * e[at % 3] / 40_000.0);
            }
            for (found, expected) in found.iter().flatten().zip(covariance.iter().flatten()) {
                assert!((found / (factor * expected) - 1.0).abs() < 0.05, "{found} {expected}");
            }
        }
    }
}

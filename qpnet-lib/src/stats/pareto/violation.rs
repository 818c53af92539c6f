//! Is the fall of a curve more than chance?

use super::curve::{LearningCurve, SeedNoise};
use super::drop::{MaxDrop, max_drop};
use super::isotonic::even;

/// The fall with its tests.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Violation {
    /// The largest fall of the mean curve.
    pub drop: MaxDrop,
    /// p-value of "non-decreasing", around the isotonic fit.
    pub p: f64,
    /// p-value around a flat curve, the non-decreasing curve that falls most by chance.
    pub p_flat: f64,
}

impl LearningCurve {
    /// Residual bootstrap of the largest fall under the null hypothesis "non-decreasing".
    ///
    /// # Formula
    /// `T* = max_drop(g + e*)` with errors `e*` of patients and seeds, and
    /// `p = (1 + #{T* >= T}) / (B + 1)`: the data count as one replicate, so that p is never 0.
    /// `g` is the isotonic fit (equal weights: every size is measured on the same test set) for
    /// `p`, and a constant for `p_flat`.
    ///
    /// The fit of a flat curve climbs by chance, which makes `T*` a little too small and `p` a
    /// little too ready to reject; `p_flat` does not have this fault, and has less power on a
    /// curve that climbs before it falls.
    ///
    /// Simulated rejections at a nominal 5 %, in percent (six sizes, 300 draws each, so that the
    /// figures are known to ±1.7; `level_of_the_test` in `tests/stats_pareto.rs`):
    ///
    /// | curve | most noise from | S | `p` | `p_flat` | `p`, Student |
    /// |---|---|---|---|---|---|
    /// | flat | patients | 2 | 4.7 | 3.3 | 4.0 |
    /// | flat | patients | 3 | 3.7 | 2.3 | 3.0 |
    /// | flat | patients | 5 | 5.3 | 3.3 | 5.0 |
    /// | rising | patients | 5 | 1.3 | 0.0 | 1.3 |
    /// | flat | seeds | 2 | 9.7 | 7.7 | 0.0 |
    /// | flat | seeds | 3 | 12.7 | 8.7 | 0.7 |
    /// | flat | seeds | 5 | 7.7 | 5.7 | 0.7 |
    /// | flat | seeds | 10 | 9.7 | 6.7 | 3.3 |
    ///
    /// **Few seeds.** Residuals of two or three seeds know little about their spread. Where
    /// seeds make most of the noise, a rejection by [`SeedNoise::Normal`] is up to two and a half
    /// times as frequent as it says; if all sizes of a seed move together, more than that.
    /// [`SeedNoise::Student`] keeps the level, and then rejects next to nothing.
    pub fn violation(&self, noise: SeedNoise) -> Violation {
        let drop = max_drop(self.mean());
        let fit = even(self.mean());
        let centre = self.mean().iter().sum::<f64>() / self.mean().len() as f64;
        let flat = vec![centre; fit.len()];
        let (mut isotonic, mut constant) = (0usize, 0usize);
        let errors = self.errors(noise);
        for error in &errors {
            let fallen = |null: &[f64]| {
                let curve: Vec<f64> = null.iter().zip(error).map(|(g, e)| g + e).collect();
                // Rounding must not hide that a replicate falls exactly as far.
                max_drop(&curve).value >= drop.value - 1e-12
            };
            isotonic += usize::from(fallen(&fit));
            constant += usize::from(fallen(&flat));
        }
        let p = |count: usize| (1.0 + count as f64) / (1.0 + errors.len() as f64);
        Violation { drop, p: p(isotonic), p_flat: p(constant) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::Streams;

    fn violation(table: &[Vec<f64>]) -> Violation {
        let sizes: Vec<usize> = (0..table.len()).collect();
        let curve = LearningCurve::of_table(&sizes, table, 999, &Streams::new(4)).expect("valid");
        curve.violation(SeedNoise::Normal)
    }

    #[test]
    fn a_rising_curve_is_no_violation_and_a_steep_fall_is_one() {
        let noise = [0.0, 0.01, -0.01, 0.005, -0.005];
        let table = |means: &[f64]| -> Vec<Vec<f64>> {
            let row = |(k, m): (usize, &f64)| (0..5).map(|s| m + noise[(s + k * s + k) % 5]).collect();
            means.iter().enumerate().map(row).collect()
        };
        let rising = violation(&table(&[0.6, 0.7, 0.8, 0.9]));
        assert_eq!((rising.p, rising.p_flat, rising.drop.value), (1.0, 1.0, 0.0));
        let falling = violation(&table(&[0.6, 0.9, 0.8, 0.7]));
        assert_eq!((falling.p, falling.drop.from, falling.drop.to), (0.001, 1, 3));
    }
}

//! Is the fall of a curve more than chance?

use super::curve::LearningCurve;
use super::drop::{MaxDrop, max_drop};
use super::isotonic::even;
use super::spread::SeedNoise;
use crate::stats::bootstrap::limits::quantile;

/// How often a climb of the fit may be counted by more than the true one.
const UNCERTAIN: f64 = 0.005;

/// The fall with its tests.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Violation {
    /// The largest fall of the mean curve.
    pub drop: MaxDrop,
    /// p-value of "non-decreasing", around the isotonic fit as far as its climbs are certain.
    pub p: f64,
    /// p-value around a flat curve, the non-decreasing curve that falls most by chance.
    pub p_flat: f64,
}

impl LearningCurve {
    /// Residual bootstrap of the largest fall under the null hypothesis "non-decreasing".
    ///
    /// # Formula
    /// With errors `e*` of patients and seeds, the isotonic fit `g` (equal weights: every size is measured
    /// on the same test set) and `c` the quantile 0.995 of the range `max_k e*_k - min_k e*_k` of all `B` draws:
    /// `T* = max_{i<j} (e*_i - e*_j - (g_j - g_i - c)+)+` and `p = 0.005 + (1 + #{T* >= T}) / (B + 1)`.
    /// `p_flat` leaves out the climbs, `T* = max_drop(e*)`, and is `(1 + #{T* >= T}) / (B + 1)`.
    ///
    /// The isotonic fit of a flat curve climbs by chance; around it `T*` is too small, and rejections
    /// two or three times in a hundred too frequent. No climb of the fit is larger than the true one by
    /// more than the range of the error, which exceeds `c` with probability 0.005: so a climb
    /// counts by what it has above `c`, and that probability is added to p. (The largest range of all draws in
    /// place of a quantile would grow with their number, and p with it.) Such a p is valid whatever
    /// the curve; where a curve climbs clearly before it falls, it is smaller than `p_flat`.
    ///
    /// Simulated rejections of a true null hypothesis at a nominal 5 %, in percent (six sizes; without
    /// patients 20,000 draws each, known to ±0.2, with them 2,000 draws, known to ±0.5;
    /// `cargo run --release --example simulate -- "learning curves"`), by number of seeds:
    ///
    /// | curve | noise from | 2 | 3 | 5 | 10 |
    /// |---|---|---|---|---|---|
    /// | flat | seeds, as much at each size | 4.3 | 4.2 | 4.1 | 4.6 |
    /// | flat | seeds, its standard deviation falling from 1.8 to 0.5 with size | 6.0 | 5.6 | 5.2 | 4.9 |
    /// | flat | seeds, its standard deviation rising from 0.5 to 1.8 with size | 5.7 | 5.5 | 5.0 | 4.7 |
    /// | flat | seeds, three times as much at the third size as at others | 9.9 | 10.6 | 10.2 | 8.9 |
    /// | flat | seeds and a test set of 140 patients | 4.0 | 3.6 | 4.3 | 4.1 |
    /// | flat | seeds and patients, half and half | 5.0 | 3.9 | 4.7 | 4.3 |
    /// | flat | patients | 4.3 | 4.4 | 3.8 | 4.3 |
    /// | rising | seeds and patients | | 0.5 | | |
    ///
    /// **Where it errs.** The noise of seeds is taken to rise or fall steadily with size. Where a single
    /// size is three times as noisy as the others, ten of a hundred flat curves are rejected. On a curve
    /// that rises the test is cautious, as a test of an inequality must be.
    ///
    /// # Source
    /// Romano, Shaikh and Wolf, Econometrica 82:1979, 2014 (inequalities counted as far as they are
    /// certain, at the price of the chance of an error there).
    pub fn violation(&self, noise: SeedNoise) -> Violation {
        let drop = max_drop(self.mean());
        let (fit, errors) = (even(self.mean()), self.errors(noise));
        let range = |error: &Vec<f64>| {
            let (low, high) = error.iter().fold((f64::MAX, f64::MIN), |(l, h), &e| (l.min(e), h.max(e)));
            high - low
        };
        let mut ranges: Vec<f64> = errors.iter().map(range).collect();
        ranges.sort_unstable_by(f64::total_cmp);
        let uncertain = quantile(&ranges, 1.0 - UNCERTAIN).unwrap_or_default();
        // How far the null curve surely climbs from size i to size j.
        let climb = |i: usize, j: usize| (fit[j] - fit[i] - uncertain).max(0.0);
        let fall = |error: &[f64]| {
            let from = |j: usize| (0..j).map(move |i| error[i] - error[j] - climb(i, j));
            (1..error.len()).flat_map(from).fold(0.0, f64::max)
        };
        // Rounding must not hide that a replicate falls exactly as far.
        let least = drop.value - 1e-12;
        let climbing = errors.iter().filter(|error| fall(error) >= least).count();
        let flat = errors.iter().filter(|error| max_drop(error).value >= least).count();
        let p = |count: usize| (1.0 + count as f64) / (1.0 + errors.len() as f64);
        Violation { drop, p: (UNCERTAIN + p(climbing)).min(1.0), p_flat: p(flat) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::Streams;

    fn violation(table: &[Vec<f64>]) -> Violation {
        let sizes: Vec<usize> = (0..table.len()).collect();
        let curve = LearningCurve::of_table(&sizes, table, 999, &Streams::new(4)).expect("valid");
        curve.violation(SeedNoise::default())
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
        assert_eq!((falling.drop.from, falling.drop.to), (1, 3));
        assert!(falling.p > 0.005 && falling.p < 0.006, "{falling:?}");
    }
}

//! Ranking measures under real weights: how often a bootstrap drew a sample times how much it
//! counts.

use super::{Weight, WeightedAuc};

impl WeightedAuc {
    /// Weights of the negatives and positives of each score, ascending.
    pub(super) fn real_ties<'a, W: Weight>(
        &'a self,
        weights: &'a [W],
    ) -> impl Iterator<Item = [f64; 2]> + 'a {
        let mut start = 0;
        self.ends().iter().map(move |&end| {
            let mut tied = [0.0; 2];
            for &(index, positive) in &self.order()[start..end] {
                tied[usize::from(positive)] += weights[index as usize].number();
            }
            start = end;
            tied
        })
    }

    /// The AUC when sample `i` counts `weights[i]`, any finite number from 0 up; `None` when an
    /// outcome has no weight. With whole weights it is [`WeightedAuc::at`], up to rounding.
    ///
    /// # Formula
    /// As of [`WeightedAuc`], whose sums need no whole numbers.
    ///
    /// # Panics
    /// With fewer weights than [`WeightedAuc::samples`].
    ///
    /// # Examples
    /// ```
    /// use qpnet_audit::metrics::WeightedAuc;
    /// let sorted = WeightedAuc::new(&[true, true, false, false], &[0.8, 0.4, 0.5, 0.2])?;
    /// assert_eq!(sorted.at_real(&[0.5, 0.5, 0.25, 0.75]), Some(0.875));
    /// # Ok::<(), qpnet_audit::metrics::MetricError>(())
    /// ```
    pub fn at_real<W: Weight>(&self, weights: &[W]) -> Option<f64> {
        let (mut doubled, mut positives, mut below) = (0.0, 0.0, 0.0);
        for [q, p] in self.real_ties(weights) {
            doubled += p * (2.0 * below + q);
            positives += p;
            below += q;
        }
        let pairs: f64 = positives * below;
        (pairs > 0.0).then(|| doubled / (2.0 * pairs))
    }

    /// [`WeightedAuc::average_precision`] under real weights.
    ///
    /// # Panics
    /// As [`WeightedAuc::at_real`].
    pub fn real_average_precision<W: Weight>(&self, weights: &[W]) -> Option<f64> {
        let (mut negatives, mut positives) = (0.0, 0.0);
        self.real_ties(weights).for_each(|[q, p]| {
            negatives += q;
            positives += p;
        });
        if negatives <= 0.0 || positives <= 0.0 {
            return None;
        }
        let (mut above, mut false_above): (f64, f64) = (positives, negatives);
        let mut sum = 0.0;
        for [q, p] in self.real_ties(weights) {
            // Sums taken off again may end a rounding error below 0.
            let called = above.max(0.0) + false_above.max(0.0);
            if p > 0.0 && called > 0.0 {
                sum += p * (above.max(0.0) / called);
            }
            above -= p;
            false_above -= q;
        }
        Some(sum / positives)
    }

    /// True positive rate at each false positive rate of `grid`, on the straight lines between the
    /// points of the ROC curve; where the curve rises upright, its upper end. `None` when an
    /// outcome has no weight.
    ///
    /// # Panics
    /// As [`WeightedAuc::at_real`]. `grid` ascends from 0 to 1.
    ///
    /// # Examples
    /// ```
    /// use qpnet_audit::metrics::WeightedAuc;
    /// let sorted = WeightedAuc::new(&[true, true, false, false], &[0.8, 0.4, 0.5, 0.2])?;
    /// let found = sorted.true_positive_rates(&[1, 1, 1, 1], &[0.0, 0.25, 0.5, 1.0]);
    /// assert_eq!(found, Some(vec![0.5, 0.5, 1.0, 1.0]));
    /// # Ok::<(), qpnet_audit::metrics::MetricError>(())
    /// ```
    pub fn true_positive_rates<W: Weight>(&self, weights: &[W], grid: &[f64]) -> Option<Vec<f64>> {
        let (mut negatives, mut positives) = (0.0, 0.0);
        self.real_ties(weights).for_each(|[q, p]| {
            negatives += q;
            positives += p;
        });
        if negatives <= 0.0 || positives <= 0.0 {
            return None;
        }
        let mut rates = vec![1.0; grid.len()];
        let mut open = grid.iter().take_while(|&&rate| rate < 1.0).count();
        // From the lowest score up: from (1, 1) down to (0, 0).
        let (mut right, mut top) = (1.0, 1.0);
        let (mut q_below, mut p_below) = (0.0, 0.0);
        for [q, p] in self.real_ties(weights) {
            (q_below, p_below) = (q_below + q, p_below + p);
            let left = ((negatives - q_below) / negatives).max(0.0);
            let bottom = ((positives - p_below) / positives).max(0.0);
            if left < right {
                while open > 0 && grid[open - 1] >= left {
                    let share = (grid[open - 1] - left) / (right - left);
                    rates[open - 1] = bottom + share * (top - bottom);
                    open -= 1;
                }
            }
            (right, top) = (left, bottom);
        }
        // Rounding may leave the left end a hair above 0.
        rates[..open].fill(top);
        Some(rates)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::roc;

    fn sample(n: u32) -> (Vec<bool>, Vec<f64>, Vec<u32>) {
        let noise = |i: u32, k: u32| (i + k).wrapping_mul(2_654_435_761) >> 22;
        let labels = (0..n).map(|i| noise(i, 1) % 3 == 0).collect();
        let scores = (0..n).map(|i| f64::from(noise(i, 7) % 40)).collect();
        (labels, scores, (0..n).map(|i| noise(i, 9) % 4).collect())
    }

    #[test]
    fn whole_weights_give_the_exact_measures_and_scale_changes_nothing() {
        let (labels, scores, whole) = sample(300);
        let sorted = WeightedAuc::new(&labels, &scores).expect("valid");
        let tenth: Vec<f64> = whole.iter().map(|&w| 0.1 * f64::from(w)).collect();
        let (auc, ap) = (sorted.at(&whole).expect("both"), sorted.average_precision(&whole).expect("both"));
        assert_eq!(sorted.at_real(&whole), Some(auc));
        for (found, exact) in [(sorted.at_real(&tenth), auc), (sorted.real_average_precision(&tenth), ap)] {
            assert!((found.expect("both") - exact).abs() < 1e-12);
        }
        assert_eq!(sorted.at_real(&vec![0.0; 300]), None);
    }

    #[test]
    fn rates_lie_on_the_curve() {
        let (labels, scores, _) = sample(300);
        let sorted = WeightedAuc::new(&labels, &scores).expect("valid");
        let curve = roc(&labels, &scores).expect("valid").expect("both");
        let mut grid: Vec<f64> = curve.iter().map(|point| point.false_positive_rate).collect();
        grid.dedup();
        let found = sorted.true_positive_rates(&vec![1u32; 300], &grid).expect("both");
        for (rate, tpr) in grid.iter().zip(found) {
            let upper = curve.iter().filter(|point| point.false_positive_rate == *rate);
            let upper = upper.map(|point| point.true_positive_rate).fold(0.0, f64::max);
            assert!((tpr - upper).abs() < 1e-9, "at {rate}: {tpr}, {upper}");
        }
    }
}

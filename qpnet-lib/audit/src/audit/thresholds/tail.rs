//! Shares of a cell above any threshold, sorted once.

use super::super::cell::Cell;

/// Weight of positives and negatives at or above any threshold.
pub(super) struct Tail {
    /// By outcome, negatives first: scores, ascending, and the weight from each on.
    sides: [(Vec<f64>, Vec<f64>); 2],
}

/// Rates at a threshold; NaN where there is none.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Shares {
    pub(super) sensitivity: f64,
    pub(super) false_positive_rate: f64,
    pub(super) positive_rate: f64,
    pub(super) positive_predictive_value: f64,
    pub(super) negative_predictive_value: f64,
}

impl Shares {
    /// In the order of [`Rates`](super::rates::Rates).
    pub(super) fn list(self) -> [f64; 5] {
        [
            self.sensitivity,
            self.false_positive_rate,
            self.positive_rate,
            self.positive_predictive_value,
            self.negative_predictive_value,
        ]
    }
}

impl Tail {
    pub(super) fn of(cell: &Cell) -> Self {
        let order = cell.by_score();
        let side = |wanted: bool| {
            let own: Vec<usize> =
                order.iter().map(|&i| i as usize).filter(|&i| cell.labels[i] == wanted).collect();
            let mut from: Vec<f64> = own.iter().map(|&i| cell.weights[i]).collect();
            (0..from.len().saturating_sub(1)).rev().for_each(|at| from[at] += from[at + 1]);
            (own.iter().map(|&i| cell.scores[i]).collect(), from)
        };
        Self { sides: [side(false), side(true)] }
    }

    /// The shares where who scores `threshold` or more is called positive.
    pub(super) fn at(&self, threshold: f64) -> Shares {
        let above = |(scores, from): &(Vec<f64>, Vec<f64>)| {
            from.get(scores.partition_point(|score| *score < threshold)).copied().unwrap_or_default()
        };
        let all = |(_, from): &(Vec<f64>, Vec<f64>)| from.first().copied().unwrap_or_default();
        let [q, p] = [above(&self.sides[0]), above(&self.sides[1])];
        let [n, m] = [all(&self.sides[0]), all(&self.sides[1])];
        let share = |part: f64, whole: f64| if whole > 0.0 { part / whole } else { f64::NAN };
        Shares {
            sensitivity: share(p, m),
            false_positive_rate: share(q, n),
            positive_rate: share(p + q, m + n),
            positive_predictive_value: share(p, p + q),
            negative_predictive_value: share(n - q, m + n - p - q),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::Confusion;

    #[test]
    fn shares_are_those_of_counts() {
        let scores = vec![0.2, 0.5, 0.5, 0.9, 0.1, 0.5, 0.7];
        let labels = vec![false, true, false, true, false, false, true];
        let cell = Cell {
            samples: (0..7).collect(),
            labels: labels.clone(),
            scores: scores.clone(),
            patients: (0..7).collect(),
            weights: vec![1.0; 7],
        };
        let tail = Tail::of(&cell);
        for threshold in [-1.0, 0.1, 0.2, 0.5, 0.6, 0.9, 2.0] {
            let counted = Confusion::at(threshold, &labels, &scores).expect("finite");
            let found = tail.at(threshold);
            let same = |found: f64, expected: Option<f64>| match expected {
                Some(expected) => {
                    assert!((found - expected).abs() < 1e-12, "{threshold}: {found} {expected}")
                }
                None => assert!(found.is_nan(), "{threshold}"),
            };
            same(found.sensitivity, counted.sensitivity());
            same(found.false_positive_rate, counted.false_positive_rate());
            same(found.positive_rate, counted.positive_rate());
            same(found.positive_predictive_value, counted.precision());
            let Confusion { true_negatives: tn, false_negatives: fn_, .. } = counted;
            same(found.negative_predictive_value, (tn + fn_ > 0).then(|| tn as f64 / (tn + fn_) as f64));
        }
    }
}

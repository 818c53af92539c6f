//! Placement values: what each sample contributes to an AUC.

use crate::metrics::{MetricError, Outcomes, check, sorted};

/// An AUC and the contribution of every sample, in the order of the samples.
///
/// The value of a positive is the share of negatives below it (`V10` of DeLong), that of a
/// negative the share of positives above it (`V01`), ties counting one half; the mean of
/// either kind is the AUC. Shares and means are those of the weights, where samples have some.
/// One sort and one pass, where Sun and Xu sort three times: a group of ties needs only the
/// numbers of positives and negatives before it.
pub(crate) struct Placements {
    pub auc: f64,
    pub values: Vec<f64>,
    pub outcomes: Outcomes,
}

impl Placements {
    /// `None` when an outcome is missing.
    pub fn of(labels: &[bool], scores: &[f64]) -> Result<Option<Self>, MetricError> {
        check(labels, scores)?;
        let outcomes = Outcomes::of(labels);
        if outcomes.undefined().is_some() {
            return Ok(None);
        }
        let (m, n) = (outcomes.positives as f64, outcomes.negatives as f64);
        let mut values = vec![0.0; labels.len()];
        let (mut positives, mut negatives, mut doubled) = (0usize, 0usize, 0u128);
        for tied in sorted(scores).chunk_by(|a, b| a.0 == b.0) {
            let p = tied.iter().filter(|&&(_, index)| labels[index]).count();
            let q = tied.len() - p;
            let below = (2 * negatives + q) as f64 / (2.0 * n);
            let above = (2 * (outcomes.positives - positives) - p) as f64 / (2.0 * m);
            for &(_, index) in tied {
                values[index] = if labels[index] { below } else { above };
            }
            doubled += p as u128 * (2 * negatives + q) as u128;
            positives += p;
            negatives += q;
        }
        let pairs = outcomes.positives as u128 * outcomes.negatives as u128;
        Ok(Some(Self { auc: doubled as f64 / (2 * pairs) as f64, values, outcomes }))
    }

    /// When sample `i` counts `weights[i]`, any finite number from 0 up; `None` also when an outcome
    /// has no weight. With weights 1 as [`Placements::of`], up to rounding.
    pub fn weighted(labels: &[bool], scores: &[f64], weights: &[f64]) -> Result<Option<Self>, MetricError> {
        check(labels, scores)?;
        let (expected, got) = (labels.len(), weights.len());
        if expected != got {
            return Err(MetricError::LengthMismatch { what: "the slice of weights", expected, got });
        }
        let (mut m, mut n) = (0.0, 0.0);
        labels.iter().zip(weights).for_each(|(&label, w)| *(if label { &mut m } else { &mut n }) += w);
        if m <= 0.0 || n <= 0.0 {
            return Ok(None);
        }
        let mut values = vec![0.0; labels.len()];
        let (mut positives, mut negatives, mut won) = (0.0, 0.0, 0.0);
        for tied in sorted(scores).chunk_by(|a, b| a.0 == b.0) {
            let of = |wanted: bool| -> f64 {
                tied.iter().filter(|&&(_, index)| labels[index] == wanted).map(|&(_, i)| weights[i]).sum()
            };
            let (p, q) = (of(true), of(false));
            let (below, above) = ((negatives + q / 2.0) / n, ((m - positives - p / 2.0) / m).max(0.0));
            for &(_, index) in tied {
                values[index] = if labels[index] { below } else { above };
            }
            won += p * (negatives + q / 2.0);
            positives += p;
            negatives += q;
        }
        Ok(Some(Self { auc: won / (m * n), values, outcomes: Outcomes::of(labels) }))
    }

    /// The placements of `self` minus those of `other`, on the same samples: the variance of
    /// their mean is the variance of the difference, covariance included.
    pub fn minus(&self, other: &Self) -> Self {
        let values = self.values.iter().zip(&other.values).map(|(a, b)| a - b).collect();
        Self { auc: self.auc - other.auc, values, outcomes: self.outcomes }
    }

    /// Whether every value is exactly 0: of a difference, that both sides order alike.
    pub fn vanish(&self) -> bool {
        self.values.iter().all(|&value| value == 0.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_abs_diff_eq;

    #[test]
    fn placements_by_hand() {
        // Positives 8, 4; negatives 5, 4: 8 beats both, 4 loses to 5 and ties with 4.
        let labels = [true, true, false, false];
        let found = Placements::of(&labels, &[8.0, 4.0, 5.0, 4.0]).expect("valid").expect("both");
        assert_eq!(found.values, [1.0, 0.25, 0.5, 0.75]);
        assert_eq!(found.auc, 0.625);
    }

    #[test]
    fn a_weight_of_two_is_a_sample_that_stands_twice() {
        let (labels, scores) = ([true, true, false, false], [8.0, 4.0, 5.0, 4.0]);
        let found =
            Placements::weighted(&labels, &scores, &[2.0, 1.0, 1.0, 3.0]).expect("valid").expect("both");
        let (mut long, mut own) = (Vec::new(), Vec::new());
        for (i, times) in [2, 1, 1, 3].into_iter().enumerate() {
            long.extend(std::iter::repeat_n(labels[i], times));
            own.extend(std::iter::repeat_n(scores[i], times));
        }
        let plain = Placements::of(&long, &own).expect("valid").expect("both");
        assert_abs_diff_eq!(found.auc, plain.auc, epsilon = 1e-15);
        for (i, j) in [0, 2, 3, 4].into_iter().enumerate() {
            assert_abs_diff_eq!(found.values[i], plain.values[j], epsilon = 1e-15);
        }
        assert!(Placements::weighted(&labels, &scores, &[1.0, 1.0, 0.0, 0.0]).expect("valid").is_none());
        assert!(Placements::weighted(&labels, &scores, &[1.0]).is_err());
    }
}

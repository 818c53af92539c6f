//! Placement values: what each sample contributes to an AUC.

use crate::metrics::{MetricError, Outcomes, check, sorted};

/// An AUC and the contribution of every sample, in the order of the samples.
///
/// The value of a positive is the share of negatives below it (`V10` of DeLong), that of a
/// negative the share of positives above it (`V01`), ties counting one half; the mean of
/// either kind is the AUC. One sort and one pass, where Sun and Xu sort three times: a group
/// of ties needs only the numbers of positives and negatives before it.
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

    #[test]
    fn placements_by_hand() {
        // Positives 8, 4; negatives 5, 4: 8 beats both, 4 loses to 5 and ties with 4.
        let labels = [true, true, false, false];
        let found = Placements::of(&labels, &[8.0, 4.0, 5.0, 4.0]).expect("valid").expect("both");
        assert_eq!(found.values, [1.0, 0.25, 0.5, 0.75]);
        assert_eq!(found.auc, 0.625);
    }
}

//! The AUC of weighted samples, sorted once for many weightings.

use super::{MetricError, check, error::finite, sorted};

/// Scores in order, ready for the AUC under any whole weights: how often a bootstrap drew
/// each sample. The sort is done once, so that a weighting costs O(n).
///
/// # Formula
/// `A(w) = sum_ij w_i w_j ([x_i > y_j] + [x_i = y_j] / 2) / (sum_i w_i sum_j w_j)` over
/// positives `i` and negatives `j`: the AUC of the data in which sample `i` stands `w_i`
/// times. Counted in integers, hence exact, and equal to [`auc`](super::auc) for weights 1.
///
/// # Examples
/// ```
/// use qpnet_audit::metrics::WeightedAuc;
/// let sorted = WeightedAuc::new(&[true, true, false, false], &[0.8, 0.4, 0.5, 0.2])?;
/// assert_eq!(sorted.at(&[1, 1, 1, 1]), Some(0.75));
/// assert_eq!(sorted.at(&[2, 0, 1, 1]), Some(1.0));
/// assert_eq!(sorted.at(&[0, 0, 1, 1]), None); // no positive was drawn
/// # Ok::<(), qpnet_audit::metrics::MetricError>(())
/// ```
#[derive(Clone, Debug)]
pub struct WeightedAuc {
    /// Sample and outcome, by ascending score.
    order: Vec<(u32, bool)>,
    /// Where each group of tied scores ends in `order`.
    ends: Vec<usize>,
    /// Number of samples, those left out included.
    samples: usize,
}

impl WeightedAuc {
    /// Sort the samples.
    ///
    /// # Errors
    /// [`MetricError::LengthMismatch`], [`MetricError::NotFinite`].
    pub fn new(labels: &[bool], scores: &[f64]) -> Result<Self, MetricError> {
        check(labels, scores)?;
        Ok(Self::sort(scores, |index| Some(labels[index])))
    }

    /// Sort the samples whose label is known; the others are left out, whatever their weight.
    /// This serves uncertain labels, and subgroups too: give `None` to everybody else.
    ///
    /// # Errors
    /// As [`WeightedAuc::new`].
    pub fn of_known(labels: &[Option<bool>], scores: &[f64]) -> Result<Self, MetricError> {
        let (expected, got) = (labels.len(), scores.len());
        if expected != got {
            return Err(MetricError::LengthMismatch { what: "the slice of scores", expected, got });
        }
        finite(scores)?;
        Ok(Self::sort(scores, |index| labels[index]))
    }

    fn sort(scores: &[f64], label: impl Fn(usize) -> Option<bool>) -> Self {
        let (mut order, mut ends) = (Vec::new(), Vec::new());
        for tied in sorted(scores).chunk_by(|a, b| a.0 == b.0) {
            let before = order.len();
            order.extend(tied.iter().filter_map(|&(_, index)| Some((index as u32, label(index)?))));
            if order.len() > before {
                ends.push(order.len());
            }
        }
        Self { order, ends, samples: scores.len() }
    }

    /// Number of weights that [`WeightedAuc::at`] expects.
    pub fn samples(&self) -> usize {
        self.samples
    }

    /// Sample and outcome, by ascending score.
    pub(crate) fn order(&self) -> &[(u32, bool)] {
        &self.order
    }

    /// Where each group of tied scores ends in [`WeightedAuc::order`].
    pub(crate) fn ends(&self) -> &[usize] {
        &self.ends
    }

    /// Whether the known samples have both outcomes.
    pub(super) fn has_both(&self) -> bool {
        [true, false].iter().all(|wanted| self.order.iter().any(|(_, label)| label == wanted))
    }

    /// Weights of the negatives and positives of each score, ascending.
    pub(super) fn ties<'a>(&'a self, weights: &'a [u32]) -> impl Iterator<Item = [u64; 2]> + 'a {
        let mut start = 0;
        self.ends.iter().map(move |&end| {
            // By outcome: negatives, positives. Without a branch, which chance would mislead.
            let mut tied = [0u64; 2];
            for &(index, positive) in &self.order[start..end] {
                tied[usize::from(positive)] += u64::from(weights[index as usize]);
            }
            start = end;
            tied
        })
    }

    /// The AUC under these weights, one for each sample; `None` when an outcome has no weight.
    ///
    /// # Panics
    /// With fewer weights than [`WeightedAuc::samples`].
    pub fn at(&self, weights: &[u32]) -> Option<f64> {
        let (mut doubled, mut positives, mut below) = (0u128, 0u64, 0u64);
        for [q, p] in self.ties(weights) {
            if p > 0 {
                doubled += u128::from(p) * u128::from(2 * below + q);
                positives += p;
            }
            below += q;
        }
        let pairs = u128::from(positives) * u128::from(below);
        (pairs > 0).then(|| doubled as f64 / (2 * pairs) as f64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::auc;

    #[test]
    fn weights_are_repetitions() {
        let labels = [true, false, true, false, true, false];
        let scores = [0.5, 0.5, 0.7, 0.1, 0.5, 0.7];
        let weights = [2u32, 1, 0, 3, 1, 2];
        let (mut many, mut often) = (Vec::new(), Vec::new());
        for i in 0..6 {
            for _ in 0..weights[i] {
                many.push(labels[i]);
                often.push(scores[i]);
            }
        }
        let sorted = WeightedAuc::new(&labels, &scores).expect("valid");
        assert_eq!(sorted.at(&weights), auc(&many, &often).expect("valid"));
    }

    #[test]
    fn unknown_labels_never_count() {
        let labels = [Some(true), None, Some(false), None];
        let sorted = WeightedAuc::of_known(&labels, &[0.3, 0.9, 0.2, 0.1]).expect("valid");
        assert_eq!(sorted.at(&[1, 7, 1, 9]), Some(1.0));
        assert_eq!(sorted.samples(), 4);
        assert!(WeightedAuc::of_known(&labels, &[0.3]).is_err());
    }
}

//! Area under the precision-recall curve, as average precision.

use super::{MetricError, WeightedAuc};

/// Average precision; `None` when an outcome is missing. A score without use has the
/// prevalence, not 0.5: compare subgroups of different prevalence with care.
///
/// # Formula
/// `AP = sum_t (R_t - R_{t-1}) P_t` over distinct scores `t` from the highest down, with recall
/// `R_t` and precision `P_t` of "positive from `t` up". Tied samples enter together, and nothing
/// is interpolated: the trapezoid rule would be too optimistic.
///
/// # Errors
/// [`MetricError::LengthMismatch`], [`MetricError::NotFinite`].
///
/// # Source
/// Davis and Goadrich, ICML 2006.
///
/// # Examples
/// ```
/// use qpnet_audit::metrics::average_precision;
/// let found = average_precision(&[false, true, false, true], &[0.1, 0.35, 0.4, 0.8])?;
/// assert_eq!(found, Some(0.5 + 0.5 * 2.0 / 3.0));
/// # Ok::<(), qpnet_audit::metrics::MetricError>(())
/// ```
pub fn average_precision(labels: &[bool], scores: &[f64]) -> Result<Option<f64>, MetricError> {
    Ok(WeightedAuc::new(labels, scores)?.average_precision(&vec![1; labels.len()]))
}

impl WeightedAuc {
    /// Average precision of the same order under these weights; `None` when an outcome has no
    /// weight. See [`average_precision`].
    ///
    /// # Panics
    /// With fewer weights than [`WeightedAuc::samples`].
    pub fn average_precision(&self, weights: &[u32]) -> Option<f64> {
        let (mut negatives, mut positives) = (0u64, 0u64);
        self.ties(weights).for_each(|[q, p]| {
            negatives += q;
            positives += p;
        });
        if negatives == 0 || positives == 0 {
            return None;
        }
        // From the lowest score up: what is above shrinks.
        let (mut above, mut false_above) = (positives, negatives);
        let mut sum = 0.0;
        for [q, p] in self.ties(weights) {
            if p > 0 {
                sum += p as f64 * (above as f64 / (above + false_above) as f64);
            }
            above -= p;
            false_above -= q;
        }
        Some(sum / positives as f64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ties_enter_together_and_a_constant_score_has_the_prevalence() {
        let labels = [true, false, false, true, false];
        assert_eq!(average_precision(&labels, &[0.5; 5]), Ok(Some(0.4)));
        assert_eq!(average_precision(&labels, &[0.9, 0.1, 0.2, 0.8, 0.3]), Ok(Some(1.0)));
        assert_eq!(average_precision(&[true, true], &[0.1, 0.2]), Ok(None));
        assert_eq!(average_precision(&[], &[]), Ok(None));
    }

    #[test]
    fn weights_are_repetitions() {
        let (labels, scores) = ([true, false, true, false], [0.3, 0.3, 0.9, 0.1]);
        let weights = [2u32, 3, 1, 4];
        let (mut many, mut often) = (Vec::new(), Vec::new());
        for at in 0..4 {
            for _ in 0..weights[at] {
                many.push(labels[at]);
                often.push(scores[at]);
            }
        }
        let sorted = WeightedAuc::new(&labels, &scores).expect("valid");
        assert_eq!(sorted.average_precision(&weights), average_precision(&many, &often).expect("valid"));
    }
}

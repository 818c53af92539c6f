//! Error rates by subgroup: gaps, and equalised odds.

use super::{Confusion, Disparity, MetricError, disparity};
use std::collections::BTreeSet;

/// Decisions of each subgroup at one threshold, subgroups by ascending number.
///
/// # Errors
/// [`MetricError::LengthMismatch`], [`MetricError::NotFinite`].
pub fn confusion_by_group(
    threshold: f64,
    labels: &[bool],
    scores: &[f64],
    groups: &[usize],
) -> Result<Vec<(usize, Confusion)>, MetricError> {
    same_length(labels, groups)?;
    Confusion::at(threshold, labels, scores)?; // checks the scores where they stand
    let names: BTreeSet<usize> = groups.iter().copied().collect();
    let of = |wanted: usize| {
        let own = |i: &usize| groups[*i] == wanted;
        let members: Vec<usize> = (0..labels.len()).filter(own).collect();
        let labels: Vec<bool> = members.iter().map(|&i| labels[i]).collect();
        let scores: Vec<f64> = members.iter().map(|&i| scores[i]).collect();
        Ok((wanted, Confusion::at(threshold, &labels, &scores)?))
    };
    names.into_iter().map(of).collect()
}

/// How far subgroups are apart in the rates of correct and false alarms.
#[derive(Clone, Debug, PartialEq)]
pub struct RateGaps {
    /// Largest minus smallest true positive rate (equal opportunity asks for 0); `None` with fewer
    /// than two subgroups that have positives.
    pub true_positive: Option<Disparity>,
    /// Largest minus smallest false positive rate; `None` with fewer than two subgroups that have
    /// negatives.
    pub false_positive: Option<Disparity>,
}

impl RateGaps {
    /// The gaps between these subgroups; positions in [`Disparity`] are those of the slice.
    ///
    /// # Formula
    /// `max_g TPR_g - min_g TPR_g` and `max_g FPR_g - min_g FPR_g`, with
    /// `TPR_g = P(called positive | y = 1, g)`, `FPR_g = P(called positive | y = 0, g)`.
    ///
    /// # Source
    /// Hardt, Price and Srebro, NeurIPS 2016.
    ///
    /// # Examples
    /// ```
    /// use qpnet_audit::metrics::{Confusion, RateGaps};
    /// let of = |labels: &[bool], scores: &[f64]| Confusion::at(0.5, labels, scores);
    /// let first = of(&[true, true, false, false], &[0.9, 0.8, 0.1, 0.2])?;
    /// let second = of(&[true, true, false, false], &[0.9, 0.4, 0.7, 0.2])?;
    /// let gaps = RateGaps::of(&[first, second]);
    /// assert_eq!(gaps.true_positive.as_ref().map(|gap| gap.value), Some(0.5));
    /// assert_eq!(gaps.equalised_odds(), Some(0.5));
    /// # Ok::<(), qpnet_audit::metrics::MetricError>(())
    /// ```
    pub fn of(groups: &[Confusion]) -> Self {
        let rates =
            |rate: fn(&Confusion) -> Option<f64>| disparity(&groups.iter().map(rate).collect::<Vec<_>>());
        Self {
            true_positive: rates(Confusion::sensitivity),
            false_positive: rates(Confusion::false_positive_rate),
        }
    }

    /// Difference of equalised odds: the larger of both gaps; `None` when one does not exist, as the
    /// other alone would be another quantity.
    pub fn equalised_odds(&self) -> Option<f64> {
        Some(self.true_positive.as_ref()?.value.max(self.false_positive.as_ref()?.value))
    }
}

/// One subgroup for each label.
pub(super) fn same_length(labels: &[bool], groups: &[usize]) -> Result<(), MetricError> {
    let (expected, got) = (labels.len(), groups.len());
    if expected == got {
        return Ok(());
    }
    Err(MetricError::LengthMismatch { what: "the slice of groups", expected, got })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn subgroups_are_told_apart_and_what_is_missing_is_none() {
        let labels = [true, false, true, true, false];
        let scores = [0.9, 0.8, 0.1, 0.7, 0.2];
        let found = confusion_by_group(0.5, &labels, &scores, &[7, 7, 2, 2, 7]).expect("valid");
        assert_eq!(found.iter().map(|(group, _)| *group).collect::<Vec<_>>(), [2, 7]);
        let gaps = RateGaps::of(&found.iter().map(|(_, confusion)| *confusion).collect::<Vec<_>>());
        assert_eq!(gaps.true_positive.as_ref().map(|gap| (gap.value, gap.best)), Some((0.5, 1)));
        // Subgroup 2 has no negatives.
        assert_eq!((gaps.false_positive.clone(), gaps.equalised_odds()), (None, None));
        assert!(confusion_by_group(0.5, &labels, &scores, &[1]).is_err());
        assert!(confusion_by_group(0.5, &labels, &[f64::NAN; 5], &[1; 5]).is_err());
        assert_eq!(confusion_by_group(0.5, &[], &[], &[]), Ok(vec![]));
    }
}

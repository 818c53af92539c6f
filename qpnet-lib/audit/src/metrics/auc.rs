//! Area under the ROC curve, exact with ties.

use super::{MetricError, Outcomes, check, sorted};

/// The area under the ROC curve: the probability that a positive scores above a negative,
/// ties counting one half. `None` when an outcome is missing ([`Outcomes::undefined`] says
/// which). An area below 0.5 is a finding and stays as it is.
///
/// # Formula
/// `A = (#{(i, j): x_i > y_j} + #{(i, j): x_i = y_j} / 2) / (m n)` over positives `x` and
/// negatives `y`. Pairs are counted as integers after one sort, in O(n log n), so ties
/// cost no precision: the result is the exact fraction, rounded once.
///
/// # Errors
/// [`MetricError::LengthMismatch`], [`MetricError::NotFinite`].
///
/// # Source
/// Mann and Whitney 1947; Hanley and McNeil, Radiology 143:29, 1982.
///
/// # Examples
/// ```
/// use qpnet_audit::metrics::auc;
/// let labels = [true, true, false, false];
/// assert_eq!(auc(&labels, &[0.8, 0.4, 0.5, 0.2])?, Some(0.75));
/// assert_eq!(auc(&labels, &[0.5, 0.5, 0.5, 0.5])?, Some(0.5));
/// assert_eq!(auc(&[true, true], &[0.8, 0.4])?, None);
/// assert!(auc(&labels, &[0.8, f64::NAN, 0.5, 0.2]).is_err());
/// # Ok::<(), qpnet_audit::metrics::MetricError>(())
/// ```
pub fn auc(labels: &[bool], scores: &[f64]) -> Result<Option<f64>, MetricError> {
    check(labels, scores)?;
    let outcomes = Outcomes::of(labels);
    if outcomes.undefined().is_some() {
        return Ok(None);
    }
    let (mut doubled, mut below) = (0u128, 0u128);
    for tied in sorted(scores).chunk_by(|a, b| a.0 == b.0) {
        let positives = tied.iter().filter(|&&(_, index)| labels[index]).count() as u128;
        let negatives = tied.len() as u128 - positives;
        doubled += positives * (2 * below + negatives);
        below += negatives;
    }
    let pairs = outcomes.positives as u128 * outcomes.negatives as u128;
    Ok(Some(doubled as f64 / (2 * pairs) as f64))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn perfect_and_reversed_rankings_are_one_and_zero() {
        let labels = [false, true, false, true];
        assert_eq!(auc(&labels, &[1.0, 3.0, 2.0, 4.0]), Ok(Some(1.0)));
        assert_eq!(auc(&labels, &[4.0, 2.0, 3.0, 1.0]), Ok(Some(0.0)));
    }

    #[test]
    fn bad_input_is_named() {
        let error = auc(&[true, false], &[0.5]).expect_err("lengths differ");
        assert!(error.to_string().contains("1 entries where 2"), "{error}");
        let error = auc(&[true, false], &[0.5, f64::INFINITY]).expect_err("infinite");
        assert_eq!(error, MetricError::NotFinite { index: 1, value: f64::INFINITY });
        assert_eq!(auc(&[], &[]), Ok(None));
    }
}

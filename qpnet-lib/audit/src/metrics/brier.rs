//! Brier score: the mean squared error of a probability.

use super::{MetricError, Outcomes, check};

/// The Brier score; `None` without samples. Raw, it depends on prevalence: compare
/// subgroups by [`brier_skill`].
///
/// # Formula
/// `B = (1/n) sum_i (p_i - y_i)^2`
///
/// # Errors
/// [`MetricError::LengthMismatch`], [`MetricError::NotFinite`],
/// [`MetricError::NotAProbability`].
///
/// # Source
/// Brier, Monthly Weather Review 78:1, 1950.
///
/// # Examples
/// ```
/// let score = qpnet_audit::metrics::brier(&[true, false], &[0.75, 0.5])?;
/// assert_eq!(score, Some((0.0625 + 0.25) / 2.0));
/// # Ok::<(), qpnet_audit::metrics::MetricError>(())
/// ```
pub fn brier(labels: &[bool], probabilities: &[f64]) -> Result<Option<f64>, MetricError> {
    check(labels, probabilities)?;
    if let Some(index) = probabilities.iter().position(|p| !(0.0..=1.0).contains(p)) {
        return Err(MetricError::NotAProbability { index, value: probabilities[index] });
    }
    if labels.is_empty() {
        return Ok(None);
    }
    let error = |(&label, p): (&bool, &f64)| (p - f64::from(u8::from(label))).powi(2);
    let sum: f64 = labels.iter().zip(probabilities).map(error).sum();
    Ok(Some(sum / labels.len() as f64))
}

/// Brier skill score: the part of the error of "always say the prevalence" that is saved.
/// 1 is perfect, 0 no better than the prevalence, negative is worse; `None` when an outcome
/// is missing, since the prevalence is then never wrong.
///
/// # Formula
/// `1 - B / (r (1 - r))` with prevalence `r`.
///
/// # Errors
/// As [`brier`].
///
/// # Examples
/// ```
/// use qpnet_audit::metrics::brier_skill;
/// assert_eq!(brier_skill(&[true, false], &[0.5, 0.5])?, Some(0.0));
/// assert_eq!(brier_skill(&[true, false], &[1.0, 0.0])?, Some(1.0));
/// # Ok::<(), qpnet_audit::metrics::MetricError>(())
/// ```
pub fn brier_skill(labels: &[bool], probabilities: &[f64]) -> Result<Option<f64>, MetricError> {
    let score = brier(labels, probabilities)?;
    let outcomes = Outcomes::of(labels);
    if outcomes.undefined().is_some() {
        return Ok(None);
    }
    let rate = outcomes.positives as f64 / outcomes.total() as f64;
    Ok(score.map(|score| 1.0 - score / (rate * (1.0 - rate))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_probabilities_are_scored() {
        let error = brier(&[true, false], &[0.5, 1.5]).expect_err("1.5");
        assert_eq!(error, MetricError::NotAProbability { index: 1, value: 1.5 });
        assert_eq!(brier(&[], &[]), Ok(None));
        assert_eq!(brier_skill(&[true], &[0.5]), Ok(None));
    }
}

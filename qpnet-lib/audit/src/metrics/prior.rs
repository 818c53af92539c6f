//! Prior correction: what a model of balanced batches says, for people of another prevalence.

use super::MetricError;

/// Probabilities moved from the prevalence a model was trained at to another one.
///
/// # Formula
/// `logit p' = logit p - logit trained + logit prevalence`: the likelihood ratio stays. 0 and 1 stay.
///
/// # Errors
/// [`MetricError::NotAProbability`] for an entry outside [0, 1]; [`MetricError::Prevalence`] for a
/// prevalence that is not strictly inside.
///
/// # Source
/// Saerens, Latinne and Decaestecker, Neural Comput 14:21, 2002, equation 2.4.
///
/// # Examples
/// ```
/// // A model of balanced batches that says 1/2 saw nothing: the answer is the prevalence.
/// let p = qpnet_audit::metrics::prior_correction(&[0.5, 1.0], 0.5, 0.1)?;
/// assert!((p[0] - 0.1).abs() < 1e-12 && p[1] == 1.0);
/// # Ok::<(), qpnet_audit::metrics::MetricError>(())
/// ```
pub fn prior_correction(
    probabilities: &[f64],
    trained: f64,
    prevalence: f64,
) -> Result<Vec<f64>, MetricError> {
    let odds = |what: &'static str, got: f64| {
        let inside = got > 0.0 && got < 1.0;
        if inside { Ok(got / (1.0 - got)) } else { Err(MetricError::Prevalence { what, got }) }
    };
    let ratio = odds("the prevalence", prevalence)? / odds("the prevalence of training", trained)?;
    let corrected = |(index, &p): (usize, &f64)| {
        if !(0.0..=1.0).contains(&p) {
            return Err(MetricError::NotAProbability { index, value: p });
        }
        Ok(p * ratio / (p * ratio + (1.0 - p)))
    };
    probabilities.iter().enumerate().map(corrected).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_logit_moves_by_the_difference_of_the_priors() {
        let logit = |p: f64| (p / (1.0 - p)).ln();
        let moved = prior_correction(&[0.2, 0.9], 0.5, 0.1).expect("probabilities");
        for (p, q) in [0.2, 0.9].into_iter().zip(&moved) {
            assert!((logit(*q) - logit(p) - logit(0.1)).abs() < 1e-12);
        }
        assert_eq!(prior_correction(&[0.0, 0.3, 1.0], 0.5, 0.5).expect("same"), [0.0, 0.3, 1.0]);
    }

    #[test]
    fn what_is_no_probability_is_refused() {
        assert!(matches!(
            prior_correction(&[0.5, 1.5], 0.5, 0.1),
            Err(MetricError::NotAProbability { index: 1, .. })
        ));
        assert!(matches!(prior_correction(&[f64::NAN], 0.5, 0.1), Err(MetricError::NotAProbability { .. })));
        assert!(matches!(prior_correction(&[0.5], 0.5, 1.0), Err(MetricError::Prevalence { .. })));
    }
}

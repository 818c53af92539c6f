//! Negative log-likelihood of probabilities.

use super::{MetricError, brier};
use crate::math::{ln, ln_1p};

/// Mean negative log-likelihood; `None` without samples. Infinite where an outcome occurs that was
/// said to be impossible: such a forecast is not made better by cutting it off somewhere.
///
/// # Formula
/// `NLL = -(1/n) sum_i [y_i ln p_i + (1 - y_i) ln(1 - p_i)]`
///
/// # Errors
/// As [`brier`].
///
/// # Source
/// Good, JRSS B 14:107, 1952.
///
/// # Examples
/// ```
/// use qpnet_audit::metrics::log_loss;
/// let found = log_loss(&[true, false], &[0.5, 0.5])?.expect("samples");
/// assert!((found - 2f64.ln()).abs() < 1e-15);
/// assert_eq!(log_loss(&[true], &[0.0])?, Some(f64::INFINITY));
/// # Ok::<(), qpnet_audit::metrics::MetricError>(())
/// ```
pub fn log_loss(labels: &[bool], probabilities: &[f64]) -> Result<Option<f64>, MetricError> {
    brier(labels, probabilities)?; // refuses what is no probability
    let loss = |(&label, &p): (&bool, &f64)| if label { -ln(p) } else { -ln_1p(-p) };
    let sum: f64 = labels.iter().zip(probabilities).map(loss).sum();
    Ok((!labels.is_empty()).then(|| sum / labels.len() as f64))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn certainty_that_is_right_costs_nothing() {
        assert_eq!(log_loss(&[true, false], &[1.0, 0.0]), Ok(Some(0.0)));
        assert_eq!(log_loss(&[], &[]), Ok(None));
        assert!(log_loss(&[true], &[1.5]).is_err());
    }
}

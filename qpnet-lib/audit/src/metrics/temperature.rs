//! Temperature scaling: one number that makes probabilities bolder or more timid.

use super::{MetricError, Outcomes, brier};
use crate::math::{exp, ln, ln_1p};

/// Probabilities of 0 and 1 have no logit; they are moved by this much.
const EDGE: f64 = 1e-12;
/// Inverse temperatures outside are taken for "no minimum": with a logit of 1e-3 and more, what they
/// say is 0 or 1 within rounding.
const STEEPEST: f64 = 1e6;
/// Halvings of the widest bracket that reach the last digit, Newton's steps apart.
const STEPS: usize = 200;

/// The temperature with the least negative log-likelihood, on validation data; use it on others by
/// [`with_temperature`]. Above 1 the probabilities were too extreme, below 1 too timid.
///
/// `None` when there is no such temperature: an outcome or every logit is missing, forecasts
/// separate the outcomes at 1/2 (the colder the better), or they are wrong as much as right or more (no
/// positive temperature mends a reversed forecast; the best is infinite).
///
/// # Formula
/// `argmin_T NLL(expit(logit(p) / T))`. With `b = 1 / T` the likelihood is concave and its slope
/// `sum_i x_i (y_i - expit(b x_i))`, `x = logit p`, falls in `b`: its root is found by Newton's method,
/// kept between bounds. Probabilities closer to 0 or 1 than 1e-12 are moved there.
///
/// # Errors
/// As [`brier`].
///
/// # Source
/// Guo, Pleiss, Sun and Weinberger, ICML 2017; Platt 1999 without the intercept.
///
/// # Examples
/// ```
/// use qpnet_audit::metrics::{temperature, with_temperature};
/// // Says 0.9, and is right in three of four cases.
/// let labels = [true, true, true, false, false, false, false, true];
/// let said = [0.9, 0.9, 0.9, 0.9, 0.1, 0.1, 0.1, 0.1];
/// let found = temperature(&labels, &said)?.expect("a minimum");
/// assert!((found - 2.0).abs() < 1e-12); // logit 0.9 = 2 logit 0.75
/// assert!((with_temperature(&said, found)?[0] - 0.75).abs() < 1e-12);
/// # Ok::<(), qpnet_audit::metrics::MetricError>(())
/// ```
pub fn temperature(labels: &[bool], probabilities: &[f64]) -> Result<Option<f64>, MetricError> {
    brier(labels, probabilities)?; // refuses what is no probability
    if Outcomes::of(labels).undefined().is_some() {
        return Ok(None);
    }
    let logits: Vec<f64> = probabilities.iter().map(|&p| logit(p)).collect();
    // Slope and curvature of the log-likelihood at the inverse temperature b.
    let at = |b: f64| {
        let part = |(&label, &x): (&bool, &f64)| {
            let p = 1.0 / (1.0 + exp(-b * x));
            (x * (f64::from(u8::from(label)) - p), x * x * p * (1.0 - p))
        };
        let add = |sum: (f64, f64), next: (f64, f64)| (sum.0 + next.0, sum.1 + next.1);
        labels.iter().zip(&logits).map(part).fold((0.0, 0.0), add)
    };
    // Wrong as much as right or more: the likelihood falls from b = 0 on. Never wrong: it never falls.
    let wrong = |(&label, &x): (&bool, &f64)| if label { x < 0.0 } else { x > 0.0 };
    let rounding = 1e-12 * logits.iter().map(|x| x.abs()).sum::<f64>();
    if at(0.0).0 <= rounding || !labels.iter().zip(&logits).any(wrong) {
        return Ok(None);
    }
    let (mut low, mut high, mut b) = (0.0, STEEPEST, 1.0);
    for _ in 0..STEPS {
        let (slope, curvature) = at(b);
        *(if slope > 0.0 { &mut low } else { &mut high }) = b;
        let newton = b + slope / curvature;
        let next = if newton > low && newton < high { newton } else { (low + high) / 2.0 };
        if (next - b).abs() <= 1e-15 * b {
            break;
        }
        b = next;
    }
    Ok((b < STEEPEST / 2.0).then(|| 1.0 / b))
}

/// Probabilities at another temperature; 0, 1/2 and 1 stay, and no two change their order.
///
/// # Formula
/// `expit(logit(p) / T)`
///
/// # Errors
/// [`MetricError::NotAProbability`]; [`MetricError::Temperature`] unless it is finite and positive.
pub fn with_temperature(probabilities: &[f64], temperature: f64) -> Result<Vec<f64>, MetricError> {
    if !(temperature.is_finite() && temperature > 0.0) {
        return Err(MetricError::Temperature { got: temperature });
    }
    let scaled = |(index, &p): (usize, &f64)| {
        if !(0.0..=1.0).contains(&p) {
            return Err(MetricError::NotAProbability { index, value: p });
        }
        // ln 0 is minus infinity, and leads to 0 and 1 as it should.
        let x = ln(p) - ln_1p(-p);
        Ok(1.0 / (1.0 + exp(-x / temperature)))
    };
    probabilities.iter().enumerate().map(scaled).collect()
}

fn logit(p: f64) -> f64 {
    let p = p.clamp(EDGE, 1.0 - EDGE);
    ln(p / (1.0 - p))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::log_loss;

    #[test]
    fn no_other_temperature_is_better() {
        let labels: Vec<bool> = (0..80).map(|i| i * 7 % 10 < i / 8).collect();
        let said: Vec<f64> = (0..80).map(|i| 0.02 + 0.012 * f64::from(i)).collect();
        let best = temperature(&labels, &said).expect("valid").expect("a minimum");
        let loss = |t: f64| {
            log_loss(&labels, &with_temperature(&said, t).expect("positive")).expect("valid").expect("some")
        };
        for factor in [0.5, 0.9, 0.999, 1.001, 1.1, 2.0] {
            assert!(loss(best * factor) > loss(best), "{factor}");
        }
    }

    #[test]
    fn where_no_minimum_exists_there_is_none() {
        let none = |labels: &[bool], said: &[f64]| temperature(labels, said).expect("valid").is_none();
        assert!(none(&[true, false], &[0.9, 0.1]), "colder is always better");
        assert!(none(&[true, false], &[0.1, 0.9]), "hotter is always better");
        assert!(none(&[true, false], &[0.5, 0.5]), "nothing to scale");
        assert!(none(&[true, true], &[0.9, 0.2]) && none(&[], &[]));
        // As often wrong as right, but for rounding.
        let said = with_temperature(&[0.875, 0.875, 0.625, 0.375, 0.625, 0.375], 1.1685145747005208);
        assert!(none(&[true, false, true, true, true, true], &said.expect("positive")));
        assert!(temperature(&[true], &[f64::NAN]).is_err());
    }

    #[test]
    fn ends_and_the_middle_stay() {
        assert_eq!(with_temperature(&[0.0, 0.5, 1.0], 3.0), Ok(vec![0.0, 0.5, 1.0]));
        for wrong in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            assert!(matches!(with_temperature(&[0.5], wrong), Err(MetricError::Temperature { .. })));
        }
        assert!(with_temperature(&[1.5], 1.0).is_err());
    }
}

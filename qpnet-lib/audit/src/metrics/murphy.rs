//! Murphy's decomposition: what the Brier score is made of.

use serde::{Deserialize, Serialize};

use super::bins::equal_mass;
use super::{MetricError, Outcomes, brier, sorted};

/// The parts of a Brier score; they add up to it exactly, whatever the bins ([`Murphy::sum`]).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Murphy {
    /// Squared distance between mean forecast and observed rate, over bins: 0 is calibrated.
    pub reliability: f64,
    /// Squared distance between observed rate and prevalence, over bins: the more the better.
    pub resolution: f64,
    /// `r (1 - r)` with prevalence `r`: what a forecast can do nothing about.
    pub uncertainty: f64,
    /// Variance of the forecasts inside bins; 0 when a bin is one distinct probability.
    pub within_variance: f64,
    /// Covariance of forecasts and outcomes inside bins; 0 as above. It counts twice.
    pub within_covariance: f64,
    /// Number of bins in use.
    pub bins: usize,
}

impl Murphy {
    /// The Brier score.
    ///
    /// # Formula
    /// `reliability - resolution + uncertainty + within_variance - 2 within_covariance`
    pub fn sum(&self) -> f64 {
        self.reliability - self.resolution + self.uncertainty + self.within_variance
            - 2.0 * self.within_covariance
    }

    /// Resolution that does not depend on the bins as much: what sorting *inside* bins adds is
    /// given back to it, so that `B = reliability - generalised resolution + uncertainty`.
    pub fn generalised_resolution(&self) -> f64 {
        self.resolution - self.within_variance + 2.0 * self.within_covariance
    }
}

/// The decomposition by distinct probabilities, where Murphy's three parts are exact. On
/// continuous scores every sample is then a bin of its own and the parts say nothing: take
/// [`murphy_binned`] there. `None` without samples.
///
/// # Formula
/// `B = sum_k n_k/n (p_k - y_k)^2 - sum_k n_k/n (y_k - r)^2 + r (1 - r)`, `y_k` the rate of
/// positives among the `n_k` samples of probability `p_k`.
///
/// # Errors
/// As [`brier`].
///
/// # Source
/// Murphy, J Appl Meteorol 12:595, 1973.
///
/// # Examples
/// ```
/// use qpnet_audit::metrics::murphy;
/// let found = murphy(&[true, false, false, false], &[0.5, 0.5, 0.0, 0.0])?.expect("samples");
/// assert_eq!((found.reliability, found.resolution, found.uncertainty), (0.0, 0.0625, 0.1875));
/// # Ok::<(), qpnet_audit::metrics::MetricError>(())
/// ```
pub fn murphy(labels: &[bool], probabilities: &[f64]) -> Result<Option<Murphy>, MetricError> {
    murphy_binned(labels, probabilities, labels.len().max(1))
}

/// The decomposition over at most `bins` bins of equal mass. Tied probabilities stay together,
/// so that a bin may hold more than its share, and there may be fewer bins than asked for.
/// `None` without samples.
///
/// # Formula
/// In ascending order a bin closes after the tie that reaches the next multiple of `n / bins`.
/// With bin means `p_k`, `y_k`: reliability and resolution as in [`murphy`], and
/// `V = (1/n) sum_k sum_i (p_i - p_k)^2`, `C = (1/n) sum_k sum_i (p_i - p_k)(y_i - y_k)`, with
/// which `B = reliability - resolution + uncertainty + V - 2 C` holds for any bins.
///
/// # Errors
/// As [`brier`]; [`MetricError::NoBins`].
///
/// # Source
/// Stephenson, Coelho and Jolliffe, Weather and Forecasting 23:752, 2008 (terms within bins).
pub fn murphy_binned(
    labels: &[bool],
    probabilities: &[f64],
    bins: usize,
) -> Result<Option<Murphy>, MetricError> {
    if bins == 0 {
        return Err(MetricError::NoBins);
    }
    if brier(labels, probabilities)?.is_none() {
        return Ok(None);
    }
    let n = labels.len() as f64;
    let outcome = |index: usize| f64::from(u8::from(labels[index]));
    let base = Outcomes::of(labels).positives as f64 / n;
    let uncertainty = base * (1.0 - base);
    let mut found = Murphy {
        reliability: 0.0,
        resolution: 0.0,
        uncertainty,
        within_variance: 0.0,
        within_covariance: 0.0,
        bins: 0,
    };
    let order = sorted(probabilities);
    for range in equal_mass(&order, bins) {
        let bin = &order[range];
        let share = bin.len() as f64;
        let forecast = bin.iter().map(|&(p, _)| p).sum::<f64>() / share;
        let rate = bin.iter().map(|&(_, index)| outcome(index)).sum::<f64>() / share;
        found.reliability += share * (forecast - rate).powi(2) / n;
        found.resolution += share * (rate - base).powi(2) / n;
        for &(p, index) in bin {
            found.within_variance += (p - forecast).powi(2) / n;
            found.within_covariance += (p - forecast) * (outcome(index) - rate) / n;
        }
        found.bins += 1;
    }
    Ok(Some(found))
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_abs_diff_eq;

    #[test]
    fn the_parts_add_up_for_any_bins() {
        let labels = [true, false, true, true, false, false, true];
        let p = [0.9, 0.2, 0.4, 0.4, 0.35, 0.7, 0.65];
        let score = brier(&labels, &p).expect("valid").expect("samples");
        for bins in 1..9 {
            let found = murphy_binned(&labels, &p, bins).expect("valid").expect("samples");
            assert_abs_diff_eq!(found.sum(), score, epsilon = 1e-15);
            let short = found.reliability - found.generalised_resolution() + found.uncertainty;
            assert_abs_diff_eq!(short, score, epsilon = 1e-15);
        }
        let exact = murphy(&labels, &p).expect("valid").expect("samples");
        assert_abs_diff_eq!(exact.within_variance, 0.0, epsilon = 1e-16);
        assert_eq!((exact.bins, murphy(&[], &[])), (6, Ok(None)));
        assert_eq!(murphy_binned(&labels, &p, 0), Err(MetricError::NoBins));
    }
}

//! Calibration intercept and slope: what a logistic regression on the forecast itself says.

use crate::math::{exp, ln, ln_1p};
use serde::{Deserialize, Serialize};

use super::{MetricError, Weight, brier};

/// Probabilities of 0 and 1 have no logit; they are moved by this much.
pub(crate) const EDGE: f64 = 1e-12;
/// A last step below this, relative to the coefficient, is the end.
const CLOSE: f64 = 1e-9;
/// No logit of a moved probability is further from 0 than 28: beyond twice that no shift helps.
const FAR: f64 = 60.0;
/// Newton's method doubles its digits at every step: more than this many mean there is no maximum.
const STEPS: usize = 60;

/// How forecasts must be bent to be calibrated.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct CalibrationLine {
    /// `a` of `logit P(y = 1) = a + b logit p`.
    pub intercept: f64,
    /// `b`: 1 is right, below 1 the forecasts are too extreme, above 1 too timid.
    pub slope: f64,
    /// `a` with `b` held at 1: above 0, forecasts are too low on the whole.
    pub in_the_large: f64,
}

/// Logits ready for many weightings: how often a bootstrap drew each sample.
#[derive(Clone, Debug)]
pub struct WeightedCalibration {
    logits: Vec<f64>,
    labels: Vec<bool>,
}

/// The calibration line by maximum likelihood; `None` when an outcome is missing, when all
/// forecasts are equal, or when they separate the outcomes, where no maximum exists.
///
/// # Formula
/// Maximise `sum_i y_i eta_i - ln(1 + exp eta_i)`, `eta_i = a + b logit p_i`, by Newton's method;
/// then `a` alone with `b = 1`. Probabilities closer to 0 or 1 than 1e-12 are moved there.
///
/// # Errors
/// As [`brier`].
///
/// # Source
/// Cox, Biometrika 45:562, 1958. Van Calster et al., BMC Medicine 17:230, 2019.
///
/// # Examples
/// ```
/// use qpnet_audit::metrics::calibration_line;
/// let labels: Vec<bool> = (0..100).map(|i| i % 10 < if i < 50 { 2 } else { 8 }).collect();
/// let said: Vec<f64> = (0..100).map(|i| if i < 50 { 0.2 } else { 0.8 }).collect();
/// let line = calibration_line(&labels, &said)?.expect("both outcomes");
/// assert!(line.intercept.abs() < 1e-9 && (line.slope - 1.0).abs() < 1e-9);
/// # Ok::<(), qpnet_audit::metrics::MetricError>(())
/// ```
pub fn calibration_line(
    labels: &[bool],
    probabilities: &[f64],
) -> Result<Option<CalibrationLine>, MetricError> {
    Ok(WeightedCalibration::new(labels, probabilities)?.at(&vec![1; labels.len()]))
}

impl WeightedCalibration {
    /// Take the logits.
    ///
    /// # Errors
    /// As [`brier`].
    pub fn new(labels: &[bool], probabilities: &[f64]) -> Result<Self, MetricError> {
        brier(labels, probabilities)?; // refuses what is no probability
        let logit = |p: &f64| {
            let p = p.clamp(EDGE, 1.0 - EDGE);
            ln(p / (1.0 - p))
        };
        Ok(Self { logits: probabilities.iter().map(logit).collect(), labels: labels.to_vec() })
    }

    /// The line of the data in which sample `i` stands `weights[i]` times, or counts so much.
    ///
    /// # Panics
    /// With fewer weights than samples.
    pub fn at<W: Weight>(&self, weights: &[W]) -> Option<CalibrationLine> {
        let drawn = |label: bool| {
            (0..self.labels.len()).any(|i| weights[i].number() > 0.0 && self.labels[i] == label)
        };
        if !drawn(true) || !drawn(false) || self.separates(weights) {
            return None;
        }
        let (intercept, slope) = self.both(weights)?;
        let in_the_large = self.in_the_large(weights)?;
        Some(CalibrationLine { intercept, slope, in_the_large })
    }

    /// Do the outcomes not overlap? Equal forecasts count as separating: there is no slope.
    fn separates<W: Weight>(&self, weights: &[W]) -> bool {
        // Lowest and highest logit of negatives and positives.
        let mut ends = [[f64::INFINITY, f64::NEG_INFINITY]; 2];
        for (i, &logit) in self.logits.iter().enumerate().filter(|(i, _)| weights[*i].number() > 0.0) {
            let [low, high] = &mut ends[usize::from(self.labels[i])];
            (*low, *high) = (low.min(logit), high.max(logit));
        }
        let [negative, positive] = ends;
        negative[1] <= positive[0] || positive[1] <= negative[0]
    }

    /// Weighted sum of `y - p`, and of `p (1 - p)` times 1, x and x squared, with the likelihood.
    fn score<W: Weight>(&self, weights: &[W], (a, b): (f64, f64)) -> Score {
        let mut score = Score::default();
        for (i, &x) in self.logits.iter().enumerate().filter(|(i, _)| weights[*i].number() > 0.0) {
            let (w, y) = (weights[i].number(), f64::from(u8::from(self.labels[i])));
            let eta = a + b * x;
            let p = 1.0 / (1.0 + exp(-eta));
            // ln(1 + exp eta) without overflow.
            score.likelihood += w * (y * eta - eta.max(0.0) - ln_1p(exp(-eta.abs())));
            let (residual, spread) = (w * (y - p), w * p * (1.0 - p));
            score.gradient[0] += residual;
            score.gradient[1] += residual * x;
            score.curvature[0] += spread;
            score.curvature[1] += spread * x;
            score.curvature[2] += spread * x * x;
        }
        score
    }

    /// Intercept and slope, from "the forecast says nothing" on, where no step is wild.
    fn both<W: Weight>(&self, weights: &[W]) -> Option<(f64, f64)> {
        let count = |label: bool| -> f64 {
            let own = |i: &usize| self.labels[*i] == label;
            (0..self.labels.len()).filter(own).map(|i| weights[i].number()).sum()
        };
        let (mut a, mut b) = (ln(count(true) / count(false)), 0.0);
        let (mut last, mut step) = (f64::NEG_INFINITY, [0.0; 2]);
        for _ in 0..STEPS {
            let Score { likelihood, gradient, curvature: [h00, h01, h11] } = self.score(weights, (a, b));
            // A step too far is halved until it gains; a loss within rounding is none.
            if likelihood < last - 1e-9 * last.abs() {
                step = step.map(|s| s / 2.0);
                (a, b) = (a - step[0], b - step[1]);
                continue;
            }
            last = likelihood;
            let determinant = h00 * h11 - h01 * h01;
            step = [
                (h11 * gradient[0] - h01 * gradient[1]) / determinant,
                (h00 * gradient[1] - h01 * gradient[0]) / determinant,
            ];
            if !step.iter().all(|s| s.is_finite()) {
                return None;
            }
            (a, b) = (a + step[0], b + step[1]);
            // Convergence is quadratic: what is left is the square of this step.
            if step[0].abs() <= CLOSE * (1.0 + a.abs()) && step[1].abs() <= CLOSE * (1.0 + b.abs()) {
                return Some((a, b));
            }
        }
        None
    }

    /// The intercept at slope 1, where forecasts add up to the positives: the sum falls with it,
    /// so that Newton's method is kept between two bounds.
    fn in_the_large<W: Weight>(&self, weights: &[W]) -> Option<f64> {
        let (mut low, mut high) = (-FAR, FAR);
        let mut a = 0.0;
        for _ in 0..4 * STEPS {
            let Score { gradient: [excess, _], curvature: [spread, ..], .. } = self.score(weights, (a, 1.0));
            if excess > 0.0 {
                low = a
            } else {
                high = a
            }
            let newton = a + excess / spread;
            let next = if newton > low && newton < high { newton } else { (low + high) / 2.0 };
            if (next - a).abs() <= CLOSE * 1e-3 * (1.0 + a.abs()) {
                return Some(next);
            }
            a = next;
        }
        None
    }
}

/// Where the likelihood stands and leads.
#[derive(Default)]
struct Score {
    likelihood: f64,
    gradient: [f64; 2],
    curvature: [f64; 3],
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_bent_is_found() {
        // 5 bins of forecasts; the truth is logit = 0.5 + 0.7 logit p, rates realised exactly in
        // the limit of many samples.
        let (mut labels, mut said) = (Vec::new(), Vec::new());
        for p in [0.1, 0.3, 0.5, 0.7, 0.9f64] {
            let eta = 0.5 + 0.7 * (p / (1.0 - p)).ln();
            let positives = (100_000.0 / (1.0 + (-eta).exp())).round() as usize;
            labels.extend((0..100_000).map(|i| i < positives));
            said.extend(vec![p; 100_000]);
        }
        let line = calibration_line(&labels, &said).expect("valid").expect("overlap");
        assert!((line.intercept - 0.5).abs() < 1e-4 && (line.slope - 0.7).abs() < 1e-4, "{line:?}");
        assert!(line.in_the_large > 0.3, "forecasts too low on the whole: {line:?}");
    }

    #[test]
    fn without_overlap_there_is_no_line() {
        assert_eq!(calibration_line(&[false, false, true, true], &[0.1, 0.2, 0.3, 0.4]), Ok(None));
        assert_eq!(calibration_line(&[true, false], &[0.5, 0.5]), Ok(None));
        assert_eq!(calibration_line(&[true, true], &[0.5, 0.6]), Ok(None));
        assert!(
            calibration_line(&[true, false, true, false], &[1.0, 0.0, 0.0, 1.0]).expect("edges").is_some()
        );
        assert!(calibration_line(&[true, false], &[1.5, 0.5]).is_err());
    }

    #[test]
    fn weights_are_repetitions() {
        let labels = [true, false, true, false, true];
        let said = [0.8, 0.4, 0.3, 0.6, 0.55];
        let weights = [1u32, 2, 3, 1, 2];
        let (mut many, mut often) = (Vec::new(), Vec::new());
        for at in 0..5 {
            for _ in 0..weights[at] {
                many.push(labels[at]);
                often.push(said[at]);
            }
        }
        let weighted = WeightedCalibration::new(&labels, &said).expect("valid").at(&weights).expect("line");
        let repeated = calibration_line(&many, &often).expect("valid").expect("line");
        assert!((weighted.slope - repeated.slope).abs() < 1e-9, "{weighted:?} {repeated:?}");
        assert!((weighted.intercept - repeated.intercept).abs() < 1e-9);
    }
}

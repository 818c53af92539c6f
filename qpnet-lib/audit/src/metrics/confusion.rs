//! Decisions at a threshold.

use serde::{Deserialize, Serialize};

use super::{MetricError, check, sorted};

/// Who is called positive, and rightly so.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Confusion {
    /// Positives called positive.
    pub true_positives: usize,
    /// Negatives called positive.
    pub false_positives: usize,
    /// Negatives called negative.
    pub true_negatives: usize,
    /// Positives called negative.
    pub false_negatives: usize,
}

impl Confusion {
    /// Positive is who scores `threshold` or more.
    ///
    /// # Errors
    /// [`MetricError::LengthMismatch`], [`MetricError::NotFinite`].
    ///
    /// # Examples
    /// ```
    /// use qpnet_audit::metrics::Confusion;
    /// let found = Confusion::at(0.5, &[true, true, false], &[0.5, 0.4, 0.7])?;
    /// assert_eq!((found.sensitivity(), found.specificity()), (Some(0.5), Some(0.0)));
    /// # Ok::<(), qpnet_audit::metrics::MetricError>(())
    /// ```
    pub fn at(threshold: f64, labels: &[bool], scores: &[f64]) -> Result<Self, MetricError> {
        check(labels, scores)?;
        let mut found = Self::default();
        for (&label, &score) in labels.iter().zip(scores) {
            *match (label, score >= threshold) {
                (true, true) => &mut found.true_positives,
                (false, true) => &mut found.false_positives,
                (false, false) => &mut found.true_negatives,
                (true, false) => &mut found.false_negatives,
            } += 1;
        }
        Ok(found)
    }

    /// True positive rate; `None` without positives.
    pub fn sensitivity(&self) -> Option<f64> {
        share(self.true_positives, self.false_negatives)
    }

    /// True negative rate; `None` without negatives.
    pub fn specificity(&self) -> Option<f64> {
        share(self.true_negatives, self.false_positives)
    }

    /// False positive rate, one minus specificity; `None` without negatives.
    pub fn false_positive_rate(&self) -> Option<f64> {
        share(self.false_positives, self.true_negatives)
    }

    /// Positive predictive value; `None` when nobody is called positive.
    pub fn precision(&self) -> Option<f64> {
        share(self.true_positives, self.false_positives)
    }

    /// Who is called positive among all, which demographic parity compares; `None` without
    /// samples.
    pub fn positive_rate(&self) -> Option<f64> {
        let Self { true_positives, false_positives, true_negatives, false_negatives } = self;
        share(true_positives + false_positives, true_negatives + false_negatives)
    }
}

fn share(part: usize, rest: usize) -> Option<f64> {
    (part + rest > 0).then(|| part as f64 / (part + rest) as f64)
}

/// A point of the ROC curve.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct RocPoint {
    /// Positive is who scores this or more; infinite at the origin.
    pub threshold: f64,
    /// One minus specificity.
    pub false_positive_rate: f64,
    /// Sensitivity.
    pub true_positive_rate: f64,
}

/// The ROC curve from (0, 0) to (1, 1), one point a distinct score; `None` when an outcome is
/// missing. The area below its straight lines is [`auc`](super::auc).
///
/// # Errors
/// As [`Confusion::at`].
pub fn roc(labels: &[bool], scores: &[f64]) -> Result<Option<Vec<RocPoint>>, MetricError> {
    check(labels, scores)?;
    let positives = labels.iter().filter(|&&label| label).count();
    let negatives = labels.len() - positives;
    if positives == 0 || negatives == 0 {
        return Ok(None);
    }
    let (mut true_above, mut false_above) = (0, 0);
    let origin = RocPoint { threshold: f64::INFINITY, false_positive_rate: 0.0, true_positive_rate: 0.0 };
    let mut points = vec![origin];
    let mut order = sorted(scores);
    order.reverse();
    for tied in order.chunk_by(|a, b| a.0 == b.0) {
        let hits = tied.iter().filter(|(_, index)| labels[*index]).count();
        true_above += hits;
        false_above += tied.len() - hits;
        points.push(RocPoint {
            threshold: tied[0].0,
            false_positive_rate: false_above as f64 / negatives as f64,
            true_positive_rate: true_above as f64 / positives as f64,
        });
    }
    Ok(Some(points))
}

/// The threshold with the largest sum of sensitivity and specificity, the lowest of several;
/// `None` when an outcome is missing. Choose it on other data than it is judged on.
///
/// # Errors
/// As [`Confusion::at`].
///
/// # Source
/// Youden, Cancer 3:32, 1950.
pub fn youden_threshold(labels: &[bool], scores: &[f64]) -> Result<Option<f64>, MetricError> {
    let Some(points) = roc(labels, scores)? else { return Ok(None) };
    // Counts in place of shares: equal sums are equal then.
    let positives = labels.iter().filter(|label| **label).count();
    let counts = (positives as f64, (labels.len() - positives) as f64);
    let gain = |point: &&RocPoint| {
        let hits = (point.true_positive_rate * counts.0).round() as i128;
        let alarms = (point.false_positive_rate * counts.1).round() as i128;
        hits * counts.1 as i128 - alarms * counts.0 as i128
    };
    let best = points.iter().skip(1).max_by_key(gain);
    Ok(best.map(|point| point.threshold))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::auc;
    use approx::assert_abs_diff_eq;

    const LABELS: [bool; 7] = [true, false, true, false, true, false, false];
    const SCORES: [f64; 7] = [0.9, 0.9, 0.6, 0.6, 0.2, 0.1, 0.1];

    #[test]
    fn the_area_below_the_curve_is_the_auc() {
        let points = roc(&LABELS, &SCORES).expect("valid").expect("both outcomes");
        assert_eq!(points.len(), 5);
        let trapezoid = |pair: &[RocPoint]| {
            (pair[1].false_positive_rate - pair[0].false_positive_rate)
                * (pair[1].true_positive_rate + pair[0].true_positive_rate)
                / 2.0
        };
        let area: f64 = points.windows(2).map(trapezoid).sum();
        assert_abs_diff_eq!(area, auc(&LABELS, &SCORES).expect("valid").expect("defined"), epsilon = 1e-15);
        let last = points.last().expect("points");
        assert_eq!((last.false_positive_rate, last.true_positive_rate), (1.0, 1.0));
    }

    #[test]
    fn every_point_is_the_confusion_at_its_threshold() {
        for point in roc(&LABELS, &SCORES).expect("valid").expect("both outcomes") {
            let there = Confusion::at(point.threshold, &LABELS, &SCORES).expect("valid");
            assert_eq!(there.sensitivity(), Some(point.true_positive_rate));
            assert_abs_diff_eq!(
                1.0 - there.specificity().expect("negatives"),
                point.false_positive_rate,
                epsilon = 1e-15
            );
        }
    }

    #[test]
    fn what_does_not_exist_is_none() {
        let none = Confusion::at(0.5, &[], &[]).expect("valid");
        assert_eq!((none.sensitivity(), none.precision(), none.positive_rate()), (None, None, None));
        assert_eq!(roc(&[true], &[0.5]), Ok(None));
        assert_eq!(youden_threshold(&LABELS, &SCORES), Ok(Some(0.2)));
        assert!(Confusion::at(0.5, &[true], &[f64::NAN]).is_err());
    }
}

//! A threshold by a rule that was fixed beforehand, on weighted samples.

use std::fmt::{self, Display, Formatter};
use std::str::FromStr;

use super::{MetricError, Weight, WeightedAuc};

/// How a threshold is chosen. Choose it on other data than it is judged on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum ThresholdRule {
    /// The largest sum of sensitivity and specificity, the lowest threshold of several that are equal up to 1e-12.
    Youden,
    /// The highest threshold with at least this sensitivity.
    Sensitivity(f64),
    /// The lowest threshold with at least this specificity.
    Specificity(f64),
}

impl FromStr for ThresholdRule {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let refused = || format!("{text:?}: expected youden, sensitivity=0.9 or specificity=0.9");
        let (name, share) = match text.split_once('=') {
            None if text == "youden" => return Ok(Self::Youden),
            None => return Err(refused()),
            Some(pair) => pair,
        };
        let share: f64 = share.trim().parse().map_err(|_| refused())?;
        if !(share > 0.0 && share <= 1.0) {
            return Err(format!("{text}: expected a share above 0 and at most 1"));
        }
        match name.trim() {
            "sensitivity" => Ok(Self::Sensitivity(share)),
            "specificity" => Ok(Self::Specificity(share)),
            _ => Err(refused()),
        }
    }
}

impl Display for ThresholdRule {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Youden => f.write_str("youden"),
            Self::Sensitivity(share) => write!(f, "sensitivity={share}"),
            Self::Specificity(share) => write!(f, "specificity={share}"),
        }
    }
}

/// Scores in order, ready for the threshold of any weighting: a bootstrap chooses one in every replicate.
///
/// Candidates are the scores of samples that have a weight, and, where a specificity asks for it, the next number
/// above all of them. Positive is who scores the threshold or more.
///
/// # Examples
/// ```
/// use qpnet_audit::metrics::{ThresholdRule, WeightedThreshold};
/// let labels = [Some(true), Some(true), Some(false), Some(false)];
/// let sorted = WeightedThreshold::of_known(&labels, &[0.8, 0.4, 0.5, 0.2])?;
/// assert_eq!(sorted.at(ThresholdRule::Youden, &[1.0; 4]), Some(0.4));
/// assert_eq!(sorted.at(ThresholdRule::Sensitivity(0.5), &[1.0; 4]), Some(0.8));
/// assert_eq!(sorted.at(ThresholdRule::Specificity(1.0), &[1.0; 4]), Some(0.8));
/// # Ok::<(), qpnet_audit::metrics::MetricError>(())
/// ```
#[derive(Clone, Debug)]
pub struct WeightedThreshold {
    sorted: WeightedAuc,
    /// The score of each group of ties, ascending.
    scores: Vec<f64>,
}

/// A share is reached up to rounding.
const ROUNDING: f64 = 1e-12;

impl WeightedThreshold {
    /// Sort the samples whose label is known.
    ///
    /// # Errors
    /// [`MetricError::LengthMismatch`], [`MetricError::NotFinite`].
    pub fn of_known(labels: &[Option<bool>], scores: &[f64]) -> Result<Self, MetricError> {
        let sorted = WeightedAuc::of_known(labels, scores)?;
        let own = sorted.ends().iter().map(|&end| scores[sorted.order()[end - 1].0 as usize]).collect();
        Ok(Self { scores: own, sorted })
    }

    /// The threshold when sample `i` counts `weights[i]`; `None` when an outcome has no weight.
    ///
    /// # Panics
    /// With fewer weights than samples.
    pub fn at<W: Weight>(&self, rule: ThresholdRule, weights: &[W]) -> Option<f64> {
        let (mut negatives, mut positives) = (0.0, 0.0);
        self.sorted.real_ties(weights).for_each(|[q, p]| {
            negatives += q;
            positives += p;
        });
        if negatives <= 0.0 || positives <= 0.0 {
            return None;
        }
        let (mut q_below, mut p_below) = (0.0, 0.0);
        let (mut best, mut found, mut last) = (f64::NEG_INFINITY, None, None);
        for ([q, p], &score) in self.sorted.real_ties(weights).zip(&self.scores) {
            if q + p <= 0.0 {
                continue;
            }
            let (hits, alarms) = (positives - p_below, negatives - q_below);
            match rule {
                ThresholdRule::Youden => {
                    let gain = hits / positives - alarms / negatives;
                    // Equal shares differ by rounding; without it the lowest of them counts.
                    if gain > best + ROUNDING {
                        (best, found) = (gain, Some(score));
                    }
                }
                ThresholdRule::Sensitivity(share) => {
                    if hits < (share - ROUNDING) * positives {
                        return found;
                    }
                    found = Some(score);
                }
                ThresholdRule::Specificity(share) => {
                    if q_below >= (share - ROUNDING) * negatives {
                        return Some(score);
                    }
                }
            }
            (q_below, p_below, last) = (q_below + q, p_below + p, Some(score));
        }
        // Nobody is called positive.
        found.or(last.map(f64::next_up))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::youden_threshold;

    const RULES: [ThresholdRule; 4] = [
        ThresholdRule::Youden,
        ThresholdRule::Sensitivity(0.75),
        ThresholdRule::Specificity(0.75),
        ThresholdRule::Specificity(1.0),
    ];

    #[test]
    fn rules_are_read_as_they_are_written() {
        for text in ["youden", "sensitivity=0.9", "specificity=0.95", "sensitivity=1"] {
            assert_eq!(text.parse::<ThresholdRule>().expect("a rule").to_string(), text);
        }
        for wrong in
            ["", "yuden", "sensitivity", "sensitivity=0", "specificity=90", "f1=0.5", "specificity=x"]
        {
            assert!(wrong.parse::<ThresholdRule>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn the_threshold_is_the_best_of_all_candidates() {
        let scores = [0.1, 0.4, 0.4, 0.7, 0.2, 0.9, 0.9, 0.3];
        let labels = [false, true, false, true, false, true, false, true];
        let known: Vec<Option<bool>> = labels.iter().copied().map(Some).collect();
        let sorted = WeightedThreshold::of_known(&known, &scores).expect("finite");
        let unit = [1.0; 8];
        assert_eq!(
            sorted.at(ThresholdRule::Youden, &unit),
            youden_threshold(&labels, &scores).expect("valid"),
            "as without weights"
        );
        let weights = [1.0, 0.5, 2.0, 0.0, 1.5, 1.0, 0.25, 3.0];
        let share = |of: bool, at: f64| {
            let own = |i: &usize| labels[*i] == of;
            let sum = |called: bool| -> f64 {
                (0..8).filter(own).filter(|&i| !called || (scores[i] >= at) == of).map(|i| weights[i]).sum()
            };
            sum(true) / sum(false)
        };
        for rule in RULES {
            let found = sorted.at(rule, &weights).expect("both outcomes");
            let candidates = scores.iter().copied().filter(|score| *score != 0.7);
            match rule {
                ThresholdRule::Youden => {
                    let gain = |at: f64| share(true, at) + share(false, at);
                    assert!(candidates.clone().all(|at| gain(at) <= gain(found) + 1e-12), "{found}");
                }
                ThresholdRule::Sensitivity(least) => {
                    assert!(share(true, found) >= least);
                    assert!(candidates.clone().all(|at| at <= found || share(true, at) < least));
                }
                ThresholdRule::Specificity(least) => {
                    assert!(share(false, found) >= least);
                    assert!(candidates.clone().all(|at| at >= found || share(false, at) < least));
                }
            }
        }
        assert_eq!(sorted.at(ThresholdRule::Specificity(1.0), &unit), Some(0.9f64.next_up()), "above all");
    }

    #[test]
    fn of_equal_sums_the_lowest_threshold_counts_whatever_rounding_says() {
        // 1/3 - 0 and 3/3 - 2/3: equal, and not so in binary.
        let scores = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6];
        let labels = [false, true, false, true, false, true];
        let known = labels.map(Some);
        let sorted = WeightedThreshold::of_known(&known, &scores).expect("finite");
        assert_eq!(sorted.at(ThresholdRule::Youden, &[1.0; 6]), Some(0.2));
        assert_eq!(sorted.at(ThresholdRule::Youden, &[7; 6]), Some(0.2));
        assert_eq!(youden_threshold(&labels, &scores).expect("valid"), Some(0.2));
        // All numbers of ties of 1 to 12 of each outcome: counted in whole numbers.
        for (m, n) in (1..13).flat_map(|m| (1..13).map(move |n| (m, n))) {
            let labels: Vec<bool> = (0..m + n).map(|i: u32| (i * m) % (m + n) < m).collect();
            let scores: Vec<f64> = (0..m + n).map(f64::from).collect();
            let (m, n) = (labels.iter().filter(|y| **y).count(), labels.iter().filter(|y| !**y).count());
            if m * n == 0 {
                continue;
            }
            let gain = |at: usize| {
                let hits = labels[at..].iter().filter(|y| **y).count();
                (hits * n) as i64 - ((labels.len() - at - hits) * m) as i64
            };
            let most = (0..labels.len()).map(gain).max().expect("scores");
            let lowest = (0..labels.len()).find(|&at| gain(at) == most).map(|at| scores[at]);
            let known: Vec<Option<bool>> = labels.iter().copied().map(Some).collect();
            let sorted = WeightedThreshold::of_known(&known, &scores).expect("finite");
            assert_eq!(sorted.at(ThresholdRule::Youden, &vec![1.0; labels.len()]), lowest, "{m} {n}");
            assert_eq!(youden_threshold(&labels, &scores).expect("valid"), lowest, "{m} {n}");
        }
    }

    #[test]
    fn a_monotone_transform_moves_the_threshold_along_and_an_outcome_may_lack() {
        let scores = [0.1, 0.4, 0.45, 0.7, 0.2, 0.9];
        let moved = scores.map(|score| 3.0 * score + 1.0);
        let labels = [false, true, false, true, false, true].map(Some);
        let of = |scores: &[f64]| WeightedThreshold::of_known(&labels, scores).expect("finite");
        for rule in &RULES[..3] {
            let (a, b) = (of(&scores).at(*rule, &[1; 6]), of(&moved).at(*rule, &[1; 6]));
            assert!((3.0 * a.expect("one") + 1.0 - b.expect("one")).abs() < 1e-12);
        }
        assert_eq!(of(&scores).at(ThresholdRule::Youden, &[0, 1, 0, 1, 0, 1]), None);
    }
}

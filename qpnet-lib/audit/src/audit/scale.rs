//! What kind of number a score is.

use crate::math::exp;
use std::str::FromStr;

use super::AuditError;

/// What kind of number a score is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Scale {
    /// A probability. What misses 0 or 1 by rounding alone, at most 1e-6, is moved there.
    #[default]
    Probability,
    /// A probability in percent.
    Percent,
    /// The logarithm of the odds.
    Logit,
    /// A number that only ranks: it is left as it is.
    Rank,
}

/// So far beyond 0 or 1 is rounding: `f32` has 6e-8.
const ROUNDING: f64 = 1e-6;

impl FromStr for Scale {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, String> {
        match word {
            "probability" => Ok(Self::Probability),
            "percent" => Ok(Self::Percent),
            "logit" => Ok(Self::Logit),
            _ => Err("expected probability, percent or logit".to_owned()),
        }
    }
}

impl Scale {
    /// Make probabilities of `scores`, where they can be; what a reader must know.
    pub(super) fn apply(self, scores: &mut [f64]) -> Vec<String> {
        let mut notes = Vec::new();
        match self {
            Self::Rank => return notes,
            Self::Probability => {}
            Self::Percent => {
                scores.iter_mut().for_each(|score| *score /= 100.0);
                notes.push("scores are percent: they were divided by 100".to_owned());
            }
            Self::Logit => {
                // From here on the nearest double is 1, and different scores become equal.
                let equal = scores.iter().filter(|score| **score > 36.73).count();
                scores.iter_mut().for_each(|score| *score = logistic(*score));
                notes.push(
                    "scores are logits: they were made probabilities by 1 / (1 + exp(-score))".to_owned(),
                );
                if equal > 1 {
                    notes
                        .push(format!("{equal} logits above 36.7 are probabilities of 1 and count as equal"));
                }
            }
        }
        notes.extend(clip(scores));
        notes
    }
}

fn logistic(logit: f64) -> f64 {
    // Small probabilities keep all their digits.
    if logit < 0.0 { exp(logit) / (1.0 + exp(logit)) } else { 1.0 / (1.0 + exp(-logit)) }
}

/// Move what misses 0 or 1 by rounding, unless other scores are no probabilities anyway.
fn clip(scores: &mut [f64]) -> Option<String> {
    let (low, high) = range(scores);
    let rounding = (-ROUNDING..=1.0 + ROUNDING).contains(&low) && high <= 1.0 + ROUNDING;
    if !rounding || low >= 0.0 && high <= 1.0 {
        return None;
    }
    let mut moved = 0usize;
    for score in scores {
        let inside = score.clamp(0.0, 1.0);
        moved += usize::from(inside != *score);
        *score = inside;
    }
    let are = if moved == 1 { "1 probability is" } else { &format!("{moved} probabilities are") };
    Some(format!("{are} outside 0 to 1 by rounding (range {low} to {high}) and moved to 0 or 1"))
}

fn range(scores: &[f64]) -> (f64, f64) {
    scores
        .iter()
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), &score| (low.min(score), high.max(score)))
}

/// Refuse scores that are no probabilities: `place` gives the row and the column of one.
pub(super) fn probabilities(
    file: &str,
    scores: &[f64],
    place: impl Fn(usize) -> (u64, String, String),
) -> Result<(), AuditError> {
    let outside = |score: &f64| !(0.0..=1.0).contains(score);
    let Some(at) = scores.iter().position(outside) else { return Ok(()) };
    let count = scores.iter().filter(|score| outside(score)).count();
    let (low, high) = range(scores);
    let guess =
        if low >= 0.0 && high <= 100.0 { "percent: --scale percent" } else { "logits: --scale logit" };
    let (row, column, told) = place(at);
    let beside = if count > 1 { format!("; {} more scores are outside", count - 1) } else { String::new() };
    Err(AuditError::Field {
        file: file.to_owned(),
        row,
        column,
        found: scores[at].to_string(),
        expected: format!(
            "a probability from 0 to 1; scores run from {low} to {high}{beside}. If they are {guess}; if they only \
             rank, ask for no calibration: --ranks{told}"
        ),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounding_is_moved_and_more_is_left_to_be_refused() {
        let mut scores = [0.5, 1.000_000_1, -1.2e-9, 1.0];
        let notes = Scale::Probability.apply(&mut scores);
        assert_eq!(scores, [0.5, 1.0, 0.0, 1.0]);
        assert!(notes[0].starts_with("2 probabilities are outside 0 to 1 by rounding"), "{notes:?}");
        for wrong in [1.000_1, -0.000_1, 7.0] {
            let mut scores = [0.5, 1.000_000_1, wrong];
            assert!(Scale::Probability.apply(&mut scores).is_empty());
            assert_eq!(scores[1], 1.000_000_1, "nothing is touched beside {wrong}");
        }
        let mut ranks = [0.5, 1.000_000_1];
        assert!(Scale::Rank.apply(&mut ranks).is_empty());
        assert_eq!(ranks[1], 1.000_000_1);
    }

    #[test]
    fn percent_and_logits_become_probabilities() {
        let mut percent = [0.0, 50.0, 100.000_01];
        assert_eq!(Scale::Percent.apply(&mut percent).len(), 2);
        assert_eq!(percent, [0.0, 0.5, 1.0]);
        let mut logits = [0.0, -800.0, 40.0, 50.0, 2.0_f64.ln()];
        let notes = Scale::Logit.apply(&mut logits);
        assert_eq!(logits[..4], [0.5, 0.0, 1.0, 1.0]);
        assert!((logits[4] - 2.0 / 3.0).abs() < 1e-15);
        assert!(notes[1].starts_with("2 logits above 36.7"), "{notes:?}");
    }
}

//! The rates of a cell at one threshold, as far as differences need them.

use super::super::AuditError;
use super::super::cell::Cell;
use crate::stats::proportion::Rate;

/// Sensitivity, false positive rate, share called positive, predictive values.
pub(super) struct Rates(pub(super) [Rate; 5]);

/// As methods of intervals name them.
pub(super) const NAMES: [&str; 5] = [
    "sensitivity",
    "false positive rate",
    "positive rate",
    "positive predictive value",
    "negative predictive value",
];

impl Rates {
    /// Where who scores `threshold` or more is called positive.
    pub(super) fn of(cell: &Cell, weighted: bool, threshold: f64) -> Result<Self, AuditError> {
        let called = |i: usize| cell.scores[i] >= threshold;
        let positive = |i: usize| cell.labels[i];
        let rate = |keep: &dyn Fn(usize) -> bool, hit: &dyn Fn(usize) -> bool| {
            let kept: Vec<usize> = (0..cell.labels.len()).filter(|&i| keep(i)).collect();
            let hits: Vec<bool> = kept.iter().map(|&i| hit(i)).collect();
            let clusters: Vec<usize> = kept.iter().map(|&i| cell.patients[i]).collect();
            let weights: Vec<f64> = kept.iter().filter(|_| weighted).map(|&i| cell.weights[i]).collect();
            Rate::of(&hits, weighted.then_some(&weights), &clusters)
        };
        Ok(Self([
            rate(&positive, &called)?,
            rate(&|i| !positive(i), &called)?,
            rate(&|_| true, &called)?,
            rate(&called, &positive)?,
            rate(&|i| !called(i), &|i| !positive(i))?,
        ]))
    }
}

//! Scores that are 0 or 1 exactly: decisions, or probabilities that say too much.

use super::cell_audit::CellAudit;
use super::{AuditOptions, Predictions};
use crate::metrics::CALIBRATION_EDGE;

/// How many scores of each method there are, and how many are exactly 0 or 1.
fn counts(predictions: &Predictions) -> Vec<[usize; 2]> {
    let (width, mut found) = (predictions.width(), vec![[0; 2]; predictions.methods.len()]);
    for row in &predictions.rows {
        let begin = row.at as usize * width;
        let scores = &predictions.scores[begin..begin + width];
        let [all, extreme] = &mut found[row.method as usize];
        *all += width;
        *extreme += scores.iter().filter(|&&score| score == 0.0 || score == 1.0).count();
    }
    found
}

/// Take calibration from methods whose scores are all 0 or 1, and say so; say of others how many of
/// theirs have no logit.
pub(super) fn judge(
    predictions: &Predictions,
    options: &AuditOptions,
    cells: &mut [CellAudit],
) -> Vec<String> {
    if !options.probabilities {
        return Vec::new();
    }
    let mut notes = Vec::new();
    for (method, [all, extreme]) in predictions.methods.iter().zip(counts(predictions)) {
        if extreme == 0 {
            continue;
        }
        if extreme == all {
            cells.iter_mut().filter(|cell| &cell.method == method).for_each(|cell| cell.calibration = None);
            notes.push(format!(
                "the scores of {method} are 0 and 1 only: these are decisions, no probabilities, and their calibration \
                 is not shown"
            ));
            continue;
        }
        let are = if extreme == 1 { "1 score" } else { &format!("{extreme} scores") };
        notes.push(format!(
            "{are} of {method} {} exactly 0 or 1, which have no finite logit: Slope and In the large take them for \
             {CALIBRATION_EDGE:e} and 1 - {CALIBRATION_EDGE:e}, and depend on that choice",
            if extreme == 1 { "is" } else { "are" }
        ));
    }
    notes
}

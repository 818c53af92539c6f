//! Decisions on the test part at a threshold, and probabilities at a temperature, that validation has fixed.

use super::LEVEL;
use super::cell::TestCell;
use crate::data::Part;
use crate::experiment::{DecisionCell, DecisionSummary, Prediction, RunError};
use crate::metrics::{calibration_error, temperature, with_temperature, youden_threshold};
use crate::stats::{Estimate, proportion};

/// Bins of equal mass of the calibration error.
const BINS: usize = 10;

/// The decisions of `method`, whose validation scores are among `predictions`, on its test cells.
///
/// One threshold and one temperature for all subgroups: a person's subgroup changes nothing about the decision.
pub(super) fn decisions(
    predictions: &[Prediction],
    method: &str,
    cells: &[TestCell],
) -> Result<DecisionSummary, RunError> {
    let of_validation =
        predictions.iter().filter(|row| row.method == method && row.part == Part::Validation.as_str());
    let (labels, scores): (Vec<bool>, Vec<f64>) =
        of_validation.map(|row| (row.label > 0, row.scores[0])).unzip();
    let threshold = youden_threshold(&labels, &scores)?;
    let temperature = temperature(&labels, &scores)?;
    let cell = |cell: &TestCell| -> Result<DecisionCell, RunError> {
        let rate = |name: &str, positive: bool| -> Result<Estimate, RunError> {
            let Some(threshold) = threshold else {
                return Ok(Estimate::undefined(name, cell.len(), "the validation part lacks an outcome"));
            };
            let chosen = cell.labels.iter().zip(&cell.scores).zip(&cell.clusters);
            let chosen = chosen.filter(|((label, _), _)| **label == positive);
            let (hits, clusters): (Vec<bool>, Vec<usize>) =
                chosen.map(|((_, score), cluster)| ((*score >= threshold) == positive, *cluster)).unzip();
            Ok(proportion::single(name, &hits, &clusters, LEVEL)?)
        };
        let scaled = temperature.map(|t| with_temperature(&cell.scores, t)).transpose()?;
        Ok(DecisionCell {
            subgroup: cell.subgroup.clone(),
            sensitivity: rate("sensitivity", true)?,
            specificity: rate("specificity", false)?,
            calibration_error: calibration_error(&cell.labels, &cell.scores, BINS)?,
            calibration_error_scaled: scaled
                .map(|scores| calibration_error(&cell.labels, &scores, BINS))
                .transpose()?
                .flatten(),
        })
    };
    let present = cells.iter().filter(|cell| !cell.is_empty());
    Ok(DecisionSummary { threshold, temperature, subgroups: present.map(cell).collect::<Result<_, _>>()? })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::TaskKind;
    use crate::experiment::evaluate::rows::{patients, row};
    use crate::metrics::Confusion;

    #[test]
    fn what_validation_fixes_decides_the_test_part_and_the_test_part_fixes_nothing() {
        // On validation 0.3 parts best; on test 0.7 would.
        let mut rows: Vec<Prediction> = Vec::new();
        for (i, (label, score)) in
            [(0, 0.1), (0, 0.2), (0, 0.4), (1, 0.3), (1, 0.6), (1, 0.8)].into_iter().enumerate()
        {
            rows.push(Prediction { part: "validation".into(), ..row("a", i, label, score) });
        }
        let test = [(0, 0.25), (0, 0.35), (0, 0.65), (0, 0.2), (1, 0.7), (1, 0.8), (1, 0.28), (1, 0.9)];
        rows.extend((6..).zip(test).map(|(i, (label, score))| row("a", i, label, score)));
        let cell = TestCell::of(&rows, "mixed", "a", TaskKind::Binary, &patients(&rows));
        let cells = [cell];
        let found = decisions(&rows, "mixed", &cells).expect("fine");
        let threshold = found.threshold.expect("both outcomes");
        let on = |part: &str| -> (Vec<bool>, Vec<f64>) {
            rows.iter().filter(|row| row.part == part).map(|row| (row.label > 0, row.scores[0])).unzip()
        };
        let (labels, scores) = on("validation");
        assert_eq!(Some(threshold), youden_threshold(&labels, &scores).expect("valid"));
        let (labels, scores) = on("test");
        assert_ne!(Some(threshold), youden_threshold(&labels, &scores).expect("valid"));
        let called = Confusion::at(threshold, &labels, &scores).expect("valid");
        let here = &found.subgroups[0];
        assert_eq!(here.sensitivity.value, called.sensitivity());
        assert_eq!(here.specificity.value, called.specificity());
        assert!(found.temperature.is_some() && here.calibration_error_scaled.is_some());
        assert!(here.calibration_error_scaled != here.calibration_error);
        // A validation part of one outcome fixes nothing, and says so.
        let positives: Vec<Prediction> =
            rows.iter().filter(|row| row.part == "test" || row.label == 1).cloned().collect();
        let none = decisions(&positives, "mixed", &cells).expect("fine");
        assert_eq!((none.threshold, none.subgroups[0].sensitivity.value), (None, None));
    }
}

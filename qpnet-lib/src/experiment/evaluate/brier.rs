//! The Brier score of a cell, raw and after prior correction.

use super::cell::TestCell;
use super::joint::Joint;
use super::level::LEVEL;
use crate::experiment::{BrierSummary, RunError};
use crate::metrics::{brier_skill, murphy_binned, prior_correction};
use crate::rng::Streams;
use crate::stats::Comparison;
use crate::stats::bootstrap::WeightedMean;
use crate::stats::clustered_mean::{self, Samples};

/// Bins of Murphy's decomposition.
const BINS: usize = 10;

/// Squared errors of a cell's samples.
pub(super) struct Brier<'a> {
    cell: &'a TestCell,
    corrected: Vec<f64>,
    errors: WeightedMean,
    corrected_errors: WeightedMean,
}

impl<'a> Brier<'a> {
    pub(super) fn of(cell: &'a TestCell, prevalence: Option<f64>) -> Result<Self, RunError> {
        let corrected = corrected(&cell.scores, prevalence)?;
        let errors = |probabilities: &[f64]| {
            let error = |(&label, p): (&bool, &f64)| (p - f64::from(u8::from(label))).powi(2);
            WeightedMean(cell.labels.iter().zip(probabilities).map(error).collect())
        };
        Ok(Self { errors: errors(&cell.scores), corrected_errors: errors(&corrected), corrected, cell })
    }

    pub(super) fn summary(&self, joint: &Joint, streams: &Streams) -> Result<BrierSummary, RunError> {
        let estimate = |errors: &WeightedMean| {
            joint.forecasts(streams).estimate_of("Brier score", &joint.parts(&[errors]), |mean| mean[0])
        };
        Ok(BrierSummary {
            score: estimate(&self.errors)?,
            skill: brier_skill(&self.cell.labels, &self.cell.scores)?,
            murphy: murphy_binned(&self.cell.labels, &self.cell.scores, BINS)?,
            corrected: estimate(&self.corrected_errors)?,
            corrected_skill: brier_skill(&self.cell.labels, &self.corrected)?,
        })
    }

    /// Score, skill, and skill after prior correction; without intervals.
    pub(super) fn bare(&self) -> Result<[Option<f64>; 3], RunError> {
        let errors = &self.errors.0;
        let score = (!errors.is_empty()).then(|| errors.iter().sum::<f64>() / errors.len() as f64);
        let skill = brier_skill(&self.cell.labels, &self.cell.scores)?;
        Ok([score, skill, brier_skill(&self.cell.labels, &self.corrected)?])
    }

    /// First minus second cell, raw.
    pub(super) fn difference(cells: &[Self; 2]) -> Result<Comparison, RunError> {
        let [a, b] = cells;
        Ok(clustered_mean::unpaired("Brier score", a.samples(), b.samples(), LEVEL)?)
    }

    /// This method minus `other` on the same samples, raw.
    pub(super) fn paired(&self, other: &Self) -> Result<Comparison, RunError> {
        let (now, then) = (&self.errors.0, &other.errors.0);
        Ok(clustered_mean::paired("Brier score", now, then, &self.cell.clusters, LEVEL)?)
    }

    fn samples(&self) -> Samples<'_> {
        Samples { values: &self.errors.0, patients: &self.cell.clusters }
    }
}

/// Prior correction of probabilities that speak of a prevalence of one half.
fn corrected(probabilities: &[f64], prevalence: Option<f64>) -> Result<Vec<f64>, RunError> {
    match prevalence.filter(|prevalence| *prevalence > 0.0 && *prevalence < 1.0) {
        Some(prevalence) => Ok(prior_correction(probabilities, 0.5, prevalence)?),
        None => Ok(probabilities.to_vec()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::{AuditOptions, Predictions, Reading, audit};
    use crate::data::TaskKind;
    use crate::experiment::Prediction;
    use crate::experiment::evaluate::rows::{patients, row};
    use std::fmt::Write as _;

    /// Of 300 patients 30 have a positive, and errors of positives are far larger: the number of positives, which
    /// came by chance, is most of what is uncertain.
    fn rows() -> Vec<Prediction> {
        let of = |i: usize| {
            let label = usize::from(i.is_multiple_of(10));
            let noise = (i * 37 % 101) as f64 / 101.0;
            let score = if label == 1 { 0.1 + 0.4 * noise } else { 0.02 + 0.2 * noise };
            row("a", i, label, score)
        };
        (0..300).map(of).collect()
    }

    #[test]
    fn a_run_and_an_audit_agree_about_the_same_predictions() {
        let rows = rows();
        let cell = TestCell::of(&rows, "mixed", "a", TaskKind::Binary, &patients(&rows));
        let (joint, streams) = (Joint::of(&[&cell]).expect("joint"), Streams::new(3));
        let brier = Brier::of(&cell, None).expect("valid");
        let of_run = brier.summary(&joint, &streams).expect("valid").score;

        let mut text = String::from("sample_id,patient,group,label,score\n");
        for row in &rows {
            let (sample, patient, label) = (&row.sample_id, &row.patient_id, row.label);
            writeln!(text, "{sample},{patient},a,{label},{}", row.scores[0]).expect("text");
        }
        let table = Predictions::parse("t.csv", text.as_bytes(), &Reading::default()).expect("a table");
        let found = audit(&table, &AuditOptions::default()).expect("valid");
        let of_audit = found.cells[0].calibration.as_ref().expect("probabilities").brier.clone();

        let ((a, low, high), (b, low_audit, high_audit)) =
            (of_run.triple().expect("interval"), of_audit.triple().expect("interval"));
        assert!((a - b).abs() < 1e-12);
        // BCa limits there, percentiles here, of other draws.
        let width = high - low;
        assert!((low - low_audit).abs() < 0.12 * width && (high - high_audit).abs() < 0.12 * width);
        let (one, other) = (of_run.se.expect("se"), of_audit.se.expect("se"));
        assert!((one / other - 1.0).abs() < 0.08, "{one} {other}");
        // With the number of positives held fixed the same interval is a third as wide.
        let fixed = joint.bootstrap(&streams);
        let fixed = fixed.estimate_of("x", &joint.parts(&[&brier.errors]), |mean| mean[0]).expect("valid");
        assert!(fixed.se.expect("se") < 0.6 * one, "{fixed:?} {one}");
    }
}

//! The Brier score of a cell, raw and after prior correction.

use super::cell::TestCell;
use super::corrected;
use super::joint::Joint;
use crate::experiment::{BrierSummary, RunError};
use crate::metrics::{brier_skill, murphy_binned};
use crate::rng::Streams;
use crate::stats::{Comparison, Estimate};

/// Bins of Murphy's decomposition.
const BINS: usize = 10;

/// Squared errors of a cell's samples.
pub(super) struct Brier<'a> {
    cell: &'a TestCell,
    corrected: Vec<f64>,
    errors: Vec<f64>,
    corrected_errors: Vec<f64>,
}

impl<'a> Brier<'a> {
    pub(super) fn of(cell: &'a TestCell, prevalence: Option<f64>) -> Result<Self, RunError> {
        let corrected = corrected(&cell.scores, prevalence)?;
        let errors = |probabilities: &[f64]| -> Vec<f64> {
            let error = |(&label, p): (&bool, &f64)| (p - f64::from(u8::from(label))).powi(2);
            cell.labels.iter().zip(probabilities).map(error).collect()
        };
        Ok(Self { errors: errors(&cell.scores), corrected_errors: errors(&corrected), corrected, cell })
    }

    pub(super) fn summary(&self, joint: &Joint, streams: &Streams) -> Result<BrierSummary, RunError> {
        let estimate = |errors: &[f64]| {
            joint.bootstrap(streams).estimate("Brier score", |weights| weighted_mean(weights, errors))
        };
        Ok(BrierSummary {
            score: estimate(&self.errors)?,
            skill: brier_skill(&self.cell.labels, &self.cell.scores)?,
            murphy: murphy_binned(&self.cell.labels, &self.cell.scores, BINS)?,
            corrected: estimate(&self.corrected_errors)?,
            corrected_skill: brier_skill(&self.cell.labels, &self.corrected)?,
        })
    }

    /// First minus second cell, raw.
    pub(super) fn difference(
        cells: &[Self; 2],
        joint: &Joint,
        streams: &Streams,
    ) -> Result<Estimate, RunError> {
        let at = |weights: &[u32]| {
            let mean = |i: usize| weighted_mean(joint.part(weights, i), &cells[i].errors);
            Some(mean(0)? - mean(1)?)
        };
        Ok(joint.bootstrap(streams).estimate("disparity in the Brier score", at)?)
    }

    /// This method minus `other` on the same samples, raw.
    pub(super) fn paired(
        &self,
        other: &Self,
        joint: &Joint,
        streams: &Streams,
    ) -> Result<Comparison, RunError> {
        let at = |weights: &[u32]| {
            Some(weighted_mean(weights, &self.errors)? - weighted_mean(weights, &other.errors)?)
        };
        Ok(joint.bootstrap(streams).compare("Brier score, paired", at)?)
    }
}

fn weighted_mean(weights: &[u32], values: &[f64]) -> Option<f64> {
    let total: u64 = weights.iter().map(|&weight| u64::from(weight)).sum();
    let sum: f64 = weights.iter().zip(values).map(|(&weight, value)| f64::from(weight) * value).sum();
    (total > 0).then(|| sum / total as f64)
}

//! What a method does on the test part, without resampling: cheap enough for thousands of cells.

use super::brier::Brier;
use super::cell::TestCell;
use super::{Evaluation, LEVEL, decisions};
use crate::data::TaskKind;
use crate::experiment::{Prediction, RunError};
use crate::stats::{Estimate, auc_inference};

/// A measure of a method on a subgroup.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::experiment) struct Measured {
    /// The subgroup, or both: `dominant - less-prevalent`.
    pub(in crate::experiment) subgroup: String,
    /// What is measured.
    pub(in crate::experiment) metric: &'static str,
    pub(in crate::experiment) estimate: Estimate,
    pub(in crate::experiment) patients: usize,
    pub(in crate::experiment) positives: usize,
}

impl Evaluation<'_> {
    /// Every measure of `method`, subgroup by subgroup, then of the gap.
    pub(in crate::experiment) fn measures(
        &self,
        method: &str,
        predictions: &[Prediction],
    ) -> Result<Vec<Measured>, RunError> {
        let cells = self.cells(method);
        let binary = self.task == TaskKind::Binary;
        let decided = binary.then(|| decisions::decisions(predictions, method, &cells)).transpose()?;
        let mut all = Vec::new();
        for cell in cells.iter().filter(|cell| !cell.is_empty()) {
            let mut add = |metric, estimate| all.push(measured(cell, &cell.subgroup, metric, estimate));
            add("auc", self.auc(cell, cell.contributions()?.as_ref())?);
            if !binary {
                continue;
            }
            let [score, skill, corrected] = Brier::of(cell, self.prior(method))?.bare()?;
            let bare = |name: &str, value: Option<f64>| match value {
                Some(value) => Estimate::bare(value, name, cell.len()),
                None => Estimate::undefined(name, cell.len(), "one outcome only"),
            };
            add("brier", bare("Brier score", score));
            add("brier_skill", bare("Brier skill", skill));
            add("brier_skill_corrected", bare("Brier skill after prior correction", corrected));
            let own = decided.iter().flat_map(|found| &found.subgroups);
            if let Some(found) = own.into_iter().find(|found| found.subgroup == cell.subgroup) {
                add("sensitivity", found.sensitivity.clone());
                add("specificity", found.specificity.clone());
                add("calibration_error", bare("calibration error", found.calibration_error));
            }
        }
        if let [dominant, less, ..] = cells.as_slice()
            && !(dominant.is_empty() || less.is_empty())
        {
            let over = super::common(&[dominant, less]);
            let (x, y) = (dominant.contributions_over(&over)?, less.contributions_over(&over)?);
            let (first, second) = (self.auc(dominant, x.as_ref())?, self.auc(less, y.as_ref())?);
            let gap = auc_inference::unpaired(
                dominant.measure(),
                (&first, x.as_ref()),
                (&second, y.as_ref()),
                LEVEL,
            )?;
            let name = format!("{} - {}", dominant.subgroup, less.subgroup);
            all.push(measured(dominant, &name, "auc_gap", gap.difference));
        }
        Ok(all)
    }
}

fn measured(cell: &TestCell, subgroup: &str, metric: &'static str, estimate: Estimate) -> Measured {
    let patients = cell.clusters.iter().collect::<std::collections::BTreeSet<_>>().len();
    let positives = cell.labels.iter().filter(|&&positive| positive).count();
    Measured { subgroup: subgroup.to_owned(), metric, estimate, patients, positives }
}

//! The average precision of a cell on draws of patients.

use super::AuditError;
use super::cell::Cell;
use super::passes::Passes;
use crate::metrics::WeightedAuc;
use crate::stats::bootstrap::{Counts, LANES};

/// The average precision of a cell in the order of its scores, so that draws pass over neighbouring
/// memory; what is undefined is NaN.
pub(super) struct Ranking {
    /// On the data themselves.
    pub(super) of_data: f64,
    way: Way,
}

enum Way {
    /// One draw after the other, where samples do not count alike: slot of the patient and weight.
    Weighted(WeightedAuc, Vec<(u32, f64)>),
    /// Several draws at once.
    Alike(Passes),
}

impl Ranking {
    /// `slot` gives the slot of the patient of a sample of the table, below `patients`.
    pub(super) fn of(cell: &Cell, slot: impl Fn(u32) -> u32, patients: usize) -> Result<Self, AuditError> {
        let order = cell.by_score();
        let labels: Vec<bool> = order.iter().map(|&i| cell.labels[i as usize]).collect();
        let scores: Vec<f64> = order.iter().map(|&i| cell.scores[i as usize]).collect();
        let weights: Vec<f64> = order.iter().map(|&i| cell.weights[i as usize]).collect();
        let slots: Vec<u32> = order.iter().map(|&i| slot(cell.samples[i as usize])).collect();
        let auc = WeightedAuc::new(&labels, &scores)?;
        let of_data = measured(&auc, &weights);
        let way = match weights.iter().any(|&weight| weight != 1.0) {
            true => Way::Weighted(auc, slots.into_iter().zip(weights).collect()),
            false => Way::Alike(Passes::new(&auc, &slots, patients)),
        };
        Ok(Self { of_data, way })
    }

    /// On several draws: how often each patient was drawn.
    pub(super) fn at(&self, counts: &[Counts]) -> [f64; LANES] {
        match &self.way {
            Way::Alike(passes) => passes.at(counts),
            Way::Weighted(auc, samples) => std::array::from_fn(|lane| {
                let drawn = |&(slot, weight): &(u32, f64)| f64::from(counts[slot as usize][lane]) * weight;
                measured(auc, &samples.iter().map(drawn).collect::<Vec<f64>>())
            }),
        }
    }
}

/// Under any weights, plainly.
fn measured(auc: &WeightedAuc, weights: &[f64]) -> f64 {
    auc.real_average_precision(weights).unwrap_or(f64::NAN)
}

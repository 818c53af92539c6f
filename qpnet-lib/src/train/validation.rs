//! What is measured on the validation part after every epoch.

use super::evaluate::{Scores, auc_of, predict};
use super::{EpochRecord, Setup, TrainError};
use crate::data::Part;
use crate::model::QpNet;

/// The validation samples of the subgroups a model is trained on.
pub(super) struct Validation {
    positions: Vec<usize>,
}

impl Validation {
    pub(super) fn new(setup: &Setup<'_>) -> Self {
        let of = |&subgroup: &usize| setup.population.indices(Part::Validation, Some(subgroup));
        Self { positions: setup.subgroups.iter().flat_map(of).collect() }
    }

    /// The record of `net`, and its scores of the dominant samples.
    pub(super) fn record(&self, net: &QpNet, setup: &Setup) -> Result<(EpochRecord, Scores), TrainError> {
        let scores = predict(net, setup.population, &self.positions, setup.device);
        let part = |subgroup: usize| {
            let chosen = self.positions.iter().zip(scores.rows());
            let chosen = chosen.filter(|&(&p, _)| setup.population.samples[p].subgroup == subgroup);
            let (positions, rows): (Vec<usize>, Vec<&[f64]>) = chosen.map(|(&p, row)| (p, row)).unzip();
            (positions, Scores { values: rows.concat(), width: scores.width })
        };
        let [(dominant, of_dominant), (less, of_less)] = [0, 1].map(part);
        let record = EpochRecord {
            model: setup.model.to_owned(),
            seed: setup.streams.root(),
            auc: auc_of(setup.population, &self.positions, &scores)?,
            auc_dominant: auc_of(setup.population, &dominant, &of_dominant)?,
            auc_less_prevalent: auc_of(setup.population, &less, &of_less)?,
            ..EpochRecord::default()
        };
        Ok((record, of_dominant))
    }
}

//! What is measured on the validation part after every epoch.

use super::evaluate::{auc_of, predict};
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

    pub(super) fn record(&self, net: &QpNet, setup: &Setup) -> Result<EpochRecord, TrainError> {
        let scores = predict(net, setup.population, &self.positions, setup.device);
        let of = |subgroup: usize| {
            let chosen = self.positions.iter().zip(&scores);
            let chosen = chosen.filter(|&(&p, _)| setup.population.samples[p].subgroup == subgroup);
            let (positions, scores): (Vec<usize>, Vec<f64>) = chosen.map(|(&p, &s)| (p, s)).unzip();
            auc_of(setup.population, &positions, &scores)
        };
        Ok(EpochRecord {
            model: setup.model.to_owned(),
            seed: setup.streams.root(),
            auc: auc_of(setup.population, &self.positions, &scores)?,
            auc_dominant: of(0)?,
            auc_less_prevalent: of(1)?,
            ..EpochRecord::default()
        })
    }
}

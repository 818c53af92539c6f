//! What is measured on the validation part after every epoch.

use super::evaluate::{Scores, auc_of, class_aucs, mean_of, predict};
use super::{Candidate, EpochRecord, Setup, TrainError};
use crate::data::Part;
use crate::model::QpNet;

/// The validation samples of the subgroups a model is trained on.
pub(super) struct Validation {
    positions: Vec<usize>,
}

/// What validation says of a network.
pub(super) struct Measured {
    pub(super) record: EpochRecord,
    pub(super) candidate: Candidate,
    /// Scores of the dominant samples.
    pub(super) dominant: Scores,
    /// Classes that a subgroup has and another lacks, by number.
    pub(super) left_out: Vec<usize>,
}

impl Validation {
    pub(super) fn new(setup: &Setup<'_>) -> Self {
        let of = |&subgroup: &usize| setup.population.indices(Part::Validation, Some(subgroup));
        Self { positions: setup.subgroups.iter().flat_map(of).collect() }
    }

    /// Score the samples by `net`.
    pub(super) fn measure(&self, net: &QpNet, setup: &Setup) -> Result<Measured, TrainError> {
        let scores = predict(net, setup.population, &self.positions, setup.device);
        let part = |subgroup: usize| {
            let chosen = self.positions.iter().zip(scores.rows());
            let chosen = chosen.filter(|&(&p, _)| setup.population.samples[p].subgroup == subgroup);
            let (positions, rows): (Vec<usize>, Vec<&[f64]>) = chosen.map(|(&p, row)| (p, row)).unzip();
            (positions, Scores { values: rows.concat(), width: scores.width })
        };
        let [(dominant, of_dominant), (less, of_less)] = [0, 1].map(part);
        let classes = [
            class_aucs(setup.population, &dominant, &of_dominant)?,
            class_aucs(setup.population, &less, &of_less)?,
        ];
        let (common, left_out) = common(&classes, setup.subgroups);
        let over = |classes: &Vec<Option<f64>>| mean_of(common.iter().map(|&class| classes[class]));
        let [auc_dominant, auc_less_prevalent] = [0, 1].map(|group| mean_of(classes[group].clone()));
        let record = EpochRecord {
            model: setup.model.to_owned(),
            seed: setup.streams.root(),
            auc: auc_of(setup.population, &self.positions, &scores)?,
            auc_dominant,
            auc_less_prevalent,
            ..EpochRecord::default()
        };
        let candidate = Candidate {
            overall: record.auc,
            dominant: auc_dominant,
            less_prevalent: auc_less_prevalent,
            alike: [0, 1].map(|group| over(&classes[group])),
        };
        Ok(Measured { record, candidate, dominant: of_dominant, left_out })
    }
}

/// The classes that have an AUC in each of `subgroups`, and those that have one in some only.
fn common(classes: &[Vec<Option<f64>>; 2], subgroups: &[usize]) -> (Vec<usize>, Vec<usize>) {
    let aucs: Vec<_> = subgroups.iter().filter_map(|&subgroup| classes.get(subgroup)).collect();
    let width = classes[0].len();
    let of = |all: bool| -> Vec<usize> {
        let has = |class: &usize| match (aucs.iter().all(|auc| auc[*class].is_some()), all) {
            (true, all) => all,
            (false, all) => !all && aucs.iter().any(|auc| auc[*class].is_some()),
        };
        (0..width).filter(has).collect()
    };
    (of(true), of(false))
}

#[cfg(test)]
mod tests {
    use super::common;

    #[test]
    fn classes_are_common_where_every_trained_subgroup_has_them() {
        let (yes, no) = (Some(0.5), None);
        let classes = [vec![yes, yes, no, no], vec![yes, no, yes, no]];
        assert_eq!(common(&classes, &[0, 1]), (vec![0], vec![1, 2]));
        assert_eq!(common(&classes, &[0]), (vec![0, 1], vec![]));
        assert_eq!(common(&classes, &[1]), (vec![0, 2], vec![]));
    }
}

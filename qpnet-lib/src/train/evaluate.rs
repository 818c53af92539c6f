//! Scores of a trained network, and their AUC.

use tch::{Device, Kind, Tensor};

use super::TrainError;
use crate::data::{Population, TaskKind};
use crate::metrics;
use crate::model::{Mode, QpNet};

/// Images that are scored at a time: bounds memory, changes no result.
const CHUNK: usize = 256;

/// Probabilities of samples, row by row.
#[derive(Clone, Debug, PartialEq)]
pub struct Scores {
    /// Numbers a sample: 1 for a binary task (the probability of class 1), else one a class.
    pub width: usize,
    /// `[n x width]`.
    pub values: Vec<f64>,
}

impl Scores {
    /// The numbers of each sample.
    pub fn rows(&self) -> impl Iterator<Item = &[f64]> {
        self.values.chunks(self.width)
    }
}

/// Scores of the samples at `positions`, in evaluation mode: softmax over classes, or a sigmoid
/// for each finding.
///
/// Both are taken in double precision: in single precision confident scores collapse into ties,
/// which cost AUC.
pub fn predict(net: &QpNet, population: &Population, positions: &[usize], device: Device) -> Scores {
    let score = |chunk: &[usize]| -> Vec<f64> {
        let scores = tch::no_grad(|| {
            let x = population.images.batch(chunk, device);
            let logits = net.classify(&net.features(&x, Mode::Evaluate));
            let scores = match population.task {
                TaskKind::Binary => logits.softmax(-1, Kind::Double).select(1, 1),
                TaskKind::MultiClass => logits.softmax(-1, Kind::Double),
                TaskKind::MultiLabel => logits.to_kind(Kind::Double).sigmoid(),
            };
            scores.contiguous().to_device(Device::Cpu)
        });
        to_vec(&scores)
    };
    let width = if population.task == TaskKind::Binary { 1 } else { population.classes.len() };
    Scores { width, values: positions.chunks(CHUNK).flat_map(score).collect() }
}

fn to_vec(values: &Tensor) -> Vec<f64> {
    let mut out = vec![0.0; values.numel()];
    values.copy_data(&mut out, values.numel());
    out
}

/// AUC of `scores` over the samples at `positions`; the macro mean over classes or findings
/// where there are more than one. `None` where no class has both outcomes.
///
/// # Errors
/// [`TrainError::Metric`] for a score that is not finite.
pub fn auc_of(
    population: &Population,
    positions: &[usize],
    scores: &Scores,
) -> Result<Option<f64>, TrainError> {
    Ok(mean_of(class_aucs(population, positions, scores)?))
}

/// The mean of those that are defined.
pub(super) fn mean_of(aucs: impl IntoIterator<Item = Option<f64>>) -> Option<f64> {
    let defined: Vec<f64> = aucs.into_iter().flatten().collect();
    (!defined.is_empty()).then(|| defined.iter().sum::<f64>() / defined.len() as f64)
}

/// The AUC of every class or finding, `None` where an outcome is missing; of a binary task one.
///
/// # Errors
/// As [`auc_of`].
pub(super) fn class_aucs(
    population: &Population,
    positions: &[usize],
    scores: &Scores,
) -> Result<Vec<Option<f64>>, TrainError> {
    Ok(match population.task {
        TaskKind::Binary => vec![metrics::auc(&labels_of(population, positions), &scores.values)?],
        TaskKind::MultiClass => {
            let labels: Vec<usize> = positions.iter().map(|&at| population.samples[at].label).collect();
            let targets = metrics::one_vs_rest(&labels, scores.width)?;
            metrics::macro_auc(&targets, &scores.values, scores.width)?.classes
        }
        TaskKind::MultiLabel => {
            let findings = |&at: &usize| population.samples[at].findings.iter().copied();
            let targets: Vec<Option<bool>> = positions.iter().flat_map(findings).collect();
            metrics::macro_auc(&targets, &scores.values, scores.width)?.classes
        }
    })
}

/// Whether each sample of a binary task is positive.
pub(super) fn labels_of(population: &Population, positions: &[usize]) -> Vec<bool> {
    positions.iter().map(|&position| population.samples[position].label == 1).collect()
}

//! Scores of a trained network.

use tch::{Device, Kind, Tensor};

use super::TrainError;
use crate::data::Population;
use crate::metrics;
use crate::model::{Mode, QpNet};

/// Images that are scored at a time: bounds memory, changes no result.
const CHUNK: usize = 256;

/// Probability of class 1 for the samples at `positions`, in evaluation mode.
///
/// The softmax is taken in double precision: in single precision confident scores collapse
/// into ties, which cost AUC.
pub fn predict(net: &QpNet, population: &Population, positions: &[usize], device: Device) -> Vec<f64> {
    let score = |chunk: &[usize]| -> Vec<f64> {
        let scores = tch::no_grad(|| {
            let x = population.images.batch(chunk, device);
            let logits = net.classify(&net.features(&x, Mode::Evaluate));
            logits.softmax(-1, Kind::Double).select(1, 1).to_device(Device::Cpu)
        });
        to_vec(&scores)
    };
    positions.chunks(CHUNK).flat_map(score).collect()
}

fn to_vec(values: &Tensor) -> Vec<f64> {
    let mut out = vec![0.0; values.numel()];
    values.copy_data(&mut out, values.numel());
    out
}

/// AUC of `scores` over the samples at `positions`; `None` where one class is missing.
///
/// # Errors
/// [`TrainError::Metric`] for a score that is not finite.
pub fn auc_of(
    population: &Population,
    positions: &[usize],
    scores: &[f64],
) -> Result<Option<f64>, TrainError> {
    Ok(metrics::auc(&labels_of(population, positions), scores)?)
}

/// Whether each sample is positive.
pub(super) fn labels_of(population: &Population, positions: &[usize]) -> Vec<bool> {
    positions.iter().map(|&position| population.samples[position].label == 1).collect()
}

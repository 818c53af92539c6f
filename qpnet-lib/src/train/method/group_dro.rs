//! Group distributionally robust optimisation, as a control.

use std::collections::BTreeMap;

use tch::{Kind, Tensor};

use super::{Method, Outputs, State, Terms, kept};
use crate::loss::{GroupWeights, group_dro, sample_loss};
use crate::model::QpNet;
use crate::train::{Batch, ConfigError, TrainError};

/// Name of the weights in a kept state.
const WEIGHTS: &str = "weights";

/// GroupDRO over the two subgroups, on QP-Net's batches: the worse one gets the larger weight.
///
/// # Source
/// Sagawa et al. 2020, *Distributionally robust neural networks for group shifts* (arXiv
/// 1911.08731), algorithm 1.
#[derive(Debug)]
pub struct GroupDro {
    eta: f64,
    weights: Tensor, // q (2), on the device of the last batch
}

impl GroupDro {
    /// With step size `eta` of the weights; both subgroups weigh the same at first.
    ///
    /// # Errors
    /// [`ConfigError`] when `eta` is not a finite number > 0.
    pub fn new(eta: f64) -> Result<Self, ConfigError> {
        ConfigError::positive("eta", eta)?;
        Ok(Self { eta, weights: Tensor::full([2], 0.5, tch::kind::FLOAT_CPU) })
    }
}

impl Method for GroupDro {
    fn loss(&mut self, _net: &QpNet, batch: &Batch, outputs: &Outputs, _state: State) -> Terms {
        let losses = sample_loss(&outputs.logits, &batch.labels, batch.task);
        let q = self.weights.to_device(losses.device());
        let GroupWeights { total, q, losses } = group_dro(&losses, &batch.subgroup, &q, self.eta);
        self.weights = q;
        let of = |group: i64| losses.select(0, group);
        Terms { class: total.detach(), total, subgroups: Some([of(0), of(1)]), domain: None }
    }

    fn state(&self) -> Vec<(String, Tensor)> {
        vec![(WEIGHTS.to_owned(), self.weights.copy())]
    }

    fn restore(&mut self, state: &BTreeMap<String, Tensor>) -> Result<(), TrainError> {
        self.weights = kept(state, WEIGHTS, &[2])?.to_kind(Kind::Float);
        Ok(())
    }
}

//! Group distributionally robust optimisation, as a control.

use tch::{Kind, Tensor};

use super::{Method, Outputs, State, Terms};
use crate::loss::{GroupWeights, group_dro, sample_loss};
use crate::model::QpNet;
use crate::train::{Batch, ConfigError};

/// GroupDRO over the two subgroups: the worse one gets the larger weight.
///
/// # Source
/// Sagawa et al. 2020, *Distributionally robust neural networks for group shifts* (arXiv
/// 1911.08731), algorithm 1.
#[derive(Debug)]
pub struct GroupDro {
    eta: f64,
    weights: Option<Tensor>, // q (2), on the device of the first batch
}

impl GroupDro {
    /// With step size `eta` of the weights; both subgroups weigh the same at first.
    ///
    /// # Errors
    /// [`ConfigError`] when `eta` is not a finite number > 0.
    pub fn new(eta: f64) -> Result<Self, ConfigError> {
        ConfigError::positive("eta", eta)?;
        Ok(Self { eta, weights: None })
    }
}

impl Method for GroupDro {
    fn loss(&mut self, _net: &QpNet, batch: &Batch, outputs: &Outputs, _state: State) -> Terms {
        let losses = sample_loss(&outputs.logits, &batch.labels, batch.task);
        let q = self.weights.take().unwrap_or_else(|| Tensor::full([2], 0.5, (Kind::Float, losses.device())));
        let GroupWeights { total, q, losses } = group_dro(&losses, &batch.subgroup, &q, self.eta);
        self.weights = Some(q);
        let of = |group: i64| losses.select(0, group);
        Terms { class: total.detach(), total, subgroups: Some([of(0), of(1)]), domain: None }
    }
}

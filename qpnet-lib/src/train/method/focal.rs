//! Focal loss, as a control.

use super::{Method, Outputs, State, Terms};
use crate::loss::focal_loss;
use crate::model::QpNet;
use crate::train::config_error::require;
use crate::train::{Batch, ConfigError};

/// Focal loss on QP-Net's batches: samples that are decided rightly already weigh less, so that the hard
/// ones, of which a subgroup that does worse has more, weigh relatively more. It knows no subgroups.
///
/// # Source
/// Lin et al. 2017, *Focal loss for dense object detection* (arXiv 1708.02002); with exponent 3 for
/// calibration Mukhoti et al. 2020 (arXiv 2002.09437). [`focal_loss`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Focal {
    gamma: f64,
}

impl Focal {
    /// With exponent `gamma`.
    ///
    /// # Errors
    /// [`ConfigError`] unless `gamma` is 0 or at least 1 and finite: in between the gradient at certainty
    /// is not.
    pub fn new(gamma: f64) -> Result<Self, ConfigError> {
        let holds = gamma == 0.0 || (gamma >= 1.0 && gamma.is_finite());
        require("gamma of the focal loss", "0 or a finite number >= 1", gamma, holds)?;
        Ok(Self { gamma })
    }
}

impl Method for Focal {
    fn loss(&mut self, _net: &QpNet, batch: &Batch, outputs: &Outputs, _state: State) -> Terms {
        Terms::mean_of(&focal_loss(&outputs.logits, &batch.labels, self.gamma, batch.task))
    }
}

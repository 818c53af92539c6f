//! Alignment of covariances, as a control.

use super::{Method, Outputs, State, Terms};
use crate::loss::{class_loss, coral};
use crate::model::QpNet;
use crate::train::config_error::require;
use crate::train::{Batch, ConfigError};

/// The class loss with both subgroups weighing one half, plus `gamma` times the CORAL distance between
/// their features' covariances, on QP-Net's batches: alignment in the second moment only, without a
/// kernel to choose or an adversary to balance. The distance is divided by `4 D^2`, so that `gamma` is
/// to be swept for every data set.
///
/// # Source
/// Sun & Saenko 2016, *Deep CORAL* (arXiv 1607.01719). [`coral`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Coral {
    gamma: f64,
}

impl Coral {
    /// With weight `gamma` of the distance.
    ///
    /// # Errors
    /// [`ConfigError`] unless `gamma` is a finite number >= 0.
    pub fn new(gamma: f64) -> Result<Self, ConfigError> {
        let holds = gamma.is_finite() && gamma >= 0.0;
        require("gamma of CORAL", "a finite number >= 0", gamma, holds)?;
        Ok(Self { gamma })
    }
}

impl Method for Coral {
    fn loss(&mut self, _net: &QpNet, batch: &Batch, outputs: &Outputs, _state: State) -> Terms {
        let class = class_loss(&outputs.logits, &batch.labels, &batch.subgroup, 0.5, batch.task);
        let part = |of: i64| outputs.z.index_select(0, &batch.subgroup.eq(of).nonzero().view([-1]));
        let distance = coral(&part(0), &part(1));
        Terms {
            class: class.total.detach(),
            total: class.total + self.gamma * distance,
            subgroups: Some([class.dominant, class.less_prevalent]),
            domain: None,
        }
    }
}

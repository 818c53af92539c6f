//! One weight between the subgroups: a point of the re-weighting frontier.

use super::{Method, Outputs, State, Terms};
use crate::loss::class_loss;
use crate::model::QpNet;
use crate::train::config_error::require;
use crate::train::{Batch, ConfigError};

/// The class loss of QP-Net with a fixed weight `delta` of the dominant subgroup, on its batches: what a weight does
/// alone. No domain term is computed, and delta is measured on nothing. With one half it is the group-balanced
/// control but for rounding; with 0 the dominant subgroup only moves running statistics.
///
/// # Source
/// Yao, Dai et al. 2024, equations 2 and 12 without 13 and 14. [`class_loss`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FixedDelta {
    delta: f64,
}

impl FixedDelta {
    /// With weight `delta` of the dominant subgroup.
    ///
    /// # Errors
    /// [`ConfigError`] unless it lies between 0 and 1.
    pub fn new(delta: f64) -> Result<Self, ConfigError> {
        require("delta", "between 0 and 1", delta, (0.0..=1.0).contains(&delta))?;
        Ok(Self { delta })
    }
}

impl Method for FixedDelta {
    fn loss(&mut self, _net: &QpNet, batch: &Batch, outputs: &Outputs, _state: State) -> Terms {
        let class = class_loss(&outputs.logits, &batch.labels, &batch.subgroup, self.delta, batch.task);
        Terms {
            class: class.total.detach(),
            total: class.total,
            subgroups: Some([class.dominant, class.less_prevalent]),
            domain: None,
        }
    }
}

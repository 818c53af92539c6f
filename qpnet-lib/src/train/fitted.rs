//! What a training gives.

use super::{History, TrainError};
use crate::model::QpNet;

/// A trained model.
#[derive(Debug)]
pub struct Fitted {
    /// With the weights of the selected epoch.
    pub net: QpNet,
    /// All epochs.
    pub history: History,
    /// The epoch whose weights are kept.
    pub selected_epoch: usize,
    /// Optimisation steps done.
    pub steps: usize,
}

impl Fitted {
    /// The same model with weights of its own.
    ///
    /// # Errors
    /// What libtorch says when the weights cannot be copied (memory).
    pub fn duplicate(&self) -> Result<Self, TrainError> {
        Ok(Self { net: self.net.duplicate()?, history: self.history.clone(), ..*self })
    }
}

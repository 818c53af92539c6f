//! A trained and scored method, on its way from the run to its summary.

use serde::{Deserialize, Serialize};

use super::Prediction;
use crate::train::History;

/// How a method's models came to be.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Training {
    /// The method's key.
    pub method: String,
    /// The kept epoch of each of the method's models.
    pub selected_epochs: Vec<usize>,
    /// Optimisation steps of all its models, those of its starting point not counted.
    pub steps: usize,
    /// Training, seconds.
    pub seconds: f64,
}

/// A method's predictions and how they came to be.
pub(super) struct Scored {
    pub(super) training: Training,
    pub(super) predictions: Vec<Prediction>,
    pub(super) history: History,
}

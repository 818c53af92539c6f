//! Trained methods with their predictions, before statistics.

use serde::{Deserialize, Serialize};

use super::{DataSummary, Environment, Prediction, RunConfig};
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

/// How a run came to be: all that its predictions do not say.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Origin {
    /// The data.
    pub data: DataSummary,
    /// One entry a method, in the configuration's order.
    pub trainings: Vec<Training>,
    /// Versions and device.
    pub environment: Environment,
    /// Wall time of training and scoring, seconds.
    pub seconds: f64,
}

/// What training leaves behind; statistics are made from it as often as wanted.
#[derive(Clone, Debug, PartialEq)]
pub struct Trained {
    /// What was asked.
    pub config: RunConfig,
    /// Scores of the validation and test parts.
    pub predictions: Vec<Prediction>,
    /// Every epoch of every model.
    pub history: History,
    /// How they came to be.
    pub origin: Origin,
}

/// A trained and scored method.
pub(super) struct Scored {
    pub(super) training: Training,
    pub(super) predictions: Vec<Prediction>,
    pub(super) history: History,
}

//! A trained and scored method, on its way from the run to its summary.

use super::{MethodName, Prediction};
use crate::train::History;

/// A method's predictions and how they came to be.
pub(super) struct Scored {
    pub(super) method: MethodName,
    pub(super) predictions: Vec<Prediction>,
    pub(super) history: History,
    pub(super) selected_epochs: Vec<usize>,
    pub(super) steps: usize,
    pub(super) seconds: f64,
}

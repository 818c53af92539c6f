//! Empirical risk minimisation.

use super::{Batches, Method, Outputs, State, Terms};
use crate::loss::sample_loss;
use crate::model::QpNet;
use crate::train::Batch;

/// Empirical risk minimisation: the mean loss over the batch, whoever the samples are.
///
/// Mixed training (equation 5) over everybody, divide-and-conquer (equations 6 and 7) over one
/// subgroup at a time; and, from Mixed, the control that more steps alone are.
#[derive(Clone, Copy, Debug, Default)]
pub struct Erm;

impl Method for Erm {
    fn loss(&mut self, _net: &QpNet, batch: &Batch, outputs: &Outputs, _state: State) -> Terms {
        Terms::mean_of(&sample_loss(&outputs.logits, &batch.labels, batch.task))
    }

    fn batches(&self) -> Batches {
        Batches::Mixed
    }
}

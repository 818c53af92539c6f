//! Focal loss with sample-dependent exponent, as a control.

use super::{Method, Outputs, State, Terms};
use crate::loss::flsd53_loss;
use crate::model::QpNet;
use crate::train::Batch;

/// FLSD-53 on QP-Net's batches: focal loss with exponent 5 where the truth has less than 0.2
/// probability and 3 elsewhere, made for calibration. It knows no subgroups.
///
/// # Source
/// Mukhoti et al. 2020, *Calibrating deep neural networks using focal loss* (arXiv 2002.09437), section
/// 4; the paper's reference 40. [`flsd53_loss`].
#[derive(Clone, Copy, Debug, Default)]
pub struct Flsd;

impl Method for Flsd {
    fn loss(&mut self, _net: &QpNet, batch: &Batch, outputs: &Outputs, _state: State) -> Terms {
        Terms::mean_of(&flsd53_loss(&outputs.logits, &batch.labels, batch.task))
    }
}

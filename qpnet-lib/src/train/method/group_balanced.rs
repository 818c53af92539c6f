//! QP-Net's batches without its losses, as a control.

use super::{Erm, Method, Outputs, State, Terms};
use crate::model::QpNet;
use crate::train::Batch;

/// The mean loss over QP-Net's batches, in which all subgroup x label cells are equal: what balanced
/// batches do alone.
///
/// # Source
/// Idrissi et al. 2022, *Simple data balancing achieves competitive worst-group-accuracy* (arXiv
/// 2110.14503), whose conclusion is that it does much.
#[derive(Clone, Copy, Debug, Default)]
pub struct GroupBalanced;

impl Method for GroupBalanced {
    fn loss(&mut self, net: &QpNet, batch: &Batch, outputs: &Outputs, state: State) -> Terms {
        Erm.loss(net, batch, outputs, state)
    }
}

//! Re-weighted sampling of subgroup x label cells, as a control.

use super::{Batches, Erm, Method, Outputs, State, Terms};
use crate::model::QpNet;
use crate::train::{Batch, Sampling};

/// RWG: the mean loss over batches in which every image is drawn on its own, with replacement, with
/// sampling weight `N / n_gy`, `n_gy` the training images of its subgroup and label. It differs from
/// the group-balanced control by chance alone: cells are equal on average and not in every batch, and
/// an image may come twice before another comes once.
///
/// # Source
/// Idrissi et al. 2022, *Simple data balancing achieves competitive worst-group-accuracy* (arXiv
/// 2110.14503), section 3.
#[derive(Clone, Copy, Debug, Default)]
pub struct Rwg;

impl Method for Rwg {
    fn loss(&mut self, net: &QpNet, batch: &Batch, outputs: &Outputs, state: State) -> Terms {
        Erm.loss(net, batch, outputs, state)
    }

    fn batches(&self) -> Batches {
        Batches::Own(Sampling::WithReplacement)
    }
}

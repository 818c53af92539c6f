//! Re-weighting the loss of subgroup x label cells, as a control.

use std::collections::BTreeMap;

use tch::Tensor;

use super::{Batches, Method, Outputs, State, Terms};
use crate::data::Population;
use crate::loss::{inverse_frequency, reweighted, sample_loss};
use crate::model::QpNet;
use crate::rng::Streams;
use crate::train::{Batch, Cell, CellCounts, Sampling};

/// Loss re-weighting: batches as the training data are, in which a sample weighs `N / (K n_gy)`, `n_gy`
/// the training images of its subgroup and label and `K` the number of such cells. It minimises what
/// RWG minimises, with larger steps from rarer samples instead of more of them. Without
/// [`Method::members`], which counts the cells, all samples weigh 1.
///
/// # Source
/// Idrissi et al. 2022, *Simple data balancing achieves competitive worst-group-accuracy* (arXiv
/// 2110.14503), section 3; [`reweighted`].
#[derive(Clone, Debug, Default)]
pub struct Reweighted {
    weights: BTreeMap<Cell, f64>,
}

impl Method for Reweighted {
    fn loss(&mut self, _net: &QpNet, batch: &Batch, outputs: &Outputs, _state: State) -> Terms {
        let losses = sample_loss(&outputs.logits, &batch.labels, batch.task); // (b)
        let weight = |cell: &Cell| self.weights.get(cell).copied().unwrap_or(1.0);
        let weights: Vec<f64> = batch.cells().iter().map(weight).collect();
        let weights = Tensor::from_slice(&weights).to_kind(losses.kind()).to_device(losses.device());
        let total = reweighted(&losses, &weights);
        Terms { class: total.detach(), total, subgroups: None, domain: None }
    }

    fn batches(&self) -> Batches {
        Batches::Own(Sampling::Natural)
    }

    fn weighs_classes_alike(&self) -> bool {
        true
    }

    fn members(
        &mut self,
        all: Vec<(Cell, usize)>,
        _population: &Population,
        _streams: &Streams,
    ) -> Vec<(Cell, usize)> {
        let mut counts = CellCounts::new();
        for (cell, _) in &all {
            *counts.entry(*cell).or_default() += 1;
        }
        let sizes: Vec<usize> = counts.values().copied().collect();
        self.weights = counts.into_keys().zip(inverse_frequency(&sizes)).collect();
        all
    }
}

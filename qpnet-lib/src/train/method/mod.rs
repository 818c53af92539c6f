//! What is minimised, and on what: one implementation of [`Method`] a file.
//!
//! A new method is a file here that implements [`Method`], and its registration in
//! `experiment::MethodKind`, which gives it a word and a title. Where it differs from QP-Net in
//! more than its loss (batches, samples, what is kept), it says so here.

use std::collections::BTreeMap;

use tch::Tensor;

use super::{Batch, Cell, QpiConfig, Sampling, Selection, TrainError};
use crate::data::{Part, Population};
use crate::model::{Mode, QpNet};
use crate::rng::Streams;

mod coral;
mod dfr;
mod dwb;
mod erm;
mod fixed_delta;
mod flsd;
mod focal;
mod group_balanced;
mod group_dro;
mod kendall;
mod minimax;
mod qpi;
mod reweighted;
mod rwg;
mod subg;

pub use coral::Coral;
pub use dfr::Dfr;
pub use dwb::Dwb;
pub use erm::Erm;
pub use fixed_delta::FixedDelta;
pub use flsd::Flsd;
pub use focal::Focal;
pub use group_balanced::GroupBalanced;
pub use group_dro::GroupDro;
pub use kendall::Kendall;
pub use minimax::Minimax;
pub use qpi::Qpi;
pub use reweighted::Reweighted;
pub use rwg::Rwg;
pub use subg::Subg;

/// What the network said of a batch.
#[derive(Debug)]
pub struct Outputs {
    /// Features `z (b, features)`.
    pub z: Tensor,
    /// Class logits `(b, classes)`.
    pub logits: Tensor,
}

/// What a loss may depend on besides the batch.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct State {
    /// Weight of the dominant subgroup in this epoch.
    pub delta: f64,
    /// Share of all steps that are done, from 0 to 1.
    pub progress: f64,
}

/// The loss of a batch and its parts for the log (detached scalars).
#[derive(Debug)]
pub struct Terms {
    /// What is minimised.
    pub total: Tensor,
    /// `L_y`.
    pub class: Tensor,
    /// `L_domi` and `L_less`, where the method tells them apart.
    pub subgroups: Option<[Tensor; 2]>,
    /// `[L_d, L_MMD, L_BSS, mean kernel, discriminator accuracy]`.
    pub domain: Option<[Tensor; 5]>,
}

impl Terms {
    /// Of a method that minimises the mean of `losses (b)` over the batch and logs nothing else.
    fn mean_of(losses: &Tensor) -> Self {
        let total = losses.mean(losses.kind());
        Self { class: total.detach(), total, subgroups: None, domain: None }
    }
}

/// The kind of batches that a method is defined on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Batches {
    /// As Mixed's.
    Mixed,
    /// As QP-Net's: of all that leave their batches open.
    QpNet,
    /// Of its own.
    Own(Sampling),
}

/// A training objective.
pub trait Method {
    /// The loss of `batch`. A method may carry weights of its own from step to step.
    fn loss(&mut self, net: &QpNet, batch: &Batch, outputs: &Outputs, state: State) -> Terms;

    /// The adaptive delta's settings, for a method that has one.
    fn qpi(&self) -> Option<&QpiConfig> {
        None
    }

    /// The batches that an experiment should train it on.
    fn batches(&self) -> Batches {
        Batches::QpNet
    }

    /// Whether its loss weighs all classes alike whatever the batches are, so that its probabilities
    /// speak of equally frequent classes.
    fn weighs_classes_alike(&self) -> bool {
        false
    }

    /// The part that it is trained on.
    fn part(&self) -> Part {
        Part::Train
    }

    /// Called once, before the first batch: the samples to draw from, of `all` in its part. A method
    /// may count them, or leave some out.
    fn members(
        &mut self,
        all: Vec<(Cell, usize)>,
        _population: &Population,
        _streams: &Streams,
    ) -> Vec<(Cell, usize)> {
        all
    }

    /// Which statistics batch normalisation uses during training.
    fn mode(&self) -> Mode {
        Mode::Train
    }

    /// The rule by which an epoch must be kept, whatever is configured.
    fn selection(&self) -> Option<Selection> {
        None
    }

    /// Called after each step of the network at learning rate `rate`, with the gradients of the loss
    /// still there: a method moves what it learns itself.
    fn stepped(&mut self, _rate: f64) {}

    /// What it carries from step to step, by name: enough to go on from a checkpoint.
    fn state(&self) -> Vec<(String, Tensor)> {
        vec![]
    }

    /// Go on from `state`, as [`Self::state`] has given it.
    ///
    /// # Errors
    /// [`TrainError::State`] where a tensor is missing or has another shape.
    fn restore(&mut self, _state: &BTreeMap<String, Tensor>) -> Result<(), TrainError> {
        Ok(())
    }
}

/// The tensor `name` of shape `size` in a kept state, a copy without gradient.
pub(super) fn kept(state: &BTreeMap<String, Tensor>, name: &str, size: &[i64]) -> Result<Tensor, TrainError> {
    let wrong = |got| TrainError::State {
        name: name.to_owned(),
        expected: format!("a tensor of shape {size:?}"),
        got,
    };
    let tensor = state.get(name).ok_or_else(|| wrong("nothing".to_owned()))?;
    if tensor.size() != size {
        return Err(wrong(format!("shape {:?}", tensor.size())));
    }
    Ok(tensor.detach().copy())
}

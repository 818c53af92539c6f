//! What is minimised: one implementation of [`Method`] a file.
//!
//! A new method is a file here that implements [`Method`], and an entry in
//! `experiment::MethodKind` that says from where it starts and on which batches.

use tch::Tensor;

use super::{Batch, QpiConfig};
use crate::model::QpNet;

mod erm;
mod group_dro;
mod qpi;

pub use erm::Erm;
pub use group_dro::GroupDro;
pub use qpi::Qpi;

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

/// A training objective.
pub trait Method {
    /// The loss of `batch`. A method may carry weights of its own from step to step.
    fn loss(&mut self, net: &QpNet, batch: &Batch, outputs: &Outputs, state: State) -> Terms;

    /// The adaptive delta's settings, for a method that has one.
    fn qpi(&self) -> Option<&QpiConfig> {
        None
    }
}

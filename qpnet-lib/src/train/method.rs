//! What is minimised: one implementation of [`Method`] a loss.

use tch::Tensor;

use super::{Batch, QpiConfig, Ramp};
use crate::loss::{
    ClassLoss, DomainTerms, Gammas, Task, class_loss, domain_loss, ramp, sample_loss, subgroup_accuracy,
};
use crate::model::QpNet;

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
    /// The loss of `batch`.
    fn loss(&self, net: &QpNet, batch: &Batch, outputs: &Outputs, state: State) -> Terms;

    /// The adaptive delta's settings, for a method that has one.
    fn qpi(&self) -> Option<&QpiConfig> {
        None
    }
}

/// Empirical risk minimisation: the mean loss over the batch, whoever the samples are.
///
/// Mixed training (equation 5) over everybody, divide-and-conquer (equations 6 and 7) over one
/// subgroup at a time.
#[derive(Clone, Copy, Debug, Default)]
pub struct Erm;

impl Method for Erm {
    fn loss(&self, _net: &QpNet, batch: &Batch, outputs: &Outputs, _state: State) -> Terms {
        let losses = sample_loss(&outputs.logits, &batch.labels, Task::SingleLabel);
        let total = losses.mean(losses.kind());
        Terms { class: total.detach(), total, subgroups: None, domain: None }
    }
}

/// Quasi-Pareto Improvement by QP-Net (equations 1–3): `L = L_y + L_DA`, from the Mixed model.
#[derive(Clone, Copy, Debug)]
pub struct Qpi {
    config: QpiConfig,
}

impl Qpi {
    /// QP-Net with checked settings.
    ///
    /// # Errors
    /// [`super::ConfigError`] where a setting makes no sense.
    pub fn new(config: QpiConfig) -> Result<Self, super::ConfigError> {
        config.check()?;
        Ok(Self { config })
    }
}

impl Method for Qpi {
    fn loss(&self, net: &QpNet, batch: &Batch, outputs: &Outputs, state: State) -> Terms {
        let ClassLoss { total: class, dominant, less_prevalent } =
            class_loss(&outputs.logits, &batch.labels, &batch.subgroup, state.delta, Task::SingleLabel);
        let strength = match self.config.ramp {
            Ramp::Constant => 1.0,
            Ramp::Warmup => ramp(state.progress),
        };
        let gammas = Gammas { d: self.config.gammas.d * strength, ..self.config.gammas };
        let discriminator = |z: &Tensor| net.discriminate(z);
        let domain: DomainTerms =
            domain_loss(&outputs.z, &batch.subgroup, discriminator, gammas, self.config.domain);
        let accuracy = subgroup_accuracy(&domain.subgroup_logits, &batch.subgroup);
        Terms {
            class: class.detach(),
            total: class + domain.total,
            subgroups: Some([dominant, less_prevalent]),
            domain: Some([domain.adversarial, domain.mmd, domain.bss, domain.mean_kernel, accuracy]),
        }
    }

    fn qpi(&self) -> Option<&QpiConfig> {
        Some(&self.config)
    }
}

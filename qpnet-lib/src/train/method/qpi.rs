//! QP-Net.

use tch::Tensor;

use super::{Method, Outputs, State, Terms};
use crate::loss::{ClassLoss, DomainTerms, Gammas, class_loss, domain_loss, ramp, subgroup_accuracy};
use crate::model::QpNet;
use crate::train::{Batch, ConfigError, QpiConfig, Ramp};

/// Quasi-Pareto Improvement by QP-Net (equations 1–3): `L = L_y + L_DA`, from the Mixed model.
#[derive(Clone, Copy, Debug)]
pub struct Qpi {
    config: QpiConfig,
}

impl Qpi {
    /// QP-Net with checked settings.
    ///
    /// # Errors
    /// [`ConfigError`] where a setting makes no sense.
    pub fn new(config: QpiConfig) -> Result<Self, ConfigError> {
        config.check()?;
        Ok(Self { config })
    }
}

impl Method for Qpi {
    fn loss(&mut self, net: &QpNet, batch: &Batch, outputs: &Outputs, state: State) -> Terms {
        let ClassLoss { total: class, dominant, less_prevalent } =
            class_loss(&outputs.logits, &batch.labels, &batch.subgroup, state.delta, batch.task);
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

//! How a model is trained, checked once.

use serde::{Deserialize, Serialize};
use tch::Device;

use super::config_error::require;
use super::{Augment, ConfigError, Sampling, Selection};
use crate::loss::{DomainSettings, Gammas, Kernel};

/// Stop when the validation AUC has moved by less than `tolerance` over `window` epochs.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EarlyStop {
    /// Epochs looked back.
    pub window: usize,
    /// Smallest change that counts.
    pub tolerance: f64,
}

/// Optimisation of one model: Adam with a step decay.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrainConfig {
    /// Images in a batch.
    pub batch: usize,
    /// Largest number of epochs.
    pub epochs: usize,
    /// Steps of an epoch; absent: one pass, `ceil(training images / batch)`.
    pub steps_per_epoch: Option<usize>,
    /// Initial learning rate.
    pub learning_rate: f64,
    /// The learning rate is halved every so many epochs.
    pub halve_every: usize,
    /// Adam's weight decay.
    pub weight_decay: f64,
    /// Decays of Adam's two moments; absent: 0.9 and 0.999.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub betas: Option<[f64; 2]>,
    /// Early stop, or none.
    pub early_stop: Option<EarlyStop>,
    /// Which epoch's weights are kept.
    pub selection: Selection,
    /// Augmentation of training images.
    pub augment: Augment,
    /// Shares of the subgroup x label cells in a batch.
    pub sampling: Sampling,
    /// Decay of an exponential moving average of the weights, which is then what is validated, chosen
    /// and kept in place of the weights; absent: none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ema: Option<f64>,
    /// Compute the network in half precision on CUDA (mixed precision, with a scaled loss). Not measured.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub amp: bool,
}

/// The growth of the reversal strength over training.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ramp {
    /// `gamma_d` throughout.
    Constant,
    /// `gamma_d * l_p` with `l_p = 2 / (1 + exp(-10 p)) - 1` ([`crate::loss::ramp`]).
    Warmup,
}

/// Where `A_domi` and `A_mix` are measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeltaPart {
    /// On the validation part.
    Validation,
    /// On the test part, as a literal reading of the paper has it. The test set then steers
    /// training: every result is marked as contaminated.
    Test,
}

/// What QP-Net adds to the class loss.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QpiConfig {
    /// Weights of the domain-adaptation terms.
    pub gammas: Gammas,
    /// The loss of dominant AUC at which delta has risen to 0.731 (equation 14).
    pub sigma: f64,
    /// A fixed delta instead of the adaptive one, for ablations.
    pub fixed_delta: Option<f64>,
    /// Where delta is measured.
    pub measure_on: DeltaPart,
    /// Warm-up of the adversary.
    pub ramp: Ramp,
    /// Kernel, estimator, number of singular values, weighting of the discriminator.
    pub domain: DomainSettings,
}

impl QpiConfig {
    /// The paper's preset: sigma 0.05. The gammas stand only in its Supplement; these are
    /// candidates, to be swept for every data set.
    pub fn paper() -> Self {
        Self {
            gammas: Gammas { d: 0.1, mmd: 0.8, bss: 0.001 },
            sigma: 0.05,
            fixed_delta: None,
            measure_on: DeltaPart::Validation,
            ramp: Ramp::Constant,
            domain: DomainSettings::default(),
        }
    }

    /// Check every number once.
    ///
    /// # Errors
    /// [`ConfigError`] with field, expectation and value.
    pub fn check(&self) -> Result<(), ConfigError> {
        let Gammas { d, mmd, bss } = self.gammas;
        for (field, gamma) in [("gamma_d", d), ("gamma_mmd", mmd), ("gamma_bss", bss)] {
            require(field, "a finite number >= 0", gamma, gamma.is_finite() && gamma >= 0.0)?;
        }
        ConfigError::positive("sigma", self.sigma)?;
        let delta = self.fixed_delta.unwrap_or(0.5);
        require("fixed_delta", "between 0 and 1", delta, (0.0..=1.0).contains(&delta))?;
        match self.domain.kernel {
            Kernel::Unit | Kernel::Median => {}
            Kernel::Fixed { bandwidth } => ConfigError::positive("kernel.bandwidth", bandwidth)?,
            Kernel::MeanHeuristic { mul, num } => {
                ConfigError::positive("kernel.mul", mul)?;
                require("kernel.num", "at least 1", num, num >= 1)?;
            }
        }
        require("bss_k", "at least 1", self.domain.bss_k, self.domain.bss_k >= 1)
    }
}

impl TrainConfig {
    /// Check every number once.
    ///
    /// # Errors
    /// [`ConfigError`] with field, expectation and value.
    pub fn check(&self) -> Result<(), ConfigError> {
        // Four: a cell-balanced batch holds both labels of both subgroups.
        require("batch", "at least 4", self.batch, self.batch >= 4)?;
        require("epochs", "at least 1", self.epochs, self.epochs >= 1)?;
        let steps = self.steps_per_epoch.unwrap_or(1);
        require("steps_per_epoch", "at least 1", steps, steps >= 1)?;
        let rate = self.learning_rate;
        ConfigError::positive("learning_rate", rate)?;
        require("halve_every", "at least 1", self.halve_every, self.halve_every >= 1)?;
        let decay = self.weight_decay;
        require("weight_decay", "a finite number >= 0", decay, decay.is_finite() && decay >= 0.0)?;
        for beta in self.betas.into_iter().flatten() {
            require("betas", "at least 0 and below 1", beta, (0.0..1.0).contains(&beta))?;
        }
        let degrees = self.augment.rotate_degrees;
        require("rotate_degrees", "between 0 and 180", degrees, (0.0..=180.0).contains(&degrees))?;
        if let Some(EarlyStop { window, tolerance }) = self.early_stop {
            require("early_stop.window", "at least 1", window, window >= 1)?;
            ConfigError::positive("early_stop.tolerance", tolerance)?;
        }
        let ema = self.ema.unwrap_or(0.0);
        require("ema", "0 or more and below 1", ema, (0.0..1.0).contains(&ema))?;
        self.sampling.check()?;
        match self.selection {
            Selection::Qpi { epsilon_0 } => {
                require("epsilon_0", "between 0 and 1", epsilon_0, (0.0..=1.0).contains(&epsilon_0))
            }
            Selection::Last | Selection::OverallAuc | Selection::MeanAuc | Selection::WorstAuc => Ok(()),
        }
    }

    /// Check what depends on the device.
    ///
    /// # Errors
    /// [`ConfigError`] for mixed precision on anything but CUDA.
    pub fn check_device(&self, device: Device) -> Result<(), ConfigError> {
        let expected = "false on the processor: libtorch's binding has mixed precision for CUDA only";
        require("amp", expected, self.amp, !self.amp || device.is_cuda())
    }

    /// The learning rate of `epoch`, counted from 1.
    pub fn learning_rate_at(&self, epoch: usize) -> f64 {
        self.learning_rate * 0.5f64.powi((epoch.saturating_sub(1) / self.halve_every) as i32)
    }

    /// Steps of an epoch over `images` training images.
    pub fn steps(&self, images: usize) -> usize {
        self.steps_per_epoch.unwrap_or_else(|| images.div_ceil(self.batch))
    }
}

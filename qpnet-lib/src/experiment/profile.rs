//! How large an experiment is: from seconds to the paper's protocol.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::RunError;
use crate::data::{Manifest, Source, SyntheticSizes, TaskKind};
use crate::model::ModelConfig;
use crate::train::{Augment, EarlyStop, Sampling, Selection, TrainConfig};

/// The size of an experiment; the same code runs at every size.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Profile {
    /// Does everything work? Tens of seconds on two cores. Its numbers say little.
    Smoke,
    /// Numbers worth reading, minutes on two cores.
    Small,
    /// The paper's protocol: full-width ResNet-18, 512 px, batch 248. For a GPU.
    Paper,
}

impl FromStr for Profile {
    type Err = RunError;

    fn from_str(word: &str) -> Result<Self, RunError> {
        match word {
            "smoke" => Ok(Self::Smoke),
            "small" => Ok(Self::Small),
            "paper" => Ok(Self::Paper),
            _ => Err(RunError::Profile(word.to_owned())),
        }
    }
}

impl std::fmt::Display for Profile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Smoke => "smoke",
            Self::Small => "small",
            Self::Paper => "paper",
        })
    }
}

/// What a profile means for a data set.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Side of the square input, in pixels.
    pub image_size: i64,
    /// Network; its `channels` follow the data.
    pub model: ModelConfig,
    /// Training of Mixed and of divide-and-conquer, from initial weights.
    pub base: TrainConfig,
    /// Transfer from Mixed.
    pub transfer: TrainConfig,
    /// Sizes of the synthetic population; unused elsewhere.
    pub synthetic: SyntheticSizes,
}

/// The margin of the quasi-Pareto claim, fixed beforehand (specification, section 5).
pub const EPSILON_0: f64 = 0.02;

impl Profile {
    /// The profile named by the variable `QPNET_PROFILE`; `smoke` when it is unset.
    ///
    /// # Errors
    /// [`RunError::Profile`] for any other word.
    pub fn from_environment() -> Result<Self, RunError> {
        std::env::var("QPNET_PROFILE").map_or(Ok(Self::Smoke), |word| word.parse())
    }

    /// Threads of libtorch on the processor; 0: all cores.
    ///
    /// The small profiles use one: their numbers are then the same on every number of cores,
    /// and two of them share a machine without waiting for each other (two threads are 1.4
    /// times as fast on an idle machine and ten times slower on a busy one).
    pub fn threads(self) -> usize {
        match self {
            Self::Smoke | Self::Small => 1,
            Self::Paper => 0,
        }
    }

    /// Seeds of training that are averaged; the paper has five repeats.
    pub fn repeats(self) -> Vec<u64> {
        match self {
            Self::Smoke => vec![1, 2],
            Self::Small | Self::Paper => vec![1, 2, 3, 4, 5],
        }
    }

    /// The settings of this profile for a data set, with what its manifest says about augmentation.
    pub fn settings(self, manifest: &Manifest) -> Settings {
        let mut settings = match &manifest.source {
            Source::Synthetic if manifest.task() == TaskKind::Binary => self.synthetic(),
            Source::Synthetic => self.synthetic_findings(),
            Source::Files(files) => self.images(files.rule.channels as i64),
        };
        settings.model.classes = manifest.classes().len() as i64;
        for training in [&mut settings.base, &mut settings.transfer] {
            let Augment { flip, rotate_degrees } = &mut training.augment;
            *flip = manifest.augment.flip.unwrap_or(*flip);
            *rotate_degrees = manifest.augment.rotate_degrees.unwrap_or(*rotate_degrees);
        }
        settings
    }

    /// Fourteen findings need more images and steps than one.
    fn synthetic_findings(self) -> Settings {
        let mut settings = self.synthetic();
        let (sizes, steps) = match self {
            Self::Smoke => ((1600, 240, [400, 200], [600, 600]), 25),
            Self::Small => ((6400, 400, [800, 400], [2000, 2000]), 50),
            Self::Paper => ((64_000, 4000, [2000, 1000], [4000, 4000]), 50),
        };
        let (dominant_train, less_train, validation, test) = sizes;
        settings.synthetic = SyntheticSizes { dominant_train, less_train, validation, test };
        if self != Self::Paper {
            settings.base.steps_per_epoch = Some(steps);
            settings.transfer.steps_per_epoch = Some(steps);
        }
        if self == Self::Smoke {
            // The best epoch comes early on so few images, and a chapter has two schemes.
            (settings.base.epochs, settings.base.halve_every) = (4, 2);
            (settings.transfer.epochs, settings.transfer.halve_every) = (4, 2);
        }
        settings
    }

    /// 32 px below `paper`: that is where the population's pilot was run.
    fn synthetic(self) -> Settings {
        let small = Settings {
            image_size: 32,
            model: ModelConfig::narrow(1, 2, 8),
            base: quick(16, 25, 2e-3, 4),
            transfer: transfer(6, 25, 5e-4, 6),
            synthetic: SyntheticSizes {
                dominant_train: 3200,
                less_train: 120,
                validation: [400, 100],
                test: [2000, 4000],
            },
        };
        let flip = |mut config: TrainConfig| {
            config.augment = Augment { flip: true, rotate_degrees: 0.0 };
            config
        };
        let sizes = |dominant_train, less_train, validation, test| SyntheticSizes {
            dominant_train,
            less_train,
            validation,
            test,
        };
        let settings = match self {
            Self::Smoke => Settings {
                base: quick(8, 25, 2e-3, 2),
                transfer: transfer(4, 25, 5e-4, 4),
                synthetic: sizes(800, 120, [200, 100], [600, 600]),
                ..small
            },
            Self::Small => small,
            Self::Paper => Settings {
                image_size: 512,
                model: ModelConfig::resnet18(1, 2),
                base: protocol(),
                transfer: transfer_of(protocol()),
                synthetic: sizes(6400, 120, [400, 100], [2000, 4000]),
            },
        };
        Settings { base: flip(settings.base), transfer: flip(settings.transfer), ..settings }
    }

    fn images(self, channels: i64) -> Settings {
        let (image_size, model, base, transfer) = match self {
            Self::Smoke => {
                (32, ModelConfig::narrow(channels, 2, 8), quick(8, 25, 2e-3, 2), transfer(4, 25, 5e-4, 4))
            }
            Self::Small => (
                64,
                ModelConfig::narrow(channels, 2, 16),
                quick(20, 100, 1e-3, 5),
                transfer(8, 50, 2.5e-4, 4),
            ),
            Self::Paper => (512, ModelConfig::resnet18(channels, 2), protocol(), transfer_of(protocol())),
        };
        let synthetic = SyntheticSizes { dominant_train: 0, less_train: 0, validation: [0, 0], test: [0, 0] };
        Settings { image_size, model, base, transfer, synthetic }
    }
}

/// The paper's training section: Adam, 1e-4 halved every 20 epochs, batch 248, early stop.
fn protocol() -> TrainConfig {
    TrainConfig {
        batch: 248,
        epochs: 100,
        steps_per_epoch: None,
        learning_rate: 1e-4,
        halve_every: 20,
        weight_decay: 0.0,
        betas: None,
        early_stop: Some(EarlyStop { window: 10, tolerance: 0.01 }),
        selection: Selection::OverallAuc,
        augment: Augment { flip: true, rotate_degrees: 90.0 },
        sampling: Sampling::ClassBalanced,
        ema: None,
        amp: false,
    }
}

/// The protocol in miniature: a fixed number of short epochs, so that models stay matched in
/// optimisation steps.
fn quick(epochs: usize, steps: usize, learning_rate: f64, halve_every: usize) -> TrainConfig {
    TrainConfig {
        batch: 64,
        epochs,
        steps_per_epoch: Some(steps),
        learning_rate,
        halve_every,
        early_stop: None,
        ..protocol()
    }
}

fn transfer(epochs: usize, steps: usize, learning_rate: f64, halve_every: usize) -> TrainConfig {
    transfer_of(quick(epochs, steps, learning_rate, halve_every))
}

/// The same optimisation on QP-Net's batches and with its selection rule. No transfer stops early:
/// all take the same steps, so that a control is no shorter than QPI.
fn transfer_of(config: TrainConfig) -> TrainConfig {
    TrainConfig {
        early_stop: None,
        sampling: Sampling::CellBalanced,
        selection: Selection::Qpi { epsilon_0: EPSILON_0 },
        ..config
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_profile_is_a_valid_configuration() {
        for name in Manifest::shipped() {
            let manifest = Manifest::find(name).expect("shipped");
            for profile in [Profile::Smoke, Profile::Small, Profile::Paper] {
                let settings = profile.settings(&manifest);
                settings.base.check().expect("base");
                settings.transfer.check().expect("transfer");
                settings.model.check().expect("model");
                assert_eq!(profile.to_string().parse::<Profile>().expect("round trip"), profile);
            }
        }
        assert!("tiny".parse::<Profile>().is_err());
    }

    #[test]
    fn a_manifest_says_which_changes_leave_the_diagnosis() {
        let usual = Augment { flip: true, rotate_degrees: 90.0 };
        for name in Manifest::shipped() {
            let manifest = Manifest::find(name).expect("shipped");
            let chest = ["chexpert", "nih-chestxray14", "mimic-cxr", "padchest", "vindr-cxr"].contains(&name);
            for profile in [Profile::Smoke, Profile::Small, Profile::Paper] {
                let settings = profile.settings(&manifest);
                assert_eq!(settings.base.augment, settings.transfer.augment);
                let expected = match &manifest.source {
                    Source::Synthetic => Augment { rotate_degrees: 0.0, ..usual },
                    // The heart has its side, and nobody is filmed lying across.
                    Source::Files(_) if chest => Augment { flip: false, rotate_degrees: 10.0 },
                    Source::Files(_) => usual,
                };
                assert_eq!(settings.base.augment, expected, "{name}");
            }
        }
        // Of two keys one may be given.
        let text = Manifest::find("ham10000").expect("shipped").text;
        let manifest =
            Manifest::parse("m.toml", &(text + "\n[augment]\nrotate_degrees = 180\n")).expect("valid");
        let augment = Profile::Small.settings(&manifest).base.augment;
        assert_eq!(augment, Augment { rotate_degrees: 180.0, ..usual });
    }
}

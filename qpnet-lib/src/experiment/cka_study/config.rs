//! What a CKA study consists of.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::data::{Manifest, Source};
use crate::experiment::{MethodSpec, Profile, RunConfig};
use crate::model::ModelConfig;
use crate::train::{PretextConfig, Selection, Similarity};

/// Where M_1 comes from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Start {
    /// Rotation prediction on the training images, called just that: it is no ImageNet start.
    Pretext(PretextConfig),
    /// Pretrained weights from a safetensors file.
    Weights(PathBuf),
}

/// What M_2 is trained on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SecondStart {
    /// Both subgroups.
    Mixed,
    /// The dominant subgroup, as the paper's Methods have it.
    DominantOnly,
}

/// A study to be done.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CkaStudyConfig {
    /// Data, network and training; `base` trains M_2, `transfer` both transfers.
    pub base: RunConfig,
    /// M_1.
    pub start: Start,
    /// M_2.
    pub second: SecondStart,
    /// How layers are compared.
    pub similarity: Similarity,
    /// So many of the first less-prevalent test images.
    pub images: usize,
    /// Seeds of training.
    pub seeds: Vec<u64>,
}

impl CkaStudyConfig {
    /// The study of a profile from a pretext-trained start. The last epoch's weights are kept:
    /// a transfer that selection undoes reuses everything.
    pub fn pretext(data: &str, manifest: &Manifest, scheme: &str, profile: Profile) -> Self {
        let mut base = RunConfig::new(data, manifest, scheme, &[MethodSpec::mixed()], profile, 1);
        if !matches!(manifest.source, Source::Synthetic) && profile == Profile::Small {
            base.settings = Profile::Smoke.settings(manifest);
            base.settings.base.epochs = 16;
        }
        for training in [&mut base.settings.base, &mut base.settings.transfer] {
            training.selection = Selection::Last;
        }
        let quick = |epochs, steps| PretextConfig {
            epochs,
            steps_per_epoch: Some(steps),
            ..PretextConfig::default()
        };
        let (pretext, images, seeds) = match profile {
            Profile::Smoke => (quick(3, 20), 200, vec![1, 2]),
            Profile::Small => (quick(10, 40), 600, vec![1, 2, 3, 4, 5]),
            Profile::Paper => (PretextConfig::default(), 1000, vec![1, 2, 3, 4, 5]),
        };
        Self {
            base,
            start: Start::Pretext(pretext),
            second: SecondStart::Mixed,
            similarity: Similarity::default(),
            images,
            seeds,
        }
    }

    /// The same study from ImageNet weights of EfficientNet-Lite0 in `file`; images need three
    /// channels.
    pub fn efficientnet_lite0(self, file: PathBuf) -> Self {
        let mut config = Self { start: Start::Weights(file), ..self };
        let ModelConfig { channels, classes, .. } = config.base.settings.model;
        config.base.settings.model = ModelConfig::efficientnet_lite0(channels, classes);
        config
    }
}

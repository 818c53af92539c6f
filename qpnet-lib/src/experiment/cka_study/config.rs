//! What a CKA study consists of.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::data::{Manifest, Source};
use crate::experiment::start::sha256;
use crate::experiment::{MethodSpec, Profile, RunConfig, RunError};
use crate::model::{EfficientNetLite0, InputRescale, ModelConfig, weights};
use crate::train::{PretextConfig, Selection, Similarity};

/// Where M_1 comes from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Start {
    /// Rotation prediction on the training images, called just that: it is no ImageNet start.
    Pretext(PretextConfig),
    /// Pretrained weights from a safetensors file.
    Weights {
        /// The file.
        file: PathBuf,
        /// SHA-256 of its bytes: other weights, another study.
        sha256: String,
    },
}

impl Start {
    /// Its name in tables and figures.
    pub fn title(&self) -> String {
        match self {
            Self::Pretext(_) => "a pretext-trained start (rotation prediction)".to_owned(),
            Self::Weights { file, .. } => {
                format!("pretrained weights ({})", file.file_name().unwrap_or_default().to_string_lossy())
            }
        }
    }
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
    /// At most so many less-prevalent test images, each of another patient.
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
    /// channels, and are brought from the manifest's normalisation to that of the weights.
    ///
    /// Weights worth reusing are not trained at a rate for random ones: `base` takes the rate of
    /// `transfer`. At most three seeds and 300 images, since the network is larger.
    ///
    /// # Errors
    /// [`RunError`]: a file that is no safetensors file, or a manifest that is not found.
    pub fn efficientnet_lite0(mut self, file: PathBuf) -> Result<Self, RunError> {
        weights::check(&file)?;
        let sha256 = sha256(&file)?;
        let settings = &mut self.base.settings;
        let ModelConfig { channels, classes, .. } = settings.model;
        settings.model = ModelConfig::efficientnet_lite0(channels, classes);
        if let Source::Files(files) = &Manifest::find(&self.base.data)?.source {
            let from: Vec<(f64, f64)> =
                files.rule.mean.iter().copied().zip(files.rule.std.iter().copied()).collect();
            let to = vec![EfficientNetLite0::NORMALISATION; from.len()];
            settings.model.rescale = Some(InputRescale::between(&from, &to));
        }
        settings.base.learning_rate = settings.transfer.learning_rate;
        self.start = Start::Weights { file, sha256 };
        self.seeds.truncate(3);
        self.images = self.images.min(300);
        Ok(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tch::{Kind, Tensor};

    #[test]
    fn pretrained_weights_see_pixels_as_they_were_trained_on() {
        let manifest = Manifest::find("ham10000").expect("shipped");
        let folder = tempfile::tempdir().expect("folder");
        let file = folder.path().join("weights.safetensors");
        let plain = CkaStudyConfig::pretext("ham10000", &manifest, "site", Profile::Small);
        assert!(plain.clone().efficientnet_lite0(file.clone()).is_err(), "no file");
        std::fs::write(&file, b"weights").expect("file");
        let error = plain.clone().efficientnet_lite0(file.clone()).expect_err("no safetensors").to_string();
        assert!(error.contains("is not a safetensors file"), "{error}");
        Tensor::write_safetensors(&[("x", Tensor::from(1.0f32))], &file).expect("file");
        let config = plain.efficientnet_lite0(file).expect("configuration");
        assert!(config.base.settings.model.check().is_ok());

        // A pixel value of 0 .. 255 goes through the manifest's normalisation, then the network's.
        let Source::Files(files) = &manifest.source else { panic!("HAM10000 is files") };
        let rescale = config.base.settings.model.rescale.as_ref().expect("normalisations differ");
        for pixel in [0.0, 31.0, 255.0] {
            let normalised = files.rule.mean.iter().zip(&files.rule.std);
            let normalised: Vec<f64> = normalised.map(|(mean, std)| (pixel / 255.0 - mean) / std).collect();
            let seen = rescale.apply(&Tensor::from_slice(&normalised).view([1, 3, 1, 1]));
            let gap = (seen - (pixel - 127.0) / 128.0).abs().max().to_kind(Kind::Double).double_value(&[]);
            assert!(gap < 1e-12, "pixel {pixel}: {gap}");
        }
        let Start::Weights { sha256, .. } = &config.start else { panic!("weights") };
        assert_eq!(sha256.len(), 64);
    }
}

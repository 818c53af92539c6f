//! The shape of a network, checked once.

use serde::{Deserialize, Serialize};

/// How an image enters the ResNet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stem {
    /// 7x7 convolution of stride 2 and max-pooling: torchvision's, for 224 px and more.
    Imagenet,
    /// 3x3 convolution of stride 2 without pooling, for images of 32 to 64 px.
    Small,
}

/// The shape of a [`QpNet`](super::QpNet).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ModelConfig {
    /// Channels of the images.
    pub channels: i64,
    /// Channels of the four stages; ResNet-18 is `[64, 128, 256, 512]`.
    pub widths: [i64; 4],
    /// Basic blocks of the four stages; ResNet-18 is `[2, 2, 2, 2]`.
    pub blocks: [usize; 4],
    /// How an image enters.
    pub stem: Stem,
    /// Length of the feature vector `z`.
    pub features: i64,
    /// Number of class logits (binary: 2).
    pub classes: i64,
    /// Hidden widths of the class head and of the subgroup head.
    pub hidden: Vec<i64>,
}

/// A shape that is no network.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("model configuration: {field} must be {expected}, got {got}")]
pub struct ModelError {
    field: &'static str,
    expected: &'static str,
    got: String,
}

impl ModelConfig {
    /// ResNet-18 as in the paper: 100 features, heads with one hidden layer of 50.
    pub fn resnet18(channels: i64, classes: i64) -> Self {
        Self {
            channels,
            widths: [64, 128, 256, 512],
            blocks: [2; 4],
            stem: Stem::Imagenet,
            features: 100,
            classes,
            hidden: vec![50],
        }
    }

    /// The same network with `base, 2 base, 4 base, 8 base` channels and the small stem.
    pub fn narrow(channels: i64, classes: i64, base: i64) -> Self {
        Self {
            widths: [base, 2 * base, 4 * base, 8 * base],
            stem: Stem::Small,
            ..Self::resnet18(channels, classes)
        }
    }

    /// Check every number once.
    ///
    /// # Errors
    /// [`ModelError`] naming the field, what it must be and what it is.
    pub fn check(&self) -> Result<(), ModelError> {
        let positive = |field, values: &[i64]| match values.iter().find(|&&value| value < 1) {
            Some(bad) => Err(ModelError { field, expected: "at least 1", got: bad.to_string() }),
            None => Ok(()),
        };
        positive("channels", &[self.channels])?;
        positive("widths", &self.widths)?;
        positive("features", &[self.features])?;
        positive("hidden", &self.hidden)?;
        if let Some(bad) = self.blocks.iter().find(|&&count| count < 1) {
            return Err(ModelError { field: "blocks", expected: "at least 1", got: bad.to_string() });
        }
        if self.classes < 2 {
            let got = self.classes.to_string();
            return Err(ModelError { field: "classes", expected: "at least 2", got });
        }
        Ok(())
    }
}

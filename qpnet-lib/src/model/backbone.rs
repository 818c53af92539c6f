//! What QP-Net needs of a backbone, and the choice between them.

use std::fmt::Debug;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use tch::{Tensor, nn};

use super::{DenseNet, EfficientNetB0, EfficientNetLite0, ModelConfig, ModelError, Pass, ResNet};

/// Which network turns an image into a vector.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BackboneName {
    /// [`ResNet`] of basic blocks: the paper's ResNet-18 and narrower ones.
    #[default]
    Resnet,
    /// [`DenseNet`]: DenseNet-121 and narrower or shallower ones.
    Densenet121,
    /// [`EfficientNetB0`] and narrower or shallower ones.
    EfficientnetB0,
    /// [`EfficientNetLite0`], whose ImageNet weights can be had as safetensors.
    EfficientnetLite0,
}

impl BackboneName {
    /// All of them with the words of the command line, which are those of a configuration.
    pub const KNOWN: [(&'static str, Self); 4] = [
        ("resnet", Self::Resnet),
        ("densenet121", Self::Densenet121),
        ("efficientnet_b0", Self::EfficientnetB0),
        ("efficientnet_lite0", Self::EfficientnetLite0),
    ];
}

impl FromStr for BackboneName {
    type Err = ModelError;

    fn from_str(word: &str) -> Result<Self, ModelError> {
        let known = Self::KNOWN.into_iter().find(|(known, _)| *known == word);
        known.map(|(_, name)| name).ok_or_else(|| ModelError::unknown_backbone(word))
    }
}

/// A network from images to one vector an image.
pub trait Backbone: Debug + Send {
    /// Forward pass; `pass` says whose statistics batch normalisation takes, sees the activations
    /// of [`Self::points`] in that order, and draws what is dropped.
    ///
    /// # Shapes
    /// `x (b, c, h, w)` -> `(b, outputs)`.
    fn forward(&self, x: &Tensor, pass: &mut Pass) -> Tensor;

    /// Names of the points where layers are compared, in the order of the forward pass.
    fn points(&self) -> Vec<String>;

    /// Length of the vector.
    fn outputs(&self) -> i64;

    /// Name of the first convolution's weight, below which colour enters.
    fn stem_weight(&self) -> &'static str;
}

/// The backbone of `config` below path `p`, with drawn weights.
pub(super) fn build(p: &nn::Path, config: &ModelConfig) -> Box<dyn Backbone> {
    match config.backbone {
        BackboneName::Resnet => Box::new(ResNet::new(p, config)),
        BackboneName::Densenet121 => Box::new(DenseNet::new(p, config)),
        BackboneName::EfficientnetB0 => Box::new(EfficientNetB0::new(p, config)),
        BackboneName::EfficientnetLite0 => Box::new(EfficientNetLite0::new(p, config.channels)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_those_of_a_configuration() {
        for (word, name) in BackboneName::KNOWN {
            assert_eq!(word.parse::<BackboneName>(), Ok(name));
            assert_eq!(serde_json::to_string(&name).expect("json"), format!("{word:?}"));
        }
        let error = "vgg16".parse::<BackboneName>().expect_err("unknown");
        for word in ["vgg16", "densenet121", "efficientnet_lite0"] {
            assert!(error.to_string().contains(word), "{error}");
        }
    }
}

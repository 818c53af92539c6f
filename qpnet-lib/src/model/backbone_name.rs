//! Which backbones there are, and their words.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::ModelError;

/// Which network turns an image into a vector.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BackboneName {
    /// [`ResNet`](super::ResNet) of basic blocks: the paper's ResNet-18 and narrower ones.
    #[default]
    Resnet,
    /// [`DenseNet`](super::DenseNet): DenseNet-121 and narrower or shallower ones.
    Densenet121,
    /// [`EfficientNetB0`](super::EfficientNetB0) and narrower or shallower ones.
    EfficientnetB0,
    /// [`EfficientNetLite0`](super::EfficientNetLite0), whose ImageNet weights can be had as safetensors.
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
        let expected = "resnet, densenet121, efficientnet_b0 or efficientnet_lite0";
        known.map(|(_, name)| name).ok_or_else(|| ModelError {
            field: "backbone",
            expected,
            got: format!("{word:?}"),
        })
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

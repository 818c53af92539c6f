//! The shape of a network, checked once.

use serde::{Deserialize, Serialize};

use super::{BackboneName, InputRescale, Layout, ModelError, Multipliers};

/// How an image enters a ResNet or a DenseNet.
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
    /// Which backbone; absent in a file: ResNet.
    #[serde(default)]
    pub backbone: BackboneName,
    /// Channels of the images.
    pub channels: i64,
    /// Channels of the four stages of a ResNet; ResNet-18 is `[64, 128, 256, 512]`. Like
    /// `blocks` it means nothing to another backbone.
    pub widths: [i64; 4],
    /// Basic blocks of the four stages; ResNet-18 is `[2, 2, 2, 2]`.
    pub blocks: [usize; 4],
    /// How an image enters a ResNet or a DenseNet.
    pub stem: Stem,
    /// Length of the feature vector `z`.
    pub features: i64,
    /// Number of class logits (binary: 2).
    pub classes: i64,
    /// Hidden widths of the class head and of the subgroup head.
    pub hidden: Vec<i64>,
    /// Stochastic depth of EfficientNet-B0: the probability of the last block, from which that of
    /// the others falls to 0; absent: 0, where nothing is drawn. torchvision trains with 0.2.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub drop_path: f64,
    /// Size of a DenseNet or an EfficientNet-B0; absent: the published one.
    #[serde(default, skip_serializing_if = "Multipliers::are_one")]
    pub multipliers: Multipliers,
    /// From the normalisation of the images to the one that pretrained weights expect; absent:
    /// the images enter as they are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rescale: Option<InputRescale>,
    /// How kernels lie in memory; absent: channels first. Another layout rounds otherwise.
    #[serde(default, skip_serializing_if = "Layout::is_default")]
    pub layout: Layout,
}

// serde asks by reference.
#[allow(clippy::trivially_copy_pass_by_ref)]
fn is_zero(value: &f64) -> bool {
    *value == 0.0
}

impl ModelConfig {
    /// ResNet-18 as in the paper: 100 features, heads with one hidden layer of 50.
    pub fn resnet18(channels: i64, classes: i64) -> Self {
        Self {
            backbone: BackboneName::Resnet,
            channels,
            widths: [64, 128, 256, 512],
            blocks: [2; 4],
            stem: Stem::Imagenet,
            features: 100,
            classes,
            hidden: vec![50],
            drop_path: 0.0,
            multipliers: Multipliers::default(),
            rescale: None,
            layout: Layout::default(),
        }
    }

    /// [`EfficientNetLite0`](super::EfficientNetLite0) with the same feature layer and heads.
    pub fn efficientnet_lite0(channels: i64, classes: i64) -> Self {
        Self { backbone: BackboneName::EfficientnetLite0, ..Self::resnet18(channels, classes) }
    }

    /// The same network with `base, 2 base, 4 base, 8 base` channels and the small stem.
    pub fn narrow(channels: i64, classes: i64, base: i64) -> Self {
        Self {
            widths: [base, 2 * base, 4 * base, 8 * base],
            stem: Stem::Small,
            ..Self::resnet18(channels, classes)
        }
    }

    /// The same outputs from another backbone, as narrow as this ResNet is: its multiplier of the
    /// channels is that of the first stage, `widths[0] / 64`. EfficientNet-Lite0 has one size.
    pub fn with_backbone(&self, backbone: BackboneName) -> Self {
        let multipliers = match backbone {
            BackboneName::Resnet | BackboneName::EfficientnetLite0 => Multipliers::default(),
            BackboneName::Densenet121 | BackboneName::EfficientnetB0 => {
                Multipliers { width: self.widths[0] as f64 / 64.0, depth: 1.0 }
            }
        };
        Self { backbone, multipliers, ..self.clone() }
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
        let scalable = matches!(self.backbone, BackboneName::Densenet121 | BackboneName::EfficientnetB0);
        if !scalable && !self.multipliers.are_one() {
            let expected = "1 for a ResNet, which has `widths` and `blocks`, and for EfficientNet-Lite0";
            return Err(ModelError {
                field: "multipliers",
                expected,
                got: format!("{:?}", self.multipliers),
            });
        }
        if !self.multipliers.make_sense() {
            let expected = "above 0 and at most 8";
            return Err(ModelError {
                field: "multipliers",
                expected,
                got: format!("{:?}", self.multipliers),
            });
        }
        if !(0.0..1.0).contains(&self.drop_path) {
            let got = self.drop_path.to_string();
            return Err(ModelError { field: "drop_path", expected: "at least 0 and below 1", got });
        }
        if self.drop_path != 0.0 && self.backbone != BackboneName::EfficientnetB0 {
            let got = self.drop_path.to_string();
            return Err(ModelError { field: "drop_path", expected: "0 but for EfficientNet-B0", got });
        }
        if let Some(bad) = self.blocks.iter().find(|&&count| count < 1) {
            return Err(ModelError { field: "blocks", expected: "at least 1", got: bad.to_string() });
        }
        if let Some(InputRescale { scale, shift }) = &self.rescale {
            let numbers = || scale.iter().chain(shift);
            let fits = [scale.len(), shift.len()] == [self.channels as usize; 2];
            if !fits || numbers().any(|value| !value.is_finite()) || scale.contains(&0.0) {
                let expected = "one finite scale other than 0 and one finite shift per channel";
                return Err(ModelError { field: "rescale", expected, got: format!("{:?}", self.rescale) });
            }
        }
        if self.classes < 2 {
            let got = self.classes.to_string();
            return Err(ModelError { field: "classes", expected: "at least 2", got });
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_without_a_backbone_means_resnet() {
        let config = ModelConfig::narrow(1, 2, 8);
        let text = toml::to_string(&config).expect("toml");
        let old: String =
            text.lines().filter(|line| !line.starts_with("backbone")).map(|l| l.to_owned() + "\n").collect();
        assert_ne!(text, old);
        assert_eq!(toml::from_str::<ModelConfig>(&old).expect("old file"), config);
        let lite = ModelConfig::efficientnet_lite0(3, 2);
        let text = toml::to_string(&lite).expect("toml");
        assert!(text.contains("backbone = \"efficientnet_lite0\""), "{text}");
        assert_eq!(toml::from_str::<ModelConfig>(&text).expect("round trip"), lite);
    }

    #[test]
    fn a_file_without_multipliers_means_the_published_size() {
        let narrow = ModelConfig::narrow(1, 2, 8);
        let text = toml::to_string(&narrow).expect("toml");
        for word in ["multipliers", "drop_path", "layout"] {
            assert!(!text.contains(word), "older files stay: {text}");
        }
        let dense = narrow.with_backbone(BackboneName::Densenet121);
        assert_eq!((dense.multipliers.width, dense.stem), (0.125, Stem::Small));
        let effective = ModelConfig { drop_path: 0.2, ..narrow.with_backbone(BackboneName::EfficientnetB0) };
        let turned = ModelConfig { layout: Layout::ChannelsLast, ..narrow.clone() };
        assert!(toml::to_string(&turned).expect("toml").contains("layout = \"channels_last\""));
        for config in [narrow, dense, effective, turned] {
            config.check().expect("a network");
            let text = toml::to_string(&config).expect("toml");
            assert_eq!(toml::from_str::<ModelConfig>(&text).expect("round trip"), config, "{text}");
        }
    }

    #[test]
    fn settings_of_another_backbone_are_refused() {
        let full = ModelConfig::resnet18(3, 2);
        let halved = Multipliers { width: 0.5, depth: 1.0 };
        let lite = full.with_backbone(BackboneName::EfficientnetLite0);
        let dense = full.with_backbone(BackboneName::Densenet121);
        let negative = Multipliers { width: 1.0, depth: -1.0 };
        for (config, words) in [
            (ModelConfig { multipliers: halved, ..full.clone() }, "multipliers must be 1"),
            (ModelConfig { multipliers: halved, ..lite }, "multipliers must be 1"),
            (ModelConfig { multipliers: negative, ..dense.clone() }, "above 0 and at most 8"),
            (ModelConfig { drop_path: 0.2, ..dense }, "drop_path must be 0 but for EfficientNet-B0"),
            (ModelConfig { drop_path: 1.0, ..full }, "below 1"),
        ] {
            let error = config.check().expect_err(words);
            assert!(error.to_string().contains(words), "{error}");
        }
    }

    #[test]
    fn a_rescale_must_fit_the_channels() {
        let rescale = Some(InputRescale::between(&[(0.5, 0.25); 3], &[(0.4, 0.2); 3]));
        assert!(ModelConfig { rescale: rescale.clone(), ..ModelConfig::resnet18(3, 2) }.check().is_ok());
        let error = ModelConfig { rescale, ..ModelConfig::resnet18(1, 2) }.check().expect_err("one channel");
        assert!(error.to_string().contains("rescale"), "{error}");
    }
}

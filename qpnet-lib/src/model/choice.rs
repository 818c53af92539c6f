//! The network that a configuration names.

use tch::nn;

use super::{Backbone, BackboneName, DenseNet, EfficientNetB0, EfficientNetLite0, ModelConfig, ResNet};

/// The backbone of `config` below path `p`, with drawn weights.
pub(super) fn build(p: &nn::Path, config: &ModelConfig) -> Box<dyn Backbone> {
    match config.backbone {
        BackboneName::Resnet => Box::new(ResNet::new(p, config)),
        BackboneName::Densenet121 => Box::new(DenseNet::new(p, config)),
        BackboneName::EfficientnetB0 => Box::new(EfficientNetB0::new(p, config)),
        BackboneName::EfficientnetLite0 => Box::new(EfficientNetLite0::new(p, config.channels)),
    }
}

impl ModelConfig {
    /// The smallest side of square images that the network takes, in pixels.
    pub fn smallest_side(&self) -> i64 {
        match self.backbone {
            BackboneName::Densenet121 => DenseNet::smallest_side(self.stem),
            _ => 1,
        }
    }
}

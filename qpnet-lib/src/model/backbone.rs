//! What QP-Net needs of a backbone, and the choice between them.

use std::fmt::Debug;

use serde::{Deserialize, Serialize};
use tch::{Tensor, nn};

use super::{EfficientNetLite0, ModelConfig, ResNet, Taps};

/// Which network turns an image into a vector.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BackboneName {
    /// [`ResNet`] of basic blocks: the paper's ResNet-18 and narrower ones.
    #[default]
    Resnet,
    /// [`EfficientNetLite0`], whose ImageNet weights can be had as safetensors.
    EfficientnetLite0,
}

/// A network from images to one vector an image.
pub trait Backbone: Debug + Send {
    /// Forward pass; `train` chooses the batch-norm statistics, `taps` sees the activations of
    /// [`Self::points`] in that order.
    ///
    /// # Shapes
    /// `x (b, c, h, w)` -> `(b, outputs)`.
    fn forward(&self, x: &Tensor, train: bool, taps: &mut Taps) -> Tensor;

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
        BackboneName::EfficientnetLite0 => Box::new(EfficientNetLite0::new(p, config.channels)),
    }
}

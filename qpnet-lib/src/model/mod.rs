//! The network: `F_z` (backbone and feature layer), `F_y` (class head), `F_d` (subgroup head).
//!
//! A model knows no data set and no loss. Parameters of a ResNet are named as torchvision names
//! them, so that its checkpoints fit: `conv1.weight`, `layer1.0.bn2.bias`,
//! `layer2.0.downsample.0.weight`. Weights travel as safetensors ([`weights`]).

mod backbone;
mod config;
mod efficientnet_lite0;
mod head;
mod qpnet;
mod rescale;
mod resnet;
mod taps;
pub mod weights;

pub use backbone::{Backbone, BackboneName};
pub use config::{ModelConfig, ModelError, Stem};
pub use efficientnet_lite0::EfficientNetLite0;
pub use head::Mlp;
pub use qpnet::{GradientNorms, Mode, QpNet};
pub use rescale::InputRescale;
pub use resnet::{BasicBlock, ResNet};
pub use taps::Taps;

//! The network: `F_z` (backbone and feature layer), `F_y` (class head), `F_d` (subgroup head).
//!
//! A model knows no data set and no loss. Parameters are named as torchvision names them, so
//! that its checkpoints fit: `conv1.weight`, `layer1.0.bn2.bias`, `layer2.0.downsample.0.weight`.

mod config;
mod head;
mod qpnet;
mod resnet;

pub use config::{ModelConfig, ModelError, Stem};
pub use head::Mlp;
pub use qpnet::{GradientNorms, Mode, QpNet};
pub use resnet::{BasicBlock, ResNet};

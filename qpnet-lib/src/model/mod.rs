//! The network: `F_z` (backbone and feature layer), `F_y` (class head), `F_d` (subgroup head).
//!
//! A model knows no data set and no loss. Parameters of ResNet, DenseNet and EfficientNet-B0 are
//! named as torchvision names them, so that its checkpoints fit: `conv1.weight`,
//! `layer2.0.downsample.0.weight`, `features.denseblock1.denselayer1.norm1.bias`. Weights travel as safetensors ([`weights`]).

mod backbone;
mod backbone_name;
mod choice;
mod config;
mod densenet;
mod drawing;
mod efficientnet_b0;
mod efficientnet_lite0;
mod error;
mod head;
mod layers;
mod layout;
mod multipliers;
mod pass;
mod qpnet;
mod rescale;
mod resnet;
mod taps;
pub mod weights;

pub use backbone::Backbone;
pub use backbone_name::BackboneName;
pub use config::{ModelConfig, Stem};
pub use densenet::DenseNet;
pub use efficientnet_b0::EfficientNetB0;
pub use efficientnet_lite0::EfficientNetLite0;
pub use error::ModelError;
pub use head::Mlp;
pub use layout::Layout;
pub use multipliers::Multipliers;
pub use pass::Pass;
pub use qpnet::{GradientNorms, Mode, QpNet};
pub use rescale::InputRescale;
pub use resnet::{BasicBlock, ResNet};
pub use taps::Taps;

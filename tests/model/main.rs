//! Networks beside PyTorch and torchvision, and files of weights.

mod activations;
#[path = "../support/backbone_pairs.rs"]
mod backbone_pairs;
mod backbones;
mod drawing;
mod network;
#[path = "../support/pairs.rs"]
mod pairs;
#[path = "../support/mod.rs"]
mod support;
mod weights_conversion;
mod weights_files;

//! Losses beside PyTorch, finite differences and properties.

mod golden;
mod gradients;
#[path = "../support/loss_pairs.rs"]
mod loss_pairs;
#[path = "../support/pairs.rs"]
mod pairs;
mod properties;
#[path = "../support/mod.rs"]
mod support;

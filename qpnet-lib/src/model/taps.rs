//! Activations along a forward pass, for the comparison of layers (CKA, equation 21).
//!
//! Convolutions are taken **as they leave the convolution**, before normalisation and ReLU:
//! what a forward hook on the module of that name sees in PyTorch, which is how layers of
//! pretrained networks are named and compared in the literature on transfer (Neyshabur et al.
//! 2020, `conv1`, `layer1` …). Nguyen et al. 2021 look at every point, before and after
//! normalisation, ReLU and shortcut. The choice matters: linear CKA ignores a common scale and
//! any rotation of the channels, but not the scaling of single channels by batch
//! normalisation, nor ReLU. Compare layers with the same layers of another network of the same
//! shape only.

use tch::Tensor;

/// Keeps the activations that a forward pass shows it, or none.
#[derive(Debug, Default)]
pub struct Taps {
    kept: Option<Vec<Tensor>>,
}

impl Taps {
    /// Keeps nothing: for training and scoring.
    pub fn closed() -> Self {
        Self { kept: None }
    }

    /// Keeps every activation, in the order of the forward pass.
    pub fn open() -> Self {
        Self { kept: Some(Vec::new()) }
    }

    /// Show an activation.
    pub fn show(&mut self, activation: &Tensor) {
        if let Some(kept) = &mut self.kept {
            kept.push(activation.shallow_clone());
        }
    }

    /// The kept activations.
    pub fn into_vec(self) -> Vec<Tensor> {
        self.kept.unwrap_or_default()
    }
}

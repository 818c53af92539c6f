//! Layers that several backbones share.

use tch::nn::{self, Init};

/// Batch normalisation as PyTorch makes it: `eps = 1e-5`, momentum 0.1.
pub(super) fn norm(p: nn::Path, channels: i64) -> nn::BatchNorm {
    // tch draws the scale from U(0, 1) by default; torchvision starts it at 1.
    let config = nn::BatchNormConfig { ws_init: Init::Const(1.0), ..Default::default() };
    nn::batch_norm2d(p, channels, config)
}

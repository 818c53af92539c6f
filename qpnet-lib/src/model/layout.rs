//! How kernels and activations lie in memory.

use serde::{Deserialize, Serialize};
use tch::nn;

/// How kernels and activations lie in memory: what is computed is the same but for rounding, the time is not.
///
/// Libtorch lays the result of a convolution out as the kernel is, and every layer after it keeps that. So only
/// the kernels are turned: images come as they are, and weights go to files and into other networks by value.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Layout {
    /// Channel by channel, libtorch's default.
    #[default]
    ChannelsFirst,
    /// Pixel by pixel, all channels of one beside each other.
    ChannelsLast,
}

impl Layout {
    // serde asks by reference.
    #[allow(clippy::trivially_copy_pass_by_ref)]
    pub(super) fn is_default(&self) -> bool {
        *self == Self::default()
    }

    /// Lay out the kernels of `vs`, and with them what is computed with them.
    pub(super) fn apply(self, vs: &nn::VarStore) {
        if self == Self::ChannelsFirst {
            return;
        }
        for (_, mut variable) in vs.variables() {
            if variable.dim() == 4 {
                // The shape stays (o, i, h, w); the strides are those of (o, h, w, i).
                let turned = variable.detach().permute([0, 2, 3, 1]).contiguous().permute([0, 3, 1, 2]);
                variable.set_data(&turned);
            }
        }
    }
}

//! Width and depth of a network, in units of the published ones.

use serde::{Deserialize, Serialize};

/// The largest multiplier; EfficientNet-B7 has 2 and 3.1.
const LARGEST: f64 = 8.0;

/// Factors of a network's channels and of the layers of its stages.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Multipliers {
    /// Of all channels.
    pub width: f64,
    /// Of the layers or blocks of each stage.
    pub depth: f64,
}

impl Default for Multipliers {
    fn default() -> Self {
        Self { width: 1.0, depth: 1.0 }
    }
}

impl Multipliers {
    /// Whether this is the published size.
    pub fn are_one(&self) -> bool {
        *self == Self::default()
    }

    pub(super) fn make_sense(self) -> bool {
        [self.width, self.depth].iter().all(|factor| *factor > 0.0 && *factor <= LARGEST)
    }

    /// `channels * width`, to the nearest whole number, at least 1.
    pub(super) fn channels(self, channels: i64) -> i64 {
        ((channels as f64 * self.width).round() as i64).max(1)
    }

    /// `layers * depth`, rounded up: at least 1.
    pub(super) fn layers(self, layers: usize) -> usize {
        (layers as f64 * self.depth).ceil() as usize
    }
}

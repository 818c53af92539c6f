//! What a training asks of memory.

use tch::Device;

/// What fills the memory, for the message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Footprint {
    /// Which model.
    pub model: String,
    /// Where it is computed.
    pub device: Device,
    /// Images in a batch.
    pub batch: usize,
    /// Channels, height and width of an image.
    pub image: [i64; 3],
}

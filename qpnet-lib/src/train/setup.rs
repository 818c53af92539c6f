//! What a training is given.

use tch::Device;

use super::{Footprint, Progress, TrainConfig};
use crate::data::Population;
use crate::rng::Streams;

/// What a training needs besides network and method.
pub struct Setup<'a> {
    /// Name of the model in history and messages: `mixed`, `qpi` …
    pub model: &'a str,
    /// The samples.
    pub population: &'a Population,
    /// Subgroups to train and to validate on.
    pub subgroups: &'a [usize],
    /// Optimisation.
    pub config: TrainConfig,
    /// Where to compute.
    pub device: Device,
    /// Streams of this training; transfers from one start share theirs.
    pub streams: Streams,
    /// Listener.
    pub progress: &'a dyn Progress,
    /// Make the next batch on a thread of its own while this one is trained on; the numbers are
    /// the same ([`super::prefetch_pays`]).
    pub prefetch: bool,
}

impl Setup<'_> {
    /// What its batches ask of memory.
    pub fn footprint(&self) -> Footprint {
        let (model, image) = (self.model.to_owned(), self.population.images.shape());
        Footprint { model, device: self.device, batch: self.config.batch, image }
    }
}

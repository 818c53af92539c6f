//! What an experiment is computed with.

use super::RunConfig;
use crate::clock::Clock;
use crate::device::ChosenDevice;
use crate::train::Progress;

/// Device, clock, cores and listener. Of these only the device can change a result; what else of the machine can is
/// in [`super::Environment::deciding`].
#[derive(Clone, Copy)]
pub struct Resources<'a> {
    /// Where networks are trained.
    pub device: &'a ChosenDevice,
    /// For the seconds that a training took.
    pub clock: &'a (dyn Clock + Sync),
    /// How many cores trainings may fill together.
    pub cores: usize,
    /// Hears what is going on.
    pub progress: &'a dyn Progress,
}

impl Resources<'_> {
    /// How many of `jobs` trainings run at a time: one where a training takes every core or a
    /// GPU, else as many as there are cores for.
    pub(super) fn at_a_time(&self, config: &RunConfig, jobs: usize) -> usize {
        if self.device.device.is_cuda() || config.threads == 0 {
            return 1;
        }
        (self.cores / config.threads).clamp(1, jobs.max(1))
    }
}

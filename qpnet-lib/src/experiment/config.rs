//! Everything that determines a run's numbers.

use serde::{Deserialize, Serialize};

use super::{MethodSpec, Profile, RunError, Settings};
use crate::data::Manifest;

/// The configuration of a run, written beside its results as `config.toml`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RunConfig {
    /// The data set as it was asked for: a shipped manifest's name or a path to a `.toml`.
    pub data: String,
    /// Name of the subgrouping scheme.
    pub scheme: String,
    /// The profile that `settings` come from.
    pub profile: Profile,
    /// Root seed of training: initial weights, batches, augmentation, nested subsets.
    pub seed: u64,
    /// Root seed of the data: the split, and what a synthetic population is drawn from. Repeats
    /// of an experiment share it, so that they are scored on the same test samples.
    pub data_seed: u64,
    /// Train on so many dominant images only, a nested subset (a point of a learning curve).
    pub dominant_train: Option<usize>,
    /// Threads of libtorch on the processor; 0: all cores. Sums are taken in another order on
    /// another number of threads, so it is part of what determines the numbers.
    pub threads: usize,
    /// What the profile means for this data set.
    pub settings: Settings,
    /// The methods compared; keys differ.
    pub methods: Vec<MethodSpec>,
}

impl RunConfig {
    /// The settings of `profile` for `manifest` (found by `data`), one seed for training and data.
    pub fn new(
        data: &str,
        manifest: &Manifest,
        scheme: &str,
        methods: &[MethodSpec],
        profile: Profile,
        seed: u64,
    ) -> Self {
        Self {
            data: data.to_owned(),
            scheme: scheme.to_owned(),
            profile,
            seed,
            data_seed: seed,
            dominant_train: None,
            threads: profile.threads(),
            settings: profile.settings(manifest),
            methods: methods.to_vec(),
        }
    }

    /// The same experiment, trained again from another seed on the same data.
    pub fn repeated(&self, seed: u64) -> Self {
        Self { seed, ..self.clone() }
    }

    /// Check what the types cannot say; the settings are checked where they are used.
    ///
    /// # Errors
    /// [`RunError::MethodTwice`].
    pub fn check(&self) -> Result<(), RunError> {
        for (i, spec) in self.methods.iter().enumerate() {
            if self.methods[..i].iter().any(|other| other.key == spec.key) {
                return Err(RunError::MethodTwice(spec.key.clone()));
            }
        }
        Ok(())
    }
}

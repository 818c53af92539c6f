//! Everything that determines a run's numbers.

use serde::{Deserialize, Serialize};

use super::{MethodName, Profile, Settings};
use crate::data::Manifest;
use crate::train::QpiConfig;

/// The configuration of a run, written beside its results as `config.toml`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RunConfig {
    /// The data set as it was asked for: a shipped manifest's name or a path to a `.toml`.
    pub data: String,
    /// Name of the subgrouping scheme.
    pub scheme: String,
    /// The methods compared.
    pub methods: Vec<MethodName>,
    /// The profile that `settings` come from.
    pub profile: Profile,
    /// Root seed of all random streams.
    pub seed: u64,
    /// Threads of libtorch on the processor; 0: all cores. Sums are taken in another order on
    /// another number of threads, so it is part of what determines the numbers.
    pub threads: usize,
    /// What the profile means for this data set.
    pub settings: Settings,
    /// QP-Net's own settings.
    pub qpi: QpiConfig,
}

impl RunConfig {
    /// The settings of `profile` for `manifest` (found by `data`), the paper's preset of QP-Net.
    pub fn new(
        data: &str,
        manifest: &Manifest,
        scheme: &str,
        methods: &[MethodName],
        profile: Profile,
        seed: u64,
    ) -> Self {
        Self {
            data: data.to_owned(),
            scheme: scheme.to_owned(),
            methods: methods.to_vec(),
            profile,
            seed,
            threads: profile.threads(),
            settings: profile.settings(manifest),
            qpi: QpiConfig::paper(),
        }
    }
}

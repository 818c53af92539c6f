//! Runs that are not complete: where their models are kept, and whose they are.

use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::{Environment, RunConfig, RunError};
use crate::data::Population;
use crate::device::ChosenDevice;
use crate::train::{Checkpoints, Identity, TrainError};

/// The folder beside `out` that holds the checkpoints of its run until it is complete.
pub fn unfinished(out: &Path) -> PathBuf {
    let name = out.file_name().unwrap_or_default().to_string_lossy();
    out.with_file_name(format!("{name}.checkpoints"))
}

/// Checkpoints in `folder` for the models of `config` on `population`, written after every epoch and
/// within one after `every` so many steps.
///
/// They fit what has the same configuration, data (every byte that is used) and environment
/// ([`super::Environment::deciding`]): only then does a training go on to the same bits.
///
/// # Errors
/// [`RunError::Train`] where the folder was begun for anything else, or cannot be written.
pub fn checkpoints(
    folder: &Path,
    config: &RunConfig,
    population: &Population,
    device: &ChosenDevice,
    every: Option<usize>,
) -> Result<Checkpoints, RunError> {
    let identity = identity_of(config, population, device)?;
    Ok(Checkpoints::open(folder, identity, every).map_err(TrainError::from)?)
}

/// What checkpoints of `config` on `population` are known by.
///
/// # Errors
/// Those of [`RunConfig::begin`].
pub(super) fn identity_of(
    config: &RunConfig,
    population: &Population,
    device: &ChosenDevice,
) -> Result<Identity, RunError> {
    let environment = config.begin(device)?;
    let text = serde_json::to_vec(config).map_err(|error| RunError::Config(error.to_string()))?;
    let hash: String = Sha256::digest(&text)[..16].iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(identity(&hash, &population.hash, &environment))
}

/// What is written into every checkpoint, and compared before one is gone on from.
fn identity(config: &str, data: &str, environment: &Environment) -> Identity {
    let known = Identity::new().with("the configuration", config).with("the data", data);
    environment.deciding().iter().fold(known, |identity, (name, value)| identity.with(name, value))
}

#[cfg(test)]
mod tests {
    use super::super::environment::tests::each_part_changed;
    use super::*;
    use crate::device::{DeviceChoice, choose};
    use std::collections::BTreeSet;

    #[test]
    fn everything_that_decides_is_in_the_identity() {
        let own = Environment::of(&choose(DeviceChoice::Cpu).expect("cpu"));
        let mut all = vec![
            ("the configuration", identity("other", "data", &own)),
            ("the data", identity("config", "other", &own)),
        ];
        all.extend(
            each_part_changed(&own)
                .into_iter()
                .map(|(what, other)| (what, identity("config", "data", &other))),
        );
        let mut seen = BTreeSet::from([format!("{:?}", identity("config", "data", &own))]);
        for (what, other) in all {
            assert!(seen.insert(format!("{other:?}")), "{what} is not in the identity");
            // And it refuses, naming the part.
            let folder = tempfile::tempdir().expect("tempdir");
            std::fs::write(folder.path().join("model.safetensors"), "").expect("a checkpoint that was begun");
            let open = |identity: Identity| Checkpoints::open(folder.path(), identity, None);
            open(other).expect("begun");
            let message = open(identity("config", "data", &own)).expect_err("another").to_string();
            assert!(message.contains(what), "{message}");
        }
    }
}

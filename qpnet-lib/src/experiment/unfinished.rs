//! Runs that are not complete: where their models are kept, and whose they are.

use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::{RunConfig, RunError};
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
/// They fit what has the same configuration, data (every byte that is used), sources, libtorch,
/// platform, device and number of threads: only then does a training go on to the same bits.
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
    config.check()?;
    config.use_threads();
    let text = serde_json::to_vec(config).map_err(|error| RunError::Config(error.to_string()))?;
    let hash: String = Sha256::digest(&text)[..16].iter().map(|byte| format!("{byte:02x}")).collect();
    let identity = Identity::new()
        .with("the configuration", hash)
        .with("the data", &population.hash)
        .with("the program's sources", env!("QPNET_SOURCES"))
        .with("libtorch", env!("QPNET_LIBTORCH"))
        .with("the platform", format!("{} {}", std::env::consts::OS, std::env::consts::ARCH))
        .with("the device", &device.name)
        .with("the number of threads", tch::get_num_threads());
    Ok(Checkpoints::open(folder, identity, every).map_err(TrainError::from)?)
}

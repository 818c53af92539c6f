//! What can go wrong in an experiment.

use std::path::PathBuf;

use crate::cka::CkaError;
use crate::data::{CohortError, DataError, ManifestError, SplitError};
use crate::device::DeviceError;
use crate::fs::{FileError, FolderError};
use crate::metrics::MetricError;
use crate::model::weights::WeightsError;
use crate::stats::StatsError;
use crate::train::{PretextError, TrainError};

/// An experiment that could not be run, kept or read.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// Not a preset.
    #[error("unknown preset {0:?}: expected paper or public_code")]
    Preset(String),
    /// Not a profile.
    #[error("unknown profile {0:?}: expected smoke, small or paper")]
    Profile(String),
    /// Not a method.
    #[error("unknown method {got:?}: expected a comma-separated list of {}", known.join(", "))]
    Method {
        /// The word.
        got: String,
        /// The words there are.
        known: Vec<String>,
    },
    /// Two methods of a run under one name.
    #[error("two methods are called {0:?}: predictions are told apart by that name")]
    MethodTwice(String),
    /// Repeats of nothing.
    #[error("an experiment needs at least one seed")]
    NoSeeds,
    /// A repeat that is none.
    #[error("seed {0} is given twice: a second training from it is the same training")]
    SeedTwice(u64),
    /// A curve without points.
    #[error(
        "a learning curve needs at least one size: `points` must be at least 1, and there must be dominant training images"
    )]
    NoSizes,
    /// More threads than there can be.
    #[error("threads is {got}; expected at most {most}, or 0 for all cores")]
    Threads {
        /// What was asked for.
        got: usize,
        /// More are a mistake.
        most: usize,
    },
    /// A configuration that cannot be written down, and so cannot name what is kept.
    #[error("the configuration cannot be written down: {0}")]
    Config(String),
    /// The folder of the output.
    #[error(transparent)]
    Folder(#[from] FolderError),
    /// A repeat on other data.
    #[error(
        "this would not repeat the run in {}, since of its data these have changed: {}; bring them back, or start a \
         new run with --data",
        folder.display(),
        parts.join(", ")
    )]
    OtherData {
        /// The run's folder.
        folder: PathBuf,
        /// What differs.
        parts: Vec<String>,
    },
    /// A file of a run that is not what it should be.
    #[error("{}{}: {detail}; this is no complete run folder", path.display(), row.map_or(String::new(), |row| format!(", row {row}")))]
    Malformed {
        /// The file.
        path: PathBuf,
        /// Row of the table, counted from 1 with the header.
        row: Option<usize>,
        /// What is wrong.
        detail: String,
    },
    /// A folder that is not what was kept under its name.
    #[error(
        "the kept run {} is not what was kept there: {detail}; remove the folder, and the run is trained anew",
        folder.display()
    )]
    NotKept {
        /// The folder.
        folder: PathBuf,
        /// What is another.
        detail: String,
    },
    /// The data.
    #[error(transparent)]
    Data(#[from] DataError),
    /// The device.
    #[error(transparent)]
    Device(#[from] DeviceError),
    /// The training.
    #[error(transparent)]
    Train(#[from] TrainError),
    /// A metric.
    #[error(transparent)]
    Metric(#[from] MetricError),
    /// An interval or a test.
    #[error(transparent)]
    Stats(#[from] StatsError),
    /// A similarity of layers.
    #[error(transparent)]
    Cka(#[from] CkaError),
    /// A pretext training.
    #[error(transparent)]
    Pretext(#[from] PretextError),
    /// A file of weights that is not what a configuration was made with.
    #[error(
        "{} has changed: its SHA-256 is {got}, the configuration was made with {expected}; bring that file back, \
         or start a new run with --weights",
        file.display()
    )]
    OtherWeights {
        /// The file.
        file: PathBuf,
        /// What the configuration names.
        expected: String,
        /// What is there.
        got: String,
    },
    /// Pretrained weights.
    #[error(transparent)]
    Weights(#[from] WeightsError),
    /// A file.
    #[error(transparent)]
    File(#[from] FileError),
}

impl From<ManifestError> for RunError {
    fn from(error: ManifestError) -> Self {
        Self::Data(error.into())
    }
}

impl From<CohortError> for RunError {
    fn from(error: CohortError) -> Self {
        Self::Data(error.into())
    }
}

impl From<SplitError> for RunError {
    fn from(error: SplitError) -> Self {
        Self::Data(error.into())
    }
}

//! What can go wrong in an experiment.

use std::path::PathBuf;

use crate::cka::CkaError;
use crate::data::DataError;
use crate::device::DeviceError;
use crate::fs::FileError;
use crate::metrics::MetricError;
use crate::model::weights::WeightsError;
use crate::stats::StatsError;
use crate::train::{PretextError, TrainError};

/// An experiment that could not be run, kept or read.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
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
    /// The output folder is there already.
    #[error("{} already exists and is no empty folder: choose another --out, or remove it first", .0.display())]
    Exists(PathBuf),
    /// A finished run that could not be moved to its place.
    #[error("the run is complete, but cannot be moved to {}: {cause}; it is in {}", folder.display(), stage.display())]
    NotMoved {
        /// Where it is.
        stage: PathBuf,
        /// Where it should be.
        folder: PathBuf,
        /// What the operating system said.
        cause: std::io::Error,
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
    /// Pretrained weights.
    #[error(transparent)]
    Weights(#[from] WeightsError),
    /// A file.
    #[error(transparent)]
    File(#[from] FileError),
}

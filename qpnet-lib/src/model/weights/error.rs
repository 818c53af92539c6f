//! Weights that could not be loaded or saved.

use std::path::PathBuf;

use tch::TchError;

use super::WeightsReport;
use crate::fs::FileError;

/// Weights that could not be loaded or saved.
#[derive(Debug, thiserror::Error)]
pub enum WeightsError {
    /// The file is not there or no safetensors file, or libtorch refuses.
    #[error("weights of {}: {cause}", path.display())]
    Torch {
        /// The file.
        path: PathBuf,
        /// What the reader said.
        cause: TchError,
    },
    /// Names or shapes do not fit the network.
    #[error(
        "{} does not fit this network: {report}; check the backbone, its widths and channels \
         (colour weights for grey images need Colour::SumToGrey), or load without `strict`",
        path.display()
    )]
    Mismatch {
        /// The file.
        path: PathBuf,
        /// Which names.
        report: Box<WeightsReport>,
    },
    /// A tensor holds NaN or an infinite number.
    #[error("{}: tensor {name} holds a number that is not finite", path.display())]
    NotFinite {
        /// The file.
        path: PathBuf,
        /// Which tensor.
        name: String,
    },
    /// The file cannot be written.
    #[error(transparent)]
    File(#[from] FileError),
}

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

/// A manifest of weights that cannot be used, or a file that is not what it names.
#[derive(Debug, thiserror::Error)]
pub enum WeightsManifestError {
    /// No TOML, or a key or type nobody knows.
    #[error("{file}:{line}: {message}; data-manifests/weights.toml shows every key")]
    Syntax {
        /// The manifest.
        file: String,
        /// 1-based line.
        line: usize,
        /// What the parser said.
        message: String,
    },
    /// Well formed, and it contradicts itself.
    #[error("{file}: {key}: {message}")]
    Rule {
        /// The manifest.
        file: String,
        /// The key, as a dotted path.
        key: String,
        /// Expected and got.
        message: String,
    },
    /// No weights have this name.
    #[error("unknown weights {name:?}: expected one of {known}")]
    Unknown {
        /// What was asked for.
        name: String,
        /// What there is.
        known: String,
    },
    /// A file has another hash.
    #[error("{}: expected a SHA-256 that begins with {expected}, got {got}; get the file again", path.display())]
    OtherBytes {
        /// The file.
        path: PathBuf,
        /// The first digits, or all of them.
        expected: String,
        /// All digits.
        got: String,
    },
    /// The file cannot be read.
    #[error(transparent)]
    File(#[from] FileError),
}

//! Weights that could not be loaded or saved.

use std::path::PathBuf;

use tch::TchError;

use super::WeightsReport;
use crate::fs::FileError;

/// Weights that could not be loaded or saved.
#[derive(Debug, thiserror::Error)]
pub enum WeightsError {
    /// The file is not a safetensors file.
    #[error("{} is not a safetensors file: it is {what}", path.display())]
    Foreign {
        /// The file.
        path: PathBuf,
        /// What it is, and what to do about it.
        what: String,
    },
    /// A safetensors file that is not whole.
    #[error("{} is no whole safetensors file: {detail}; get it again", path.display())]
    Broken {
        /// The file.
        path: PathBuf,
        /// What is wrong, with the tensor.
        detail: String,
    },
    /// No name begins so.
    #[error("{}: no name begins with {prefix:?}; the first of {count} names are {shown}", path.display())]
    Prefix {
        /// The file.
        path: PathBuf,
        /// What was asked for.
        prefix: String,
        /// Names in the file.
        count: usize,
        /// The first of them.
        shown: String,
    },
    /// No tensor fits: the network would go on as it was drawn.
    #[error(
        "nothing of {} fits this network: {report}; check the backbone, its widths and channels",
        path.display()
    )]
    NothingFits {
        /// The file.
        path: PathBuf,
        /// Which names.
        report: Box<WeightsReport>,
    },
    /// libtorch refuses.
    #[error("weights of {}: {cause}", path.display())]
    Torch {
        /// The file.
        path: PathBuf,
        /// What the reader said.
        cause: TchError,
    },
    /// Names, shapes or kinds do not fit the network.
    #[error(
        "{} does not fit this network: {report}; check the backbone, its widths and channels \
         (colour weights for grey images need Colour::SumToGrey), or take what fits (`--lenient`, `strict = false`)",
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
    /// The file cannot be read or written.
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

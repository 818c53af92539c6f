//! What can be wrong with a manifest, and with the place where its data should be.

use std::path::PathBuf;

use super::suggest::{hint, list};
use crate::fs::FileError;

/// A manifest that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ManifestError {
    /// A file or folder could not be read.
    #[error(transparent)]
    File(#[from] FileError),

    /// No shipped manifest has this name.
    #[error(
        "unknown data set {name:?}: expected a path ending in .toml or one of {}{}",
        list(known),
        hint(name, known)
    )]
    UnknownManifest {
        /// What was asked for.
        name: String,
        /// The shipped names.
        known: Vec<String>,
    },

    /// The manifest is no TOML, lacks a key, or has a key or type nobody knows.
    #[error(
        "{file}:{line}: {message}; correct the manifest (ham10000.toml, isic2019.toml and chexpert.toml in data-manifests show every key)"
    )]
    Syntax {
        /// The manifest.
        file: String,
        /// 1-based line.
        line: usize,
        /// What the parser said.
        message: String,
    },

    /// The manifest is well formed and contradicts itself.
    #[error("{file}: {key}: {message}")]
    Rule {
        /// The manifest.
        file: String,
        /// The key, as a dotted path.
        key: String,
        /// Expected, got and remedy.
        message: String,
    },

    /// Numbers of the generator for a data set that has none.
    #[error(
        "data set {name:?}, scheme {scheme:?}: no nodules are drawn, so that `population` has no meaning"
    )]
    NoNodules {
        /// The data set.
        name: String,
        /// The scheme.
        scheme: String,
    },

    /// The manifest has no such subgrouping scheme.
    #[error("data set {name:?} has no scheme {scheme:?}; it has {}{}", list(known), hint(scheme, known))]
    UnknownScheme {
        /// The data set.
        name: String,
        /// What was asked for.
        scheme: String,
        /// The schemes there are.
        known: Vec<String>,
    },

    /// A data set that is drawn has no tables.
    #[error("data set is {name}; expected one that is read from files")]
    Drawn {
        /// The data set.
        name: String,
    },

    /// The data set lives in files and nobody said where.
    #[error("data set {name:?} needs files: set QPNET_DATA to the folder that holds {folder:?} ({obtain})")]
    NoDataRoot {
        /// The data set.
        name: String,
        /// Its folder below the data root.
        folder: String,
        /// How to get it.
        obtain: String,
    },

    /// The data root is there, the data set is not.
    #[error("data set {name:?}: there is no folder {}: check QPNET_DATA, or get the data ({obtain})", folder.display())]
    NoFolder {
        /// The data set.
        name: String,
        /// Where it was expected.
        folder: PathBuf,
        /// How to get it.
        obtain: String,
    },
}

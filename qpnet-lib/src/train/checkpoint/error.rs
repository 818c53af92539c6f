//! Checkpoints that cannot be used.

use std::path::PathBuf;

use crate::fs::FileError;

/// A checkpoint that could not be written, or from which nothing may go on.
#[derive(Debug, thiserror::Error)]
pub enum CheckpointError {
    /// Cut off, or bytes have changed.
    #[error(
        "{} is no whole checkpoint: {detail}; remove this file, and its model is trained from the beginning",
        path.display()
    )]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        detail: String,
    },
    /// Of another version of the format.
    #[error(
        "{} is a checkpoint of version {got}, this program reads version {expected}; go on with the program \
         that wrote it, or remove it to train from the beginning",
        path.display()
    )]
    Version {
        /// The file.
        path: PathBuf,
        /// What this program reads.
        expected: &'static str,
        /// What the file says.
        got: String,
    },
    /// Of a training that differs.
    #[error(
        "{} belongs to another training: {} differ{}; repeat that one with its own arguments, choose \
         another --out, or remove it to train from the beginning",
        path.display(), parts.join(" and "), if parts.len() == 1 { "s" } else { "" }
    )]
    Other {
        /// The file.
        path: PathBuf,
        /// In what.
        parts: Vec<String>,
    },
    /// The file cannot be read or written.
    #[error(transparent)]
    File(#[from] FileError),
}

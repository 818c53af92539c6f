//! What can go wrong with a download, said so that the reader knows what to do.

use std::path::PathBuf;

use crate::data::manifest::error::ManifestError;
use crate::fs::FileError;

/// Everything that keeps a file from being downloaded.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// The data root is not known.
    #[error(transparent)]
    Manifest(#[from] ManifestError),

    /// A file or folder could not be read or written.
    #[error(transparent)]
    File(#[from] FileError),

    /// No file of the data set may be downloaded by everybody, or none is listed.
    #[error(
        "data set {name:?} has no file that can be downloaded (access: {access}); how to get it: {obtain}"
    )]
    Unavailable {
        /// The data set.
        name: String,
        /// Who may get it.
        access: String,
        /// How.
        obtain: String,
    },

    /// A file that was asked for and is not in the list.
    #[error("--only is {name:?}; expected a file that the manifest lists, by its path")]
    Unlisted {
        /// What was asked for.
        name: String,
    },

    /// There is no folder to put data sets into.
    #[error("there is no folder {}: make it, or check QPNET_DATA or --data-root", root.display())]
    NoRoot {
        /// Where it was expected.
        root: PathBuf,
    },

    /// A file of that name and of another length is there.
    #[error("{} is there with {got} bytes; expected {expected}: move it away, then fetch again", path.display())]
    InTheWay {
        /// The file.
        path: PathBuf,
        /// The length in the manifest.
        expected: u64,
        /// The length of the file.
        got: u64,
    },

    /// A link below the data set's folder leads out of it.
    #[error("{} is a link that leads out of {}: files are written inside the data folder only", link.display(), folder.display())]
    Outside {
        /// The link.
        link: PathBuf,
        /// The data set's folder.
        folder: PathBuf,
    },

    /// Another process is downloading the same file.
    #[error("{} is being written by another `qpnet data fetch`: wait for it", part.display())]
    Busy {
        /// The unfinished file.
        part: PathBuf,
    },

    /// The server refuses, or has no such file.
    #[error("{url}: the server answered {status}{}; how to get the data: {obtain}", meaning(*status))]
    Status {
        /// The file.
        url: String,
        /// The status.
        status: u16,
        /// How to get the data otherwise.
        obtain: String,
    },

    /// The server answered in a way that cannot be used.
    #[error("{url}: {reason}")]
    Answer {
        /// The file.
        url: String,
        /// What is wrong.
        reason: String,
    },

    /// No connection, or one that broke again and again.
    #[error("{url}: {reason}{}", kept_words(*kept))]
    Connection {
        /// The file.
        url: String,
        /// What happened last.
        reason: String,
        /// Bytes that the next call can continue from.
        kept: u64,
    },

    /// Another length than the manifest, or the server itself, says.
    #[error("{}: expected {expected} bytes, got {got}; nothing was kept", path.display())]
    Length {
        /// The file.
        path: PathBuf,
        /// The length that was said.
        expected: u64,
        /// The length that came.
        got: String,
    },

    /// Not the file that the manifest lists.
    #[error(
        "{}: expected sha256 {expected}, got {got}; the download was deleted: fetch again, or check whether the data set has a new version",
        path.display()
    )]
    Hash {
        /// The file.
        path: PathBuf,
        /// The listed hash.
        expected: String,
        /// The hash of what came.
        got: String,
    },
}

fn meaning(status: u16) -> &'static str {
    match status {
        401 | 403 => " (not allowed)",
        404 | 410 => " (no such file)",
        _ => "",
    }
}

fn kept_words(kept: u64) -> String {
    match kept {
        0 => String::new(),
        _ => format!("; {kept} bytes are kept: the same command goes on from there"),
    }
}

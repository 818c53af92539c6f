//! What can be wrong with data, said so that the reader knows which file, which row and what to do.

use std::path::PathBuf;

use crate::data::cohort::error::CohortError;
use crate::data::manifest::error::ManifestError;
use crate::data::split::error::SplitError;
use crate::data::store::error::StoreError;
use crate::data::table::error::TableError;
use crate::fs::FileError;

/// Everything that can go wrong between a manifest and a population, room by room: an error of a lower room is in the
/// variant of its own room, whichever room has handed it on.
#[derive(Debug, thiserror::Error)]
pub enum DataError {
    /// A file or folder could not be read.
    #[error(transparent)]
    File(#[from] FileError),

    /// A manifest, or the place of its data.
    #[error(transparent)]
    Manifest(#[from] ManifestError),

    /// A table.
    #[error(transparent)]
    Table(#[from] TableError),

    /// Rows, their subgroups or their files.
    #[error(transparent)]
    Cohort(CohortError),

    /// Pixels.
    #[error(transparent)]
    Store(StoreError),

    /// A split.
    #[error(transparent)]
    Split(#[from] SplitError),

    /// An image that cannot be decoded.
    #[error("{file}: row {row}: {}: {reason}; replace the file, or leave such rows out with --unreadable skip", image.display())]
    UnreadableImage {
        /// The table.
        file: String,
        /// 1-based row.
        row: usize,
        /// The file.
        image: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
}

impl From<CohortError> for DataError {
    fn from(error: CohortError) -> Self {
        match error {
            CohortError::File(error) => Self::File(error),
            CohortError::Manifest(error) => error.into(),
            CohortError::Table(error) => error.into(),
            error => Self::Cohort(error),
        }
    }
}

impl From<StoreError> for DataError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::File(error) => Self::File(error),
            StoreError::Cohort(error) => error.into(),
            error => Self::Store(error),
        }
    }
}

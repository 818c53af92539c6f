//! What can go wrong with the pixels of a data set.

use std::path::PathBuf;

use crate::data::cohort::error::CohortError;
use crate::data::manifest::suggest::and_more;
use crate::fs::FileError;

/// Pixels that cannot be had or kept.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// A file or folder could not be read.
    #[error(transparent)]
    File(#[from] FileError),

    /// The rows whose images they are.
    #[error(transparent)]
    Cohort(#[from] CohortError),

    /// A side that no image may have.
    #[error("image size is {found}; expected 8 to 2048 pixels")]
    ImageSize {
        /// What was given.
        found: i64,
    },

    /// The pixels of all images together do not fit into memory.
    #[error(
        "{images} images at {side} px need {:.1} GiB of memory, which could not be had: choose a smaller image size or less data",
        *bytes as f64 / f64::from(1 << 30)
    )]
    Memory {
        /// How many images.
        images: usize,
        /// Their side.
        side: i64,
        /// What the tensor of all pixels takes.
        bytes: u64,
    },

    /// A pack that is not what was written.
    #[error("{}: {fault}; remove the file, or make it again with `qpnet data pack`", file.display())]
    DamagedPack {
        /// The pack.
        file: PathBuf,
        /// Expected and got.
        fault: String,
    },

    /// Images that a pack cannot hold.
    #[error(
        "{} of {images} images cannot be packed: {}{}; complete the download, replace the files, or take their rows out of {table}",
        problems.len(),
        problems.iter().take(10).cloned().collect::<Vec<_>>().join("; "),
        and_more(problems.len().saturating_sub(10))
    )]
    Unpackable {
        /// The table.
        table: String,
        /// How many images there should be.
        images: usize,
        /// Row, image and reason of each.
        problems: Vec<String>,
    },
}

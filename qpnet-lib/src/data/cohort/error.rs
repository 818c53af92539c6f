//! What can be wrong with the rows of a data set, their subgroups and their files.

use crate::data::manifest::error::ManifestError;
use crate::data::manifest::suggest::{and_more, list};
use crate::data::table::error::TableError;
use crate::fs::FileError;

/// Rows that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum CohortError {
    /// A file or folder could not be read.
    #[error(transparent)]
    File(#[from] FileError),

    /// The manifest, or the place of the data.
    #[error(transparent)]
    Manifest(#[from] ManifestError),

    /// A table.
    #[error(transparent)]
    Table(#[from] TableError),

    /// A patient with two labels, where the manifest allows one.
    #[error(
        "{file}: rows {first} and {second}: patient {patient:?} is {:?} and {:?}; expected one label a patient: correct one of the rows, or leave label.one_per_patient out of the manifest",
        labels[0],
        labels[1]
    )]
    Contradiction {
        /// The table.
        file: String,
        /// 1-based row of the first label.
        first: usize,
        /// 1-based row of the other one.
        second: usize,
        /// The patient, lesion or case.
        patient: String,
        /// Both labels.
        labels: Box<[String; 2]>,
    },

    /// A row that is in two subgroups.
    #[error(
        "{file}: row {row} is in two subgroups of scheme {scheme:?}, {}; make their rules exclusive",
        list(subgroups)
    )]
    Overlap {
        /// The table.
        file: String,
        /// 1-based row.
        row: usize,
        /// The scheme.
        scheme: String,
        /// The two subgroups.
        subgroups: Vec<String>,
    },

    /// The scheme selects no row at all.
    #[error(
        "scheme {scheme:?} selects none of the {rows} rows ({detail}); check its rules against the values in the table"
    )]
    SelectsNobody {
        /// The scheme.
        scheme: String,
        /// How many rows there are.
        rows: usize,
        /// Where the rows went.
        detail: String,
    },

    /// A declared subgroup without a row.
    #[error(
        "scheme {scheme:?}: subgroup {subgroup:?} ({rule}) is empty; check the rule against the values in the table: {values}"
    )]
    EmptySubgroup {
        /// The scheme.
        scheme: String,
        /// The subgroup.
        subgroup: String,
        /// Its rule.
        rule: String,
        /// What the columns of the rule hold.
        values: String,
    },

    /// An image named by the table is nowhere.
    #[error(
        "{file}: row {row}: no image {image:?}{}; looked for {tried}: complete the download, add the folder to images.roots in the manifest, or leave such rows out with --unreadable skip",
        and_more(*more)
    )]
    MissingImage {
        /// The table.
        file: String,
        /// 1-based row of the first one.
        row: usize,
        /// What the table calls it.
        image: String,
        /// The paths tried.
        tried: String,
        /// How many others are missing too.
        more: usize,
    },

    /// An image without the mask that the manifest requires.
    #[error(
        "{file}: row {row}: no mask of image {image:?}{}; looked for {tried}: complete the masks, set images.masks.required = false in the manifest to use such images whole, or leave such rows out with --unreadable skip",
        and_more(*more)
    )]
    MissingMask {
        /// The table.
        file: String,
        /// 1-based row of the first one.
        row: usize,
        /// What the table calls the image.
        image: String,
        /// The paths tried.
        tried: String,
        /// How many others have no mask either.
        more: usize,
    },

    /// A path that leads out of the data folder.
    #[error("{file}: row {row}: image {image:?} {reason}: images must lie inside the data folder")]
    OutsidePath {
        /// The table.
        file: String,
        /// 1-based row.
        row: usize,
        /// What the table calls it.
        image: String,
        /// What is wrong with it.
        reason: String,
    },
}

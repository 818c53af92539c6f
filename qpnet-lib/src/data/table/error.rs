//! What can be wrong with a table.
//!
//! Rows are counted as an editor counts them: the header is row 1.

use std::path::PathBuf;

use crate::data::manifest::suggest::{and_more, hint, list};
use crate::fs::FileError;

/// A table that cannot be read, or does not say what it should.
#[derive(Debug, thiserror::Error)]
pub enum TableError {
    /// A file or folder could not be read.
    #[error(transparent)]
    File(#[from] FileError),

    /// None of the table's names exists.
    #[error("no table in {}: expected one of {}; check that the download is complete", folder.display(), list(tried))]
    NoTable {
        /// Where it was expected.
        folder: PathBuf,
        /// The names tried, in order.
        tried: Vec<String>,
    },

    /// The table is no readable CSV.
    #[error("{file}: row {row}: {message}")]
    Row {
        /// The table.
        file: String,
        /// 1-based row.
        row: usize,
        /// Expected, got and remedy.
        message: String,
    },

    /// A column that the manifest names is not in the table.
    #[error(
        "{file}: row 1: no column {column:?}; the table has {}{}; correct the manifest or the table",
        list(present),
        hint(column, present)
    )]
    UnknownColumn {
        /// The table.
        file: String,
        /// The column wanted.
        column: String,
        /// The columns there are.
        present: Vec<String>,
    },

    /// A value that must be there is missing.
    #[error(
        "{file}: row {row}: column {column:?} is empty; expected {expected}: fill it in or remove the row"
    )]
    MissingValue {
        /// The table.
        file: String,
        /// 1-based row.
        row: usize,
        /// The column.
        column: String,
        /// What belongs there.
        expected: &'static str,
    },

    /// A value outside the set the manifest declares.
    #[error(
        "{file}: row {row}: column {column:?} has {found:?}{}; expected {expected}: correct the row, or declare the value in the manifest",
        and_more(*more)
    )]
    Value {
        /// The table.
        file: String,
        /// 1-based row.
        row: usize,
        /// The column.
        column: String,
        /// What is there.
        found: String,
        /// What may be there.
        expected: String,
        /// How many other rows have such a value.
        more: usize,
    },

    /// Two rows with one sample id.
    #[error(
        "{file}: rows {first} and {second} both have the sample id {id:?}; expected unique ids: remove one of the rows"
    )]
    DuplicateId {
        /// The table.
        file: String,
        /// The id.
        id: String,
        /// 1-based row of the first.
        first: usize,
        /// 1-based row of the second.
        second: usize,
    },
}

//! A table that is not as `qpnet grid collect` writes it.

use std::path::PathBuf;

/// A table of a grid that cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum TableError {
    /// No file, or none in the form of CSV.
    #[error("{}: {source}", file.display())]
    Csv {
        /// The file.
        file: PathBuf,
        /// What is wrong.
        source: csv::Error,
    },
    /// A column that there is not.
    #[error("{}: expected a column {column:?}; got {got}", file.display())]
    NoColumn {
        /// The file.
        file: PathBuf,
        /// Which.
        column: &'static str,
        /// What there is.
        got: String,
    },
    /// A field that does not say what its column holds.
    #[error("{}, line {line}, column {column}: expected {expected}", file.display())]
    Field {
        /// The file.
        file: PathBuf,
        /// 1-based.
        line: u64,
        /// Which.
        column: &'static str,
        /// Expected and got.
        expected: String,
    },
    /// Rows that contradict each other.
    #[error("{}: {detail}", file.display())]
    Rows {
        /// The file.
        file: PathBuf,
        /// Expected and got.
        detail: String,
    },
}

//! What can be wrong with somebody's predictions.

use crate::fs::FileError;
use crate::metrics::MetricError;
use crate::stats::StatsError;

/// Why an audit cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum AuditError {
    /// The file cannot be read.
    #[error(transparent)]
    File(#[from] FileError),
    /// The table as a whole, or the file.
    #[error("{file}: {message}")]
    Whole {
        /// The file.
        file: String,
        /// What is wrong.
        message: String,
    },
    /// A row that is none, or does not go with the others.
    #[error("{file}: row {row}: {message}")]
    Table {
        /// The file.
        file: String,
        /// 1-based row; the header is row 1.
        row: u64,
        /// What is wrong.
        message: String,
    },
    /// A column that is needed is not there, or cannot be told from its name.
    #[error("{file}: no column for the {role}: {hint}; the table has {}", present.join(", "))]
    Column {
        /// The file.
        file: String,
        /// What the column holds: `label`, `score`, `group`.
        role: &'static str,
        /// What was looked for, and what to do.
        hint: String,
        /// The columns there are.
        present: Vec<String>,
    },
    /// A field that does not say what its column should.
    #[error("{file}: row {row}, column {column}: found {found:?}; expected {expected}")]
    Field {
        /// The file.
        file: String,
        /// 1-based row; the header is row 1.
        row: u64,
        /// The column's name.
        column: String,
        /// The field.
        found: String,
        /// What may stand there.
        expected: String,
    },
    /// One method scored one sample twice.
    #[error("{file}: rows {first} and {second}: method {method} has sample {sample} twice{told}")]
    Twice {
        /// The file.
        file: String,
        /// The method.
        method: String,
        /// The sample.
        sample: String,
        /// Its first row.
        first: u64,
        /// Its second row.
        second: u64,
        /// Which columns were told from their names.
        told: String,
    },
    /// One sample, two outcomes, subgroups or patients.
    #[error("{file}: rows {first} and {second}: sample {sample} has another {what}{told}")]
    Contradiction {
        /// The file.
        file: String,
        /// The sample.
        sample: String,
        /// `label`, `group` or `patient`.
        what: &'static str,
        /// The row where it stood first.
        first: u64,
        /// The row that differs.
        second: u64,
        /// Which columns were told from their names.
        told: String,
    },
    /// A name that does not occur.
    #[error("there is no {what} {found:?}; there are {}{told}", present.join(", "))]
    Unknown {
        /// `method` or `group`.
        what: &'static str,
        /// The name.
        found: String,
        /// The names there are.
        present: Vec<String>,
        /// Whether their column was told from its name.
        told: String,
    },
    /// An option out of its range.
    #[error("{what} is {found}; expected {expected}")]
    Option {
        /// Which option.
        what: &'static str,
        /// Its value.
        found: f64,
        /// What it may be.
        expected: &'static str,
    },
    /// Statistics that refuse their input.
    #[error(transparent)]
    Stats(#[from] StatsError),
    /// Measures that refuse their input.
    #[error(transparent)]
    Metric(#[from] MetricError),
}

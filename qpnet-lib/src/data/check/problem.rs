//! What is wrong with one row, or with one file.

use serde::Serialize;

/// One row whose image is not as it should be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// 1-based row of the table, the header is row 1; for a file of no row, that of `SHA256SUMS` or of
    /// the manifest's list.
    pub row: usize,
    /// The sample; empty for a file of no row.
    pub sample_id: String,
    /// The file, or what the table calls it; empty where the row itself is wrong.
    pub image: String,
    /// What is wrong.
    pub problem: String,
}

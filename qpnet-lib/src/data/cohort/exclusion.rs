//! Rows that are not used, and why.

use serde::{Deserialize, Serialize};

/// Rows that are not used, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exclusion {
    /// For people: `in no subgroup of scheme sex (…)`.
    pub reason: String,
    /// How many rows of the table.
    pub rows: usize,
}

/// One more reason, when it concerns any row.
pub(in crate::data) fn exclude(exclusions: &mut Vec<Exclusion>, reason: String, rows: usize) {
    if rows > 0 {
        exclusions.push(Exclusion { reason, rows });
    }
}

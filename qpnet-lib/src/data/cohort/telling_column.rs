//! A column that may tell a label or a subgroup.

/// A column as numbered categories, one a sample.
#[derive(Clone, Debug)]
pub struct TellingColumn {
    /// Its name.
    pub name: String,
    /// Equal numbers: equal words, or numbers of one bin.
    pub categories: Vec<u32>,
}

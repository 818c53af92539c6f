//! A row of predictions once names are numbers.

/// More subgroups, or methods, than this are identifiers.
pub(super) const MOST_NAMES: usize = 200;

/// The scores of a sample by a method.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Row {
    pub(super) method: u32,
    pub(super) sample: u32,
    /// Its place among the scores.
    pub(super) at: u32,
    /// Where it stands in the file.
    pub(super) line: u32,
}

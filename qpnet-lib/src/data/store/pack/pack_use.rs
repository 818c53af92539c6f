//! Whether images came from a pack.

use std::path::PathBuf;

/// Whether the images of a population came from a pack.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum PackUse {
    /// No folder of packs was named, or the data are drawn.
    #[default]
    Unasked,
    /// From this one.
    Used(PathBuf),
    /// None could be used: why, and the remedy.
    Unfit(String),
}

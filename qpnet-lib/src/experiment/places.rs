//! Where data are looked for.

use std::path::PathBuf;

/// The folders that hold data sets and packs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Places {
    /// The folder of the data sets.
    pub data_root: Option<PathBuf>,
    /// The folder of packs; without one every image is decoded anew.
    pub cache: Option<PathBuf>,
}

impl From<Option<PathBuf>> for Places {
    /// A folder of data sets, and no packs.
    fn from(data_root: Option<PathBuf>) -> Self {
        Self { data_root, cache: None }
    }
}

//! The files of one image.

use std::path::PathBuf;

/// An image and its masks, where the manifest has masks and this image any.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImageFile {
    /// The picture.
    pub path: PathBuf,
    /// Its masks: one, or several that are joined.
    pub masks: Vec<PathBuf>,
}

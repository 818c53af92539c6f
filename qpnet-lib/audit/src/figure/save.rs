//! A figure as files.

use super::{Figure, FigureError};
use crate::fs::write_atomic;
use std::path::{Path, PathBuf};

/// Where a figure was saved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SavedFigure {
    /// The vector drawing.
    pub svg: PathBuf,
    /// The bitmap.
    pub png: PathBuf,
    /// The plotted numbers.
    pub csv: PathBuf,
}

impl Figure {
    /// Write `name.svg`, `name.png` and `name.csv` into `folder`, each whole or not at all.
    /// The folder is made when it is missing; older files of the name are replaced.
    ///
    /// # Errors
    /// [`FigureError::File`] naming the file.
    pub fn save(&self, folder: impl AsRef<Path>) -> Result<SavedFigure, FigureError> {
        for (name, bytes) in self.files() {
            write_atomic(&folder.as_ref().join(name), bytes)?;
        }
        let path = |extension: &str| folder.as_ref().join(format!("{}.{extension}", self.name));
        Ok(SavedFigure { svg: path("svg"), png: path("png"), csv: path("csv") })
    }

    /// The three files: name and content.
    pub fn files(&self) -> [(String, &[u8]); 3] {
        let name = |extension: &str| format!("{}.{extension}", self.name);
        [
            (name("csv"), self.csv.as_bytes()),
            (name("svg"), self.svg.as_bytes()),
            (name("png"), self.png.as_slice()),
        ]
    }
}

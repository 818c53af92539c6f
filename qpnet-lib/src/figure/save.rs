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
        let path = |extension: &str| folder.as_ref().join(format!("{}.{extension}", self.name));
        let saved = SavedFigure { svg: path("svg"), png: path("png"), csv: path("csv") };
        write_atomic(&saved.csv, self.csv.as_bytes())?;
        write_atomic(&saved.svg, self.svg.as_bytes())?;
        write_atomic(&saved.png, &self.png)?;
        Ok(saved)
    }
}

//! Where a file of a download goes.

use std::path::{Path, PathBuf};

use super::error::FetchError;
use crate::fs::FileError;

/// Where the file `path` of the data set in `folder` goes: folders are made, and none is a link that leads out of it.
///
/// # Errors
/// A folder that cannot be made; [`FetchError::Outside`].
pub(super) fn place(folder: &Path, path: &str) -> Result<PathBuf, FetchError> {
    std::fs::create_dir_all(folder).map_err(FileError::on("create", folder))?;
    let base = folder.canonicalize().map_err(FileError::on("resolve", folder))?;
    let mut at = base.clone();
    let (folders, name) = path.rsplit_once('/').unwrap_or(("", path));
    for part in folders.split('/').filter(|part| !part.is_empty()) {
        at.push(part);
        if !at.is_dir() {
            std::fs::create_dir(&at).map_err(FileError::on("create", &at))?;
        }
        let real = at.canonicalize().map_err(FileError::on("resolve", &at))?;
        if !real.starts_with(&base) {
            return Err(FetchError::Outside { link: at, folder: base });
        }
        at = real;
    }
    Ok(at.join(name))
}

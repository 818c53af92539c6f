//! What tells cheaply whether a file is still the one that it was.

use std::path::Path;
use std::time::UNIX_EPOCH;

use serde::{Deserialize, Serialize};

use crate::fs::FileError;

/// Length and time of change. Who rewrites a file and sets its time back is not noticed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::data) struct FileFacts {
    /// Length.
    pub bytes: u64,
    /// Nanoseconds from 1970 to the last change.
    pub changed: u128,
}

impl FileFacts {
    /// Of the file at `path`, which is not opened.
    ///
    /// # Errors
    /// [`FileError`] when there is no such file.
    pub(in crate::data) fn of(path: &Path) -> Result<Self, FileError> {
        let facts = std::fs::metadata(path).map_err(FileError::on("read", path))?;
        let changed = facts.modified().map_err(FileError::on("read", path))?;
        // A time before 1970 counts as 1970: it still differs from every other.
        let since = changed.duration_since(UNIX_EPOCH).unwrap_or_default();
        Ok(Self { bytes: facts.len(), changed: since.as_nanos() })
    }
}

//! Folders that are either whole or absent: a temporary folder beside, then one rename.

use std::path::{Path, PathBuf};

use super::{FileError, write_atomic};

/// A folder that cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum FolderError {
    /// It is there already.
    #[error("{} already exists and is no empty folder: choose another --out, or remove it first", .0.display())]
    Exists(PathBuf),
    /// It is complete, but could not be moved to its place.
    #[error("the folder is complete, but cannot be moved to {}: {cause}; it is in {}", folder.display(), stage.display())]
    NotMoved {
        /// Where it is.
        stage: PathBuf,
        /// Where it should be.
        folder: PathBuf,
        /// What the operating system said.
        cause: std::io::Error,
    },
    /// What stands there holds something that would be lost.
    #[error("{} holds {found}, which is none of the files that are written there: move it away, or choose another --out", folder.display())]
    Foreign {
        /// The folder.
        folder: PathBuf,
        /// The name of what it holds.
        found: String,
    },
    /// A file.
    #[error(transparent)]
    File(#[from] FileError),
}

/// Check that `folder` can be written, before hours are spent on it: it is absent, or an empty folder, which is
/// removed now; and its parent can be written to.
///
/// # Errors
/// [`FolderError::Exists`] or [`FolderError::File`].
pub fn check_free(folder: &Path) -> Result<(), FolderError> {
    if let Ok(there) = folder.symlink_metadata() {
        if !there.is_dir() || entries(folder)?.next().is_some() {
            return Err(FolderError::Exists(folder.to_owned()));
        }
        // A folder in use (`.`, a mount point) cannot be replaced: better known now.
        std::fs::remove_dir(folder).map_err(FileError::on("replace", folder))?;
    }
    Stage::beside(folder).map(drop)
}

/// Check that `folder` can be written anew: it is absent, or it holds nothing but what is in `known`.
///
/// # Errors
/// [`FolderError::Exists`] for what is no folder, [`FolderError::Foreign`], [`FolderError::File`].
pub fn check_replaceable(folder: &Path, known: &[&str]) -> Result<(), FolderError> {
    if let Ok(there) = folder.symlink_metadata() {
        if !there.is_dir() {
            return Err(FolderError::Exists(folder.to_owned()));
        }
        let names = entries(folder)?.map(|entry| entry.file_name().to_string_lossy().into_owned());
        if let Some(found) = names.into_iter().find(|name| !known.contains(&name.as_str())) {
            return Err(FolderError::Foreign { folder: folder.to_owned(), found });
        }
    }
    Stage::beside(folder).map(drop)
}

fn entries(folder: &Path) -> Result<impl Iterator<Item = std::fs::DirEntry>, FileError> {
    Ok(std::fs::read_dir(folder).map_err(FileError::on("read", folder))?.flatten())
}

/// A folder in the making, beside the place it is for; dropped, it is removed.
#[derive(Debug)]
pub struct Stage {
    made: tempfile::TempDir,
    folder: PathBuf,
}

impl Stage {
    /// An empty one for `folder`.
    ///
    /// # Errors
    /// [`FolderError::File`] where nothing can be written beside it.
    pub fn beside(folder: &Path) -> Result<Self, FolderError> {
        let parent = match folder.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent,
            _ => Path::new("."),
        };
        std::fs::create_dir_all(parent).map_err(FileError::on("create", parent))?;
        let made = tempfile::Builder::new().prefix(".tmp-run-").tempdir_in(parent);
        Ok(Self { made: made.map_err(FileError::on("write into", parent))?, folder: folder.to_owned() })
    }

    /// Where files are written until all are there.
    pub fn path(&self) -> &Path {
        self.made.path()
    }

    /// Write a file into it; messages name the place it is for.
    ///
    /// # Errors
    /// [`FolderError::File`].
    pub fn write(&self, name: impl AsRef<Path>, bytes: &[u8]) -> Result<(), FolderError> {
        let name = name.as_ref();
        Ok(write_atomic(&self.path().join(name), bytes)
            .map_err(|error| FileError { path: self.folder.join(name), ..error })?)
    }

    /// Put it in its place, where nothing or an empty folder is.
    ///
    /// # Errors
    /// [`FolderError::Exists`]; [`FolderError::NotMoved`], and then it stays where it is.
    pub fn put(self) -> Result<(), FolderError> {
        check_free(&self.folder)?;
        self.moved()
    }

    /// Put it in the place of what is there, which is removed once this one is complete.
    ///
    /// # Errors
    /// [`FolderError::NotMoved`], and then both stay where they are.
    pub fn replace(self) -> Result<(), FolderError> {
        if !self.folder.exists() {
            return self.moved();
        }
        let old = Self::beside(&self.folder)?;
        let aside = old.path().join("old");
        std::fs::rename(&self.folder, &aside).map_err(FileError::on("move", &self.folder))?;
        let folder = self.folder.clone();
        let moved = self.moved();
        if moved.is_err() {
            std::fs::rename(&aside, &folder).map_err(FileError::on("move back", &folder))?;
        }
        moved
    }

    fn moved(self) -> Result<(), FolderError> {
        let Self { made, folder } = self;
        // Temporary folders are private; a result is for everybody the parent admits.
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let open = std::fs::Permissions::from_mode(0o755);
            std::fs::set_permissions(made.path(), open).map_err(FileError::on("write", &folder))?;
        }
        let stage = made.keep();
        std::fs::rename(&stage, &folder).map_err(|cause| FolderError::NotMoved { stage, folder, cause })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> = entries(folder)
            .expect("folder")
            .map(|entry| entry.file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn a_folder_appears_whole_or_not_at_all() {
        let place = tempfile::tempdir().expect("tempdir");
        let out = place.path().join("a/out");
        let stage = Stage::beside(&out).expect("stage");
        stage.write("one.txt", b"1").expect("write");
        assert!(!out.exists());
        drop(stage);
        assert_eq!(names(&place.path().join("a")), Vec::<String>::new(), "what is given up leaves nothing");
        let stage = Stage::beside(&out).expect("stage");
        stage.write("figures/one.txt", b"1").expect("write");
        stage.put().expect("put");
        assert_eq!(std::fs::read(out.join("figures/one.txt")).expect("file"), b"1");
        let again = Stage::beside(&out).expect("stage").put().expect_err("there");
        assert!(matches!(again, FolderError::Exists(_)), "{again}");
    }

    #[test]
    fn what_is_replaced_leaves_nothing_and_what_is_foreign_is_not_replaced() {
        let place = tempfile::tempdir().expect("tempdir");
        let out = place.path().join("out");
        for name in ["old.txt", "new.txt"] {
            let stage = Stage::beside(&out).expect("stage");
            stage.write(name, b"").expect("write");
            stage.replace().expect("replaced");
            assert_eq!(names(&out), [name], "nothing stale");
        }
        assert_eq!(names(place.path()), ["out"]);
        check_replaceable(&out, &["new.txt", "other"]).expect("known");
        let error = check_replaceable(&out, &["other"]).expect_err("foreign").to_string();
        assert!(error.contains("new.txt"), "{error}");
        let error = check_replaceable(&out.join("new.txt"), &[]).expect_err("a file");
        assert!(matches!(error, FolderError::Exists(_)), "{error}");
    }
}

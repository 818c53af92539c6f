//! Kept runs that go with a report: copied from store to store, each whole or not at all.

use std::path::{Path, PathBuf};

use super::{RunError, RunStore};
use crate::fs::{FileError, Stage, read};

impl RunStore {
    /// Copy every finished run that `other` does not have.
    ///
    /// # Errors
    /// [`RunError::File`], [`RunError::Folder`]; a run that was begun is not there then.
    pub fn copy_to(&self, other: &Self) -> Result<(), RunError> {
        for run in finished(self.root())? {
            let place = other.root().join(run.file_name().unwrap_or_default());
            if place.is_dir() {
                continue;
            }
            let stage = Stage::beside(&place)?;
            for file in entries(&run)? {
                stage.write(file.file_name().unwrap_or_default(), &read(&file)?)?;
            }
            stage.put()?;
        }
        Ok(())
    }

    /// Remove every finished run, and the folder of the store if nothing else is in it.
    ///
    /// # Errors
    /// [`RunError::File`].
    pub fn clear(&self) -> Result<(), RunError> {
        for run in finished(self.root())? {
            std::fs::remove_dir_all(&run).map_err(FileError::on("remove", &run))?;
        }
        let _ = std::fs::remove_dir(self.root()); // of somebody else's files, or absent
        Ok(())
    }
}

/// The folders of finished runs: those that have a key for a name.
fn finished(root: &Path) -> Result<Vec<PathBuf>, FileError> {
    if !root.is_dir() {
        return Ok(Vec::new());
    }
    let is_key = |path: &PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        path.is_dir() && name.len() == 32 && name.bytes().all(|byte| byte.is_ascii_hexdigit())
    };
    Ok(entries(root)?.into_iter().filter(is_key).collect())
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>, FileError> {
    let entries = std::fs::read_dir(folder).map_err(FileError::on("read", folder))?;
    let paths = entries.map(|entry| entry.map(|entry| entry.path()));
    paths.collect::<Result<_, _>>().map_err(FileError::on("read", folder))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finished_runs_are_copied_whole_and_only_they_are_removed() {
        let place = tempfile::tempdir().expect("tempdir");
        let [one, two] = ["one", "two"].map(|name| RunStore::new(place.path().join(name)));
        let (done, begun) =
            ("0123456789abcdef0123456789abcdef", ".0123456789abcdef0123456789abcdee.checkpoints");
        for name in [done, begun, "mine"] {
            std::fs::create_dir_all(one.root().join(name)).expect("folder");
            std::fs::write(one.root().join(name).join("file"), name).expect("file");
        }
        one.copy_to(&two).expect("copied");
        let names = |store: &RunStore| {
            let paths = entries(store.root()).expect("folder").into_iter();
            let mut names: Vec<_> = paths.filter_map(|path| Some(path.file_name()?.to_owned())).collect();
            names.sort();
            names
        };
        assert_eq!(names(&two), [done]);
        let file = two.root().join(done).join("file");
        assert_eq!(read(&file).expect("file"), done.as_bytes());
        // What is there already is not touched.
        std::fs::write(&file, "own").expect("file");
        one.copy_to(&two).expect("copied");
        assert_eq!(read(&file).expect("file"), b"own");
        one.clear().expect("cleared");
        assert_eq!(names(&one), [begun, "mine"]);
        two.clear().expect("cleared");
        assert!(!two.root().exists());
        two.copy_to(&one).expect("a store that does not exist is empty");
    }
}

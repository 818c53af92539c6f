//! One process at a time on one output.

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};

use super::FileError;

/// An output that another process is at work on.
#[derive(Debug, thiserror::Error)]
pub enum LockError {
    /// Somebody holds it.
    #[error(
        "another process is writing {}: wait until it has ended, or choose another --out (its lock is {})",
        output.display(),
        lock.display()
    )]
    Taken {
        /// What both want to write.
        output: PathBuf,
        /// The file that is locked.
        lock: PathBuf,
    },
    /// The file of the lock.
    #[error(transparent)]
    File(#[from] FileError),
}

/// The right to write an output, until it is dropped or the process ends, however it ends.
#[derive(Debug)]
pub struct Lock {
    file: File,
    path: PathBuf,
}

impl Lock {
    /// Take that of `output`: the file `.NAME.lock` beside it.
    ///
    /// # Errors
    /// [`LockError::Taken`]; [`LockError::File`] where no file can be made there.
    pub fn of(output: &Path) -> Result<Self, LockError> {
        let absolute = std::path::absolute(output).map_err(FileError::on("resolve", output))?;
        let name = absolute.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let path = absolute.with_file_name(format!(".{name}.lock"));
        if let Some(parent) = path.parent() {
            std::fs::create_dir_all(parent).map_err(FileError::on("create", parent))?;
        }
        loop {
            let opened = File::options().create(true).truncate(false).write(true).open(&path);
            let file = opened.map_err(FileError::on("write", &path))?;
            match file.try_lock() {
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => {
                    return Err(LockError::Taken { output: output.to_owned(), lock: path });
                }
                Err(TryLockError::Error(cause)) => return Err(FileError::on("lock", &path)(cause).into()),
            }
            // Whoever had it may have removed the file since it was opened: then it is nobody's.
            if is_same(&file, &path) {
                return Ok(Self { file, path });
            }
        }
    }
}

fn is_same(file: &File, path: &Path) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        let number = |found: std::fs::Metadata| (found.dev(), found.ino());
        let there = std::fs::metadata(path).ok().map(number);
        there.is_some() && there == file.metadata().ok().map(number)
    }
    #[cfg(not(unix))]
    {
        let _ = file;
        path.exists()
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.path); // while it is still ours
        let _ = self.file.unlock();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_output_is_one_process_at_a_time() {
        let folder = tempfile::tempdir().expect("tempdir");
        let out = folder.path().join("new/out");
        let lock = Lock::of(&out).expect("free");
        let message = Lock::of(&out).expect_err("taken").to_string();
        assert!(message.contains("another process is writing") && message.contains("new/out"), "{message}");
        Lock::of(&folder.path().join("new/other")).expect("another output");
        drop(lock);
        assert_eq!(std::fs::read_dir(folder.path().join("new")).expect("folder").count(), 0);
        drop(Lock::of(&out).expect("free again"));
        // What a killed process leaves behind is nobody's.
        std::fs::write(folder.path().join("new/.out.lock"), "").expect("file");
        Lock::of(&out).expect("free");
    }
}

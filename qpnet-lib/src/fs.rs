//! Files that are either whole or absent: temporary name, `fsync`, rename.

mod hashing;
mod lock;
mod stage;

use std::io::{self, Write};
use std::path::{Path, PathBuf};

pub use hashing::Hashing;
pub use lock::{Lock, LockError};
pub use stage::{FolderError, Stage, check_free, check_replaceable};

/// A file that could not be read or written.
#[derive(Debug, thiserror::Error)]
#[error("cannot {action} {}: {cause}{}", path.display(), remedy(cause))]
pub struct FileError {
    /// What was attempted: `read`, `write`, `create` …
    pub action: &'static str,
    /// The file or folder concerned.
    pub path: PathBuf,
    /// What the operating system said. (Not called `source`: it is part of the message, and a
    /// chain of errors would print it twice.)
    pub cause: io::Error,
}

fn remedy(cause: &io::Error) -> &'static str {
    match cause.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            " (free some space and run again; nothing was half-written)"
        }
        io::ErrorKind::FileTooLarge => {
            " (the file system, or a limit of the shell's, `ulimit -f`, allows no longer files; nothing was half-written)"
        }
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
            " (choose a folder you may write to, or fix its permissions)"
        }
        io::ErrorKind::NotFound => " (check the path)",
        io::ErrorKind::NotADirectory => " (a part of the path is a file: choose another folder)",
        io::ErrorKind::IsADirectory => " (this is a folder: name a file)",
        _ => "",
    }
}

impl FileError {
    /// A function that wraps an [`io::Error`] about `path`, for `map_err`.
    pub fn on<'a>(action: &'static str, path: &'a Path) -> impl FnOnce(io::Error) -> Self + 'a {
        move |cause| Self { action, path: path.to_owned(), cause }
    }
}

/// Write `bytes` to `path` so that a reader sees the old file or the whole new one.
///
/// # Errors
/// [`FileError`] when the folder cannot be made or the file cannot be written, synced or
/// renamed; the temporary file is removed then.
pub fn write_atomic(path: &Path, bytes: &[u8]) -> Result<(), FileError> {
    create_atomic(path, |file| file.write_all(bytes).map_err(FileError::on("write", path)))
}

/// [`write_atomic`] of what `write` writes, piece by piece: a long table need not be in memory.
///
/// # Errors
/// As [`write_atomic`].
pub fn write_atomic_with(
    path: &Path,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<(), FileError> {
    create_atomic(path, |file| {
        let mut buffered = io::BufWriter::new(file);
        write(&mut buffered).and_then(|()| buffered.flush()).map_err(FileError::on("write", path))
    })
}

/// [`write_atomic`] of what `fill` writes: for a file that is larger than memory.
///
/// # Errors
/// As [`write_atomic`], and those of `fill`.
pub fn create_atomic<E: From<FileError>>(
    path: &Path,
    fill: impl FnOnce(&mut std::fs::File) -> Result<(), E>,
) -> Result<(), E> {
    let folder = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    std::fs::create_dir_all(folder).map_err(FileError::on("create", folder))?;
    let wrap = |cause| FileError { action: "write", path: path.to_owned(), cause };
    let mut file = tempfile::Builder::new().prefix(".tmp-").tempfile_in(folder).map_err(wrap)?;
    fill(file.as_file_mut())?;
    file.as_file().sync_all().map_err(wrap)?;
    make_readable(file.as_file()).map_err(wrap)?;
    file.persist(path).map_err(|error| wrap(error.error))?;
    Ok(())
}

/// Temporary files are private (0600); results are for everybody the folder admits.
fn make_readable(file: &std::fs::File) -> io::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        file.set_permissions(std::fs::Permissions::from_mode(0o644))?;
    }
    let _ = file;
    Ok(())
}

/// Read a whole file.
///
/// # Errors
/// [`FileError`] naming the file.
pub fn read(path: &Path) -> Result<Vec<u8>, FileError> {
    std::fs::read(path).map_err(FileError::on("read", path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn replaces_the_whole_file_and_leaves_nothing_else() {
        let folder = tempfile::tempdir().expect("tempdir");
        let path = folder.path().join("a/b.txt");
        write_atomic(&path, b"first, longer").expect("first");
        write_atomic(&path, b"second").expect("second");
        assert_eq!(read(&path).expect("read"), b"second");
        let names: Vec<_> = std::fs::read_dir(folder.path().join("a")).expect("dir").collect();
        assert_eq!(names.len(), 1);
    }

    #[test]
    fn a_failed_write_names_the_file_and_leaves_nothing() {
        let folder = tempfile::tempdir().expect("tempdir");
        let blocked = folder.path().join("file");
        std::fs::write(&blocked, b"x").expect("write");
        let error = write_atomic(&blocked.join("inside.csv"), b"y").expect_err("a file is no folder");
        assert!(error.to_string().contains("file"), "{error}");
        // /dev/full stands for a full disk: every write to it fails with ENOSPC.
        if Path::new("/dev/full").exists() {
            let full = std::fs::OpenOptions::new().write(true).open("/dev/full").expect("open");
            let cause = (&full).write_all(b"x").expect_err("full");
            let error = FileError { action: "write", path: "out/summary.json".into(), cause };
            assert!(error.to_string().contains("free some space"), "{error}");
        }
    }
}

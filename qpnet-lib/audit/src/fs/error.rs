//! A file that could not be read or written.

use std::io;
use std::path::{Path, PathBuf};

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

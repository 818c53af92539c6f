//! A file that is being downloaded, and what is known of where its bytes come from.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::error::FetchError;
use crate::data::check::sums::hash_file;
use crate::data::rule::content_hash::digits;
use crate::data::rule::listed::{ORIGIN, PART};
use crate::fs::{FileError, write_atomic};

/// Where the bytes of a part come from.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct Origin {
    /// The address that was asked.
    pub url: String,
    /// What told the server's file from any other of that name.
    pub validator: String,
    /// The length of the whole file.
    pub total: Option<u64>,
}

/// `<file>.part`, open and locked.
pub struct Part {
    path: PathBuf,
    beside: PathBuf,
    file: File,
    length: u64,
    origin: Option<Origin>,
}

impl Part {
    /// Open the part of `target`, or begin it; its folder must exist.
    ///
    /// # Errors
    /// [`FetchError::Busy`] while another process holds it; a file that cannot be written.
    pub fn open(target: &Path) -> Result<Self, FetchError> {
        let [path, beside] = [PART, ORIGIN].map(|ending| {
            let mut name = target.as_os_str().to_owned();
            name.push(ending);
            PathBuf::from(name)
        });
        if path.is_symlink() {
            let folder = path.parent().unwrap_or(&path).to_owned();
            return Err(FetchError::Outside { link: path, folder });
        }
        let options = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&path);
        let mut file = options.map_err(FileError::on("write", &path))?;
        // Where the file system knows no locks, there is nobody to wait for that could be seen.
        if let Err(TryLockError::WouldBlock) = file.try_lock() {
            return Err(FetchError::Busy { part: path });
        }
        let length = file.seek(SeekFrom::End(0)).map_err(FileError::on("read", &path))?;
        let origin = fs::read(&beside).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok());
        Ok(Self { path, beside, file, length, origin })
    }

    /// How many bytes are there.
    pub fn length(&self) -> u64 {
        self.length
    }

    /// Where the bytes come from, if there are any and that was `url`.
    pub fn origin(&self, url: &str) -> Option<&Origin> {
        self.origin.as_ref().filter(|origin| self.length > 0 && origin.url == url)
    }

    /// Begin anew, with bytes from `origin`; without one they cannot be continued later.
    ///
    /// # Errors
    /// [`FileError`].
    pub fn restart(&mut self, origin: Option<Origin>) -> Result<(), FileError> {
        // In this order: a note about other bytes than those in the part must never exist.
        remove(&self.beside)?;
        self.file.set_len(0).map_err(FileError::on("write", &self.path))?;
        self.file.rewind().map_err(FileError::on("write", &self.path))?;
        self.length = 0;
        if let Some(origin) = &origin {
            let note = serde_json::to_vec(origin).unwrap_or_default();
            write_atomic(&self.beside, &note)?;
        }
        self.origin = origin;
        Ok(())
    }

    /// Add bytes at the end.
    ///
    /// # Errors
    /// [`FileError`].
    pub fn append(&mut self, bytes: &[u8]) -> Result<(), FileError> {
        self.file.write_all(bytes).map_err(FileError::on("write", &self.path))?;
        self.length += bytes.len() as u64;
        Ok(())
    }

    /// SHA-256 of all bytes, as they lie on the disk, in hexadecimal.
    ///
    /// # Errors
    /// [`FileError`].
    pub fn hash(&self) -> Result<String, FileError> {
        Ok(digits(&hash_file(&self.path)?))
    }

    /// Remove the part and the note.
    ///
    /// # Errors
    /// [`FileError`].
    pub fn discard(self) -> Result<(), FileError> {
        remove(&self.beside)?;
        remove(&self.path)
    }

    /// Remove the part and the note if there is not a byte that could be continued.
    ///
    /// # Errors
    /// [`FileError`].
    pub fn leave(self) -> Result<(), FileError> {
        if self.length == 0 { self.discard() } else { Ok(()) }
    }

    /// Give the file its name, once its bytes are on the disk.
    ///
    /// # Errors
    /// [`FileError`].
    pub fn finish(self, target: &Path) -> Result<(), FileError> {
        self.file.sync_all().map_err(FileError::on("write", &self.path))?;
        fs::rename(&self.path, target).map_err(FileError::on("write", target))?;
        // The new name, too, has to outlast a power cut; not every file system can open a folder.
        if let Some(Ok(folder)) = target.parent().map(File::open) {
            folder.sync_all().ok();
        }
        remove(&self.beside)
    }
}

/// Remove a file, if it is there.
fn remove(path: &Path) -> Result<(), FileError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(FileError::on("remove", path)(error))
        }
        _ => Ok(()),
    }
}

//! A pack that is open for reading.

use std::fs::File;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use memmap2::Mmap;
use sha2::{Digest, Sha256};
use tch::Tensor;

use super::layout::{Index, NoPreamble, PAGE, Preamble};
use crate::data::store::error::StoreError;
use crate::fs::FileError;

/// A mapped pack whose preamble and index have been checked; its pixels have not.
#[derive(Debug)]
pub(super) struct PackFile {
    pub path: PathBuf,
    pub index: Index,
    map: Arc<Mmap>,
}

/// What is at a path.
#[derive(Debug)]
pub(super) enum Opened {
    Nothing,
    /// A pack in the layout of that version of this program.
    OtherVersion(u32),
    Pack(Box<PackFile>),
}

impl PackFile {
    /// Map the pack at `path`.
    ///
    /// # Errors
    /// [`StoreError::DamagedPack`] for a file that is no pack or not whole; a file that cannot be read.
    pub(super) fn open(path: &Path) -> Result<Opened, StoreError> {
        let file = match File::open(path) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Opened::Nothing),
            file => file.map_err(FileError::on("read", path))?,
        };
        let map = map(&file).map_err(FileError::on("map", path))?;
        let damaged = |fault: String| StoreError::DamagedPack { file: path.to_owned(), fault };
        let preamble = match Preamble::read(&map) {
            Ok(preamble) => preamble,
            Err(NoPreamble::Other(version)) => return Ok(Opened::OtherVersion(version)),
            Err(NoPreamble::Damaged(fault)) => return Err(damaged(fault)),
        };
        let index = &map[preamble.index_at as usize..];
        if Preamble::of(index, preamble.index_at) != preamble {
            return Err(damaged("its index is not the one that was written (SHA-256)".into()));
        }
        let index: Index =
            serde_json::from_slice(index).map_err(|error| damaged(format!("its index: {error}")))?;
        let (got, images) = (preamble.index_at - PAGE as u64, index.images.len());
        let expected = images as u64 * index.made_of.stride() as u64;
        if got != expected {
            let fault = format!("has {got} bytes of pixels; expected {expected} of {images} images");
            return Err(damaged(fault));
        }
        Ok(Opened::Pack(Box::new(Self { path: path.to_owned(), index, map: Arc::new(map) })))
    }

    /// The whole file.
    pub(super) fn bytes(&self) -> u64 {
        self.map.len() as u64
    }

    /// Are the pixels those that were written? `progress(done, total)` counts images.
    pub(super) fn pixels_are_whole(&self, progress: &dyn Fn(usize, usize)) -> bool {
        const BLOCK: usize = 256;
        let (stride, images) = (self.index.made_of.stride(), self.index.images.len());
        let mut hash = Sha256::new();
        for (block, pixels) in self.map[PAGE..][..images * stride].chunks(BLOCK * stride).enumerate() {
            hash.update(pixels);
            progress((block * BLOCK + BLOCK).min(images), images);
        }
        hash.finalize()[..] == self.index.pixels
    }

    /// The images at these rows, in this order.
    pub(super) fn images(&self, rows: Vec<usize>) -> PackedImages {
        let made_of = &self.index.made_of;
        let (channels, side) = (made_of.channels as i64, made_of.side as i64);
        PackedImages { map: Arc::clone(&self.map), shape: [channels, side, side], rows: rows.into() }
    }
}

/// A file in memory, read when it is touched.
#[allow(unsafe_code)]
fn map(file: &File) -> std::io::Result<Mmap> {
    // SAFETY: what is mapped must not change. This program never writes to a pack: another one is
    // written beside it and renamed, after which the map still shows the old file. Somebody else who
    // overwrites a pack in place makes pixels wrong, and who cuts it off ends the process (SIGBUS):
    // a byte is read only as a `u8`, which may have any value, so that nothing else can go wrong.
    unsafe { Mmap::map(file) }
}

/// Images of a pack, gathered when they are asked for. A copy shares the map.
#[derive(Clone, Debug)]
pub(in crate::data) struct PackedImages {
    map: Arc<Mmap>,
    shape: [i64; 3], // c, h, w
    rows: Arc<[usize]>,
}

impl PackedImages {
    /// Number of images.
    pub(in crate::data) fn len(&self) -> usize {
        self.rows.len()
    }

    /// `[c, h, w]`.
    pub(in crate::data) fn shape(&self) -> [i64; 3] {
        self.shape
    }

    /// The images of `indices` in that order.
    ///
    /// # Shapes
    /// `(b, c, h, w)` in `u8`, on the processor.
    ///
    /// # Panics
    /// When an index is out of range.
    pub(in crate::data) fn gather(&self, indices: &[usize]) -> Tensor {
        let [channels, height, width] = self.shape;
        let stride = (channels * height * width) as usize;
        let mut bytes = Vec::with_capacity(indices.len() * stride);
        for &index in indices {
            bytes.extend_from_slice(&self.map[PAGE + self.rows[index] * stride..][..stride]);
        }
        Tensor::from_slice(&bytes).view([indices.len() as i64, channels, height, width])
    }
}

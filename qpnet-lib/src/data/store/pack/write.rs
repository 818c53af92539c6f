//! Decode all images once and keep them.

use std::fs::File;
use std::io::{Seek, Write};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use serde::Serialize;
use sha2::{Digest, Sha256};

use super::inputs::{Inputs, name};
use super::layout::{Entry, Index, MaskEntry, PAGE, Preamble};
use super::lookup::fitting;
use crate::data::cohort::image_file::ImageFile;
use crate::data::manifest::checked::Manifest;
use crate::data::picture::decode::decode;
use crate::data::store::blocks::in_blocks;
use crate::data::store::error::StoreError;
use crate::data::store::facts::FileFacts;
use crate::fs::{FileError, create_atomic};

/// A pack that is there now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Packed {
    /// Where it is.
    pub file: PathBuf,
    /// Its length.
    pub bytes: u64,
    /// Image files in it.
    pub images: usize,
    /// 1 or 3.
    pub channels: usize,
    /// Side of the square images in pixels.
    pub side: usize,
    /// Was it made now? Else a valid one was there.
    pub made: bool,
    /// Why what was there was not used.
    pub replaced: Option<String>,
}

/// Keep the decoded images of a data set at `side` pixels in a file below `cache`, unless a valid
/// one is there. `progress(done, total)` counts images.
///
/// Several processes may do so at once: each writes a file of its own, which is renamed when it is
/// whole; the last one stays, and all have the same bytes.
///
/// # Errors
/// Those of the tables; [`StoreError::Unpackable`] with every image that is missing or cannot be
/// decoded; a folder that cannot be written to.
pub fn pack(
    manifest: &Manifest,
    side: i64,
    data_root: Option<&Path>,
    cache: &Path,
    progress: &dyn Fn(usize, usize),
) -> Result<Packed, StoreError> {
    let inputs = Inputs::find(manifest, side, data_root)?;
    let path = cache.join(inputs.made_of.file_name());
    let result = |bytes, images, made, replaced| {
        let (file, channels, side) = (path.clone(), inputs.made_of.channels, inputs.made_of.side);
        Packed { file, bytes, images, channels, side, made, replaced }
    };
    let there = path.exists(); // "there is none" is no reason to tell
    let reason = match fitting(cache, &inputs.made_of, &inputs.folder, &inputs.files) {
        // Rows that are gone from the table would do no harm; whose files are gone are told below.
        Ok(Ok((found, _))) if inputs.missing.is_empty() => {
            return Ok(result(found.bytes(), found.index.images.len(), false, None));
        }
        Ok(Ok(_)) => String::new(),
        Ok(Err(reason)) => reason,
        Err(damaged @ StoreError::DamagedPack { .. }) => damaged.to_string(),
        Err(error) => return Err(error),
    };
    let mut bytes = 0;
    create_atomic(&path, |file| {
        bytes = write(file, &path, &inputs, progress)?;
        Ok::<_, StoreError>(())
    })?;
    Ok(result(bytes, inputs.files.len(), true, there.then_some(reason)))
}

/// Preamble, pixels, index; how many bytes that are.
fn write(
    file: &mut File,
    path: &Path,
    inputs: &Inputs,
    progress: &dyn Fn(usize, usize),
) -> Result<u64, StoreError> {
    let wrap = |cause| FileError { action: "write", path: path.to_owned(), cause };
    let side = inputs.made_of.side as u32;
    // Before it is read: who changes a file in between makes the pack invalid, not wrong.
    let known = |path: &Path| -> Result<(String, FileFacts), String> {
        let facts = FileFacts::of(path).map_err(|error| error.to_string())?;
        Ok((name(&inputs.folder, path).ok_or("its name is no Unicode")?.to_owned(), facts))
    };
    let read = |file: &ImageFile| -> Result<(Entry, Vec<u8>), String> {
        let (path, facts) = known(&file.path)?;
        let masks: Result<Vec<_>, String> = file.masks.iter().map(|path| known(path)).collect();
        let masks = masks?;
        let image = decode(file, &inputs.source.rule, inputs.source.masks.as_ref(), side)?;
        let masks = masks.into_iter().zip(image.masks);
        let masks = masks.map(|((path, facts), hash)| MaskEntry { path, facts, hash }).collect();
        Ok((Entry { path, facts, hash: image.hash, masks }, image.pixels))
    };
    let (mut images, mut problems) = (Vec::new(), inputs.missing.clone());
    let (mut hash, mut done) = (Sha256::new(), 0);
    file.write_all(&[0; PAGE]).map_err(wrap)?; // no pack yet: the preamble comes last
    in_blocks(&inputs.files, progress, read, |block| {
        for result in block {
            match result {
                Ok((entry, pixels)) if problems.is_empty() => {
                    hash.update(&pixels);
                    file.write_all(&pixels).map_err(wrap)?;
                    images.push(entry);
                }
                Ok(_) => {}
                Err(reason) => {
                    let (row, path) = (inputs.rows[done], inputs.files[done].path.display());
                    problems.push(format!("row {row}: {path}: {reason}"));
                }
            }
            done += 1;
        }
        Ok::<_, StoreError>(ControlFlow::Continue(()))
    })?;
    if !problems.is_empty() {
        let images = inputs.files.len() + inputs.missing.len();
        return Err(StoreError::Unpackable { table: inputs.table.clone(), images, problems });
    }
    let pixels = PAGE + images.len() * inputs.made_of.stride();
    let index = Index { made_of: inputs.made_of.clone(), pixels: hash.finalize().into(), images };
    let index = serde_json::to_vec(&index).map_err(|error| wrap(error.into()))?;
    file.write_all(&index).map_err(wrap)?;
    file.rewind().map_err(wrap)?;
    file.write_all(&Preamble::of(&index, pixels as u64).to_page()).map_err(wrap)?;
    Ok((pixels + index.len()) as u64)
}

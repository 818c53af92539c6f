//! Is a pack, byte for byte, what its files decode to?

use std::path::{Path, PathBuf};

use serde::Serialize;

use super::inputs::Inputs;
use super::lookup::fitting;
use crate::data::manifest::checked::Manifest;
use crate::data::picture::open::content_hash;
use crate::data::store::blocks::map_files;
use crate::data::store::error::StoreError;

/// What was looked at, and everything that is wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PackCheck {
    /// Where the pack is, or would be.
    pub file: PathBuf,
    /// Its length.
    pub bytes: u64,
    /// Image files whose contents were compared with those that were packed.
    pub images: usize,
    /// What is wrong.
    pub problems: Vec<String>,
}

/// Read all of a pack and of its image files and compare their hashes with those that were taken
/// when it was made. `progress(done, total)` counts image files.
///
/// # Errors
/// Those of the tables, and [`StoreError::DamagedPack`]. A pack that is not there or out of date, or
/// that holds other pixels, is no error but stands in the result.
pub fn check_pack(
    manifest: &Manifest,
    side: i64,
    data_root: Option<&Path>,
    cache: &Path,
    progress: &dyn Fn(usize, usize),
) -> Result<PackCheck, StoreError> {
    let inputs = Inputs::find(manifest, side, data_root)?;
    let file = cache.join(inputs.made_of.file_name());
    let mut problems = inputs.missing.clone();
    let (pack, places) = match fitting(cache, &inputs.made_of, &inputs.folder, &inputs.files)? {
        Ok(found) => found,
        Err(reason) => {
            problems.push(reason);
            return Ok(PackCheck { file, bytes: 0, images: 0, problems });
        }
    };
    if !pack.pixels_are_whole(&|_, _| {}) {
        problems.push("its pixels are not those that were written (SHA-256)".into());
    }
    let hash = |path: &PathBuf| content_hash(path, &inputs.source.rule);
    let hashes = map_files(&inputs.files, progress, |file| {
        (hash(&file.path), file.masks.iter().map(hash).collect::<Vec<_>>())
    });
    for ((file, place), (image, masks)) in inputs.files.iter().zip(places).zip(hashes) {
        let entry = &pack.index.images[place];
        let masks = file.masks.iter().zip(masks).zip(&entry.masks);
        let masks = masks.map(|((path, hash), entry)| (path, hash, entry.hash));
        for (path, hash, packed) in std::iter::once((&file.path, image, entry.hash)).chain(masks) {
            match hash {
                Ok(hash) if hash == packed => {}
                Ok(_) => problems.push(format!("{} is not the file that was packed", path.display())),
                Err(reason) => problems.push(format!("{}: {reason}", path.display())),
            }
        }
    }
    Ok(PackCheck { file, bytes: pack.bytes(), images: inputs.files.len(), problems })
}

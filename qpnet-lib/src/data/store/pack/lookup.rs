//! Is there a pack that can stand for decoding?

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use super::file::{Opened, PackFile, PackedImages};
use super::inputs::{made_of, name};
use super::layout::{Entry, MadeOf, MaskEntry};
use super::pack_use::PackUse;
use crate::data::cohort::image_file::ImageFile;
use crate::data::cohort::read::Tables;
use crate::data::picture::mask::joint_hash;
use crate::data::rule::content_hash::ContentHash;
use crate::data::store::error::StoreError;
use crate::data::store::facts::FileFacts;

/// What was found for a list of files.
pub(in crate::data) enum Lookup {
    /// Every file is in it as it is now.
    Fits(Found),
    /// Nothing that may be used, and why; or nobody asked.
    Unfit(PackUse),
}

/// What a pack says of a list of files, in its order.
pub(in crate::data) struct Found {
    pub file: PathBuf,
    pub images: PackedImages,
    pub hashes: Vec<ContentHash>,
    /// Zeros where there is no mask.
    pub masks: Vec<ContentHash>,
}

/// Look in the folder of packs, if there is one, for the images of `files`, which belong to `tables`, at `side`.
///
/// # Errors
/// [`StoreError::DamagedPack`]; a pack that cannot be read.
pub(in crate::data) fn look_up(
    cache: Option<&Path>,
    tables: &Tables<'_>,
    side: i64,
    files: &[ImageFile],
) -> Result<Lookup, StoreError> {
    let Some(cache) = cache else { return Ok(Lookup::Unfit(PackUse::Unasked)) };
    let found = fitting(cache, &made_of(tables, side), &tables.folder, files)?;
    Ok(match found {
        Ok((pack, places)) => {
            let entries = || places.iter().map(|&at| &pack.index.images[at]);
            let hashes = entries().map(|entry| entry.hash).collect();
            let mask = |entry: &Entry| {
                let hashes: Vec<ContentHash> = entry.masks.iter().map(|mask| mask.hash).collect();
                joint_hash(&hashes)
            };
            let masks = entries().map(mask).collect();
            Lookup::Fits(Found { images: pack.images(places), hashes, masks, file: pack.path })
        }
        Err(reason) => Lookup::Unfit(PackUse::Unfit(format!(
            "{reason}; `qpnet data pack {} --size {}` makes one that fits",
            tables.manifest.name, side
        ))),
    })
}

/// A pack, and where in it each file of a list is.
pub(super) type Places = (Box<PackFile>, Vec<usize>);

/// The pack in `cache` that is `wanted`, if every one of `files` is in it as it is now; else why not.
///
/// # Errors
/// As [`look_up`].
pub(super) fn fitting(
    cache: &Path,
    wanted: &MadeOf,
    folder: &Path,
    files: &[ImageFile],
) -> Result<Result<Places, String>, StoreError> {
    let path = cache.join(wanted.file_name());
    let pack = match PackFile::open(&path)? {
        Opened::Pack(pack) => pack,
        Opened::Nothing => return Ok(Err(format!("there is no {}", path.display()))),
        Opened::OtherVersion(version) => {
            return Ok(Err(format!("{}: it has layout {version}", path.display())));
        }
    };
    let places = match pack.index.made_of.change(wanted) {
        Some(change) => Err(change.to_owned()),
        None => places(&pack.index.images, folder, files),
    };
    Ok(match places {
        Ok(places) => Ok((pack, places)),
        Err(change) => Err(format!("{}: {change}", path.display())),
    })
}

fn places(entries: &[Entry], folder: &Path, files: &[ImageFile]) -> Result<Vec<usize>, String> {
    let by_name: HashMap<&str, usize> =
        entries.iter().enumerate().map(|(at, entry)| (entry.path.as_str(), at)).collect();
    let place = |file: &ImageFile| {
        let path = &file.path;
        let at = name(folder, path).and_then(|name| by_name.get(name).copied());
        let at = at.ok_or_else(|| format!("{} is not in it", path.display()))?;
        unchanged(path, &entries[at].facts)?;
        let (masks, known) = (&file.masks, &entries[at].masks);
        let same = |(mask, entry): (&PathBuf, &MaskEntry)| name(folder, mask) == Some(&entry.path);
        if masks.len() != known.len() || !masks.iter().zip(known).all(same) {
            return Err(format!("{} has another mask since it was made", path.display()));
        }
        for (mask, entry) in masks.iter().zip(known) {
            unchanged(mask, &entry.facts)?;
        }
        Ok(at)
    };
    files.iter().map(place).collect()
}

fn unchanged(path: &Path, known: &FileFacts) -> Result<(), String> {
    match FileFacts::of(path) {
        Ok(facts) if facts == *known => Ok(()),
        Ok(_) => Err(format!("{} has changed since it was made", path.display())),
        Err(error) => Err(error.to_string()),
    }
}

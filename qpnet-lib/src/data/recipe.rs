//! What a population is made from, hashed without opening an image: the key of kept runs.

use std::fs;
use std::path::Path;
use std::time::UNIX_EPOCH;

use super::error::DataError;
use super::files;
use super::load::checked_scheme;
use super::manifest::{Manifest, Source};
use super::options::{LoadOptions, OnUnreadable};
use super::population::Fingerprint;
use super::scheme::Grouping;
use crate::fs::FileError;
use crate::rng::Streams;

/// SHA-256 in hexadecimal over everything that determines what [`super::load`] returns: the
/// manifest, the scheme, the image size, the root seed, then for a synthetic population its
/// sizes and parameters, for files the table's bytes and the name, length and time of change of
/// every image and mask that would be used.
///
/// Equal recipes load equal populations as long as nobody rewrites a file and sets its time
/// back; [`super::Population::hash`] is over the bytes themselves.
///
/// # Errors
/// Those of [`super::load`] up to the first image: a bad option, table or scheme, a missing file.
pub fn recipe_hash(
    manifest: &Manifest,
    options: &LoadOptions,
    streams: &Streams,
) -> Result<String, DataError> {
    let scheme = checked_scheme(manifest, options)?;
    let mut hash = Fingerprint::new();
    for text in ["qpnet recipe 1", &manifest.hashed_text(), &scheme.name] {
        hash.add(text.as_bytes());
    }
    hash.add(&options.image_size.to_le_bytes());
    hash.add(&streams.number("recipe").to_le_bytes());
    match (&manifest.source, &scheme.grouping) {
        (Source::Files(source), Grouping::Rows(groups)) => {
            let selection = files::select(manifest, source, scheme, groups, options)?;
            hash.add(selection.rows.cohort.bytes());
            hash.add(&[u8::from(options.on_unreadable == OnUnreadable::Skip)]);
            for path in &selection.paths {
                add_file(&mut hash, &selection.rows.folder, path)?;
            }
            if source.masks.is_some() {
                for mask in &selection.masks {
                    match mask {
                        Some(path) => add_file(&mut hash, &selection.rows.folder, path)?,
                        None => hash.add(b"no mask"),
                    }
                }
            }
        }
        (_, grouping) => {
            hash.add(format!("{:?} {}", options.synthetic, grouping.recipe()).as_bytes());
        }
    }
    Ok(hash.finish())
}

/// Moving the whole data set to another place changes nothing.
fn add_file(hash: &mut Fingerprint, folder: &Path, path: &Path) -> Result<(), DataError> {
    let facts = fs::metadata(path).map_err(FileError::on("read", path))?;
    let changed = facts.modified().map_err(FileError::on("read", path))?;
    // A time before 1970 counts as 1970: it still differs from every other.
    let since = changed.duration_since(UNIX_EPOCH).unwrap_or_default();
    hash.add(path.strip_prefix(folder).unwrap_or(path).as_os_str().as_encoded_bytes());
    hash.add(&facts.len().to_le_bytes());
    hash.add(&since.as_nanos().to_le_bytes());
    Ok(())
}

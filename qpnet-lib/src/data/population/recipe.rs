//! What a population is made from, hashed without opening an image: the key of kept runs.

use std::path::Path;

use crate::data::cohort::files;
use crate::data::error::DataError;
use crate::data::manifest::checked::{Manifest, Source};
use crate::data::population::load::checked_scheme;
use crate::data::population::loaded::Fingerprint;
use crate::data::population::options::{LoadOptions, OnUnreadable};
use crate::data::rule::scheme::Grouping;
use crate::data::store::facts::FileFacts;
use crate::rng::Streams;

/// SHA-256 in hexadecimal over everything that determines what [`crate::data::load`] returns: the
/// manifest, the scheme, the image size, the root seed, then for a synthetic population its
/// sizes and parameters, for files the table's bytes and the name, length and time of change of
/// every image and mask that would be used.
///
/// Equal recipes load equal populations as long as nobody rewrites a file and sets its time
/// back; [`crate::data::Population::hash`] is over the bytes themselves.
///
/// # Errors
/// Those of [`crate::data::load`] up to the first image: a bad option, table or scheme, a missing file.
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
            hash.add(source.rule.words().as_bytes());
            hash.add(&[u8::from(options.on_unreadable == OnUnreadable::Skip)]);
            for file in &selection.files {
                add_file(&mut hash, &selection.rows.folder, &file.path)?;
            }
            if source.masks.is_some() {
                for file in &selection.files {
                    if file.masks.is_empty() {
                        hash.add(b"no mask");
                    }
                    for path in &file.masks {
                        add_file(&mut hash, &selection.rows.folder, path)?;
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
    let facts = FileFacts::of(path)?;
    hash.add(path.strip_prefix(folder).unwrap_or(path).as_os_str().as_encoded_bytes());
    hash.add(&facts.bytes.to_le_bytes());
    hash.add(&facts.changed.to_le_bytes());
    Ok(())
}

//! What a population is made from, hashed without opening an image: the key of kept runs.

use std::path::Path;

use super::error::DataError;
use super::options::LoadOptions;
use super::way::{Asked, Way};
use crate::data::cohort::on_unreadable::OnUnreadable;
use crate::data::cohort::select::{Rows, Selection};
use crate::data::manifest::checked::Manifest;
use crate::data::store::facts::FileFacts;
use crate::data::store::fingerprint::Fingerprint;
use crate::data::synthetic;
use crate::rng::Streams;

/// SHA-256 in hexadecimal over everything that determines what [`crate::data::load`] returns: the
/// manifest, the scheme, the image size, the root seed, the fold if there is one, then for a synthetic population its
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
    let asked = Asked::new(manifest, options, streams)?;
    let mut hash = Fingerprint::new();
    for text in ["qpnet recipe 1", &manifest.hashed_text(), &asked.scheme.name] {
        hash.add(text.as_bytes());
    }
    hash.add(&options.image_size.to_le_bytes());
    hash.add(&streams.number("recipe").to_le_bytes());
    if let Some(fold) = options.fold {
        hash.add(format!("fold {fold}").as_bytes());
    }
    match asked.way()? {
        Way::Files(files) => {
            let Selection { rows: Rows { tables, .. }, files, .. } = files.select()?;
            hash.add(tables.cohort.bytes());
            hash.add(tables.source.rule.words().as_bytes());
            hash.add(&[u8::from(options.on_unreadable == OnUnreadable::Skip)]);
            for file in &files {
                add_file(&mut hash, &tables.folder, &file.path)?;
            }
            if tables.source.masks.is_some() {
                for file in &files {
                    if file.masks.is_empty() {
                        hash.add(b"no mask");
                    }
                    for path in &file.masks {
                        add_file(&mut hash, &tables.folder, path)?;
                    }
                }
            }
        }
        Way::Drawn(generator) => {
            hash.add(format!("{:?} {}", options.synthetic, synthetic::recipe(generator)).as_bytes());
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

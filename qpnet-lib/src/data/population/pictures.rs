//! The pixels of a selection: from a pack that fits, or else decoded now.

use super::error::DataError;
use super::options::LoadOptions;
use super::way::unreadable;
use crate::data::cohort::on_unreadable::OnUnreadable;
use crate::data::cohort::select::Selection;
use crate::data::rule::content_hash::ContentHash;
use crate::data::store::image_set::{DecodedSet, ImageSet, decode_all};
use crate::data::store::pack::{Found, Lookup, PackUse, look_up};

/// The images of the files that could be decoded.
pub(super) struct Pictures {
    pub images: ImageSet,
    /// One hash for each of them.
    pub hashes: Vec<ContentHash>,
    /// The hash of the masks of each of them; zeros where there is none.
    pub masks: Vec<ContentHash>,
    /// Places in the list of files that could not be decoded, with the reason.
    pub failures: Vec<(usize, String)>,
    pub pack: PackUse,
}

impl Pictures {
    /// The images of `selection`. `progress(done, total)` counts them.
    ///
    /// # Errors
    /// A pack that is damaged, pixels that do not fit into memory; a file that cannot be decoded, where such rows are
    /// not to be skipped.
    pub(super) fn of(
        selection: &Selection<'_>,
        options: &LoadOptions,
        progress: &dyn Fn(usize, usize),
    ) -> Result<Self, DataError> {
        let (tables, files) = (&selection.rows.tables, &selection.files);
        let rule = &tables.source.rule;
        match look_up(options.cache.as_deref(), tables, options.image_size, files)? {
            Lookup::Fits(Found { images, hashes, masks, file }) => {
                progress(files.len(), files.len());
                let images = ImageSet::packed(images, &rule.mean, &rule.std);
                let (failures, pack) = (Vec::new(), PackUse::Used(file));
                Ok(Self { images, hashes, masks, failures, pack })
            }
            Lookup::Unfit(pack) => {
                let (size, strict) = (options.image_size as u32, options.on_unreadable == OnUnreadable::Fail);
                let decoded = decode_all(files, tables.source, size, strict, progress)?;
                let DecodedSet { images, hashes, masks, failures } = decoded;
                match failures.first() {
                    Some((at, reason)) if strict => Err(unreadable(selection, *at, reason.clone())),
                    _ => Ok(Self { images, hashes, masks, failures, pack }),
                }
            }
        }
    }
}

//! What a pack is made of: every labelled row of a data set, whatever the scheme.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use super::layout::MadeOf;
use crate::data::cohort::image_file::ImageFile;
use crate::data::cohort::locate::Locator;
use crate::data::cohort::mask_files;
use crate::data::cohort::on_unreadable::OnUnreadable;
use crate::data::cohort::read::{Tables, Wanted};
use crate::data::cohort::select::refuse_outside;
use crate::data::manifest::checked::Manifest;
use crate::data::rule::file_source::FileSource;
use crate::data::store::error::StoreError;
use crate::data::store::fingerprint::Fingerprint;
use crate::data::store::size::check_size;

/// The image files of a data set, each of them once.
pub(super) struct Inputs<'a> {
    pub source: &'a FileSource,
    /// The data set's folder, without links.
    pub folder: PathBuf,
    pub made_of: MadeOf,
    /// The table, for messages.
    pub table: String,
    /// In the order of the table.
    pub files: Vec<ImageFile>,
    /// The row of the table that names each of them first; the header is row 1.
    pub rows: Vec<usize>,
    /// A line for each row whose image or mask is missing.
    pub missing: Vec<String>,
}

impl<'a> Inputs<'a> {
    /// Read the tables and find the files; no image is opened.
    ///
    /// # Errors
    /// A data set that is drawn, a size out of range, tables that cannot be read, a name that
    /// leads out of the folder.
    pub(super) fn find(
        manifest: &'a Manifest,
        side: i64,
        data_root: Option<&Path>,
    ) -> Result<Self, StoreError> {
        check_size(side)?;
        let tables = Tables::read(manifest, data_root, Wanted { bytes: true, ..Wanted::default() })?;
        let Tables { source, ref folder, ref cohort, .. } = tables;
        let names = cohort.own("image");
        let located = Locator::new(folder, &source.images)?.find_all(names.iter().copied().enumerate());
        refuse_outside(cohort, &names, &located, |at| at)?;
        let missing = located.missing.iter();
        let missing = missing.map(|&at| format!("row {}: no image {:?}", cohort.rows[at], names[at]));
        let mut missing: Vec<String> = missing.collect();
        let present = located.present;
        let masks = match &source.masks {
            Some(rule) => {
                mask_files::locate(cohort, &present, folder, rule, OnUnreadable::Skip, &mut missing)?
            }
            None => vec![(true, Vec::new()); present.len()],
        };
        let mut seen = HashSet::new();
        let (mut found, mut rows) = (Vec::new(), Vec::new());
        for ((at, path), (kept, masks)) in present.into_iter().zip(located.paths).zip(masks) {
            if kept && seen.insert(path.clone()) {
                found.push(ImageFile { path, masks });
                rows.push(cohort.rows[at]);
            }
        }
        let made_of = made_of(&tables, side);
        let Tables { folder, cohort, .. } = tables;
        Ok(Self { source, folder, made_of, table: cohort.file, files: found, rows, missing })
    }
}

/// What decides about the pixels of the images of `tables` at `side`, besides the image files.
pub(super) fn made_of(tables: &Tables<'_>, side: i64) -> MadeOf {
    let Tables { manifest, source, cohort, .. } = tables;
    let hash = |bytes: &[u8]| {
        let mut hash = Fingerprint::new();
        hash.add(bytes);
        hash.finish()
    };
    MadeOf {
        data: manifest.name.clone(),
        manifest: hash(manifest.hashed_text().as_bytes()),
        table: hash(cohort.bytes()),
        rule: format!("{:?} {:?}", source.rule, source.masks), // every key there is, now and later
        channels: source.rule.channels,
        side: side as usize,
        decoder: env!("QPNET_DECODER").to_owned(),
    }
}

/// As a pack calls the file at `path`; `None` for a name that is no Unicode.
pub(super) fn name<'a>(folder: &Path, path: &'a Path) -> Option<&'a str> {
    path.strip_prefix(folder).unwrap_or(path).to_str()
}

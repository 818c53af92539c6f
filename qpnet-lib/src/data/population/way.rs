//! The one way of a data set of files: tables, rows, subgroups, files, parts. What opening the files gives is its last
//! step: all pixels, a hash of each file, or nothing.

use std::collections::HashSet;

use super::error::DataError;
use super::options::LoadOptions;
use crate::data::cohort::exclusion::{Exclusion, exclude};
use crate::data::cohort::read::{Tables, Wanted};
use crate::data::cohort::remarks;
use crate::data::cohort::sample::{Sample, samples};
use crate::data::cohort::select::{Rows, Selection};
use crate::data::manifest::checked::{Manifest, Source};
use crate::data::manifest::error::ManifestError;
use crate::data::rule::content_hash::ContentHash;
use crate::data::rule::file_source::FileSource;
use crate::data::rule::generator::Generator;
use crate::data::rule::part::Part;
use crate::data::rule::scheme::{Grouping, Scheme, Subgroup};
use crate::data::split::arrange::Arrangement;
use crate::data::split::division;
use crate::data::store::size::check_size;
use crate::rng::Streams;

/// A data set under one scheme, as it was asked for.
#[derive(Clone, Copy)]
pub(super) struct Asked<'a> {
    pub manifest: &'a Manifest,
    pub scheme: &'a Scheme,
    pub options: &'a LoadOptions,
    pub streams: &'a Streams,
}

/// Where its samples come from.
pub(super) enum Way<'a> {
    Drawn(&'a Generator),
    Files(Files<'a>),
}

/// The way of files.
#[derive(Clone, Copy)]
pub(super) struct Files<'a> {
    pub asked: Asked<'a>,
    pub source: &'a FileSource,
    groups: &'a [Subgroup],
}

/// What opening the files of a selection gave.
#[derive(Default)]
pub(super) struct Opened {
    /// A hash of each file that could be read; empty where none was opened.
    pub contents: Vec<ContentHash>,
    /// Places in the list of files that could not be read, with the reason.
    pub failures: Vec<(usize, String)>,
    /// What the files that are left out are: `missing`.
    pub lost: &'static str,
}

/// The samples and their parts.
pub(super) struct Divided {
    pub samples: Vec<Sample>,
    pub parts: Vec<Option<Part>>,
    pub contents: Vec<ContentHash>,
    pub exclusions: Vec<Exclusion>,
    pub notes: Vec<String>,
    /// Of the tables, where they were asked for.
    pub tables: Vec<u8>,
}

impl<'a> Asked<'a> {
    /// The scheme asked for, once the options are known to be in range.
    ///
    /// # Errors
    /// An unknown scheme, an image size out of range.
    pub(super) fn new(
        manifest: &'a Manifest,
        options: &'a LoadOptions,
        streams: &'a Streams,
    ) -> Result<Self, DataError> {
        let scheme = manifest.scheme(&options.scheme)?;
        check_size(options.image_size)?;
        Ok(Self { manifest, scheme, options, streams })
    }

    /// What is asked of the parts.
    pub(super) fn arrangement(self) -> Arrangement {
        Arrangement { fold: self.options.fold, placebo: self.scheme.placebo }
    }

    /// Where the samples come from.
    ///
    /// # Errors
    /// None of a manifest that was parsed: every source has its own kind of scheme.
    pub(super) fn way(self) -> Result<Way<'a>, DataError> {
        match (&self.manifest.source, &self.scheme.grouping) {
            (Source::Synthetic, Grouping::Generated(generator)) => Ok(Way::Drawn(generator)),
            (Source::Files(source), Grouping::Rows(groups)) => {
                Ok(Way::Files(Files { asked: self, source, groups }))
            }
            _ => Err(ManifestError::UnknownScheme {
                name: self.manifest.name.clone(),
                scheme: self.scheme.name.clone(),
                known: Vec::new(),
            }
            .into()),
        }
    }
}

impl<'a> Files<'a> {
    fn rows(&self, bytes: bool) -> Result<Rows<'a>, DataError> {
        let Asked { manifest, scheme, options, .. } = self.asked;
        let wanted = Wanted { bytes, ..Wanted::default() };
        let tables = Tables::read(manifest, options.data_root.as_deref(), wanted)?;
        Ok(Rows::of(tables, scheme, self.groups)?)
    }

    /// The rows in a subgroup with the file of each; no image is opened.
    ///
    /// # Errors
    /// Those of tables and schemes; missing files and names that lead out of the folder.
    pub(super) fn select(&self) -> Result<Selection<'a>, DataError> {
        Ok(self.rows(true)?.with_files(self.asked.options.on_unreadable)?)
    }

    /// The rows in a subgroup; no file is looked for.
    ///
    /// # Errors
    /// Those of tables and schemes.
    pub(super) fn select_rows(&self) -> Result<Selection<'a>, DataError> {
        Ok(self.rows(false)?.without_files())
    }

    /// The parts of a selection whose files were opened.
    ///
    /// # Errors
    /// Those of a published division.
    pub(super) fn divide(&self, selection: Selection<'_>, opened: Opened) -> Result<Divided, DataError> {
        let Selection { rows, present, files, mut skipped } = selection;
        let Rows { tables, subgroups, mut exclusions, mut notes } = rows;
        let (source, mut cohort) = (self.source, tables.cohort);
        let Opened { contents, failures, lost } = opened;
        for (at, reason) in &failures {
            let (row, path) = (cohort.rows[present[*at]], files[*at].path.display());
            skipped.push(format!("row {row}: {path}: {reason}"));
        }
        exclude(&mut exclusions, format!("{} {lost} (skipped)", source.file_words()), skipped.len());
        notes.extend(skipped.into_iter().map(|line| format!("skipped {line}")));
        let unreadable: HashSet<usize> = failures.iter().map(|(at, _)| *at).collect();
        let readable = present.into_iter().enumerate().filter(|(at, _)| !unreadable.contains(at));
        let readable: Vec<usize> = readable.map(|(_, row)| row).collect();
        cohort.forget_statements();
        let mut samples = samples(&cohort, &subgroups, &readable);
        let published = division::published(source, &cohort, &readable)?;
        let rows: Vec<usize> = readable.iter().map(|&at| cohort.rows[at]).collect();
        // The tables of a large cohort and its split together would take twice the memory.
        let tables = cohort.into_bytes();
        notes.extend(remarks::of_samples(&samples, &rows));
        let (arrangement, streams) = (self.asked.arrangement(), self.asked.streams);
        let usual = |samples: &[Sample]| division::divide(published, source, samples, &contents, streams);
        let parts = arrangement.parts(&mut samples, &contents, streams, usual);
        notes.extend(arrangement.notes());
        division::exclude_apart(&mut exclusions, source, arrangement.fold, &parts);
        Ok(Divided { samples, parts, contents, exclusions, notes, tables })
    }
}

/// File number `at` of `selection` cannot be read or decoded.
pub(super) fn unreadable(selection: &Selection<'_>, at: usize, reason: String) -> DataError {
    let cohort = &selection.rows.tables.cohort;
    let (file, image) = (cohort.file.clone(), selection.files[at].path.clone());
    DataError::UnreadableImage { file, row: cohort.rows[selection.present[at]], image, reason }
}

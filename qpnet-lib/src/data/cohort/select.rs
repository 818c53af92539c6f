//! Which rows of a table a scheme uses, and which image file belongs to each.

use std::path::PathBuf;

use super::checked::Cohort;
use super::error::CohortError;
use super::exclusion::Exclusion;
use super::groups::grouped;
use super::image_file::ImageFile;
use super::locate::{Located, Locator};
use super::mask_files;
use super::on_unreadable::OnUnreadable;
use super::read::Tables;
use super::untaken;
use crate::data::rule::scheme::{Scheme, Subgroup};

/// The rows of a table and the subgroup of each.
pub(in crate::data) struct Rows<'a> {
    pub tables: Tables<'a>,
    /// Of every row of the cohort.
    pub subgroups: Vec<Option<usize>>,
    pub exclusions: Vec<Exclusion>,
    pub notes: Vec<String>,
}

/// The rows that are in a subgroup, and their files where those were looked for.
pub(in crate::data) struct Selection<'a> {
    pub rows: Rows<'a>,
    /// Cohort positions; of rows whose file was found.
    pub present: Vec<usize>,
    /// Their files; none where nobody looked.
    pub files: Vec<ImageFile>,
    /// A line for each row that is skipped.
    pub skipped: Vec<String>,
}

impl<'a> Rows<'a> {
    /// Apply the scheme.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub(in crate::data) fn of(
        tables: Tables<'a>,
        scheme: &Scheme,
        groups: &[Subgroup],
    ) -> Result<Self, CohortError> {
        let (subgroups, exclusions) = grouped(&tables.cohort, scheme, groups)?;
        let mut notes = tables.remarks();
        notes.extend(untaken::words(&tables.cohort, &scheme.name, groups, &subgroups)?);
        Ok(Self { tables, subgroups, exclusions, notes })
    }

    /// Positions of the cohort that are in a subgroup.
    fn chosen(&self) -> Vec<usize> {
        (0..self.subgroups.len()).filter(|&at| self.subgroups[at].is_some()).collect()
    }

    /// The rows that are in a subgroup; no file is looked for.
    pub(in crate::data) fn without_files(self) -> Selection<'a> {
        let present = self.chosen();
        Selection { rows: self, present, files: Vec::new(), skipped: Vec::new() }
    }

    /// The rows that are in a subgroup with the files of each; no image is opened.
    ///
    /// # Errors
    /// Missing files and names that lead out of the folder.
    pub(in crate::data) fn with_files(
        self,
        on_unreadable: OnUnreadable,
    ) -> Result<Selection<'a>, CohortError> {
        let Tables { source, folder, cohort, .. } = &self.tables;
        let (present, paths, mut skipped) = locate(&self.tables, &self.chosen(), on_unreadable)?;
        let masks = match &source.masks {
            Some(rule) => mask_files::locate(cohort, &present, folder, rule, on_unreadable, &mut skipped)?,
            None => vec![(true, Vec::new()); present.len()],
        };
        // Without those that lack a mask they need.
        let files = present.into_iter().zip(paths).zip(masks).filter(|(_, (kept, _))| *kept);
        let (present, files) = files.map(|((at, path), (_, masks))| (at, ImageFile { path, masks })).unzip();
        Ok(Selection { rows: self, present, files, skipped })
    }
}

/// Cohort positions whose file was found, the files, and a line for each that is skipped.
type Files = (Vec<usize>, Vec<PathBuf>, Vec<String>);

/// The files of the cohort's positions `chosen`.
fn locate(tables: &Tables<'_>, chosen: &[usize], on_unreadable: OnUnreadable) -> Result<Files, CohortError> {
    let cohort = &tables.cohort;
    let locator = Locator::new(&tables.folder, &tables.source.images)?;
    let names = cohort.own("image");
    let located = locator.find_all(chosen.iter().map(|&at| (at, names[at])));
    refuse_outside(cohort, &names, &located, |at| at)?;
    let Located { present, paths, missing, .. } = located;
    match missing.first() {
        Some(&first) if on_unreadable == OnUnreadable::Fail || present.is_empty() => {
            Err(CohortError::MissingImage {
                file: cohort.file.clone(),
                row: cohort.rows[first],
                image: names[first].to_owned(),
                tried: locator.tried(names[first]),
                more: missing.len() - 1,
            })
        }
        _ => {
            let skipped =
                missing.iter().map(|&at| format!("row {}: no image {:?}", cohort.rows[at], names[at]));
            Ok((present, paths, skipped.collect()))
        }
    }
}

/// A table that points outside is an attack or a mistake, not a gap: it is never skipped.
/// `place` leads from a number in `located` to a position in the cohort.
pub(in crate::data) fn refuse_outside(
    cohort: &Cohort,
    names: &[&str],
    located: &Located,
    place: impl Fn(usize) -> usize,
) -> Result<(), CohortError> {
    let Some((number, reason)) = located.outside.first() else { return Ok(()) };
    let (at, reason) = (place(*number), reason.clone());
    let (file, image) = (cohort.file.clone(), names[at].to_owned());
    Err(CohortError::OutsidePath { file, row: cohort.rows[at], image, reason })
}

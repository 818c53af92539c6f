//! The tables of a data set, read and checked: the beginning of every way to its samples.

use std::path::{Path, PathBuf};

use super::checked::Cohort;
use super::error::CohortError;
use super::rows::RowFault;
use super::telling;
use crate::data::manifest::checked::Manifest;
use crate::data::rule::file_source::FileSource;
use crate::data::rule::predicate::Predicate;
use crate::data::rule::scheme::Grouping;
use crate::data::table::join;
use crate::data::table::text::Table;
use crate::fs::FileError;

/// A data set of files with its labelled rows.
pub(in crate::data) struct Tables<'a> {
    pub manifest: &'a Manifest,
    pub source: &'a FileSource,
    /// The data set's folder, without links.
    pub folder: PathBuf,
    pub cohort: Cohort,
    /// On tables and joins.
    pub notes: Vec<String>,
}

/// What is wanted of the tables beside their labelled rows.
#[derive(Clone, Copy, Default)]
pub(in crate::data) struct Wanted {
    /// [`Cohort::bytes`], for a hash: a large table then takes twice the memory.
    pub bytes: bool,
    /// [`Cohort::columns`].
    pub columns: bool,
    /// Columns of the table that no scheme asks for.
    pub whole: bool,
}

impl<'a> Tables<'a> {
    /// Read the tables of `manifest` below `data_root`.
    ///
    /// # Errors
    /// A data set that is drawn; everything that is wrong with the tables.
    pub(in crate::data) fn read(
        manifest: &'a Manifest,
        data_root: Option<&Path>,
        wanted: Wanted,
    ) -> Result<Self, CohortError> {
        Self::checked(manifest, data_root, wanted, Cohort::from_table)
    }

    /// [`Self::read`] with [`Cohort::columns`], without the rows that cannot be used, and these.
    ///
    /// # Errors
    /// A data set that is drawn; what is wrong with the tables as a whole.
    pub(in crate::data) fn read_good_rows(
        manifest: &'a Manifest,
        data_root: Option<&Path>,
    ) -> Result<(Self, Vec<RowFault>), CohortError> {
        let mut faults = Vec::new();
        let wanted = Wanted { columns: true, ..Wanted::default() };
        let read = Self::checked(manifest, data_root, wanted, |table, source| {
            let (cohort, found) = Cohort::of_good_rows(table, source)?;
            faults = found;
            Ok(cohort)
        })?;
        Ok((read, faults))
    }

    fn checked(
        manifest: &'a Manifest,
        data_root: Option<&Path>,
        wanted: Wanted,
        check: impl FnOnce(Table, &FileSource) -> Result<Cohort, CohortError>,
    ) -> Result<Self, CohortError> {
        let source = manifest.files()?;
        let folder = manifest.folder(source, data_root)?;
        let folder = folder.canonicalize().map_err(FileError::on("resolve", &folder))?;
        let beside = Path::new(&manifest.file).parent().unwrap_or(Path::new(""));
        let (mut table, notes) = join::read(&folder, beside, &source.table)?;
        if !wanted.bytes {
            table.bytes = Vec::new();
        }
        let mut cohort = check(table, source)?;
        if wanted.columns {
            cohort.columns = telling::columns(&cohort, source)?;
        }
        if wanted.whole {
            return Ok(Self { manifest, source, folder, cohort, notes });
        }
        let groups = manifest.schemes.iter().filter_map(|scheme| match &scheme.grouping {
            Grouping::Rows(groups) => Some(groups),
            Grouping::Generated(_) => None,
        });
        let rules = groups.flatten().flat_map(|group| &group.conditions).map(Predicate::column);
        let published = source.published.iter().map(|rule| rule.column.as_str());
        cohort.forget_all_but(&rules.chain(published).collect());
        Ok(Self { manifest, source, folder, cohort, notes })
    }

    /// What the manifest expects of a complete data set and the cohort does not have.
    pub(in crate::data) fn gaps(&self) -> Vec<String> {
        let Self { cohort, source, .. } = self;
        let positives = cohort.labels().iter().filter(|&&label| label == 1).count();
        [
            ("labelled images", source.expected.samples, cohort.len()),
            ("positives", source.expected.positives, positives),
        ]
        .into_iter()
        .filter_map(|(what, expected, got)| {
            let expected = expected.filter(|expected| *expected != got)?;
            Some(format!("{} has {got} {what}; the complete data set has {expected}", cohort.file))
        })
        .collect()
    }

    /// What a reader should know of them, whatever the scheme.
    pub(in crate::data) fn remarks(&self) -> Vec<String> {
        [self.notes.clone(), self.cohort.notes.clone(), self.gaps()].concat()
    }
}

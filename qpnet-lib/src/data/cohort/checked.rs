//! The checked table of samples, before anybody is assigned to a subgroup or a part.

use std::collections::BTreeSet;

use super::error::CohortError;
use super::exclusion::Exclusion;
use super::rows::{Checked, RowFault, check};
use super::telling_column::TellingColumn;
use crate::data::rule::file_source::FileSource;
use crate::data::table::error::TableError;
use crate::data::table::label::Stated;
use crate::data::table::picked::Picked;
use crate::data::table::text::Table;

/// Samples with an id, a patient, an image and a label; attributes as they stand in the table.
#[derive(Clone, Debug)]
pub struct Cohort {
    /// Row of each sample in the table, header = 1.
    pub rows: Vec<usize>,
    /// The table's name, for messages.
    pub file: String,
    /// Rows that were left out, by reason.
    pub exclusions: Vec<Exclusion>,
    /// What a reader should know.
    pub notes: Vec<String>,
    /// Columns that may tell a label or a subgroup, where somebody asked for them.
    pub columns: Vec<TellingColumn>,
    /// `sample_id, patient_id, image`. [`Self::text`] reads the columns of the table, of which no copy is made: at
    /// 400,000 rows the table alone takes 200 MB.
    own: Picked,
    labels: Vec<u32>,
    table: Table,
    kept: Vec<usize>,
    unlabelled: Vec<usize>,
    missing: Vec<String>,
    findings: Vec<Vec<Option<bool>>>,
    stated: Vec<Stated>,
}

impl Cohort {
    /// Check `table` by the rules of `source`.
    ///
    /// # Errors
    /// Unknown columns, missing ids, doubled sample ids, labels outside their set, and where the
    /// manifest asks for one label a patient, a patient with two.
    pub fn from_table(table: Table, source: &FileSource) -> Result<Self, CohortError> {
        Self::checked(table, source, &mut |fault| Err(fault.error))
    }

    /// [`Self::from_table`] that leaves out the rows that cannot be used, and gives them back.
    ///
    /// # Errors
    /// What is wrong with the table as a whole.
    pub fn of_good_rows(table: Table, source: &FileSource) -> Result<(Self, Vec<RowFault>), CohortError> {
        let mut faults = Vec::new();
        let cohort = Self::checked(table, source, &mut |fault| {
            faults.push(fault);
            Ok(())
        })?;
        Ok((cohort, faults))
    }

    fn checked(
        table: Table,
        source: &FileSource,
        on_fault: &mut dyn FnMut(RowFault) -> Result<(), CohortError>,
    ) -> Result<Self, CohortError> {
        let Checked { own, labels, kept, findings, stated, unlabelled, exclusions, alone } =
            check(&table, source, on_fault)?;
        let column = &source.columns.patient;
        let notes =
            (alone > 0).then(|| format!("{alone} rows without {column}: each is a patient of its own"));
        Ok(Self {
            own,
            labels,
            rows: kept.iter().map(|&index| table.rows[index]).collect(),
            file: table.file.clone(),
            exclusions,
            notes: notes.into_iter().collect(),
            columns: Vec::new(),
            missing: source.table.missing.clone(),
            table,
            kept,
            unlabelled,
            findings,
            stated,
        })
    }

    /// Number of samples.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// A column of the table for the kept samples; `None` where the value is missing.
    ///
    /// # Errors
    /// [`TableError::UnknownColumn`].
    pub fn text(&self, column: &str) -> Result<Vec<Option<&str>>, TableError> {
        let all = self.table.column(column, &self.missing)?;
        Ok(self.kept.iter().map(|&index| all[index]).collect())
    }

    /// [`Self::text`] of rows that would be samples if they had a label.
    ///
    /// # Errors
    /// [`TableError::UnknownColumn`].
    pub fn text_of_unlabelled(&self, column: &str) -> Result<Vec<Option<&str>>, TableError> {
        let all = self.table.column(column, &self.missing)?;
        Ok(self.unlabelled.iter().map(|&index| all[index]).collect())
    }

    /// The rows, header = 1, that would be samples if they had a label.
    pub fn unlabelled(&self) -> Vec<usize> {
        self.unlabelled.iter().map(|&index| self.table.rows[index]).collect()
    }

    /// Give up what only counts and remarks ask for: [`Self::stated`] and [`Self::unlabelled`].
    pub(in crate::data) fn forget_statements(&mut self) {
        (self.stated, self.unlabelled) = (Vec::new(), Vec::new());
    }

    /// How the findings of sample `at` stand in the table; empty where the label is no list of findings.
    pub fn stated(&self, at: usize) -> &[Stated] {
        let width = self.findings.get(at).map_or(0, Vec::len);
        self.stated.get(at * width..(at + 1) * width).unwrap_or_default()
    }

    /// The names of the table's columns.
    pub fn column_names(&self) -> Vec<String> {
        self.table.names().collect()
    }

    /// Drop every column of the table that [`Self::text`] will not be asked for.
    pub fn forget_all_but(&mut self, needed: &BTreeSet<&str>) {
        self.table.forget_all_but(needed);
    }

    /// The findings of every sample of a multi-label cohort; empty for any other.
    pub fn findings(&self) -> &[Vec<Option<bool>>] {
        &self.findings
    }

    /// Labels: classes, or strata of a multi-label cohort.
    pub fn labels(&self) -> Vec<usize> {
        self.labels.iter().map(|&label| label as usize).collect()
    }

    /// One of the cohort's own text columns: `sample_id`, `patient_id`, `image`.
    pub fn own(&self, column: &str) -> Vec<&str> {
        self.own.words(column)
    }

    /// The table's bytes, for the population's hash; empty where nobody asked for them.
    pub fn bytes(&self) -> &[u8] {
        // A table has a header: without bytes, it was read by one who wants no hash.
        debug_assert!(!self.table.bytes.is_empty(), "read with `Wanted::bytes`");
        &self.table.bytes
    }

    /// The table's bytes, without all the rest; empty where nobody asked for them.
    pub(in crate::data) fn into_bytes(self) -> Vec<u8> {
        self.table.bytes
    }
}

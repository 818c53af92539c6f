//! The checked table of samples, before anybody is assigned to a subgroup or a part.

use std::collections::HashMap;

use polars::prelude::{Column, DataFrame, NamedFrom, Series};

use super::error::DataError;
use super::manifest::FileSource;
use super::population::Exclusion;
use super::predicate::{self, Predicate};
use super::table::Table;
use super::task::TaskKind;

/// Samples with an id, a patient, an image and a label; attributes as they stand in the table.
#[derive(Clone, Debug)]
pub struct Cohort {
    /// `sample_id, patient_id, image, label`, then every column of the table.
    pub frame: DataFrame,
    /// Row of each sample in the table, header = 1.
    pub rows: Vec<usize>,
    /// The table's name, for messages.
    pub file: String,
    /// Rows that were left out, by reason.
    pub exclusions: Vec<Exclusion>,
    /// What a reader should know.
    pub notes: Vec<String>,
    table: Table,
    kept: Vec<usize>,
    missing: Vec<String>,
    findings: Vec<Vec<Option<bool>>>,
}

impl Cohort {
    /// Check `table` by the rules of `source`.
    ///
    /// # Errors
    /// Unknown columns, missing ids, doubled sample ids, labels outside their set.
    pub fn from_table(table: Table, source: &FileSource) -> Result<Self, DataError> {
        let missing = &source.table.missing;
        let ids = table.column(&source.columns.sample, missing)?;
        let patients = table.column(&source.columns.patient, missing)?;
        let images = table.column(&source.columns.image, missing)?;
        let fallback = match &source.columns.patient_fallback {
            Some(column) => table.column(column, missing)?,
            None => vec![None; table.rows.len()],
        };
        let column = |name: &str| table.column(name, missing);
        let included = predicate::meet(&source.include, &table.file, &table.rows, "[include]", column)?;
        let labels = source.label.reader(&table, missing)?;
        let mut first_row: HashMap<&str, usize> = HashMap::new();
        let (mut outside, mut unlabelled, mut without_image, mut alone) = (0, 0, 0, 0);
        let mut kept = Vec::new();
        let mut findings = Vec::new();
        let mut columns = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for (index, &row) in table.rows.iter().enumerate() {
            let need = |value: &'_ Option<String>, column: &str, expected| {
                value.clone().ok_or_else(|| DataError::MissingValue {
                    file: table.file.clone(),
                    row,
                    column: column.to_owned(),
                    expected,
                })
            };
            let id = need(&ids[index], &source.columns.sample, "a unique sample id")?;
            if let Some(first) = ids[index].as_deref().and_then(|id| first_row.insert(id, row)) {
                return Err(DataError::DuplicateId { file: table.file.clone(), id, first, second: row });
            }
            if !included[index] {
                outside += 1;
                continue;
            }
            let Some(label) = labels.label(index)? else {
                unlabelled += 1;
                continue;
            };
            let Some(image) = images[index].clone() else {
                without_image += 1;
                continue;
            };
            columns.0.push(id);
            let patient = patients[index].as_ref().or(fallback[index].as_ref()).cloned();
            alone += usize::from(patients[index].is_none());
            columns.1.push(need(&patient, &source.columns.patient, "a patient, lesion or case id")?);
            columns.2.push(image);
            columns.3.push(label.class as u32);
            if source.label.task() == TaskKind::MultiLabel {
                findings.push(label.findings);
            }
            kept.push(index);
        }
        let mut exclusions = Vec::new();
        let mut exclude = |reason: String, rows| {
            if rows > 0 {
                exclusions.push(Exclusion { reason, rows });
            }
        };
        let rules: Vec<String> = source.include.iter().map(Predicate::to_string).collect();
        exclude(format!("not included ({})", rules.join(" and ")), outside);
        exclude(format!("no label in {}", source.label.columns().join(", ")), unlabelled);
        exclude(format!("no image named in column {}", source.columns.image), without_image);
        let column = &source.columns.patient;
        let notes = (alone > 0).then(|| format!("{alone} rows without {column}: each is a unit of its own"));
        let rows: Vec<usize> = kept.iter().map(|&index| table.rows[index]).collect();
        let file = table.file.clone();
        let frame = frame(&table, columns, &kept)?;
        Ok(Self {
            frame,
            rows,
            file,
            exclusions,
            missing: missing.clone(),
            table,
            kept,
            findings,
            notes: notes.into_iter().collect(),
        })
    }

    /// Number of samples.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Is there no sample at all?
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// A column of the table for the kept samples; `None` where the value is missing.
    ///
    /// # Errors
    /// [`DataError::UnknownColumn`].
    pub fn text(&self, column: &str) -> Result<Vec<Option<String>>, DataError> {
        let mut all = self.table.column(column, &self.missing)?;
        Ok(self.kept.iter().map(|&index| all[index].take()).collect())
    }

    /// The findings of every sample of a multi-label cohort; empty for any other.
    pub fn findings(&self) -> &[Vec<Option<bool>>] {
        &self.findings
    }

    /// Labels: classes, or strata of a multi-label cohort.
    pub fn labels(&self) -> Vec<usize> {
        let words = self.frame.column("label").ok().and_then(|column| column.u32().ok());
        words
            .map(|labels| labels.iter().map(|label| label.unwrap_or(0) as usize).collect())
            .unwrap_or_default()
    }

    /// One of the cohort's own text columns: `sample_id`, `patient_id`, `image`.
    pub fn own(&self, column: &str) -> Vec<String> {
        let words = self.frame.column(column).ok().and_then(|column| column.str().ok());
        words
            .map(|words| words.iter().map(|word| word.unwrap_or_default().to_owned()).collect())
            .unwrap_or_default()
    }

    /// The table's bytes, for the population's hash.
    pub fn bytes(&self) -> &[u8] {
        &self.table.bytes
    }
}

type OwnColumns = (Vec<String>, Vec<String>, Vec<String>, Vec<u32>);

fn frame(table: &Table, own: OwnColumns, kept: &[usize]) -> Result<DataFrame, DataError> {
    let (ids, patients, images, labels) = own;
    let mut columns: Vec<Column> = vec![
        Series::new("sample_id".into(), ids).into(),
        Series::new("patient_id".into(), patients).into(),
        Series::new("image".into(), images).into(),
        Series::new("label".into(), labels).into(),
    ];
    for name in table.frame.get_column_names() {
        if columns.iter().any(|column| column.name() == name) {
            continue;
        }
        let values = table.column(name, &[])?;
        let values: Vec<Option<String>> = kept.iter().map(|&index| values[index].clone()).collect();
        columns.push(Series::new(name.clone(), values).into());
    }
    DataFrame::new(kept.len(), columns).map_err(|error| DataError::Table {
        file: table.file.clone(),
        row: 1,
        message: format!("cannot become a frame: {error}"),
    })
}

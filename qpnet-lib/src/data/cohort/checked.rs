//! The checked table of samples, before anybody is assigned to a subgroup or a part.

use std::collections::{BTreeSet, HashMap, HashSet};

use polars::prelude::{Column, DataFrame, IdxCa, NamedFrom, PolarsResult, Series};

use crate::data::cohort::telling::TellingColumn;
use crate::data::error::DataError;
use crate::data::population::loaded::Exclusion;
use crate::data::rule::file_source::{FileSource, Unit};
use crate::data::rule::label::{Label, Stated};
use crate::data::rule::predicate::{self, Predicate};
use crate::data::rule::task::TaskKind;
use crate::data::table::text::Table;

/// Samples with an id, a patient, an image and a label; attributes as they stand in the table.
#[derive(Clone, Debug)]
pub struct Cohort {
    /// `sample_id, patient_id, image, label`. [`Self::text`] reads the columns of the table, of
    /// which no copy is made: at 400,000 rows the table alone takes 200 MB.
    pub frame: DataFrame,
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
    table: Table,
    kept: Vec<usize>,
    unlabelled: Vec<usize>,
    missing: Vec<String>,
    findings: Vec<Vec<Option<bool>>>,
    stated: Vec<Stated>,
}

/// The rows of a table that are samples.
struct Checked {
    frame: DataFrame,
    kept: Vec<usize>,
    findings: Vec<Vec<Option<bool>>>,
    /// Of every sample and finding, in rows of as many as there are findings.
    stated: Vec<Stated>,
    /// Rows that would be samples if they had a label.
    unlabelled: Vec<usize>,
    exclusions: Vec<Exclusion>,
    alone: usize,
}

/// A row that cannot be used, with its sample id where it has one.
#[derive(Debug)]
pub struct RowFault {
    /// Row of the table, header = 1.
    pub row: usize,
    /// The sample.
    pub sample_id: String,
    /// What is wrong.
    pub error: DataError,
}

impl Cohort {
    /// Check `table` by the rules of `source`.
    ///
    /// # Errors
    /// Unknown columns, missing ids, doubled sample ids, labels outside their set, and where the
    /// manifest asks for one label a patient, a patient with two.
    pub fn from_table(table: Table, source: &FileSource) -> Result<Self, DataError> {
        Self::checked(table, source, &mut |fault| Err(fault.error))
    }

    /// [`Self::from_table`] that leaves out the rows that cannot be used, and gives them back.
    ///
    /// # Errors
    /// What is wrong with the table as a whole.
    pub fn of_good_rows(table: Table, source: &FileSource) -> Result<(Self, Vec<RowFault>), DataError> {
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
        on_fault: &mut dyn FnMut(RowFault) -> Result<(), DataError>,
    ) -> Result<Self, DataError> {
        let Checked { frame, kept, findings, stated, unlabelled, exclusions, alone } =
            check(&table, source, on_fault)?;
        let column = &source.columns.patient;
        let notes =
            (alone > 0).then(|| format!("{alone} rows without {column}: each is a patient of its own"));
        Ok(Self {
            frame,
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
    /// [`DataError::UnknownColumn`].
    pub fn text(&self, column: &str) -> Result<Vec<Option<&str>>, DataError> {
        let all = self.table.column(column, &self.missing)?;
        Ok(self.kept.iter().map(|&index| all[index]).collect())
    }

    /// [`Self::text`] of rows that would be samples if they had a label.
    ///
    /// # Errors
    /// [`DataError::UnknownColumn`].
    pub fn text_of_unlabelled(&self, column: &str) -> Result<Vec<Option<&str>>, DataError> {
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
        let words = self.frame.column("label").ok().and_then(|column| column.u32().ok());
        words
            .map(|labels| labels.iter().map(|label| label.unwrap_or(0) as usize).collect())
            .unwrap_or_default()
    }

    /// One of the cohort's own text columns: `sample_id`, `patient_id`, `image`.
    pub fn own(&self, column: &str) -> Vec<&str> {
        let words = self.frame.column(column).ok().and_then(|column| column.str().ok());
        words.map(|words| words.iter().map(Option::unwrap_or_default).collect()).unwrap_or_default()
    }

    /// The table's bytes, for the population's hash; empty where nobody asked for them.
    pub fn bytes(&self) -> &[u8] {
        // A table has a header: without bytes, it was read by one who wants no hash.
        debug_assert!(!self.table.bytes.is_empty(), "read with `cohort_with_bytes`");
        &self.table.bytes
    }
}

fn check(
    table: &Table,
    source: &FileSource,
    on_fault: &mut dyn FnMut(RowFault) -> Result<(), DataError>,
) -> Result<Checked, DataError> {
    let missing = &source.table.missing;
    let columns = &source.columns;
    let ids = table.column(&columns.sample, missing)?;
    let mut patients = table.column(&columns.patient, missing)?;
    let images = table.column(&columns.image, missing)?;
    let mut own_unit = vec![false; patients.len()];
    if let Some(fallback) = &columns.patient_fallback {
        for ((patient, other), alone) in
            patients.iter_mut().zip(table.column(fallback, missing)?).zip(&mut own_unit)
        {
            *alone = patient.is_none();
            *patient = patient.or(other);
        }
    }
    let studies = columns.study.as_deref().map(|study| table.column(study, missing)).transpose()?;
    let column = |name: &str| table.column(name, missing);
    let included = predicate::meet(&source.include, &table.file, &table.rows, "[include]", column)?;
    let labels = source.label.reader(table, missing)?;
    let missing_value = |row, column: &str, expected| {
        let (file, column) = (table.file.clone(), column.to_owned());
        DataError::MissingValue { file, row, column, expected }
    };
    let mut first_row: HashMap<&str, usize> = HashMap::with_capacity(ids.len());
    let mut label_of: HashMap<&str, (usize, usize)> = HashMap::new();
    let mut units: HashSet<(&str, Option<&str>)> = HashSet::new();
    let (mut outside, mut without_image, mut later, mut alone) = (0, 0, 0, 0);
    // Room for all rows at once: lists of a large table that grow hold up to twice what they need.
    let rows = table.rows.len();
    let (mut kept, mut unlabelled) = (Vec::with_capacity(rows), Vec::new());
    let (mut findings, mut stated, mut classes) = (Vec::new(), Vec::new(), Vec::with_capacity(rows));
    // The label of one row, `None` for a row that is left out and counted.
    let mut look = |index: usize| -> Result<Option<Label>, DataError> {
        let row = table.rows[index];
        let id = ids[index].ok_or_else(|| missing_value(row, &columns.sample, "a unique sample id"))?;
        if let Some(&first) = first_row.get(id) {
            let (file, id) = (table.file.clone(), id.to_owned());
            return Err(DataError::DuplicateId { file, id, first, second: row });
        }
        first_row.insert(id, row);
        if !included[index] {
            outside += 1;
            return Ok(None);
        }
        let Some(label) = labels.label(index)? else {
            unlabelled.push(index);
            return Ok(None);
        };
        if images[index].is_none() {
            without_image += 1;
            return Ok(None);
        }
        let patient = patients[index]
            .ok_or_else(|| missing_value(row, &columns.patient, "a patient, lesion or case id"))?;
        let unit = match (source.unit, &studies) {
            (Unit::Image, _) => None,
            (Unit::Patient, _) => Some((patient, None)),
            (Unit::Study, studies) => {
                let study = studies.as_ref().and_then(|studies| studies[index]);
                let name = columns.study.as_deref().unwrap_or_default();
                Some((
                    patient,
                    Some(study.ok_or_else(|| missing_value(row, name, "the study of the image"))?),
                ))
            }
        };
        if unit.is_some_and(|unit| !units.insert(unit)) {
            later += 1;
            return Ok(None);
        }
        if source.label.one_per_patient {
            let (first, class) = *label_of.entry(patient).or_insert((row, label.class));
            if class != label.class {
                let name = |class: usize| source.label.classes[class].clone();
                return Err(DataError::Contradiction {
                    file: table.file.clone(),
                    first,
                    second: row,
                    patient: patient.to_owned(),
                    labels: [name(class), name(label.class)],
                });
            }
        }
        Ok(Some(label))
    };
    for (index, &row) in table.rows.iter().enumerate() {
        match look(index) {
            Ok(None) => {}
            Ok(Some(label)) => {
                alone += usize::from(own_unit[index]);
                classes.push(label.class as u32);
                if source.label.task() == TaskKind::MultiLabel {
                    if findings.is_empty() {
                        findings.reserve_exact(rows - index);
                        stated.reserve_exact((rows - index) * label.stated.len());
                    }
                    findings.push(label.findings);
                    stated.extend(label.stated);
                }
                kept.push(index);
            }
            Err(error) => {
                let sample_id = ids[index].unwrap_or_default().to_owned();
                on_fault(RowFault { row, sample_id, error })?;
            }
        }
    }
    let mut exclusions = Vec::new();
    let mut exclude = |reason: String, rows| {
        if rows > 0 {
            exclusions.push(Exclusion { reason, rows });
        }
    };
    let rules: Vec<String> = source.include.iter().map(Predicate::to_string).collect();
    exclude(format!("not included ({})", rules.join(" and ")), outside);
    exclude(format!("no label in {}", source.label.columns().join(", ")), unlabelled.len());
    exclude(format!("no image named in column {}", columns.image), without_image);
    let unit = if source.unit == Unit::Study { "study" } else { "patient" };
    exclude(format!("not the first image of their {unit} ([include] unit)"), later);
    let frame = frame(table, source, &patients, &kept, classes).map_err(|error| DataError::Table {
        file: table.file.clone(),
        row: 1,
        message: format!("cannot become a frame: {error}"),
    })?;
    Ok(Checked { frame, kept, findings, stated, unlabelled, exclusions, alone })
}

/// The cohort's own columns; words are shared with the table's frame where they can be.
fn frame(
    table: &Table,
    source: &FileSource,
    patients: &[Option<&str>],
    kept: &[usize],
    classes: Vec<u32>,
) -> PolarsResult<DataFrame> {
    let positions = IdxCa::from_vec("at".into(), kept.iter().map(|&index| index as u32).collect());
    let of_table = |column: &str, name: &str| -> PolarsResult<Column> {
        Ok(table.frame.column(column)?.take(&positions)?.with_name(name.into()))
    };
    let patient_id = match &source.columns.patient_fallback {
        None => of_table(&source.columns.patient, "patient_id")?,
        Some(_) => {
            let values: Vec<Option<&str>> = kept.iter().map(|&index| patients[index]).collect();
            Series::new("patient_id".into(), values).into()
        }
    };
    let columns = vec![
        of_table(&source.columns.sample, "sample_id")?,
        patient_id,
        of_table(&source.columns.image, "image")?,
        Series::new("label".into(), classes).into(),
    ];
    DataFrame::new(kept.len(), columns)
}

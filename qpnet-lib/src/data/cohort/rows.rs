//! Row by row: which rows of a table are samples, and what is wrong with the others.

use std::collections::{HashMap, HashSet};

use super::error::CohortError;
use super::exclusion::Exclusion;
use crate::data::rule::file_source::{FileSource, Unit};
use crate::data::rule::predicate::Predicate;
use crate::data::rule::task::TaskKind;
use crate::data::table::error::TableError;
use crate::data::table::label::{Label, Reader, Stated};
use crate::data::table::meet::meet;
use crate::data::table::picked::{Pick, Picked};
use crate::data::table::text::Table;

/// The rows of a table that are samples.
pub(super) struct Checked {
    pub own: Picked,
    pub labels: Vec<u32>,
    pub kept: Vec<usize>,
    pub findings: Vec<Vec<Option<bool>>>,
    /// Of every sample and finding, in rows of as many as there are findings.
    pub stated: Vec<Stated>,
    /// Rows that would be samples if they had a label.
    pub unlabelled: Vec<usize>,
    pub exclusions: Vec<Exclusion>,
    pub alone: usize,
}

/// A row that cannot be used, with its sample id where it has one.
#[derive(Debug)]
pub struct RowFault {
    /// Row of the table, header = 1.
    pub row: usize,
    /// The sample.
    pub sample_id: String,
    /// What is wrong.
    pub error: CohortError,
}

pub(super) fn check(
    table: &Table,
    source: &FileSource,
    on_fault: &mut dyn FnMut(RowFault) -> Result<(), CohortError>,
) -> Result<Checked, CohortError> {
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
    let included = meet(&source.include, &table.file, &table.rows, "[include]", column)?;
    let labels = Reader::new(&source.label, table, missing)?;
    let missing_value = |row, column: &str, expected| {
        let (file, column) = (table.file.clone(), column.to_owned());
        TableError::MissingValue { file, row, column, expected }
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
    let mut look = |index: usize| -> Result<Option<Label>, CohortError> {
        let row = table.rows[index];
        let id = ids[index].ok_or_else(|| missing_value(row, &columns.sample, "a unique sample id"))?;
        if let Some(&first) = first_row.get(id) {
            let (file, id) = (table.file.clone(), id.to_owned());
            return Err(TableError::DuplicateId { file, id, first, second: row }.into());
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
                return Err(CohortError::Contradiction {
                    file: table.file.clone(),
                    first,
                    second: row,
                    patient: patient.to_owned(),
                    labels: Box::new([name(class), name(label.class)]),
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
    let patient_id = match &columns.patient_fallback {
        None => Pick::Column(&columns.patient),
        Some(_) => Pick::Words(&patients),
    };
    let (sample_id, image) = (Pick::Column(&columns.sample), Pick::Column(&columns.image));
    let own = table.pick(&kept, &[("sample_id", sample_id), ("patient_id", patient_id), ("image", image)])?;
    Ok(Checked { own, labels: classes, kept, findings, stated, unlabelled, exclusions, alone })
}

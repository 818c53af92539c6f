//! Predictions read row by row: names become numbers, so that millions of rows fit into memory.

use std::collections::HashMap;
use std::fs::File;
use std::io::Read;
use std::path::Path;

use csv::StringRecord;

use super::fields::{Fields, check_header, malformed, only_places, words};
use super::{AuditError, Columns};
use crate::fs::FileError;

/// How a table is read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reading {
    /// Which column holds what.
    pub columns: Columns,
    /// The label that counts as positive, where labels are words.
    pub positive: Option<String>,
    /// Columns and the values that rows must have there; other rows are left out.
    pub only: Vec<(String, String)>,
}

/// Somebody's predictions for one yes-or-no question.
#[derive(Clone, Debug)]
pub struct Predictions {
    /// The file, for messages.
    pub file: String,
    /// Names of the methods, in the order of the table; a single one is `the model`.
    pub methods: Vec<String>,
    /// Names of the subgroups, in the order of the table.
    pub groups: Vec<String>,
    /// Whether a column said which rows are of one patient.
    pub clustered: bool,
    /// Patients in all.
    pub patients: usize,
    pub(super) rows: Vec<Row>,
}

/// One score. Numbers are places in the lists of names.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Row {
    pub(super) method: u32,
    pub(super) group: u32,
    pub(super) sample: u32,
    pub(super) patient: u32,
    pub(super) label: bool,
    pub(super) score: f64,
    /// Where it stands in the file.
    pub(super) line: u64,
}

/// Names and their numbers, in the order of appearance.
#[derive(Default)]
struct Names {
    numbers: HashMap<String, u32>,
    names: Vec<String>,
}

impl Names {
    fn number(&mut self, name: &str) -> u32 {
        if let Some(&number) = self.numbers.get(name) {
            return number;
        }
        let number = self.names.len() as u32;
        self.numbers.insert(name.to_owned(), number);
        self.names.push(name.to_owned());
        number
    }
}

impl Predictions {
    /// Read a CSV file.
    ///
    /// # Errors
    /// [`AuditError`] with file, row and column.
    pub fn read(path: &Path, reading: &Reading) -> Result<Self, AuditError> {
        let file = File::open(path).map_err(FileError::on("read", path))?;
        Self::parse(&path.display().to_string(), file, reading)
    }

    /// Read comma-separated UTF-8 with a header; `file` is its name in messages.
    ///
    /// # Errors
    /// As [`Predictions::read`].
    pub fn parse(file: &str, bytes: impl Read, reading: &Reading) -> Result<Self, AuditError> {
        let mut reader = csv::ReaderBuilder::new().from_reader(bytes);
        let header = reader.headers().map_err(|error| malformed(file, &error))?;
        let header: Vec<String> =
            header.iter().map(|name| name.trim_start_matches('\u{feff}').to_owned()).collect();
        check_header(file, &header)?;
        let places = reading.columns.places(file, &header)?;
        let only = only_places(file, &header, &reading.only)?;
        let fields = Fields { file, header: &header, places, positive: reading.positive.as_deref() };

        let (mut methods, mut groups) = (Names::default(), Names::default());
        let (mut samples, mut patients) = (Names::default(), Names::default());
        let mut rows: Vec<Row> = Vec::new();
        let mut record = StringRecord::new();
        while reader.read_record(&mut record).map_err(|error| malformed(file, &error))? {
            if only.iter().any(|(place, value)| record.get(*place).map(str::trim) != Some(value)) {
                continue;
            }
            let line = record.position().map_or(0, csv::Position::line);
            let alone = || format!("row {line}");
            let sample = fields.name(&record, places.sample, "sample", line)?.unwrap_or_else(alone);
            let patient = fields.name(&record, places.patient, "patient", line)?;
            rows.push(Row {
                method: methods.number(
                    &fields
                        .name(&record, places.method, "method", line)?
                        .unwrap_or_else(|| "the model".into()),
                ),
                group: groups
                    .number(&fields.name(&record, Some(places.group), "group", line)?.unwrap_or_default()),
                sample: samples.number(&sample),
                patient: patients.number(&patient.unwrap_or(sample)),
                label: fields.label(&record, line)?,
                score: fields.score(&record, line)?,
                line,
            });
        }
        if rows.is_empty() {
            let message = match reading.only.as_slice() {
                [] => "there is a header and no row".to_owned(),
                rules => format!("no row has {}", words(rules)),
            };
            return Err(AuditError::Table { file: file.to_owned(), row: 1, message });
        }
        let found = Self {
            file: file.to_owned(),
            methods: methods.names,
            groups: groups.names,
            clustered: places.patient.is_some(),
            patients: patients.names.len(),
            rows,
        };
        found.check(&samples.names)?;
        Ok(found)
    }

    /// Labels and scores of a method on a subgroup, in the order of the table.
    pub fn of(&self, method: &str, group: &str) -> (Vec<bool>, Vec<f64>) {
        let own = |row: &&Row| {
            self.methods[row.method as usize] == method && self.groups[row.group as usize] == group
        };
        self.rows.iter().filter(own).map(|row| (row.label, row.score)).unzip()
    }

    /// A method has a sample once, and a sample is the same for every method.
    fn check(&self, samples: &[String]) -> Result<(), AuditError> {
        let mut first: Vec<Option<&Row>> = vec![None; samples.len()];
        let mut seen: HashMap<(u32, u32), u64> = HashMap::with_capacity(self.rows.len());
        for row in &self.rows {
            let sample = || samples[row.sample as usize].clone();
            if let Some(before) = seen.insert((row.method, row.sample), row.line) {
                let method = self.methods[row.method as usize].clone();
                let (file, first, second) = (self.file.clone(), before, row.line);
                return Err(AuditError::Twice { file, method, sample: sample(), first, second });
            }
            let Some(known) = first[row.sample as usize] else {
                first[row.sample as usize] = Some(row);
                continue;
            };
            let differs = [
                ("label", known.label != row.label),
                ("group", known.group != row.group),
                ("patient", known.patient != row.patient),
            ];
            if let Some((what, _)) = differs.into_iter().find(|(_, differs)| *differs) {
                let (file, first, second) = (self.file.clone(), known.line, row.line);
                return Err(AuditError::Contradiction { file, sample: sample(), what, first, second });
            }
        }
        Ok(())
    }
}

//! Predictions read row by row.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use csv::StringRecord;

use super::cell::Cell;
use super::fields::{Fields, only_places, words};
use super::names::Names;
use super::question::AuditTask;
use super::samples::{SampleNames, Samples, Told, contradiction};
use super::source::Source;
use super::{AuditError, Columns};
use crate::fs::FileError;

/// More subgroups, or methods, than this are identifiers.
pub(super) const MOST_NAMES: usize = 200;

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

/// Somebody's predictions.
#[derive(Clone, Debug)]
pub struct Predictions {
    /// The file, for messages.
    pub file: String,
    /// The kind of task.
    pub task: AuditTask,
    /// Names of the classes or findings; of one yes-or-no question none.
    pub classes: Vec<String>,
    /// Names of the methods, in the order of the table; a single one is `the model`.
    pub methods: Vec<String>,
    /// Names of the subgroups, in the order of the table.
    pub groups: Vec<String>,
    /// Whether a column said which rows are of one patient.
    pub clustered: bool,
    /// Whether a column said how much samples count.
    pub weighted: bool,
    /// Patients in all.
    pub patients: usize,
    /// What a reader must know about how the table was read.
    pub notes: Vec<String>,
    pub(super) score_columns: Vec<String>,
    pub(super) samples: Samples,
    /// By method, subgroup and sample.
    pub(super) rows: Vec<Row>,
    /// `[rows of the table x classes]`.
    pub(super) scores: Vec<f64>,
}

/// The scores of a sample by a method.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Row {
    pub(super) method: u32,
    pub(super) sample: u32,
    /// Its place among the scores.
    pub(super) at: u32,
    /// Where it stands in the file.
    pub(super) line: u32,
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

    /// Read UTF-8 with a header, its fields separated by commas, semicolons or tabs; `file` is its
    /// name in messages.
    ///
    /// # Errors
    /// As [`Predictions::read`].
    pub fn parse(file: &str, bytes: impl Read, reading: &Reading) -> Result<Self, AuditError> {
        let mut source = Source::open(file, bytes)?;
        let header = source.header.clone();
        let places = reading.columns.places(file, &header)?;
        let only = only_places(file, &header, &reading.only)?;
        let mut fields = Fields::new(file, &header, &places, reading.positive.as_deref());
        let fault = |row: u64, message: String| AuditError::Table { file: file.to_owned(), row, message };

        let (mut methods, mut groups, mut patients) = (Names::default(), Names::default(), Names::default());
        let mut names = match places.sample {
            Some(_) => SampleNames::Named(Names::default()),
            None => SampleNames::Rows(0),
        };
        let (mut samples, mut rows, mut scores) = (Samples::default(), Vec::new(), Vec::new());
        let (mut record, mut targets) = (StringRecord::new(), Vec::new());
        while let Some(line) = source.next(&mut record)? {
            if only.iter().any(|(place, value)| record.get(*place).map(str::trim) != Some(value)) {
                continue;
            }
            let short = u32::try_from(line)
                .map_err(|_| fault(line, "there are more than 4,294,967,295 lines".into()))?;
            let sample = names.number(fields.name(&record, places.sample, "sample", line)?);
            let method =
                methods.number(fields.name(&record, places.method, "method", line)?.unwrap_or("the model"));
            let group =
                groups.number(fields.name(&record, Some(places.group), "group", line)?.unwrap_or_default());
            for (what, count, place) in
                [("subgroups", groups.len(), Some(places.group)), ("methods", methods.len(), places.method)]
            {
                if let (true, Some(place)) = (count > MOST_NAMES, place) {
                    let column = &header[place];
                    return Err(fault(
                        line,
                        format!(
                            "column {column} has more than {MOST_NAMES} {what} up to here: is it a column of ids?"
                        ),
                    ));
                }
            }
            let patient = fields.name(&record, places.patient, "patient", line)?;
            let patient = patient.map_or(sample, |name| patients.number(name));
            targets.clear();
            fields.targets(&record, line, &mut targets)?;
            let weight = fields.weight(&record, line)?;
            let told = Told { group, patient, targets: &targets, weight, line: short };
            samples.meet(sample, &told).map_err(|(first, what)| {
                contradiction(file, names.name(sample, short), what, first, short)
            })?;
            rows.push(Row { method, sample, at: rows.len() as u32, line: short });
            fields.scores(&record, line, &mut scores)?;
        }
        let mut notes = notes(&places.told, source.separator);
        notes.extend(fields.notes());
        if rows.is_empty() {
            let message = match reading.only.as_slice() {
                [] => "there is a header and no row".to_owned(),
                rules => format!("no row has {}", words(rules)),
            };
            return Err(fault(1, message));
        }
        let rows = ordered(rows, &samples.groups, groups.len());
        let twice =
            rows.windows(2).find(|pair| (pair[0].method, pair[0].sample) == (pair[1].method, pair[1].sample));
        if let Some([first, second]) = twice {
            let (method, sample) =
                (methods.name(first.method).to_owned(), names.name(first.sample, first.line));
            let (first, second) = (first.line.into(), second.line.into());
            return Err(AuditError::Twice { file: file.to_owned(), method, sample, first, second });
        }
        let found = Self {
            file: file.to_owned(),
            task: places.task,
            classes: places.classes.clone(),
            methods: methods.into_vec(),
            groups: groups.into_vec(),
            clustered: places.patient.is_some(),
            weighted: places.weights.is_some(),
            patients: if places.patient.is_some() { patients.len() } else { samples.len() },
            notes,
            score_columns: places.scores.iter().map(|&place| header[place].clone()).collect(),
            samples,
            rows,
            scores,
        };
        found.both_outcomes(&header, &places.labels, reading.positive.as_deref())?;
        Ok(found)
    }

    /// Labels and scores of a method on a subgroup for one class or finding (0 where there are none),
    /// by first appearance of the sample; unknown outcomes are left out.
    pub fn of(&self, method: &str, group: &str, class: usize) -> (Vec<bool>, Vec<f64>) {
        let place = |names: &[String], wanted: &str| names.iter().position(|name| name == wanted);
        let places = place(&self.methods, method).zip(place(&self.groups, group));
        let Some((method, group)) = places.filter(|_| class < self.width()) else {
            return (Vec::new(), Vec::new());
        };
        let Cell { labels, scores, .. } = Cell::of(self, method as u32, group as u32, class);
        (labels, scores)
    }

    /// Rows that were kept.
    pub fn rows(&self) -> usize {
        self.rows.len()
    }

    /// The samples that a method has scored in a subgroup, ascending.
    pub(super) fn scored(&self, method: u32, group: u32) -> Vec<u32> {
        self.rows_of(method, group).iter().map(|row| row.sample).collect()
    }

    /// The rows of a method in a subgroup, by sample.
    pub(super) fn rows_of(&self, method: u32, group: u32) -> &[Row] {
        let place = |row: &Row| (row.method, self.samples.groups[row.sample as usize]);
        let begin = self.rows.partition_point(|row| place(row) < (method, group));
        let end = self.rows.partition_point(|row| place(row) <= (method, group));
        &self.rows[begin..end]
    }

    /// Number of questions: classes or findings, 1 without them.
    pub(super) fn width(&self) -> usize {
        self.classes.len().max(1)
    }

    /// A table in which nothing, or everything, is positive has nothing to audit.
    fn both_outcomes(
        &self,
        header: &[String],
        labels: &[usize],
        positive: Option<&str>,
    ) -> Result<(), AuditError> {
        let width = self.width();
        let has = |class: usize, wanted: bool| {
            self.samples.targets.iter().skip(class).step_by(width).any(|&target| target == Some(wanted))
        };
        let message = match (has(0, true), has(0, false)) {
            _ if (0..width).any(|class| has(class, true) && has(class, false)) => return Ok(()),
            _ if width > 1 => "no class has both outcomes".to_owned(),
            (false, _) if positive.is_some() => {
                format!("no row has the label {}: expected some", positive.unwrap_or_default())
            }
            (false, _) => "all labels are negative: expected both outcomes".to_owned(),
            (true, _) => "all labels are positive: expected both outcomes".to_owned(),
        };
        let columns: Vec<&str> = labels.iter().map(|&place| header[place].as_str()).collect();
        let message = format!("column {}: {message}", columns.join(", "));
        Err(AuditError::Table { file: self.file.clone(), row: 1, message })
    }
}

/// By method, subgroup, sample and line. There are few pairs of method and subgroup: they are counted,
/// not compared, and most tables list samples in one order, so that little is left to sort.
fn ordered(rows: Vec<Row>, group_of: &[u32], groups: usize) -> Vec<Row> {
    let cell = |row: &Row| row.method as usize * groups + group_of[row.sample as usize] as usize;
    let cells = rows.iter().map(cell).max().map_or(0, |last| last + 1);
    let mut next = vec![0; cells + 1];
    rows.iter().for_each(|row| next[cell(row) + 1] += 1);
    (0..cells).for_each(|at| next[at + 1] += next[at]);
    let ends = next[1..].to_vec();
    let mut sorted = rows.clone();
    for row in rows {
        let free = &mut next[cell(&row)];
        sorted[*free] = row;
        *free += 1;
    }
    let mut begin = 0;
    for end in ends {
        sorted[begin..end].sort_unstable_by_key(|row| (row.sample, row.line));
        begin = end;
    }
    sorted
}

/// What was told from names, and what separates fields if no comma does.
fn notes(told: &[String], separator: char) -> Vec<String> {
    let mut notes = Vec::new();
    if !told.is_empty() {
        notes.push(format!("columns told from their names: {}", told.join(", ")));
    }
    if separator != ',' {
        notes.push(format!("fields are separated by {separator:?}"));
    }
    notes
}

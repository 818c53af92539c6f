//! Predictions read row by row.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use csv::StringRecord;

use super::beside::{Beside, Known, TellingColumn};
use super::cell::Cell;
use super::columns::Places;
use super::companions::Companions;
use super::cut::Cut;
use super::fault::alike;
use super::fields::{Fields, text};
use super::finder::Guesses;
use super::intake::{Intake, Trouble};
use super::only::{only_places, words};
use super::order::ordered;
use super::question::AuditTask;
use super::samples::Samples;
use super::scale::Scale;
use super::source::Source;
use super::vocabulary::Vocabulary;
use super::{AuditError, Columns};
use crate::fs::FileError;

/// More subgroups, or methods, than this are identifiers.
pub(super) const MOST_NAMES: usize = 200;

/// How a table is read.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Reading {
    /// Which column holds what.
    pub columns: Columns,
    /// What the words of outcomes and names mean.
    pub words: Vocabulary,
    /// What kind of number a score is.
    pub scale: Scale,
    /// What becomes of a subgroup that is a number.
    pub cut: Cut,
    /// Columns and the values that rows must have there; other rows are left out.
    pub only: Vec<(String, String)>,
    /// Take rows of several parts (a column `part`) together; they are refused otherwise.
    pub pool: bool,
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
    /// Columns without a role that nearly tell the outcome or the subgroup, the one that tells most first.
    pub telling: Vec<TellingColumn>,
    /// The subgroup that a column of roles calls dominant.
    pub(super) dominant: Option<u32>,
    pub(super) score_columns: Vec<String>,
    pub(super) told: Guesses,
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

    /// Read UTF-8 with a header, plain or compressed by gzip, its fields separated by commas, semicolons or
    /// tabs; `file` is its name in messages.
    ///
    /// # Errors
    /// As [`Predictions::read`].
    pub fn parse(file: &str, bytes: impl Read, reading: &Reading) -> Result<Self, AuditError> {
        let mut source = Source::open(file, bytes)?;
        let header = source.header.clone();
        let places = reading.columns.places(file, &header)?;
        let only = only_places(file, &header, &reading.only)?;
        let mut fields = Fields::new(&places, &reading.words, source.separator);
        let mut used: Vec<usize> =
            places.used().into_iter().chain(only.iter().map(|(place, _)| *place)).collect();
        let mut companions = Companions::new(&header, &used, !reading.columns.no_guess);
        used.extend(companions.used());
        let beside = Beside::new(&header, &used);
        let mut intake = Intake::new(file, &header, &reading.cut, places.sample.is_some(), beside);
        let mut record = StringRecord::new();
        let kept = |record: &StringRecord| only.iter().all(|(place, value)| text(record, *place) == *value);
        while let Some(line) = source.next(&mut record)? {
            if !kept(&record) {
                continue;
            }
            match intake.row(&record, line, &mut fields) {
                Ok(group) => group.into_iter().for_each(|group| companions.meet(&record, group)),
                Err(Trouble::Error(error)) => return Err(*error),
                Err(Trouble::Field(fault)) => {
                    let alike = alike(&mut source, &fault, kept, |found| fields.alike(&fault, found));
                    let told = places.told.of_place(fault.place);
                    return Err(fault.error(file, line, &header, &alike, &told));
                }
            }
        }
        let whole = |message: String| AuditError::Whole { file: file.to_owned(), message };
        fields.numbering().map_err(|message| {
            let place = places.labels[0];
            whole(format!("column {}: {message}{}", header[place], places.told.of_place(place)))
        })?;
        let mut notes = notes(&places.told, source.separator);
        notes.extend(fields.notes());
        notes.extend(intake.notes(&fields));
        let without = if intake.without_group > 0 { " with a subgroup" } else { "" };
        let Intake { methods, groups, patients, names, samples, rows, mut scores, beside, .. } = intake;
        if rows.is_empty() {
            return Err(whole(match reading.only.as_slice() {
                [] => format!("there is a header and no row{without}"),
                rules => format!("no row{without} has {}", words(rules)),
            }));
        }
        companions.one_part(file, reading.pool)?;
        notes.extend(reading.scale.apply(&mut scores));
        let rows = ordered(rows, &samples.groups, groups.len());
        let twice =
            rows.windows(2).find(|pair| (pair[0].method, pair[0].sample) == (pair[1].method, pair[1].sample));
        if let Some([first, second]) = twice {
            let (method, sample) =
                (methods.name(first.method).to_owned(), names.name(first.sample, first.line));
            let (first, second, told) = (first.line.into(), second.line.into(), places.told.all());
            return Err(AuditError::Twice { file: file.to_owned(), method, sample, first, second, told });
        }
        let groups = groups.into_vec();
        let known = Known { task: places.task, classes: &places.classes, groups: &groups, samples: &samples };
        let telling = beside.judge(&known)?;
        let found = Self {
            file: file.to_owned(),
            task: places.task,
            classes: places.classes.clone(),
            methods: methods.into_vec(),
            groups,
            telling,
            dominant: companions.dominant(),
            clustered: places.patient.is_some(),
            weighted: places.weights.is_some(),
            patients: if places.patient.is_some() { patients.len() } else { samples.len() },
            notes,
            score_columns: places.scores.iter().map(|&place| header[place].clone()).collect(),
            told: places.told.clone(),
            samples,
            rows,
            scores,
        };
        let named = |places: &[usize]| {
            places.iter().map(|&place| header[place].as_str()).collect::<Vec<_>>().join(", ")
        };
        found.sound(&places, named, reading.words.positive.as_deref()).map_err(whole)?;
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

    /// For a message: the row and the column of the score at `at`, and whether the column was told from its
    /// name.
    pub(super) fn score_at(&self, at: usize) -> (u64, String, String) {
        let width = self.width();
        let row = self.rows.iter().find(|row| row.at as usize == at / width);
        let column = self.score_columns[at % width].clone();
        (row.map_or(0, |row| row.line.into()), column, self.told.of_role("score"))
    }

    /// Number of questions: classes or findings, 1 without them.
    pub(super) fn width(&self) -> usize {
        self.classes.len().max(1)
    }

    /// A table in which nothing, or everything, is positive has nothing to audit; and a column of 0 and 1
    /// that was told to be the patient is none.
    fn sound(
        &self,
        places: &Places,
        named: impl Fn(&[usize]) -> String,
        positive: Option<&str>,
    ) -> Result<(), String> {
        let width = self.width();
        let has = |class: usize, wanted: bool| {
            self.samples.targets.iter().skip(class).step_by(width).any(|&target| target == Some(wanted))
        };
        let patient = places.patient.filter(|_| places.told.has("patient") && self.samples.len() > 20);
        if let Some(place) = patient.filter(|_| self.patients <= 2) {
            return Err(format!(
                "column {}: {} rows of {} patients{}",
                named(&[place]),
                self.rows(),
                self.patients,
                places.told.of_place(place)
            ));
        }
        let message = match (has(0, true), has(0, false)) {
            _ if (0..width).any(|class| has(class, true) && has(class, false)) => return Ok(()),
            _ if width > 1 => "no class has both outcomes".to_owned(),
            (false, _) if positive.is_some() => {
                format!("no row has the label {}: expected some", positive.unwrap_or_default())
            }
            (false, _) => "all labels are negative: expected both outcomes".to_owned(),
            (true, _) => "all labels are positive: expected both outcomes".to_owned(),
        };
        Err(format!("column {}: {message}{}", named(&places.labels), places.told.of_place(places.labels[0])))
    }
}

/// What was told from names, and what separates fields if no comma does.
fn notes(told: &Guesses, separator: char) -> Vec<String> {
    let mut notes = Vec::new();
    if !told.words().is_empty() {
        notes.push(format!("columns told from their names: {}", told.words()));
    }
    if separator != ',' {
        notes.push(format!("fields are separated by {separator:?}"));
    }
    notes
}

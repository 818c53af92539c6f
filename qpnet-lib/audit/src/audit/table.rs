//! Predictions read row by row.

#[cfg(feature = "system")]
use std::fs::File;
use std::io::Read;
#[cfg(feature = "system")]
use std::path::Path;

use csv::StringRecord;

use super::beside::{Beside, Known};
use super::columns::Places;
use super::companions::Companions;
use super::crossing::cuts;
use super::cut::Cut;
use super::fault::alike;
use super::fields::{Fields, text};
use super::finder::Guesses;
use super::intake::{Intake, Trouble};
use super::only::{only_places, words};
use super::order::ordered;
use super::predictions::Predictions;
use super::scale::Scale;
use super::source::Source;
use super::thresholds::Apart;
use super::trainings::{Trainings, shown};
use super::unplaced::Unplaced;
use super::vocabulary::Vocabulary;
use super::{AuditError, Columns};
#[cfg(feature = "system")]
use crate::fs::FileError;

/// Columns that usually tell trainings or readers apart.
const TRAININGS: [&str; 5] = ["seed", "run", "fold", "reader", "rater"];

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
    /// The same for a named column, where subgroups are crossings of several.
    pub cuts: Vec<(String, Cut)>,
    /// Columns and the values that rows must have there; other rows are left out.
    pub only: Vec<(String, String)>,
    /// Take rows of several parts (a column `part`) together; they are refused otherwise.
    pub pool: bool,
    /// Keep rows without a subgroup for the bounds of gaps; they are in no other number.
    pub ledger: bool,
    /// Columns and the values of rows that choose thresholds and are not judged; none: nobody does.
    pub threshold_from: Vec<(String, String)>,
}

impl Predictions {
    /// Read a CSV file.
    ///
    /// # Errors
    /// [`AuditError`] with file, row and column.
    #[cfg(feature = "system")]
    pub fn read(path: &Path, reading: &Reading) -> Result<Self, AuditError> {
        let file = File::open(path).map_err(FileError::on("read", path))?;
        Self::parse(&path.display().to_string(), file, reading)
    }

    /// Read UTF-8 with a header, plain or compressed by gzip, its fields separated by commas, semicolons or
    /// tabs; `file` is its name in messages.
    ///
    /// # Errors
    /// [`AuditError`] with file, row and column.
    pub fn parse(file: &str, bytes: impl Read, reading: &Reading) -> Result<Self, AuditError> {
        let mut source = Source::open(file, bytes)?;
        let header = source.header.clone();
        let places = reading.columns.places(file, &header)?;
        let only = only_places(file, &header, &reading.only)?;
        let from = only_places(file, &header, &reading.threshold_from)?;
        let mut fields = Fields::new(&places, &reading.words, source.separator);
        let mut used: Vec<usize> =
            places.used().into_iter().chain(only.iter().map(|(place, _)| *place)).collect();
        let mut companions = Companions::new(&header, &used, !reading.columns.no_guess);
        used.extend(companions.used().chain(from.iter().map(|(place, _)| *place)));
        let beside = Beside::new(&header, &used);
        let named = places.sample.is_some();
        let cuts = cuts(file, &header, &places, (&reading.cut, &reading.cuts))?;
        // One threshold for all asks for no subgroup.
        let mut chosen =
            Intake::new(file, &header, &cuts, &places.crossed, named, Beside::new(&[], &[])).of_unplaced();
        let mut intake = Intake::new(file, &header, &cuts, &places.crossed, named, beside);
        // What these rows have of their own must not change how others are read.
        let lost = Intake::new(file, &header, &cuts, &places.crossed, named, Beside::new(&[], &[]));
        let mut lost = reading.ledger.then(|| lost.of_unplaced());
        let mut lost_fields = Fields::new(&places, &reading.words, source.separator);
        let mut unreadable = 0;
        let mut record = StringRecord::new();
        let all = |rules: &[(usize, &str)], record: &StringRecord| {
            rules.iter().all(|(place, value)| text(record, *place) == *value)
        };
        // What rows must be beside belonging to one part holds for those that choose too.
        let apart_only: Vec<(usize, &str)> =
            only.iter().filter(|(place, _)| from.iter().all(|(own, _)| own != place)).copied().collect();
        // Who chooses is never judged, whatever else is kept.
        let chooses =
            |record: &StringRecord| !from.is_empty() && all(&from, record) && all(&apart_only, record);
        let kept = |record: &StringRecord| chooses(record) || all(&only, record);
        while let Some(line) = source.next(&mut record)? {
            if !kept(&record) {
                continue;
            }
            let read = match chooses(&record) {
                true => chosen.row(&record, line, &mut fields).map(|_| None),
                false => intake.row(&record, line, &mut fields),
            };
            match read {
                Ok(None) if !chooses(&record) => {
                    let kept = lost.as_mut().map(|lost| lost.row(&record, line, &mut lost_fields));
                    unreadable += usize::from(kept.is_some_and(|kept| kept.is_err()));
                }
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
        if !from.is_empty() {
            let whose = words(&reading.threshold_from);
            notes.extend(
                chosen
                    .accounts(&fields)
                    .into_iter()
                    .map(|told| format!("among rows that choose ({whose}) {told}")),
            );
            if !apart_only.is_empty() {
                let only: Vec<(String, String)> =
                    apart_only.iter().map(|&(at, value)| (header[at].clone(), value.to_owned())).collect();
                notes.push(format!("rows that choose are those of {whose} and {}", words(&only)));
            }
        }
        let choose = chosen.rows.len();
        let apart = (!from.is_empty() && !intake.rows.is_empty()).then(|| {
            let about = (file, words(&reading.threshold_from), places.patient.is_some());
            Apart::of(chosen, &intake, about, &places.told.all())
        });
        let mut apart = apart.transpose()?;
        let without = if intake.without_group > 0 { " with a subgroup" } else { "" };
        let clustered = places.patient.is_some();
        let unplaced = lost.filter(|lost| !lost.rows.is_empty()).map(|mut lost| {
            reading.scale.apply(&mut lost.scores);
            Unplaced::of(lost, &intake, clustered)
        });
        if unreadable > 0 {
            let rows = if unreadable == 1 { "1 row".to_owned() } else { format!("{unreadable} rows") };
            notes.push(format!("{rows} without a subgroup cannot be read: no ledger has them"));
        }
        let crossed = intake.crossing.is_some();
        let (empty, empty_count) =
            intake.crossing.as_ref().map_or_else(Default::default, |crossing| crossing.empty(&intake.groups));
        let Intake { methods, groups, patients, strata, names, samples, rows, mut scores, beside, .. } =
            intake;
        if rows.is_empty() {
            return Err(whole(match reading.only.as_slice() {
                _ if choose > 0 => {
                    let from = words(&reading.threshold_from);
                    format!("no row is left to judge: all {choose} that are kept choose thresholds ({from})")
                }
                [] => format!("there is a header and no row{without}"),
                rules => format!("no row{without} has {}", words(rules)),
            }));
        }
        companions.one_part(file, reading.pool)?;
        notes.extend(reading.scale.apply(&mut scores));
        if let Some(apart) = &mut apart {
            reading.scale.apply(&mut apart.scores);
        }
        let seed = places.seed.map_or("", |place| header[place].as_str());
        let rows = ordered(rows, &samples.groups, groups.len());
        let twice =
            rows.windows(2).find(|pair| (pair[0].method, pair[0].sample) == (pair[1].method, pair[1].sample));
        if let Some([first, second]) = twice {
            let (method, sample) =
                (shown(methods.name(first.method), seed), names.name(first.sample, first.line));
            let several = (seed.is_empty() && named).then(|| {
                header.iter().find(|name| TRAININGS.iter().any(|own| name.eq_ignore_ascii_case(own)))
            });
            let hint = several.flatten().map_or_else(String::new, |name| {
                format!("; if column {name} tells trainings or readers apart: --seed-column {name}")
            });
            let (first, second, told) = (first.line.into(), second.line.into(), places.told.all() + &hint);
            return Err(AuditError::Twice { file: file.to_owned(), method, sample, first, second, told });
        }
        let groups = groups.into_vec();
        let methods = methods.into_vec();
        let trainings = (!seed.is_empty()).then(|| Trainings::of(&methods, seed));
        let known = Known { task: places.task, classes: &places.classes, groups: &groups, samples: &samples };
        let telling = beside.judge(&known)?;
        let columns = |places: &[usize]| {
            places.iter().map(|&place| header[place].as_str()).collect::<Vec<_>>().join(", ")
        };
        let found = Self {
            file: file.to_owned(),
            task: places.task,
            classes: places.classes.clone(),
            methods: methods.iter().map(|name| shown(name, seed)).collect(),
            trainings,
            groups,
            telling,
            dominant: companions.dominant(),
            clustered: places.patient.is_some(),
            crossed,
            empty,
            empty_count,
            unplaced,
            strata: strata.into_vec(),
            standardise: columns(&places.strata),
            along: places.along.map(|place| header[place].clone()).unwrap_or_default(),
            weighted: places.weights.is_some(),
            patients: if places.patient.is_some() { patients.len() } else { samples.len() },
            notes,
            score_columns: places.scores.iter().map(|&place| header[place].clone()).collect(),
            logits: reading.scale == Scale::Logit,
            told: places.told.clone(),
            samples,
            rows,
            scores,
            apart,
        };
        if let Some(trainings) = &found.trainings {
            found.crossed_trainings(trainings)?;
        }
        found.sound(&places, columns, reading.words.positive.as_deref()).map_err(whole)?;
        Ok(found)
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

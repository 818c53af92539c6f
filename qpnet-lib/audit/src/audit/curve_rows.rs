//! The rows of predictions behind learning curves.

use std::io::Read;

use csv::StringRecord;

use super::AuditError;
use super::columns::Places;
use super::curve_columns::CurvePredictionColumns;
use super::curve_fields::{SEED, SIZE, SUBGROUP, seed_number, size_fault, without_group};
use super::curve_points::{GROUPS, Most};
use super::curve_reading::{CurveReading, Rules};
use super::fault::alike;
use super::fields::{Fields, text};
use super::finder::{Asked, Finder, LABEL, PATIENT};
use super::intake::{Trouble, opened};
use super::names::Names;
use super::number::whole;
use super::question::AuditTask;
use super::row::MOST_NAMES;
use super::samples::{Samples, Told, contradiction};
use super::source::Source;
use super::vocabulary::{NO_GROUP, Open};

const TEST_SAMPLE: &[&str] = &["sample_id", "sample", "image_id", "image", "id"];

/// A score; numbers are places in lists of names.
pub(super) struct Row {
    pub(super) method: u32,
    pub(super) size: usize,
    pub(super) seed: u32,
    pub(super) sample: u32,
    pub(super) score: f64,
    pub(super) line: u32,
}

/// What a table says.
pub(super) struct Taken {
    pub(super) rows: Vec<Row>,
    pub(super) dominant: String,
    /// What a reader must know about the rows.
    pub(super) notes: Vec<String>,
}

/// A table in the reading.
pub(super) struct CurveRows<'a, R: Read> {
    file: &'a str,
    source: Source<R>,
    header: Vec<String>,
    size: usize,
    seed: usize,
    places: Places,
    pub(super) methods: Names,
    pub(super) seeds: Names,
    pub(super) groups: Names,
    sizes: Names,
    patients: Names,
    pub(super) names: Names,
    pub(super) samples: Samples,
    /// Whether a column may be told from its name.
    guess: bool,
    without_group: usize,
    alone: usize,
    opened: [usize; 3],
}

impl<'a, R: Read> CurveRows<'a, R> {
    pub(super) fn open(
        file: &'a str,
        bytes: R,
        columns: &CurvePredictionColumns,
    ) -> Result<Self, AuditError> {
        let source = Source::open(file, bytes)?;
        let header = source.header.clone();
        let mut finder = Finder::new(file, &header, !columns.no_guess);
        let asked = [
            ("size", &columns.size),
            ("seed", &columns.seed),
            ("group", &columns.group),
            ("sample", &columns.sample),
            ("label", &columns.label),
            ("patient", &columns.patient),
            ("patient-fallback", &columns.patient_fallback),
            ("method", &columns.method),
        ];
        let score = finder.named("score", Some(&columns.score))?;
        for (role, name) in asked {
            finder.named(role, name.as_deref())?;
        }
        if let Some(message) = finder.twice() {
            return Err(AuditError::Whole { file: file.to_owned(), message });
        }
        let mut needed = |role, name: &Option<String>, usual: &[&str]| {
            let asked = Asked::about(name.as_deref());
            finder.usual(role, asked, usual).ok_or_else(|| finder.missing(role, asked, usual))
        };
        let size = needed("size", &columns.size, SIZE)?;
        let seed = needed("seed", &columns.seed, SEED)?;
        let group = needed("group", &columns.group, SUBGROUP)?;
        let sample = needed("sample", &columns.sample, TEST_SAMPLE)?;
        let label = needed("label", &columns.label, LABEL)?;
        let score = score.ok_or_else(|| finder.missing("score", Asked::Something, &[]))?;
        let [patient, patient_fallback, method] =
            ["patient", "patient-fallback", "method"].map(|role| finder.usual(role, Asked::Something, &[]));
        let places = Places {
            task: AuditTask::Binary,
            classes: Vec::new(),
            labels: vec![label],
            scores: vec![score],
            group,
            patient,
            patient_fallback,
            method,
            sample: Some(sample),
            crossed: Vec::new(),
            strata: Vec::new(),
            along: None,
            seed: None,
            weights: None,
            told: finder.told,
        };
        Ok(Self {
            file,
            source,
            header,
            size,
            seed,
            places,
            methods: Names::default(),
            seeds: Names::default(),
            groups: Names::default(),
            sizes: Names::default(),
            patients: Names::default(),
            names: Names::default(),
            samples: Samples::default(),
            guess: !columns.no_guess,
            without_group: 0,
            alone: 0,
            opened: [0; 3],
        })
    }

    /// The name of a column.
    pub(super) fn column(&self, of: impl Fn(&Places) -> usize) -> String {
        self.header[of(&self.places)].clone()
    }

    /// For the end of a message: whether a column was told from its name.
    pub(super) fn told(&self, of: impl Fn(&Places) -> usize) -> String {
        self.places.told.of_place(of(&self.places))
    }

    /// All rows that count.
    pub(super) fn rows(&mut self, reading: &CurveReading) -> Result<Taken, AuditError> {
        let (mut record, mut rows) = (StringRecord::new(), Vec::new());
        let places = self.places.clone();
        let mut fields = Fields::new(&places, &reading.words, self.source.separator);
        let (header, file) = (self.header.clone(), self.file);
        let taken = [places.used(), vec![self.size, self.seed]].concat();
        let mut rules = Rules::new(file, &header, reading, taken, self.guess)?;
        let limits = Limits::of(self);
        while let Some(line) = self.source.next(&mut record)? {
            if !rules.keep(&record) {
                continue;
            }
            match self.row(&record, line, &mut fields, &limits) {
                Ok(None) => {}
                Ok(Some(row)) => {
                    rules.meet(&record, self.samples.groups[row.sample as usize]);
                    rows.push(row);
                }
                Err(Trouble::Error(error)) => return Err(*error),
                Err(Trouble::Field(fault)) => {
                    let kept = |record: &StringRecord| rules.keep(record);
                    let alike = alike(&mut self.source, &fault, kept, |found| fields.alike(&fault, found));
                    let told = places.told.of_place(fault.place);
                    return Err(fault.error(file, line, &header, &alike, &told));
                }
            }
        }
        rules.judged(&self.groups)?;
        let dominant = rules.dominant(&self.groups, &self.told(|places| places.group))?;
        let mut notes = self.notes();
        notes.extend(rules.note(&dominant));
        notes.extend(fields.notes());
        notes.extend(opened(self.opened, &fields));
        Ok(Taken { rows, dominant, notes })
    }

    /// The row at `line`; `None` where it has no subgroup and is left out.
    fn row(
        &mut self,
        record: &StringRecord,
        line: u64,
        fields: &mut Fields<'_>,
        limits: &Limits,
    ) -> Result<Option<Row>, Trouble> {
        let short = u32::try_from(line).unwrap_or(u32::MAX);
        let group = match fields.group(record) {
            Some(name) => name,
            None if fields.words.keep_missing_groups => NO_GROUP,
            None => {
                self.without_group += 1;
                return Ok(None);
            }
        };
        let seed = fields.name(record, Some(self.seed), "seed")?.unwrap_or_default();
        let sample = fields.name(record, fields.places.sample, "sample")?.unwrap_or_default();
        let method = fields.name(record, fields.places.method, "method")?.unwrap_or("the model");
        let number = text(record, self.size);
        let size = whole(number).ok_or_else(|| size_fault(self.size, number))?;
        let (mut targets, mut open, mut scores) =
            (Vec::with_capacity(1), Vec::<(usize, Open)>::new(), Vec::with_capacity(1));
        fields.targets(record, &mut targets, &mut open)?;
        fields.scores(record, &mut scores)?;
        let sample = self.names.number(sample);
        let patient = fields.patient(record)?;
        let alone = matches!(patient, Some((_, true)));
        let patient = match patient {
            None => sample,
            Some((name, false)) => {
                let (known, number) = (self.patients.len(), self.patients.number(name));
                if self.patients.len() > known {
                    fields.somebody(name)?;
                }
                number
            }
            Some((name, true)) => self.patients.number(&format!("\0{name}")),
        };
        let group = self.groups.number(group);
        let method = self.methods.number(method);
        let seed = seed_number(&mut self.seeds, seed);
        self.sizes.number(number);
        limits.check(self, line).map_err(|error| Trouble::Error(Box::new(error)))?;
        let told = Told {
            group,
            patient,
            targets: &targets,
            open: &open,
            weight: 1.0,
            stratum: None,
            along: None,
            line: short,
        };
        let new = self.samples.meet(sample, &told).map_err(|(first, what)| {
            let name = self.names.name(sample).to_owned();
            Trouble::Error(Box::new(contradiction(
                self.file,
                name,
                what,
                (first, short),
                self.places.told.all(),
            )))
        })?;
        if new {
            open.iter().for_each(|&(_, why)| self.opened[why as usize] += 1);
            self.alone += usize::from(alone);
        }
        let score = scores.first().copied().unwrap_or_default();
        Ok(Some(Row { method, size, seed, sample, score, line: short }))
    }

    fn notes(&self) -> Vec<String> {
        let mut notes = Vec::new();
        if !self.places.told.words().is_empty() {
            notes.push(format!("columns told from their names: {}", self.places.told.words()));
        }
        let usual = |name: &&String| PATIENT.iter().any(|usual| usual.eq_ignore_ascii_case(name));
        if let Some(name) = self.header.iter().find(usual).filter(|_| self.places.patient.is_none()) {
            notes.push(format!(
                "samples count as independent; if column {name} says which are of one patient, --patient {name}"
            ));
        }
        notes.extend(without_group(self.without_group, &self.header[self.places.group]));
        if self.alone > 0 {
            notes.push(format!("{} samples without a patient count as units of their own", self.alone));
        }
        notes
    }
}

/// What is refused before it fills the memory: columns with their names and how they were told.
struct Limits([(&'static str, String, usize, String); 4]);

impl Limits {
    fn of<R: Read>(rows: &CurveRows<'_, R>) -> Self {
        let of = |what, place: Option<usize>, most| {
            let place = place.unwrap_or_default();
            (what, rows.header[place].clone(), most, rows.places.told.of_place(place))
        };
        Self([
            of("subgroups", Some(rows.places.group), GROUPS),
            of("sizes", Some(rows.size), MOST_NAMES),
            of("seeds", Some(rows.seed), MOST_NAMES),
            of("methods", rows.places.method, MOST_NAMES),
        ])
    }

    fn check<R: Read>(&self, rows: &CurveRows<'_, R>, line: u64) -> Result<(), AuditError> {
        let names = [&rows.groups, &rows.sizes, &rows.seeds, &rows.methods];
        self.0.iter().zip(names).try_for_each(|((what, column, most, told), names)| {
            Most { what, column, most: *most, told }.check(rows.file, line, names)
        })
    }
}

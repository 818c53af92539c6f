//! The rows of predictions behind learning curves.

use std::io::Read;

use csv::StringRecord;

use super::AuditError;
use super::curve_points::{GROUPS, Most};
use super::curve_predictions::CurvePredictionColumns;
use super::names::Names;
use super::samples::{Samples, Told, contradiction};
use super::source::Source;
use super::table::MOST_NAMES;

/// A score; numbers are places in lists of names.
pub(super) struct Row {
    pub(super) method: u32,
    pub(super) size: usize,
    pub(super) seed: u32,
    pub(super) sample: u32,
    pub(super) score: f64,
    pub(super) line: u32,
}

/// A table in the reading.
pub(super) struct CurveRows<'a, R> {
    file: &'a str,
    source: Source<R>,
    /// Size, seed, group, sample, label, score.
    places: [usize; 6],
    patient: Option<usize>,
    method: Option<usize>,
    pub(super) methods: Names,
    pub(super) seeds: Names,
    pub(super) groups: Names,
    sizes: Names,
    patients: Names,
    pub(super) names: Names,
    pub(super) samples: Samples,
}

impl<'a, R: Read> CurveRows<'a, R> {
    pub(super) fn open(
        file: &'a str,
        bytes: R,
        columns: &CurvePredictionColumns,
    ) -> Result<Self, AuditError> {
        let source = Source::open(file, bytes)?;
        let place = |role: &'static str, name: &str| {
            source.header.iter().position(|column| column == name).ok_or_else(|| AuditError::Column {
                file: file.to_owned(),
                role,
                hint: format!("{name:?} is not there; name it with --{role}"),
                present: source.header.clone(),
            })
        };
        let CurvePredictionColumns { size, seed, group, sample, patient, label, score, method } = columns;
        let places = [
            place("size", size)?,
            place("seed", seed)?,
            place("group", group)?,
            place("sample", sample)?,
            place("label", label)?,
            place("score", score)?,
        ];
        let patient = patient.as_deref().map(|name| place("patient", name)).transpose()?;
        let method = method.as_deref().map(|name| place("method", name)).transpose()?;
        Ok(Self {
            file,
            source,
            places,
            patient,
            method,
            methods: Names::default(),
            seeds: Names::default(),
            groups: Names::default(),
            sizes: Names::default(),
            patients: Names::default(),
            names: Names::default(),
            samples: Samples::default(),
        })
    }

    pub(super) fn rows(&mut self) -> Result<Vec<Row>, AuditError> {
        let (mut record, mut rows) = (StringRecord::new(), Vec::new());
        let [size, seed, group, sample, label, score] = self.places;
        while let Some(line) = self.source.next(&mut record)? {
            let text = |place: usize| record.get(place).unwrap_or_default().trim();
            let fault = |place: usize, expected: &str| AuditError::Field {
                file: self.file.to_owned(),
                row: line,
                column: self.source.header[place].clone(),
                found: text(place).to_owned(),
                expected: expected.to_owned(),
            };
            let named = [Some(seed), Some(group), Some(sample), self.patient, self.method];
            if let Some(place) = named.into_iter().flatten().find(|&place| text(place).is_empty()) {
                return Err(fault(place, "a name"));
            }
            let short = u32::try_from(line).unwrap_or(u32::MAX);
            let label = match text(label) {
                "1" | "1.0" => true,
                "0" | "0.0" => false,
                _ => return Err(fault(label, "0 or 1")),
            };
            let score = text(score)
                .parse::<f64>()
                .ok()
                .filter(|score| score.is_finite())
                .ok_or_else(|| fault(score, "a finite number"))?;
            let number = self.names.number(text(sample));
            let patient = self.patient.map_or(number, |place| self.patients.number(text(place)));
            let (own, size_text) = (self.groups.number(text(group)), text(size));
            let row = Row {
                method: self.methods.number(self.method.map_or("the model", text)),
                size: size_text.parse().map_err(|_| fault(size, "a whole number of training images"))?,
                seed: self.seeds.number(text(seed)),
                sample: number,
                score,
                line: short,
            };
            self.sizes.number(size_text);
            let column = |place: usize| self.source.header[place].as_str();
            let method = self.method.map_or("", column);
            for (what, column, most, names) in [
                ("subgroups", column(group), GROUPS, &self.groups),
                ("sizes", column(size), MOST_NAMES, &self.sizes),
                ("seeds", column(seed), MOST_NAMES, &self.seeds),
                ("methods", method, MOST_NAMES, &self.methods),
            ] {
                Most { what, column, most }.check(self.file, line, names)?;
            }
            let group = own;
            let told = Told { group, patient, targets: &[Some(label)], weight: 1.0, line: short };
            self.samples.meet(number, &told).map_err(|(first, what)| {
                contradiction(self.file, self.names.name(number).to_owned(), what, first, short)
            })?;
            rows.push(row);
        }
        if rows.is_empty() {
            let message = "there is a header and no row".to_owned();
            return Err(AuditError::Table { file: self.file.to_owned(), row: 1, message });
        }
        Ok(rows)
    }
}

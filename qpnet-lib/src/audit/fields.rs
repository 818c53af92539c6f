//! The fields of a row.

use std::collections::BTreeSet;

use csv::StringRecord;

use super::AuditError;
use super::columns::Places;
use super::question::AuditTask;

/// Reads the fields of a row.
pub(super) struct Fields<'a> {
    pub(super) file: &'a str,
    pub(super) header: &'a [String],
    pub(super) places: &'a Places,
    pub(super) positive: Option<&'a str>,
    /// Whether classes are numbered from 0; the first label tells.
    numbered: Option<bool>,
    /// Labels that counted as negative because another word is positive, the first few.
    negative: BTreeSet<String>,
}

/// More words than this are not listed.
const MOST_WORDS: usize = 6;

impl<'a> Fields<'a> {
    pub(super) fn new(
        file: &'a str,
        header: &'a [String],
        places: &'a Places,
        positive: Option<&'a str>,
    ) -> Self {
        Self { file, header, places, positive, numbered: None, negative: BTreeSet::new() }
    }

    fn text(record: &StringRecord, place: usize) -> &str {
        record.get(place).unwrap_or_default().trim()
    }

    fn fault(&self, place: usize, line: u64, found: &str, expected: String) -> AuditError {
        AuditError::Field {
            file: self.file.to_owned(),
            row: line,
            column: self.header[place].clone(),
            found: found.to_owned(),
            expected,
        }
    }

    /// A name; `None` where there is no such column.
    pub(super) fn name<'r>(
        &self,
        record: &'r StringRecord,
        place: Option<usize>,
        what: &str,
        line: u64,
    ) -> Result<Option<&'r str>, AuditError> {
        let Some(place) = place else { return Ok(None) };
        match Self::text(record, place) {
            "" => Err(self.fault(place, line, "", format!("the name of a {what}"))),
            name => Ok(Some(name)),
        }
    }

    /// What is true of the sample, added to `targets`: for every class or finding whether it is
    /// there, `None` where that is not known.
    pub(super) fn targets(
        &mut self,
        record: &StringRecord,
        line: u64,
        targets: &mut Vec<Option<bool>>,
    ) -> Result<(), AuditError> {
        if self.places.task == AuditTask::MultiClass {
            let class = self.class(record, line)?;
            targets.extend((0..self.places.classes.len()).map(|other| Some(other == class)));
            return Ok(());
        }
        for &place in &self.places.labels {
            let found = Self::text(record, place);
            let unknown = found.is_empty() && self.places.task == AuditTask::MultiLabel;
            targets.push(if unknown { None } else { Some(self.label(place, found, line)?) });
        }
        Ok(())
    }

    /// Positive or not.
    fn label(&mut self, place: usize, found: &str, line: u64) -> Result<bool, AuditError> {
        if let Some(positive) = self.positive.filter(|_| !found.is_empty()) {
            if found != positive && self.negative.len() < MOST_WORDS && !self.negative.contains(found) {
                self.negative.insert(found.to_owned());
            }
            return Ok(found == positive);
        }
        match found.to_lowercase().as_str() {
            "1" | "1.0" | "true" | "yes" => Ok(true),
            "0" | "0.0" | "false" | "no" => Ok(false),
            _ => {
                let expected = "0 or 1; where labels are words, say which is positive with --positive";
                Err(self.fault(place, line, found, expected.to_owned()))
            }
        }
    }

    /// The class of the sample: its name, or, where the first label is no name, its number from 0.
    fn class(&mut self, record: &StringRecord, line: u64) -> Result<usize, AuditError> {
        let (place, classes) = (self.places.labels[0], &self.places.classes);
        let found = Self::text(record, place);
        let named = classes.iter().position(|class| class == found);
        let number = || found.parse().ok().filter(|&class: &usize| class < classes.len());
        let numbered = *self.numbered.get_or_insert(named.is_none() && number().is_some());
        let class = if numbered { number() } else { named };
        class.ok_or_else(|| {
            let expected = match numbered {
                true => format!("the number of a class, 0 to {}", classes.len() - 1),
                false => {
                    format!("one of {} (as the scores are called, or --classes says)", classes.join(", "))
                }
            };
            self.fault(place, line, found, expected)
        })
    }

    /// Finite numbers, added to `scores`.
    pub(super) fn scores(
        &self,
        record: &StringRecord,
        line: u64,
        scores: &mut Vec<f64>,
    ) -> Result<(), AuditError> {
        for &place in &self.places.scores {
            let found = Self::text(record, place);
            let score = found.parse::<f64>().ok().filter(|score| score.is_finite());
            scores.push(
                score.ok_or_else(|| self.fault(place, line, found, "a finite number, such as 0.5".into()))?,
            );
        }
        Ok(())
    }

    /// How much the sample counts; 1 where no column says.
    pub(super) fn weight(&self, record: &StringRecord, line: u64) -> Result<f64, AuditError> {
        let Some(place) = self.places.weights else { return Ok(1.0) };
        let found = Self::text(record, place);
        let weight = found.parse::<f64>().ok().filter(|weight| weight.is_finite() && *weight >= 0.0);
        weight.ok_or_else(|| self.fault(place, line, found, "a weight: a finite number, 0 or more".into()))
    }

    /// What a reader must know about how labels were read.
    pub(super) fn notes(&self) -> Vec<String> {
        let mut notes = Vec::new();
        if self.numbered == Some(true) {
            let classes = self.places.classes.iter().enumerate();
            let pairs: Vec<String> = classes.map(|(number, class)| format!("{number} {class}")).collect();
            notes.push(format!("labels are numbers of classes: {}", pairs.join(", ")));
        }
        if let (Some(positive), true) = (self.positive, self.negative.len() > 1) {
            let words: Vec<&str> = self.negative.iter().map(String::as_str).collect();
            let more = if words.len() == MOST_WORDS { ", …" } else { "" };
            notes.push(format!("labels other than {positive} count as negative: {}{more}", words.join(", ")));
        }
        notes
    }
}

/// `part=test and fold=1`.
pub(super) fn words(rules: &[(String, String)]) -> String {
    let rule = |(column, value): &(String, String)| format!("{column}={value}");
    rules.iter().map(rule).collect::<Vec<_>>().join(" and ")
}

/// Where the columns of `rules` stand, with the values wanted there.
pub(super) fn only_places<'a>(
    file: &str,
    header: &[String],
    rules: &'a [(String, String)],
) -> Result<Vec<(usize, &'a str)>, AuditError> {
    let place = |(column, value): &'a (String, String)| {
        let place = header.iter().position(|name| name == column);
        place.map(|place| (place, value.as_str())).ok_or_else(|| AuditError::Column {
            file: file.to_owned(),
            role: "rows to keep",
            hint: format!("{column:?} is not there"),
            present: header.to_vec(),
        })
    };
    rules.iter().map(place).collect()
}

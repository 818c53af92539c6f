//! The fields of a row.

use std::collections::BTreeSet;

use csv::StringRecord;

use super::columns::Places;
use super::fault::{Fault, Wanted};
use super::number::{Numbers, whole};
use super::question::AuditTask;
use super::vocabulary::{Open, Said, Unknown, Vocabulary, quoted, same};
use crate::words::looks_missing;

/// Reads the fields of a row.
pub(super) struct Fields<'a> {
    pub(super) places: &'a Places,
    pub(super) words: &'a Vocabulary,
    pub(super) numbers: Numbers,
    /// Whether classes are numbered; the first label tells. With the lowest and the highest number.
    numbered: Option<bool>,
    range: Option<(usize, usize)>,
    /// Labels that counted as negative because another word is positive, the first few.
    negative: BTreeSet<String>,
}

/// More words than this are not listed.
const MOST_WORDS: usize = 6;

/// The field at `place` without the blanks around it.
pub(super) fn text(record: &StringRecord, place: usize) -> &str {
    let field = record.get(place).unwrap_or_default();
    match field.as_bytes() {
        // Most fields have none, and need no look at blanks of all alphabets.
        [only] if only.is_ascii_graphic() => field,
        [first, .., last] if first.is_ascii_graphic() && last.is_ascii_graphic() => field,
        _ => field.trim(),
    }
}

/// A fault of the field at `place`.
pub(super) fn fault(place: usize, wanted: Wanted, found: &str, expected: String) -> Box<Fault> {
    // Boxed: rows are read by the million, and a fault is none of them.
    Box::new(Fault { place, wanted, found: found.to_owned(), expected })
}

/// That the patient of a row is not known, with what else must be said for its word.
fn nobody(place: usize, found: &str, word: String) -> Box<Fault> {
    let expected = format!(
        "the name of a patient; where it is not known, {word}--patient-fallback COLUMN makes each row a unit of its own, \
         by its id in that column"
    );
    fault(place, Wanted::Name, found, expected)
}

impl<'a> Fields<'a> {
    pub(super) fn new(places: &'a Places, words: &'a Vocabulary, separator: char) -> Self {
        let numbers = Numbers::new(separator);
        Self { places, words, numbers, numbered: None, range: None, negative: BTreeSet::new() }
    }

    /// A name; `None` where there is no such column.
    pub(super) fn name<'r>(
        &self,
        record: &'r StringRecord,
        place: Option<usize>,
        what: &str,
    ) -> Result<Option<&'r str>, Box<Fault>> {
        let Some(place) = place else { return Ok(None) };
        match text(record, place) {
            "" => Err(fault(place, Wanted::Name, "", format!("the name of a {what}"))),
            name => Ok(Some(name)),
        }
    }

    /// The subgroup; `None` where it is not known.
    pub(super) fn group<'r>(&self, record: &'r StringRecord) -> Option<&'r str> {
        self.attribute(record, self.places.group)
    }

    /// An attribute that makes subgroups; `None` where it is not known.
    pub(super) fn attribute<'r>(&self, record: &'r StringRecord, place: usize) -> Option<&'r str> {
        Some(text(record, place)).filter(|name| !self.words.says_nothing(name))
    }

    /// The patient, or what makes the row a unit of its own where the patient is not known (`true`);
    /// `None` where there is no such column.
    pub(super) fn patient<'r>(
        &self,
        record: &'r StringRecord,
    ) -> Result<Option<(&'r str, bool)>, Box<Fault>> {
        let Some(place) = self.places.patient else { return Ok(None) };
        let found = text(record, place);
        if !self.words.says_nothing(found) {
            return Ok(Some((found, false)));
        }
        let Some(other) = self.places.patient_fallback else {
            return Err(nobody(place, found, String::new()));
        };
        match text(record, other) {
            name if name.is_empty() || self.says_no_name(name) => {
                let expected = "an id of the row, whose patient is not known".to_owned();
                Err(fault(other, Wanted::Name, name, expected))
            }
            name => Ok(Some((name, true))),
        }
    }

    /// Refuse a patient, met for the first time, whose name says that there is none.
    pub(super) fn somebody(&self, name: &str) -> Result<(), Box<Fault>> {
        match self.places.patient.filter(|_| self.says_no_name(name)) {
            Some(place) => Err(nobody(place, name, format!("--missing {} and ", quoted(name)))),
            None => Ok(()),
        }
    }

    /// Whether a word where a name should stand says that there is none: nobody is called NaN.
    fn says_no_name(&self, text: &str) -> bool {
        self.words.says_nothing(text) || looks_missing(text)
    }

    /// What is true of the sample, added to `targets`: for every class or finding whether it is
    /// there, `None` where that is not known; what is not stated plainly is added to `open`.
    pub(super) fn targets(
        &mut self,
        record: &StringRecord,
        targets: &mut Vec<Option<bool>>,
        open: &mut Vec<(usize, Open)>,
    ) -> Result<(), Box<Fault>> {
        if self.places.task == AuditTask::MultiClass {
            let class = self.class(text(record, self.places.labels[0]))?;
            targets
                .extend((0..self.places.classes.len()).map(|other| class.ok().map(|class| other == class)));
            open.extend(class.err().map(|why| (0, why)));
            return Ok(());
        }
        for (class, &place) in self.places.labels.iter().enumerate() {
            let (target, why) = self.outcome(place, text(record, place))?;
            targets.push(target);
            open.extend(why.map(|why| (class, why)));
        }
        Ok(())
    }

    /// Positive or not, and why that is not stated plainly.
    fn outcome(&mut self, place: usize, found: &str) -> Result<(Option<bool>, Option<Open>), Box<Fault>> {
        let refused = || fault(place, Wanted::Outcome, found, self.words.advice(found));
        match self.words.said(found).ok_or_else(refused)? {
            Said::Yes => Ok((Some(true), None)),
            Said::No => Ok((Some(false), None)),
            Said::Other => {
                if self.negative.len() < MOST_WORDS && !self.negative.contains(found) {
                    self.negative.insert(found.to_owned());
                }
                Ok((Some(false), None))
            }
            Said::Open(why) => {
                // Among several findings some are usually not known; a table without its only outcome is odd.
                let usual = (self.places.task == AuditTask::MultiLabel).then_some(Unknown::Ignore);
                let policy = self.words.policy(why, usual).ok_or_else(refused)?;
                Ok((policy.target(), Some(why)))
            }
        }
    }

    /// The class of the sample: its name, or, where the first label is no name, its number from 0; why it is
    /// not known.
    fn class(&mut self, found: &str) -> Result<Result<usize, Open>, Box<Fault>> {
        let (place, classes) = (self.places.labels[0], &self.places.classes);
        let refused = |expected: String| fault(place, Wanted::Class, found, expected);
        if self.words.says_nothing(found) {
            let why = if found.is_empty() { Open::Blank } else { Open::Missing };
            return match self.words.policy(why, None) {
                Some(Unknown::Ignore) => Ok(Err(why)),
                _ => {
                    Err(refused("a class; if empty means not known, --blank ignore leaves it out".to_owned()))
                }
            };
        }
        let named = classes.iter().position(|class| class == found);
        let named = named.or_else(|| classes.iter().position(|class| same(class, found)));
        let numbered = *self.numbered.get_or_insert_with(|| named.is_none() && whole(found).is_some());
        if !numbered {
            return named.map(Ok).ok_or_else(|| {
                let missing = match looks_missing(found) {
                    true => format!("; if {found} means not known, say --missing {}", quoted(found)),
                    false => String::new(),
                };
                let names = classes.join(", ");
                refused(format!("one of {names} (as the scores are called, or --classes says){missing}"))
            });
        }
        let number = whole(found);
        if let Some(number) = number {
            let (low, high) = self.range.unwrap_or((number, number));
            self.range = Some((low.min(number), high.max(number)));
        }
        number.filter(|&class| class < classes.len()).map(Ok).ok_or_else(|| {
            let last = classes.len() - 1;
            let other = match number {
                Some(_) => "; other numbers are named in the order of the scores, as in --classes 1,2,3",
                None => "",
            };
            refused(format!("the number of a class, 0 to {last}{other}"))
        })
    }

    /// Finite numbers, added to `scores`.
    pub(super) fn scores(&mut self, record: &StringRecord, scores: &mut Vec<f64>) -> Result<(), Box<Fault>> {
        for &place in &self.places.scores {
            let found = text(record, place);
            let number = self.numbers.read(found);
            scores.push(number.map_err(|why| {
                let missing = match looks_missing(found) {
                    true => "; a row without a score cannot be audited: leaving out what a method found hard would \
                             flatter it",
                    false => "",
                };
                fault(place, Wanted::Score, found, format!("a finite number, such as 0.5{why}{missing}"))
            })?);
        }
        Ok(())
    }

    /// How much the sample counts; 1 where no column says.
    pub(super) fn weight(&mut self, record: &StringRecord) -> Result<f64, Box<Fault>> {
        let Some(place) = self.places.weights else { return Ok(1.0) };
        let found = text(record, place);
        let refused =
            |why| fault(place, Wanted::Weight, found, format!("a weight: a finite number, 0 or more{why}"));
        let weight = self.numbers.read(found).map_err(refused)?;
        if weight >= 0.0 { Ok(weight) } else { Err(refused("")) }
    }

    /// The continuous attribute; NaN where it is not known, `None` where there is no such column.
    pub(super) fn along(&mut self, record: &StringRecord) -> Result<Option<f64>, Box<Fault>> {
        let Some(place) = self.places.along else { return Ok(None) };
        let found = text(record, place);
        if self.words.says_nothing(found) {
            return Ok(Some(f64::NAN));
        }
        self.numbers.read(found).map(Some).map_err(|why| {
            let missing = match looks_missing(found) {
                true => format!("; if {found} means not known, say --missing {}", quoted(found)),
                false => String::new(),
            };
            let expected = format!("a finite number, along which measures are drawn (--along){why}{missing}");
            fault(place, Wanted::Attribute, found, expected)
        })
    }

    /// Whether the field of `fault` in another row has the same fault.
    pub(super) fn alike(&mut self, fault: &Fault, found: &str) -> bool {
        match fault.wanted {
            Wanted::Name => {
                found.is_empty() || Some(fault.place) == self.places.patient && self.says_no_name(found)
            }
            Wanted::Outcome => self.outcome(fault.place, found).is_err(),
            Wanted::Class => self.class(found).is_err(),
            Wanted::Score => self.numbers.read(found).is_err(),
            Wanted::Weight => self.numbers.read(found).map_or(true, |weight| weight < 0.0),
            Wanted::Attribute => !self.words.says_nothing(found) && self.numbers.read(found).is_err(),
            Wanted::Size => whole(found).is_none(),
        }
    }

    /// What is wrong with the numbers of classes as a whole: without a 0 nobody knows where they begin.
    pub(super) fn numbering(&self) -> Result<(), String> {
        let Some((low, high)) = self.range.filter(|(low, _)| *low > 0) else { return Ok(()) };
        let count = self.places.classes.len();
        let list = |from: usize| (from..from + count).map(|n| n.to_string()).collect::<Vec<_>>().join(",");
        Err(format!(
            "labels are numbers from {low} to {high}, and there are {count} scores: is the first class 0 or 1? Say \
             --classes {} or --classes {}, in the order of the scores",
            list(0),
            list(1)
        ))
    }

    /// What a reader must know about how labels were read.
    pub(super) fn notes(&self) -> Vec<String> {
        let mut notes = Vec::new();
        if self.numbered == Some(true) {
            let classes = self.places.classes.iter().enumerate();
            let pairs: Vec<String> = classes.map(|(number, class)| format!("{number} {class}")).collect();
            notes.push(format!("labels are numbers of classes: {}", pairs.join(", ")));
        }
        if let (Some(positive), true) = (&self.words.positive, self.negative.len() > 1) {
            let words: Vec<&str> = self.negative.iter().map(String::as_str).collect();
            let more = if words.len() == MOST_WORDS { ", …" } else { "" };
            notes.push(format!("labels other than {positive} count as negative: {}{more}", words.join(", ")));
        }
        if self.numbers.has_commas() {
            notes.push("numbers have decimal commas".to_owned());
        }
        notes
    }
}

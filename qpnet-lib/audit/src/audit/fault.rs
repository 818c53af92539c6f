//! A field that cannot be read, and how many are like it.

use std::collections::BTreeMap;
use std::io::Read;

use csv::StringRecord;

use super::AuditError;
use super::source::Source;

/// What a field should have been.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wanted {
    Name,
    Outcome,
    Class,
    Score,
    Weight,
    Attribute,
    Size,
}

/// A field that cannot be read.
#[derive(Debug)]
pub(super) struct Fault {
    pub(super) place: usize,
    pub(super) wanted: Wanted,
    pub(super) found: String,
    pub(super) expected: String,
}

/// Rows of the same fault, found by reading on.
#[derive(Default)]
pub(super) struct Alike {
    rows: u64,
    last: u64,
    /// What stands in them, the first few words.
    words: BTreeMap<String, u64>,
}

/// More different words than this are not listed.
const MOST_WORDS: usize = 4;
/// Longer words are no words.
const LONGEST: usize = 20;

impl Alike {
    /// Count the row at `line`, which has `found` there.
    pub(super) fn add(&mut self, line: u64, found: &str) {
        self.rows += 1;
        self.last = line;
        if self.words.len() <= MOST_WORDS || self.words.contains_key(found) {
            *self.words.entry(found.to_owned()).or_default() += 1;
        }
    }

    /// For the end of a message: `; 12 more rows are like it, the last 345 ("NA" 12)`.
    fn words(&self, first: &str) -> String {
        let listed = self.words.len() <= MOST_WORDS && self.words.keys().all(|word| word.len() <= LONGEST);
        let words: Vec<String> = self.words.iter().map(|(word, count)| format!("{word:?} {count}")).collect();
        let others = self.words.keys().any(|word| word != first);
        let words = if listed && others { format!(" ({})", words.join(", ")) } else { String::new() };
        match self.rows {
            0 => String::new(),
            1 => format!("; 1 more row is like it, {}{words}", self.last),
            rows => format!("; {rows} more rows are like it, the last {}{words}", self.last),
        }
    }
}

impl Fault {
    /// The error, with how many rows are like it and whether the column was told from its name.
    pub(super) fn error(
        self,
        file: &str,
        row: u64,
        header: &[String],
        alike: &Alike,
        told: &str,
    ) -> AuditError {
        let Self { place, found, expected, .. } = self;
        let expected = expected + &alike.words(&found) + told;
        AuditError::Field { file: file.to_owned(), row, column: header[place].clone(), found, expected }
    }
}

/// How many rows below are like that of `fault`; what cannot be read at all ends the count.
pub(super) fn alike<R: Read>(
    source: &mut Source<R>,
    fault: &Fault,
    kept: impl Fn(&StringRecord) -> bool,
    mut is: impl FnMut(&str) -> bool,
) -> Alike {
    let (mut alike, mut record) = (Alike::default(), StringRecord::new());
    while let Ok(Some(line)) = source.next(&mut record) {
        let found = record.get(fault.place).unwrap_or_default().trim();
        if kept(&record) && is(found) {
            alike.add(line, found);
        }
    }
    alike
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_alike_are_counted_and_their_words_listed_where_they_differ() {
        let mut alike = Alike::default();
        assert_eq!(alike.words("NA"), "");
        alike.add(7, "NA");
        assert_eq!(alike.words("NA"), "; 1 more row is like it, 7");
        alike.add(9, ".");
        alike.add(12, "NA");
        assert_eq!(alike.words("NA"), "; 3 more rows are like it, the last 12 (\".\" 1, \"NA\" 2)");
        (0..9).for_each(|at| alike.add(20 + at, &format!("w{at}")));
        assert_eq!(alike.words("NA"), "; 12 more rows are like it, the last 28");
    }
}

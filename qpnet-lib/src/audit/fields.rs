//! The fields of a row, and the header they stand under.

use csv::StringRecord;

use super::AuditError;
use super::columns::Places;

/// Reads the fields of a row.
pub(super) struct Fields<'a> {
    pub(super) file: &'a str,
    pub(super) header: &'a [String],
    pub(super) places: Places,
    pub(super) positive: Option<&'a str>,
}

impl Fields<'_> {
    fn text<'r>(&self, record: &'r StringRecord, place: usize) -> &'r str {
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
    pub(super) fn name(
        &self,
        record: &StringRecord,
        place: Option<usize>,
        what: &str,
        line: u64,
    ) -> Result<Option<String>, AuditError> {
        let Some(place) = place else { return Ok(None) };
        match self.text(record, place) {
            "" => Err(self.fault(place, line, "", format!("the name of a {what}"))),
            name => Ok(Some(name.to_owned())),
        }
    }

    /// Positive or not.
    pub(super) fn label(&self, record: &StringRecord, line: u64) -> Result<bool, AuditError> {
        let place = self.places.label;
        let found = self.text(record, place);
        if let Some(positive) = self.positive.filter(|_| !found.is_empty()) {
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

    /// A finite number.
    pub(super) fn score(&self, record: &StringRecord, line: u64) -> Result<f64, AuditError> {
        let place = self.places.score;
        let found = self.text(record, place);
        let score = found.parse::<f64>().ok().filter(|score| score.is_finite());
        score.ok_or_else(|| self.fault(place, line, found, "a finite number".to_owned()))
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

/// Refuse a header that is none.
pub(super) fn check_header(file: &str, header: &[String]) -> Result<(), AuditError> {
    let fault = |message: String| AuditError::Table { file: file.to_owned(), row: 1, message };
    if header.is_empty() {
        return Err(fault("the file is empty; expected a header and rows".to_owned()));
    }
    if let [only] = header {
        let separator = [';', '\t', '|'].into_iter().find(|&letter| only.contains(letter));
        return Err(fault(match separator {
            Some(letter) => format!("fields are separated by {letter:?}; expected commas"),
            None => "there is one column; expected label, score and group, separated by commas".to_owned(),
        }));
    }
    let doubled = header.iter().enumerate().find(|(at, name)| header[..*at].contains(name));
    doubled.map_or(Ok(()), |(_, name)| Err(fault(format!("there are two columns {name:?}"))))
}

/// What the reader of CSV found, in our words.
pub(super) fn malformed(file: &str, error: &csv::Error) -> AuditError {
    let row = error.position().map_or(1, csv::Position::line);
    let message = match error.kind() {
        csv::ErrorKind::UnequalLengths { expected_len, len, .. } => {
            format!("has {len} fields; expected {expected_len} as in the header")
        }
        csv::ErrorKind::Utf8 { .. } => "is not UTF-8; save the table as UTF-8".to_owned(),
        _ => error.to_string(),
    };
    AuditError::Table { file: file.to_owned(), row, message }
}

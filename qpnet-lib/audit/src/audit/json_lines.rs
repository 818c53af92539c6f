//! Tables as JSON lines: one object a row.

use std::fmt;
use std::io::BufRead;

use csv::StringRecord;
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

/// The fields of an object in the order of the text, values as they are written: ids of more digits than a number holds
/// would become one and the same.
struct Fields(Vec<(String, Box<RawValue>)>);

impl<'de> Deserialize<'de> for Fields {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct InOrder;
        impl<'de> Visitor<'de> for InOrder {
            type Value = Fields;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object, such as {\"label\": 1, \"score\": 0.7, \"group\": \"a\"}")
            }

            fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Fields, M::Error> {
                let mut found = Vec::new();
                while let Some(field) = map.next_entry()? {
                    found.push(field);
                }
                Ok(Fields(found))
            }
        }
        deserializer.deserialize_map(InOrder)
    }
}

/// Rows of objects, whose first one names the columns.
pub(super) struct JsonLines<B> {
    /// Names of the columns.
    pub(super) header: Vec<String>,
    text: B,
    /// The line of the last object, 1-based, blank ones counted.
    pub(super) line: u64,
    first: Option<Fields>,
    buffer: Vec<u8>,
}

/// A row that is none, and what is wrong.
pub(super) type Wrong = (u64, String);

impl<B: BufRead> JsonLines<B> {
    /// Read the first object.
    pub(super) fn open(text: B) -> Result<Self, Wrong> {
        let mut own = Self { header: Vec::new(), text, line: 0, first: None, buffer: Vec::new() };
        own.first = own.object()?;
        if let Some(Fields(fields)) = &own.first {
            own.header = fields.iter().map(|(name, _)| name.trim().to_owned()).collect();
        }
        Ok(own)
    }

    /// The next row and its line; `None` after the last. A column that an object lacks is empty.
    pub(super) fn next(&mut self, record: &mut StringRecord) -> Result<Option<u64>, Wrong> {
        let Some(Fields(fields)) = (match self.first.take() {
            Some(first) => Some(first),
            None => self.object()?,
        }) else {
            return Ok(None);
        };
        let mut row = vec![String::new(); self.header.len()];
        let mut met = vec![false; self.header.len()];
        for (name, value) in fields {
            let place = self.header.iter().position(|column| column == name.trim());
            let place = place.ok_or_else(|| {
                let missing =
                    "which the first object does not have (where it is not known, that has it as null)";
                (self.line, format!("has the column {name:?}, {missing}"))
            })?;
            if std::mem::replace(&mut met[place], true) {
                return Err((self.line, format!("has the column {name:?} twice")));
            }
            row[place] = word(value.get()).map_err(|wrong| (self.line, format!("column {name}: {wrong}")))?;
        }
        record.clear();
        row.iter().for_each(|field| record.push_field(field));
        Ok(Some(self.line))
    }

    /// The next line that is not blank.
    fn object(&mut self) -> Result<Option<Fields>, Wrong> {
        loop {
            self.buffer.clear();
            self.line += 1;
            let read = self.text.read_until(b'\n', &mut self.buffer);
            match read {
                Err(error) => return Err((self.line, format!("cannot be read: {error}"))),
                Ok(0) => return Ok(None),
                Ok(_) if self.buffer.trim_ascii().is_empty() => {}
                Ok(_) => break,
            }
        }
        // Each line is read on its own: that it is the first of one tells nobody where.
        let wrong = |error: serde_json::Error| {
            let told = error.to_string().replace(" at line 1 column ", ", column ");
            (self.line, format!("is no object of JSON: {told}"))
        };
        serde_json::from_slice(self.buffer.trim_ascii()).map(Some).map_err(wrong)
    }
}

/// A value as the field of a table: a number as it is written, a string without its quotes, null as nothing.
fn word(value: &str) -> Result<String, String> {
    match value.as_bytes().first() {
        Some(b'"') => serde_json::from_str(value).map_err(|error| error.to_string()),
        Some(b'[' | b'{') => {
            Err("expected a word, a number, true, false or null, no list and no object".to_owned())
        }
        _ if value == "null" => Ok(String::new()),
        _ => Ok(value.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &str) -> Result<Vec<Vec<String>>, Wrong> {
        let mut lines = JsonLines::open(text.as_bytes())?;
        let mut record = StringRecord::new();
        let mut found = vec![lines.header.clone()];
        while lines.next(&mut record)?.is_some() {
            found.push(record.iter().map(str::to_owned).collect());
        }
        Ok(found)
    }

    #[test]
    fn objects_are_rows_in_the_order_of_the_first() {
        let text = "{\"y\": 1, \"p\": 0.25, \"a\": \"x\"}\n\n{\"a\": null, \"y\": false, \"p\": 1e-3}\n{\"y\": true}";
        let found = rows(text).expect("sound");
        assert_eq!(found, [["y", "p", "a"], ["1", "0.25", "x"], ["false", "1e-3", ""], ["true", "", ""]]);
    }

    #[test]
    fn numbers_are_kept_as_they_are_written() {
        let text =
            "{\"id\": 18446744073709552001, \"a\": 0.10}\n{\"id\": 18446744073709552002, \"a\": \"\\u00e9\"}";
        let found = rows(text).expect("sound");
        assert_eq!(found[1..], [["18446744073709552001", "0.10"], ["18446744073709552002", "é"]]);
    }

    #[test]
    fn what_is_no_row_is_told_with_its_line() {
        for (text, line, expected) in [
            ("{\"a\": 1}\n{\"b\": 2}\n", 2, "has the column \"b\", which the first object does not have"),
            ("{\"a\": 1}\n\n{\"a\": 2, \"a\": 3}\n", 3, "has the column \"a\" twice"),
            ("{\"a\": 1}\n{\"a\": [2]}\n", 2, "column a: expected a word, a number"),
            ("{\"a\": 1}\n{\"a\": 2\n", 2, "is no object of JSON: EOF while parsing an object, column"),
            ("{\"a\": 1}\n[1]\n", 2, "is no object of JSON"),
        ] {
            let (at, message) = rows(text).expect_err(expected);
            assert!(at == line && message.contains(expected), "{at}: {message}");
        }
    }
}

//! Tables as JSON lines: one object a row.

use std::fmt;
use std::io::BufRead;

use csv::StringRecord;
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::Value;

/// The fields of an object in the order of the text.
struct Fields(Vec<(String, Value)>);

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
    line: u64,
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
                (self.line, format!("has the column {name:?}, which the first object does not have"))
            })?;
            if std::mem::replace(&mut met[place], true) {
                return Err((self.line, format!("has the column {name:?} twice")));
            }
            row[place] = match value {
                Value::Null => String::new(),
                Value::Bool(own) => own.to_string(),
                Value::Number(own) => own.to_string(),
                Value::String(own) => own,
                Value::Array(_) | Value::Object(_) => {
                    let message = format!(
                        "column {name}: expected a word, a number, true, false or null, no list and no object"
                    );
                    return Err((self.line, message));
                }
            };
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
        let wrong = |error: serde_json::Error| (self.line, format!("is no object of JSON: {error}"));
        serde_json::from_slice(self.buffer.trim_ascii()).map(Some).map_err(wrong)
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
        assert_eq!(found, [["y", "p", "a"], ["1", "0.25", "x"], ["false", "0.001", ""], ["true", "", ""]]);
    }

    #[test]
    fn what_is_no_row_is_told_with_its_line() {
        for (text, line, expected) in [
            ("{\"a\": 1}\n{\"b\": 2}\n", 2, "has the column \"b\", which the first object does not have"),
            ("{\"a\": 1}\n\n{\"a\": 2, \"a\": 3}\n", 3, "has the column \"a\" twice"),
            ("{\"a\": 1}\n{\"a\": [2]}\n", 2, "column a: expected a word, a number"),
            ("{\"a\": 1}\n{\"a\": 2\n", 2, "is no object of JSON"),
            ("{\"a\": 1}\n[1]\n", 2, "is no object of JSON"),
        ] {
            let (at, message) = rows(text).expect_err(expected);
            assert!(at == line && message.contains(expected), "{at}: {message}");
        }
    }
}

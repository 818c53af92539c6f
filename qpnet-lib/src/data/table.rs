//! A CSV file as a polars frame of words, with the row number of every record.
//!
//! polars infers types, renames doubled headers and fills short rows without a word. Here a
//! record is first walked byte by byte: what is malformed is refused with its row, and polars
//! then reads a file that is known to be well formed, every column as text.

use std::collections::HashMap;
use std::io::Cursor;
use std::path::Path;

use polars::prelude::{CsvReadOptions, DataFrame, SerReader};

use super::error::DataError;
use crate::fs;

/// A longer record is no table row but a file of another kind.
const MAX_RECORD_BYTES: usize = 1 << 20;

/// A table read as text.
#[derive(Clone, Debug)]
pub struct Table {
    /// Its file name, for messages.
    pub file: String,
    /// One text column per header; empty fields are null.
    pub frame: DataFrame,
    /// The 1-based row in the file at which each record starts (the header is row 1).
    pub rows: Vec<usize>,
    /// The bytes as read, for the population's hash.
    pub bytes: Vec<u8>,
}

/// Where one record lies in the file.
struct Record {
    row: usize,
    start: usize,
    end: usize,
    fields: usize,
}

impl Table {
    /// Read the first of `candidates` that exists in `folder`.
    ///
    /// # Errors
    /// [`DataError::NoTable`] when none exists, [`DataError::Table`] for a malformed one.
    pub fn find(folder: &Path, candidates: &[String]) -> Result<Self, DataError> {
        for name in candidates {
            let path = folder.join(name);
            if path.is_file() {
                return Self::parse(&path.display().to_string(), fs::read(&path)?);
            }
        }
        Err(DataError::NoTable { folder: folder.to_owned(), tried: candidates.to_vec() })
    }

    /// Parse comma-separated UTF-8 with a header; LF or CRLF, quoted fields, blank rows skipped.
    ///
    /// # Errors
    /// [`DataError::Table`] naming the row.
    pub fn parse(file: &str, bytes: Vec<u8>) -> Result<Self, DataError> {
        let fault = |row: usize, message: String| DataError::Table { file: file.to_owned(), row, message };
        if let Err(error) = std::str::from_utf8(&bytes) {
            let row = 1 + bytes[..error.valid_up_to()].iter().filter(|&&byte| byte == b'\n').count();
            return Err(fault(row, "is not UTF-8; save the table as UTF-8".into()));
        }
        let body = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(&bytes);
        let records = walk(body).map_err(|(row, message)| fault(row, message))?;
        let Some((header, rest)) = records.split_first() else {
            return Err(fault(1, "the table is empty; expected a header and rows".into()));
        };
        if let Some(record) = rest.iter().find(|record| record.fields != header.fields) {
            let message = format!(
                "has {} fields; expected {} as in the header: look for a missing or unquoted comma",
                record.fields, header.fields
            );
            return Err(fault(record.row, message));
        }
        let text: Vec<u8> =
            records.iter().flat_map(|record| [&body[record.start..record.end], b"\n"].concat()).collect();
        unique_headers(&body[header.start..header.end]).map_err(|message| fault(header.row, message))?;
        let frame = CsvReadOptions::default()
            .with_has_header(true)
            .with_infer_schema_length(Some(0))
            .into_reader_with_file_handle(Cursor::new(text))
            .finish()
            .map_err(|error| fault(1, format!("cannot be read as CSV: {error}")))?;
        let rows: Vec<usize> = rest.iter().map(|record| record.row).collect();
        if frame.height() != rows.len() {
            let message = format!("the reader found {} records; expected {}", frame.height(), rows.len());
            return Err(fault(1, message));
        }
        Ok(Self { file: file.to_owned(), frame, rows, bytes })
    }

    /// The column `name`, `None` where the field is empty or one of `missing`.
    ///
    /// # Errors
    /// [`DataError::UnknownColumn`].
    pub fn column(&self, name: &str, missing: &[String]) -> Result<Vec<Option<String>>, DataError> {
        let unknown = || DataError::UnknownColumn {
            file: self.file.clone(),
            column: name.to_owned(),
            present: self.frame.get_column_names().iter().map(ToString::to_string).collect(),
        };
        let column = self.frame.column(name).map_err(|_| unknown())?;
        let text = column.str().map_err(|_| unknown())?;
        let present = |word: &str| !word.is_empty() && !missing.iter().any(|gap| gap == word);
        Ok(text.iter().map(|cell| cell.filter(|word| present(word)).map(str::to_owned)).collect())
    }
}

/// Split into records, minding quotes; blank rows are left out.
fn walk(body: &[u8]) -> Result<Vec<Record>, (usize, String)> {
    let mut records = Vec::new();
    let (mut row, mut first_row, mut start, mut fields, mut quoted) = (1, 1, 0, 1, false);
    for at in 0..=body.len() {
        match body.get(at) {
            Some(b'"') => quoted = !quoted,
            Some(b',') if !quoted => fields += 1,
            Some(b'\n') if quoted => row += 1,
            Some(b'\n') | None => {
                if quoted {
                    return Err((first_row, "a quote is opened and never closed".into()));
                }
                if at - start > MAX_RECORD_BYTES {
                    return Err((
                        first_row,
                        format!("is longer than {MAX_RECORD_BYTES} bytes; is this a table?"),
                    ));
                }
                let end = if at > start && body[at - 1] == b'\r' { at - 1 } else { at };
                if end > start {
                    records.push(Record { row: first_row, start, end, fields });
                }
                row += 1;
                (first_row, start, fields) = (row, at + 1, 1);
            }
            Some(_) => {}
        }
    }
    Ok(records)
}

fn unique_headers(header: &[u8]) -> Result<(), String> {
    let text = String::from_utf8_lossy(header);
    let mut quoted = false;
    let names = text.split(|letter: char| {
        quoted ^= letter == '"';
        letter == ',' && !quoted
    });
    let mut seen: HashMap<&str, usize> = HashMap::new();
    for (index, name) in names.map(|name| name.trim_matches('"')).enumerate() {
        if let Some(first) = seen.insert(name, index + 1) {
            return Err(format!("columns {first} and {} are both called {name:?}; rename one", index + 1));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// Pieces that matter to a CSV reader, in any order: a table or an error, never a panic.
        #[test]
        fn anything_is_a_table_or_an_error(pieces in prop::collection::vec(
            prop::sample::select(vec!["a", "b", ",", "\"", "\n", "\r\n", " ", "é", "1.5", "\r", "\0", ",,"]), 0..40)
        ) {
            if let Ok(table) = parse(pieces.concat().as_bytes()) {
                prop_assert_eq!(table.frame.height(), table.rows.len());
            }
        }
    }

    fn parse(text: &[u8]) -> Result<Table, DataError> {
        Table::parse("t.csv", text.to_vec())
    }

    #[test]
    fn rows_are_counted_as_an_editor_counts_them() {
        let table = parse(b"id,note\r\na,\"two\nlines\"\r\n\r\nb,\r\n").expect("valid");
        assert_eq!(table.rows, [2, 5]);
        let notes = table.column("note", &[]).expect("column");
        assert_eq!(notes, [Some("two\nlines".to_owned()), None]);
        assert_eq!(table.column("id", &["b".into()]).expect("column")[1], None);
    }

    #[test]
    fn numbers_stay_words() {
        let table = parse(b"\xef\xbb\xbfid,age\n007,80.0\n").expect("valid");
        assert_eq!(table.column("id", &[]).expect("column"), [Some("007".to_owned())]);
        assert_eq!(table.column("age", &[]).expect("column"), [Some("80.0".to_owned())]);
        assert!(parse(b"\"a, x\",\"b, x\"\n1,2\n").is_ok(), "a comma in a quoted header is a letter");
    }

    #[test]
    fn malformed_tables_name_their_row() {
        let cases: [(&[u8], &str); 6] = [
            (b"a,b\n1,2\n3\n", "row 3: has 1 fields; expected 2"),
            (b"a,b\n1,2,3\n", "row 2: has 3 fields"),
            (b"a,b\n1,\xff\n", "row 2: is not UTF-8"),
            (b"a,b,a\n1,2,3\n", "columns 1 and 3 are both called \"a\""),
            (b"a,b\n1,\"2\n", "never closed"),
            (b"\n\n", "empty"),
        ];
        for (text, expected) in cases {
            let error = parse(text).expect_err("malformed").to_string();
            assert!(error.contains(expected), "{error}");
        }
        let long = [b"a\n".to_vec(), vec![b'x'; MAX_RECORD_BYTES + 1]].concat();
        assert!(parse(&long).expect_err("too long").to_string().contains("row 2"));
        let error =
            parse(b"age,sex\n1,f\n").expect("valid").column("aeg", &[]).expect_err("unknown").to_string();
        assert!(error.contains("\"age\", \"sex\" (did you mean \"age\"?)"), "{error}");
    }
}

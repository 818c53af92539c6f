//! A CSV file as a table.
//!
//! polars infers types, renames doubled headers and fills short rows without a word. Here a
//! record is first walked byte by byte: what is malformed is refused with its row, and polars
//! then reads a file that is known to be well formed, every column as text.

use std::borrow::Cow;
use std::collections::HashMap;
use std::io::Cursor;

use polars::prelude::{CsvReadOptions, NamedFrom, PolarsError, PolarsResult, SerReader, Series};

use super::error::TableError;
use super::gzip::unpacked;
use super::records::{Record, walk};
use super::text::Table;

/// A wider table is no table of samples; joining one would take minutes.
const MAX_COLUMNS: usize = 10_000;

impl Table {
    /// Parse comma-separated UTF-8; LF or CRLF, quoted fields, blank rows skipped, packed by gzip or not. The first
    /// record is the header unless `header` names the columns. Blanks around a field do not count.
    ///
    /// # Errors
    /// [`TableError::Row`] naming the row.
    pub fn parse(file: &str, bytes: Vec<u8>, header: &[String]) -> Result<Self, TableError> {
        let fault = |row: usize, message: String| TableError::Row { file: file.to_owned(), row, message };
        let bytes = unpacked(bytes).map_err(|message| fault(1, message))?;
        if let Err(error) = std::str::from_utf8(&bytes) {
            let row = 1 + bytes[..error.valid_up_to()].iter().filter(|&&byte| byte == b'\n').count();
            return Err(fault(row, "is not UTF-8; save the table as UTF-8".into()));
        }
        let body = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(&bytes);
        let records = walk(body).map_err(|(row, message)| fault(row, message))?;
        let Some(first) = records.first() else {
            return Err(fault(1, "the table is empty; expected a header and rows".into()));
        };
        if first.fields > MAX_COLUMNS {
            let message = format!("has {} columns; expected at most {MAX_COLUMNS}", first.fields);
            return Err(fault(first.row, message));
        }
        let own = header.is_empty();
        let (expected, rest) = if own { (first.fields, &records[1..]) } else { (header.len(), &records[..]) };
        if let Some(record) = rest.iter().find(|record| record.fields != expected) {
            let message = format!(
                "has {} fields; expected {expected} as in the header: look for a missing or unquoted comma{}",
                record.fields,
                separated(&body[first.start..first.end])
            );
            return Err(fault(record.row, message));
        }
        let names = if own {
            names(&body[first.start..first.end]).map_err(|message| fault(first.row, message))?
        } else {
            header.to_vec()
        };
        let rows: Vec<usize> = rest.iter().map(|record| record.row).collect();
        let text = canonical(body, &records);
        drop(records);
        let unreadable = |error: PolarsError| fault(1, format!("cannot be read as CSV: {error}"));
        let mut frame = CsvReadOptions::default()
            .with_has_header(own)
            .with_infer_schema_length(Some(0))
            .into_reader_with_file_handle(Cursor::new(text.as_ref()))
            .finish()
            .map_err(unreadable)?;
        // polars leaves doubled quotes in a header as they stand.
        frame.set_column_names(&names).map_err(unreadable)?;
        if frame.height() != rows.len() {
            let message = format!("the reader found {} records; expected {}", frame.height(), rows.len());
            return Err(fault(1, message));
        }
        drop(text);
        let mut table =
            Self { file: file.to_owned(), frame, rows, bytes, notes: Vec::new(), forgotten: Vec::new() };
        table.trim().map_err(unreadable)?;
        Ok(table)
    }

    /// Take the blanks around every field away, and say where there were any.
    fn trim(&mut self) -> PolarsResult<()> {
        for index in 0..self.frame.width() {
            let Some(column) = self.frame.select_at_idx(index) else { continue };
            let words = column.str()?;
            let padded = |word: &&str| word.trim().len() < word.len();
            let Some(first) = words.iter().position(|word| word.is_some_and(|word| padded(&word))) else {
                continue;
            };
            let count = words.iter().flatten().filter(padded).count();
            let name = column.name().clone();
            let trimmed: Vec<Option<&str>> = words.iter().map(|word| word.map(str::trim)).collect();
            let trimmed = Series::new(name.clone(), trimmed);
            self.notes.push(format!(
                "{count} fields of column {name:?} have blanks around their word, which do not count (first in row {})",
                self.rows[first]
            ));
            self.frame.replace_column(index, trimmed.into())?;
        }
        Ok(())
    }
}

/// The records one below the other, each ended by LF; not copied where they stand like that.
fn canonical<'a>(body: &'a [u8], records: &[Record]) -> Cow<'a, [u8]> {
    let mut end = 0;
    let joined = records.iter().all(|record| {
        let follows = record.start == end;
        end = record.end + 1;
        follows
    });
    let whole = body.len() == end && body.ends_with(b"\n") || body.len() + 1 == end;
    if joined && whole {
        return Cow::Borrowed(body);
    }
    let mut text = Vec::with_capacity(body.len() + 1);
    for record in records {
        text.extend_from_slice(&body[record.start..record.end]);
        text.push(b'\n');
    }
    Cow::Owned(text)
}

/// A hint for a table that commas do not separate.
fn separated(header: &[u8]) -> String {
    let count = |byte: u8| header.iter().filter(|&&other| other == byte).count();
    let other =
        [(b';', "semicolons"), (b'\t', "tabs")].into_iter().find(|(byte, _)| count(*byte) > count(b','));
    other.map_or_else(String::new, |(_, name)| {
        format!("; the header is separated by {name}: save the table with commas")
    })
}

/// The names of the columns, all different; blanks around them do not count.
fn names(header: &[u8]) -> Result<Vec<String>, String> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(header);
    let mut record = csv::StringRecord::new();
    reader.read_record(&mut record).map_err(|error| format!("cannot be read as CSV: {error}"))?;
    let mut seen: HashMap<&str, usize> = HashMap::new();
    record.trim();
    for (index, name) in record.iter().enumerate() {
        if let Some(first) = seen.insert(name, index + 1) {
            return Err(format!("columns {first} and {} are both called {name:?}; rename one", index + 1));
        }
    }
    Ok(record.iter().map(str::to_owned).collect())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// Pieces that matter to a CSV reader, in any order: an error, or the cells that another
        /// reader finds.
        #[test]
        fn a_table_has_the_cells_that_another_reader_finds(pieces in prop::collection::vec(
            prop::sample::select(vec![
                "a", "b", ",", ",", "\"", "\"\"", "\n", "\n", "\r\n", " ", "é", "1.5", "\r", "\0", "#",
            ]),
            0..40,
        )) {
            let text = pieces.concat();
            if let Ok(table) = parse(text.as_bytes()) {
                let mut reader = csv::Reader::from_reader(text.as_bytes());
                let mut headers = reader.headers().expect("headers").clone();
                headers.trim();
                let names = table.frame.get_column_names();
                prop_assert_eq!(names.iter().map(|name| name.as_str()).collect::<Vec<_>>(), headers.iter().collect::<Vec<_>>());
                let records: Vec<csv::StringRecord> = reader.records().collect::<Result<_, _>>().expect("records");
                prop_assert_eq!(records.len(), table.rows.len());
                for (at, name) in headers.iter().enumerate() {
                    let cell = |record: &csv::StringRecord| Some(record[at].trim().to_owned()).filter(|word| !word.is_empty());
                    let expected: Vec<Option<String>> = records.iter().map(cell).collect();
                    let got = table.column(name, &[]).expect("column");
                    prop_assert_eq!(got, expected.iter().map(Option::as_deref).collect::<Vec<_>>());
                }
            }
        }
    }

    fn parse(text: &[u8]) -> Result<Table, TableError> {
        Table::parse("t.csv", text.to_vec(), &[])
    }

    #[test]
    fn rows_are_counted_as_an_editor_counts_them() {
        let table = parse(b"id,note\r\na,\"two\nlines\"\r\n\r\nb,\r\n").expect("valid");
        assert_eq!(table.rows, [2, 5]);
        let notes = table.column("note", &[]).expect("column");
        assert_eq!(notes, [Some("two\nlines"), None]);
        let gap = ["b".to_owned()];
        assert_eq!(table.column("id", &gap).expect("column"), [Some("a"), None]);
        assert_eq!(table.cells("id", &gap).expect("column").get(1), None);
    }

    #[test]
    fn numbers_stay_words() {
        let table = parse(b"\xef\xbb\xbfid,age\n007,80.0\n").expect("valid");
        assert_eq!(table.column("id", &[]).expect("column"), [Some("007")]);
        assert_eq!(table.column("age", &[]).expect("column"), [Some("80.0")]);
        assert!(parse(b"\"a, x\",\"b, x\"\n1,2\n").is_ok(), "a comma in a quoted header is a letter");
        assert!(parse(b"\"a \"\"b\"\"\",c\n1,2\n").expect("valid").column("a \"b\"", &[]).is_ok());
    }

    #[test]
    fn a_column_that_was_dropped_still_stands_in_messages() {
        let mut table = parse(b"id,age,sex\n1,2,f\n").expect("valid");
        table.forget_all_but(&BTreeSet::from(["id", "age"]));
        assert_eq!(table.frame.width(), 2);
        let error = table.column("sx", &[]).expect_err("unknown").to_string();
        assert!(error.contains("\"id\", \"age\", \"sex\" (did you mean \"sex\"?)"), "{error}");
    }

    #[test]
    fn malformed_tables_name_their_row() {
        let cases: [(&[u8], &str); 10] = [
            (b"a,b\n1,2\n3\n", "row 3: has 1 fields; expected 2"),
            (b"a,b\n1,2,3\n", "row 2: has 3 fields"),
            (b"a,b\n1,\xff\n", "row 2: is not UTF-8"),
            (b"a,b,a\n1,2,3\n", "columns 1 and 3 are both called \"a\""),
            (b"a,b\n1,\"2\n", "never closed"),
            (b"a,b\n1,2\"3\n", "row 2: has a quote in the middle"),
            (b"a,b\n1,\"2\"3\n", "row 2: has a quote in the middle"),
            (b"a,b\r1,2\r", "row 1: has a carriage return without a line feed"),
            (&[b"a".to_vec(), b",b".repeat(MAX_COLUMNS)].concat(), "row 1: has 10001 columns"),
            (b"\n\n", "empty"),
        ];
        for (text, expected) in cases {
            let error = parse(text).expect_err("malformed").to_string();
            assert!(error.contains(expected), "{error}");
        }
        let long = [b"a\n".to_vec(), vec![b'x'; 10 << 20]].concat();
        assert!(parse(&long).expect_err("too long").to_string().contains("row 2"));
        let error =
            parse(b"age,sex\n1,f\n").expect("valid").column("aeg", &[]).expect_err("unknown").to_string();
        assert!(error.contains("\"age\", \"sex\" (did you mean \"age\"?)"), "{error}");
    }
}

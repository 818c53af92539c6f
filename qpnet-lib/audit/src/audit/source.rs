//! The text of somebody's table: where it begins, what separates its fields, or that rows are objects of JSON.

use std::io::{BufRead, Chain, Cursor, Read};

use csv::{Reader, ReaderBuilder, StringRecord};

use super::AuditError;
use super::json_lines::{JsonLines, Wrong};
use super::packed::Text;

/// A first line longer than this is no header.
const LONGEST_HEADER: u64 = 1 << 20;
/// What may separate fields.
const SEPARATORS: [u8; 3] = [b',', b';', b'\t'];

/// A table whose header is read.
pub(super) struct Source<R: Read> {
    /// Names of the columns without the blanks around them.
    pub(super) header: Vec<String>,
    /// What separates its fields.
    pub(super) separator: char,
    rows: Rows<Chain<Cursor<Vec<u8>>, Text<R>>>,
    file: String,
}

/// What reads the rows.
enum Rows<T> {
    Fields(Box<Reader<T>>, Ends),
    Objects(JsonLines<T>),
}

/// How lines end, which tells their numbers: the reader counts line feeds, and takes that of `\r\n` for a
/// part of the next line.
#[derive(Clone, Copy, Debug)]
enum Ends {
    Feed,
    ReturnFeed,
    Return,
}

impl Ends {
    fn of(first: &[u8]) -> Self {
        match first.iter().position(|&byte| byte == b'\r') {
            None => Self::Feed,
            Some(at) if first.get(at + 1) == Some(&b'\n') => Self::ReturnFeed,
            Some(_) => Self::Return,
        }
    }

    /// The row of a position, 1-based; the header is row 1.
    fn row(self, at: &csv::Position) -> u64 {
        match self {
            Self::Feed => at.line(),
            Self::ReturnFeed => at.line() + 1,
            Self::Return => at.record() + 1,
        }
    }
}

impl<R: Read> Source<R> {
    /// Read the header of UTF-8 text, plain or compressed by gzip, whose fields are separated by commas,
    /// semicolons or tabs, told from the header, or whose lines are objects of JSON, told from the first;
    /// `file` is its name in messages.
    ///
    /// # Errors
    /// [`AuditError::Table`]: no text, no table, a column twice.
    pub(super) fn open(file: &str, bytes: R) -> Result<Self, AuditError> {
        let fault = |message: String| AuditError::Table { file: file.to_owned(), row: 1, message };
        let whole = |message: String| AuditError::Whole { file: file.to_owned(), message };
        let (mut rest, mut first) = (Text::open(bytes).map_err(whole)?, Vec::new());
        let read = rest.by_ref().take(LONGEST_HEADER).read_until(b'\n', &mut first);
        read.map_err(|error| whole(unreadable(&error)))?;
        if first.is_empty() {
            return Err(whole("the file is empty; expected a header and rows".to_owned()));
        }
        if first.contains(&0) {
            return Err(whole("is no text, or UTF-16; save the table as CSV in UTF-8".to_owned()));
        }
        // A byte order mark, as Excel writes it.
        if first.starts_with(&[0xef, 0xbb, 0xbf]) {
            first.drain(..3);
        }
        // Objects may stand below blank lines.
        while first.trim_ascii().is_empty() && (first.len() as u64) < LONGEST_HEADER {
            let read = rest.by_ref().take(LONGEST_HEADER).read_until(b'\n', &mut first);
            if read.map_err(|error| whole(unreadable(&error)))? == 0 {
                break;
            }
        }
        match first.trim_ascii_start().first() {
            Some(b'{') => return Self::of_objects(file, Cursor::new(first).chain(rest)),
            Some(b'[') => {
                let message = "is a list of JSON; expected one object a line: jq -c '.[]' makes that of it";
                return Err(whole(message.to_owned()));
            }
            _ => {}
        }
        let end = first.iter().position(|byte| b"\r\n".contains(byte));
        if end.is_none() && first.len() as u64 + 3 >= LONGEST_HEADER {
            return Err(fault("the first line is longer than a mebibyte; expected a header".to_owned()));
        }
        let separator = separator(&first[..end.unwrap_or(first.len())]).map_err(fault)?;
        let ends = Ends::of(&first);
        let mut reader =
            ReaderBuilder::new().delimiter(separator).from_reader(Cursor::new(first).chain(rest));
        let header = reader.headers().map_err(|error| malformed(file, ends, &error))?;
        let header: Vec<String> = header.iter().map(|name| name.trim().to_owned()).collect();
        check(&header).map_err(fault)?;
        let rows = Rows::Fields(Box::new(reader), ends);
        Ok(Self { header, separator: separator.into(), rows, file: file.to_owned() })
    }

    /// Of objects of JSON, one a line.
    fn of_objects(file: &str, text: Chain<Cursor<Vec<u8>>, Text<R>>) -> Result<Self, AuditError> {
        let fault = |(row, message): Wrong| AuditError::Table { file: file.to_owned(), row, message };
        let objects = JsonLines::open(text).map_err(fault)?;
        check(&objects.header).map_err(|message| fault((objects.line, message)))?;
        let header = objects.header.clone();
        Ok(Self { header, separator: ',', rows: Rows::Objects(objects), file: file.to_owned() })
    }

    /// The next row and its line; `None` after the last.
    ///
    /// # Errors
    /// [`AuditError::Table`]: not as many fields as the header has, no UTF-8.
    pub(super) fn next(&mut self, record: &mut StringRecord) -> Result<Option<u64>, AuditError> {
        match &mut self.rows {
            Rows::Fields(reader, ends) => {
                let read =
                    reader.read_record(record).map_err(|error| malformed(&self.file, *ends, &error))?;
                Ok(read.then(|| record.position().map_or(0, |at| ends.row(at))))
            }
            Rows::Objects(objects) => objects.next(record).map_err(|(row, message)| AuditError::Table {
                file: self.file.clone(),
                row,
                message,
            }),
        }
    }
}

/// What separates the names of a header; outside quotes there may be one kind only.
fn separator(header: &[u8]) -> Result<u8, String> {
    let mut quoted = false;
    let mut found: Vec<u8> = Vec::new();
    for byte in header {
        quoted ^= *byte == b'"';
        if !quoted && (SEPARATORS.contains(byte) || *byte == b'|') && !found.contains(byte) {
            found.push(*byte);
        }
    }
    match found[..] {
        [b'|'] => Err("fields are separated by '|'; expected commas, semicolons or tabs".to_owned()),
        [one] => Ok(one),
        // A table of one column, or none: what is missing is said later.
        [] => Ok(b','),
        [one, other, ..] => Err(format!(
            "the header mixes {:?} and {:?}; expected one separator (a name that holds one stands in quotes)",
            char::from(one),
            char::from(other)
        )),
    }
}

/// Refuse a header that is none.
fn check(header: &[String]) -> Result<(), String> {
    match header {
        [] => return Err("the first line is empty; expected a header".to_owned()),
        [only] if only.is_empty() => return Err("the first line is empty; expected a header".to_owned()),
        [_] => {
            return Err(
                "there is one column; expected label, score and group, separated by commas".to_owned()
            );
        }
        _ => {}
    }
    // A column without a name, as row numbers are written, can have no role.
    let named = header.iter().enumerate().filter(|(_, name)| !name.is_empty());
    let doubled = named.clone().find(|(at, name)| header[..*at].contains(name));
    doubled.map_or(Ok(()), |(_, name)| Err(format!("there are two columns {name:?}")))
}

/// What the reader of CSV found, in our words.
fn malformed(file: &str, ends: Ends, error: &csv::Error) -> AuditError {
    let row = error.position().map_or(1, |at| ends.row(at));
    let message = match error.kind() {
        csv::ErrorKind::UnequalLengths { expected_len, len, .. } => format!(
            "has {len} fields; expected {expected_len} as in the header, with the same separator (a field that \
             holds one, such as a number with a decimal comma, stands in quotes)"
        ),
        csv::ErrorKind::Io(error) => {
            return AuditError::Whole { file: file.to_owned(), message: unreadable(error) };
        }
        csv::ErrorKind::Utf8 { .. } => "is not UTF-8; save the table as UTF-8".to_owned(),
        _ => error.to_string(),
    };
    AuditError::Table { file: file.to_owned(), row, message }
}

fn unreadable(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::UnexpectedEof => "ends too early: is the compressed file complete?".to_owned(),
        _ => format!("cannot be read: {error}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn separators_are_told_from_the_header() {
        for (header, expected) in
            [("a,b", b','), ("a;b;c", b';'), ("a\tb", b'\t'), ("\"a,b\";c", b';'), ("alone", b',')]
        {
            assert_eq!(separator(header.as_bytes()), Ok(expected), "{header}");
        }
        assert!(separator(b"a;b,c").expect_err("mixed").contains("mixes ';' and ','"));
        assert!(separator(b"a|b").expect_err("pipe").contains("separated by '|'"));
    }

    #[test]
    fn marks_and_line_ends_are_no_part_of_names() {
        for text in ["\u{feff}\"a\",b\r\n1,2\r\n", "a,b\n1,2", "a,b\r1,2\r", " a , b \n1,2"] {
            let mut source = Source::open("t.csv", text.as_bytes()).expect("sound");
            assert_eq!(source.header, ["a", "b"]);
            let mut record = StringRecord::new();
            assert_eq!(source.next(&mut record).expect("row"), Some(2), "{text:?}");
            assert_eq!(record, vec!["1", "2"]);
            assert!(source.next(&mut record).expect("end").is_none());
        }
        for end in ["\n", "\r\n", "\r"] {
            let text = ["a,b", "1,2", "3,4", "5"].join(end);
            let mut source = Source::open("t.csv", text.as_bytes()).expect("sound");
            let mut record = StringRecord::new();
            assert_eq!([2, 3].map(Some), [0; 2].map(|_| source.next(&mut record).expect("row")), "{end:?}");
            assert!(
                source.next(&mut record).expect_err("short").to_string().contains("row 4: has 1 fields"),
                "{end:?}"
            );
        }
        let refused = |bytes: &[u8]| Source::open("t.csv", bytes).err().expect("refused").to_string();
        assert!(refused(b"\xff\xfea\0,\0").starts_with("t.csv: is UTF-16"));
        assert!(refused(&vec![b'a'; 2 << 20]).contains("longer than a mebibyte"));
    }
}

//! The records of a CSV file, found byte by byte before any library reads them.
//!
//! The format is that of RFC 4180 with LF or CRLF: a field that begins with a quote ends with
//! one, and a quote inside it is doubled. Readers disagree about everything else, so that is
//! refused rather than guessed.

/// A longer record is no table row but a file of another kind.
const MAX_RECORD_BYTES: usize = 1 << 20;

/// Where one record lies in the file.
pub(super) struct Record {
    /// The 1-based row at which it starts.
    pub row: usize,
    /// Its first byte.
    pub start: usize,
    /// Past its last byte, without the end of the line.
    pub end: usize,
    /// How many fields it has.
    pub fields: usize,
}

/// Where in a field the walk is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Start,
    Plain,
    Quoted,
    /// Behind a quote inside quotes: the end of the field, or the first of a pair.
    Closed,
}

/// Split into records; blank rows are left out.
///
/// # Errors
/// The row, and what is wrong with it.
pub(super) fn walk(body: &[u8]) -> Result<Vec<Record>, (usize, String)> {
    let mut records = Vec::new();
    let (mut row, mut first_row, mut start, mut fields) = (1, 1, 0, 1);
    let mut place = Place::Start;
    for at in 0..=body.len() {
        let ends_line = matches!(body.get(at), None | Some(b'\n'));
        if at - start > MAX_RECORD_BYTES {
            return Err((first_row, format!("is longer than {MAX_RECORD_BYTES} bytes; is this a table?")));
        }
        place = match (place, body.get(at)) {
            (Place::Quoted, None) => return Err((first_row, "a quote is opened and never closed".into())),
            (Place::Quoted, Some(b'"')) => Place::Closed,
            (Place::Quoted, byte) => {
                row += usize::from(byte == Some(&b'\n'));
                Place::Quoted
            }
            (_, _) if ends_line => {
                let end = if at > start && body[at - 1] == b'\r' { at - 1 } else { at };
                if end > start {
                    records.push(Record { row: first_row, start, end, fields });
                }
                row += 1;
                (first_row, start, fields) = (row, at + 1, 1);
                Place::Start
            }
            (_, Some(b'\r')) if matches!(body.get(at + 1), None | Some(b'\n')) => place,
            (_, Some(b'\r')) => {
                let message = "has a carriage return without a line feed; save the table with LF or CRLF";
                return Err((first_row, message.into()));
            }
            (_, Some(b',')) => {
                fields += 1;
                Place::Start
            }
            (Place::Start | Place::Closed, Some(b'"')) => Place::Quoted,
            (Place::Plain, Some(b'"')) | (Place::Closed, _) => {
                let message = "has a quote in the middle of a field; put the field in quotes and double \
                               the quotes inside it";
                return Err((first_row, message.into()));
            }
            (Place::Start | Place::Plain, _) => Place::Plain,
        };
    }
    Ok(records)
}

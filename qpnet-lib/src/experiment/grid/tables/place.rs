//! Columns of a table of a grid: which point, and typed fields.

use std::path::{Path, PathBuf};
use std::str::FromStr;

use csv::StringRecord;

use super::error::TableError;
use crate::experiment::grid::columns::BEFORE;

/// A point of a grid as its tables name it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GridPlace {
    /// The data set.
    pub data: String,
    /// The scheme.
    pub scheme: String,
    /// Dominant training images; `None`: all.
    pub size: Option<usize>,
    /// Factors and their levels.
    pub levels: Vec<(String, String)>,
}

impl GridPlace {
    /// The level of a factor; `data`, `scheme` and `size` are such.
    pub fn level(&self, factor: &str) -> Option<String> {
        match factor {
            "data" => return Some(self.data.clone()),
            "scheme" => return Some(self.scheme.clone()),
            "size" => return self.size.map(|size| size.to_string()),
            _ => {}
        }
        self.levels.iter().find(|(name, _)| name == factor).map(|(_, level)| level.clone())
    }
}

/// The rows of a file, with their lines.
pub(super) struct Reader {
    file: PathBuf,
    headers: StringRecord,
    factors: std::ops::Range<usize>,
}

/// A row.
pub(super) struct Line<'a> {
    reader: &'a Reader,
    record: StringRecord,
}

impl Reader {
    /// Open a table whose columns are those that say which point, the factors, and `after`.
    pub(super) fn open(
        file: &Path,
        after: &[&'static str],
    ) -> Result<(Self, csv::Reader<std::fs::File>), TableError> {
        let wrong = |source| TableError::Csv { file: file.to_owned(), source };
        let mut rows = csv::Reader::from_path(file).map_err(wrong)?;
        let headers = rows.headers().map_err(wrong)?.clone();
        let mut expected = BEFORE[1..].iter().chain(after);
        if let Some(column) = expected.find(|column| !headers.iter().any(|header| header == **column)) {
            let got = headers.iter().collect::<Vec<_>>().join(", ");
            return Err(TableError::NoColumn { file: file.to_owned(), column, got });
        }
        let first = headers.iter().position(|header| after.contains(&header)).unwrap_or(headers.len());
        let reader = Self { file: file.to_owned(), headers, factors: BEFORE.len() - 1..first };
        Ok((reader, rows))
    }

    pub(super) fn line(&self, record: Result<StringRecord, csv::Error>) -> Result<Line<'_>, TableError> {
        let record = record.map_err(|source| TableError::Csv { file: self.file.clone(), source })?;
        Ok(Line { reader: self, record })
    }

    pub(super) fn rows(&self, detail: String) -> TableError {
        TableError::Rows { file: self.file.clone(), detail }
    }
}

impl Line<'_> {
    pub(super) fn place(&self) -> Result<GridPlace, TableError> {
        let level = |at: usize| (self.reader.headers[at].to_owned(), self.record[at].to_owned());
        Ok(GridPlace {
            data: self.text("data").to_owned(),
            scheme: self.text("scheme").to_owned(),
            size: self.optional("size")?,
            levels: self.reader.factors.clone().map(level).collect(),
        })
    }

    /// The field of a column that [`Reader::open`] has found.
    pub(super) fn text(&self, column: &'static str) -> &str {
        let at = self.reader.headers.iter().position(|header| header == column);
        at.map_or("", |at| &self.record[at])
    }

    /// The field as what it holds; an empty one is nothing.
    pub(super) fn optional<T: FromStr>(&self, column: &'static str) -> Result<Option<T>, TableError> {
        let text = self.text(column);
        if text.is_empty() { Ok(None) } else { self.typed(column).map(Some) }
    }

    /// The field as what it holds.
    pub(super) fn typed<T: FromStr>(&self, column: &'static str) -> Result<T, TableError> {
        let text = self.text(column);
        text.parse().map_err(|_| TableError::Field {
            file: self.reader.file.clone(),
            line: self.record.position().map_or(0, csv::Position::line),
            column,
            expected: format!("{}; got {text:?}", kind::<T>()),
        })
    }
}

/// What a type is called to people.
fn kind<T>() -> &'static str {
    match std::any::type_name::<T>() {
        "f64" => "a number",
        "u64" | "usize" => "a whole number",
        "bool" => "true or false",
        _ => "a verdict as `qpnet grid collect` writes it",
    }
}

//! A table as a polars frame of words, with the row number of every record.

use std::collections::BTreeSet;

use polars::prelude::{DataFrame, StringChunked};

use super::error::TableError;

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
    /// What a reader should know of it.
    pub notes: Vec<String>,
    /// Columns that the frame had, for messages.
    pub(super) forgotten: Vec<String>,
}

impl Table {
    /// The column `name`, `None` where the field is empty or one of `missing`.
    ///
    /// # Errors
    /// [`TableError::UnknownColumn`].
    pub fn column<'a>(
        &'a self,
        name: &str,
        missing: &'a [String],
    ) -> Result<Vec<Option<&'a str>>, TableError> {
        let cells = self.cells(name, missing)?;
        Ok(cells.text.iter().map(|cell| cells.known(cell)).collect())
    }

    /// [`Self::column`] to be read cell by cell: it takes no memory of its own.
    ///
    /// # Errors
    /// [`TableError::UnknownColumn`].
    pub fn cells<'a>(&'a self, name: &str, missing: &'a [String]) -> Result<Cells<'a>, TableError> {
        let unknown = || TableError::UnknownColumn {
            file: self.file.clone(),
            column: name.to_owned(),
            present: self.names().chain(self.forgotten.iter().cloned()).collect(),
        };
        let column = self.frame.column(name).map_err(|_| unknown())?;
        Ok(Cells { text: column.str().map_err(|_| unknown())?, missing })
    }

    /// Drop every column that `needed` does not hold. Fourteen findings of 400,000 rows, once they
    /// are read, would take 90 MB for nothing.
    pub fn forget_all_but(&mut self, needed: &BTreeSet<&str>) {
        let (kept, gone): (Vec<String>, Vec<String>) =
            self.names().partition(|name| needed.contains(name.as_str()));
        // Every name stands in the frame.
        if let Ok(frame) = self.frame.select(kept) {
            self.frame = frame;
            self.forgotten.extend(gone);
        }
    }

    /// The names of the columns.
    pub fn names(&self) -> impl Iterator<Item = String> + '_ {
        self.frame.get_column_names().into_iter().map(ToString::to_string)
    }
}

/// A column of a table.
#[derive(Clone, Copy, Debug)]
pub struct Cells<'a> {
    text: &'a StringChunked,
    missing: &'a [String],
}

impl<'a> Cells<'a> {
    /// The field of record `at`; `None` where it is empty or means "not known".
    pub fn get(&self, at: usize) -> Option<&'a str> {
        self.known(self.text.get(at))
    }

    fn known(&self, cell: Option<&'a str>) -> Option<&'a str> {
        cell.filter(|word| !word.is_empty() && !self.missing.iter().any(|gap| gap == word))
    }
}

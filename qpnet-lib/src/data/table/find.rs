//! The table that a manifest names: the first that is there, or several one below the other.

use std::path::Path;

use polars::prelude::{NamedFrom, Series};

use super::error::TableError;
use super::text::Table;
use crate::fs;

impl Table {
    /// Read the first of `candidates` that exists in `folder`; `header` names the columns of a file without one.
    ///
    /// # Errors
    /// [`TableError::NoTable`] when none exists, [`TableError::Row`] for a malformed one.
    pub fn find(folder: &Path, candidates: &[String], header: &[String]) -> Result<Self, TableError> {
        for name in candidates {
            let path = folder.join(name);
            if path.is_file() {
                return Self::parse(&path.display().to_string(), fs::read(&path)?, header);
            }
        }
        Err(TableError::NoTable { folder: folder.to_owned(), tried: candidates.to_vec() })
    }

    /// Read all of `files` in `folder`, one below the other; `column` then holds the name of each row's file.
    /// Rows are counted through: a message names the row at which each further file begins.
    ///
    /// # Errors
    /// As [`Self::find`]; tables of other columns.
    pub fn stacked(
        folder: &Path,
        files: &[String],
        header: &[String],
        column: Option<&str>,
    ) -> Result<Self, TableError> {
        let mut whole: Option<Self> = None;
        for name in files {
            let mut table = Self::find(folder, std::slice::from_ref(name), header)?;
            if let Some(column) = column {
                let names = vec![name.as_str(); table.rows.len()];
                table.add(Series::new(column.into(), names).into())?;
            }
            whole = Some(match whole {
                None => table,
                Some(above) => above.above(name, table)?,
            });
        }
        whole.ok_or_else(|| TableError::NoTable { folder: folder.to_owned(), tried: files.to_vec() })
    }

    fn above(mut self, name: &str, below: Self) -> Result<Self, TableError> {
        let columns: Vec<String> = self.names().collect();
        let others: Vec<String> = below.names().collect();
        if let Some(odd) = columns
            .iter()
            .find(|name| !others.contains(name))
            .or_else(|| others.iter().find(|name| !columns.contains(name)))
        {
            let message =
                format!("and {} do not have the same columns: {odd:?} is in one of them only", self.file);
            return Err(TableError::Row { file: below.file, row: 1, message });
        }
        let stacked =
            below.frame.select(&columns).and_then(|below| self.frame.vstack_mut(&below).map(|_| ()));
        stacked.map_err(|error| TableError::Row {
            file: below.file.clone(),
            row: 1,
            message: format!("cannot be read below {}: {error}", self.file),
        })?;
        let last = self.rows.last().copied().unwrap_or(0);
        self.rows.extend(below.rows.iter().map(|row| last + row));
        self.file = format!("{} with {name} from row {} on", self.file, last + 1);
        self.bytes.extend((below.bytes.len() as u64).to_le_bytes());
        self.bytes.extend(below.bytes);
        self.notes.extend(below.notes);
        Ok(self)
    }
}

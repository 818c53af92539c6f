//! Columns that are added, replaced and renamed.

use std::collections::BTreeMap;

use polars::prelude::Column;

use super::error::TableError;
use super::text::Table;

impl Table {
    pub(super) fn fault(&self, row: usize, message: String) -> TableError {
        TableError::Row { file: self.file.clone(), row, message }
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.frame.get_column_index(name).is_some()
    }

    pub(super) fn add(&mut self, column: Column) -> Result<(), TableError> {
        let name = column.name().clone();
        if self.has(&name) {
            return Err(self.fault(1, format!("already has a column {name:?}; rename one of the two")));
        }
        self.replace(column)
    }

    pub(super) fn replace(&mut self, column: Column) -> Result<(), TableError> {
        let name = column.name().clone();
        match self.frame.with_column(column) {
            Ok(_) => Ok(()),
            Err(error) => Err(self.fault(1, format!("column {name:?} cannot be added: {error}"))),
        }
    }

    /// Copies of one data set differ in their headers: the first name becomes the second.
    pub(super) fn rename(&mut self, names: &BTreeMap<String, String>) -> Result<(), TableError> {
        for (old, new) in names {
            if self.has(old) && !self.has(new) {
                let renamed = self.frame.rename(old, new.as_str().into()).map(|_| ());
                renamed.map_err(|error| self.fault(1, format!("cannot rename {old:?}: {error}")))?;
            }
        }
        Ok(())
    }
}

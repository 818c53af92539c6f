//! Some columns of some records of a table, under names of their own.

use polars::prelude::{Column, DataFrame, IdxCa, NamedFrom, PolarsResult, Series};

use super::error::TableError;
use super::text::Table;

/// Columns of words, one for each record that was picked.
#[derive(Clone, Debug)]
pub struct Picked(DataFrame);

/// What a picked column holds.
pub enum Pick<'a> {
    /// This column of the table; its words are shared.
    Column(&'a str),
    /// These words, one for each record of the table.
    Words(&'a [Option<&'a str>]),
}

impl Table {
    /// The records `at` of `columns`, each with its name.
    ///
    /// # Errors
    /// A column that is not there.
    pub fn pick(&self, at: &[usize], columns: &[(&str, Pick<'_>)]) -> Result<Picked, TableError> {
        let positions = IdxCa::from_vec("at".into(), at.iter().map(|&index| index as u32).collect());
        let column = |(name, pick): &(&str, Pick<'_>)| -> PolarsResult<Column> {
            Ok(match pick {
                Pick::Column(column) => {
                    self.frame.column(column)?.take(&positions)?.with_name((*name).into())
                }
                Pick::Words(words) => {
                    let words: Vec<Option<&str>> = at.iter().map(|&index| words[index]).collect();
                    Series::new((*name).into(), words).into()
                }
            })
        };
        let columns: PolarsResult<Vec<Column>> = columns.iter().map(column).collect();
        let frame = columns.and_then(|columns| DataFrame::new(at.len(), columns));
        frame.map(Picked).map_err(|error| self.fault(1, format!("cannot become a frame: {error}")))
    }
}

impl Picked {
    /// The column of that name; none where there is no such column.
    pub fn words(&self, name: &str) -> Vec<&str> {
        let words = self.0.column(name).ok().and_then(|column| column.str().ok());
        words.map(|words| words.iter().map(Option::unwrap_or_default).collect()).unwrap_or_default()
    }
}

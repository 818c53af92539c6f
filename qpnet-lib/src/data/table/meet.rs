//! Which rows meet the conditions of a manifest.

use super::age;
use super::error::TableError;
use crate::data::rule::predicate::Predicate;
use crate::data::rule::words::missing_hint;

/// Which of `rows` meet every condition; `column` gives a column's values, one for each row.
///
/// `why` ends the message about a value that no range can read.
///
/// # Errors
/// What `column` refuses, and [`TableError::Value`].
pub fn meet<'a>(
    conditions: &[Predicate],
    file: &str,
    rows: &[usize],
    why: &str,
    column: impl Fn(&str) -> Result<Vec<Option<&'a str>>, TableError>,
) -> Result<Vec<bool>, TableError> {
    let mut inside = vec![true; rows.len()];
    for condition in conditions {
        let mut fault: Option<(usize, &str, usize)> = None;
        for (at, value) in column(condition.column())?.into_iter().enumerate() {
            match condition.holds(value) {
                Ok(holds) => inside[at] &= holds,
                Err(_) => fault.get_or_insert((at, value.unwrap_or_default(), 0)).2 += 1,
            }
        }
        if let Some((at, value, count)) = fault {
            let hint = match age::years(value) {
                Some(_) => {
                    "; an age with a unit becomes one in years by unit = \"years\" in [[table.derive]]"
                        .to_owned()
                }
                None => missing_hint(value),
            };
            return Err(TableError::Value {
                file: file.to_owned(),
                row: rows[at],
                column: condition.column().to_owned(),
                found: value.to_owned(),
                expected: format!("a number, because {why} compares it ({condition}){hint}"),
                more: count - 1,
            });
        }
    }
    Ok(inside)
}

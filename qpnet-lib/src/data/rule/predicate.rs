//! Typed conditions on one column of the table.
//!
//! ```toml
//! where = [{ column = "sex", in = ["female"] }, { column = "age", min = 60, max = 85 }]
//! ```

use std::fmt;

use serde::Deserialize;

use crate::data::error::DataError;
use crate::data::rule::words::{missing_hint, same};
use crate::data::table::age;

/// A condition as it stands in a manifest, before it is checked.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawPredicate {
    column: String,
    #[serde(rename = "in")]
    values: Option<Vec<String>>,
    starts_with: Option<Vec<String>>,
    min: Option<f64>,
    max: Option<f64>,
}

/// A checked condition on the value of one column. A missing value meets no condition.
#[derive(Clone, Debug, PartialEq)]
pub enum Predicate {
    /// The value is one of these words.
    In {
        /// The column.
        column: String,
        /// The words, at least one.
        values: Vec<String>,
    },
    /// The value begins with one of these words.
    StartsWith {
        /// The column.
        column: String,
        /// The words, at least one.
        words: Vec<String>,
    },
    /// The value is a number with `min <= value <= max`.
    Range {
        /// The column.
        column: String,
        /// Lower end, inclusive.
        min: f64,
        /// Upper end, inclusive.
        max: f64,
    },
}

impl TryFrom<RawPredicate> for Predicate {
    type Error = String;

    fn try_from(raw: RawPredicate) -> Result<Self, String> {
        let RawPredicate { column, values, starts_with, min, max } = raw;
        if column.is_empty() {
            return Err("column is empty; expected the name of a column".into());
        }
        let lists = usize::from(values.is_some()) + usize::from(starts_with.is_some());
        let range = min.is_some() || max.is_some();
        if lists + usize::from(range) > 1 {
            return Err(format!(
                "column {column:?} has several of `in`, `starts_with` and `min`/`max`; expected one kind of condition"
            ));
        }
        if values.as_ref().or(starts_with.as_ref()).is_some_and(Vec::is_empty) {
            return Err(format!("the list for column {column:?} is empty; expected at least one value"));
        }
        let trimmed = |words: Vec<String>| words.iter().map(|word| word.trim().to_owned()).collect();
        let (values, starts_with) = (values.map(trimmed), starts_with.map(trimmed));
        if let Some(words) = starts_with {
            return Ok(Self::StartsWith { column, words });
        }
        match (values, min, max) {
            (Some(values), ..) => Ok(Self::In { column, values }),
            (None, None, None) => Err(format!(
                "column {column:?} has no condition; expected `in = […]`, `starts_with = […]`, `min` or `max`"
            )),
            (None, min, max) => {
                let (min, max) = (min.unwrap_or(f64::NEG_INFINITY), max.unwrap_or(f64::INFINITY));
                if min <= max {
                    Ok(Self::Range { column, min, max })
                } else {
                    Err(format!("column {column:?} has min = {min} and max = {max}; expected min <= max"))
                }
            }
        }
    }
}

impl Predicate {
    /// The column this condition reads.
    pub fn column(&self) -> &str {
        match self {
            Self::In { column, .. } | Self::StartsWith { column, .. } | Self::Range { column, .. } => column,
        }
    }

    /// The words it names; none of a range.
    pub fn words(&self) -> &[String] {
        match self {
            Self::In { values, .. } => values,
            Self::StartsWith { words, .. } => words,
            Self::Range { .. } => &[],
        }
    }

    /// Does `value` meet the condition?
    ///
    /// # Errors
    /// A range over a value that is no number gives back what was expected.
    pub fn holds(&self, value: Option<&str>) -> Result<bool, &'static str> {
        let Some(value) = value else { return Ok(false) };
        match self {
            Self::In { values, .. } => Ok(values.iter().any(|word| same(word, value))),
            Self::StartsWith { words, .. } => Ok(words.iter().any(|word| value.starts_with(word))),
            Self::Range { min, max, .. } => match value.trim().parse::<f64>() {
                Ok(number) if number.is_finite() => Ok(*min <= number && number <= *max),
                _ => Err("a number"),
            },
        }
    }
}

/// Which of `rows` meet every condition; `column` gives a column's values, one for each row.
///
/// `why` ends the message about a value that no range can read.
///
/// # Errors
/// What `column` refuses, and [`DataError::Value`].
pub fn meet<'a>(
    conditions: &[Predicate],
    file: &str,
    rows: &[usize],
    why: &str,
    column: impl Fn(&str) -> Result<Vec<Option<&'a str>>, DataError>,
) -> Result<Vec<bool>, DataError> {
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
            return Err(DataError::Value {
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

impl fmt::Display for Predicate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::In { column, values } if values.len() == 1 => write!(f, "{column} = {}", values[0]),
            Self::In { column, values } => write!(f, "{column} in {{{}}}", values.join(", ")),
            Self::StartsWith { column, words } => write!(f, "{column} begins with {}", words.join(" or ")),
            Self::Range { column, min, max } if max.is_infinite() => write!(f, "{column} >= {min}"),
            Self::Range { column, min, max } if min.is_infinite() => write!(f, "{column} <= {max}"),
            Self::Range { column, min, max } => write!(f, "{min} <= {column} <= {max}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Predicate, String> {
        toml::from_str::<RawPredicate>(text).map_err(|error| error.to_string())?.try_into()
    }

    #[test]
    fn ranges_are_inclusive_and_missing_meets_nothing() {
        let age = parse("column = 'age'\nmin = 60\nmax = 85").expect("valid");
        for (value, holds) in [("60.0", true), ("85", true), ("59.9", false), ("85.5", false)] {
            assert_eq!(age.holds(Some(value)), Ok(holds), "{value}");
        }
        assert_eq!(age.holds(None), Ok(false));
        assert_eq!(age.holds(Some("old")), Err("a number"));
        assert_eq!(age.holds(Some("NaN")), Err("a number"));
        assert_eq!(age.to_string(), "60 <= age <= 85");
    }

    #[test]
    fn a_beginning_is_enough_where_it_is_asked_for() {
        let race = parse("column = 'race'\nstarts_with = ['White', 'Other']").expect("valid");
        for (value, holds) in [("White, non-Hispanic", true), ("Other", true), ("Not White", false)] {
            assert_eq!(race.holds(Some(value)), Ok(holds), "{value}");
        }
        assert_eq!(race.to_string(), "race begins with White or Other");
    }

    #[test]
    fn contradictions_are_refused() {
        for text in [
            "column = 'age'",
            "column = 'age'\nin = []",
            "column = 'age'\nin = ['1']\nmin = 3",
            "column = 'race'\nin = ['1']\nstarts_with = ['2']",
            "column = 'race'\nstarts_with = []",
            "column = 'age'\nmin = 5\nmax = 3",
            "column = 'age'\nmin = nan",
            "column = ''\nmin = 1",
            "column = 'age'\nminimum = 3",
        ] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}

//! Typed conditions on one column of the table.
//!
//! ```toml
//! where = [{ column = "sex", in = ["female"] }, { column = "age", min = 60, max = 85 }]
//! ```

use std::fmt;

use serde::Deserialize;

use super::error::DataError;

/// A condition as it stands in a manifest, before it is checked.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawPredicate {
    column: String,
    #[serde(rename = "in")]
    values: Option<Vec<String>>,
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
        let RawPredicate { column, values, min, max } = raw;
        if column.is_empty() {
            return Err("column is empty; expected the name of a column".into());
        }
        match (values, min, max) {
            (Some(values), None, None) if values.is_empty() => {
                Err(format!("the list `in` for column {column:?} is empty; expected at least one value"))
            }
            (Some(values), None, None) => Ok(Self::In { column, values }),
            (Some(_), _, _) => Err(format!(
                "column {column:?} has both `in` and `min`/`max`; expected one kind of condition"
            )),
            (None, None, None) => {
                Err(format!("column {column:?} has no condition; expected `in = […]`, `min` or `max`"))
            }
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
            Self::In { column, .. } | Self::Range { column, .. } => column,
        }
    }

    /// Does `value` meet the condition?
    ///
    /// # Errors
    /// A range over a value that is no number gives back what was expected.
    pub fn holds(&self, value: Option<&str>) -> Result<bool, &'static str> {
        let Some(value) = value else { return Ok(false) };
        match self {
            Self::In { values, .. } => Ok(values.iter().any(|word| word == value)),
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
pub fn meet(
    conditions: &[Predicate],
    file: &str,
    rows: &[usize],
    why: &str,
    column: impl Fn(&str) -> Result<Vec<Option<String>>, DataError>,
) -> Result<Vec<bool>, DataError> {
    let mut inside = vec![true; rows.len()];
    for condition in conditions {
        for (at, value) in column(condition.column())?.iter().enumerate() {
            let holds = condition.holds(value.as_deref()).map_err(|expected| DataError::Value {
                file: file.to_owned(),
                row: rows[at],
                column: condition.column().to_owned(),
                found: value.clone().unwrap_or_default(),
                expected: format!("{expected}, because {why} compares it ({condition})"),
            })?;
            inside[at] &= holds;
        }
    }
    Ok(inside)
}

impl fmt::Display for Predicate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::In { column, values } if values.len() == 1 => write!(f, "{column} = {}", values[0]),
            Self::In { column, values } => write!(f, "{column} in {{{}}}", values.join(", ")),
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
    fn contradictions_are_refused() {
        for text in [
            "column = 'age'",
            "column = 'age'\nin = []",
            "column = 'age'\nin = ['1']\nmin = 3",
            "column = 'age'\nmin = 5\nmax = 3",
            "column = 'age'\nmin = nan",
            "column = ''\nmin = 1",
            "column = 'age'\nminimum = 3",
        ] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}

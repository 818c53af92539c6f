//! Typed conditions on one column of the table.
//!
//! ```toml
//! where = [{ column = "sex", in = ["female"] }, { column = "age", min = 60, max = 85 }]
//! ```

use std::fmt;

use super::words::same;

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

    #[test]
    fn ranges_are_inclusive_and_missing_meets_nothing() {
        let age = Predicate::Range { column: "age".into(), min: 60.0, max: 85.0 };
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
        let race = Predicate::StartsWith {
            column: "race".into(),
            words: ["White", "Other"].map(str::to_owned).into(),
        };
        for (value, holds) in [("White, non-Hispanic", true), ("Other", true), ("Not White", false)] {
            assert_eq!(race.holds(Some(value)), Ok(holds), "{value}");
        }
        assert_eq!(race.to_string(), "race begins with White or Other");
    }
}

//! A condition as it stands in a manifest, and the checks that make it a [`Predicate`].

use serde::Deserialize;

use crate::data::rule::predicate::Predicate;

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

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Predicate, String> {
        toml::from_str::<RawPredicate>(text).map_err(|error| error.to_string())?.try_into()
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

//! Columns made out of others: a piece of a path, a part of a name, an age with its unit, a list of findings.

use polars::prelude::{NamedFrom, Series};
use regex::Regex;
use serde::Deserialize;

use super::age;
use super::error::DataError;
use super::suggest::list;
use super::table::Table;

/// `[[table.derive]]`: new columns out of the column `from`.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "RawDerive")]
pub struct DeriveRule {
    /// The column that is read.
    pub from: String,
    /// What is made of it.
    pub kind: DeriveKind,
}

/// What a derived column holds.
#[derive(Clone, Debug)]
pub enum DeriveKind {
    /// The first piece between slashes that begins like this.
    Piece {
        /// The new column.
        column: String,
        /// How the piece begins.
        piece: String,
    },
    /// What the pattern's first group matches, or all of it without a group; nothing where it does not match.
    Pattern {
        /// The new column.
        column: String,
        /// The pattern.
        pattern: Regex,
    },
    /// An age in years, of words such as `058Y`, `011M`, `006W`, `021D` or `58`.
    Age {
        /// The new column.
        column: String,
    },
    /// The year of this date less the year in another column.
    YearsSince {
        /// The new column.
        column: String,
        /// The column with a year or date of birth.
        since: String,
    },
    /// A column of 1 and 0 for each of several findings, of a list of words.
    Findings {
        /// What stands between two words.
        separator: String,
        /// Characters around a word that do not belong to it.
        strip: String,
        /// The findings, which name the new columns.
        findings: Vec<String>,
        /// Pass over words that are no finding, instead of refusing them.
        others: bool,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawDerive {
    from: String,
    column: Option<String>,
    piece: Option<String>,
    pattern: Option<String>,
    unit: Option<String>,
    years_since: Option<String>,
    separator: Option<String>,
    #[serde(default)]
    strip: String,
    #[serde(default)]
    findings: Vec<String>,
    #[serde(default)]
    others: bool,
}

impl TryFrom<RawDerive> for DeriveRule {
    type Error = String;

    fn try_from(raw: RawDerive) -> Result<Self, String> {
        let RawDerive { from, column, piece, pattern, unit, years_since, separator, strip, findings, others } =
            raw;
        let given =
            [piece.is_some(), pattern.is_some(), unit.is_some(), years_since.is_some(), separator.is_some()];
        if given.into_iter().filter(|given| *given).count() != 1 {
            return Err(format!(
                "derive from {from:?}: expected one of piece, pattern, unit, years_since and separator"
            ));
        }
        let named =
            column.ok_or_else(|| format!("derive from {from:?}: column is missing; expected its name"));
        let kind = if let Some(separator) = separator {
            if separator.is_empty() || findings.is_empty() || named.is_ok() {
                return Err(format!(
                    "derive from {from:?}: separator goes with findings = [...], which name the columns, and \
                     without column"
                ));
            }
            DeriveKind::Findings { separator, strip, findings, others }
        } else if !findings.is_empty() || !strip.is_empty() || others {
            return Err(format!("derive from {from:?}: findings, strip and others go with separator only"));
        } else if let Some(piece) = piece {
            DeriveKind::Piece { column: named?, piece }
        } else if let Some(pattern) = pattern {
            let pattern = Regex::new(&pattern).map_err(|error| format!("pattern: {error}"))?;
            DeriveKind::Pattern { column: named?, pattern }
        } else if let Some(since) = years_since {
            DeriveKind::YearsSince { column: named?, since }
        } else {
            if unit.as_deref() != Some("years") {
                return Err(format!("derive from {from:?}: unit is {unit:?}; expected \"years\""));
            }
            DeriveKind::Age { column: named? }
        };
        Ok(Self { from, kind })
    }
}

impl DeriveRule {
    /// The columns that are made.
    pub fn columns(&self) -> Vec<&str> {
        match &self.kind {
            DeriveKind::Piece { column, .. }
            | DeriveKind::Pattern { column, .. }
            | DeriveKind::Age { column }
            | DeriveKind::YearsSince { column, .. } => vec![column],
            DeriveKind::Findings { findings, .. } => findings.iter().map(String::as_str).collect(),
        }
    }

    /// The columns that are read.
    pub fn sources(&self) -> Vec<&str> {
        match &self.kind {
            DeriveKind::YearsSince { since, .. } => vec![&self.from, since],
            _ => vec![&self.from],
        }
    }
}

impl Table {
    /// Add the columns of `rule`.
    ///
    /// # Errors
    /// An unknown column, a name that is taken, a word that is no age, year or finding.
    pub(super) fn derive(&mut self, rule: &DeriveRule, missing: &[String]) -> Result<(), DataError> {
        let words = self.column(&rule.from, missing)?;
        let fault = |at: usize, found: &str, expected: String| DataError::Value {
            file: self.file.clone(),
            row: self.rows[at],
            column: rule.from.clone(),
            found: found.to_owned(),
            expected,
            more: 0,
        };
        let made: Vec<(&str, Vec<Option<String>>)> = match &rule.kind {
            DeriveKind::Piece { column, piece } => {
                let piece =
                    |word: &str| word.split('/').find(|part| part.starts_with(piece)).map(str::to_owned);
                vec![(column, words.iter().map(|word| word.and_then(piece)).collect())]
            }
            DeriveKind::Pattern { column, pattern } => {
                let group = |word: &str| {
                    let found = pattern.captures(word)?;
                    found.get(1).or(found.get(0)).map(|part| part.as_str().to_owned())
                };
                vec![(column, words.iter().map(|word| word.and_then(group)).collect())]
            }
            DeriveKind::Age { column } => {
                let mut ages = Vec::with_capacity(words.len());
                for (at, word) in words.iter().enumerate() {
                    ages.push(match word {
                        None => None,
                        Some(word) => {
                            let years =
                                age::years(word).ok_or_else(|| fault(at, word, age::EXPECTED.into()))?;
                            Some(age::written(years))
                        }
                    });
                }
                vec![(column, ages)]
            }
            DeriveKind::YearsSince { column, since } => {
                let births = self.column(since, missing)?;
                let mut ages = Vec::with_capacity(words.len());
                for (at, pair) in words.iter().zip(births).enumerate() {
                    let (Some(date), Some(birth)) = (*pair.0, pair.1) else {
                        ages.push(None);
                        continue;
                    };
                    let year = |word: &str| {
                        age::year(word)
                            .ok_or_else(|| fault(at, word, "a year or a date such as 20140915".into()))
                    };
                    ages.push(Some((year(date)? - year(birth)?).to_string()));
                }
                vec![(column, ages)]
            }
            DeriveKind::Findings { separator, strip, findings, others } => {
                let mut columns = vec![Vec::with_capacity(words.len()); findings.len()];
                for (at, word) in words.iter().enumerate() {
                    let mut shown = vec![false; findings.len()];
                    let around = |c: char| c.is_whitespace() || strip.contains(c);
                    let parts = word.unwrap_or_default().split(separator.as_str());
                    for part in parts.map(|part| part.trim_matches(around)).filter(|part| !part.is_empty()) {
                        match findings.iter().position(|finding| finding == part) {
                            Some(place) => shown[place] = true,
                            None if *others => {}
                            None => {
                                let expected = format!(
                                    "a list of {} (or say others = true in [[table.derive]])",
                                    list(findings)
                                );
                                return Err(fault(at, part, expected));
                            }
                        }
                    }
                    for (column, shown) in columns.iter_mut().zip(shown) {
                        column.push(word.map(|_| if shown { "1" } else { "0" }));
                    }
                }
                for (name, column) in findings.iter().zip(columns) {
                    self.add(Series::new(name.as_str().into(), column).into())?;
                }
                return Ok(());
            }
        };
        for (name, column) in made {
            self.add(Series::new(name.into(), column).into())?;
        }
        Ok(())
    }
}

//! Columns made out of others: a piece of a path, a part of a name, an age with its unit, a list of findings.

use polars::prelude::{NamedFrom, Series};

use super::age;
use super::error::TableError;
use super::text::Table;
use crate::data::manifest::suggest::list;
use crate::data::rule::derive::{DeriveKind, DeriveRule};
use crate::data::rule::words::plain;

impl Table {
    /// Add the columns of `rule`.
    ///
    /// # Errors
    /// An unknown column, a name that is taken, a word that is no age, year or finding.
    pub(in crate::data) fn derive(
        &mut self,
        rule: &DeriveRule,
        missing: &[String],
    ) -> Result<(), TableError> {
        let words = self.column(&rule.from, missing)?;
        let fault = |at: usize, found: &str, expected: String| TableError::Value {
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
            DeriveKind::Text { column, between, columns } => {
                let columns: Result<Vec<_>, _> =
                    columns.iter().map(|column| self.column(column, missing)).collect();
                let columns = columns?;
                let text = |at: usize| {
                    let mut text = between[0].clone();
                    for (words, between) in columns.iter().zip(&between[1..]) {
                        text += plain(words[at]?);
                        text += between;
                    }
                    Some(text)
                };
                vec![(column, (0..words.len()).map(text).collect())]
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

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &str = "name,who,age,seen,born,found
images/p7/a_1.png,7.0,058Y,20140915,1930.0,A|B
p8/b.png,8,011M,2014-01-02,2000,C
x,,,,,
";

    fn derived(rule: &str) -> Result<Table, TableError> {
        let mut table = Table::parse("t.csv", TABLE.as_bytes().to_vec(), &[])?;
        table.derive(&toml::from_str(rule).expect("rule"), &[])?;
        Ok(table)
    }

    fn column(rule: &str, name: &str) -> Vec<Option<String>> {
        let table = derived(rule).expect(rule);
        table.column(name, &[]).expect("column").into_iter().map(|word| word.map(str::to_owned)).collect()
    }

    #[test]
    fn each_rule_makes_its_column() {
        for (rule, expected) in [
            ("column = 'new'\nfrom = 'name'\npiece = 'p'", [Some("p7"), Some("p8"), None]),
            ("column = 'new'\nfrom = 'name'\npattern = '([a-z])_\\d'", [Some("a"), None, None]),
            ("column = 'new'\nfrom = 'name'\npattern = 'p\\d'", [Some("p7"), Some("p8"), None]),
            ("column = 'new'\nfrom = 'age'\nunit = 'years'", [Some("58"), Some("0.9167"), None]),
            ("column = 'new'\nfrom = 'seen'\nyears_since = 'born'", [Some("84"), Some("14"), None]),
            ("column = 'new'\ntext = 'p{who}/{age}'", [Some("p7/058Y"), Some("p8/011M"), None]),
        ] {
            assert_eq!(column(rule, "new"), expected.map(|word| word.map(str::to_owned)), "{rule}");
        }
    }

    #[test]
    fn a_list_becomes_a_column_for_each_finding() {
        let rule = "from = 'found'\nseparator = '|'\nfindings = ['A', 'C']";
        let error = derived(rule).expect_err("B").to_string();
        assert!(
            error.contains("row 2: column \"found\" has \"B\"") && error.contains("others = true"),
            "{error}"
        );
        let rule = format!("{rule}\nothers = true");
        assert_eq!(column(&rule, "A"), [Some("1".to_owned()), Some("0".to_owned()), None]);
        assert_eq!(column(&rule, "C"), [Some("0".to_owned()), Some("1".to_owned()), None]);
        let mut table = Table::parse("t.csv", b"found\n\"['a b', 'c']\"\n[]\n".to_vec(), &[]).expect("table");
        let rule = "from = 'found'\nseparator = ','\nstrip = \"[]'\"\nfindings = ['a b', 'c']";
        table.derive(&toml::from_str(rule).expect("rule"), &[]).expect("lists");
        assert_eq!(table.column("a b", &[]).expect("column"), [Some("1"), Some("0")]);
    }

    #[test]
    fn words_that_are_no_age_or_year_are_named() {
        let spoilt = |from: &str, to: &str, rule: &str| {
            let mut table = Table::parse("t.csv", TABLE.replace(from, to).into_bytes(), &[]).expect("table");
            table.derive(&toml::from_str(rule).expect("rule"), &[]).expect_err(to).to_string()
        };
        let error = spoilt("011M", "young", "column = 'new'\nfrom = 'age'\nunit = 'years'");
        assert!(error.contains("row 3: column \"age\" has \"young\"; expected an age such as"), "{error}");
        let error = spoilt("2000", "long ago", "column = 'new'\nfrom = 'seen'\nyears_since = 'born'");
        assert!(error.contains("row 3") && error.contains("a year or a date"), "{error}");
        let error = spoilt("x", "y", "column = 'who'\nfrom = 'age'\nunit = 'years'");
        assert!(error.contains("already has a column \"who\""), "{error}");
    }
}

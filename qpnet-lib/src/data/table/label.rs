//! From the words of a table to labels: binary, multi-class or multi-label.

use super::error::TableError;
use super::text::{Cells, Table};
use crate::data::rule::label::{LabelKind, LabelRule};
use crate::data::rule::task::stratum;
use crate::data::rule::words::{missing_hint, same};
use crate::words::finding;

/// The label of one row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// The class, or the stratum of a multi-label row.
    pub class: usize,
    /// One entry per finding of a multi-label row.
    pub findings: Vec<Option<bool>>,
    /// How each of them stands in the table.
    pub stated: Vec<Stated>,
}

/// How a finding stands in the table, before a policy makes it known or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stated {
    /// 1 or 0.
    Plainly,
    /// -1.
    Uncertain,
    /// Empty, or a word that means "not known".
    Blank,
}

/// The label columns of one table.
pub(in crate::data) struct Reader<'a> {
    rule: &'a LabelRule,
    table: &'a Table,
    columns: Vec<Cells<'a>>,
}

impl<'a> Reader<'a> {
    /// Ready to read the labels of `table` by `rule`.
    ///
    /// # Errors
    /// Unknown columns.
    pub(in crate::data) fn new(
        rule: &'a LabelRule,
        table: &'a Table,
        missing: &'a [String],
    ) -> Result<Self, TableError> {
        let columns: Result<Vec<_>, _> =
            rule.columns().into_iter().map(|name| table.cells(name, missing)).collect();
        Ok(Self { rule, table, columns: columns? })
    }

    /// The label of record `at`; `None` for a record that is left out.
    ///
    /// # Errors
    /// Words outside their set, a missing label that is not to be left out.
    pub(in crate::data) fn label(&self, at: usize) -> Result<Option<Label>, TableError> {
        let Self { rule, table, columns } = self;
        let row: Vec<Option<&str>> = columns.iter().map(|words| words.get(at)).collect();
        let fault = |column: &str, found: Option<&str>, expected: String| TableError::Value {
            file: table.file.clone(),
            row: table.rows[at],
            column: column.to_owned(),
            found: found.unwrap_or_default().to_owned(),
            expected: expected + &found.map_or_else(String::new, missing_hint),
            more: 0,
        };
        let single = |class| Some(Label { class, findings: Vec::new(), stated: Vec::new() });
        match &rule.kind {
            LabelKind::Words { column, words, .. } => {
                let class =
                    |word: &str| words.iter().position(|all| all.iter().any(|other| same(other, word)));
                match row[0] {
                    None if rule.exclude_missing => Ok(None),
                    word => match word.and_then(class) {
                        Some(class) => Ok(single(class)),
                        None => Err(fault(column, word, expected(rule, words))),
                    },
                }
            }
            LabelKind::OneHot { columns, outside } => {
                if rule.exclude_missing && row.iter().all(Option::is_none) {
                    return Ok(None);
                }
                let mut hot = Vec::new();
                for (index, (name, word)) in columns.iter().chain(outside).zip(&row).enumerate() {
                    match word.and_then(finding) {
                        Some(1) => hot.push(index),
                        Some(0) => {}
                        _ => return Err(fault(name, *word, "0 or 1".to_owned())),
                    }
                }
                match hot[..] {
                    [class] if class < columns.len() => Ok(single(class)),
                    [_] => Ok(None),
                    _ => {
                        let found = format!("{} classes at 1", hot.len());
                        Err(fault(&columns.join(", "), Some(&found), "exactly one class at 1".to_owned()))
                    }
                }
            }
            LabelKind::Findings { columns, uncertain, blank } => {
                if rule.exclude_missing && row.iter().all(Option::is_none) {
                    return Ok(None);
                }
                let mut findings = Vec::with_capacity(columns.len());
                let mut stated = Vec::with_capacity(columns.len());
                for (name, word) in columns.iter().zip(&row) {
                    let (how, value) = match (word, word.and_then(finding)) {
                        (None, _) => (Stated::Blank, blank.value()),
                        (_, Some(1)) => (Stated::Plainly, Some(true)),
                        (_, Some(0)) => (Stated::Plainly, Some(false)),
                        (_, Some(-1)) => (Stated::Uncertain, uncertain.value()),
                        _ => return Err(fault(name, *word, "1, 0, -1 or nothing".to_owned())),
                    };
                    findings.push(value);
                    stated.push(how);
                }
                Ok(Some(Label { class: stratum(&rule.classes, &findings), findings, stated }))
            }
        }
    }
}

/// Every word that names a class, for messages.
fn expected(rule: &LabelRule, words: &[Vec<String>]) -> String {
    let class = |(name, words): (&String, &Vec<String>)| format!("{} ({name})", words.join(", "));
    let classes: Vec<String> = rule.classes.iter().zip(words).map(class).collect();
    classes.join(" or ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::manifest::raw_label::RawLabel;

    fn read(rule: &str, table: &str) -> Result<Vec<Option<Label>>, TableError> {
        let table = Table::parse("t.csv", table.as_bytes().to_vec(), &[]).expect("table");
        let rule = toml::from_str::<RawLabel>(rule).expect("known keys").check().expect("rule");
        let reader = Reader::new(&rule, &table, &[])?;
        (0..table.rows.len()).map(|at| reader.label(at)).collect()
    }

    fn classes(labels: Result<Vec<Option<Label>>, TableError>) -> Vec<Option<usize>> {
        labels.expect("labels").into_iter().map(|label| label.map(|label| label.class)).collect()
    }

    const ONE_HOT: &str = "kind = 'multi-class'\ncolumns = ['A', 'B']\noutside = ['UNK']";
    const WORDS: &str = "kind = 'multi-class'\ncolumn = 'dx'\nclasses = [{ name = 'A', in = ['a', 'aa'] }, { name = 'B', in = ['b'] }, { name = 'C', in = ['c'] }]";

    #[test]
    fn one_hot_columns_and_words_give_the_class() {
        let table = "A,B,UNK\n1.0,0.0,0.0\n0,1,0\n0.0,0.0,1.0\n";
        assert_eq!(classes(read(ONE_HOT, table)), [Some(0), Some(1), None]);
        assert_eq!(classes(read(WORDS, "dx\naa\nc\nb\n")), [Some(0), Some(2), Some(1)]);
        let missing = format!("{WORDS}\nexclude_missing = true");
        assert_eq!(classes(read(&missing, "dx,x\n,1\nc,2\n")), [None, Some(2)]);
    }

    #[test]
    fn rows_outside_the_rule_are_named() {
        for (rule, table, expected) in [
            (ONE_HOT, "A,B,UNK\n1,0,0\n1,1,0\n", "row 3: column \"A, B\" has \"2 classes at 1\""),
            (ONE_HOT, "A,B,UNK\n0,0,0\n", "0 classes at 1"),
            (ONE_HOT, "A,B,UNK\n0.5,0,0\n", "column \"A\" has \"0.5\"; expected 0 or 1"),
            (ONE_HOT, "A,B\n1,0\n", "no column \"UNK\""),
            (WORDS, "dx\nd\n", "expected a, aa (A) or b (B) or c (C)"),
        ] {
            let error = read(rule, table).expect_err(expected).to_string();
            assert!(error.contains(expected), "{error}");
        }
    }
}

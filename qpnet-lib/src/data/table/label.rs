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

//! From the words of a table to labels: binary, multi-class or multi-label.

use serde::Deserialize;

use crate::data::error::DataError;
use crate::data::rule::task::{TaskKind, stratum};
use crate::data::rule::words::{missing_hint, same};
use crate::data::table::text::{Cells, Table};
use crate::words::finding;

/// `[label]`: how the words of a row become its label.
#[derive(Clone, Debug, PartialEq)]
pub struct LabelRule {
    /// Names of the outputs, in order.
    pub classes: Vec<String>,
    /// Where the label stands.
    pub kind: LabelKind,
    /// Leave out rows whose label is missing, instead of refusing them.
    pub exclude_missing: bool,
    /// Refuse a patient with two labels, instead of counting such patients.
    pub one_per_patient: bool,
}

/// Where the label stands.
#[derive(Clone, Debug, PartialEq)]
pub enum LabelKind {
    /// One column; for each class its words. Two classes are a binary task.
    Words {
        /// The column.
        column: String,
        /// The words of each class, in the order of the classes.
        words: Vec<Vec<String>>,
        /// Binary or multi-class.
        task: TaskKind,
    },
    /// A column of 0 and 1 per class, of which exactly one is 1.
    OneHot {
        /// The column of each class, in the order of the classes.
        columns: Vec<String>,
        /// Columns whose rows belong to no class and are left out.
        outside: Vec<String>,
    },
    /// A column per finding: 1 present, 0 absent, -1 uncertain, empty when not mentioned.
    Findings {
        /// The column of each finding, in the order of the classes.
        columns: Vec<String>,
        /// What -1 becomes.
        uncertain: Policy,
        /// What an empty field becomes.
        blank: Policy,
    },
}

/// What becomes of a finding that is not stated plainly.
///
/// # Source
/// Irvin et al., CheXpert, AAAI 2019: the approaches U-Ignore, U-Zeros and U-Ones to uncertain labels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Policy {
    /// Not known: in no loss and in no metric.
    Ignore,
    /// Absent.
    Zeros,
    /// Present.
    Ones,
}

impl Policy {
    /// The finding under this policy.
    pub fn value(self) -> Option<bool> {
        match self {
            Self::Ignore => None,
            Self::Zeros => Some(false),
            Self::Ones => Some(true),
        }
    }
}

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

impl LabelRule {
    /// Binary, multi-class or multi-label.
    pub fn task(&self) -> TaskKind {
        match &self.kind {
            LabelKind::Words { task, .. } => *task,
            LabelKind::OneHot { .. } => TaskKind::MultiClass,
            LabelKind::Findings { .. } => TaskKind::MultiLabel,
        }
    }

    /// The columns the label is read from, for messages.
    pub fn columns(&self) -> Vec<&str> {
        match &self.kind {
            LabelKind::Words { column, .. } => vec![column],
            LabelKind::OneHot { columns, outside } => {
                columns.iter().chain(outside).map(String::as_str).collect()
            }
            LabelKind::Findings { columns, .. } => columns.iter().map(String::as_str).collect(),
        }
    }

    /// Ready to read the labels of `table`.
    ///
    /// # Errors
    /// Unknown columns.
    pub(in crate::data) fn reader<'a>(
        &'a self,
        table: &'a Table,
        missing: &'a [String],
    ) -> Result<Reader<'a>, DataError> {
        let columns: Result<Vec<_>, _> =
            self.columns().into_iter().map(|name| table.cells(name, missing)).collect();
        Ok(Reader { rule: self, table, columns: columns? })
    }

    fn words(&self, words: &[Vec<String>]) -> String {
        let class = |(name, words): (&String, &Vec<String>)| format!("{} ({name})", words.join(", "));
        let classes: Vec<String> = self.classes.iter().zip(words).map(class).collect();
        classes.join(" or ")
    }
}

/// The label columns of one table.
pub(in crate::data) struct Reader<'a> {
    rule: &'a LabelRule,
    table: &'a Table,
    columns: Vec<Cells<'a>>,
}

impl Reader<'_> {
    /// The label of record `at`; `None` for a record that is left out.
    ///
    /// # Errors
    /// Words outside their set, a missing label that is not to be left out.
    pub(in crate::data) fn label(&self, at: usize) -> Result<Option<Label>, DataError> {
        let Self { rule, table, columns } = self;
        let row: Vec<Option<&str>> = columns.iter().map(|words| words.get(at)).collect();
        let fault = |column: &str, found: Option<&str>, expected: String| DataError::Value {
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
                        None => Err(fault(column, word, rule.words(words))),
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

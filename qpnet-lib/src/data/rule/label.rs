//! `[label]`: how the words of a row become its label.

use super::policy::Policy;
use super::task::TaskKind;

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
}

//! What is said of learning curves: points with intervals, and the Pareto criterion.

use serde::Serialize;

use super::AuditError;
use super::names::Names;
use crate::stats::Estimate;
use crate::stats::pareto::{Criterion, Judgement};

/// What a table of learning curves consists of.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CurveSummary {
    /// The file.
    pub file: String,
    /// What was measured: the name of the column, or `AUC` of predictions.
    pub measure: String,
    /// Whether predictions were read, so that the test set's error is known; else only seeds vary.
    pub from_predictions: bool,
    /// Sizes of the dominant training set, ascending.
    pub sizes: Vec<usize>,
    /// Seeds, ascending by name.
    pub seeds: Vec<String>,
    /// Both subgroups, the dominant one first.
    pub groups: [String; 2],
    /// A fall below this does not matter.
    pub tolerance: f64,
    /// Level of the tests.
    pub alpha: f64,
    /// What a reader must know about how the table was read.
    pub notes: Vec<String>,
}

/// Judged learning curves.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CurveAudit {
    /// What was judged.
    #[serde(flatten)]
    pub summary: CurveSummary,
    /// Every method's curves.
    pub methods: Vec<JudgedCurve>,
}

/// A method's curves, judged.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct JudgedCurve {
    /// The method.
    pub method: String,
    /// Mean over seeds, `[subgroup][size]`, with its interval over seeds (and patients, of
    /// predictions).
    pub points: [Vec<Estimate>; 2],
    /// Both subgroups and the verdict.
    pub judgement: Judgement,
}

impl CurveAudit {
    /// The criterion that was applied.
    pub fn criterion(&self) -> Criterion {
        let CurveSummary { tolerance, alpha, .. } = self.summary;
        Criterion { alpha, tolerance, ..Criterion::default() }
    }
}

/// How many names of one kind a curve may have, with its role in messages and its column. More are
/// refused while the table is read, before they fill the memory.
pub(super) struct Most<'a> {
    pub(super) what: &'static str,
    pub(super) column: &'a str,
    pub(super) most: usize,
    /// For the end of a message: whether the column was told from its name.
    pub(super) told: &'a str,
}

impl Most<'_> {
    /// # Errors
    /// [`AuditError::Table`] with the row at which there is one name too many.
    pub(super) fn check(&self, file: &str, row: u64, names: &Names) -> Result<(), AuditError> {
        let Self { what, column, most, told } = *self;
        if names.len() <= most {
            return Ok(());
        }
        let message = if most == GROUPS {
            let found: Vec<&str> = (0..names.len() as u32).map(|number| names.name(number)).collect();
            format!(
                "column {column}: there are {} {what} up to here ({}); expected the dominant and one other{told}",
                names.len(),
                found.join(", ")
            )
        } else {
            format!("column {column} has more than {most} {what} up to here: is it a column of ids?{told}")
        };
        Err(AuditError::Table { file: file.to_owned(), row, message })
    }
}

/// Subgroups of a curve: the dominant one and another.
pub(super) const GROUPS: usize = 2;

/// The dominant subgroup first; what is wrong with the subgroups otherwise.
pub(super) fn two_groups(groups: &[String], dominant: &str) -> Result<[String; 2], String> {
    let others: Vec<&String> = groups.iter().filter(|group| *group != dominant).collect();
    match others.as_slice() {
        [other] => Ok([dominant.to_owned(), (*other).clone()]),
        _ => Err(format!(
            "there are {} subgroups ({}); expected the dominant and one other",
            groups.len(),
            groups.join(", ")
        )),
    }
}

//! Somebody's predictions, once they are read.

use super::beside::TellingColumn;
use super::finder::Guesses;
use super::question::AuditTask;
use super::row::Row;
use super::samples::Samples;
use super::thresholds::Apart;
use super::trainings::Trainings;
use super::unplaced::Unplaced;

/// Somebody's predictions.
#[derive(Clone, Debug)]
pub struct Predictions {
    /// The file, for messages.
    pub file: String,
    /// The kind of task.
    pub task: AuditTask,
    /// Names of the classes or findings; of one yes-or-no question none.
    pub classes: Vec<String>,
    /// Names of the methods, in the order of the table; a single one is `the model`.
    pub methods: Vec<String>,
    /// Names of the subgroups, in the order of the table.
    pub groups: Vec<String>,
    /// Whether subgroups are crossings of several attributes.
    pub crossed: bool,
    /// Crossings of values of several attributes that nobody is in, unless they are many.
    pub empty: Vec<String>,
    /// How many they are.
    pub empty_count: u64,
    /// Whether a column said which rows are of one patient.
    pub clustered: bool,
    /// Names of the strata that make cases comparable, and of the columns they come from; none: nobody asked.
    pub strata: Vec<String>,
    /// `dx, dx_type`.
    pub standardise: String,
    /// The column of the continuous attribute along which measures are drawn; empty: nobody asked.
    pub along: String,
    /// Whether a column said how much samples count.
    pub weighted: bool,
    /// Patients in all.
    pub patients: usize,
    /// What a reader must know about how the table was read.
    pub notes: Vec<String>,
    /// Columns without a role that nearly tell the outcome or the subgroup, the one that tells most first.
    pub telling: Vec<TellingColumn>,
    /// The subgroup that a column of roles calls dominant.
    pub(super) dominant: Option<u32>,
    pub(super) score_columns: Vec<String>,
    /// Rows without a subgroup, kept for bounds.
    pub(super) unplaced: Option<Unplaced>,
    /// Whether scores came as logits.
    pub(super) logits: bool,
    pub(super) told: Guesses,
    pub(super) samples: Samples,
    /// Where a column tells trainings apart: methods are then trainings.
    pub(super) trainings: Option<Trainings>,
    /// By method, subgroup and sample.
    pub(super) rows: Vec<Row>,
    /// `[rows of the table x classes]`.
    pub(super) scores: Vec<f64>,
    /// The rows that choose thresholds and are not judged.
    pub(super) apart: Option<Apart>,
}

impl Predictions {
    /// Rows that were kept.
    pub fn rows(&self) -> usize {
        self.rows.len()
    }

    /// The samples that a method has scored in a subgroup, ascending.
    pub(super) fn scored(&self, method: u32, group: u32) -> Vec<u32> {
        self.rows_of(method, group).iter().map(|row| row.sample).collect()
    }

    /// The rows of a method in a subgroup, by sample.
    pub(super) fn rows_of(&self, method: u32, group: u32) -> &[Row] {
        let place = |row: &Row| (row.method, self.samples.groups[row.sample as usize]);
        let begin = self.rows.partition_point(|row| place(row) < (method, group));
        let end = self.rows.partition_point(|row| place(row) <= (method, group));
        &self.rows[begin..end]
    }

    /// For a message: the row and the column of the score at `at`, and whether the column was told from its
    /// name.
    pub(super) fn score_at(&self, at: usize) -> (u64, String, String) {
        self.score_of(&self.rows, at)
    }

    /// [`Predictions::score_at`] of `rows` with scores of their own.
    pub(super) fn score_of(&self, rows: &[Row], at: usize) -> (u64, String, String) {
        let width = self.width();
        let row = rows.iter().find(|row| row.at as usize == at / width);
        let column = self.score_columns[at % width].clone();
        (row.map_or(0, |row| row.line.into()), column, self.told.of_role("score"))
    }

    /// Number of questions: classes or findings, 1 without them.
    pub(super) fn width(&self) -> usize {
        self.classes.len().max(1)
    }
}

//! All parts of an audit together.

use serde::Serialize;

use super::along::AlongAudit;
use super::beside::TellingColumn;
use super::cell_audit::CellAudit;
use super::compare::{ClaimAudit, GapAudit, MethodAudit};
use super::ledger::Ledger;
use super::levelling::LevellingAudit;
use super::macro_auc::{MacroAudit, MacroGap};
use super::net_benefit::NetBenefitAudit;
use super::power::Power;
use super::question::AuditTask;
use super::spread::TrainingsAudit;
use super::standard::StandardAudit;
use super::thresholds::DecisionAudit;
use super::unknown::UnknownAudit;
use super::unscored::UnscoredAudit;
use crate::stats::Estimate;

/// What an audit found.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Audit {
    /// The file.
    pub file: String,
    /// The kind of task.
    pub task: AuditTask,
    /// Names of the classes or findings; of one yes-or-no question none.
    pub classes: Vec<String>,
    /// What methods and subgroups are compared by: `AUC` or `macro AUC`.
    pub measure: &'static str,
    /// Rows.
    pub rows: usize,
    /// Patients, or samples where no column says.
    pub patients: usize,
    /// Whether a column said which rows are of one patient.
    pub clustered: bool,
    /// Whether a column said how much samples count. All measures are then weighted; counts are not.
    pub weighted: bool,
    /// The methods.
    pub methods: Vec<String>,
    /// Their trainings or readers, where a column tells them apart: numbers are then means over them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub trainings: Vec<TrainingsAudit>,
    /// The method that others are compared with.
    pub reference: String,
    /// The dominant subgroup.
    pub dominant: String,
    /// Subgroups of fewer patients are not scored.
    #[serde(skip_serializing_if = "is_none")]
    pub smallest: usize,
    /// Those that are not, by name.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub unscored: Vec<UnscoredAudit>,
    /// Crossings of attributes that nobody is in; where they are many only this number is told.
    #[serde(skip_serializing_if = "no_crossing")]
    pub empty_crossings: u64,
    /// Margin of non-inferiority.
    pub margin: f64,
    /// Positive is who scores this or more; without one nobody is called anything.
    pub threshold: Option<f64>,
    /// Whether scores came as logits.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub logits: bool,
    /// Confidence level.
    pub level: f64,
    /// Every method on every subgroup, for every class; the dominant subgroup first.
    pub cells: Vec<CellAudit>,
    /// Every method on every subgroup at every threshold, where several were asked for or chosen.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub decisions: Vec<DecisionAudit>,
    /// Net benefit at every threshold of the decision curve; empty where nobody asked.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub net_benefits: Vec<NetBenefitAudit>,
    /// Mean AUC over classes or findings, by method and subgroup.
    pub macro_auc: Vec<MacroAudit>,
    /// The dominant subgroup minus every other, by method and class.
    pub gaps: Vec<GapAudit>,
    /// The columns whose values make cases comparable; empty where nobody asked.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub standardise: String,
    /// The same gaps at one mix of cases.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub standardised: Vec<StandardAudit>,
    /// The same for the mean AUC over classes or findings.
    pub macro_gaps: Vec<MacroGap>,
    /// Best minus worst AUC, or macro AUC, over all subgroups, by method.
    pub best_minus_worst: Vec<Best>,
    /// Every other method minus the reference, by subgroup.
    pub against: Vec<MethodAudit>,
    /// What was not estimated, where asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ledger: Option<Ledger>,
    /// Measures along a continuous attribute, where asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub along: Option<AlongAudit>,
    /// Gaps that are smaller than the reference's because the better served subgroup lost.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub levelled_down: Vec<LevellingAudit>,
    /// What gaps and comparisons of methods could have seen, where asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub power: Option<Power>,
    /// The quasi-Pareto claim of every other method, by less-prevalent subgroup.
    pub claims: Vec<ClaimAudit>,
    /// Outcomes that the table does not state plainly, by finding and subgroup; empty where there are none.
    pub unknown: Vec<UnknownAudit>,
    /// Further columns that nearly tell the outcome or the subgroup, the one that tells most first.
    pub telling: Vec<TellingColumn>,
    /// What a reader must know.
    pub notes: Vec<String>,
}

fn is_none(count: &usize) -> bool {
    *count == 0
}

fn no_crossing(count: &u64) -> bool {
    *count == 0
}

/// The best minus the worst AUC of one method.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Best {
    /// The method.
    pub method: String,
    /// The best subgroup.
    pub best: Option<String>,
    /// The worst one.
    pub worst: Option<String>,
    /// The difference; of two subgroups their gap without its sign. Of more, where subgroups are close, it may lie
    /// above its interval.
    pub auc: Estimate,
}

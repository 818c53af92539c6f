//! What a run says: AUCs with intervals, disparities, paired differences, provenance.

use serde::{Deserialize, Serialize};

use super::{Environment, RunConfig};
use crate::data::{DataOrigin, Exclusion, Population, TaskKind};
use crate::metrics::Murphy;
use crate::stamp::Stamp;
use crate::stats::{Comparison, Estimate};

/// The summary of a run, `summary.json`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    /// The configuration, seed included.
    pub config: RunConfig,
    /// The data.
    pub data: DataSummary,
    /// One entry a method, in the configuration's order.
    pub methods: Vec<MethodSummary>,
    /// Each other method minus the first one, on the same test samples of each subgroup.
    pub differences: Vec<PairedSummary>,
    /// Versions and device.
    pub environment: Environment,
    /// Wall time of training and scoring, seconds.
    pub seconds: f64,
    /// Whether the test part steered training: such results prove nothing.
    pub contaminated: bool,
    /// When and by which command it was made; the program says it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub made: Option<Stamp>,
}

/// The data of a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DataSummary {
    /// The data set.
    pub name: String,
    /// Its title.
    pub title: String,
    /// Whom to cite.
    pub citation: String,
    /// Its licence.
    pub licence: String,
    /// Hash over table, images and rules as used.
    pub hash: String,
    /// Where they come from, with a hash of each part.
    #[serde(default)]
    pub origin: DataOrigin,
    /// What is predicted.
    pub task: TaskKind,
    /// Names of the outputs.
    pub classes: Vec<String>,
    /// Names of the subgroups: dominant, less-prevalent, others.
    pub subgroups: Vec<String>,
    /// Rows left out, with reasons.
    pub exclusions: Vec<Exclusion>,
    /// Patients, images and positives by part and subgroup.
    pub counts: Vec<CellSummary>,
    /// What the user should know.
    pub notes: Vec<String>,
}

/// Counts of one subgroup in one part.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CellSummary {
    /// `train`, `validation`, `test`.
    pub part: String,
    /// The subgroup's name.
    pub subgroup: String,
    /// Patients or lesions.
    pub patients: usize,
    /// Images.
    pub images: usize,
    /// Images of class 1.
    pub positives: usize,
    /// Images of each class, or with each finding.
    pub per_class: Vec<usize>,
}

/// Test performance of a method.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MethodSummary {
    /// The key: `mixed`, `dc`, `qpi` …
    pub method: String,
    /// The name in tables and figures.
    pub title: String,
    /// One entry a subgroup that the method has scores for.
    pub subgroups: Vec<SubgroupSummary>,
    /// `A(dominant) - A(less-prevalent)`, equation 4.
    pub disparity: Disparities,
    /// Decisions and probabilities as validation has fixed them; binary tasks only.
    #[serde(default)]
    pub decisions: Option<DecisionSummary>,
    /// The kept epoch of each of the method's models.
    pub selected_epochs: Vec<usize>,
    /// Optimisation steps of all its models, those of its starting point not counted.
    pub steps: usize,
    /// Training, seconds.
    pub seconds: f64,
}

/// Test performance on a subgroup.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SubgroupSummary {
    /// The subgroup's name.
    pub subgroup: String,
    /// Images.
    pub n: usize,
    /// Positive images; of several classes, those not of the first; of findings, those with any.
    pub positives: usize,
    /// Patients or lesions.
    pub patients: usize,
    /// AUC with DeLong's interval, which takes images as independent. The macro AUC of several
    /// classes has none: its value stands alone.
    pub auc: Estimate,
    /// AUC, or macro AUC, with an interval that takes patients as independent, the one to read:
    /// Obuchowski's, corrected where few patients carry an outcome.
    pub auc_clustered: Estimate,
    /// AUC with the bootstrap over patients.
    pub auc_bootstrap: Estimate,
    /// AUC with the paper's interval, for comparison: it covers too rarely. Binary tasks only.
    pub auc_paper: Option<Estimate>,
    /// Brier score and its parts; binary tasks only.
    pub brier: Option<BrierSummary>,
}

/// What a method decides on the test part at a threshold, and says at a temperature, that its validation scores of
/// all subgroups have fixed. A method that was trained on the validation part (DFR) is flattered by them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DecisionSummary {
    /// Positive is who scores this or more: Youden's, sensitivity + specificity at its largest on validation.
    pub threshold: Option<f64>,
    /// What logits are divided by: the log loss on validation at its smallest.
    pub temperature: Option<f64>,
    /// One entry a subgroup that the method has scores for.
    pub subgroups: Vec<DecisionCell>,
}

/// The decisions on a subgroup.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DecisionCell {
    /// The subgroup's name.
    pub subgroup: String,
    /// Share of positives who are called so.
    pub sensitivity: Estimate,
    /// Share of negatives who are called so.
    pub specificity: Estimate,
    /// Calibration error in ten bins of equal mass as the model speaks; biased upwards where samples are few.
    pub calibration_error: Option<f64>,
    /// The same at the temperature.
    pub calibration_error_scaled: Option<f64>,
}

/// The Brier score of a method on a subgroup.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BrierSummary {
    /// The score as the model speaks; its interval from the bootstrap over patients.
    pub score: Estimate,
    /// `1 - score / uncertainty`: 0 for the prevalence as forecast, 1 for a perfect one.
    pub skill: Option<f64>,
    /// Murphy's parts in ten bins of equal size.
    pub murphy: Option<Murphy>,
    /// The score after prior correction: models of class-balanced batches speak of a prevalence
    /// of one half. The logit is moved to the prevalence of the validation part, one shift for
    /// all subgroups.
    pub corrected: Estimate,
    /// Skill after prior correction.
    pub corrected_skill: Option<f64>,
}

/// Differences between subgroups (equation 4).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Disparities {
    /// AUC of the dominant minus the less-prevalent subgroup, images as independent; binary only.
    pub delong: Option<Comparison>,
    /// The same, patients as independent: interval and test are one inference.
    pub clustered: Comparison,
    /// Best minus worst of all subgroups that the method scores. It cannot be
    /// negative, so its value is biased upwards: that of equal subgroups is above 0.
    pub best_minus_worst: Estimate,
    /// Brier score of the dominant minus the less-prevalent subgroup; binary only.
    pub brier: Option<Comparison>,
}

/// A difference between two methods on a subgroup.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PairedSummary {
    /// The method.
    pub method: String,
    /// What it is compared with.
    pub reference: String,
    /// The subgroup's name.
    pub subgroup: String,
    /// AUC of the method minus that of the reference, patients as independent.
    pub auc: Comparison,
    /// Brier score of the method minus that of the reference; below 0 is better; binary only.
    pub brier: Option<Comparison>,
}

impl DataSummary {
    /// What a reader should know of `population`.
    pub(super) fn of(population: &Population) -> Self {
        let subgroups = population.scheme.subgroups.clone();
        let counts = population.counts().into_iter().map(|count| CellSummary {
            part: count.part.to_string(),
            subgroup: subgroups[count.subgroup].clone(),
            patients: count.patients,
            images: count.images,
            positives: count.positives,
            per_class: count.per_class,
        });
        Self {
            name: population.name.clone(),
            title: population.title.clone(),
            citation: population.citation.clone(),
            licence: population.licence.clone(),
            task: population.task,
            classes: population.classes.clone(),
            hash: population.hash.clone(),
            origin: population.origin.clone(),
            counts: counts.collect(),
            subgroups,
            exclusions: population.exclusions.clone(),
            notes: population.notes.clone(),
        }
    }
}

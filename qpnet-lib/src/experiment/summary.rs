//! What a run says: AUCs with intervals, disparities, paired differences, provenance.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::scored::Training;
use super::{Environment, MethodKind, MethodSpec, Prediction, RunConfig, RunError};
use crate::data::{Exclusion, Part, Population};
use crate::stats::{Comparison, Estimate, delong, obuchowski};
use crate::train::DeltaPart;

/// Level of every interval.
const LEVEL: f64 = 0.95;

/// The summary of a run, `summary.json`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    /// The configuration, seed included.
    pub config: RunConfig,
    /// The data.
    pub data: DataSummary,
    /// One entry a method.
    pub methods: Vec<MethodSummary>,
    /// Each other method minus the first one, on the same test samples of each subgroup.
    pub differences: Vec<PairedSummary>,
    /// Versions and device.
    pub environment: Environment,
    /// Wall time of training and scoring, seconds.
    pub seconds: f64,
    /// Whether the test part steered training: such results prove nothing.
    pub contaminated: bool,
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
    /// Images of class 1.
    pub positives: usize,
    /// Patients or lesions.
    pub patients: usize,
    /// AUC with DeLong's interval, which takes images as independent.
    pub auc: Estimate,
    /// AUC with Obuchowski's interval, which takes patients as independent: the one to read
    /// where patients have several images.
    pub auc_clustered: Estimate,
}

/// The disparity with both intervals.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Disparities {
    /// Images as independent.
    pub delong: Estimate,
    /// Patients as independent.
    pub clustered: Estimate,
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
}

/// Test scores of one method on one subgroup, as plain slices.
struct TestCell {
    labels: Vec<bool>,
    scores: Vec<f64>,
    clusters: Vec<usize>,
}

impl TestCell {
    /// Patients are numbered by `numbers` over all cells, so that a patient seen in two
    /// subgroups is recognised.
    fn of(predictions: &[Prediction], method: &str, subgroup: &str, numbers: &HashMap<&str, usize>) -> Self {
        let wanted =
            |p: &&Prediction| p.part == Part::Test.as_str() && p.subgroup == subgroup && p.method == method;
        let test = predictions.iter().filter(wanted);
        let mut cell = Self { labels: Vec::new(), scores: Vec::new(), clusters: Vec::new() };
        for prediction in test {
            cell.labels.push(prediction.label == 1);
            cell.scores.push(prediction.score);
            cell.clusters.push(numbers[prediction.patient_id.as_str()]);
        }
        cell
    }

    fn group(&self) -> obuchowski::Group<'_> {
        obuchowski::Group { labels: &self.labels, scores: &self.scores, clusters: &self.clusters }
    }

    fn summary(&self, subgroup: &str) -> Result<SubgroupSummary, RunError> {
        let mut patients = self.clusters.clone();
        patients.sort_unstable();
        patients.dedup();
        Ok(SubgroupSummary {
            subgroup: subgroup.to_owned(),
            n: self.labels.len(),
            positives: self.labels.iter().filter(|&&positive| positive).count(),
            patients: patients.len(),
            auc: delong::single(&self.labels, &self.scores, LEVEL)?,
            auc_clustered: obuchowski::single(&self.labels, &self.scores, &self.clusters, LEVEL)?,
        })
    }
}

/// How a run came to be: all of its summary that its predictions do not say.
pub(super) struct Made {
    pub(super) data: DataSummary,
    pub(super) trainings: Vec<Training>,
    pub(super) environment: Environment,
    pub(super) seconds: f64,
}

impl Made {
    /// Read off a summary, to be summarised again.
    pub(super) fn from(summary: &Summary) -> Self {
        let training = |method: &MethodSummary| Training {
            method: method.method.clone(),
            selected_epochs: method.selected_epochs.clone(),
            steps: method.steps,
            seconds: method.seconds,
        };
        Self {
            data: summary.data.clone(),
            trainings: summary.methods.iter().map(training).collect(),
            environment: summary.environment.clone(),
            seconds: summary.seconds,
        }
    }
}

/// The summary of a run from its predictions.
pub(super) fn summarise(
    config: &RunConfig,
    made: Made,
    predictions: &[Prediction],
) -> Result<Summary, RunError> {
    let mut numbers: HashMap<&str, usize> = HashMap::new();
    for prediction in predictions {
        let next = numbers.len();
        numbers.entry(&prediction.patient_id).or_insert(next);
    }
    let names = &made.data.subgroups;
    let cells = |method: &str| -> Vec<TestCell> {
        names.iter().map(|name| TestCell::of(predictions, method, name, &numbers)).collect()
    };
    let mut methods = Vec::new();
    let mut differences = Vec::new();
    let reference = made.trainings.first().map(|first| (&first.method, cells(&first.method)));
    for (spec, training) in config.methods.iter().zip(&made.trainings) {
        let cells = cells(&training.method);
        let with_names = || names.iter().zip(&cells).filter(|(_, cell)| !cell.labels.is_empty());
        let subgroups = with_names().map(|(name, cell)| cell.summary(name));
        methods.push(MethodSummary {
            method: training.method.clone(),
            title: spec.title.clone(),
            subgroups: subgroups.collect::<Result<_, _>>()?,
            disparity: disparity(&cells[0], &cells[1])?,
            selected_epochs: training.selected_epochs.clone(),
            steps: training.steps,
            seconds: training.seconds,
        });
        let Some((first, others)) = &reference else { continue };
        if *first == &training.method {
            continue;
        }
        for ((name, cell), other) in names.iter().zip(&cells).zip(others) {
            // Both score the test samples of a subgroup in the same order, or one has no model
            // for it (divide-and-conquer on subgroups that are only reported).
            if cell.labels.is_empty() || other.labels.is_empty() {
                continue;
            }
            let auc = obuchowski::paired(&cell.labels, &cell.scores, &other.scores, &cell.clusters, LEVEL)?;
            differences.push(PairedSummary {
                method: training.method.clone(),
                reference: (*first).clone(),
                subgroup: name.clone(),
                auc,
            });
        }
    }
    let by_test = |spec: &MethodSpec| match spec.method {
        MethodKind::Qpi(qpi) => qpi.measure_on == DeltaPart::Test,
        _ => false,
    };
    Ok(Summary {
        config: config.clone(),
        data: made.data,
        methods,
        differences,
        environment: made.environment,
        seconds: made.seconds,
        contaminated: config.methods.iter().any(by_test),
    })
}

fn disparity(dominant: &TestCell, less: &TestCell) -> Result<Disparities, RunError> {
    let (a, b) = (dominant, less);
    Ok(Disparities {
        delong: delong::unpaired(&a.labels, &a.scores, &b.labels, &b.scores, LEVEL)?.difference,
        clustered: obuchowski::unpaired(a.group(), b.group(), LEVEL)?.difference,
    })
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
        });
        Self {
            name: population.name.clone(),
            title: population.title.clone(),
            citation: population.citation.clone(),
            licence: population.licence.clone(),
            hash: population.hash.clone(),
            counts: counts.collect(),
            subgroups,
            exclusions: population.exclusions.clone(),
            notes: population.notes.clone(),
        }
    }
}

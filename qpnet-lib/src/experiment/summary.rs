//! What a run says: AUCs with intervals, disparities, paired differences, provenance.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::scored::Scored;
use super::{Environment, MethodName, Prediction, RunConfig, RunError};
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
    /// `mixed`, `dc`, `qpi`.
    pub method: String,
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
    fn of(predictions: &[Prediction], subgroup: &str, numbers: &HashMap<&str, usize>) -> Self {
        let test = predictions.iter().filter(|p| p.part == Part::Test.to_string() && p.subgroup == subgroup);
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

/// The summary of a run from its predictions.
pub(super) fn summarise(
    config: &RunConfig,
    population: &Population,
    scored: &[Scored],
    environment: Environment,
    seconds: f64,
) -> Result<Summary, RunError> {
    let mut numbers: HashMap<&str, usize> = HashMap::new();
    for sample in &population.samples {
        let next = numbers.len();
        numbers.entry(&sample.patient_id).or_insert(next);
    }
    let names = &population.scheme.subgroups;
    let cells = |scored: &Scored| -> Vec<TestCell> {
        names.iter().map(|name| TestCell::of(&scored.predictions, name, &numbers)).collect()
    };
    let mut methods = Vec::new();
    let mut differences = Vec::new();
    let reference = scored.first().map(|first| (first.method, cells(first)));
    for scored in scored {
        let cells = cells(scored);
        let with_names = || names.iter().zip(&cells).filter(|(_, cell)| !cell.labels.is_empty());
        let subgroups = with_names().map(|(name, cell)| cell.summary(name));
        let (dominant, less) = (&cells[0], &cells[1]);
        methods.push(MethodSummary {
            method: scored.method.key().to_owned(),
            subgroups: subgroups.collect::<Result<_, _>>()?,
            disparity: Disparities {
                delong: delong::unpaired(
                    &dominant.labels,
                    &dominant.scores,
                    &less.labels,
                    &less.scores,
                    LEVEL,
                )?
                .difference,
                clustered: obuchowski::unpaired(dominant.group(), less.group(), LEVEL)?.difference,
            },
            selected_epochs: scored.selected_epochs.clone(),
            steps: scored.steps,
            seconds: scored.seconds,
        });
        let Some((first, others)) = &reference else { continue };
        if *first == scored.method {
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
                method: scored.method.key().to_owned(),
                reference: first.key().to_owned(),
                subgroup: name.clone(),
                auc,
            });
        }
    }
    Ok(Summary {
        config: config.clone(),
        data: data_summary(population),
        methods,
        differences,
        environment,
        seconds,
        contaminated: config.methods.contains(&MethodName::Qpi) && config.qpi.measure_on == DeltaPart::Test,
    })
}

fn data_summary(population: &Population) -> DataSummary {
    let subgroups = population.scheme.subgroups.clone();
    let counts = population.counts().into_iter().map(|count| CellSummary {
        part: count.part.to_string(),
        subgroup: subgroups[count.subgroup].clone(),
        patients: count.patients,
        images: count.images,
        positives: count.positives,
    });
    DataSummary {
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

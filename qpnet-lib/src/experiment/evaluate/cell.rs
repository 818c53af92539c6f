//! Test scores of one method on one subgroup, as plain slices.

use std::collections::HashMap;

use crate::data::{Part, TaskKind};
use crate::experiment::{Prediction, RunError};
use crate::metrics::{WeightedAuc, WeightedMacroAuc, one_vs_rest};
use crate::stats::bootstrap::Measure;
use crate::stats::obuchowski;

/// The test samples of a subgroup with a method's scores.
pub(in crate::experiment) struct TestCell {
    pub(in crate::experiment) subgroup: String,
    task: TaskKind,
    /// Whether a sample is positive; of several classes, whether it is not of the first.
    pub(in crate::experiment) labels: Vec<bool>,
    /// The class, or for findings whether any is present: what the resampling of an AUC is stratified by.
    pub(in crate::experiment) strata: Vec<usize>,
    /// `[n x width]` outcomes of a task of several classes or findings.
    targets: Vec<Option<bool>>,
    /// `[n x width]`.
    pub(in crate::experiment) scores: Vec<f64>,
    width: usize,
    /// Patients.
    pub(in crate::experiment) clusters: Vec<usize>,
}

impl TestCell {
    pub(in crate::experiment) fn of(
        predictions: &[Prediction],
        method: &str,
        subgroup: &str,
        task: TaskKind,
        patients: &HashMap<&str, usize>,
    ) -> Self {
        let wanted =
            |p: &&Prediction| p.part == Part::Test.as_str() && p.subgroup == subgroup && p.method == method;
        let test: Vec<&Prediction> = predictions.iter().filter(wanted).collect();
        let labels: Vec<usize> = test.iter().map(|p| p.label).collect();
        let width = test.first().map_or(1, |p| p.scores.len());
        let targets = match task {
            TaskKind::Binary => Vec::new(),
            TaskKind::MultiClass => one_vs_rest(&labels, width).unwrap_or_default(),
            TaskKind::MultiLabel => test.iter().flat_map(|p| p.findings.iter().copied()).collect(),
        };
        Self {
            subgroup: subgroup.to_owned(),
            task,
            labels: labels.iter().map(|&label| label > 0).collect(),
            targets,
            scores: test.iter().flat_map(|p| p.scores.iter().copied()).collect(),
            width,
            clusters: test.iter().map(|p| patients[p.patient_id.as_str()]).collect(),
            strata: labels,
        }
    }

    pub(in crate::experiment) fn len(&self) -> usize {
        self.labels.len()
    }

    pub(in crate::experiment) fn is_empty(&self) -> bool {
        self.labels.is_empty()
    }

    pub(in crate::experiment) fn group(&self) -> obuchowski::Group<'_> {
        obuchowski::Group { labels: &self.labels, scores: &self.scores, clusters: &self.clusters }
    }

    /// AUC, or macro AUC. A draw on which a class is lost that the data have is undefined: a mean over
    /// fewer classes is another statistic.
    pub(in crate::experiment) fn auc(&self) -> Result<Statistic, RunError> {
        Ok(if self.task == TaskKind::Binary {
            Box::new(WeightedAuc::new(&self.labels, &self.scores)?)
        } else {
            Box::new(WeightedMacroAuc::new(&self.targets, &self.scores, self.width)?)
        })
    }
}

/// A number computed from how often each sample was drawn.
pub(in crate::experiment) type Statistic = Box<dyn Measure + Send>;

//! The AUC of each class or finding in both subgroups: what a macro AUC is the mean of.

use std::collections::HashMap;

use super::evaluate::LEVEL;
use super::{Prediction, Run, RunError};
use crate::data::{Part, TaskKind};
use crate::stats::{Comparison, Estimate, obuchowski};

/// One class or finding, dominant against less-prevalent.
#[derive(Clone, Debug, PartialEq)]
pub struct ClassGap {
    /// Its name.
    pub class: String,
    /// Known outcomes of the dominant and the less-prevalent subgroup, positives first.
    pub outcomes: [[usize; 2]; 2],
    /// Test AUC of both, patients as independent (Obuchowski). Undefined where an outcome is
    /// missing: the class then takes no part in the macro AUC of that subgroup.
    pub auc: [Estimate; 2],
    /// AUC of the dominant minus the less-prevalent subgroup, with its test.
    pub gap: Comparison,
}

/// The test samples of a subgroup on which the outcome of one class is known.
#[derive(Default)]
struct Known {
    labels: Vec<bool>,
    scores: Vec<f64>,
    clusters: Vec<usize>,
}

/// Every class or finding of a multi-class or multi-label run, by one method, on the test part.
/// A class stands against the rest; an uncertain finding leaves its sample out of that finding.
/// Empty for a binary task.
///
/// # Errors
/// [`RunError::Stats`] for scores that are not finite.
pub fn class_gaps(run: &Run, method: &str) -> Result<Vec<ClassGap>, RunError> {
    let data = &run.summary.data;
    if data.task == TaskKind::Binary {
        return Ok(Vec::new());
    }
    let test = |row: &&Prediction| row.method == method && row.part == Part::Test.as_str();
    let rows: Vec<&Prediction> = run.predictions.iter().filter(test).collect();
    let mut numbers: HashMap<&str, usize> = HashMap::new();
    for row in &rows {
        let next = numbers.len();
        numbers.entry(&row.patient_id).or_insert(next);
    }
    let gap = |(class, name): (usize, &String)| {
        let known = [0, 1].map(|subgroup| {
            let mut known = Known::default();
            for row in rows.iter().filter(|row| row.subgroup == data.subgroups[subgroup]) {
                if let Some(label) = outcome(row, class, data.task) {
                    known.labels.push(label);
                    known.scores.push(row.scores[class]);
                    known.clusters.push(numbers[row.patient_id.as_str()]);
                }
            }
            known
        });
        let [dominant, less] = known.each_ref().map(Known::group);
        let single = |group: obuchowski::Group<'_>| {
            obuchowski::single(group.labels, group.scores, group.clusters, LEVEL)
        };
        Ok(ClassGap {
            class: name.clone(),
            outcomes: known.each_ref().map(|known| {
                let positives = known.labels.iter().filter(|&&label| label).count();
                [positives, known.labels.len() - positives]
            }),
            auc: [single(dominant)?, single(less)?],
            gap: obuchowski::unpaired(dominant, less, LEVEL)?,
        })
    };
    data.classes.iter().enumerate().map(gap).collect()
}

fn outcome(row: &Prediction, class: usize, task: TaskKind) -> Option<bool> {
    match task {
        TaskKind::Binary | TaskKind::MultiClass => Some(row.label == class),
        TaskKind::MultiLabel => row.findings.get(class).copied().flatten(),
    }
}

impl Known {
    fn group(&self) -> obuchowski::Group<'_> {
        obuchowski::Group { labels: &self.labels, scores: &self.scores, clusters: &self.clusters }
    }
}

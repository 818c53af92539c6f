//! From predictions to a summary.

use std::collections::HashMap;

use super::{
    Disparities, MethodSpec, MethodSummary, Origin, PairedSummary, Prediction, RunConfig, RunError,
    SubgroupSummary, Summary,
};
use crate::data::{Part, TaskKind};
use crate::rng::Streams;
use crate::stats::bootstrap::paper_ci;
use crate::stats::{self, Bootstrap, Contributions, Estimate, Form, auc_inference, delong};

mod brier;
pub(super) mod cell;
mod decisions;
pub(super) mod joint;
mod level;
pub(super) mod measures;
#[cfg(test)]
mod rows;
#[cfg(test)]
mod tests;

use brier::Brier;
use cell::TestCell;
use joint::Joint;
pub(super) use level::LEVEL;

/// The summary of a run from its predictions. The bootstrap draws from the data's seed, so that
/// repeats of an experiment resample the same patients.
pub(super) fn summarise(
    config: &RunConfig,
    origin: Origin,
    predictions: &[Prediction],
) -> Result<Summary, RunError> {
    let evaluation = Evaluation::of(config, &origin, predictions);
    let methods = config.methods.iter().zip(&origin.trainings);
    let mut summary = Summary {
        config: config.clone(),
        methods: Vec::new(),
        differences: Vec::new(),
        data: origin.data.clone(),
        environment: origin.environment.clone(),
        seconds: origin.seconds,
        contaminated: config.methods.iter().any(MethodSpec::is_steered_by_test),
        made: None,
    };
    let reference = config.methods.first().map(|first| (&first.key, evaluation.cells(&first.key)));
    for (spec, training) in methods {
        let cells = evaluation.cells(&spec.key);
        let present = cells.iter().filter(|cell| !cell.is_empty());
        summary.methods.push(MethodSummary {
            method: spec.key.clone(),
            title: spec.title.clone(),
            subgroups: present.map(|cell| evaluation.subgroup(&spec.key, cell)).collect::<Result<_, _>>()?,
            disparity: evaluation.disparities(&spec.key, &cells)?,
            decisions: (evaluation.task == TaskKind::Binary)
                .then(|| decisions::decisions(predictions, &spec.key, &cells))
                .transpose()?,
            selected_epochs: training.selected_epochs.clone(),
            steps: training.steps,
            seconds: training.seconds,
        });
        if let Some((first, others)) = reference.as_ref().filter(|(first, _)| **first != spec.key) {
            let pairs = evaluation.pairs(&spec.key, &cells, first, others)?;
            summary.differences.extend(pairs);
        }
    }
    Ok(summary)
}

/// The predictions of a run, ready to be evaluated.
pub(super) struct Evaluation<'a> {
    predictions: &'a [Prediction],
    subgroups: &'a [String],
    classes: &'a [String],
    task: TaskKind,
    /// Patients are numbered over all subgroups, so that one seen in two is recognised.
    patients: HashMap<&'a str, usize>,
    /// Prevalence of the validation part.
    prevalence: Option<f64>,
    /// Methods trained on batches whose classes are not equal, as natural ones, which speak of the
    /// data's prevalence already.
    unbalanced: Vec<&'a str>,
    streams: Streams,
}

impl<'a> Evaluation<'a> {
    pub(super) fn of(config: &'a RunConfig, origin: &'a Origin, predictions: &'a [Prediction]) -> Self {
        let mut patients: HashMap<&str, usize> = HashMap::new();
        for prediction in predictions {
            let next = patients.len();
            patients.entry(&prediction.patient_id).or_insert(next);
        }
        let validation = origin.data.counts.iter().filter(|count| count.part == Part::Validation.as_str());
        let (images, positives) =
            validation.fold((0, 0), |(n, m), count| (n + count.images, m + count.positives));
        let unbalanced = |spec: &&MethodSpec| !config.balances_classes(spec);
        Self {
            unbalanced: config.methods.iter().filter(unbalanced).map(|spec| spec.key.as_str()).collect(),
            predictions,
            subgroups: &origin.data.subgroups,
            classes: &origin.data.classes,
            task: origin.data.task,
            patients,
            prevalence: (images > 0).then(|| positives as f64 / images as f64),
            streams: Streams::new(config.data_seed).below("evaluation"),
        }
    }

    /// Where prior correction moves a method's probabilities; nowhere after batches of unequal classes.
    fn prior(&self, method: &str) -> Option<f64> {
        self.prevalence.filter(|_| !self.unbalanced.contains(&method))
    }

    /// The test scores of a method, one cell a subgroup; empty where it has none.
    fn cells(&self, method: &str) -> Vec<TestCell> {
        (0..self.subgroups.len()).map(|subgroup| self.cell(method, subgroup)).collect()
    }

    /// The test scores of a method on a subgroup.
    pub(super) fn cell(&self, method: &str, subgroup: usize) -> TestCell {
        TestCell::of(self.predictions, method, &self.subgroups[subgroup], self.task, &self.patients)
    }

    fn subgroup(&self, method: &str, cell: &TestCell) -> Result<SubgroupSummary, RunError> {
        let joint = Joint::of(&[cell])?;
        let auc_bootstrap = joint.auc(cell, &self.streams)?;
        let binary = self.task == TaskKind::Binary;
        let auc_clustered = self.auc(cell, cell.contributions()?.as_ref())?;
        let auc = if binary {
            delong::single(&cell.labels, &cell.scores, LEVEL)?
        } else {
            Estimate {
                low: None,
                high: None,
                se: None,
                method: "macro AUC".to_owned(),
                ..auc_clustered.clone()
            }
        };
        let paper = || paper_ci(&cell.labels, &cell.scores, LEVEL, &self.streams);
        let brier = || Brier::of(cell, self.prior(method))?.summary(&joint, &self.streams);
        Ok(SubgroupSummary {
            subgroup: cell.subgroup.clone(),
            n: cell.len(),
            positives: cell.labels.iter().filter(|&&positive| positive).count(),
            patients: joint.patients(),
            auc,
            auc_clustered,
            auc_bootstrap,
            auc_paper: binary.then(paper).transpose()?,
            brier: binary.then(brier).transpose()?,
        })
    }

    fn disparities(&self, method: &str, cells: &[TestCell]) -> Result<Disparities, RunError> {
        let (a, b) = (&cells[0], &cells[1]);
        let binary = self.task == TaskKind::Binary;
        let over = common(&[a, b]);
        let (x, y) = (a.contributions_over(&over)?, b.contributions_over(&over)?);
        let (first, second) = (self.auc(a, x.as_ref())?, self.auc(b, y.as_ref())?);
        let clustered =
            auc_inference::unpaired(a.measure(), (&first, x.as_ref()), (&second, y.as_ref()), LEVEL)?;
        let (delong, brier) = if binary {
            let delong = delong::unpaired(&a.labels, &a.scores, &b.labels, &b.scores, LEVEL)?;
            let prior = self.prior(method);
            let parts = [Brier::of(a, prior)?, Brier::of(b, prior)?];
            (Some(delong), Some(Brier::difference(&parts)?))
        } else {
            (None, None)
        };
        Ok(Disparities { delong, clustered, best_minus_worst: self.best_minus_worst(cells)?, brier })
    }

    fn auc(&self, cell: &TestCell, found: Option<&Contributions>) -> Result<Estimate, RunError> {
        let area = found.map(Contributions::area);
        Ok(auc_inference::single(cell.measure(), cell.about(self.classes), area.as_ref(), LEVEL, Form::Auto)?)
    }

    /// Over the cells whose AUC has an interval, and over the classes that all with any have in common; cells that take
    /// no part are named in the flag.
    fn best_minus_worst(&self, cells: &[TestCell]) -> Result<Estimate, RunError> {
        let (mut areas, mut lost, mut n) = (Vec::new(), Vec::new(), 0);
        let able: Vec<&TestCell> = cells.iter().filter(|cell| !cell.counted().is_empty()).collect();
        let over = common(&able);
        for cell in cells.iter().filter(|cell| !cell.is_empty()) {
            n += cell.len();
            let area = cell.contributions_over(&over)?.map(|found| found.area());
            match area.filter(|area| area.without_limits().is_none()) {
                Some(area) => areas.push(area),
                None => lost.push(cell.subgroup.as_str()),
            }
        }
        let draws = (LEVEL, Bootstrap::REPLICATES, &self.streams);
        let found = stats::best_minus_worst("best minus worst", &areas, draws, n)?;
        let remark = format!("without {}: no AUC, or none with an interval", lost.join(", "));
        Ok(found.flagged((!lost.is_empty()).then_some(remark)))
    }

    /// The method minus the reference in every subgroup. Both score the same test samples in the
    /// same order, or one has no model for a subgroup (divide-and-conquer on those that are only
    /// reported).
    fn pairs(
        &self,
        method: &str,
        cells: &[TestCell],
        reference: &str,
        others: &[TestCell],
    ) -> Result<Vec<PairedSummary>, RunError> {
        let both = cells.iter().zip(others).filter(|(cell, other)| !cell.is_empty() && !other.is_empty());
        let pair = |(cell, other): (&TestCell, &TestCell)| {
            let binary = self.task == TaskKind::Binary;
            let area = cell.change(other)?.map(|found| found.area());
            let auc = auc_inference::paired(cell.measure(), cell.about(self.classes), area.as_ref(), LEVEL)?;
            let brier = || {
                let now = Brier::of(cell, self.prior(method))?;
                now.paired(&Brier::of(other, self.prior(reference))?)
            };
            Ok(PairedSummary {
                method: method.to_owned(),
                reference: reference.to_owned(),
                subgroup: cell.subgroup.clone(),
                auc,
                brier: binary.then(brier).transpose()?,
            })
        };
        both.map(pair).collect()
    }
}

/// The classes that have both outcomes in every one of the cells.
fn common(cells: &[&TestCell]) -> Vec<usize> {
    let mut all = cells.iter().map(|cell| cell.counted());
    let mut over = all.next().unwrap_or_default();
    all.for_each(|other| over.retain(|class| other.contains(class)));
    over
}

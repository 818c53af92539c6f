//! Test scores of one method on one subgroup, as plain slices.

use std::collections::HashMap;
use std::sync::OnceLock;

use crate::data::{Part, TaskKind};
use crate::experiment::{Prediction, RunError};
use crate::metrics::{Outcomes, WeightedAuc, WeightedMacroAuc, one_vs_rest};
use crate::stats::Contributions;
use crate::stats::auc_inference::About;
use crate::stats::bootstrap::Measure;
use crate::stats::obuchowski::{self, Group};

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
    /// Made when they are first asked for: a resampled AUC needs none.
    classes: OnceLock<Vec<Class>>,
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
            classes: OnceLock::new(),
        }
    }

    pub(in crate::experiment) fn len(&self) -> usize {
        self.labels.len()
    }

    pub(in crate::experiment) fn is_empty(&self) -> bool {
        self.labels.is_empty()
    }

    /// What patients contribute to the AUC, or to the macro AUC over the classes that have both outcomes.
    pub(in crate::experiment) fn contributions(&self) -> Result<Option<Contributions>, RunError> {
        self.contributions_over(&self.counted())
    }

    /// The same over some of the classes: means over different classes are different quantities.
    pub(super) fn contributions_over(&self, over: &[usize]) -> Result<Option<Contributions>, RunError> {
        let of = |class: &Class| Ok(obuchowski::contributions(class.group(), None)?);
        let own = self.classes().iter().filter(|class| over.contains(&class.number));
        let found: Vec<Option<Contributions>> = own.map(of).collect::<Result<_, RunError>>()?;
        Ok(Contributions::mean(found))
    }

    /// The classes that have both outcomes, by number.
    pub(super) fn counted(&self) -> Vec<usize> {
        self.classes().iter().map(|class| class.number).collect()
    }

    /// The same of this method minus `other`, on the same samples.
    pub(in crate::experiment) fn change(&self, other: &Self) -> Result<Option<Contributions>, RunError> {
        let both = self.classes().iter().zip(other.classes());
        let found = both.map(|(own, then)| Ok(obuchowski::change(own.group(), &then.scores, None)?));
        Ok(Contributions::mean(found.collect::<Result<_, RunError>>()?))
    }

    /// What intervals say of the samples; `names` are those of the classes.
    pub(super) fn about(&self, names: &[String]) -> About {
        if self.task == TaskKind::Binary {
            return Outcomes::of(&self.labels).into();
        }
        let named = |numbers: Vec<usize>| -> String {
            let name = |number: &usize| names.get(*number).cloned().unwrap_or_else(|| number.to_string());
            numbers.iter().map(name).collect::<Vec<_>>().join(", ")
        };
        let lost =
            (0..self.width).filter(|n| self.classes().iter().all(|class| class.number != *n)).collect();
        let few = self.classes().iter().filter(|class| Outcomes::of(&class.labels).flag().is_some());
        let few = few.map(|class| class.number).collect();
        let remark = |numbers: Vec<usize>, what: &str| {
            (!numbers.is_empty()).then(|| format!("{what} {}", named(numbers)))
        };
        let small = format!("fewer than {} with or without", Outcomes::SMALL);
        let remarks = [remark(lost, "one outcome only, left out:"), remark(few, &small)];
        let remarks: Vec<String> = remarks.into_iter().flatten().collect();
        About {
            n: self.len(),
            undefined: Some("no class has both outcomes".to_owned()),
            flag: (!remarks.is_empty()).then(|| remarks.join("; ")),
        }
    }

    /// How its intervals are called.
    pub(in crate::experiment) fn measure(&self) -> &'static str {
        if self.task == TaskKind::Binary { "Obuchowski" } else { "macro AUC, Obuchowski" }
    }

    /// The yes-or-no questions that have both outcomes; that of a binary task whatever it has.
    fn classes(&self) -> &[Class] {
        self.classes.get_or_init(|| self.asked())
    }

    fn asked(&self) -> Vec<Class> {
        if self.task == TaskKind::Binary {
            let (labels, scores) = (self.labels.clone(), self.scores.clone());
            return vec![Class { number: 0, labels, scores, clusters: self.clusters.clone() }];
        }
        let of = |class: usize| {
            let place = |sample: usize| sample * self.width + class;
            let own: Vec<usize> = (0..self.len()).filter(|&i| self.targets[place(i)].is_some()).collect();
            Class {
                number: class,
                labels: own.iter().map(|&i| self.targets[place(i)] == Some(true)).collect(),
                scores: own.iter().map(|&i| self.scores[place(i)]).collect(),
                clusters: own.iter().map(|&i| self.clusters[i]).collect(),
            }
        };
        let both = |class: &Class| Outcomes::of(&class.labels).undefined().is_none();
        (0..self.width).map(of).filter(both).collect()
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

/// One yes-or-no question.
struct Class {
    number: usize,
    labels: Vec<bool>,
    scores: Vec<f64>,
    clusters: Vec<usize>,
}

impl Class {
    fn group(&self) -> Group<'_> {
        Group { labels: &self.labels, scores: &self.scores, clusters: &self.clusters }
    }
}

/// A number computed from how often each sample was drawn.
pub(in crate::experiment) type Statistic = Box<dyn Measure + Send>;

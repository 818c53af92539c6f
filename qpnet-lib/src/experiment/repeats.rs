//! The same experiment from several seeds of training, averaged as the paper does.

use super::evaluate::Evaluation;
use super::evaluate::cell::{Statistic, TestCell};
use super::evaluate::joint::Joint;
use super::{
    DataSummary, Environment, LazyPopulation, MethodSpec, Resources, Run, RunConfig, RunError, RunStore,
    Trained, check_seeds,
};
use crate::metrics;
use crate::rng::Streams;
use crate::stats::Estimate;
use crate::stats::crossed::{SeedTest, crossed};
use crate::stats::seeds::{SeedSpread, seed_spread};

/// Several trainings on the same data.
pub struct Repeats {
    /// The experiment but for its seed.
    pub config: RunConfig,
    /// Seeds of training.
    pub seeds: Vec<u64>,
    /// The data.
    pub data: DataSummary,
    /// Versions and device.
    pub environment: Environment,
    /// Every run with its own statistics, in the order of the seeds.
    pub runs: Vec<Run>,
    /// `[method][subgroup][seed]`.
    pub(super) cells: Vec<Vec<Vec<TestCell>>>,
}

impl std::fmt::Debug for Repeats {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Repeats {{ data: {:?}, seeds: {:?} }}", self.data.name, self.seeds)
    }
}

/// A method's mean over seeds.
#[derive(Clone, Debug, PartialEq)]
pub struct RepeatedMethod {
    /// The method.
    pub spec: MethodSpec,
    /// One entry a subgroup; `None` where the method has no scores for it.
    pub subgroups: Vec<Option<RepeatedAuc>>,
    /// Mean AUC of the dominant minus the less-prevalent subgroup (equation 4).
    pub disparity: Estimate,
}

/// An AUC over seeds.
#[derive(Clone, Debug, PartialEq)]
pub struct RepeatedAuc {
    /// The mean; its interval is over seeds and patients.
    pub auc: Estimate,
    /// Between-seed and within-seed uncertainty apart.
    pub spread: SeedSpread,
}

/// A method minus another, mean over seeds of the paired differences.
#[derive(Clone, Debug, PartialEq)]
pub struct RepeatedDifference {
    /// The method.
    pub method: String,
    /// What is taken off.
    pub reference: String,
    /// The subgroup's index.
    pub subgroup: usize,
    /// The difference in AUC; its interval is over seeds and patients.
    pub auc: Estimate,
    /// The test that the interval inverts; `None` without an interval.
    pub test: Option<SeedTest>,
}

/// What a difference of AUCs can be.
const DIFFERENCE: (f64, f64) = (-1.0, 1.0);

/// Train `config` from every seed; kept runs are used again.
///
/// # Errors
/// [`RunError`] from data, training, statistics or files.
pub fn repeat(
    config: &RunConfig,
    seeds: &[u64],
    store: &RunStore,
    source: &mut LazyPopulation,
    with: &Resources,
) -> Result<Repeats, RunError> {
    check_seeds(seeds)?;
    let configs: Vec<RunConfig> = seeds.iter().map(|&seed| config.repeated(seed)).collect();
    let mut all: Vec<Option<Trained>> = seeds.iter().map(|_| None).collect();
    store.each(&configs, source, with, |number, trained| {
        all[number] = Some(trained);
        Ok(())
    })?;
    let mut runs = Vec::new();
    let mut cells: Vec<Vec<Vec<TestCell>>> = Vec::new();
    let mut origin = None;
    for (run, trained) in configs.iter().zip(all.into_iter().flatten()) {
        let evaluation = Evaluation::of(run, &trained.origin, &trained.predictions);
        let subgroups = trained.origin.data.subgroups.len();
        cells.resize_with(config.methods.len(), || (0..subgroups).map(|_| Vec::new()).collect());
        for (spec, cells) in config.methods.iter().zip(&mut cells) {
            for (subgroup, cells) in cells.iter_mut().enumerate() {
                cells.push(evaluation.cell(&spec.key, subgroup));
            }
        }
        origin.get_or_insert_with(|| (trained.origin.data.clone(), trained.origin.environment.clone()));
        runs.push(trained.summarised()?);
    }
    let (data, environment) = origin.ok_or(RunError::NoSeeds)?;
    Ok(Repeats { config: config.clone(), seeds: seeds.to_vec(), data, environment, runs, cells })
}

impl Repeats {
    /// Every method, averaged over seeds.
    ///
    /// # Errors
    /// [`RunError`] from the statistics.
    pub fn methods(&self) -> Result<Vec<RepeatedMethod>, RunError> {
        let method = |(spec, cells): (&MethodSpec, &Vec<Vec<TestCell>>)| {
            let subgroup = |(index, seeds): (usize, &Vec<TestCell>)| {
                if seeds[0].is_empty() { Ok(None) } else { self.auc(&spec.key, index, seeds).map(Some) }
            };
            Ok(RepeatedMethod {
                spec: spec.clone(),
                subgroups: cells.iter().enumerate().map(subgroup).collect::<Result<_, RunError>>()?,
                disparity: self.disparity(&cells[0], &cells[1])?,
            })
        };
        self.config.methods.iter().zip(&self.cells).map(method).collect()
    }

    fn auc(&self, method: &str, subgroup: usize, seeds: &[TestCell]) -> Result<RepeatedAuc, RunError> {
        let aucs = statistics(seeds)?;
        let (joint, streams) = (Joint::of(&[&seeds[0]])?, self.streams());
        let at = |seed: usize, weights: &[u32]| aucs[seed].at(weights);
        let auc = crossed(&joint.bootstrap(&streams), seeds.len(), "AUC", (0.0, 1.0), at)?.estimate;
        let name = &self.data.subgroups[subgroup];
        let of_run = |run: &Run| {
            let summary = run.summary.methods.iter().find(|entry| entry.method == method)?;
            summary.subgroups.iter().find(|entry| &entry.subgroup == name).map(|e| e.auc_clustered.clone())
        };
        let single: Vec<Estimate> = self.runs.iter().filter_map(of_run).collect();
        Ok(RepeatedAuc { auc, spread: seed_spread(&single, super::evaluate::LEVEL)? })
    }

    fn disparity(&self, dominant: &[TestCell], less: &[TestCell]) -> Result<Estimate, RunError> {
        let (first, second) = (statistics(dominant)?, statistics(less)?);
        let (joint, streams) = (Joint::of(&[&dominant[0], &less[0]])?, self.streams());
        let gap = |seed: usize, weights: &[u32]| {
            metrics::gap(first[seed].at(joint.part(weights, 0)), second[seed].at(joint.part(weights, 1)))
        };
        Ok(crossed(&joint.bootstrap(&streams), self.seeds.len(), "disparity", DIFFERENCE, gap)?.estimate)
    }

    /// Every method minus `reference` in every subgroup that both score.
    ///
    /// # Errors
    /// [`RunError::Method`] when `reference` is no method of this experiment; [`RunError`] from the
    /// statistics.
    pub fn differences(&self, reference: &str) -> Result<Vec<RepeatedDifference>, RunError> {
        let place = self.place(reference)?;
        let mut differences = Vec::new();
        let others = self.config.methods.iter().enumerate().filter(|(index, _)| *index != place);
        for (index, spec) in others {
            for (subgroup, (now, then)) in self.cells[index].iter().zip(&self.cells[place]).enumerate() {
                if now[0].is_empty() || then[0].is_empty() {
                    continue;
                }
                let (a, b) = (statistics(now)?, statistics(then)?);
                let (joint, streams) = (Joint::of(&[&now[0]])?, self.streams());
                let gap =
                    |seed: usize, weights: &[u32]| metrics::gap(a[seed].at(weights), b[seed].at(weights));
                let (bootstrap, seeds) = (joint.bootstrap(&streams), self.seeds.len());
                let found = crossed(&bootstrap, seeds, "paired difference", DIFFERENCE, gap)?;
                differences.push(RepeatedDifference {
                    method: spec.key.clone(),
                    reference: reference.to_owned(),
                    subgroup,
                    auc: found.estimate,
                    test: found.test,
                });
            }
        }
        Ok(differences)
    }

    /// Where the method `key` stands among the methods.
    pub(super) fn place(&self, key: &str) -> Result<usize, RunError> {
        self.config.methods.iter().position(|spec| spec.key == key).ok_or_else(|| self.unknown(key))
    }

    /// The error of a method that is not part of this experiment.
    pub(super) fn unknown(&self, key: &str) -> RunError {
        let known = self.config.methods.iter().map(|spec| spec.key.clone()).collect();
        RunError::Method { got: key.to_owned(), known }
    }

    pub(super) fn streams(&self) -> Streams {
        Streams::new(self.config.data_seed).below("repeats")
    }
}

pub(super) fn statistics(seeds: &[TestCell]) -> Result<Vec<Statistic>, RunError> {
    seeds.iter().map(TestCell::auc).collect()
}

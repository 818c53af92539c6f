//! How long cells will take: by what finished ones have taken.
//!
//! The work of a training is counted in image passes times pixels times the square of the network's width; a forward
//! pass is one, a step of training three. Seconds for each unit come from finished cells, of the same method where
//! there are any.

use std::collections::{BTreeMap, HashMap};

use serde::Deserialize;

use super::cell::Row;
use super::expand::Grid;
use super::names::CellId;
use super::queue::Job;
use super::store::{GridStore, State};
use crate::data::Source;
use crate::experiment::RunConfig;
use crate::model::BackboneName;
use crate::train::TrainConfig;

/// No more finished cells are read than this.
const SAMPLE: usize = 200;
/// Before anything is finished: a guess, of which only the order is meant. Finished cells replace it.
const SECONDS: f64 = 6.5e-9;
/// Width of a network that has no widths of its own.
const WIDTH: f64 = 64.0;

/// Seconds for each unit of work.
#[derive(Clone, Debug, PartialEq)]
pub struct Estimates {
    by_method: BTreeMap<String, f64>,
    overall: Option<f64>,
    /// How many finished cells they come from.
    pub cells: usize,
}

/// What is read of a kept run's origin.
#[derive(Deserialize)]
struct Took {
    seconds: f64,
    trainings: Vec<Model>,
}

#[derive(Deserialize)]
struct Model {
    seconds: f64,
}

impl Estimates {
    /// From the finished cells of `jobs`.
    pub fn of(grid: &Grid, store: &GridStore, jobs: &[Job], cells: &HashMap<CellId, State>) -> Self {
        let done: Vec<&Job> =
            jobs.iter().filter(|job| cells.get(&job.id) == Some(&State::Complete)).collect();
        let mut rates: BTreeMap<String, Vec<f64>> = BTreeMap::new();
        // Evenly over the grid.
        for job in done.iter().step_by(done.len().div_ceil(SAMPLE).max(1)) {
            let bytes = std::fs::read(store.folder(job.id).join("origin.json")).unwrap_or_default();
            let Ok(took) = serde_json::from_slice::<Took>(&bytes) else { continue };
            // What went on after a kill has the whole training in its model, and not in its total.
            let seconds = took.seconds.max(took.trainings.iter().map(|model| model.seconds).sum());
            rates.entry(method(grid, job)).or_default().push(seconds / work(grid, job));
        }
        let overall = rates.values().flatten().copied().collect::<Vec<_>>();
        let by_method = rates.into_iter().filter_map(|(key, all)| Some((key, median(all)?))).collect();
        Self { by_method, cells: overall.len(), overall: median(overall) }
    }

    /// Seconds of a job on one core of the machine that the finished cells were trained on.
    pub fn seconds(&self, grid: &Grid, job: &Job) -> f64 {
        let rate = self.by_method.get(&method(grid, job)).copied().or(self.overall).unwrap_or(SECONDS);
        rate * work(grid, job)
    }
}

fn method(grid: &Grid, job: &Job) -> String {
    match job.is_start {
        true => "mixed".to_owned(),
        false => grid.points[job.row.point].methods[job.row.method].key.clone(),
    }
}

/// Units of work of a job.
fn work(grid: &Grid, job: &Job) -> f64 {
    let Row { point, method, .. } = job.row;
    let point = &grid.points[point];
    let config = &point.config;
    let transfer = !job.is_start && point.methods[method].method.is_transfer();
    let training = if transfer { config.settings.transfer } else { config.settings.base };
    let sizes = config.settings.synthetic;
    let (train, validation, test) = match &grid.manifests[point.data].source {
        Source::Synthetic => {
            let train = config.dominant_train.unwrap_or(sizes.dominant_train) + sizes.less_train;
            let [validation, test]: [usize; 2] = [sizes.validation, sizes.test].map(|pair| pair.iter().sum());
            match config.fold {
                None => (train, validation, test),
                Some(fold) => {
                    let block = (train + validation + test) / fold.of();
                    ((fold.of() - 2) * block, block, block)
                }
            }
        }
        // Not counted before they are read; a rate of finished cells makes up for it.
        Source::Files(_) => (config.dominant_train.unwrap_or(5000), 1000, 1000),
    };
    let passes = 3 * steps(&training, train) * training.batch + validation * (training.epochs + 2) + test;
    passes as f64 * unit(config)
}

fn steps(training: &TrainConfig, images: usize) -> usize {
    training.epochs * training.steps(images)
}

/// Of one pass of one image.
fn unit(config: &RunConfig) -> f64 {
    let model = &config.settings.model;
    let width = if model.backbone == BackboneName::Resnet { model.widths[0] as f64 } else { WIDTH };
    (config.settings.image_size as f64 * width).powi(2)
}

fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied()
}

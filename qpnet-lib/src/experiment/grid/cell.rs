//! The cells of a grid: what each trains, and what it needs.

use super::expand::{Grid, Point};
use crate::experiment::{MethodKind, MethodSpec, RunConfig, Start};

/// A place in the grid: its row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row {
    /// Number of the point.
    pub point: usize,
    /// Number of the seed.
    pub seed: usize,
    /// Number of the method.
    pub method: usize,
}

/// What a cell trains.
#[derive(Clone, Debug, PartialEq)]
pub enum Work {
    /// Mixed, kept with its weights.
    Start(Start),
    /// A model from initial weights, such as those of divide-and-conquer.
    Alone(RunConfig),
    /// A transfer, and the start that it needs.
    Transfer(RunConfig, Box<Start>),
}

impl Grid {
    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.points.iter().map(|point| point.methods.len() * self.seeds.len()).sum()
    }

    /// Whether there is none; a plan has at least one.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Row number `number`: all points have the same methods.
    pub fn row(&self, number: usize) -> Row {
        let methods = self.points[0].methods.len();
        let (rest, method) = (number / methods, number % methods);
        Row { point: rest / self.seeds.len(), seed: rest % self.seeds.len(), method }
    }

    /// The number of `row`.
    pub fn number(&self, row: Row) -> usize {
        let Row { point, seed, method } = row;
        (point * self.seeds.len() + seed) * self.points[0].methods.len() + method
    }

    /// Whether a row waits for tuning: nobody knows yet what it trains.
    pub fn waits(&self, row: Row) -> bool {
        self.waiting.contains(&(row.point, row.method))
    }

    /// What row `row` trains.
    pub fn work(&self, row: Row) -> Work {
        let point = &self.points[row.point];
        let spec = &point.methods[row.method];
        match spec.method {
            MethodKind::Mixed => Work::Start(self.start(row.point, row.seed)),
            kind if kind.is_transfer() => {
                let config = self.config(point, row.seed, spec);
                Work::Transfer(config, Box::new(self.start(row.point, row.seed)))
            }
            _ => Work::Alone(point.alone(self.config(point, row.seed, spec))),
        }
    }

    /// What transfers of a point and a seed start from.
    pub(super) fn start(&self, point: usize, seed: usize) -> Start {
        let point = &self.points[point];
        Start { start: point.alone(self.config(point, seed, &MethodSpec::mixed())) }
    }

    fn config(&self, point: &Point, seed: usize, spec: &MethodSpec) -> RunConfig {
        let seed = self.seeds[seed];
        let (data_seed, methods) = (self.data_seed(seed), vec![spec.clone()]);
        RunConfig { seed, data_seed, methods, ..point.config.clone() }
    }

    /// The row for people: `synthetic moderate, rate 0.1, 400 images, seed 1, qpi`.
    pub fn words(&self, row: Row) -> String {
        let point = &self.points[row.point];
        let mut words = vec![format!("{} {}", point.config.data, point.config.scheme)];
        words.extend(self.factors.iter().zip(&point.levels).map(|(name, level)| format!("{name} {level}")));
        words.extend(point.config.dominant_train.map(|size| format!("{size} images")));
        words.extend(point.config.fold.map(|fold| format!("fold {fold}")));
        words.push(format!("seed {}", self.seeds[row.seed]));
        let trial = row.method.checked_sub(1).and_then(|at| self.trials.get(at));
        let settings = trial.map_or_else(String::new, |settings| format!(" ({settings})"));
        words.push(format!("{}{settings}", point.methods[row.method].key));
        words.join(", ")
    }
}

impl Point {
    /// Without what has no part in a model that starts from initial weights: then all cells that train the same
    /// are one.
    fn alone(&self, mut config: RunConfig) -> RunConfig {
        config.settings.transfer = self.usual_transfer;
        config
    }
}

impl Work {
    /// The experiment of which it is.
    pub fn config(&self) -> &RunConfig {
        match self {
            Self::Start(start) => &start.start,
            Self::Alone(config) | Self::Transfer(config, _) => config,
        }
    }

    /// What it starts from.
    pub fn needs(&self) -> Option<&Start> {
        match self {
            Self::Transfer(_, start) => Some(start),
            Self::Start(_) | Self::Alone(_) => None,
        }
    }
}

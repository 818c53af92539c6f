//! From a plan to points: every combination of data, scheme, levels and size, with its configuration.

use std::collections::HashSet;

use super::checks::{check, refused};
use super::error::GridError;
use super::methods::{frontier, methods};
use super::path::changed;
use super::plan::{Factor, Plan, line_of};
use super::twice::twice;
use super::words::{Change, DataSeed, listed};
use crate::data::{Fold, Manifest};
use crate::experiment::{MethodSpec, RunConfig};
use crate::train::TrainConfig;

/// A grid: points x seeds x methods, in this order.
#[derive(Clone, Debug)]
pub struct Grid {
    /// The file of the plan, for messages.
    pub file: String,
    /// Names of the factors.
    pub factors: Vec<String>,
    /// Every combination of data, scheme, levels, size and fold; the folds of one stand together.
    pub points: Vec<Point>,
    /// How many points are folds of one; 1 where there are none.
    pub folds: usize,
    /// Seeds of training.
    pub seeds: Vec<u64>,
    /// The data sets, by number.
    pub manifests: Vec<Manifest>,
    /// The method that others are compared with.
    pub reference: String,
    /// The methods that trace the re-weighting frontier, by number; none where the plan names none.
    pub frontier: Vec<usize>,
    /// Points and methods that wait for tuning.
    pub waiting: HashSet<(usize, usize)>,
    /// Of a grid of tuning the settings of every method after the first.
    pub trials: Vec<String>,
    pub(super) data_seed: DataSeed,
}

/// One combination of what is varied, but for seed and method; its fold is in the configuration.
#[derive(Clone, Debug)]
pub struct Point {
    /// Number of the data set.
    pub data: usize,
    /// The level of each factor, for people.
    pub levels: Vec<String>,
    /// The experiment, but for seed and methods.
    pub config: RunConfig,
    /// The methods.
    pub methods: Vec<MethodSpec>,
    /// What transfers of the profile are trained by: it has no part in what starts from initial weights.
    pub(super) usual_transfer: TrainConfig,
}

impl Grid {
    /// The grid of the text of a plan; `file` is its name in messages.
    ///
    /// # Errors
    /// [`GridError::Plan`] with the line of what cannot be; [`GridError::Run`] for settings that make no sense.
    pub fn parse(file: &str, text: &str) -> Result<Self, GridError> {
        let plan = Plan::parse(file, text)?;
        let refuse = |at: usize, message: String| GridError::Plan {
            file: file.to_owned(),
            line: line_of(text, at),
            message,
        };
        if let Some((at, message)) = twice(&plan) {
            return Err(refuse(at, message));
        }
        let methods = methods(&plan, &refuse)?;
        let folds: Vec<Option<Fold>> = match &plan.folds {
            None => vec![None],
            Some(of) => {
                let all = Fold::all(*of.get_ref()).map_err(|message| refuse(of.span().start, message))?;
                all.into_iter().map(Some).collect()
            }
        };
        let (mut points, mut manifests) = (Vec::new(), Vec::new());
        for (number, entry) in plan.data.iter().enumerate() {
            let name = entry.manifest.get_ref();
            let manifest = Manifest::find(name)
                .map_err(|error| refuse(entry.manifest.span().start, error.to_string()))?;
            let asked: Vec<(&str, usize)> = match entry.schemes.is_empty() {
                true => vec![("", entry.manifest.span().start)],
                false => entry.schemes.iter().map(|s| (s.get_ref().as_str(), s.span().start)).collect(),
            };
            for (scheme, at) in asked {
                let scheme = &manifest.scheme(scheme).map_err(|error| refuse(at, error.to_string()))?.name;
                let mut base = RunConfig::new(name, &manifest, scheme, &methods, plan.profile, 0);
                (base.skip_unreadable, base.fold) = (entry.skip_unreadable, folds[0]);
                let usual_transfer = base.settings.transfer;
                for levels in combinations(&plan.factors) {
                    let mut changes: Vec<Change<'_>> = listed(&plan.set).collect();
                    changes.extend(levels.iter().flat_map(|level| level.changes.iter().copied()));
                    let mut config = with(&base, &changes, &manifest, &refuse)?;
                    if let Err(message) = check(&config, &manifest) {
                        // The first change with which it cannot be is the one to blame.
                        let fails = |upto: &usize| {
                            let config = with(&base, &changes[..*upto], &manifest, &refuse);
                            config.is_ok_and(|config| check(&config, &manifest).is_err())
                        };
                        let to_blame = (1..=changes.len()).find(fails).map(|upto| changes[upto - 1].2);
                        return Err(refuse(to_blame.unwrap_or(at), message));
                    }
                    let methods = std::mem::take(&mut config.methods);
                    let sizes: Vec<Option<usize>> = match plan.sizes.is_empty() {
                        true => vec![config.dominant_train],
                        false => plan.sizes.iter().map(|size| Some(*size.get_ref())).collect(),
                    };
                    for (place, dominant_train) in sizes.into_iter().enumerate() {
                        if let Some(message) =
                            dominant_train.and_then(|size| refused(size, &config, &manifest))
                        {
                            let at = plan.sizes.get(place).map_or(at, |size| size.span().start);
                            return Err(refuse(at, message));
                        }
                        points.extend(folds.iter().map(|&fold| Point {
                            data: number,
                            levels: levels.iter().map(|level| level.name.clone()).collect(),
                            config: RunConfig { dominant_train, fold, ..config.clone() },
                            methods: methods.clone(),
                            usual_transfer,
                        }));
                    }
                }
            }
            manifests.push(manifest);
        }
        let frontier = frontier(&plan, &methods, &refuse)?;
        let reference = match &plan.reference {
            None => methods[0].key.clone(),
            Some(key) if methods.iter().any(|spec| spec.key == *key.get_ref()) => key.get_ref().clone(),
            Some(key) => {
                let known: Vec<&str> = methods.iter().map(|spec| spec.key.as_str()).collect();
                let message =
                    format!("reference must be one of {}, got {:?}", known.join(", "), key.get_ref());
                return Err(refuse(key.span().start, message));
            }
        };
        let factors = plan.factors.iter().map(|factor| factor.name.get_ref().clone()).collect();
        let (file, seeds, data_seed) = (file.to_owned(), plan.seeds.into_inner().0, plan.data_seed);
        Ok(Self {
            file,
            factors,
            points,
            folds: folds.len(),
            seeds,
            manifests,
            reference,
            frontier,
            waiting: HashSet::new(),
            trials: Vec::new(),
            data_seed,
        })
    }

    /// The seed of the data of a training from `seed`.
    pub fn data_seed(&self, seed: u64) -> u64 {
        match self.data_seed {
            DataSeed::Fixed(fixed) => fixed,
            DataSeed::OfTraining => seed,
        }
    }

    /// How many rows wait for tuning.
    pub fn waiting_rows(&self) -> usize {
        self.waiting.len() * self.seeds.len()
    }

    /// Whether all seeds are measured on the same test samples.
    pub fn shares_data(&self) -> bool {
        matches!(self.data_seed, DataSeed::Fixed(_))
    }
}

/// One level of a factor.
#[derive(Clone, Debug)]
pub(super) struct Chosen<'a> {
    name: String,
    pub(super) changes: Vec<Change<'a>>,
}

pub(super) fn levels(factor: &Factor) -> Vec<Chosen<'_>> {
    let Some(path) = &factor.path else {
        let level = |level: &'_ super::plan::Level| level.name.clone();
        return factor
            .levels
            .iter()
            .map(|own| Chosen { name: level(own), changes: listed(&own.set).collect() })
            .collect();
    };
    let chosen = |value: &'_ toml::Spanned<toml::Value>| match value.get_ref() {
        toml::Value::String(word) => word.clone(),
        other => other.to_string(),
    };
    let level = |value| {
        let change =
            (path.get_ref().as_str(), toml::Spanned::get_ref(value), toml::Spanned::span(value).start);
        Chosen { name: chosen(value), changes: vec![change] }
    };
    factor.values.iter().map(level).collect()
}

/// Every combination of levels, the last factor fastest.
fn combinations(factors: &[Factor]) -> Vec<Vec<Chosen<'_>>> {
    let mut all: Vec<Vec<Chosen<'_>>> = vec![Vec::new()];
    for levels in factors.iter().map(levels) {
        let longer = all
            .iter()
            .flat_map(|begun| levels.iter().map(|level| begun.iter().chain([level]).cloned().collect()));
        all = longer.collect();
    }
    all
}

/// What a path means: `methods.qpi.sigma` is a setting of that method, `population.…` a number of the generator.
fn real(path: &str, config: &RunConfig) -> Result<String, String> {
    let Some((key, setting)) = path.strip_prefix("methods.").and_then(|rest| rest.split_once('.')) else {
        let fixed = ["seed", "data_seed", "data", "scheme", "profile", "methods", "dominant_train", "fold"];
        if let Some(word) = fixed.iter().find(|word| path.split('.').next() == Some(word)) {
            return Err(format!("{path}: {word} has a key of its own in the plan"));
        }
        return Ok(path.to_owned());
    };
    let place = config.methods.iter().position(|spec| spec.key == key);
    let place = place.ok_or_else(|| {
        let known: Vec<&str> = config.methods.iter().map(|spec| spec.key.as_str()).collect();
        format!("{path}: no method is called {key:?}; there are {}", known.join(", "))
    })?;
    Ok(format!("methods.{place}.method.{setting}"))
}

fn with(
    base: &RunConfig,
    changes: &[Change<'_>],
    manifest: &Manifest,
    refuse: &dyn Fn(usize, String) -> GridError,
) -> Result<RunConfig, GridError> {
    let mut base = base.clone();
    if let Some((_, _, at)) = changes.iter().find(|(path, ..)| path.starts_with("population.")) {
        let drawn = manifest.nodules(&base.scheme).map_err(|error| refuse(*at, error.to_string()))?;
        base.population = Some(drawn);
    }
    let paths: Vec<String> = changes
        .iter()
        .map(|(path, _, at)| real(path, &base).map_err(|message| refuse(*at, message)))
        .collect::<Result<_, _>>()?;
    let plain: Vec<(&str, &toml::Value)> =
        paths.iter().zip(changes).map(|(path, (_, value, _))| (path.as_str(), *value)).collect();
    let place = |number: usize| changes.get(number).map_or(0, |change| change.2);
    let config = changed(&base, &plain).map_err(|(number, message)| refuse(place(number), message))?;
    // What is asked of the generator is checked where it is drawn, and here, before anything runs.
    config.manifest(manifest)?;
    Ok(config)
}

//! One comparison: train the methods, score validation and test, summarise.

use super::evaluate::summarise;
use super::models;
use super::{DataSummary, Origin, Places, Prediction, Resources, RunConfig, RunError, Summary, Trained};
use crate::data::{self, LoadOptions, Manifest, OnUnreadable, PackUse, Population};
use crate::rng::Streams;
use crate::train::{Checkpoints, Event, History, Progress, counting};

/// A comparison with its statistics.
#[derive(Clone, Debug, PartialEq)]
pub struct Run {
    /// What was asked.
    pub config: RunConfig,
    /// Scores of the validation and test parts.
    pub predictions: Vec<Prediction>,
    /// Every epoch of every model of the methods asked for.
    pub history: History,
    /// AUCs with intervals, disparities, counts, versions.
    pub summary: Summary,
}

/// How the population of `config` is loaded.
pub(super) fn load_options(config: &RunConfig, places: Places) -> LoadOptions {
    let Places { data_root, cache } = places;
    LoadOptions {
        scheme: config.scheme.clone(),
        image_size: config.settings.image_size,
        fold: config.fold,
        synthetic: config.settings.synthetic,
        data_root,
        cache,
        on_unreadable: if config.skip_unreadable { OnUnreadable::Skip } else { OnUnreadable::Fail },
    }
}

/// Load the population of a run, before any nested subset.
///
/// # Errors
/// [`RunError::Data`] naming file, row and remedy.
pub fn open(
    config: &RunConfig,
    manifest: &Manifest,
    places: impl Into<Places>,
    progress: &dyn Progress,
) -> Result<Population, RunError> {
    let options = load_options(config, places.into());
    let advance = counting("images", progress);
    let manifest = config.manifest(manifest)?;
    let population = data::load(&manifest, &options, &Streams::new(config.data_seed), &advance)?;
    progress.on(Event::End);
    match &population.pack {
        PackUse::Unasked => {}
        PackUse::Used(file) => progress.on(Event::Note(&format!("images from {}", file.display()))),
        PackUse::Unfit(reason) => progress.on(Event::Warning(&format!("images were decoded: {reason}"))),
    }
    for note in &population.notes {
        progress.on(Event::Warning(note));
    }
    Ok(population)
}

/// Train the methods and score the validation and test parts.
///
/// Mixed is trained whenever a transfer is asked for, since it is its start and yardstick.
///
/// # Errors
/// [`RunError`] from the configuration or from training.
pub fn train(config: &RunConfig, population: &Population, with: &Resources) -> Result<Trained, RunError> {
    train_kept(config, population, with, None)
}

/// [`train`], with models kept in `checkpoints` ([`super::checkpoints`]) while they are trained: after an
/// interruption the same call goes on, to the same bits.
///
/// # Errors
/// As [`train`], and for a checkpoint that cannot be written, is damaged or is another training's.
pub fn train_kept(
    config: &RunConfig,
    population: &Population,
    with: &Resources,
    checkpoints: Option<&Checkpoints>,
) -> Result<Trained, RunError> {
    train_from(config, population, with, checkpoints, None)
}

/// [`train_kept`], transfers from the Mixed model that `start` has: the same bits without training it again.
///
/// # Errors
/// As [`train_kept`].
pub(super) fn train_from(
    config: &RunConfig,
    population: &Population,
    with: &Resources,
    checkpoints: Option<&Checkpoints>,
    start: Option<&Checkpoints>,
) -> Result<Trained, RunError> {
    let Resources { device, clock, .. } = *with;
    let environment = config.begin(device)?;
    let begin = clock.seconds();
    let mut trainings = Vec::new();
    let mut predictions = Vec::new();
    let mut history = Vec::new();
    for scored in models::all(config, population, with, checkpoints, start)? {
        trainings.push(scored.training);
        predictions.extend(scored.predictions);
        history.extend(scored.history);
    }
    let origin = Origin {
        data: DataSummary::of(population),
        trainings,
        environment,
        seconds: clock.seconds() - begin,
    };
    Ok(Trained { config: config.clone(), predictions, history, origin })
}

/// [`train`], then the statistics.
///
/// # Errors
/// [`RunError`] from the configuration, from training or from the statistics of its predictions.
pub fn run(config: &RunConfig, population: &Population, with: &Resources) -> Result<Run, RunError> {
    run_kept(config, population, with, None)
}

/// [`train_kept`], then the statistics.
///
/// # Errors
/// As [`train_kept`] and [`run`].
pub fn run_kept(
    config: &RunConfig,
    population: &Population,
    with: &Resources,
    checkpoints: Option<&Checkpoints>,
) -> Result<Run, RunError> {
    train_kept(config, population, with, checkpoints)?.summarised()
}

impl Trained {
    /// Add the statistics.
    ///
    /// # Errors
    /// [`RunError`] from the statistics.
    pub fn summarised(self) -> Result<Run, RunError> {
        let Self { config, predictions, history, origin } = self;
        let summary = summarise(&config, origin, &predictions)?;
        Ok(Run { config, predictions, history, summary })
    }
}

//! One comparison: train the methods, score validation and test, summarise.

use std::cell::Cell;
use std::path::PathBuf;

use tch::Device;

use super::scored::Scored;
use super::summary::summarise;
use super::{Environment, MethodName, Prediction, RunConfig, RunError, Summary};
use crate::clock::Clock;
use crate::data::{self, LoadOptions, Manifest, OnUnreadable, Part, Population};
use crate::device::ChosenDevice;
use crate::model::QpNet;
use crate::rng::Streams;
use crate::train::{
    Anchor, Erm, Event, Fitted, History, Method, Progress, Qpi, Setup, TrainConfig, fit, predict,
};

/// The result of a comparison.
#[derive(Clone, Debug, PartialEq)]
pub struct Run {
    /// What was asked.
    pub config: RunConfig,
    /// Scores of the validation and test parts.
    pub predictions: Vec<Prediction>,
    /// Every epoch of every model.
    pub history: History,
    /// AUCs with intervals, disparities, counts, versions.
    pub summary: Summary,
}

/// Load the population of a run.
///
/// # Errors
/// [`RunError::Data`] naming file, row and remedy.
pub fn open(
    config: &RunConfig,
    manifest: &Manifest,
    data_root: Option<PathBuf>,
    on_unreadable: OnUnreadable,
    progress: &dyn Progress,
) -> Result<Population, RunError> {
    let options = LoadOptions {
        scheme: config.scheme.clone(),
        image_size: config.settings.image_size,
        synthetic: config.settings.synthetic,
        data_root,
        on_unreadable,
    };
    // How many images there are is known only once the table has been read.
    let begun = Cell::new(false);
    let advance = |done: usize, total: usize| {
        if !begun.replace(true) {
            progress.on(Event::Begin { stage: "images", steps: total });
        }
        progress.on(Event::Step { done, note: "" });
    };
    let population = data::load(manifest, &options, &Streams::new(config.seed), &advance)?;
    progress.on(Event::End);
    for note in &population.notes {
        progress.on(Event::Warning(note));
    }
    Ok(population)
}

/// Run a comparison.
///
/// Mixed is trained whenever QPI is asked for, since it is QPI's start and yardstick.
///
/// # Errors
/// [`RunError`] from training or from the statistics of its predictions.
pub fn run(
    config: &RunConfig,
    population: &Population,
    device: &ChosenDevice,
    clock: &dyn Clock,
    progress: &dyn Progress,
) -> Result<Run, RunError> {
    let begin = clock.seconds();
    // libtorch has one setting for the whole process; every run states its own.
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    tch::set_num_threads(if config.threads == 0 { cores } else { config.threads } as i32);
    let trainer = Trainer { config, population, device: device.device, progress };
    let wants = |method| config.methods.contains(&method);
    let mut scored = Vec::new();

    if wants(MethodName::Mixed) || wants(MethodName::Qpi) {
        let start = clock.seconds();
        let mixed = trainer.mixed()?;
        let seconds = clock.seconds() - start;
        let qpi =
            if wants(MethodName::Qpi) { Some((clock.seconds(), trainer.qpi(&mixed.net)?)) } else { None };
        let after = clock.seconds();
        let everybody: Vec<usize> = (0..population.scheme.subgroups.len()).collect();
        if wants(MethodName::Mixed) {
            scored.push(trainer.score(MethodName::Mixed, vec![(mixed, everybody.clone())], seconds));
        }
        if let Some((start, qpi)) = qpi {
            scored.push(trainer.score(MethodName::Qpi, vec![(qpi, everybody)], after - start));
        }
    }
    if wants(MethodName::Dc) {
        let start = clock.seconds();
        let models = [0, 1].map(|subgroup| trainer.divide(subgroup).map(|fitted| (fitted, vec![subgroup])));
        let models = models.into_iter().collect::<Result<Vec<_>, _>>()?;
        scored.push(trainer.score(MethodName::Dc, models, clock.seconds() - start));
    }
    scored.sort_by_key(|scored| scored.method);

    let summary = summarise(config, population, &scored, Environment::of(device), clock.seconds() - begin)?;
    let mut predictions = Vec::new();
    let mut history = Vec::new();
    for scored in scored {
        predictions.extend(scored.predictions);
        history.extend(scored.history);
    }
    Ok(Run { config: config.clone(), predictions, history, summary })
}

struct Trainer<'a> {
    config: &'a RunConfig,
    population: &'a Population,
    device: Device,
    progress: &'a dyn Progress,
}

impl<'a> Trainer<'a> {
    fn setup(&self, model: &'a str, subgroups: &'a [usize], config: TrainConfig) -> Setup<'a> {
        Setup {
            model,
            population: self.population,
            subgroups,
            config,
            device: self.device,
            streams: Streams::new(self.config.seed).below(model),
            progress: self.progress,
        }
    }

    /// Initial weights: the same for every model of a seed.
    fn initial(&self) -> Result<QpNet, RunError> {
        let seed = Streams::new(self.config.seed).number("init");
        QpNet::new(&self.config.settings.model, seed, self.device).map_err(|e| RunError::Train(e.into()))
    }

    fn mixed(&self) -> Result<Fitted, RunError> {
        let setup = self.setup("mixed", &[0, 1], self.config.settings.base);
        Ok(fit(self.initial()?, &Erm, None, &setup)?)
    }

    fn divide(&self, subgroup: usize) -> Result<Fitted, RunError> {
        let (model, subgroups): (_, &[usize]) =
            if subgroup == 0 { ("dc:dominant", &[0]) } else { ("dc:less_prevalent", &[1]) };
        let setup = self.setup(model, subgroups, self.config.settings.base);
        Ok(fit(self.initial()?, &Erm, None, &setup)?)
    }

    fn qpi(&self, mixed: &QpNet) -> Result<Fitted, RunError> {
        let method = Qpi::new(self.config.qpi).map_err(crate::train::TrainError::from)?;
        let setup = self.setup("qpi", &[0, 1], self.config.settings.transfer);
        let part = method.qpi().map_or(crate::train::DeltaPart::Validation, |qpi| qpi.measure_on);
        let anchor = Anchor::measure(mixed, &setup, part)?;
        let start = mixed.duplicate().map_err(crate::train::TrainError::from)?;
        Ok(fit(start, &method, Some(&anchor), &setup)?)
    }

    /// Score validation and test; each model scores the subgroups it answers for.
    fn score(&self, method: MethodName, models: Vec<(Fitted, Vec<usize>)>, seconds: f64) -> Scored {
        let mut scored = Scored {
            method,
            predictions: Vec::new(),
            history: Vec::new(),
            selected_epochs: Vec::new(),
            steps: 0,
            seconds,
        };
        for (fitted, subgroups) in models {
            for part in [Part::Validation, Part::Test] {
                for &subgroup in &subgroups {
                    let positions = self.population.indices(part, Some(subgroup));
                    let scores = predict(&fitted.net, self.population, &positions, self.device);
                    let row = |(&position, &score): (&usize, &f64)| {
                        Prediction::of(method, self.config.seed, part, self.population, position, score)
                    };
                    scored.predictions.extend(positions.iter().zip(&scores).map(row));
                }
            }
            scored.history.extend(fitted.history);
            scored.selected_epochs.push(fitted.selected_epoch);
            scored.steps += fitted.steps;
        }
        scored
    }
}

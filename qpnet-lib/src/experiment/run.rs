//! One comparison: train the methods, score validation and test, summarise.

use tch::Device;

use super::evaluate::summarise;
use super::trained::Scored;
use super::{
    DataSummary, Environment, MethodKind, MethodSpec, Origin, Places, Prediction, Resources, RunConfig,
    RunError, Settings, Summary, Trained, Training,
};
use crate::clock::Clock;
use crate::data::{self, LoadOptions, Manifest, OnUnreadable, PackUse, Part, Population};
use crate::model::QpNet;
use crate::rng::Streams;
use crate::train::{
    Anchor, Erm, Event, Fitted, GroupDro, History, Method, Progress, Qpi, Setup, TrainConfig, TrainError,
    counting, fit, predict,
};

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
pub(super) fn load_options(config: &RunConfig, places: Places, on_unreadable: OnUnreadable) -> LoadOptions {
    let Places { data_root, cache } = places;
    LoadOptions {
        scheme: config.scheme.clone(),
        image_size: config.settings.image_size,
        synthetic: config.settings.synthetic,
        data_root,
        cache,
        on_unreadable,
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
    on_unreadable: OnUnreadable,
    progress: &dyn Progress,
) -> Result<Population, RunError> {
    let options = load_options(config, places.into(), on_unreadable);
    let advance = counting("images", progress);
    let population = data::load(manifest, &options, &Streams::new(config.data_seed), &advance)?;
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
    let Resources { device, clock, progress, .. } = *with;
    config.check()?;
    let begin = clock.seconds();
    config.use_threads();
    let trainer = Trainer { config, population, device: device.device, clock, progress };
    let mut trainings = Vec::new();
    let mut predictions = Vec::new();
    let mut history = Vec::new();
    for scored in trainer.all()? {
        trainings.push(scored.training);
        predictions.extend(scored.predictions);
        history.extend(scored.history);
    }
    let origin = Origin {
        data: DataSummary::of(population),
        trainings,
        environment: Environment::of(device),
        seconds: clock.seconds() - begin,
    };
    Ok(Trained { config: config.clone(), predictions, history, origin })
}

/// [`train`], then the statistics.
///
/// # Errors
/// [`RunError`] from the configuration, from training or from the statistics of its predictions.
pub fn run(config: &RunConfig, population: &Population, with: &Resources) -> Result<Run, RunError> {
    train(config, population, with)?.summarised()
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

struct Trainer<'a> {
    config: &'a RunConfig,
    population: &'a Population,
    device: Device,
    clock: &'a dyn Clock,
    progress: &'a dyn Progress,
}

/// Both subgroups that models are trained on.
const BOTH: [usize; 2] = [0, 1];

impl Trainer<'_> {
    /// Every method of the configuration, trained and scored, in its order.
    fn all(&self) -> Result<Vec<Scored>, RunError> {
        let methods = &self.config.methods;
        let needs_mixed = |spec: &MethodSpec| spec.method == MethodKind::Mixed || spec.method.is_transfer();
        let start = self.clock.seconds();
        let mixed = methods.iter().any(needs_mixed).then(|| self.mixed()).transpose()?;
        let mixed_seconds = self.clock.seconds() - start;
        let everybody: Vec<usize> = (0..self.population.scheme.subgroups.len()).collect();
        let mut all = Vec::new();
        for spec in methods {
            let start = self.clock.seconds();
            let fitted = match (spec.method, &mixed) {
                (MethodKind::Dc, _) => {
                    let models = BOTH.map(|subgroup| Ok((self.divide(spec, subgroup)?, vec![subgroup])));
                    models.into_iter().collect::<Result<Vec<_>, RunError>>()?
                }
                (MethodKind::Mixed, Some(mixed)) => vec![(mixed.duplicate()?, everybody.clone())],
                (_, Some(mixed)) => vec![(self.transfer(spec, &mixed.net)?, everybody.clone())],
                // Every other method has made it necessary.
                (_, None) => Vec::new(),
            };
            let own = self.clock.seconds() - start;
            let seconds = if spec.method == MethodKind::Mixed { mixed_seconds } else { own };
            all.push(self.score(&spec.key, fitted, seconds));
        }
        Ok(all)
    }

    fn setup<'b>(
        &'b self,
        model: &'b str,
        streams: &str,
        subgroups: &'b [usize],
        config: TrainConfig,
    ) -> Setup<'b> {
        Setup {
            model,
            population: self.population,
            subgroups,
            config,
            device: self.device,
            streams: Streams::new(self.config.seed).below(streams),
            progress: self.progress,
        }
    }

    /// Initial weights: the same for every model of a seed.
    fn initial(&self) -> Result<QpNet, RunError> {
        let seed = Streams::new(self.config.seed).number("init");
        QpNet::new(&self.config.settings.model, seed, self.device).map_err(|e| RunError::Train(e.into()))
    }

    fn mixed(&self) -> Result<Fitted, RunError> {
        let setup = self.setup("mixed", "mixed", &BOTH, self.config.settings.base);
        Ok(fit(self.initial()?, &mut Erm, None, &setup)?)
    }

    fn divide(&self, spec: &MethodSpec, subgroup: usize) -> Result<Fitted, RunError> {
        let (part, subgroups): (_, &[usize]) =
            if subgroup == 0 { ("dominant", &[0]) } else { ("less_prevalent", &[1]) };
        let streams = format!("dc:{part}");
        let model = format!("{}:{part}", spec.key);
        let setup = self.setup(&model, &streams, subgroups, self.config.settings.base);
        Ok(fit(self.initial()?, &mut Erm, None, &setup)?)
    }

    /// All transfers draw from the same streams, so that they differ by their losses and their
    /// shares of a batch, not by chance.
    fn transfer(&self, spec: &MethodSpec, mixed: &QpNet) -> Result<Fitted, RunError> {
        let Settings { base, transfer, .. } = &self.config.settings;
        let mut config = *transfer;
        let mut method: Box<dyn Method> = match spec.method {
            MethodKind::Qpi(qpi) => Box::new(Qpi::new(qpi).map_err(TrainError::from)?),
            MethodKind::GroupDro { eta } => Box::new(GroupDro::new(eta).map_err(TrainError::from)?),
            MethodKind::GroupBalanced => Box::new(Erm),
            MethodKind::ErmPlus | MethodKind::Mixed | MethodKind::Dc => {
                config.sampling = base.sampling;
                Box::new(Erm)
            }
        };
        let setup = self.setup(&spec.key, "qpi", &BOTH, config);
        let anchor = method.qpi().map(|qpi| Anchor::measure(mixed, &setup, qpi.measure_on)).transpose()?;
        let start = mixed.duplicate().map_err(TrainError::from)?;
        Ok(fit(start, method.as_mut(), anchor.as_ref(), &setup)?)
    }

    /// Score validation and test; each model scores the subgroups it answers for.
    fn score(&self, method: &str, models: Vec<(Fitted, Vec<usize>)>, seconds: f64) -> Scored {
        let mut scored = Scored {
            training: Training { method: method.to_owned(), selected_epochs: Vec::new(), steps: 0, seconds },
            predictions: Vec::new(),
            history: Vec::new(),
        };
        for (fitted, subgroups) in models {
            for part in [Part::Validation, Part::Test] {
                for &subgroup in &subgroups {
                    let positions = self.population.indices(part, Some(subgroup));
                    let scores = predict(&fitted.net, self.population, &positions, self.device);
                    let row = |(&position, scores): (&usize, &[f64])| {
                        Prediction::of(method, self.config.seed, part, self.population, position, scores)
                    };
                    scored.predictions.extend(positions.iter().zip(scores.rows()).map(row));
                }
            }
            scored.history.extend(fitted.history);
            scored.training.selected_epochs.push(fitted.selected_epoch);
            scored.training.steps += fitted.steps;
        }
        scored
    }
}

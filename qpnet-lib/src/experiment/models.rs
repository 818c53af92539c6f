//! The models of a comparison: what starts from initial weights first, then what starts from
//! Mixed; within either, several at a time.

use super::parallel::{Stage, in_parallel};
use super::trained::Scored;
use super::{MethodKind, MethodSpec, Prediction, Resources, RunConfig, RunError, Training};
use crate::data::{Part, Population};
use crate::model::QpNet;
use crate::rng::Streams;
use crate::train::{
    Anchor, Checkpoint, Checkpoints, Erm, Fitted, Progress, Setup, TrainConfig, TrainError, fit_kept,
    predict, prefetch_pays, within_memory,
};

/// Both subgroups that models are trained on.
const BOTH: [usize; 2] = [0, 1];

/// Every method of `config`, trained and scored, in its order. `start` has the finished Mixed model, where it was
/// trained elsewhere.
pub(super) fn all(
    config: &RunConfig,
    population: &Population,
    with: &Resources,
    checkpoints: Option<&Checkpoints>,
    start: Option<&Checkpoints>,
) -> Result<Vec<Scored>, RunError> {
    let methods = &config.methods;
    let mut first = Vec::new();
    if methods.iter().any(|spec| spec.method == MethodKind::Mixed || spec.method.is_transfer()) {
        first.push(Model::Mixed);
    }
    for (at, _) in methods.iter().enumerate().filter(|(_, spec)| spec.method == MethodKind::Dc) {
        first.extend(BOTH.map(|subgroup| Model::Divided(at, subgroup)));
    }
    let transfers: Vec<Model> =
        (0..methods.len()).filter(|&at| methods[at].method.is_transfer()).map(Model::Transfer).collect();

    let begun = start.filter(|_| first == [Model::Mixed]).or(checkpoints);
    let trained = train(config, &first, population, None, with, begun)?;
    let mixed = first.iter().position(|model| *model == Model::Mixed).map(|at| &trained[at].0.net);
    let transferred = train(config, &transfers, population, mixed, with, checkpoints)?;
    let mut done: Vec<(Model, Fitted, f64)> = Vec::new();
    for (model, (fitted, seconds)) in
        first.into_iter().chain(transfers).zip(trained.into_iter().chain(transferred))
    {
        done.push((model, fitted, seconds));
    }
    let everybody: Vec<usize> = (0..population.scheme.subgroups.len()).collect();
    let score = |(at, spec): (usize, &MethodSpec)| {
        let mut scored = Scored::none(&spec.key);
        for (model, fitted, seconds) in &done {
            match *model {
                Model::Mixed if spec.method == MethodKind::Mixed => {}
                Model::Divided(other, _) | Model::Transfer(other) if other == at => {}
                _ => continue,
            }
            let subgroups = match model {
                Model::Divided(_, subgroup) => std::slice::from_ref(subgroup),
                _ => &everybody,
            };
            scored.add(config, population, fitted, subgroups, with);
            scored.training.seconds += seconds;
        }
        scored
    };
    Ok(methods.iter().enumerate().map(score).collect())
}

/// One network to be trained; numbers are places in the configuration's methods.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Model {
    /// From initial weights on both subgroups; every transfer starts from it.
    Mixed,
    /// From initial weights on one subgroup.
    Divided(usize, usize),
    /// From Mixed.
    Transfer(usize),
}

impl Model {
    /// Name of its checkpoint; keys of methods are anything that people write.
    fn file(self, methods: &[MethodSpec]) -> String {
        match self {
            Self::Mixed => "mixed".to_owned(),
            Self::Divided(at, subgroup) => format!("{at}_{}_{subgroup}", methods[at].key),
            Self::Transfer(at) => format!("{at}_{}", methods[at].key),
        }
    }
}

/// Train `models`, in their order; each with the seconds it took.
fn train(
    config: &RunConfig,
    models: &[Model],
    population: &Population,
    mixed: Option<&QpNet>,
    with: &Resources,
    checkpoints: Option<&Checkpoints>,
) -> Result<Vec<(Fitted, f64)>, RunError> {
    let own = || -> Result<_, RunError> {
        let mixed = mixed.map(QpNet::duplicate).transpose().map_err(TrainError::from)?;
        Ok((population.share(), mixed))
    };
    let workers = with.at_a_time(config, models.len());
    let contexts = (0..workers).map(|_| own()).collect::<Result<Vec<_>, _>>()?;
    let mut done: Vec<Option<(Fitted, f64)>> = models.iter().map(|_| None).collect();
    let Resources { device, clock, progress, .. } = *with; // a thread may not share `with`
    let work = |model: &Model, (population, mixed): &(Population, Option<QpNet>), progress: &dyn Progress| {
        config.use_threads(); // libtorch keeps this number for each thread
        let start = clock.seconds();
        let checkpoint = checkpoints.map(|all| all.of(&model.file(&config.methods), clock));
        let checkpoint = checkpoint.as_ref();
        let trainer = Trainer { config, population, device: device.device, progress, checkpoint };
        let fitted = match (*model, mixed) {
            (Model::Mixed, _) => trainer.mixed(),
            (Model::Divided(at, subgroup), _) => trainer.divide(&config.methods[at], subgroup),
            (Model::Transfer(at), Some(mixed)) => trainer.transfer(&config.methods[at], mixed),
            (Model::Transfer(_), None) => unreachable!("a transfer makes Mixed necessary"),
        }?;
        Ok((fitted, checkpoint.map_or_else(|| clock.seconds() - start, Checkpoint::seconds)))
    };
    in_parallel(models, contexts, Stage { name: "models", parts: 1 }, progress, work, |number, fitted| {
        done[number] = Some(fitted);
        Ok(())
    })?;
    Ok(done.into_iter().flatten().collect())
}

struct Trainer<'a> {
    config: &'a RunConfig,
    population: &'a Population,
    device: tch::Device,
    progress: &'a dyn Progress,
    checkpoint: Option<&'a Checkpoint<'a>>,
}

impl Trainer<'_> {
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
            prefetch: prefetch_pays(self.device),
        }
    }

    /// Initial weights: the same for every model of a seed.
    fn initial(&self) -> Result<QpNet, RunError> {
        let seed = Streams::new(self.config.seed).number("init");
        let mut net = QpNet::new(&self.config.settings.model, seed, self.device).map_err(TrainError::from)?;
        if let Some(weights) = &self.config.weights {
            weights.load(&mut net)?;
        }
        Ok(net)
    }

    fn mixed(&self) -> Result<Fitted, RunError> {
        let setup = self.setup("mixed", "mixed", &BOTH, self.config.settings.base);
        Ok(fit_kept(self.initial()?, &mut Erm, None, &setup, self.checkpoint)?)
    }

    fn divide(&self, spec: &MethodSpec, subgroup: usize) -> Result<Fitted, RunError> {
        let (part, subgroups): (_, &[usize]) =
            if subgroup == 0 { ("dominant", &[0]) } else { ("less_prevalent", &[1]) };
        let streams = format!("dc:{part}");
        let model = format!("{}:{part}", spec.key);
        let setup = self.setup(&model, &streams, subgroups, self.config.settings.base);
        Ok(fit_kept(self.initial()?, &mut Erm, None, &setup, self.checkpoint)?)
    }

    /// All transfers draw from the same streams, so that they differ by their losses and their
    /// shares of a batch, not by chance.
    fn transfer(&self, spec: &MethodSpec, mixed: &QpNet) -> Result<Fitted, RunError> {
        let mut method = spec.method.objective().map_err(TrainError::from)?;
        let config = TrainConfig { sampling: self.config.sampling(spec), ..self.config.settings.transfer };
        let setup = self.setup(&spec.key, "qpi", &BOTH, config);
        let anchor = within_memory(&setup.footprint(), || {
            method.qpi().map(|qpi| Anchor::measure(mixed, &setup, qpi.measure_on)).transpose()
        })?;
        let start = mixed.duplicate().map_err(TrainError::from)?;
        Ok(fit_kept(start, method.as_mut(), anchor.as_ref(), &setup, self.checkpoint)?)
    }
}

impl Scored {
    /// Of no model yet.
    fn none(method: &str) -> Self {
        let training =
            Training { method: method.to_owned(), selected_epochs: Vec::new(), steps: 0, seconds: 0.0 };
        Self { training, predictions: Vec::new(), history: Vec::new() }
    }

    /// Score validation and test of the subgroups that `fitted` answers for.
    fn add(
        &mut self,
        config: &RunConfig,
        population: &Population,
        fitted: &Fitted,
        subgroups: &[usize],
        with: &Resources,
    ) {
        let method = &self.training.method;
        for part in [Part::Validation, Part::Test] {
            for &subgroup in subgroups {
                let positions = population.indices(part, Some(subgroup));
                let scores = predict(&fitted.net, population, &positions, with.device.device);
                let row = |(&position, scores): (&usize, &[f64])| {
                    Prediction::of(method, config.seed, part, population, position, scores)
                };
                self.predictions.extend(positions.iter().zip(scores.rows()).map(row));
            }
        }
        self.history.extend(fitted.history.iter().cloned());
        self.training.selected_epochs.push(fitted.selected_epoch);
        self.training.steps += fitted.steps;
    }
}

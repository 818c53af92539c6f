//! The training loop.
//!
//! 1. Epoch 0 is the starting point, evaluated before any step.
//! 2. Each epoch: its learning rate, its delta from the last validation, its steps.
//! 3. After each epoch: scores of the validation part in evaluation mode, a history record,
//!    the selection rule, the early stop.
//! 4. The weights of the selected epoch are put back.

use tch::nn::{self, OptimizerConfig};
use tch::{Device, Tensor};

use super::config::require;
use super::delta_state::next_delta;
use super::feed::Feed;
use super::sampler::members_of;
use super::term_sums::TermSums;
use super::validation::Validation;
use super::{
    Anchor, Batch, Candidate, ConfigError, EpochRecord, Event, History, Method, Outputs, Progress, QpiConfig,
    State, Terms, TrainConfig, TrainError, has_stalled, training_members,
};
use crate::data::{Population, TaskKind};
use crate::loss::DEAD_KERNEL;
use crate::model::{Mode, ModelConfig, QpNet};
use crate::rng::Streams;

/// What a training needs besides network and method.
pub struct Setup<'a> {
    /// Name of the model in history and messages: `mixed`, `qpi` …
    pub model: &'a str,
    /// The samples.
    pub population: &'a Population,
    /// Subgroups to train and to validate on.
    pub subgroups: &'a [usize],
    /// Optimisation.
    pub config: TrainConfig,
    /// Where to compute.
    pub device: Device,
    /// Streams of this training; transfers from one start share theirs.
    pub streams: Streams,
    /// Listener.
    pub progress: &'a dyn Progress,
    /// Make the next batch on a thread of its own while this one is trained on; the numbers are
    /// the same ([`super::prefetch_pays`]).
    pub prefetch: bool,
}

/// A trained model.
#[derive(Debug)]
pub struct Fitted {
    /// With the weights of the selected epoch.
    pub net: QpNet,
    /// All epochs.
    pub history: History,
    /// The epoch whose weights are kept.
    pub selected_epoch: usize,
    /// Optimisation steps done.
    pub steps: usize,
}

impl Fitted {
    /// The same model with weights of its own.
    ///
    /// # Errors
    /// What libtorch says when the weights cannot be copied (memory).
    pub fn duplicate(&self) -> Result<Self, TrainError> {
        Ok(Self { net: self.net.duplicate()?, history: self.history.clone(), ..*self })
    }
}

/// Train `net` by `method`.
///
/// # Errors
/// [`TrainError`]: a setting, an empty subgroup x label cell, a number that is not finite.
pub fn fit(
    mut net: QpNet,
    method: &mut dyn Method,
    anchor: Option<&Anchor>,
    setup: &Setup,
) -> Result<Fitted, TrainError> {
    setup.config.check()?;
    fits(net.config(), setup.population)?;
    let config =
        &TrainConfig { selection: method.selection().unwrap_or(setup.config.selection), ..setup.config };
    let members = members(setup, method)?;
    // Methods that are trained on fewer samples, or on others, take as many steps.
    let images = training_members(setup.population, setup.subgroups).len();
    let mut feed = Feed::new(setup, &members).map_err(TrainError::Thread)?;
    // The optimiser is made anew: a transfer does not inherit the moments of its start.
    let mut adam = nn::Adam { wd: config.weight_decay, ..nn::Adam::default() }
        .build(net.var_store(), config.learning_rate)?;
    let validation = Validation::new(setup);
    let (per_epoch, total) = (config.steps(images), config.epochs * config.steps(images));
    setup.progress.on(Event::Begin { stage: setup.model, steps: total });

    let adaptive = adaptive(method, anchor, setup)?;
    let (first, mut dominant) = validation.record(&net, setup)?;
    // Untrained weights are no candidate; a transfer may end where it began.
    let mut best = config.selection.takes_the_start().then(|| (candidate(&first), 0));
    let mut best_net = net.duplicate()?;
    let mut history = vec![first];
    let mut warned = false;

    for epoch in 1..=config.epochs {
        let rate = config.learning_rate_at(epoch);
        adam.set_lr(rate);
        let weight = |(qpi, anchor): (QpiConfig, &Anchor)| next_delta(&qpi, anchor, &net, &dominant, setup);
        let delta = adaptive.map(weight).transpose()?;
        let mut sums = TermSums::default();
        for step in (epoch - 1) * per_epoch + 1..=epoch * per_epoch {
            let batch = feed.next(setup.population);
            setup.progress.on(Event::Batch { step, cells: &batch.counts() });
            let state =
                State { delta: delta.map_or(0.5, |delta| delta.value), progress: step as f64 / total as f64 };
            let terms = step_once(&net, method, &mut adam, &batch, state, setup, (epoch, step))?;
            method.stepped(rate);
            sums.add(&terms);
            setup.progress.on(Event::Step { done: step, note: "" });
        }
        let (mut record, scores) = validation.record(&net, setup)?;
        dominant = scores;
        record.epoch = epoch;
        record.steps = epoch * per_epoch;
        record.learning_rate = Some(rate);
        record.delta = delta.map(|delta| delta.value);
        record.delta_se = delta.and_then(|delta| delta.se);
        sums.write(&mut record);
        if record.mean_kernel.is_some_and(|mean| mean < DEAD_KERNEL) && !warned {
            warned = true;
            setup.progress.on(Event::Warning("the MMD kernel is numerically zero: its term moves nothing"));
        }
        setup.progress.on(Event::Step { done: record.steps, note: &note(&record) });
        let new = candidate(&record);
        let kept = best.as_ref().map(|(candidate, _)| candidate);
        if config.selection.prefers(&new, kept, history[0].auc_dominant) {
            best = Some((new, epoch));
            best_net.copy_weights(&net)?;
        }
        history.push(record);
        let aucs: Vec<f64> = history.iter().skip(1).filter_map(|record| record.auc).collect();
        if config.early_stop.is_some_and(|stop| has_stalled(&aucs, stop.window, stop.tolerance)) {
            break;
        }
    }
    setup.progress.on(Event::End);
    let selected_epoch = best.map_or(0, |(_, epoch)| epoch);
    net.copy_weights(&best_net)?;
    history[selected_epoch].selected = true;
    let steps = history.last().map_or(0, |record| record.steps);
    Ok(Fitted { net, history, selected_epoch, steps })
}

/// The settings of delta and its anchor, for a method that has one.
fn adaptive<'a>(
    method: &dyn Method,
    anchor: Option<&'a Anchor>,
    setup: &Setup,
) -> Result<Option<(QpiConfig, &'a Anchor)>, TrainError> {
    let missing = || TrainError::NoAnchor {
        model: setup.model.to_owned(),
        reason: "no Mixed model was given".to_owned(),
    };
    method.qpi().map(|qpi| Ok((*qpi, anchor.ok_or_else(missing)?))).transpose()
}

/// One optimisation step; refuses to go on from a number that is not finite.
fn step_once(
    net: &QpNet,
    method: &mut dyn Method,
    adam: &mut nn::Optimizer,
    batch: &Batch,
    state: State,
    setup: &Setup,
    (epoch, step): (usize, usize),
) -> Result<Terms, TrainError> {
    let finite = |what, tensor: &Tensor| {
        let holds = tensor.isfinite().all().int64_value(&[]) == 1;
        holds.then_some(()).ok_or_else(|| TrainError::NotFinite {
            model: setup.model.to_owned(),
            what,
            epoch,
            step,
            samples: shortened(setup.population, &batch.positions),
        })
    };
    let z = match method.mode() {
        // A stream a step, so that nothing else shifts what is dropped.
        Mode::Train => net.training_features(&batch.images, &mut setup.streams.at("drop_path", step as u64)),
        mode @ Mode::Evaluate => net.features(&batch.images, mode),
    };
    // Before the terms: a singular value decomposition of NaN throws inside libtorch.
    finite("a feature", &z)?;
    let logits = net.classify(&z);
    let terms = method.loss(net, batch, &Outputs { z, logits }, state);
    finite("the loss", &terms.total)?;
    adam.zero_grad();
    terms.total.backward();
    // A gradient that overflowed would only show in the next batch, which is not to blame.
    let gradients: Vec<Tensor> = net.var_store().trainable_variables().iter().map(Tensor::grad).collect();
    let sums: Vec<Tensor> = gradients.iter().filter(|g| g.defined()).map(|g| g.sum(g.kind())).collect();
    finite("a gradient", &Tensor::stack(&sums, 0))?;
    adam.step();
    Ok(terms)
}

fn shortened(population: &Population, positions: &[usize]) -> String {
    let ids: Vec<&str> =
        positions.iter().take(4).map(|&p| population.samples[p].sample_id.as_str()).collect();
    let more = positions.len().saturating_sub(ids.len());
    if more == 0 { ids.join(", ") } else { format!("{} and {more} more", ids.join(", ")) }
}

fn note(record: &EpochRecord) -> String {
    let show = |name: &str, value: Option<f64>| value.map_or(String::new(), |v| format!(" {name} {v:.3}"));
    format!(
        "epoch {}{}{}{}{}",
        record.epoch,
        show("loss", record.loss),
        show("delta", record.delta),
        show("val AUC dominant", record.auc_dominant),
        show("val AUC less-prevalent", record.auc_less_prevalent),
    )
}

fn candidate(record: &EpochRecord) -> Candidate {
    Candidate {
        overall: record.auc,
        dominant: record.auc_dominant,
        less_prevalent: record.auc_less_prevalent,
    }
}

/// Whether a network was made for such images and outcomes: a configuration that was edited may
/// belong to other data.
fn fits(model: &ModelConfig, population: &Population) -> Result<(), ConfigError> {
    let (channels, classes) = (population.images.shape()[0], population.classes.len() as i64);
    require("model.channels", "the channels of the images", model.channels, model.channels == channels)?;
    require("model.classes", "the classes of the data", model.classes, model.classes == classes)?;
    let side = population.images.shape()[1];
    let expected = "29 or more for DenseNet with the stem `imagenet`, 15 or more with `small`";
    require("image_size", expected, side, side >= model.smallest_side())
}

/// The samples that `method` is trained on, with their cells. A binary task needs every cell; of
/// several classes some may be missing in a subgroup.
fn members(setup: &Setup, method: &mut dyn Method) -> Result<Vec<(super::Cell, usize)>, TrainError> {
    let part = method.part();
    let members = members_of(setup.population, part, setup.subgroups);
    let binary = setup.population.task == TaskKind::Binary;
    for &subgroup in setup.subgroups {
        let has = |class: Option<usize>| {
            members.iter().any(|&((g, label), _)| g == subgroup && class.is_none_or(|class| class == label))
        };
        let needed: &[Option<usize>] = if binary { &[Some(0), Some(1)] } else { &[None] };
        if let Some(&class) = needed.iter().find(|&&class| !has(class)) {
            let subgroup = setup.population.scheme.subgroups[subgroup].clone();
            return Err(TrainError::EmptyCell { model: setup.model.to_owned(), part, subgroup, class });
        }
    }
    Ok(method.members(members, setup.population, &setup.streams))
}

//! The training loop.
//!
//! 1. Epoch 0 is the starting point, evaluated before any step.
//! 2. Each epoch: its learning rate, its delta from the last validation, its steps.
//! 3. After each epoch (averaged weights first take batch-norm statistics of their own over as many
//!    training batches as an epoch has): scores of the validation part in evaluation mode, a history record,
//!    the selection rule, the early stop.
//! 4. The weights of the selected epoch are put back.
//!
//! `training.rs` holds what changes on the way, `step.rs` one step.

use super::config_error::require;
use super::feed::{Feed, Maker};
use super::sampler::members_of;
use super::training::Training;
use super::validation::Validation;
use super::{
    Anchor, Cell, Checkpoint, ConfigError, Event, Fitted, Method, QpiConfig, Setup, TrainConfig, TrainError,
    training_members, within_memory,
};
use crate::data::{Population, TaskKind};
use crate::model::{Mode, ModelConfig, QpNet};

/// Train `net` by `method`.
///
/// # Errors
/// [`TrainError`]: a setting, an empty subgroup x label cell, a number that is not finite.
pub fn fit(
    net: QpNet,
    method: &mut dyn Method,
    anchor: Option<&Anchor>,
    setup: &Setup,
) -> Result<Fitted, TrainError> {
    fit_kept(net, method, anchor, setup, None)
}

/// [`fit`], kept in `checkpoint` while it goes on: an interrupted training goes on where it was kept
/// last and gives the same bits; a finished one is not trained again. `net` and `method` are given
/// as they were at the beginning.
///
/// # Errors
/// As [`fit`], and [`TrainError::Checkpoint`]; [`TrainError::OutOfMemory`] for a panic of libtorch about memory.
pub fn fit_kept(
    net: QpNet,
    method: &mut dyn Method,
    anchor: Option<&Anchor>,
    setup: &Setup,
    checkpoint: Option<&Checkpoint>,
) -> Result<Fitted, TrainError> {
    within_memory(&setup.footprint(), || trained(net, method, anchor, setup, checkpoint))
}

fn trained(
    net: QpNet,
    method: &mut dyn Method,
    anchor: Option<&Anchor>,
    setup: &Setup,
    checkpoint: Option<&Checkpoint>,
) -> Result<Fitted, TrainError> {
    setup.config.check()?;
    setup.config.check_device(setup.device)?;
    fits(net.config(), setup.population)?;
    let config =
        &TrainConfig { selection: method.selection().unwrap_or(setup.config.selection), ..setup.config };
    let members = members(setup, method)?;
    // Methods that are trained on fewer samples, or on others, take as many steps.
    let images = training_members(setup.population, setup.subgroups).len();
    let (per_epoch, total) = (config.steps(images), config.epochs * config.steps(images));
    let adaptive = adaptive(method, anchor, setup)?;
    let validation = Validation::new(setup);

    let kept = checkpoint.map(Checkpoint::read).transpose()?.flatten();
    let mut training = match kept.zip(checkpoint) {
        Some((snapshot, _)) if snapshot.position.finished => {
            setup.progress.on(Event::Note(&format!("{} was trained before it was interrupted", setup.model)));
            return Training::finished(net, &snapshot);
        }
        Some((snapshot, checkpoint)) => {
            let (steps, model) = (snapshot.position.steps, setup.model);
            let words =
                format!("{model} goes on after step {steps} of {total}, epoch {}", steps / per_epoch + 1);
            setup.progress.on(Event::Note(&words));
            Training::restored(net, config, method, &snapshot)
                .map_err(|error| TrainError::from(checkpoint.damaged(&error)))?
        }
        None => Training::begun(net, config, &validation, setup)?,
    };
    let mut feed = Feed::new(setup, &members, training.steps).map_err(TrainError::Thread)?;
    setup.progress.on(Event::Begin { stage: setup.model, steps: total });
    while training.steps < total {
        let epoch = training.steps / per_epoch + 1;
        if training.steps.is_multiple_of(per_epoch) {
            if training.has_stalled(config) {
                break;
            }
            training.open_epoch(adaptive, setup)?;
        }
        let step = training.steps + 1;
        let batch = feed.next(setup.population);
        setup.progress.on(Event::Batch { step, cells: &batch.counts() });
        let progress = step as f64 / total as f64;
        training.step(method, &batch, config.learning_rate_at(epoch), progress, setup, (epoch, step))?;
        setup.progress.on(Event::Step { done: step, note: "" });
        let over = step.is_multiple_of(per_epoch);
        if over {
            // Frozen statistics stay as they are.
            if config.ema.is_some() && method.mode() == Mode::Train {
                training.take_statistics(Maker::look(setup, &members, epoch, per_epoch));
            }
            training.close_epoch(epoch, config, &validation, setup)?;
        }
        let stops = step < total && setup.progress.stops();
        if let Some(checkpoint) = checkpoint.filter(|checkpoint| over || stops || checkpoint.is_due(step)) {
            checkpoint.write(training.snapshot(method))?;
        }
        if stops {
            let (model, kept) = (setup.model.to_owned(), checkpoint.is_some());
            return Err(TrainError::Stopped { model, step, of: total, kept });
        }
    }
    setup.progress.on(Event::End);
    let fitted = training.fitted()?;
    if let Some(checkpoint) = checkpoint {
        checkpoint.write(Training::last(&fitted))?;
    }
    Ok(fitted)
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
fn members(setup: &Setup, method: &mut dyn Method) -> Result<Vec<(Cell, usize)>, TrainError> {
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

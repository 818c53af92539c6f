//! A training under way: what changes from step to step, and how it is kept.

use std::collections::BTreeMap;

use tch::{TchError, Tensor};

use super::amp::LossScale;
use super::checkpoint::{Position, Snapshot};
use super::delta_state::{DeltaValue, next_delta};
use super::ema::Ema;
use super::evaluate::Scores;
use super::step::{Moved, step_once};
use super::term_sums::TermSums;
use super::validation::{Measured, Validation};
use super::{
    Adam, AdamSettings, Anchor, Batch, Candidate, Event, Fitted, History, Method, QpiConfig, Setup, State,
    TrainConfig, TrainError, has_stalled,
};
use crate::loss::DEAD_KERNEL;
use crate::model::QpNet;

/// Groups of tensors in a checkpoint.
const NET: &str = "net";
const BEST: &str = "best";
const MEAN: &str = "mean";
const ADAM: &str = "adam";
const METHOD: &str = "method";
const SUMS: &str = "sums";
const SCORES: &str = "scores";

/// Everything that a step or an epoch changes.
pub(super) struct Training {
    pub(super) steps: usize,
    net: QpNet,
    adam: Adam,
    /// In mixed precision.
    scale: Option<LossScale>,
    mean: Option<Ema>,
    history: History,
    best: Option<usize>,
    /// That epoch, as the rule of selection sees it.
    best_candidate: Option<Candidate>,
    best_net: QpNet,
    /// Scores of the dominant validation samples after the last epoch.
    dominant: Scores,
    /// Of the present epoch.
    delta: Option<DeltaValue>,
    sums: TermSums,
    warned: bool,
}

impl Training {
    /// Before the first step.
    pub(super) fn begun(
        net: QpNet,
        config: &TrainConfig,
        validation: &Validation,
        setup: &Setup,
    ) -> Result<Self, TrainError> {
        let Measured { record, candidate, dominant, left_out } = validation.measure(&net, setup)?;
        if config.selection.compares_subgroups() && !left_out.is_empty() {
            let names: Vec<&str> =
                left_out.iter().map(|&class| setup.population.classes[class].as_str()).collect();
            let (model, names) = (setup.model, names.join(", "));
            let words = format!(
                "{model} is selected by AUCs over the classes that every subgroup has in validation; left out: {names}"
            );
            setup.progress.on(Event::Warning(&words));
        }
        // Untrained weights are no candidate; a transfer may end where it began.
        let (best, best_candidate) = match config.selection.takes_the_start() {
            true => (Some(0), Some(candidate)),
            false => (None, None),
        };
        Ok(Self { history: vec![record], dominant, best, best_candidate, ..Self::with(net, config)? })
    }

    /// The optimiser is made anew: a transfer does not inherit the moments of its start.
    fn with(net: QpNet, config: &TrainConfig) -> Result<Self, TchError> {
        let usual = AdamSettings { weight_decay: config.weight_decay, ..AdamSettings::default() };
        let settings = config.betas.map_or(usual, |[beta1, beta2]| AdamSettings { beta1, beta2, ..usual });
        Ok(Self {
            steps: 0,
            adam: Adam::new(net.var_store(), settings, config.learning_rate)?,
            scale: config.amp.then(LossScale::default),
            mean: config.ema.map(|decay| Ema::new(&net, decay)).transpose()?,
            history: Vec::new(),
            best: None,
            best_candidate: None,
            best_net: net.duplicate()?,
            dominant: Scores { width: 1, values: Vec::new() },
            delta: None,
            sums: TermSums::default(),
            warned: false,
            net,
        })
    }

    /// Whether the validation AUC has stalled.
    pub(super) fn has_stalled(&self, config: &TrainConfig) -> bool {
        let aucs: Vec<f64> = self.history.iter().skip(1).filter_map(|record| record.auc).collect();
        config.early_stop.is_some_and(|stop| has_stalled(&aucs, stop.window, stop.tolerance))
    }

    /// Delta for the next epoch, and sums at zero.
    pub(super) fn open_epoch(
        &mut self,
        adaptive: Option<(QpiConfig, &Anchor)>,
        setup: &Setup,
    ) -> Result<(), TrainError> {
        let weight = |(qpi, anchor): (QpiConfig, &Anchor)| {
            next_delta(&qpi, anchor, self.judged(), &self.dominant, setup)
        };
        self.delta = adaptive.map(weight).transpose()?;
        self.sums = TermSums::default();
        Ok(())
    }

    /// The network that validation judges.
    fn judged(&self) -> &QpNet {
        self.mean.as_ref().map_or(&self.net, Ema::net)
    }

    /// One step on `batch`.
    pub(super) fn step(
        &mut self,
        method: &mut dyn Method,
        batch: &Batch,
        rate: f64,
        progress: f64,
        setup: &Setup,
        (epoch, step): (usize, usize),
    ) -> Result<(), TrainError> {
        let state = State { delta: self.delta.map_or(0.5, |delta| delta.value), progress };
        let moved = Moved { net: &self.net, adam: &mut self.adam, scale: self.scale.as_mut() };
        let terms = step_once(moved, method, batch, state, rate, setup, (epoch, step))?;
        if let Some(mean) = &mut self.mean {
            mean.follow(&self.net);
        }
        self.sums.add(&terms);
        self.steps = step;
        Ok(())
    }

    /// Give averaged weights the statistics of their own over `batches`, where weights are averaged.
    pub(super) fn take_statistics(&self, batches: impl Iterator<Item = Tensor>) {
        if let Some(mean) = &self.mean {
            mean.take_statistics(batches);
        }
    }

    /// Validate after epoch `epoch`, and keep its weights where they are the best.
    pub(super) fn close_epoch(
        &mut self,
        epoch: usize,
        config: &TrainConfig,
        validation: &Validation,
        setup: &Setup,
    ) -> Result<(), TrainError> {
        let Measured { mut record, candidate, dominant, .. } = validation.measure(self.judged(), setup)?;
        self.dominant = dominant;
        record.epoch = epoch;
        record.steps = self.steps;
        record.learning_rate = Some(config.learning_rate_at(epoch));
        record.delta = self.delta.map(|delta| delta.value);
        record.delta_se = self.delta.and_then(|delta| delta.se);
        self.sums.write(&mut record);
        if record.mean_kernel.is_some_and(|mean| mean < DEAD_KERNEL) && !self.warned {
            self.warned = true;
            setup.progress.on(Event::Warning("the MMD kernel is numerically zero: its term moves nothing"));
        }
        setup.progress.on(Event::Step { done: record.steps, note: &record.note() });
        let a_mix = self.history[0].auc_dominant;
        if config.selection.prefers(&candidate, self.best_candidate.as_ref(), a_mix) {
            (self.best, self.best_candidate) = (Some(epoch), Some(candidate));
            let judged = self.mean.as_ref().map_or(&self.net, Ema::net);
            self.best_net.copy_weights(judged)?;
        }
        self.history.push(record);
        Ok(())
    }

    /// The model with its best weights.
    pub(super) fn fitted(mut self) -> Result<Fitted, TrainError> {
        let selected_epoch = self.best.unwrap_or(0);
        self.net.copy_weights(&self.best_net)?;
        self.history[selected_epoch].selected = true;
        let steps = self.history.last().map_or(0, |record| record.steps);
        Ok(Fitted { net: self.net, history: self.history, selected_epoch, steps })
    }

    /// The training as it is now.
    pub(super) fn snapshot(&self, method: &dyn Method) -> Snapshot {
        let position = Position {
            steps: self.steps,
            best: self.best,
            best_candidate: self.best_candidate,
            delta: self.delta,
            summed: self.sums.steps(),
            width: self.dominant.width,
            warned: self.warned,
            scale: self.scale,
            ..Position::default()
        };
        let mut kept = Snapshot { position, history: self.history.clone(), ..Snapshot::default() };
        kept.put(NET, self.net.var_store().variables());
        kept.put(BEST, self.best_net.var_store().variables());
        if let Some(mean) = &self.mean {
            kept.put(MEAN, mean.net().var_store().variables());
        }
        kept.put(ADAM, self.adam.state());
        kept.put(METHOD, method.state());
        kept.put(SUMS, self.sums.state());
        kept.put(SCORES, [("dominant".to_owned(), Tensor::from_slice(&self.dominant.values))]);
        kept
    }

    /// Go on from `kept`; `net` is the network at the beginning.
    pub(super) fn restored(
        net: QpNet,
        config: &TrainConfig,
        method: &mut dyn Method,
        kept: &Snapshot,
    ) -> Result<Self, TrainError> {
        let mut training = Self::with(net, config)?;
        put_back(&training.net, &kept.group(NET))?;
        put_back(&training.best_net, &kept.group(BEST))?;
        if let Some(mean) = &training.mean {
            put_back(mean.net(), &kept.group(MEAN))?;
        }
        training.adam.restore(&kept.group(ADAM))?;
        method.restore(&kept.group(METHOD))?;
        training.sums = TermSums::restored(kept.position.summed, &kept.group(SUMS));
        let scores = kept.group(SCORES).remove("dominant").ok_or_else(|| absent("dominant"))?;
        let values: Vec<f64> = Vec::try_from(&scores)?;
        let Position { steps, best, best_candidate, delta, width, warned, scale, .. } = kept.position;
        let (dominant, history) = (Scores { width, values }, kept.history.clone());
        Ok(Self { steps, best, best_candidate, delta, warned, scale, dominant, history, ..training })
    }

    /// A model whose training is over, for its checkpoint.
    pub(super) fn last(fitted: &Fitted) -> Snapshot {
        let (steps, best) = (fitted.steps, Some(fitted.selected_epoch));
        let position = Position { steps, best, finished: true, ..Position::default() };
        let mut kept = Snapshot { position, history: fitted.history.clone(), ..Snapshot::default() };
        kept.put(NET, fitted.net.var_store().variables());
        kept
    }

    /// The model of [`Self::last`].
    pub(super) fn finished(net: QpNet, kept: &Snapshot) -> Result<Fitted, TrainError> {
        put_back(&net, &kept.group(NET))?;
        let Position { steps, best, .. } = kept.position;
        Ok(Fitted { net, history: kept.history.clone(), selected_epoch: best.unwrap_or(0), steps })
    }
}

/// Put kept weights and running statistics back into a network of the same shape.
fn put_back(net: &QpNet, kept: &BTreeMap<String, Tensor>) -> Result<(), TchError> {
    for (name, mut variable) in net.var_store().variables() {
        let tensor = kept.get(&name).ok_or_else(|| absent(&name))?;
        if tensor.size() != variable.size() {
            let (expected, got) = (variable.size(), tensor.size());
            return Err(TchError::Shape(format!("{name}: expected {expected:?}, got {got:?}")));
        }
        tch::no_grad(|| variable.f_copy_(tensor))?;
    }
    Ok(())
}

fn absent(name: &str) -> TchError {
    TchError::TensorNameNotFound(name.to_owned(), "the checkpoint".to_owned())
}

//! One optimisation step.

use tch::{Kind, Tensor};

use super::amp::LossScale;
use super::{Adam, Batch, Method, Outputs, Setup, State, Terms, TrainError};
use crate::data::Population;
use crate::model::{Mode, QpNet};

/// What a step moves besides the method.
pub(super) struct Moved<'a> {
    pub(super) net: &'a QpNet,
    pub(super) adam: &'a mut Adam,
    /// In mixed precision.
    pub(super) scale: Option<&'a mut LossScale>,
}

/// One optimisation step at learning rate `rate`; refuses to go on from a number that is not finite. In mixed
/// precision a step whose gradients overflow is left out instead.
pub(super) fn step_once(
    Moved { net, adam, scale }: Moved,
    method: &mut dyn Method,
    batch: &Batch,
    state: State,
    rate: f64,
    setup: &Setup,
    (epoch, step): (usize, usize),
) -> Result<Terms, TrainError> {
    let holds = |what, holds: bool| {
        holds.then_some(()).ok_or_else(|| TrainError::NotFinite {
            model: setup.model.to_owned(),
            what,
            epoch,
            step,
            samples: shortened(setup.population, &batch.positions),
        })
    };
    let finite = |what, tensor: &Tensor| holds(what, tensor.isfinite().all().int64_value(&[]) == 1);
    let outputs = || {
        let z = match method.mode() {
            // A stream a step, so that nothing else shifts what is dropped.
            Mode::Train => {
                net.training_features(&batch.images, &mut setup.streams.at("drop_path", step as u64))
            }
            mode @ Mode::Evaluate => net.features(&batch.images, mode),
        };
        let logits = net.classify(&z);
        Outputs { z, logits }
    };
    let outputs = match scale {
        None => outputs(),
        // Losses want single precision: a kernel or a singular value of half precision means little.
        Some(_) => {
            let Outputs { z, logits } = tch::autocast(true, outputs);
            Outputs { z: z.to_kind(Kind::Float), logits: logits.to_kind(Kind::Float) }
        }
    };
    // Before the terms: a singular value decomposition of NaN throws inside libtorch.
    finite("a feature", &outputs.z)?;
    let terms = method.loss(net, batch, &outputs, state);
    finite("the loss", &terms.total)?;
    adam.zero_grad();
    let factor = scale.as_ref().map_or(1.0, |scale| scale.value());
    if factor == 1.0 {
        terms.total.backward()
    } else {
        (&terms.total * factor).backward()
    }
    let mut gradients = adam.gradients();
    if factor != 1.0 {
        gradients.divide(factor);
    }
    // A gradient that overflowed would only show in the next batch, which is not to blame.
    let sound = gradients.are_finite();
    holds("a gradient", scale.map_or(sound, |scale| scale.follow(!sound)))?;
    if sound {
        adam.set_rate(rate);
        adam.step(&gradients);
    }
    // What a method learns has a gradient of the scaled loss, too.
    method.stepped(if sound { rate / factor } else { 0.0 });
    Ok(terms)
}

fn shortened(population: &Population, positions: &[usize]) -> String {
    let ids: Vec<&str> =
        positions.iter().take(4).map(|&p| population.samples[p].sample_id.as_str()).collect();
    let more = positions.len().saturating_sub(ids.len());
    if more == 0 { ids.join(", ") } else { format!("{} and {more} more", ids.join(", ")) }
}

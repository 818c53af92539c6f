//! One optimisation step.

use tch::Tensor;

use super::{Adam, Batch, Method, Outputs, Setup, State, Terms, TrainError};
use crate::data::Population;
use crate::model::{Mode, QpNet};

/// One optimisation step; refuses to go on from a number that is not finite.
pub(super) fn step_once(
    net: &QpNet,
    method: &mut dyn Method,
    adam: &mut Adam,
    batch: &Batch,
    state: State,
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
    let gradients = adam.gradients();
    holds("a gradient", gradients.are_finite())?;
    adam.step(&gradients);
    Ok(terms)
}

fn shortened(population: &Population, positions: &[usize]) -> String {
    let ids: Vec<&str> =
        positions.iter().take(4).map(|&p| population.samples[p].sample_id.as_str()).collect();
    let more = positions.len().saturating_sub(ids.len());
    if more == 0 { ids.join(", ") } else { format!("{} and {more} more", ids.join(", ")) }
}

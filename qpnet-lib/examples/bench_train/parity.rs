//! That both sides compute the same: from the same weights on the same batch.

use std::path::Path;

use anyhow::ensure;
use qpnet_lib::model::QpNet;
use qpnet_lib::rng::Streams;
use qpnet_lib::train::{Batch, Method, Outputs, Qpi, QpiConfig, State};
use serde_json::{Value, json};
use tch::nn::{self, OptimizerConfig};
use tch::{Kind, Tensor};

use super::pytorch::{Structure, call};
use super::shape::Shape;
use super::turn::{RATE, positions};

/// Allowed difference of a loss, relative, before and after a step of Adam. (Adam turns the sign of
/// a gradient into a step: where a gradient is rounding only, so is its sign.)
const ALLOWED: [f64; 2] = [1e-4, 2e-2];

/// Relative differences of the losses before and after a step.
///
/// # Errors
/// When they are too large: then something else is measured there.
pub fn check(shape: &Shape, python: &Path) -> anyhow::Result<Value> {
    let device = shape.ready()?.device;
    let population = shape.population()?;
    let net = QpNet::new(&shape.model(), 1, device)?;
    let batch = Batch::gather(&population, positions(shape, &population), device);
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("start.safetensors");
    let plain = |tensor: &Tensor| tensor.detach().to_device(tch::Device::Cpu).contiguous();
    let mut tensors: Vec<(String, Tensor)> =
        net.var_store().variables().iter().map(|(name, tensor)| (name.clone(), plain(tensor))).collect();
    for (name, tensor) in
        [("images", &batch.images), ("labels", &batch.labels), ("subgroup", &batch.subgroup)]
    {
        tensors.push((format!("batch/{name}"), plain(tensor)));
    }
    Tensor::write_safetensors(&tensors, &path)?;

    let mut adam = nn::Adam::default().build(net.var_store(), RATE)?;
    let mut method = Qpi::new(QpiConfig::paper())?;
    let mut loss = |step: u64| {
        let z = net.training_features(&batch.images, &mut Streams::new(1).at("drop_path", step));
        let logits = net.classify(&z);
        method.loss(&net, &batch, &Outputs { z, logits }, State { delta: 0.5, progress: 0.5 }).total
    };
    let first = loss(0);
    adam.zero_grad();
    first.backward();
    adam.step();
    let ours = [&first, &loss(1)].map(|loss| loss.to_kind(Kind::Double).double_value(&[]));

    let theirs = call(shape, python, Structure::Eager, Some(&path))?;
    let gap = |at: usize| {
        let theirs = theirs["losses"][at].as_f64().unwrap_or(f64::NAN);
        (theirs - ours[at]).abs() / ours[at].abs().max(1e-3)
    };
    let gaps = [gap(0), gap(1)];
    for (gap, allowed) in gaps.iter().zip(ALLOWED) {
        ensure!(*gap <= allowed, "losses differ by {gaps:?} of {ours:?}: no comparison of equals");
    }
    Ok(json!({ "losses": ours, "relative differences": gaps }))
}

//! What the golden tests share: the JSON files and tensors made of their arrays.
#![allow(dead_code)] // every test file uses its own part of it

use std::path::Path;

use serde_json::Value;
use tch::{Device, Kind, Tensor};

/// A golden file.
pub fn golden(name: &str) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/golden").join(name);
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The entries of an array.
pub fn list(value: &Value) -> &[Value] {
    value.as_array().unwrap_or_else(|| panic!("expected an array, got {value}"))
}

/// A number.
pub fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or_else(|| panic!("expected a number, got {value}"))
}

/// A text.
pub fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("expected a text, got {value}"))
}

/// A flat list of numbers and the shape of a nested array.
pub fn flatten(value: &Value) -> (Vec<f64>, Vec<i64>) {
    match value {
        Value::Array(items) => {
            let parts: Vec<_> = items.iter().map(flatten).collect();
            let inner = parts.first().map(|(_, shape)| shape.clone()).unwrap_or_default();
            let values = parts.into_iter().flat_map(|(values, _)| values).collect();
            (values, [vec![items.len() as i64], inner].concat())
        }
        _ => (vec![number(value)], Vec::new()),
    }
}

/// A nested array of numbers as a tensor in double precision.
pub fn tensor(value: &Value) -> Tensor {
    let (values, shape) = flatten(value);
    Tensor::from_slice(&values).view(shape.as_slice())
}

/// The same with a gradient.
pub fn leaf(value: &Value) -> Tensor {
    tensor(value).set_requires_grad(true)
}

/// A list of whole numbers as a tensor.
pub fn integers(value: &Value) -> Tensor {
    tensor(value).to_kind(Kind::Int64)
}

/// Largest absolute difference beyond `absolute + relative * |expected|`, as a failed assertion.
pub fn assert_close(what: &str, got: &Tensor, expected: &Value, absolute: f64, relative: f64) {
    let expected = tensor(expected);
    let got = got.to_device(Device::Cpu).to_kind(Kind::Double);
    assert_eq!(got.size(), expected.size(), "{what}: shape");
    if got.numel() == 0 {
        return;
    }
    let excess = (&got - &expected).abs() - (absolute + relative * expected.abs());
    let worst = excess.max().double_value(&[]);
    assert!(worst <= 0.0, "{what}: off by {worst:e} beyond the tolerance\ngot {got}\nexpected {expected}");
}

/// Scalar version of [`assert_close`].
pub fn assert_number(what: &str, got: f64, expected: &Value, absolute: f64, relative: f64) {
    let expected = number(expected);
    let allowed = absolute + relative * expected.abs();
    assert!((got - expected).abs() <= allowed, "{what}: got {got}, expected {expected} within {allowed:e}");
}

/// Activations against their golden summaries: name, shape, mean, root mean square, last value,
/// within `absolute + relative * root mean square`.
pub fn assert_points(points: &[(String, Tensor)], expected: &Value, absolute: f64, relative: f64) {
    assert_eq!(points.len(), list(expected).len());
    for ((name, activation), expected) in points.iter().zip(list(expected)) {
        assert_eq!(name, text(&expected["name"]));
        let shape: Vec<i64> = flatten(&expected["shape"]).0.iter().map(|&side| side as i64).collect();
        assert_eq!(activation.size(), shape, "{name}");
        let values = activation.to_kind(Kind::Double).flatten(0, -1);
        let mean = values.mean(Kind::Double).double_value(&[]);
        let rms = values.square().mean(Kind::Double).sqrt().double_value(&[]);
        let allowed = absolute + relative * number(&expected["rms"]);
        assert_number(name, mean, &expected["mean"], allowed, 0.0);
        assert_number(name, rms, &expected["rms"], allowed, 0.0);
        assert_number(name, values.double_value(&[-1]), &expected["last"], allowed, 0.0);
    }
}

/// Fill the parameters and running statistics of a network by the formula of
/// `tests/golden/network.py`.
pub fn fill(variables: impl IntoIterator<Item = (String, Tensor)>) {
    let mut variables: Vec<(String, Tensor)> = variables.into_iter().collect();
    variables.sort_by(|a, b| a.0.cmp(&b.0));
    for (i, (name, variable)) in variables.iter_mut().enumerate() {
        let j = Tensor::arange(variable.numel() as i64, (Kind::Double, Device::Cpu)) + 1.0;
        let phase: Tensor = 0.7 * j + 1.3 * i as f64;
        let s = phase.sin().view(variable.size().as_slice());
        let size = variable.size();
        let values = match (size.len(), name.rsplit('.').next()) {
            (4, _) => s * (2.0 / (size[1] * size[2] * size[3]) as f64).sqrt(),
            (_, Some("weight")) => 1.0 + 0.1 * s,
            (_, Some("bias")) => 0.1 * s,
            (_, Some("running_mean")) => 0.05 * s,
            (_, Some("running_var")) => 1.0 + 0.2 * s.square(),
            other => panic!("no formula for {name}: {other:?}"),
        };
        tch::no_grad(|| variable.copy_(&values));
    }
}

/// The input of `tests/golden/network.py`, `x[j] = sin(0.37 (j + 1))`.
pub fn sines(shape: &[i64]) -> Tensor {
    let j = Tensor::arange(shape.iter().product::<i64>(), (Kind::Double, Device::Cpu)) + 1.0;
    let phase: Tensor = 0.37 * j;
    phase.sin().view(shape)
}

/// `2 u - 1` of SplitMix64, number `2^32 tensor + place + 1` of its sequence: the draws of
/// `tests/golden/backbones.py`, in double precision.
pub fn draws(tensor: u64, shape: &[i64]) -> Tensor {
    let draw = |place: u64| {
        let mut z = ((tensor << 32) + place + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^= z >> 31;
        2.0 * ((z >> 11) as f64 * 2f64.powi(-53)) - 1.0
    };
    let values: Vec<f64> = (0..shape.iter().product::<i64>() as u64).map(draw).collect();
    Tensor::from_slice(&values).view(shape)
}

/// Fill the parameters and running statistics of a backbone by `tests/golden/backbones.py`.
pub fn fill_drawn(variables: impl IntoIterator<Item = (String, Tensor)>) {
    let mut variables: Vec<(String, Tensor)> = variables.into_iter().collect();
    variables.sort_by(|a, b| a.0.cmp(&b.0));
    for (i, (name, variable)) in variables.iter_mut().enumerate() {
        let size = variable.size();
        let s = draws(i as u64, &size);
        let values = match (size.len(), name.rsplit('.').next()) {
            (4, _) => 2.0 * s / ((size[1] * size[2] * size[3]) as f64).sqrt(),
            (_, Some("weight")) => 1.0 + 0.1 * s,
            (_, Some("bias" | "running_mean")) => 0.1 * s,
            (_, Some("running_var")) => 1.0 + 0.2 * s.square(),
            other => panic!("no rule for {name}: {other:?}"),
        };
        tch::no_grad(|| variable.copy_(&values));
    }
}

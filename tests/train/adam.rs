//! The optimiser against libtorch's own, bit by bit.

use std::collections::BTreeMap;

use qpnet_lib::train::{Adam, AdamSettings};
use tch::nn::{self, OptimizerConfig};
use tch::{Device, Kind, Tensor};

/// Lengths that leave every remainder that vector instructions can.
const SHAPES: [&[i64]; 9] =
    [&[], &[1], &[3], &[7, 5], &[31], &[16, 3, 3, 3], &[33, 9], &[4096], &[61, 67, 11]];
const STEPS: usize = 12;

fn variables(kind: Kind) -> nn::VarStore {
    let mut vs = nn::VarStore::new(Device::Cpu);
    vs.set_kind(kind);
    for (number, shape) in SHAPES.iter().enumerate() {
        // Not drawn: tests run beside each other, and libtorch's generator is one for all of them.
        let place = Tensor::arange(shape.iter().product::<i64>(), (Kind::Double, Device::Cpu));
        let start = (place * 1.7 + number as f64).sin().view(*shape).to_kind(kind);
        let _ = vs.root().var_copy(&format!("w{number}"), &start);
    }
    vs
}

/// A loss whose gradient is `g` for each parameter that `has` one in this step.
fn loss(vs: &nn::VarStore, step: usize, has: &dyn Fn(usize, usize) -> bool) -> Tensor {
    let mut total = Tensor::zeros([], (Kind::Double, Device::Cpu));
    for number in (0..SHAPES.len()).filter(|&number| has(number, step)) {
        let variable = &vs.variables()[&format!("w{number}")];
        let steps = (step * 31 + number) as f64;
        let factor =
            (Tensor::arange(variable.numel() as i64, (Kind::Double, Device::Cpu)) * 0.37 + steps).sin();
        let factor = factor.view_as(variable).to_kind(variable.kind());
        total += (factor * (variable.square() + variable)).sum(Kind::Double);
    }
    total
}

fn same(a: &nn::VarStore, b: &nn::VarStore, what: &str) {
    let theirs = b.variables();
    for (name, variable) in a.variables() {
        assert!(variable.equal(&theirs[&name]), "{what}: {name}");
    }
}

/// Train two equal sets of variables, one by each optimiser.
fn compare(kind: Kind, settings: AdamSettings, what: &str, has: &dyn Fn(usize, usize) -> bool) {
    let (ours, theirs) = (variables(kind), variables(kind));
    let mut adam = Adam::new(&ours, settings, 0.0).expect("optimiser");
    let AdamSettings { beta1, beta2, weight_decay: wd, .. } = settings;
    let mut libtorch =
        nn::Adam { beta1, beta2, wd, ..nn::Adam::default() }.build(&theirs, 0.0).expect("optimiser");
    for step in 0..STEPS {
        let rate = 1e-3 * 0.5f64.powi(step as i32 / 4);
        adam.set_rate(rate);
        libtorch.set_lr(rate);
        libtorch.backward_step(&loss(&theirs, step, has));
        adam.zero_grad();
        loss(&ours, step, has).backward();
        let gradients = adam.gradients();
        assert!(gradients.are_finite());
        adam.step(&gradients);
        same(&ours, &theirs, &format!("{what}, step {step}"));
    }
    let moved = variables(kind);
    assert!(ours.variables().iter().any(|(name, now)| !now.equal(&moved.variables()[name])));
}

fn decayed() -> AdamSettings {
    AdamSettings { weight_decay: 1e-2, ..AdamSettings::default() }
}

#[test]
fn the_bits_are_those_of_libtorch() {
    for kind in [Kind::Float, Kind::Double] {
        let usual = AdamSettings::default();
        // The last are those of the paper's public code.
        for settings in [usual, decayed(), AdamSettings { beta2: 0.99, weight_decay: 0.03, ..usual }] {
            compare(kind, settings, &format!("{kind:?}, {settings:?}"), &|_, _| true);
        }
    }
}

#[test]
fn parameters_without_a_gradient_are_left_alone_and_do_not_count_the_step() {
    // A head that is never trained, and one whose term is absent from some batches.
    let has = |number: usize, step: usize| number != 3 && (number != 5 || step % 3 != 1);
    compare(Kind::Float, AdamSettings::default(), "absent gradients", &has);
    compare(Kind::Float, decayed(), "absent gradients and decay", &has);
}

#[test]
fn what_is_kept_goes_on_with_the_same_bits() {
    let has = |number: usize, step: usize| number != 5 || step % 3 != 1;
    let (whole, broken) = (variables(Kind::Float), variables(Kind::Float));
    let mut one = Adam::new(&whole, AdamSettings::default(), 1e-3).expect("optimiser");
    let mut other = Adam::new(&broken, AdamSettings::default(), 1e-3).expect("optimiser");
    for step in 0..STEPS {
        for (adam, vs) in [(&mut one, &whole), (&mut other, &broken)] {
            adam.zero_grad();
            loss(vs, step, &has).backward();
            adam.step(&adam.gradients());
        }
        let kept: BTreeMap<String, Tensor> = other.state().into_iter().collect();
        other = Adam::new(&broken, AdamSettings::default(), 1e-3).expect("optimiser");
        other.restore(&kept).expect("restored");
        same(&whole, &broken, &format!("step {step}"));
    }
    let mut kept: BTreeMap<String, Tensor> = other.state().into_iter().collect();
    kept.insert("first.w3".into(), Tensor::zeros([5, 7], (Kind::Float, Device::Cpu)));
    let error = other.restore(&kept).expect_err("shape").to_string();
    assert!(error.contains("first.w3 must be a tensor of shape [7, 5], got shape [5, 7]"), "{error}");
    kept.remove("second.w0");
    assert!(other.restore(&kept).expect_err("missing").to_string().contains("second.w0"));
}

#[test]
fn a_gradient_that_is_not_finite_is_seen() {
    let vs = variables(Kind::Float);
    let mut adam = Adam::new(&vs, AdamSettings::default(), 1e-3).expect("optimiser");
    assert!(adam.gradients().are_finite(), "there is none");
    for (factor, finite) in [(1.0, true), (f64::INFINITY, false), (f64::NAN, false)] {
        adam.zero_grad();
        (vs.variables()["w4"].sum(Kind::Float) * factor).backward();
        assert_eq!(adam.gradients().are_finite(), finite, "{factor}");
    }
}

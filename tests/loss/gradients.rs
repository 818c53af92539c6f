//! Gradients of every loss against central differences, in double precision.
//!
//! What a loss detaches (a bandwidth, GroupDRO's weights) is held fixed in the difference too.

use qpnet_lib::loss::{
    Estimator, GroupWeights, Kernel, Task, UNKNOWN, adaptive_delta, adaptive_delta_se, bss, class_loss,
    coral, dwb_loss, dwb_weights, flsd53_loss, focal_loss, group_dro, mmd, reverse_gradient, reweighted,
    sample_loss, subgroup_loss, uncertainty_weighted,
};
use tch::{Kind, Tensor};

/// Half the width of a difference.
const STEP: f64 = 1e-5;
/// Its error: `STEP^2` times a third derivative, and rounding of 1e-16 / STEP.
const TOLERANCE: f64 = 2e-8;

/// Numbers without a pattern, `scale * sin(t + 0.3 t^2)`.
fn wild(shape: &[i64], seed: f64, scale: f64) -> Tensor {
    let t = Tensor::arange(shape.iter().product::<i64>(), tch::kind::DOUBLE_CPU) + seed;
    let phase: Tensor = &t + 0.3 * t.square();
    (scale * phase.sin()).view(shape)
}

/// `L(x + h e_i) - L(x - h e_i)` over `2 h`, for every entry.
fn differences(x: &Tensor, loss: &dyn Fn(&Tensor) -> Tensor) -> Tensor {
    let flat = x.detach().view([-1]);
    let moved = |i: i64, by: f64| {
        let other = flat.copy();
        let _ = other.get(i).g_add_scalar_(by); // a view of one entry
        loss(&other.view_as(x)).double_value(&[])
    };
    let slopes: Vec<f64> =
        (0..flat.size()[0]).map(|i| (moved(i, STEP) - moved(i, -STEP)) / (2.0 * STEP)).collect();
    Tensor::from_slice(&slopes).view_as(x)
}

fn gradient(x: &Tensor, loss: &dyn Fn(&Tensor) -> Tensor) -> Tensor {
    let x = x.detach().copy().set_requires_grad(true);
    loss(&x).backward();
    x.grad()
}

fn assert_same(what: &str, got: &Tensor, expected: &Tensor) {
    let worst = (got - expected).abs().max().double_value(&[]);
    assert!(worst < TOLERANCE, "{what}: off by {worst:e}\ngot {got}\nexpected {expected}");
    assert!(expected.abs().max().double_value(&[]) > 1e-4, "{what}: a gradient of zero proves nothing");
}

fn check(what: &str, x: &Tensor, loss: &dyn Fn(&Tensor) -> Tensor) {
    assert_same(what, &gradient(x, loss), &differences(x, loss));
}

fn subgroup() -> Tensor {
    Tensor::from_slice(&[0i64, 1, 0, 0, 1, 0])
}

/// Six samples: logits, labels, task; of findings one is unknown.
fn tasks() -> [(Tensor, Tensor, Task); 2] {
    let classes = Tensor::from_slice(&[2i64, 0, 1, 1, 2, 0]);
    let u = f64::from(UNKNOWN);
    let findings = [1.0, 0.0, u, 0.0, 1.0, 1.0, 1.0, 1.0, 0.0, 0.0, 0.0, 0.0, 1.0, u, u, 0.0, 1.0, 0.0];
    let findings = Tensor::from_slice(&findings).view([6, 3]);
    [
        (wild(&[6, 3], 1.0, 1.8), classes, Task::SingleLabel),
        (wild(&[6, 3], 2.0, 1.8), findings, Task::MultiLabel),
    ]
}

#[test]
fn class_losses() {
    for (logits, labels, task) in tasks() {
        for delta in [0.0, 0.3, 0.5, 1.0] {
            check(&format!("class loss {task:?} {delta}"), &logits, &|x| {
                class_loss(x, &labels, &subgroup(), delta, task).total
            });
        }
        check(&format!("sample loss {task:?}"), &logits, &|x| {
            sample_loss(x, &labels, task).square().sum(Kind::Double)
        });
    }
}

#[test]
fn focal_losses() {
    for (logits, labels, task) in tasks() {
        for gamma in [0.0, 1.0, 2.5, 3.0] {
            check(&format!("focal {gamma} {task:?}"), &logits, &|x| {
                focal_loss(x, &labels, gamma, task).sum(Kind::Double)
            });
        }
        check(&format!("FLSD-53 {task:?}"), &logits, &|x| flsd53_loss(x, &labels, task).sum(Kind::Double));
    }
}

#[test]
fn dynamically_weighted_balanced_loss() {
    for (logits, labels, task) in tasks() {
        let weights = match task {
            Task::SingleLabel => Tensor::from_slice(&dwb_weights(&[50, 9, 20])),
            Task::MultiLabel => {
                let pairs = [[50, 9], [3, 30], [7, 7]].map(|pair| dwb_weights(&pair)).concat();
                Tensor::from_slice(&pairs).view([3, 2])
            }
        };
        check(&format!("DWB {task:?}"), &logits, &|x| dwb_loss(x, &labels, &weights, task).sum(Kind::Double));
    }
}

#[test]
fn weightings_of_losses() {
    let losses = wild(&[6], 3.0, 1.0).abs() + 0.1;
    let weights = wild(&[6], 4.0, 1.0).abs();
    check("re-weighting", &losses, &|x| reweighted(x, &weights));
    let (means, s) = (losses.narrow(0, 0, 3), wild(&[3], 5.0, 0.8));
    let present = Tensor::ones([3], tch::kind::DOUBLE_CPU);
    check("uncertainty, losses", &means, &|x| uncertainty_weighted(x, &s, &present));
    check("uncertainty, log-variances", &s, &|x| uncertainty_weighted(&means, x, &present));
    // The weights are updated before they weigh, and are then constants.
    let q = Tensor::from_slice(&[0.3f64, 0.7]);
    let GroupWeights { q: updated, .. } = group_dro(&losses, &subgroup(), &q, 0.5);
    let fixed = |x: &Tensor| {
        let of = |g: i64| x.index_select(0, &subgroup().eq(g).nonzero().view([-1])).mean(Kind::Double);
        updated.get(0) * of(0) + updated.get(1) * of(1)
    };
    let got = gradient(&losses, &|x| group_dro(x, &subgroup(), &q, 0.5).total);
    assert_same("GroupDRO", &got, &differences(&losses, &fixed));
}

#[test]
fn subgroup_classifier_and_its_reversal() {
    let logits = wild(&[6, 1], 6.0, 1.5);
    for balanced in [false, true] {
        check("subgroup loss", &logits, &|x| subgroup_loss(x, &subgroup(), balanced));
    }
    // The value of a reversed tensor is its own; its gradient is not that of the value.
    let z = wild(&[6, 4], 7.0, 1.0);
    let head = wild(&[1, 4], 8.0, 1.0);
    let loss = |z: &Tensor| subgroup_loss(&z.linear(&head, None::<&Tensor>), &subgroup(), true);
    for lambda in [0.1, 1.0, 2.0] {
        let reversed = gradient(&z, &|x| loss(&reverse_gradient(x, lambda)));
        let expected: Tensor = -lambda * differences(&z, &loss);
        assert_same("reversal", &reversed, &expected);
    }
}

/// The two subgroups' features in one tensor: five rows and four.
fn features() -> Tensor {
    Tensor::cat(&[wild(&[5, 3], 9.0, 0.9), wild(&[4, 3], 10.0, 0.9) + 0.4], 0)
}

fn halves(z: &Tensor) -> (Tensor, Tensor) {
    (z.narrow(0, 0, 5), z.narrow(0, 5, 4))
}

#[test]
fn discrepancy_of_every_kernel_and_estimator() {
    for estimator in [Estimator::Biased, Estimator::Unbiased] {
        let of = |z: &Tensor, kernel: Kernel| {
            let (domi, less) = halves(z);
            mmd(&domi, &less, kernel, estimator).loss
        };
        for kernel in [Kernel::Unit, Kernel::Fixed { bandwidth: 2.5 }] {
            check(&format!("{kernel:?} {estimator:?}"), &features(), &|z| of(z, kernel));
        }
        // Data-driven bandwidths are measured once and held.
        let z = features();
        let distances = (z.unsqueeze(1) - z.unsqueeze(0)).square().sum_dim_intlist(-1, false, Kind::Double);
        let mean = distances.sum(Kind::Double).double_value(&[]) / (9.0 * 8.0);
        let five = |x: &Tensor| {
            let one = |i: i32| of(x, Kernel::Fixed { bandwidth: mean * 2f64.powi(i) });
            (-1..=2).fold(one(-2), |sum, i| sum + one(i))
        };
        assert_same("mean heuristic", &gradient(&z, &|x| of(x, Kernel::default())), &differences(&z, &five));
        let upper = Tensor::ones([9, 9], (Kind::Bool, tch::Device::Cpu)).triu(1);
        let median = distances.masked_select(&upper).median().double_value(&[]);
        let one = |x: &Tensor| of(x, Kernel::Fixed { bandwidth: median });
        assert_same("median", &gradient(&z, &|x| of(x, Kernel::Median)), &differences(&z, &one));
    }
}

#[test]
fn spectrum_and_covariances() {
    for k in 1..=3 {
        check(&format!("BSS {k}"), &features(), &|z| bss(z, k));
    }
    check("CORAL", &features(), &|z| {
        let (domi, less) = halves(z);
        coral(&domi, &less)
    });
}

#[test]
fn the_standard_error_of_delta_is_its_slope() {
    for (now, anchor) in [(0.80, 0.83), (0.9, 0.9), (0.7, 0.6)] {
        let at = |a: f64| adaptive_delta(a, anchor, 0.05);
        let slope = (at(now + STEP) - at(now - STEP)) / (2.0 * STEP);
        let expected = -adaptive_delta_se(at(now), 1.0, 0.05);
        assert!((slope - expected).abs() < 1e-5, "{slope} {expected}");
    }
}

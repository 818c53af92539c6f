//! What every loss keeps under permutations, translations, rotations and scalings.

use proptest::prelude::*;
use qpnet_lib::loss::{
    Estimator, Kernel, Task, adaptive_delta, bss, class_loss, coral, dwb_loss, dwb_weights, flsd53_loss,
    focal_loss, group_dro, inverse_frequency, mmd, ramp, reverse_gradient, reweighted, sample_loss,
    subgroup_accuracy, subgroup_loss, uncertainty_weighted,
};
use tch::{Kind, Tensor};

/// Sums of a few dozen terms of size 10 in double precision.
const TOLERANCE: f64 = 1e-10;

fn same(a: &Tensor, b: &Tensor) -> Result<(), TestCaseError> {
    let worst = (a - b).abs().max().double_value(&[]);
    let size = 1.0 + b.abs().max().double_value(&[]);
    prop_assert!(worst <= TOLERANCE * size, "off by {:e}: {} and {}", worst, a, b);
    Ok(())
}

/// Logits, labels of three classes, subgroups and an order of the samples.
#[derive(Debug)]
struct Batch {
    logits: Tensor,
    labels: Tensor,
    subgroup: Tensor,
    order: Tensor,
}

impl Batch {
    fn permuted(&self) -> Self {
        let by = |t: &Tensor| t.index_select(0, &self.order);
        let (logits, labels, subgroup) = (by(&self.logits), by(&self.labels), by(&self.subgroup));
        Self { logits, labels, subgroup, order: self.order.shallow_clone() }
    }
}

fn batches() -> impl Strategy<Value = Batch> {
    let sample = (proptest::array::uniform3(-4.0..4.0f64), 0i64..3, 0i64..2);
    let samples = proptest::collection::vec(sample, 1..12);
    let with_order =
        samples.prop_flat_map(|s| (Just((0..s.len() as i64).collect::<Vec<_>>()).prop_shuffle(), Just(s)));
    with_order.prop_map(|(order, samples)| {
        let logits: Vec<f64> = samples.iter().flat_map(|(logits, _, _)| *logits).collect();
        Batch {
            logits: Tensor::from_slice(&logits).view([-1, 3]),
            labels: Tensor::from_slice(&samples.iter().map(|s| s.1).collect::<Vec<_>>()),
            subgroup: Tensor::from_slice(&samples.iter().map(|s| s.2).collect::<Vec<_>>()),
            order: Tensor::from_slice(&order),
        }
    })
}

/// Features of two subgroups, 2 to 6 rows of 3.
fn features() -> impl Strategy<Value = (Tensor, Tensor)> {
    let rows = || proptest::collection::vec(proptest::array::uniform3(-3.0..3.0f64), 2..7);
    (rows(), rows()).prop_map(|(a, b)| {
        let of = |rows: Vec<[f64; 3]>| Tensor::from_slice(&rows.concat()).view([-1, 3]);
        (of(a), of(b))
    })
}

/// A rotation by Rodrigues' formula.
fn rotation(axis: [f64; 3], angle: f64) -> Tensor {
    let norm = axis.iter().map(|x| x * x).sum::<f64>().sqrt();
    let [x, y, z] = axis.map(|a| a / norm);
    let cross = Tensor::from_slice(&[0.0, -z, y, z, 0.0, -x, -y, x, 0.0]).view([3, 3]);
    Tensor::eye(3, tch::kind::DOUBLE_CPU) + angle.sin() * &cross + (1.0 - angle.cos()) * cross.matmul(&cross)
}

const KERNELS: [Kernel; 4] = [
    Kernel::Unit,
    Kernel::MeanHeuristic { mul: 2.0, num: 5 },
    Kernel::Median,
    Kernel::Fixed { bandwidth: 4.0 },
];
const ESTIMATORS: [Estimator; 2] = [Estimator::Biased, Estimator::Unbiased];

fn turned(z: &Tensor) -> Tensor {
    z.flip([0])
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn the_order_of_samples_does_not_matter(batch in batches(), delta in 0.0..=1.0f64) {
        let other = batch.permuted();
        let weights = Tensor::from_slice(&dwb_weights(&[40, 3, 12]));
        let per_sample: [fn(&Batch, &Tensor) -> Tensor; 4] = [
            |b, _| sample_loss(&b.logits, &b.labels, Task::SingleLabel),
            |b, _| focal_loss(&b.logits, &b.labels, 3.0, Task::SingleLabel),
            |b, _| flsd53_loss(&b.logits, &b.labels, Task::SingleLabel),
            |b, weights| dwb_loss(&b.logits, &b.labels, weights, Task::SingleLabel),
        ];
        for loss in per_sample {
            same(&loss(&batch, &weights).index_select(0, &batch.order), &loss(&other, &weights))?;
        }
        let q = Tensor::from_slice(&[0.4, 0.6]);
        let of = |b: &Batch| {
            let losses = sample_loss(&b.logits, &b.labels, Task::SingleLabel);
            let logit = b.logits.narrow(1, 0, 1);
            let of_samples = b.labels.to_kind(Kind::Double) + 0.5;
            [
                reweighted(&losses, &of_samples),
                uncertainty_weighted(&losses, &(&of_samples - 1.0), &losses.ones_like()),
                class_loss(&b.logits, &b.labels, &b.subgroup, delta, Task::SingleLabel).total,
                subgroup_loss(&logit, &b.subgroup, true),
                subgroup_accuracy(&logit, &b.subgroup).to_kind(Kind::Double),
                group_dro(&losses, &b.subgroup, &q, 0.1).total,
            ]
        };
        for (a, b) in of(&batch).iter().zip(&of(&other)) {
            same(a, b)?;
        }
    }

    #[test]
    fn a_constant_added_to_all_logits_of_a_sample_changes_nothing(batch in batches(), by in -50.0..50.0f64) {
        let weights = Tensor::from_slice(&dwb_weights(&[40, 3, 12]));
        let of = |logits: &Tensor| [
            sample_loss(logits, &batch.labels, Task::SingleLabel),
            focal_loss(logits, &batch.labels, 3.0, Task::SingleLabel),
            dwb_loss(logits, &batch.labels, &weights, Task::SingleLabel),
        ];
        for (a, b) in of(&batch.logits).iter().zip(&of(&(&batch.logits + by))) {
            same(a, b)?;
        }
    }

    #[test]
    fn focal_losses_are_ordered(batch in batches()) {
        let focal = |gamma| focal_loss(&batch.logits, &batch.labels, gamma, Task::SingleLabel);
        let plain = sample_loss(&batch.logits, &batch.labels, Task::SingleLabel);
        same(&focal(0.0), &plain)?;
        let flsd = flsd53_loss(&batch.logits, &batch.labels, Task::SingleLabel);
        let above = |a: &Tensor, b: &Tensor| (a - b).min().double_value(&[]) >= -1e-12;
        prop_assert!(above(&plain, &focal(3.0)) && above(&focal(3.0), &flsd) && above(&flsd, &focal(5.0)));
        prop_assert!(above(&focal(5.0), &focal(5.0).zeros_like()));
    }

    #[test]
    fn dwb_is_cross_entropy_less_the_variance_where_classes_are_equal(batch in batches(), n in 1usize..99) {
        let equal = Tensor::from_slice(&dwb_weights(&[n; 3]));
        let p = batch.logits.softmax(-1, Kind::Double);
        let variance = 1.0 - p.square().sum_dim_intlist(-1, false, Kind::Double);
        let expected = sample_loss(&batch.logits, &batch.labels, Task::SingleLabel) - variance;
        same(&dwb_loss(&batch.logits, &batch.labels, &equal, Task::SingleLabel), &expected)?;
    }

    #[test]
    fn weights_are_shares(counts in proptest::collection::vec(0usize..50, 1..6), scale in 1usize..9) {
        let weights = inverse_frequency(&counts);
        let total: f64 = weights.iter().zip(&counts).map(|(w, &n)| w * n as f64).sum();
        prop_assert!((total - counts.iter().sum::<usize>() as f64).abs() < 1e-9);
        let more: Vec<usize> = counts.iter().map(|n| n * scale).collect();
        for (a, b) in weights.iter().zip(inverse_frequency(&more)) {
            prop_assert!((a - b).abs() < 1e-12);
        }
        for (a, b) in dwb_weights(&counts).into_iter().zip(&counts) {
            prop_assert!(a >= 1.0 && (a > 1.0 || *b == 0 || b == counts.iter().max().expect("one")));
        }
    }

    #[test]
    fn weightings_are_linear_and_uncertainty_moves_with_the_scale(
        losses in proptest::collection::vec(0.01..5.0f64, 4), s in proptest::collection::vec(-2.0..2.0f64, 4),
        scale in 0.1..10.0f64,
    ) {
        let [losses, s] = [losses, s].map(|values| Tensor::from_slice(&values));
        let weights = s.exp();
        same(&reweighted(&(&losses * scale), &weights), &(scale * reweighted(&losses, &weights)))?;
        same(&reweighted(&losses, &losses.ones_like()), &losses.mean(Kind::Double))?;
        // exp(-(s + ln c)) c l = exp(-s) l: four halves of ln c are what is left.
        let present = losses.ones_like();
        let moved = uncertainty_weighted(&(&losses * scale), &(&s + scale.ln()), &present);
        same(&moved, &(uncertainty_weighted(&losses, &s, &present) + 2.0 * scale.ln()))?;
    }

    #[test]
    fn group_weights_sum_to_one_and_prefer_the_worse(
        losses in proptest::collection::vec(0.0..5.0f64, 6), eta in 0.001..2.0f64,
    ) {
        let group = Tensor::from_slice(&[0i64, 1, 0, 1, 0, 1]);
        let half = Tensor::from_slice(&[0.5f64, 0.5]);
        let found = group_dro(&Tensor::from_slice(&losses), &group, &half, eta);
        prop_assert!((found.q.sum(Kind::Double).double_value(&[]) - 1.0).abs() < 1e-12);
        let at = |t: &Tensor, i: i64| t.double_value(&[i]);
        prop_assert_eq!(at(&found.q, 0) >= at(&found.q, 1), at(&found.losses, 0) >= at(&found.losses, 1));
    }

    #[test]
    fn reversals_multiply_and_leave_values_alone((z, w) in features(), a in 0.0..2.0f64, b in 0.0..2.0f64) {
        let rows = z.size()[0].min(w.size()[0]);
        let w = w.narrow(0, 0, rows);
        let z = z.narrow(0, 0, rows).copy().set_requires_grad(true);
        let once = reverse_gradient(&z, a);
        let twice = reverse_gradient(&once, b);
        same(&twice, &z)?;
        let gradient = |reversed: &Tensor, factor: f64| {
            let found = Tensor::run_backward(&[(reversed * &w).sum(Kind::Double)], &[&z], true, false);
            same(&found[0], &(factor * &w))
        };
        gradient(&once, -a)?;
        gradient(&twice, a * b)?;
    }

    #[test]
    fn delta_is_a_falling_share_that_mirrors(gap in -0.3..0.3f64, by in 0.001..0.1f64, sigma in 0.01..0.5f64) {
        let delta = |gap: f64| adaptive_delta(0.7 + gap, 0.7, sigma);
        prop_assert!(delta(gap) > delta(gap + by));
        prop_assert!((delta(gap) + delta(-gap) - 1.0).abs() < 1e-12);
    }

    #[test]
    fn distances_of_features_do_not_see_order_translation_or_rotation(
        (domi, less) in features(), by in proptest::array::uniform3(-5.0..5.0f64),
        axis in proptest::array::uniform3(0.1..1.0f64), angle in -3.0..3.0f64,
    ) {
        let shift = Tensor::from_slice(&by);
        let turn = rotation(axis, angle);
        let losses = |a: &Tensor, b: &Tensor| {
            let mut all: Vec<Tensor> = KERNELS
                .iter()
                .flat_map(|&kernel| ESTIMATORS.map(|estimator| mmd(a, b, kernel, estimator).loss))
                .collect();
            all.push(coral(a, b));
            all
        };
        let plain = losses(&domi, &less);
        for other in [
            losses(&turned(&domi), &turned(&less)),
            losses(&(&domi + &shift), &(&less + &shift)),
            losses(&domi.matmul(&turn), &less.matmul(&turn)),
            losses(&less, &domi),
        ] {
            for (a, b) in plain.iter().zip(&other) {
                same(a, b)?;
            }
        }
        // Covariances do not see where either subgroup is; distances between distributions do.
        same(&coral(&domi, &(&less + &shift)), &coral(&domi, &less))?;
        for kernel in KERNELS {
            let biased = mmd(&domi, &less, kernel, Estimator::Biased).loss.double_value(&[]);
            prop_assert!(biased >= -1e-12, "{:?}: {}", kernel, biased);
        }
        same(&bss(&domi.matmul(&turn), 1), &bss(&domi, 1))?;
        same(&bss(&turned(&domi), 2), &bss(&domi, 2))?;
    }

    #[test]
    fn features_that_grow(z in features(), scale in 0.2..5.0f64) {
        let (domi, less) = z;
        let grown = (&domi * scale, &less * scale);
        same(&coral(&grown.0, &grown.1), &(scale.powi(4) * coral(&domi, &less)))?;
        same(&bss(&grown.0, 2), &(scale.powi(2) * bss(&domi, 2)))?;
        for estimator in ESTIMATORS {
            let of = |kernel, (domi, less): (&Tensor, &Tensor)| mmd(domi, less, kernel, estimator).loss;
            let (old, new) = ((&domi, &less), (&grown.0, &grown.1));
            for kernel in [Kernel::default(), Kernel::Median] {
                same(&of(kernel, new), &of(kernel, old))?;
            }
            let fixed = |bandwidth| Kernel::Fixed { bandwidth };
            same(&of(fixed(3.0 * scale * scale), new), &of(fixed(3.0), old))?;
            same(&of(fixed(1.0), old), &of(Kernel::Unit, old))?;
        }
        // All singular values together are the sum of squares.
        same(&bss(&domi, 99), &domi.square().sum(Kind::Double))?;
        prop_assert!(bss(&domi, 1).double_value(&[]) <= bss(&domi, 2).double_value(&[]) + 1e-12);
    }
}

#[test]
fn golden_numbers_of_the_specification() {
    for (a_domi, expected) in [(0.8, 0.5), (0.75, 0.731_058_6), (0.85, 0.268_941_4), (0.7, 0.880_797_1)] {
        assert!((adaptive_delta(a_domi, 0.8, 0.05) - expected).abs() < 1e-7);
    }
    let diagonal = Tensor::from_slice(&[3.0f64, 2.0, 1.0]).diag(0);
    for (k, expected) in [(1, 1.0), (2, 5.0), (3, 14.0), (9, 14.0)] {
        assert!((bss(&diagonal, k).double_value(&[]) - expected).abs() < 1e-12);
    }
}

#[test]
fn small_cases_by_hand() {
    let close = |got: &Tensor, expected: f64| {
        let got = got.double_value(&[]);
        assert!((got - expected).abs() < 1e-14, "got {got}, expected {expected}");
    };
    let column = |values: &[f64]| Tensor::from_slice(values).view([-1, 1]);
    // Cross-entropy of logits (0, a) for class 0: ln(1 + e^a), here 2 ln 2 and ln 2 against ln 3.
    let logits = Tensor::from_slice(&[0.0, 3f64.ln(), 0.0, 0.0, 0.0, 2f64.ln()]).view([3, 2]);
    let (labels, subgroup) = (Tensor::from_slice(&[0i64; 3]), Tensor::from_slice(&[0i64, 0, 1]));
    for delta in [0.0, 0.25, 1.0] {
        let loss = class_loss(&logits, &labels, &subgroup, delta, Task::SingleLabel);
        close(&loss.dominant, 1.5 * 2f64.ln());
        close(&loss.less_prevalent, 3f64.ln());
        close(&loss.total, delta * 1.5 * 2f64.ln() + (1.0 - delta) * 3f64.ln());
    }
    // Logit ln 3 speaks for less-prevalent with 3/4: -ln(1/4) twice, -ln(3/4) once; weights 3/4 and 3/2.
    let a = Tensor::from_slice(&[3f64.ln(); 3]);
    close(&subgroup_loss(&a, &subgroup, false), (2.0 * 4f64.ln() + (4.0 / 3f64).ln()) / 3.0);
    close(&subgroup_loss(&a, &subgroup, true), (2.0 * 0.75 * 4f64.ln() + 1.5 * (4.0 / 3f64).ln()) / 3.0);
    close(&subgroup_accuracy(&a, &subgroup).to_kind(Kind::Double), 0.5);
    // The derivative of z^2 / 2 at 3 is 3, reversed by 0.1 it is -0.3; the value stays 4.5.
    let z = Tensor::from(3.0f64).set_requires_grad(true);
    let half_square: Tensor = reverse_gradient(&z, 0.1).square() / 2.0;
    close(&half_square, 4.5);
    half_square.backward();
    close(&z.grad(), -0.3);
    // Points 0, 1 against 2: squared distances 1 within, 4 and 1 between.
    let e = |x: f64| (-x).exp();
    let (domi, less) = (column(&[0.0, 1.0]), column(&[2.0]));
    let of = |kernel| mmd(&domi, &less, kernel, Estimator::Biased).loss;
    let by_hand = |h: f64| (2.0 + 2.0 * e(1.0 / h)) / 4.0 - (e(4.0 / h) + e(1.0 / h)) + 1.0;
    close(&of(Kernel::Unit), by_hand(1.0));
    close(&of(Kernel::Fixed { bandwidth: 3.0 }), by_hand(3.0));
    close(&of(Kernel::Median), by_hand(1.0)); // of 1, 1, 4
    let mean = 2.0;
    let sum: f64 = (-2..=2).map(|i| by_hand(mean * 2f64.powi(i))).sum();
    close(&of(Kernel::default()), sum);
    // Points 0, 1 against 2, 3, the diagonal left out.
    let unbiased = mmd(&domi, &column(&[2.0, 3.0]), Kernel::Unit, Estimator::Unbiased).loss;
    close(&unbiased, 2.0 * e(1.0) - 2.0 * (2.0 * e(4.0) + e(9.0) + e(1.0)) / 4.0);
    // Equal samples: the unbiased estimate is negative, as its documentation says.
    let equal = mmd(&domi, &domi, Kernel::Unit, Estimator::Unbiased).loss;
    close(&equal, 2.0 * e(1.0) - (1.0 + e(1.0)));
    assert!(equal.double_value(&[]) < 0.0);
    assert_eq!(ramp(0.0), 0.0);
    assert!((ramp(1.0) - (5f64).tanh()).abs() < 1e-15 && (ramp(0.1) - (0.5f64).tanh()).abs() < 1e-15);
}

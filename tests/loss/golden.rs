//! Every loss against an independent PyTorch computation: value and gradient, in both precisions.

use crate::loss_pairs::LOSSES;
use crate::pairs::{Pair, Part};
use crate::support::{assert_close, assert_number, golden, leaf, list, number};
use qpnet_lib::loss::{Estimator, Kernel, Search, bss, mmd};
use tch::{Kind, Tensor};

/// In double precision two libtorchs round in another order.
const DOUBLE: [f64; 2] = [1e-12, 1e-10];
/// Vectors of small singular values turn with the rounding of the larger ones.
const SPECTRAL: [f64; 2] = [1e-10, 1e-9];
/// In single precision, against the values of double precision.
const SINGLE: [f64; 2] = [1e-5, 1e-4];

#[test]
fn every_loss_and_its_gradient_in_both_precisions() {
    let file = golden("losses.json");
    for (loss, pairs) in LOSSES {
        for kind in [Kind::Double, Kind::Float] {
            let found: Vec<Pair> = pairs(&file, kind);
            for pair in &found {
                let [absolute, relative] = match (kind, pair.part) {
                    (Kind::Float, _) => SINGLE,
                    (_, Part::Gradient) if loss.starts_with("BSS") => SPECTRAL,
                    _ => DOUBLE,
                };
                pair.assert_within(&format!("{loss} {kind:?}"), absolute, relative);
            }
            let gradients = found.iter().filter(|pair| pair.part == Part::Gradient).count();
            if loss.starts_with("adaptive delta") {
                assert_eq!((found.is_empty(), gradients), (kind == Kind::Float, 0));
                continue;
            }
            let enough = if loss.starts_with("MMD") { 2 * 48 } else { 2 };
            assert!(gradients >= enough && found.len() >= 2 * gradients.min(enough), "{loss}: {gradients}");
        }
    }
}

#[test]
fn the_papers_kernel_is_dead_in_a_hundred_dimensions() {
    let file = golden("losses.json");
    let case = &file["mmd_dead_kernel"];
    let [n, m, width] = ["n_domi", "n_less", "width"].map(|key| number(&case[key]) as i64);
    let [amplitude, quadratic] = ["amplitude", "quadratic"].map(|key| number(&case[key]));
    let t = Tensor::arange((n + m) * width, (Kind::Double, tch::Device::Cpu)) + 1.0;
    let z = amplitude * (&t + quadratic * &t * &t).sin();
    let z = z.view([n + m, width]);
    for shift in list(&case["shifts"]) {
        let domi = z.narrow(0, 0, n).copy().set_requires_grad(true);
        let less = (z.narrow(0, n, m) + number(&shift["shift"])).set_requires_grad(true);
        let unit = mmd(&domi, &less, Kernel::Unit, Estimator::Biased);
        assert_eq!(unit.loss.double_value(&[]), 0.140625, "1/64 + 1/8 whatever the shift");
        assert_eq!(unit.mean_kernel.double_value(&[]), 0.0);
        unit.loss.backward();
        assert_eq!(domi.grad().abs().max().double_value(&[]), 0.0);
        let alive = mmd(&domi, &less, Kernel::default(), Estimator::Biased);
        assert_close("mean heuristic", &alive.loss, &shift["mean_heuristic_value"], 1e-10, 1e-9);
    }
}

#[test]
fn the_gradient_of_bss_is_finite_and_as_long_as_it_should_be() {
    let file = golden("losses.json");
    for case in list(&file["bss"]) {
        for result in list(&case["by_k"]) {
            let what = format!("{} k {}", case["name"], result["k"]);
            let z = leaf(&case["z"]);
            bss(&z, number(&result["k"]) as i64).backward();
            let gradient = z.grad();
            assert_eq!(gradient.isfinite().all().int64_value(&[]), 1, "{what}: gradient");
            assert_number(&what, gradient.norm().double_value(&[]), &result["grad_norm"], 1e-6, 1e-9);
        }
    }
}

#[test]
fn the_search_of_minimax_fairness_is_that_of_numpy() {
    let file = golden("frontier.json");
    for case in file["search"].as_array().expect("cases") {
        let pairs = |key: &str| -> Vec<[f64; 2]> {
            let list = case[key].as_array().expect("pairs");
            list.iter().map(|pair| [number(&pair[0]), number(&pair[1])]).collect()
        };
        let mut search = Search::new();
        for (risks, expected) in pairs("risks").into_iter().zip(pairs("weights")) {
            search = search.next(risks, number(&case["alpha"]));
            assert!(
                (0..2).all(|g| (search.weights[g] - expected[g]).abs() < 1e-12),
                "{search:?} {expected:?}"
            );
        }
    }
}

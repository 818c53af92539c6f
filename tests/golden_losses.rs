//! Every loss against an independent PyTorch computation: value and gradient, in f64.

mod support;

use qpnet_lib::loss::{
    Estimator, GroupWeights, Kernel, Task, adaptive_delta, bss, class_loss, coral, dwb_loss, dwb_weights,
    flsd53_loss, focal_loss, group_dro, inverse_frequency, mmd, ramp, reverse_gradient, reweighted,
    sample_loss, subgroup_loss, uncertainty_weighted,
};
use serde_json::Value;
use support::{assert_close, assert_number, golden, integers, leaf, list, number, tensor, text};
use tch::{Kind, Tensor};

const ABSOLUTE: f64 = 1e-12;
const RELATIVE: f64 = 1e-10;

fn close(what: &str, got: &Tensor, expected: &Value) {
    assert_close(what, got, expected, ABSOLUTE, RELATIVE);
}

#[test]
fn class_loss_and_its_gradient() {
    let file = golden("losses.json");
    for case in list(&file["class_loss"]) {
        let name = text(&case["name"]);
        let (task, targets) = match text(&case["kind"]) {
            "single_label" => (Task::SingleLabel, integers(&case["targets"])),
            _ => (Task::MultiLabel, tensor(&case["targets"])),
        };
        let subgroup = integers(&case["subgroup"]);
        close(name, &sample_loss(&tensor(&case["logits"]), &targets, task), &case["per_sample"]);
        for by_delta in list(&case["by_delta"]) {
            let logits = leaf(&case["logits"]);
            let delta = number(&by_delta["delta"]);
            let loss = class_loss(&logits, &targets, &subgroup, delta, task);
            let what = format!("{name}, delta {delta}");
            close(&what, &loss.total, &by_delta["value"]);
            for (part, expected) in [(&loss.dominant, "mean_domi"), (&loss.less_prevalent, "mean_less")] {
                match &case[expected] {
                    Value::Null => assert_eq!(part.double_value(&[]), 0.0),
                    value => close(&what, part, value),
                }
            }
            loss.total.backward();
            close(&what, &logits.grad(), &by_delta["grad"]);
        }
    }
}

#[test]
fn delta_and_ramp() {
    let file = golden("losses.json");
    for case in list(&file["delta"]) {
        let [a_domi, a_mix, sigma] = ["a_domi", "a_mix", "sigma"].map(|key| number(&case[key]));
        let got = adaptive_delta(a_domi, a_mix, sigma);
        assert_number("delta", got, &case["delta"], 1e-15, 1e-12);
    }
    for case in list(&file["ramp"]) {
        assert_number("ramp", ramp(number(&case["p"])), &case["value"], 1e-15, 1e-12);
    }
}

#[test]
fn adversarial_term() {
    let file = golden("losses.json");
    for case in list(&file["adversarial"]) {
        let subgroup = integers(&case["subgroup"]);
        for (key, balanced) in [("unweighted", false), ("balanced", true)] {
            if case[key].is_null() {
                continue; // undefined there: a subgroup is absent
            }
            let logits = leaf(&case["logits"]);
            let loss = subgroup_loss(&logits, &subgroup, balanced);
            close(text(&case["name"]), &loss, &case[key]["value"]);
            loss.backward();
            close(text(&case["name"]), &logits.grad(), &case[key]["grad"]);
        }
    }
}

#[test]
fn gradient_reversal_flips_the_features_gradient_only() {
    let file = golden("losses.json");
    for case in list(&file["gradient_reversal"]) {
        let name = text(&case["name"]);
        let [z, weight, bias] = ["z", "weight", "bias"].map(|key| leaf(&case[key]));
        let reversed = reverse_gradient(&z, number(&case["l"]));
        if !case["grl"].is_null() {
            close(name, &reversed, &case["grl"]);
        }
        let logits = reversed.linear(&weight, Some(&bias));
        let loss = subgroup_loss(&logits, &integers(&case["subgroup"]), false);
        close(name, &loss, &case["loss"]);
        loss.backward();
        for (leaf, key) in [(&z, "grad_z"), (&weight, "grad_weight"), (&bias, "grad_bias")] {
            close(name, &leaf.grad(), &case[key]);
        }
    }
}

fn kernel(value: &Value) -> Kernel {
    match text(&value["name"]) {
        "Unit" => Kernel::Unit,
        "Median" => Kernel::Median,
        "Fixed" => Kernel::Fixed { bandwidth: number(&value["bandwidth"]) },
        "MeanHeuristic" => {
            Kernel::MeanHeuristic { mul: number(&value["mul"]), num: number(&value["num"]) as u32 }
        }
        other => panic!("unknown kernel {other}"),
    }
}

#[test]
fn mmd_of_four_kernels_and_two_estimators() {
    let file = golden("losses.json");
    let mut compared = 0;
    for case in list(&file["mmd"]) {
        for result in list(&case["results"]) {
            let estimator = match text(&result["estimator"]) {
                "Biased" => Estimator::Biased,
                _ => Estimator::Unbiased,
            };
            let what = format!("{} {} {estimator:?}", case["name"], result["kernel"]);
            let (domi, less) = (leaf(&case["domi"]), leaf(&case["less"]));
            let got = mmd(&domi, &less, kernel(&result["kernel"]), estimator);
            if result["value"].is_null() {
                // Undefined for one sample: the term is then absent, not wrong.
                assert_eq!(got.loss.double_value(&[]), 0.0, "{what}");
                continue;
            }
            close(&what, &got.loss, &result["value"]);
            close(&what, &got.mean_kernel, &result["mean_off_diagonal_kernel"]);
            got.loss.backward();
            close(&what, &domi.grad(), &result["grad_domi"]);
            close(&what, &less.grad(), &result["grad_less"]);
            compared += 1;
        }
    }
    assert!(compared >= 48, "only {compared} results were compared");
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
fn batch_spectral_shrinkage() {
    let file = golden("losses.json");
    for case in list(&file["bss"]) {
        for result in list(&case["by_k"]) {
            let what = format!("{} k {}", case["name"], result["k"]);
            let z = leaf(&case["z"]);
            let loss = bss(&z, number(&result["k"]) as i64);
            assert_close(&what, &loss, &result["value"], ABSOLUTE, RELATIVE);
            loss.backward();
            let gradient = z.grad();
            assert_eq!(gradient.isfinite().all().int64_value(&[]), 1, "{what}: gradient");
            assert_number(&what, gradient.norm().double_value(&[]), &result["grad_norm"], 1e-6, 1e-9);
            if !result["grad"].is_null() {
                assert_close(&what, &gradient, &result["grad"], 1e-10, 1e-9);
            }
        }
    }
}

/// A list of whole numbers.
fn counts(value: &Value) -> Vec<usize> {
    list(value).iter().map(|count| number(count) as usize).collect()
}

#[test]
fn focal_and_balanced_losses() {
    let file = golden("losses.json");
    for case in list(&file["methods"]) {
        let single = text(&case["kind"]) == "single_label";
        let (task, targets) = if single {
            (Task::SingleLabel, integers(&case["targets"]))
        } else {
            (Task::MultiLabel, tensor(&case["targets"]))
        };
        let weights: Vec<Vec<f64>> =
            list(&case["counts"]).iter().map(|of| dwb_weights(&counts(of))).collect();
        let weights = Tensor::from_slice2(&weights);
        close("DWB weights", &weights, &case["weights"]);
        let weights = if single { weights.squeeze_dim(0) } else { weights };
        for entry in list(&case["losses"]) {
            let (name, logits) = (text(&entry["name"]), leaf(&case["logits"]));
            let losses = match name {
                "flsd53" => flsd53_loss(&logits, &targets, task),
                "dwb" => dwb_loss(&logits, &targets, &weights, task),
                _ => {
                    let gamma = name.strip_prefix("focal_").and_then(|gamma| gamma.parse().ok());
                    focal_loss(&logits, &targets, gamma.expect("an exponent"), task)
                }
            };
            let what = format!("{} {name}", case["name"]);
            close(&what, &losses, &entry["values"]);
            losses.sum(Kind::Double).backward();
            close(&what, &logits.grad(), &entry["grad"]);
        }
    }
}

#[test]
fn covariance_alignment() {
    let file = golden("losses.json");
    for case in list(&file["coral"]) {
        let (domi, less) = (leaf(&case["domi"]), leaf(&case["less"]));
        let loss = coral(&domi, &less);
        close(text(&case["name"]), &loss, &case["value"]);
        loss.backward();
        close(text(&case["name"]), &domi.grad(), &case["grad_domi"]);
        close(text(&case["name"]), &less.grad(), &case["grad_less"]);
    }
}

#[test]
fn weightings_of_cells_and_groups() {
    let file = golden("losses.json");
    for case in list(&file["weighting"]) {
        let group = integers(&case["group"]);
        let weights = Tensor::from_slice(&inverse_frequency(&counts(&case["counts"])));
        close("weights", &weights, &case["weights"]);
        let losses = leaf(&case["losses"]);
        let loss = reweighted(&losses, &weights.index_select(0, &group));
        close("re-weighted", &loss, &case["reweighted"]["value"]);
        loss.backward();
        close("re-weighted", &losses.grad(), &case["reweighted"]["grad"]);

        let (dro, losses) = (&case["group_dro"], leaf(&case["losses"]));
        let GroupWeights { total, q, .. } =
            group_dro(&losses, &group, &tensor(&dro["q"]), number(&dro["eta"]));
        close("GroupDRO", &total, &dro["value"]);
        close("GroupDRO", &q, &dro["new_q"]);
        total.backward();
        close("GroupDRO", &losses.grad(), &dro["grad"]);

        let (case, losses, s) =
            (&case["uncertainty"], leaf(&case["losses"]), leaf(&case["uncertainty"]["s"]));
        let mean = |g: i64| losses.index_select(0, &group.eq(g).nonzero().view([-1])).mean(Kind::Double);
        let means = Tensor::stack(&(0..s.size()[0]).map(mean).collect::<Vec<_>>(), 0);
        close("means", &means, &case["means"]);
        let loss = uncertainty_weighted(&means, &s, &means.ones_like());
        close("uncertainty", &loss, &case["value"]);
        loss.backward();
        close("uncertainty", &losses.grad(), &case["grad"]);
        close("uncertainty", &s.grad(), &case["grad_s"]);
    }
}

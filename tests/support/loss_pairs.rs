//! Every loss of this library on the inputs of `losses.json`, beside PyTorch's values and gradients.
#![allow(dead_code)] // tests and the example use their own parts of it

use qpnet_lib::loss::{
    Estimator, GroupWeights, Kernel, Task, adaptive_delta, bss, class_loss, coral, dwb_loss, dwb_weights,
    flsd53_loss, focal_loss, group_dro, inverse_frequency, mmd, reverse_gradient, reweighted, sample_loss,
    subgroup_loss, uncertainty_weighted,
};
use serde_json::Value;
use tch::{Kind, Tensor};

use crate::pairs::Pair;
use crate::support::{integers, list, number, tensor, text};

/// The arrays of one loss, computed in a kind of numbers.
pub type Pairs = fn(&Value, Kind) -> Vec<Pair>;

/// Every loss, and the arrays of it.
pub const LOSSES: [(&str, Pairs); 13] = [
    ("class loss (2, 12)", class),
    ("adaptive delta (13, 14) and ramp", delta),
    ("subgroup loss (16)", adversarial),
    ("gradient reversal (3, 15)", reversal),
    ("MMD (17–19)", discrepancy),
    ("BSS (20)", shrinkage),
    ("CORAL", alignment),
    ("focal", |file, kind| decisions(file, kind, "focal")),
    ("FLSD-53", |file, kind| decisions(file, kind, "flsd53")),
    ("DWB", |file, kind| decisions(file, kind, "dwb")),
    ("re-weighting", reweighting),
    ("GroupDRO", robust),
    ("learnt uncertainty (Kendall)", uncertainty),
];

fn leaf(value: &Value, kind: Kind) -> Tensor {
    tensor(value).to_kind(kind).set_requires_grad(true)
}

fn labels(case: &Value, kind: Kind) -> (Task, Tensor) {
    match text(&case["kind"]) {
        "single_label" => (Task::SingleLabel, integers(&case["targets"])),
        _ => (Task::MultiLabel, tensor(&case["targets"]).to_kind(kind)),
    }
}

/// A list of whole numbers.
pub fn counts(value: &Value) -> Vec<usize> {
    list(value).iter().map(|count| number(count) as usize).collect()
}

fn class(file: &Value, kind: Kind) -> Vec<Pair> {
    let mut pairs = Vec::new();
    for case in list(&file["class_loss"]) {
        let (name, (task, targets)) = (text(&case["name"]), labels(case, kind));
        let subgroup = integers(&case["subgroup"]);
        let plain = sample_loss(&tensor(&case["logits"]).to_kind(kind), &targets, task);
        pairs.push(Pair::value(name, &plain, &case["per_sample"]));
        for by_delta in list(&case["by_delta"]) {
            let logits = leaf(&case["logits"], kind);
            let delta = number(&by_delta["delta"]);
            let loss = class_loss(&logits, &targets, &subgroup, delta, task);
            let what = format!("{name}, delta {delta}");
            pairs.push(Pair::value(&what, &loss.total, &by_delta["value"]));
            for (part, expected) in [(&loss.dominant, "mean_domi"), (&loss.less_prevalent, "mean_less")] {
                match &case[expected] {
                    Value::Null => assert_eq!(part.double_value(&[]), 0.0, "{what}: the mean of none"),
                    value => pairs.push(Pair::value(&what, part, value)),
                }
            }
            loss.total.backward();
            pairs.push(Pair::gradient(&what, &logits.grad(), &by_delta["grad"]));
        }
    }
    pairs
}

/// Plain numbers, which have no other kind than double precision.
fn delta(file: &Value, kind: Kind) -> Vec<Pair> {
    if kind != Kind::Double {
        return Vec::new();
    }
    let of = |what: &str, got: f64, expected: &Value| Pair::value(what, &Tensor::from(got), expected);
    let delta = |case: &Value| {
        let [a_domi, a_mix, sigma] = ["a_domi", "a_mix", "sigma"].map(|key| number(&case[key]));
        of("delta", adaptive_delta(a_domi, a_mix, sigma), &case["delta"])
    };
    let ramp = |case: &Value| of("ramp", qpnet_lib::loss::ramp(number(&case["p"])), &case["value"]);
    list(&file["delta"]).iter().map(delta).chain(list(&file["ramp"]).iter().map(ramp)).collect()
}

fn adversarial(file: &Value, kind: Kind) -> Vec<Pair> {
    let mut pairs = Vec::new();
    for case in list(&file["adversarial"]) {
        let (name, subgroup) = (text(&case["name"]), integers(&case["subgroup"]));
        for (key, balanced) in [("unweighted", false), ("balanced", true)] {
            if case[key].is_null() {
                continue; // undefined there: a subgroup is absent
            }
            let logits = leaf(&case["logits"], kind);
            let loss = subgroup_loss(&logits, &subgroup, balanced);
            loss.backward();
            pairs.push(Pair::value(name, &loss, &case[key]["value"]));
            pairs.push(Pair::gradient(name, &logits.grad(), &case[key]["grad"]));
        }
    }
    pairs
}

fn reversal(file: &Value, kind: Kind) -> Vec<Pair> {
    let mut pairs = Vec::new();
    for case in list(&file["gradient_reversal"]) {
        let name = text(&case["name"]);
        let [z, weight, bias] = ["z", "weight", "bias"].map(|key| leaf(&case[key], kind));
        let reversed = reverse_gradient(&z, number(&case["l"]));
        if !case["grl"].is_null() {
            pairs.push(Pair::value(name, &reversed, &case["grl"]));
        }
        let logits = reversed.linear(&weight, Some(&bias));
        let loss = subgroup_loss(&logits, &integers(&case["subgroup"]), false);
        pairs.push(Pair::value(name, &loss, &case["loss"]));
        loss.backward();
        for (leaf, key) in [(&z, "grad_z"), (&weight, "grad_weight"), (&bias, "grad_bias")] {
            pairs.push(Pair::gradient(&format!("{name} {key}"), &leaf.grad(), &case[key]));
        }
    }
    pairs
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

fn discrepancy(file: &Value, kind: Kind) -> Vec<Pair> {
    let mut pairs = Vec::new();
    for case in list(&file["mmd"]) {
        for result in list(&case["results"]) {
            let estimator = match text(&result["estimator"]) {
                "Biased" => Estimator::Biased,
                _ => Estimator::Unbiased,
            };
            let what = format!("{} {} {estimator:?}", case["name"], result["kernel"]);
            let (domi, less) = (leaf(&case["domi"], kind), leaf(&case["less"], kind));
            let got = mmd(&domi, &less, self::kernel(&result["kernel"]), estimator);
            if result["value"].is_null() {
                // Undefined for one sample: the term is then absent, not wrong.
                assert_eq!(got.loss.double_value(&[]), 0.0, "{what}");
                continue;
            }
            got.loss.backward();
            pairs.push(Pair::value(&what, &got.loss, &result["value"]));
            pairs.push(Pair::value(&what, &got.mean_kernel, &result["mean_off_diagonal_kernel"]));
            pairs.push(Pair::gradient(&what, &domi.grad(), &result["grad_domi"]));
            pairs.push(Pair::gradient(&what, &less.grad(), &result["grad_less"]));
        }
    }
    pairs
}

fn shrinkage(file: &Value, kind: Kind) -> Vec<Pair> {
    let mut pairs = Vec::new();
    for case in list(&file["bss"]) {
        for result in list(&case["by_k"]) {
            let what = format!("{} k {}", case["name"], result["k"]);
            let z = leaf(&case["z"], kind);
            let loss = bss(&z, number(&result["k"]) as i64);
            loss.backward();
            pairs.push(Pair::value(&what, &loss, &result["value"]));
            if !result["grad"].is_null() {
                pairs.push(Pair::gradient(&what, &z.grad(), &result["grad"]));
            }
        }
    }
    pairs
}

fn alignment(file: &Value, kind: Kind) -> Vec<Pair> {
    let mut pairs = Vec::new();
    for case in list(&file["coral"]) {
        let (name, domi, less) = (text(&case["name"]), leaf(&case["domi"], kind), leaf(&case["less"], kind));
        let loss = coral(&domi, &less);
        loss.backward();
        pairs.push(Pair::value(name, &loss, &case["value"]));
        pairs.push(Pair::gradient(name, &domi.grad(), &case["grad_domi"]));
        pairs.push(Pair::gradient(name, &less.grad(), &case["grad_less"]));
    }
    pairs
}

/// The losses of single decisions whose name begins with `which`.
fn decisions(file: &Value, kind: Kind, which: &str) -> Vec<Pair> {
    let mut pairs = Vec::new();
    for case in list(&file["methods"]) {
        let (task, targets) = labels(case, kind);
        let weights: Vec<Vec<f64>> =
            list(&case["counts"]).iter().map(|of| dwb_weights(&counts(of))).collect();
        let weights = Tensor::from_slice2(&weights);
        if which == "dwb" {
            pairs.push(Pair::value("DWB weights", &weights, &case["weights"]));
        }
        let weights = if task == Task::SingleLabel { weights.squeeze_dim(0) } else { weights }.to_kind(kind);
        for entry in list(&case["losses"]).iter().filter(|entry| text(&entry["name"]).starts_with(which)) {
            let (name, logits) = (text(&entry["name"]), leaf(&case["logits"], kind));
            let losses = match name {
                "flsd53" => flsd53_loss(&logits, &targets, task),
                "dwb" => dwb_loss(&logits, &targets, &weights, task),
                _ => {
                    let gamma = name.strip_prefix("focal_").and_then(|gamma| gamma.parse().ok());
                    focal_loss(&logits, &targets, gamma.expect("an exponent"), task)
                }
            };
            let what = format!("{} {name}", case["name"]);
            losses.sum(kind).backward();
            pairs.push(Pair::value(&what, &losses, &entry["values"]));
            pairs.push(Pair::gradient(&what, &logits.grad(), &entry["grad"]));
        }
    }
    pairs
}

fn reweighting(file: &Value, kind: Kind) -> Vec<Pair> {
    let mut pairs = Vec::new();
    for case in list(&file["weighting"]) {
        let weights = Tensor::from_slice(&inverse_frequency(&counts(&case["counts"])));
        pairs.push(Pair::value("weights", &weights, &case["weights"]));
        let losses = leaf(&case["losses"], kind);
        let of_samples = weights.to_kind(kind).index_select(0, &integers(&case["group"]));
        let loss = reweighted(&losses, &of_samples);
        loss.backward();
        pairs.push(Pair::value("loss", &loss, &case["reweighted"]["value"]));
        pairs.push(Pair::gradient("loss", &losses.grad(), &case["reweighted"]["grad"]));
    }
    pairs
}

fn robust(file: &Value, kind: Kind) -> Vec<Pair> {
    let mut pairs = Vec::new();
    for case in list(&file["weighting"]) {
        let (dro, losses) = (&case["group_dro"], leaf(&case["losses"], kind));
        let before = tensor(&dro["q"]).to_kind(kind);
        let GroupWeights { total, q, .. } =
            group_dro(&losses, &integers(&case["group"]), &before, number(&dro["eta"]));
        total.backward();
        pairs.push(Pair::value("loss", &total, &dro["value"]));
        pairs.push(Pair::value("q", &q, &dro["new_q"]));
        pairs.push(Pair::gradient("loss", &losses.grad(), &dro["grad"]));
    }
    pairs
}

fn uncertainty(file: &Value, kind: Kind) -> Vec<Pair> {
    let mut pairs = Vec::new();
    for case in list(&file["weighting"]) {
        let (group, case, losses) =
            (integers(&case["group"]), &case["uncertainty"], leaf(&case["losses"], kind));
        let s = leaf(&case["s"], kind);
        let mean = |g: i64| losses.index_select(0, &group.eq(g).nonzero().view([-1])).mean(kind);
        let means = Tensor::stack(&(0..s.size()[0]).map(mean).collect::<Vec<_>>(), 0);
        pairs.push(Pair::value("means", &means, &case["means"]));
        let loss = uncertainty_weighted(&means, &s, &means.ones_like());
        loss.backward();
        pairs.push(Pair::value("uncertainty", &loss, &case["value"]));
        pairs.push(Pair::gradient("uncertainty", &losses.grad(), &case["grad"]));
        pairs.push(Pair::gradient("uncertainty, s", &s.grad(), &case["grad_s"]));
    }
    pairs
}

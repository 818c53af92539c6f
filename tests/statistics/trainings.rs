//! Means over several trainings beside an independent implementation (`tests/golden/training_cases.py`).

use qpnet_audit::metrics::WeightedAuc;
use qpnet_audit::rng::Streams;
use qpnet_audit::stats::crossed::crossed;
use qpnet_audit::stats::obuchowski::{Group, contributions};
use qpnet_audit::stats::trainings::trainings;
use qpnet_audit::stats::{Bootstrap, Contributions, Resampler};
use serde_json::Value;

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().expect("a list").iter().map(|x| x.as_f64().expect("a number")).collect()
}

#[track_caller]
fn close(found: f64, expected: f64, tolerance: f64, what: &str) {
    assert!((found - expected).abs() <= tolerance, "{what}: {found} for {expected}");
}

#[test]
fn values_errors_and_limits_are_those_of_leaving_out_and_of_integration() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/golden/trainings.json");
    let golden: Value =
        serde_json::from_str(&std::fs::read_to_string(path).expect("golden file")).expect("JSON");
    let cases = golden["cases"].as_array().expect("cases");
    assert_eq!(cases.len(), 4);
    for case in cases {
        let name = case["name"].as_str().expect("name");
        let labels: Vec<bool> = numbers(&case["label"]).iter().map(|&y| y == 1.0).collect();
        let clusters: Vec<usize> = numbers(&case["patient"]).iter().map(|&x| x as usize).collect();
        let weights = numbers(&case["weight"]);
        let weighted = weights.iter().any(|&w| w != 1.0);
        let scores: Vec<Vec<f64>> =
            case["scores"].as_array().expect("trainings").iter().map(numbers).collect();
        let of = |scores: &Vec<f64>| -> Contributions {
            let group = Group { labels: &labels, scores, clusters: &clusters };
            contributions(group, weighted.then_some(&weights)).expect("lengths").expect("both outcomes")
        };
        let found: Vec<Contributions> = scores.iter().map(of).collect();
        let found = trainings("AUC", &found, (0.0, 1.0), 0.95, labels.len()).expect("a level");
        let (test, expected) = (found.test.expect("a test"), &case["found"]);
        let number = |key: &str| expected[key].as_f64().expect("a number");
        close(test.value, number("value"), 1e-10, name);
        close(test.patients.0, number("patients"), 1e-10, name);
        close(test.patients.1, number("df"), 1e-9, name);
        close(test.seeds.0, number("seeds"), 1e-10, name);
        let half = number("half");
        let (_, low, high) = found.estimate.triple().expect("an interval");
        let [low_expected, high_expected] = [(test.value - half).max(0.0), (test.value + half).min(1.0)];
        close(low, low_expected, 2e-3 * half, name);
        close(high, high_expected, 2e-3 * half, name);
    }
}

/// The convention of `qpnet run`: the bootstrap of the mean over seeds has the same two errors.
#[test]
fn the_bootstrap_of_the_mean_over_seeds_has_the_same_errors() {
    let n = 240;
    let noise = |i: usize| f64::from((i as u32 + 1).wrapping_mul(2_654_435_761) >> 8) / f64::from(1u32 << 24);
    let clusters: Vec<usize> = (0..n).map(|i| i / 2).collect();
    let labels: Vec<bool> = (0..n).map(|i| i / 2 % 2 == 0).collect();
    let scores: Vec<Vec<f64>> = (0..4)
        .map(|seed| {
            let gain = 0.3 + 0.1 * noise(seed + 5000);
            let own = |i: usize| noise(i / 2 + 900) + 0.5 * noise(i) + 0.4 * noise(i + 1000 * seed);
            (0..n).map(|i| own(i) + if labels[i] { gain } else { 0.0 }).collect()
        })
        .collect();
    let of = |scores: &Vec<f64>| {
        let group = Group { labels: &labels, scores, clusters: &clusters };
        contributions(group, None).expect("lengths").expect("both outcomes")
    };
    let found: Vec<Contributions> = scores.iter().map(of).collect();
    let found = trainings("AUC", &found, (0.0, 1.0), 0.95, n).expect("a level").test.expect("a test");
    let resampler = Resampler::by_cell(&clusters, &vec![0; n], &labels).expect("lengths");
    let streams = Streams::new(8);
    let sorted: Vec<WeightedAuc> =
        scores.iter().map(|s| WeightedAuc::new(&labels, s).expect("finite")).collect();
    let bootstrap = Bootstrap::new(&resampler, &streams);
    let other = crossed(&bootstrap, 4, "AUC", (0.0, 1.0), |seed, w| sorted[seed].at(w)).expect("valid");
    let other = other.test.expect("a test");
    close(found.value, other.value, 1e-12, "value");
    close(found.seeds.0, other.seeds.0, 1e-12, "seeds");
    close(found.patients.0 / other.patients.0, 1.0, 0.06, "patients");
}

//! The numbers of an independent Python reference (`tests/golden/README.md`).

use approx::{assert_abs_diff_eq, assert_relative_eq};
use qpnet_lib::metrics::{
    Confusion, RocPoint, auc, average_precision, brier, calibration_error, calibration_line, reliability, roc,
};
use qpnet_lib::stats::{Comparison, Estimate, Form, delong, obuchowski};
use serde_json::Value;

const TOLERANCE: f64 = 1e-12;

fn golden() -> Value {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/golden/statistics.json");
    serde_json::from_str(&std::fs::read_to_string(path).expect("golden file")).expect("JSON")
}

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().expect("a list").iter().map(|x| x.as_f64().expect("a number")).collect()
}

fn same(found: Option<f64>, expected: &Value, tolerance: f64, what: &str) {
    match (found, expected.as_f64()) {
        (Some(found), Some(expected)) => {
            assert!((found - expected).abs() <= tolerance, "{what}: {found} for {expected}");
        }
        (found, expected) => assert_eq!(found, expected, "{what}"),
    }
}

fn same_test(found: &Comparison, expected: &Value, what: &str) {
    for (found, key) in [(found.z, "z"), (found.p, "p")] {
        match (found, expected[key].as_f64()) {
            (Some(found), Some(expected)) => assert_relative_eq!(found, expected, max_relative = 1e-9),
            (found, expected) => assert_eq!(found, expected, "{what} {key}"),
        }
    }
}

fn variance(estimate: &Estimate) -> Option<f64> {
    estimate.se.map(|se| se * se)
}

#[test]
fn every_case_agrees() {
    let golden = golden();
    let cases = golden["cases"].as_array().expect("cases");
    assert!(cases.len() >= 18);
    for case in cases {
        let name = case["name"].as_str().expect("name");
        let labels: Vec<bool> = numbers(&case["label"]).iter().map(|&y| y == 1.0).collect();
        let (a, b) = (numbers(&case["score_a"]), numbers(&case["score_b"]));
        for (scores, expected) in [(&a, &case["a"]), (&b, &case["b"])] {
            same(auc(&labels, scores).expect("valid"), &expected["auc"], TOLERANCE, name);
            same(brier(&labels, scores).expect("valid"), &expected["brier"], TOLERANCE, name);
            let found = average_precision(&labels, scores).expect("valid");
            same(found, &expected["average_precision"], TOLERANCE, name);
            let found = delong::single(&labels, scores, 0.95).expect("valid");
            same(variance(&found), &expected["delong_variance"], TOLERANCE, name);
            let logit = delong::single_with(&labels, scores, 0.95, Form::Logit).expect("valid");
            let plain = delong::single_with(&labels, scores, 0.95, Form::Plain).expect("valid");
            // A variance of 0 gets a score interval here (documented in stats::interval).
            if let Some(limits) = expected["logit95"].as_array().filter(|_| variance(&found) > Some(0.0)) {
                assert_abs_diff_eq!(
                    logit.low.expect("low"),
                    limits[0].as_f64().expect("f64"),
                    epsilon = 1e-12
                );
                assert_abs_diff_eq!(
                    logit.high.expect("high"),
                    limits[1].as_f64().expect("f64"),
                    epsilon = 1e-12
                );
                let wald = numbers(&expected["wald95"]);
                assert_abs_diff_eq!(plain.low.expect("low"), wald[0].max(0.0), epsilon = 1e-12);
                assert_abs_diff_eq!(plain.high.expect("high"), wald[1].min(1.0), epsilon = 1e-12);
            }
            if !case["cluster"].is_null() {
                let clusters = clusters(case);
                let found = obuchowski::single(&labels, scores, &clusters, 0.95).expect("valid");
                same(variance(&found), &expected["obuchowski"]["variance"], TOLERANCE, name);
            }
        }
        let expected = &case["paired"];
        if expected.is_null() {
            continue;
        }
        let found = delong::paired(&labels, &a, &b, 0.95).expect("valid");
        same(found.difference.value, &expected["difference"], TOLERANCE, name);
        same(variance(&found.difference), &expected["delong"]["variance"], TOLERANCE, name);
        same_test(&found, &expected["delong"], name);
        if !case["cluster"].is_null() && !expected["obuchowski"].is_null() {
            let found = obuchowski::paired(&labels, &a, &b, &clusters(case), 0.95).expect("valid");
            same(variance(&found.difference), &expected["obuchowski"]["variance"], TOLERANCE, name);
            same_test(&found, &expected["obuchowski"], name);
        }
    }
}

fn clusters(case: &Value) -> Vec<usize> {
    numbers(&case["cluster"]).iter().map(|&id| id as usize).collect()
}

#[test]
fn independent_differences_agree() {
    let golden = golden();
    let find = |name: &Value| -> (Vec<bool>, Vec<f64>) {
        let cases = golden["cases"].as_array().expect("cases");
        let case = cases.iter().find(|case| case["name"] == *name).expect("a case of that name");
        let labels = numbers(&case["label"]).iter().map(|&y| y == 1.0).collect();
        (labels, numbers(&case["score_a"]))
    };
    for expected in golden["unpaired"].as_array().expect("unpaired") {
        let ((x, a), (y, b)) = (find(&expected["first"]), find(&expected["second"]));
        let found = delong::unpaired(&x, &a, &y, &b, 0.95).expect("valid");
        let what = expected["first"].as_str().expect("name");
        same(found.difference.value, &expected["difference"], TOLERANCE, what);
        same(variance(&found.difference), &expected["variance"], TOLERANCE, what);
        same_test(&found, expected, what);
    }
}

#[test]
fn decisions_and_calibration_agree() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/golden/decisions.json");
    let golden: Value =
        serde_json::from_str(&std::fs::read_to_string(path).expect("golden file")).expect("JSON");
    let bins = golden["bins"].as_u64().expect("bins") as usize;
    let cases = golden["cases"].as_array().expect("cases");
    assert_eq!(cases.len(), 8);
    for case in cases {
        let name = case["name"].as_str().expect("name");
        let labels: Vec<bool> = numbers(&case["label"]).iter().map(|&y| y == 1.0).collect();
        let scores = numbers(&case["score"]);
        let (decisions, expected) = (&case["decisions"], &case["reliability"]);

        let found = Confusion::at(decisions["threshold"].as_f64().expect("threshold"), &labels, &scores)
            .expect("valid");
        let Confusion { true_positives, false_positives, true_negatives, false_negatives } = found;
        let counts =
            [true_positives, false_positives, true_negatives, false_negatives].map(|count| count as f64);
        assert_eq!(counts.to_vec(), numbers(&decisions["confusion"]), "{name}");
        let curve = roc(&labels, &scores).expect("valid");
        assert_eq!(curve.is_some(), decisions["roc"].is_array(), "{name}");
        if let Some(curve) = curve {
            let rates: [fn(&RocPoint) -> f64; 2] = [|p| p.false_positive_rate, |p| p.true_positive_rate];
            for (axis, rate) in rates.into_iter().enumerate() {
                let found: Vec<f64> = curve.iter().map(rate).collect();
                assert_abs_diff_eq!(
                    found.as_slice(),
                    numbers(&decisions["roc"][axis]).as_slice(),
                    epsilon = TOLERANCE
                );
            }
        }

        let found = reliability(&labels, &scores, bins).expect("valid");
        let rows: Vec<f64> = found.iter().flat_map(|bin| [bin.n as f64, bin.forecast, bin.rate]).collect();
        let stored: Vec<f64> = expected["bins"].as_array().expect("bins").iter().flat_map(numbers).collect();
        assert_eq!(rows.len(), stored.len(), "{name}: bins");
        assert_abs_diff_eq!(rows.as_slice(), stored.as_slice(), epsilon = TOLERANCE);
        let error = calibration_error(&labels, &scores, bins).expect("valid");
        same(error, &expected["error"], TOLERANCE, name);

        let found = calibration_line(&labels, &scores).expect("valid");
        for (key, value) in [
            ("intercept", found.map(|line| line.intercept)),
            ("slope", found.map(|line| line.slope)),
            ("in_the_large", found.map(|line| line.in_the_large)),
        ] {
            same(value, &case["line"][key], 1e-8, &format!("{name}, {key}"));
        }
    }
}

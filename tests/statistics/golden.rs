//! The numbers of an independent Python reference (`tests/golden/README.md`).

use approx::{assert_abs_diff_eq, assert_relative_eq};
use qpnet_audit::metrics::{
    Confusion, RocPoint, auc, average_precision, brier, calibration_error, calibration_line, reliability, roc,
};
use qpnet_audit::stats::normal::two_sided_p;
use qpnet_audit::stats::student::two_sided_student_p;
use qpnet_audit::stats::{Comparison, Estimate, Form, delong, obuchowski};
use serde_json::Value;

const TOLERANCE: f64 = 1e-12;

fn golden() -> Value {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/golden/statistics.json");
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

/// The statistic is the reference's; its p-value is Student's where the reference's is normal.
fn same_test(found: &Comparison, expected: &Value, what: &str) {
    let Some((z, df)) = found.z.zip(found.df) else { return };
    let reference = expected["z"].as_f64().unwrap_or_else(|| panic!("{what} z"));
    assert_relative_eq!(z, reference, max_relative = 1e-9);
    assert_relative_eq!(
        expected["p"].as_f64().expect("p"),
        two_sided_p(reference),
        max_relative = 1e-7,
        epsilon = 1e-12
    );
    assert_relative_eq!(found.p.expect("p"), two_sided_student_p(z, df), max_relative = 1e-9);
}

/// The clustered variance by leaving patients out, of placements by pairs.
fn leave_out(labels: &[bool], scores: [Option<&[f64]>; 2], clusters: &[usize]) -> Option<f64> {
    let placed = |scores: &[f64], i: usize| {
        let rivals: Vec<usize> = (0..scores.len()).filter(|&j| labels[j] != labels[i]).collect();
        let won = |j: usize| {
            let (x, y) = if labels[i] { (scores[i], scores[j]) } else { (scores[j], scores[i]) };
            f64::from(u8::from(x > y)) + 0.5 * f64::from(u8::from(x == y))
        };
        rivals.iter().map(|&j| won(j)).sum::<f64>() / rivals.len() as f64
    };
    let value = |i: usize| -> f64 {
        let of = |scores: Option<&[f64]>| scores.map_or(0.0, |scores| placed(scores, i));
        of(scores[0]) - of(scores[1])
    };
    let values: Vec<f64> = (0..labels.len()).map(value).collect();
    let mut patients = clusters.to_vec();
    patients.sort_unstable();
    patients.dedup();
    let mut parts = vec![0.0; patients.len()];
    for outcome in [true, false] {
        let mean = |without: Option<usize>| {
            let kept: Vec<f64> = (0..labels.len())
                .filter(|&i| labels[i] == outcome && Some(clusters[i]) != without)
                .map(|i| values[i])
                .collect();
            (!kept.is_empty()).then(|| kept.iter().sum::<f64>() / kept.len() as f64)
        };
        let all = mean(None)?;
        let has = |patient: usize| (0..labels.len()).any(|i| labels[i] == outcome && clusters[i] == patient);
        let count = patients.iter().filter(|&&patient| has(patient)).count() as f64;
        for (part, &patient) in parts.iter_mut().zip(&patients) {
            if has(patient) {
                *part += ((count - 1.0) / count).sqrt() * (all - mean(Some(patient))?);
            }
        }
    }
    Some(parts.iter().map(|part| part * part).sum())
}

fn variance(estimate: &Estimate) -> Option<f64> {
    estimate.se.map(|se| se * se)
}

/// All of one patient: neither has any.
fn same_variance(found: &Estimate, wanted: Option<f64>, what: &str) {
    match (variance(found), wanted) {
        (Some(found), Some(wanted)) => {
            assert!((found - wanted).abs() < 1e-12, "{what}: {found} for {wanted}")
        }
        (found, wanted) => assert_eq!(found, wanted, "{what}"),
    }
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
            if let Some(limits) =
                expected["logit95"].as_array().filter(|_| variance(&found) > Some(0.0) && found.low.is_some())
            {
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
                let wanted = leave_out(&labels, [Some(scores), None], &clusters);
                same_variance(&found, wanted, name);
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
            let wanted = leave_out(&labels, [Some(&a), Some(&b)], &clusters(case));
            assert_abs_diff_eq!(
                variance(&found.difference).expect(name),
                wanted.expect(name),
                epsilon = 1e-12
            );
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
        // With fewer than three of an outcome there is neither interval nor error.
        if found.difference.low.is_some() {
            same(variance(&found.difference), &expected["variance"], TOLERANCE, what);
        }
        let excludes = found.difference.covers(0.0) == Some(false);
        assert_eq!(found.p.is_some_and(|p| p < 0.05), excludes, "{what}");
    }
}

#[test]
fn decisions_and_calibration_agree() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/golden/decisions.json");
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

//! Thresholds by a rule and limits that contain the choice, beside an independent implementation
//! (`tests/golden/operating_cases.py`).

use qpnet_audit::metrics::{Confusion, ThresholdRule, WeightedThreshold};
use qpnet_audit::rng::Streams;
use qpnet_audit::stats::bootstrap::{Bootstrap, Resampler};
use qpnet_audit::stats::net_benefit::{Forecast, net_benefit};
use qpnet_audit::stats::power::{Error, Side, detectable, detectable_gap, patients_needed};
use qpnet_audit::stats::proportion::Rate;
use serde_json::Value;

const TOLERANCE: f64 = 1e-10;

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().expect("a list").iter().map(|x| x.as_f64().expect("a number")).collect()
}

fn flags(value: &Value) -> Vec<bool> {
    numbers(value).iter().map(|&y| y == 1.0).collect()
}

#[track_caller]
fn close(found: Option<f64>, expected: &Value, what: &str) {
    let (found, expected) = (found.expect(what), expected.as_f64().expect(what));
    assert!((found - expected).abs() <= TOLERANCE, "{what}: {found} for {expected}");
}

fn golden() -> Value {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/golden/operating.json");
    serde_json::from_str(&std::fs::read_to_string(path).expect("golden file")).expect("JSON")
}

#[test]
fn net_benefits_agree() {
    let golden = golden();
    let cases = golden["cases"].as_array().expect("cases");
    let benefits = golden["benefits"].as_array().expect("benefits");
    assert!(benefits.len() >= 30);
    for row in benefits {
        let case = cases.iter().find(|case| case["name"] == row["name"]).expect("its samples");
        let (labels, scores) = (flags(&case["judged_label"]), numbers(&case["judged_score"]));
        let patients: Vec<usize> = numbers(&case["judged_patient"]).iter().map(|&id| id as usize).collect();
        let weights = numbers(&row["weight"]);
        let weights = weights.iter().any(|&w| w != 1.0).then_some(weights.as_slice());
        let forecast = Forecast { labels: &labels, probabilities: &scores, patients: &patients, weights };
        let threshold = row["threshold"].as_f64().expect("a threshold");
        let found = net_benefit(forecast, threshold, 0.95).expect("valid");
        let over = &found.over_everybody;
        for (found, expected) in [&found.method, &found.everybody, &over.difference].into_iter().zip(0..) {
            let expected = &row["found"][expected];
            for (found, at) in [found.value, found.low, found.high].into_iter().zip(0..) {
                // Samples that all count alike say nothing of others.
                match expected[at].is_null() {
                    true => assert_eq!(found, None, "{}, {threshold}", row["name"]),
                    false => close(found, &expected[at], &format!("{}, {threshold}", row["name"])),
                }
            }
        }
        let Some(low) = over.difference.low else {
            assert!(over.difference.reason.is_some());
            continue;
        };
        let p = over.p.expect("a test");
        assert_eq!(low > 0.0 || over.difference.high < Some(0.0), p < 0.05, "interval and test are one");
    }
    let one = Forecast { labels: &[true], probabilities: &[0.5], patients: &[0], weights: None };
    assert!([0.0, 1.0, f64::NAN].iter().all(|&at| net_benefit(one, at, 0.95).is_err()));
}

#[test]
fn what_could_have_been_seen_and_patients_needed_agree() {
    let golden = golden();
    for case in golden["power"].as_array().expect("cases") {
        let number = |key: &str| case[key].as_f64().expect("a number");
        let error = Error { se: number("se"), df: number("df") };
        let found = detectable(error, number("power"), 0.95).expect("valid");
        let found = [found.value, found.low, found.high];
        for (found, expected) in found.into_iter().zip(numbers(&case["found"])) {
            let found = found.expect("a number");
            assert!((found / expected - 1.0).abs() < 1e-8, "{case}: {found} for {expected}");
        }
        // Student's sum is the noncentral distribution's but for a point or two.
        assert!((number("exact") - number("power")).abs() < 0.03, "{case}");
    }
    for case in golden["gaps"].as_array().expect("cases") {
        let side = |key: &str| {
            let [auc, se, df, m, n] = numbers(&case[key]).try_into().expect("five");
            Side { auc, error: Some(Error { se, df }), units: [m, n] }
        };
        let found = detectable_gap(side("first"), side("second"), 0.0, (0.8, 0.95)).expect("valid");
        match (found.and_then(|found| found.value), case["found"].as_f64()) {
            (Some(found), Some(expected)) => assert!((found - expected).abs() < 1e-9, "{case}: {found}"),
            (found, expected) => assert_eq!(found, expected, "{case}"),
        }
    }
    for case in golden["sizes"].as_array().expect("cases") {
        let side = |key: &str| {
            let row = case[key].as_array().expect("five");
            let number = |at: usize| row[at].as_f64();
            let [auc, df, m, n] = [0, 2, 3, 4].map(|at| number(at).expect("a number"));
            Side { auc, error: number(1).map(|se| Error { se, df }), units: [m, n] }
        };
        let (n, half) = (case["patients"].as_u64().expect("n"), case["half_width"].as_f64().expect("h"));
        let found = patients_needed((side("first"), side("second")), n as usize, half, 0.95).expect("valid");
        match (found, case["found"].as_f64()) {
            (Some(found), Some(expected)) => {
                assert!((found / expected - 1.0).abs() < 1e-9, "{case}: {found}")
            }
            (found, expected) => assert_eq!(found, expected, "{case}"),
        }
    }
}

#[test]
fn thresholds_rates_and_limits_with_the_choice_agree() {
    let golden = golden();
    let mut compared = 0;
    for case in golden["cases"].as_array().expect("cases") {
        let name = case["name"].as_str().expect("name");
        let labels: Vec<Option<bool>> = flags(&case["label"]).into_iter().map(Some).collect();
        let sorted = WeightedThreshold::of_known(&labels, &numbers(&case["score"])).expect("finite");
        let weights = numbers(&case["weight"]);
        let (judged, scores) = (flags(&case["judged_label"]), numbers(&case["judged_score"]));
        let patients: Vec<usize> = numbers(&case["judged_patient"]).iter().map(|&id| id as usize).collect();
        let chooses = case["chooses"].as_u64().expect("patients") as usize;
        let resampler =
            Resampler::new(&(0..chooses).collect::<Vec<_>>(), &vec![0; chooses]).expect("lengths");
        let streams = Streams::new(1);
        let bootstrap = Bootstrap::new(&resampler, &streams);
        for row in case["rows"].as_array().expect("rows") {
            let rule: ThresholdRule = row["rule"].as_str().expect("rule").parse().expect("a rule");
            let what = format!("{name}, {rule}");
            let threshold = sorted.at(rule, &weights);
            close(threshold, &row["threshold"], &what);
            let threshold = threshold.expect("compared");
            let at = |threshold: f64| Confusion::at(threshold, &judged, &scores).expect("finite");
            let found = at(threshold);
            let rates = [found.sensitivity(), found.false_positive_rate(), found.positive_rate()];
            for (rate, expected) in rates.into_iter().zip(row["rates"].as_array().expect("rates")) {
                close(rate, expected, &what);
            }
            match found.precision() {
                Some(_) => close(found.precision(), &row["rates"][3], &what),
                None => assert!(row["rates"][3].is_null(), "{what}"),
            }
            let own: Vec<usize> = (0..judged.len()).filter(|&i| judged[i]).collect();
            let hits: Vec<bool> = own.iter().map(|&i| scores[i] >= threshold).collect();
            let clusters: Vec<usize> = own.iter().map(|&i| patients[i]).collect();
            let rate = Rate::of(&hits, None, &clusters).expect("lengths");
            let replicates: Vec<f64> = numbers(&row["replicates"])
                .into_iter()
                .map(|t| at(t).sensitivity().expect("positives"))
                .collect();
            let spread =
                bootstrap.spread(rate.value().expect("positives"), &replicates).expect("many patients");
            for (key, shared) in [("sensitivity", false), ("shared", true)] {
                let chosen = rate.chosen(spread, shared).estimate("s", 0.95).expect("valid");
                let found = [chosen.value, chosen.low, chosen.high, chosen.se];
                for (found, expected) in found.into_iter().zip(row[key].as_array().expect("limits")) {
                    close(found, expected, &format!("{what}, {key}"));
                    compared += 1;
                }
            }
        }
    }
    assert!(compared >= 200, "{compared}");
}

//! Measures along a continuous attribute, beside an independent implementation (`tests/golden/along_cases.py`), and what
//! they must do whatever the data.

use proptest::prelude::*;
use qpnet_audit::rng::Streams;
use qpnet_audit::stats::along::{
    Curve, Measure, Measured, along, bandwidth, calibration_curve, critical, grid,
};
use qpnet_audit::stats::{normal, obuchowski};
use serde_json::Value;

#[derive(Clone, Debug)]
struct Sample {
    labels: Vec<bool>,
    scores: Vec<f64>,
    patients: Vec<usize>,
    weights: Vec<f64>,
    at: Vec<f64>,
}

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().expect("a list").iter().map(|x| x.as_f64().expect("a number")).collect()
}

impl Sample {
    fn read(case: &Value) -> Self {
        Self {
            labels: numbers(&case["label"]).iter().map(|&y| y == 1.0).collect(),
            scores: numbers(&case["score"]),
            patients: numbers(&case["patient"]).iter().map(|&x| x as usize).collect(),
            weights: numbers(&case["weight"]),
            at: numbers(&case["at"]),
        }
    }

    fn given(&self) -> Measured<'_> {
        let Self { labels, scores, patients, weights, at } = self;
        let weights = weights.iter().any(|&w| w != 1.0).then_some(weights.as_slice());
        Measured { labels, scores, patients, weights, at }
    }

    fn curve(&self, measure: Measure, points: &[f64], h: Option<f64>) -> Curve {
        along(self.given(), measure, (points, h), 0.95, &Streams::new(3)).expect("valid")
    }
}

fn golden() -> Value {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/golden/along.json");
    serde_json::from_str(&std::fs::read_to_string(path).expect("golden file")).expect("JSON")
}

#[track_caller]
fn close(found: f64, expected: f64, what: &str) {
    assert!((found - expected).abs() <= 1e-10 * (1.0 + expected.abs()), "{what}: {found} for {expected}");
}

#[test]
fn curves_and_their_errors_are_those_of_weighted_counts_and_of_leaving_out() {
    let golden = golden();
    let threshold = golden["threshold"].as_f64().expect("a number");
    let cases = golden["cases"].as_array().expect("cases");
    assert_eq!(cases.len(), 4);
    let mut compared = 0;
    for case in cases {
        let (name, sample) = (case["name"].as_str().expect("name"), Sample::read(case));
        let h = bandwidth(&sample.at, &sample.patients).expect("several values");
        close(h, case["bandwidth"].as_f64().expect("a number"), name);
        let points = grid(&sample.at, h);
        for (x, expected) in points.iter().zip(numbers(&case["grid"])) {
            close(*x, expected, name);
        }
        let inner = numbers(&case["inner"]);
        for (measure, key) in [
            (Measure::Auc, "auc"),
            (Measure::Sensitivity(threshold), "sensitivity"),
            (Measure::Calibration, "calibration"),
        ] {
            let found = sample.curve(measure, &inner, Some(h));
            for (point, expected) in found.points.iter().zip(case[key]["points"].as_array().expect("points"))
            {
                let of = |name: &str| expected[name].as_f64().expect("a number");
                let what = format!("{name}, {key} at {}", point.at);
                assert_eq!(point.reason, None, "{what}");
                close(point.value.expect("value"), of("value"), &what);
                close(point.se.expect("error"), of("se"), &what);
                close(point.df.expect("degrees"), of("df"), &what);
                for (found, expected) in point.effective.iter().zip(numbers(&expected["effective"])) {
                    close(*found, expected, &what);
                }
                compared += 1;
            }
            let expected = case[key]["correlations"].as_array().expect("rows");
            for (found, expected) in found.correlations.iter().zip(expected) {
                found.iter().zip(numbers(expected)).for_each(|(r, other)| close(*r, other, name));
            }
        }
        let smooth = calibration_curve(sample.given(), 0.95, &Streams::new(1)).expect("valid");
        let rows = case["smooth"]["rows"].as_array().expect("rows");
        assert_eq!(smooth.len(), rows.len(), "{name}");
        for (point, row) in smooth.iter().zip(rows) {
            let row = numbers(row);
            close(point.predicted, row[0], name);
            close(point.observed, row[1], name);
            assert!(
                (point.high - point.low) > 3.9 * row[2] || point.low == 0.0 || point.high == 1.0,
                "{name}"
            );
        }
    }
    assert!(compared > 60, "{compared}");
}

#[test]
fn factors_of_bands_are_those_of_many_draws() {
    let golden = golden();
    for case in golden["factors"].as_array().expect("factors") {
        let r: Vec<Vec<f64>> = case["correlations"].as_array().expect("rows").iter().map(numbers).collect();
        for (level, expected) in [0.9, 0.95, 0.99].into_iter().zip(numbers(&case["factors"])) {
            let found = critical(&r, level, &Streams::new(5)).expect("level");
            assert!(
                (found - expected).abs() < 0.03 + 0.03 * f64::from(level > 0.95),
                "{}: {found} {expected}",
                r.len()
            );
        }
    }
}

/// Samples on a grid of scores and ages, so that some are tied.
fn samples() -> impl Strategy<Value = Sample> {
    let row = (any::<bool>(), 0..12u32, 0..25usize, 0..40u32);
    prop::collection::vec(row, 60..160).prop_map(|rows| Sample {
        labels: rows.iter().map(|row| row.0).collect(),
        scores: rows.iter().map(|row| f64::from(row.1) / 12.0).collect(),
        patients: rows.iter().map(|row| row.2).collect(),
        weights: vec![1.0; rows.len()],
        at: rows.iter().map(|row| 20.0 + f64::from(row.3)).collect(),
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Who stands where in the table changes nothing but the last digits.
    #[test]
    fn the_order_of_samples_is_nothing(sample in samples(), turn in 1..50usize) {
        let n = sample.labels.len();
        let order: Vec<usize> = (0..n).map(|i| (i + turn) % n).rev().collect();
        let turned = Sample {
            labels: order.iter().map(|&i| sample.labels[i]).collect(),
            scores: order.iter().map(|&i| sample.scores[i]).collect(),
            patients: order.iter().map(|&i| 900 - sample.patients[i]).collect(),
            weights: sample.weights.clone(),
            at: order.iter().map(|&i| sample.at[i]).collect(),
        };
        let points = [25.0, 40.0, 55.0];
        for measure in [Measure::Auc, Measure::Sensitivity(0.5), Measure::Calibration] {
            let (a, b) = (sample.curve(measure, &points, Some(9.0)), turned.curve(measure, &points, Some(9.0)));
            for (a, b) in a.points.iter().zip(&b.points) {
                prop_assert_eq!(&a.reason, &b.reason);
                for (a, b) in [(a.value, b.value), (a.se, b.se), (a.low, b.low), (a.high, b.high)] {
                    prop_assert!((a.unwrap_or(9.0) - b.unwrap_or(9.0)).abs() < 1e-9, "{:?} {:?}", a, b);
                }
            }
        }
        let (a, b) = (bandwidth(&sample.at, &sample.patients), bandwidth(&turned.at, &turned.patients));
        prop_assert!((a.unwrap_or(9.0) - b.unwrap_or(9.0)).abs() < 1e-12);
    }

    /// An age that is the same for all, or a kernel as wide as the world, is no age at all; ages in other units are the
    /// same ages.
    #[test]
    fn without_an_age_a_curve_is_the_plain_measure(sample in samples()) {
        prop_assume!(sample.labels.iter().any(|y| *y) && sample.labels.iter().any(|y| !*y));
        let plain = obuchowski::single(&sample.labels, &sample.scores, &sample.patients, 0.95).expect("valid");
        let alike = Sample { at: vec![50.0; sample.labels.len()], ..sample.clone() };
        prop_assert_eq!(bandwidth(&alike.at, &alike.patients), None);
        let flat = alike.curve(Measure::Auc, &grid(&alike.at, 1.0), None);
        let wide = sample.curve(Measure::Auc, &[30.0, 50.0], Some(1e9));
        for point in flat.points.iter().chain(&wide.points).filter(|point| point.reason.is_none()) {
            prop_assert!((point.value.expect("value") - plain.value.expect("value")).abs() < 1e-9);
            prop_assert!((point.se.expect("se") - plain.se.expect("se")).abs() < 1e-9);
        }
        let months = Sample { at: sample.at.iter().map(|years| 12.0 * years).collect(), ..sample.clone() };
        let (a, b) = (
            sample.curve(Measure::Calibration, &[30.0, 50.0], Some(8.0)),
            months.curve(Measure::Calibration, &[360.0, 600.0], Some(96.0)),
        );
        for (a, b) in a.points.iter().zip(&b.points) {
            prop_assert!((a.value.unwrap_or(9.0) - b.value.unwrap_or(9.0)).abs() < 1e-12);
        }
    }
}

#[test]
fn points_without_patients_near_are_not_drawn_and_say_why() {
    // Two crowds and nothing between.
    let n = 400;
    let sample = Sample {
        labels: (0..n).map(|i| i % 2 == 0).collect(),
        scores: (0..n).map(|i| ((i * 37) % 101) as f64 / 101.0).collect(),
        patients: (0..n).collect(),
        weights: vec![1.0; n],
        at: (0..n).map(|i| if i < 200 { 20.0 + (i % 10) as f64 } else { 70.0 + (i % 10) as f64 }).collect(),
    };
    let found = sample.curve(Measure::Auc, &[10.0, 25.0, 50.0, 75.0], Some(4.0));
    let drawn: Vec<f64> = found.drawn().map(|point| point.0).collect();
    assert_eq!(drawn, [25.0, 75.0]);
    let reason = found.points[2].reason.as_deref().expect("a reason");
    assert!(reason.contains("0 within one bandwidth"), "{reason}");
    assert_eq!(found.points[2].value, None, "never a number from afar");
    // Far from each other two points have nothing in common.
    assert!(found.correlations[0][1].abs() < 1e-9);
    let apart = normal::two_sided_factor(0.95f64.sqrt()).expect("level");
    assert!((found.factor.expect("a band") - apart).abs() < 0.04);
    // Without an outcome near there is none either.
    let lopsided = Sample { labels: (0..n).map(|i| i >= 200 && i % 2 == 0).collect(), ..sample.clone() };
    let found = lopsided.curve(Measure::Auc, &[25.0, 75.0], Some(4.0));
    assert!(
        found.points[0]
            .reason
            .as_deref()
            .is_some_and(|why| why.contains("effective patients with positives"))
    );
    assert!(found.points[1].low.is_some());
    assert!(
        along(
            Measured { at: &[1.0], ..sample.given() },
            Measure::Auc,
            (&[1.0], None),
            0.95,
            &Streams::new(1)
        )
        .is_err()
    );
    let unknown = vec![f64::NAN; n];
    assert!(
        along(
            Measured { at: &unknown, ..sample.given() },
            Measure::Auc,
            (&[1.0], None),
            0.95,
            &Streams::new(1)
        )
        .is_err()
    );
}

#[test]
fn a_sensitivity_of_one_still_has_limits_and_no_event_is_no_proof() {
    let n = 120;
    let sample = Sample {
        labels: (0..n).map(|i| i % 2 == 0).collect(),
        scores: (0..n).map(|i| if i % 2 == 0 { 0.9 } else { 0.1 }).collect(),
        patients: (0..n).collect(),
        weights: vec![1.0; n],
        at: (0..n).map(|i| i as f64).collect(),
    };
    for measure in [Measure::Sensitivity(0.5), Measure::Auc] {
        let found = sample.curve(measure, &[30.0, 60.0, 90.0], Some(15.0));
        for (_, value, low, high) in found.drawn() {
            assert!(value == 1.0 && low < 0.95 && high == 1.0, "{measure:?}: {low} {high}");
        }
        assert_eq!(found.drawn().count(), 3);
    }
    // Probabilities of a tenth and nobody ill: their own error, not none.
    let none = Sample { labels: vec![false; n], scores: vec![0.1; n], ..sample };
    let found = none.curve(Measure::Calibration, &[30.0, 60.0, 90.0], Some(15.0));
    for point in &found.points {
        let (w, n_eff) = (point.se.expect("se"), point.effective[0]);
        assert!((w - (0.09 / n_eff).sqrt()).abs() < 1e-12 && point.high.expect("high") > -0.1, "{point:?}");
    }
}

//! Audits of weighted samples.

use std::fmt::Write as _;

use qpnet_audit::audit::{Audit, Predictions, Reading, audit};
use qpnet_audit::metrics;

use crate::audit_support::{parse, quick};
use crate::predictions::table;

fn audited(text: &str, reading: &Reading) -> Result<(Predictions, Audit), String> {
    let predictions =
        Predictions::parse("t.csv", text.as_bytes(), reading).map_err(|error| error.to_string())?;
    let found = audit(&predictions, &quick()).map_err(|error| error.to_string())?;
    Ok((predictions, found))
}

/// The table with a weight a sample, as text.
fn weighted(weight: impl Fn(u32) -> String) -> String {
    let mut text = String::new();
    for (at, line) in table().lines().enumerate() {
        let sample = line.split(',').next().and_then(|name| name.strip_prefix('s')?.parse().ok());
        let end = if at == 0 { "w".to_owned() } else { weight(sample.expect("sample")) };
        writeln!(text, "{line},{end}").expect("text");
    }
    text
}

fn by_weight() -> Reading {
    let mut reading = Reading::default();
    reading.columns.weights = Some("w".to_owned());
    reading
}

#[test]
fn whole_weights_are_repetitions() {
    let (predictions, found) =
        audited(&weighted(|sample| (sample % 4).to_string()), &by_weight()).expect("audit");
    assert!(
        found.weighted && found.notes.iter().any(|note| note.contains("are weighted; samples, patients"))
    );
    for cell in &found.cells {
        let (labels, scores) = predictions.of(&cell.method, &cell.group, 0);
        let first = if cell.group == "north" { 0 } else { 160 };
        let (mut many, mut often) = (Vec::new(), Vec::new());
        for (at, (&label, &score)) in labels.iter().zip(&scores).enumerate() {
            for _ in 0..(first + at) % 4 {
                many.push(label);
                often.push(score);
            }
        }
        let called = metrics::Confusion::at(0.5, &many, &often).expect("valid");
        let calibration = cell.calibration.as_ref().expect("probabilities");
        let line = metrics::calibration_line(&many, &often).expect("valid").expect("overlap");
        for (found, expected) in [
            (&cell.auc, metrics::auc(&many, &often).expect("valid")),
            (&cell.average_precision, metrics::average_precision(&many, &often).expect("valid")),
            (&cell.sensitivity, called.sensitivity()),
            (&cell.specificity, called.specificity()),
            (&cell.positive_rate, called.positive_rate()),
            (&calibration.brier, metrics::brier(&many, &often).expect("valid")),
            (&calibration.skill, metrics::brier_skill(&many, &often).expect("valid")),
            (&calibration.slope, Some(line.slope)),
            (&calibration.in_the_large, Some(line.in_the_large)),
        ] {
            let (value, low, high) = found.triple().expect("an interval");
            assert!((value - expected.expect("value")).abs() < 1e-9, "{found:?}, {expected:?}");
            assert!(low < value && value < high, "{found:?}");
        }
        let error = metrics::calibration_error(&many, &often, 10).expect("valid").expect("samples");
        let (value, _, high) = calibration.error.triple().expect("an interval");
        assert!((value - error).abs() < 1e-12 && high > 0.0, "{:?}, {error}", calibration.error);
        assert_eq!(cell.samples, labels.len(), "counts are not weighted");
    }
    assert!(found.against.iter().all(|entry| entry.auc.p.is_some()) && found.claims.len() == 1);
}

#[test]
fn equal_weights_change_no_value_and_scale_changes_nothing() {
    let plain = audit(&parse(&table()).expect("sound"), &quick()).expect("audit");
    let [one, tenth] =
        ["1", "0.1"].map(|weight| audited(&weighted(|_| weight.to_owned()), &by_weight()).expect("audit").1);
    for ((a, b), unweighted) in one.cells.iter().zip(&tenth.cells).zip(&plain.cells) {
        assert!((a.auc.value.expect("value") - unweighted.auc.value.expect("value")).abs() < 1e-12);
        for (a, b) in
            [(&a.auc, &b.auc), (&a.sensitivity, &b.sensitivity), (&a.average_precision, &b.average_precision)]
        {
            let ((v, l, h), (w, m, i)) = (a.triple().expect("interval"), b.triple().expect("interval"));
            assert!((v - w).abs() < 1e-9 && (l - m).abs() < 1e-9 && (h - i).abs() < 1e-9, "{a:?} {b:?}");
        }
        assert!((a.effective_samples.expect("weighted") - a.samples as f64).abs() < 1e-9);
    }
}

#[test]
fn weights_that_are_none_are_refused() {
    for (weight, expected) in [
        ("-1", "row 2, column w: found \"-1\"; expected a weight: a finite number, 0 or more"),
        ("", "row 2, column w: found \"\"; expected a weight"),
        ("inf", "row 2, column w: found \"inf\""),
        ("much", "row 2, column w: found \"much\""),
    ] {
        let error = audited(&weighted(|_| weight.to_owned()), &by_weight()).expect_err(expected);
        assert!(error.contains(expected), "{error}");
    }
    let text = weighted(|_| "1".to_owned()).replacen(",1\n", ",2\n", 1);
    assert!(audited(&text, &by_weight()).expect_err("two weights").contains("sample s0 has another weight"));
    // Nobody counts: there is no number, and it says so.
    let (_, none) = audited(&weighted(|_| "0".to_owned()), &by_weight()).expect("audit");
    assert!(none.cells.iter().all(|cell| cell.auc.value.is_none() && cell.sensitivity.value.is_none()));
    assert_eq!(none.cells[0].sensitivity.reason.as_deref(), Some("all weights are 0"));
}

//! Net benefit, and gaps that are smaller because somebody lost.

use std::fmt::Write as _;

use qpnet_audit::audit::{Audit, AuditOptions, audit};
use qpnet_audit::report::audit_words;
use serde_json::Value;

use crate::audit_support::{audited, parse, qpnet, quick};
use crate::predictions::{noise, table};

fn curve(thresholds: &[f64]) -> AuditOptions {
    AuditOptions { decision_curve: thresholds.to_vec(), ..quick() }
}

#[test]
fn net_benefit_counts_true_and_false_positives() {
    let found = audited(&table(), &curve(&[0.5, 0.2])).expect("audit");
    assert_eq!(found.net_benefits.len(), 8);
    let predictions = parse(&table()).expect("sound");
    for entry in &found.net_benefits {
        let (labels, scores) = predictions.of(&entry.method, &entry.group, 0);
        let odds = entry.threshold / (1.0 - entry.threshold);
        let count = |wanted: bool| {
            labels.iter().zip(&scores).filter(|(y, s)| **y == wanted && **s >= entry.threshold).count() as f64
        };
        let expected = (count(true) - odds * count(false)) / labels.len() as f64;
        let (value, low, high) = entry.net_benefit.triple().expect("an interval");
        assert!((value - expected).abs() < 1e-12 && low < value && value < high, "{entry:?}");
        let rate = labels.iter().filter(|&&y| y).count() as f64 / labels.len() as f64;
        let all = entry.everybody.value.expect("value");
        assert!((all - (rate - odds * (1.0 - rate))).abs() < 1e-12);
        assert!((entry.over_everybody.difference.value.expect("value") - (value - all)).abs() < 1e-12);
    }
    let plain = audited(&table(), &quick()).expect("audit");
    assert!(!serde_json::to_string(&plain).expect("JSON").contains("net_benefit"));
    for (options, expected) in [
        (curve(&[0.0]), "a threshold of the decision curve is 0; expected a probability between 0 and 1"),
        (curve(&[1.5]), "a threshold of the decision curve is 1.5"),
        (AuditOptions { probabilities: false, ..curve(&[0.2]) }, "probabilities, which --ranks says"),
    ] {
        let error = audited(&table(), &options).expect_err(expected);
        assert!(error.contains(expected), "{error}");
    }
}

/// A method that serves the north worse by `north` and the south better by `south`.
fn shifted(north: f64, south: f64) -> String {
    let mut text = String::from("sample_id,patient,method,group,label,score\n");
    for method in ["plain", "fair"] {
        for sample in 0..800u32 {
            let (patient, label) = (sample / 2, f64::from(sample / 2 % 2));
            let (group, ahead, change) =
                if sample < 500 { ("north", 0.5, -north) } else { ("south", 0.2, south) };
            let ahead = if method == "fair" { ahead + change } else { ahead };
            let score = (label * ahead + noise(sample) + 0.05 * noise(sample + 9000)) / 2.1;
            writeln!(text, "s{sample},p{patient},{method},{group},{label},{score:.6}").expect("text");
        }
    }
    text
}

fn levelled(north: f64, south: f64) -> Audit {
    audit(&parse(&shifted(north, south)).expect("sound"), &quick()).expect("audit")
}

#[test]
fn a_gap_bought_by_the_better_served_is_said_first() {
    let found = levelled(0.25, 0.0);
    let entry = &found.levelled_down[0];
    assert_eq!(
        (entry.better.as_str(), entry.worse.as_str(), entry.method.as_str()),
        ("north", "south", "fair")
    );
    assert_eq!(entry.before, found.gaps[0].auc.difference);
    let words = audit_words(&found);
    assert!(
        words.starts_with("Levelling down: with fair the gap between north and south came out smaller"),
        "{words}"
    );
    assert!(
        words
            .lines()
            .next()
            .expect("first")
            .contains("the change is not tested), and north, which was ahead, got worse, −0."),
        "{words}"
    );
    // Levelling up is no levelling down, nor is a gap that grew.
    for (north, south) in [(0.0, 0.2), (-0.2, 0.0), (0.0, 0.0)] {
        let found = levelled(north, south);
        assert!(
            found.levelled_down.is_empty() && !audit_words(&found).contains("Levelling"),
            "{north} {south}"
        );
        assert!(!serde_json::to_string(&found).expect("JSON").contains("levelled"));
    }
    assert!(!entry.reversed && !entry.claim_shown && entry.also_lost.is_empty(), "{entry:?}");
    // Behind by less than it was ahead; and what Holm's p-value does not show is not said.
    let reversed = levelled(0.4, 0.0);
    assert!(
        reversed.levelled_down[0].reversed
            && audit_words(&reversed).starts_with("Levelling down, and the gap reversed: ")
    );
    for loss in [0.02, 0.04, 0.06, 0.08] {
        let found = levelled(loss, 0.0);
        let shown = found.against[0].auc.p_holm.is_some_and(|p| p <= 0.05);
        assert_eq!(!found.levelled_down.is_empty(), shown, "{loss}: {:?}", found.against[0]);
    }
    // The same with the names turned round: the dominant subgroup is the worse served one.
    let turned = AuditOptions { dominant: Some("south".into()), ..quick() };
    let turned = audit(&parse(&shifted(0.25, 0.0)).expect("sound"), &turned).expect("audit");
    assert_eq!(
        (turned.levelled_down[0].better.as_str(), turned.levelled_down[0].worse.as_str()),
        ("north", "south")
    );
    assert_eq!(turned.levelled_down[0].loss.difference, entry.loss.difference);
}

#[test]
fn the_program_draws_decision_curves() {
    let folder = tempfile::tempdir().expect("folder");
    std::fs::write(folder.path().join("t.csv"), table()).expect("table");
    let asked = ["audit", "t.csv", "--patient", "patient", "--decision-curve", "0.1,0.2,0.4", "--out", "r"];
    let out = qpnet(&asked, folder.path());
    let said = format!("{}{}", String::from_utf8_lossy(&out.stdout), String::from_utf8_lossy(&out.stderr));
    assert!(out.status.success() && said.contains("Net benefit (95 % intervals)"), "{said}");
    let summary = std::fs::read(folder.path().join("r/summary.json")).expect("summary");
    let summary: Value = serde_json::from_slice(&summary).expect("JSON");
    assert_eq!(summary["net_benefits"].as_array().map(Vec::len), Some(12));
    for figure in ["decision_1.svg", "decision_2.png"] {
        assert!(folder.path().join("r/figures").join(figure).is_file(), "{figure}");
    }
    let told = qpnet(&["audit", "--explain"], folder.path());
    let told = String::from_utf8(told.stdout).expect("text");
    for number in ["AUC\n", "Net benefit\n", "Gap at one mix\n", "Wilson 1927", "Levelling down\n"] {
        assert!(told.contains(number), "{number} is not in\n{told}");
    }
    let ranks = qpnet(&["audit", "t.csv", "--ranks", "--decision-curve", "0.1"], folder.path());
    assert_eq!(ranks.status.code(), Some(2));
}

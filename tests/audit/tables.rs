//! Audits of tables that are sound, and of tables that are not.

use std::fs;

use qpnet_audit::audit::{AuditOptions, audit};
use qpnet_audit::metrics;
use qpnet_audit::stats::obuchowski;
use serde_json::Value;

use crate::audit_support::{audited, example_of_help, parse, qpnet, quick};
use crate::predictions::table;

#[test]
fn numbers_are_those_of_the_functions_they_name() {
    let predictions = parse(&table()).expect("sound");
    let found = audit(&predictions, &quick()).expect("audit");
    assert_eq!((found.reference.as_str(), found.dominant.as_str()), ("plain", "north"));
    assert_eq!((found.rows, found.patients, found.cells.len()), (480, 120, 4));
    for cell in &found.cells {
        let (labels, scores) = predictions.of(&cell.method, &cell.group, 0);
        assert_eq!(cell.samples, labels.len());
        assert_eq!(cell.auc.value, metrics::auc(&labels, &scores).expect("valid"));
        let ap = metrics::average_precision(&labels, &scores).expect("valid");
        assert!((cell.average_precision.value.expect("value") - ap.expect("both outcomes")).abs() < 1e-12);
        let called = metrics::Confusion::at(0.5, &labels, &scores).expect("valid");
        assert_eq!(cell.sensitivity.value, called.sensitivity());
        // One minus the false positive rate, to rounding.
        let specificity = called.specificity().expect("negatives");
        assert!((cell.specificity.value.expect("value") - specificity).abs() < 1e-12);
        assert_eq!(cell.positive_rate.value, called.positive_rate());
        let calibration = cell.calibration.as_ref().expect("probabilities");
        let error = metrics::calibration_error(&labels, &scores, 10).expect("valid").expect("samples");
        assert!((calibration.error.value.expect("value") - error).abs() < 1e-12);
        let line = metrics::calibration_line(&labels, &scores).expect("valid").expect("overlap");
        assert!((calibration.slope.value.expect("value") - line.slope).abs() < 1e-9);
        let skill = metrics::brier_skill(&labels, &scores).expect("valid").expect("both outcomes");
        assert!((calibration.skill.value.expect("value") - skill).abs() < 1e-12);
        for estimate in [&cell.auc, &cell.average_precision, &cell.sensitivity, &calibration.slope] {
            let (value, low, high) = estimate.triple().expect("an interval");
            assert!(low < value && value < high, "{estimate:?}");
        }
    }
    // Methods and subgroups against each other, by hand.
    let patients = |group: &str| -> Vec<usize> {
        let range = if group == "north" { 0..160 } else { 160..240 };
        range.map(|sample: usize| sample / 2).collect()
    };
    let (labels, plain) = predictions.of("plain", "south", 0);
    let (_, worse) = predictions.of("worse", "south", 0);
    let by_hand = obuchowski::paired(&labels, &worse, &plain, &patients("south"), 0.95).expect("valid");
    let south = found.against.iter().find(|entry| entry.group == "south").expect("south");
    assert_eq!((south.auc.p, south.samples), (by_hand.p, 80));
    assert_eq!(south.auc.difference.value, by_hand.difference.value);
    let gap = found.gaps.iter().find(|gap| gap.method == "plain").expect("gap");
    let north = found.cells[0].auc.value.expect("value");
    let difference = north - found.cells[1].auc.value.expect("value");
    assert!((gap.auc.difference.value.expect("value") - difference).abs() < 1e-12);
    // The other way round: the same difference with the other sign.
    let turned = AuditOptions { dominant: Some("south".into()), ..quick() };
    let turned = audited(&table(), &turned).expect("audit");
    let back = turned.gaps.iter().find(|gap| gap.method == "plain").expect("gap");
    assert!((back.auc.difference.value.expect("value") + difference).abs() < 1e-12);
}

#[test]
fn order_of_rows_and_scale_of_ranks_change_nothing() {
    let found = audited(&table(), &quick()).expect("audit");
    let mut rows: Vec<&str> = Vec::new();
    let text = table();
    let (header, body) = text.split_once('\n').expect("header");
    rows.extend(body.lines().rev());
    // The first row's method leads: keep `plain` as the reference.
    let turned = format!("{header}\n{}\n", rows.join("\n"));
    let options = AuditOptions { reference: Some("plain".into()), ..quick() };
    let other = audited(&turned, &options).expect("audit");
    for cell in &found.cells {
        let same = other.cells.iter().find(|c| (&c.method, &c.group) == (&cell.method, &cell.group));
        let same = same.expect("cell");
        assert_eq!(same.auc.value, cell.auc.value);
        for (a, b) in [(&same.auc, &cell.auc), (&same.sensitivity, &cell.sensitivity)] {
            let gap = a.low.expect("low") - b.low.expect("low");
            assert!(gap.abs() < 1e-12, "sums in another order, no more: {gap}");
        }
    }
    let scale = |line: &str| {
        let (rest, score) = line.rsplit_once(',').expect("score");
        score.parse::<f64>().map_or(line.to_owned(), |score| format!("{rest},{}", 100.0 * score - 7.0))
    };
    let scaled: Vec<String> = text.lines().map(scale).collect();
    let ranks = AuditOptions { probabilities: false, threshold: Some(43.0), ..quick() };
    let ranked = audited(&(scaled.join("\n") + "\n"), &ranks).expect("audit");
    for (cell, plain) in ranked.cells.iter().zip(&found.cells) {
        assert_eq!(cell.auc.triple(), plain.auc.triple());
        assert_eq!(cell.sensitivity.triple(), plain.sensitivity.triple());
        assert!(cell.calibration.is_none());
    }
}

#[test]
fn the_claim_follows_the_scores() {
    // Turn the two round: `plain` against the reference `worse` gains in the south, loses nowhere.
    let options = AuditOptions { reference: Some("worse".into()), ..quick() };
    let found = audited(&table(), &options).expect("audit");
    let [claim] = found.claims.as_slice() else { panic!("one claim: {:?}", found.claims) };
    assert_eq!((claim.method.as_str(), claim.group.as_str()), ("plain", "south"));
    assert_eq!(claim.p_non_inferiority, Some(0.0), "the north is untouched");
    let superior = found.against.iter().find(|entry| entry.group == "south").expect("south");
    let better = superior.auc.difference.value.expect("value") > 0.0;
    assert_eq!(claim.verdict == "shown", better && claim.p_superiority.expect("test") <= 0.05);
}

#[test]
fn cells_without_numbers_say_why() {
    let one_class = "label,score,group\n1,0.9,a\n0,0.2,a\n1,0.8,b\n1,0.7,b\n";
    let found = audited(one_class, &quick()).expect("audit");
    let b = found.cells.iter().find(|cell| cell.group == "b").expect("b");
    assert_eq!((b.auc.value, b.specificity.value), (None, None));
    assert_eq!(b.auc.reason.as_deref(), Some("no negatives among 2 samples"));
    assert_eq!(b.flag.as_deref(), Some("no negatives among 2 samples"));
    assert!(found.notes.iter().any(|note| note.contains("rows count as independent")), "{:?}", found.notes);
    let constant = "label,score,group\n1,0.5,a\n0,0.5,a\n1,0.5,a\n0,0.5,a\n";
    let found = audited(constant, &quick()).expect("audit");
    assert_eq!(found.cells[0].auc.value, Some(0.5));
    assert!(found.gaps.is_empty() && found.claims.is_empty(), "one group");
    let notes = found.notes.join("\n");
    assert!(
        notes.contains("a is the only subgroup") && notes.contains("are its scores all equal?"),
        "{notes}"
    );
    let slope = &found.cells[0].calibration.as_ref().expect("probabilities").slope;
    assert_eq!(slope.value, None, "equal forecasts have no slope");
}

#[test]
fn the_program_writes_a_report_and_says_what_is_wrong() {
    let folder = tempfile::tempdir().expect("folder");
    fs::write(folder.path().join("t.csv"), table()).expect("table");
    let out = qpnet(&["audit", "t.csv", "--patient", "patient", "--out", "report"], folder.path());
    let words = String::from_utf8_lossy(&out.stdout);
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    assert!(words.contains("480 rows of 120 patients; 2 subgroups, dominant north."), "{words}");
    assert!(
        words.starts_with("Quasi-Pareto improvement of worse over plain for south is "),
        "the answer first: {words}"
    );
    assert!(words.contains("Quasi-Pareto improvement of worse over plain for south is not shown"), "{words}");
    let report = folder.path().join("report");
    let page = fs::read_to_string(report.join("report.html")).expect("page");
    assert!(page.contains("<svg") && !page.contains("src="), "self-contained");
    assert!(page.contains("class=\"narrow\"") && page.contains("data-label=\"AUC\""), "narrow screens");
    for name in [
        "report.md",
        "figures/auc.svg",
        "figures/against.csv",
        "figures/density_1.csv",
        "figures/reliability_2.png",
    ] {
        assert!(report.join(name).is_file(), "{name}");
    }
    let band = fs::read_to_string(report.join("figures/roc_1.csv")).expect("numbers");
    assert!(band.starts_with("series,x,y,low,high\nchance,0,0,,\n"), "{band}");
    assert_eq!(band.lines().filter(|line| line.starts_with("south,")).count(), 101);
    let markdown = fs::read_to_string(report.join("report.md")).expect("report");
    for part in ["## Every subgroup", "## Between subgroups", "## Between methods", "figures/density_2.png"] {
        assert!(markdown.contains(part), "{part}");
    }
    let summary: Value =
        serde_json::from_str(&fs::read_to_string(report.join("summary.json")).expect("summary"))
            .expect("JSON");
    assert_eq!(summary["cells"].as_array().map(Vec::len), Some(4));

    let json = qpnet(&["audit", "t.csv", "--json", "--only", "method=plain"], folder.path());
    let found: Value = serde_json::from_slice(&json.stdout).expect("one object");
    assert_eq!(found["methods"], serde_json::json!(["plain"]));

    for (arguments, expected) in [
        (["audit", "none.csv", "--ranks"], "none.csv"),
        (["audit", "t.csv", "--only=method=best"], "no row has method=best"),
        (["audit", "t.csv", "--score=risk"], "\"risk\" is not there; the table has sample_id, patient"),
    ] {
        let out = qpnet(&arguments, folder.path());
        let error = String::from_utf8_lossy(&out.stderr);
        assert_eq!(out.status.code(), Some(1), "{error}");
        assert!(error.contains(expected) && error.lines().count() == 1, "{error}");
    }
    for arguments in [
        ["audit", "t.csv", "--only=method"],
        ["audit", "t.csv", "--margin=-0.1"],
        ["audit", "t.csv", "--reference=best"],
        ["audit", "t.csv", "--dominant=east"],
    ] {
        let out = qpnet(&arguments, folder.path());
        assert_eq!(out.status.code(), Some(2), "{arguments:?}: {}", String::from_utf8_lossy(&out.stderr));
        assert!(out.stdout.is_empty(), "{arguments:?}");
    }
}

#[test]
fn the_example_of_the_help_page_runs_as_it_stands() {
    let folder = tempfile::tempdir().expect("folder");
    let out = example_of_help("audit", "qpnet-audit audit data-manifests/examples/", folder.path());
    let words = String::from_utf8_lossy(&out.stdout);
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    assert!(words.contains("1200 rows of 300 patients; 2 subgroups, dominant dominant."), "{words}");
    assert!(words.contains("Quasi-Pareto improvement of divide-and-conquer over mixed"), "{words}");
    assert!(folder.path().join("target/audit/report.html").is_file());
}

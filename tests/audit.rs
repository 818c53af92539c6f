//! Audits of tables that are sound, and of tables that are not.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use qpnet_lib::audit::{Audit, AuditOptions, CurveColumns, CurveTable, Predictions, Reading, audit};
use qpnet_lib::metrics;
use qpnet_lib::stats::obuchowski;
use qpnet_lib::stats::pareto::{Criterion, Verdict};
use serde_json::Value;

/// Two methods on two hospitals, two images a patient; `worse` is the first method with its scores
/// of the second hospital moved towards 1/2.
fn table() -> String {
    let mut text = String::from("sample_id,patient,method,group,label,score\n");
    for (method, pull) in [("plain", 1.0), ("worse", 0.3)] {
        for sample in 0..240u32 {
            let (patient, label) = (sample / 2, sample / 2 % 2);
            let group = if sample < 160 { "north" } else { "south" };
            // Knuth's multiplicative hash: noise without a pattern.
            let noise = f64::from((sample + 1).wrapping_mul(2_654_435_761) >> 8) / f64::from(1u32 << 24);
            let own = f64::from(label) * 0.3 + 0.7 * noise;
            let score =
                if group == "south" { 0.5 + pull * (own - 0.5) + 0.2 * (1.0 - pull) * noise } else { own };
            writeln!(text, "s{sample},p{patient},{method},{group},{label},{score:.6}").expect("text");
        }
    }
    text
}

fn parse(text: &str) -> Result<Predictions, String> {
    Predictions::parse("t.csv", text.as_bytes(), &Reading::default()).map_err(|error| error.to_string())
}

fn audited(text: &str, options: &AuditOptions) -> Result<Audit, String> {
    audit(&parse(text)?, options).map_err(|error| error.to_string())
}

fn quick() -> AuditOptions {
    AuditOptions { replicates: 200, ..AuditOptions::default() }
}

#[test]
fn numbers_are_those_of_the_functions_they_name() {
    let predictions = parse(&table()).expect("sound");
    let found = audit(&predictions, &quick()).expect("audit");
    assert_eq!((found.reference.as_str(), found.dominant.as_str()), ("plain", "north"));
    assert_eq!((found.rows, found.patients, found.cells.len()), (480, 120, 4));
    for cell in &found.cells {
        let (labels, scores) = predictions.of(&cell.method, &cell.group);
        assert_eq!(cell.samples, labels.len());
        assert_eq!(cell.auc.value, metrics::auc(&labels, &scores).expect("valid"));
        let ap = metrics::average_precision(&labels, &scores).expect("valid");
        assert_eq!(cell.average_precision.value, ap);
        let called = metrics::Confusion::at(0.5, &labels, &scores).expect("valid");
        assert_eq!(cell.sensitivity.value, called.sensitivity());
        assert_eq!(cell.specificity.value, called.specificity());
        assert_eq!(cell.positive_rate.value, called.positive_rate());
        let calibration = cell.calibration.as_ref().expect("probabilities");
        let error = metrics::calibration_error(&labels, &scores, 10).expect("valid").expect("samples");
        assert!((calibration.error.value.expect("value") - error).abs() < 1e-12);
        let line = metrics::calibration_line(&labels, &scores).expect("valid").expect("overlap");
        assert_eq!(calibration.slope.value, Some(line.slope));
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
    let (labels, plain) = predictions.of("plain", "south");
    let (_, worse) = predictions.of("worse", "south");
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
    let ranks = AuditOptions { probabilities: false, threshold: 43.0, ..quick() };
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

/// A table with one row replaced.
fn spoilt(row: usize, line: &str) -> String {
    let text = table();
    let mut lines: Vec<&str> = text.lines().collect();
    lines[row - 1] = line;
    lines.join("\n") + "\n"
}

#[test]
fn bad_tables_are_refused_with_row_and_column() {
    let cases = [
        (String::new(), "t.csv: row 1: the file is empty"),
        ("a;b;c\n1;2;3\n".into(), "fields are separated by ';'; expected commas"),
        ("label,score,group,score\n".into(), "there are two columns \"score\""),
        ("label,score,group\n".into(), "row 1: there is a header and no row"),
        (spoilt(5, "s3,p1,plain,north,1"), "row 5: has 5 fields; expected 6"),
        (spoilt(5, "s3,p1,plain,north,maybe,0.5"), "row 5, column label: found \"maybe\"; expected 0 or 1"),
        (spoilt(5, "s3,p1,plain,north,,0.5"), "row 5, column label: found \"\""),
        (
            spoilt(5, "s3,p1,plain,north,1,inf"),
            "row 5, column score: found \"inf\"; expected a finite number",
        ),
        (spoilt(5, "s3,p1,plain,north,1,high"), "row 5, column score: found \"high\""),
        (spoilt(5, "s3,p1,plain,,1,0.5"), "row 5, column group: found \"\"; expected the name of a group"),
        (spoilt(5, "s2,p1,plain,north,1,0.5"), "rows 4 and 5: method plain has sample s2 twice"),
        (spoilt(5, "s3,p1,plain,south,1,0.5"), "rows 5 and 245: sample s3 has another group"),
        (spoilt(5, "s3,p9,plain,north,1,0.5"), "rows 5 and 245: sample s3 has another patient"),
        (spoilt(5, "s3,p1,plain,north,0,0.5"), "rows 5 and 245: sample s3 has another label"),
        (spoilt(5, "s3,p1,plain,north,1,1.5"), "row 5, column score: found \"1.5\"; expected a probability"),
        ("label,score,hospital\n1,0.5,a\n".into(), "no column for the group"),
    ];
    for (text, expected) in cases {
        let error = audited(&text, &quick()).expect_err(expected);
        assert!(error.contains(expected), "{error}\nexpected: {expected}");
    }
    let bytes = [b"label,score,group\n1,0.5,".as_slice(), &[0xff, 0xfe], b"\n"].concat();
    let error =
        Predictions::parse("t.csv", bytes.as_slice(), &Reading::default()).expect_err("bytes").to_string();
    assert!(error.contains("row 2: is not UTF-8"), "{error}");
    let many: String = (0..300).map(|i| format!("1,0.5,g{i}\n")).collect();
    let error = audited(&format!("label,score,group\n{many}"), &quick()).expect_err("ids");
    assert!(error.contains("there are 300 subgroups; expected at most 200"), "{error}");
    for (options, expected) in [
        (
            AuditOptions { reference: Some("best".into()), ..quick() },
            "no method \"best\"; there are plain, worse",
        ),
        (
            AuditOptions { dominant: Some("east".into()), ..quick() },
            "no group \"east\"; there are north, south",
        ),
        (AuditOptions { margin: -0.1, ..quick() }, "the margin is -0.1; expected"),
        (AuditOptions { threshold: f64::NAN, ..quick() }, "the threshold is NaN"),
    ] {
        let error = audited(&table(), &options).expect_err(expected);
        assert!(error.contains(expected), "{error}");
    }
}

#[test]
fn cells_without_numbers_say_why() {
    let one_class = "label,score,group\n1,0.9,a\n0,0.2,a\n1,0.8,b\n1,0.7,b\n";
    let found = audited(one_class, &quick()).expect("audit");
    let b = found.cells.iter().find(|cell| cell.group == "b").expect("b");
    assert_eq!((b.auc.value, b.specificity.value), (None, None));
    assert_eq!(b.auc.reason.as_deref(), Some("no negatives among 2 samples"));
    assert_eq!(b.flag.as_deref(), Some("no negatives among 2 samples"));
    assert!(found.notes[0].contains("rows count as independent"), "{:?}", found.notes);
    let constant = "label,score,group\n1,0.5,a\n0,0.5,a\n1,0.5,a\n0,0.5,a\n";
    let found = audited(constant, &quick()).expect("audit");
    assert_eq!(found.cells[0].auc.value, Some(0.5));
    assert!(found.gaps.is_empty() && found.claims.is_empty(), "one group");
    let slope = &found.cells[0].calibration.as_ref().expect("probabilities").slope;
    assert_eq!(slope.value, None, "equal forecasts have no slope");
}

fn qpnet(arguments: &[&str], folder: &Path) -> Output {
    Command::new(env!("CARGO_BIN_EXE_qpnet")).args(arguments).current_dir(folder).output().expect("qpnet")
}

#[test]
fn the_program_writes_a_report_and_says_what_is_wrong() {
    let folder = tempfile::tempdir().expect("folder");
    fs::write(folder.path().join("t.csv"), table()).expect("table");
    let out = qpnet(&["audit", "t.csv", "--patient", "patient", "--out", "report"], folder.path());
    let words = String::from_utf8_lossy(&out.stdout);
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    assert!(words.contains("480 rows of 120 patients; 2 subgroups, dominant north."), "{words}");
    assert!(words.contains("Quasi-Pareto improvement of worse over plain for south is not shown"), "{words}");
    let report = folder.path().join("report");
    let page = fs::read_to_string(report.join("report.html")).expect("page");
    assert!(page.contains("data:image/png;base64,") && !page.contains("src=\"http"), "self-contained");
    for name in ["report.md", "figures/auc.svg", "figures/roc_1.csv", "figures/reliability_2.png"] {
        assert!(report.join(name).is_file(), "{name}");
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
    assert_eq!(qpnet(&["audit", "t.csv", "--only", "method"], folder.path()).status.code(), Some(2));
}

/// Means by size with a seed's noise around them.
fn curve(dominant: [f64; 4], less: [f64; 4]) -> String {
    let mut text = String::from("size,seed,subgroup,auc\n");
    for (group, means) in [("PTC", dominant), ("FTC", less)] {
        for (at, mean) in means.iter().enumerate() {
            for seed in 0..5 {
                let noise = 0.002 * [0.0, 1.0, -1.0, 0.5, -0.5][(seed + at * seed + at) % 5];
                writeln!(text, "{},{seed},{group},{:.6}", 100 << at, mean + noise).expect("text");
            }
        }
    }
    text
}

#[test]
fn a_curve_of_anybody_is_judged() {
    let judged = |text: &str| {
        let table =
            CurveTable::parse("c.csv", text.as_bytes(), &CurveColumns::default(), "PTC").expect("curve");
        table.judge(&Criterion::default(), 999, 1).expect("judged").remove(0).judgement.verdict
    };
    let (up, down) = ([0.6, 0.7, 0.8, 0.9], [0.6, 0.9, 0.8, 0.7]);
    assert_eq!(judged(&curve(up, up)), Verdict::Satisfied);
    assert_eq!(judged(&curve(up, down)), Verdict::Violated);

    let parse = |text: &str, dominant: &str| {
        let parsed = CurveTable::parse("c.csv", text.as_bytes(), &CurveColumns::default(), dominant);
        parsed.expect_err("refused").to_string()
    };
    let sound = curve(up, down);
    let without: Vec<&str> = sound.lines().filter(|line| !line.starts_with("200,3,FTC")).collect();
    let error = parse(&without.join("\n"), "PTC");
    assert!(error.contains("no value for FTC, size 200, seed 3: curves must be complete"), "{error}");
    assert!(parse(&(sound.clone() + "100,0,PTC,0.5\n"), "PTC").contains("repeats the point of row 2"));
    assert!(parse(&(sound.clone() + "100,0,MTC,0.5\n"), "PTC").contains("there are 3 subgroups"));
    assert!(parse(&sound, "MTC").contains("there is no group \"MTC\"; there are FTC, PTC"));
    assert!(
        parse(&sound.replace("100,0,PTC", "few,0,PTC"), "PTC").contains("row 2, column size: found \"few\"")
    );
    assert!(parse(&sound.replace("auc", "area"), "PTC").contains("no column for the value"));

    let folder = tempfile::tempdir().expect("folder");
    fs::write(folder.path().join("c.csv"), sound).expect("table");
    let out = qpnet(&["pareto", "c.csv", "--dominant", "PTC", "--replicates", "999"], folder.path());
    let words = String::from_utf8_lossy(&out.stdout);
    assert!(words.contains("the model violates the Pareto fairness criterion."), "{words}");
    assert!(words.contains("only seeds vary"), "{words}");
}

//! What was not estimated, and tables as JSON lines.

use std::fmt::Write as _;
use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;
use qpnet_audit::audit::{Audit, AuditOptions, Predictions, Reading, Unknown, audit};
use serde_json::Value;

use crate::audit_support::{qpnet, quick};
use crate::predictions::table;

fn audited(text: &str, reading: &Reading, options: &AuditOptions) -> Result<Audit, String> {
    let predictions =
        Predictions::parse("t.csv", text.as_bytes(), reading).map_err(|error| error.to_string())?;
    audit(&predictions, options).map_err(|error| error.to_string())
}

fn kept() -> Reading {
    let mut reading = Reading { ledger: true, ..Reading::default() };
    reading.words.blank = Some(Unknown::Ignore);
    reading
}

fn asked() -> AuditOptions {
    AuditOptions { ledger: true, ..quick() }
}

/// Samples that begin with one of `begin` lose what `from` says.
fn without(begin: &[&str], from: &str, to: &str) -> String {
    let own = |line: &str| begin.iter().any(|begin| line.starts_with(begin));
    table()
        .lines()
        .map(|line| if own(line) { line.replace(from, to) } else { line.to_owned() } + "\n")
        .collect()
}

#[test]
fn rows_without_a_subgroup_are_in_no_number_but_in_the_bounds() {
    let text = without(&["s1,", "s2,", "s3,", "s40,", "s41,", "s42,", "s43,"], ",north,", ",,");
    let plain = audited(&text, &Reading::default(), &quick()).expect("audit");
    let found = audited(&text, &kept(), &asked()).expect("audit");
    assert_eq!((&found.cells, &found.gaps, &found.against), (&plain.cells, &plain.gaps, &plain.against));
    let ledger = found.ledger.as_ref().expect("asked");
    let entry = &ledger.entries[0];
    assert_eq!((entry.samples, entry.patients, entry.reason.as_str()), (7, 4, "the subgroup is not known"));
    // One end puts them back where they came from: the gap of the whole table.
    let whole = audited(&table(), &Reading::default(), &quick()).expect("audit");
    for (bound, gap) in ledger.bounds.iter().zip(&whole.gaps) {
        assert_eq!((&bound.method, bound.unknown, bound.samples), (&gap.method, "subgroup", 7));
        let ends = [&bound.least, &bound.most];
        let back = ends.iter().find(|end| end.flag.as_deref() == Some("all of north")).expect("an end");
        let (a, b) = (back.value.expect("value"), gap.auc.difference.value.expect("value"));
        assert!((a - b).abs() < 1e-12, "{a} {b}");
        assert!(bound.least.value <= bound.most.value && bound.least.low.is_some());
    }
    assert!(!serde_json::to_string(&plain).expect("JSON").contains("ledger"));
}

#[test]
fn unknown_outcomes_are_bounded_by_all_four_ends() {
    // Patients with even numbers are negative: one of either subgroup.
    let text = without(&["s8,", "s9,", "s200,", "s201,"], ",0,", ",,");
    let found = audited(&text, &kept(), &asked()).expect("audit");
    let ledger = found.ledger.as_ref().expect("asked");
    let lost: usize = ledger.entries.iter().map(|entry| entry.samples).sum();
    assert!(
        lost == 4 && ledger.entries.iter().all(|entry| entry.reason == "the outcome is not known"),
        "{ledger:?}"
    );
    for bound in &ledger.bounds {
        let gap = bound.gap.value.expect("value");
        assert!(bound.unknown == "outcome" && bound.least.value < bound.most.value);
        assert!(bound.least.value.expect("end") - 0.2 < gap && gap < bound.most.value.expect("end") + 0.2);
        assert!(bound.least.flag.as_deref().is_some_and(|told| told.contains("in north, all")), "{bound:?}");
    }
}

#[test]
fn a_cell_without_an_auc_is_listed_and_never_0() {
    let text = table().replace(",south,1,", ",south,0,");
    let found = audited(&text, &kept(), &asked()).expect("audit");
    let ledger = found.ledger.expect("asked");
    let words: Vec<&str> = ledger.entries.iter().map(|entry| entry.reason.as_str()).collect();
    assert_eq!(words, ["no AUC: no positives among 80 samples"; 2]);
    assert!(found.gaps.iter().all(|gap| gap.auc.difference.value.is_none()));
}

/// The table, one object a row.
fn lines() -> String {
    let mut text = String::new();
    for row in table().lines().skip(1).map(|line| line.split(',').collect::<Vec<_>>()) {
        let [sample, patient, method, group, label, score] = row.try_into().expect("six fields");
        writeln!(
            text,
            "{{\"sample_id\": \"{sample}\", \"patient\": \"{patient}\", \"method\": \"{method}\", \"group\": \"{group}\", \
             \"label\": {label}, \"score\": {score}}}"
        )
        .expect("text");
    }
    text
}

#[test]
fn json_lines_plain_and_packed_are_the_same_table() {
    let plain = audited(&table(), &Reading::default(), &quick()).expect("audit");
    let same = audited(&lines(), &Reading::default(), &quick()).expect("audit");
    assert_eq!((&plain.cells, &plain.gaps, &plain.notes), (&same.cells, &same.gaps, &same.notes));
    let folder = tempfile::tempdir().expect("folder");
    for (name, text) in [("t.jsonl.gz", lines()), ("t.csv.gz", table())] {
        let mut gzip = GzEncoder::new(Vec::new(), Compression::default());
        gzip.write_all(text.as_bytes()).expect("memory");
        std::fs::write(folder.path().join(name), gzip.finish().expect("memory")).expect("file");
        let out = qpnet(&["audit", name, "--json", "--ledger"], folder.path());
        assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
        let found: Value = serde_json::from_slice(&out.stdout).expect("JSON");
        assert_eq!(found["cells"][0]["auc"]["value"].as_f64(), plain.cells[0].auc.value, "{name}");
        assert!(found["ledger"]["entries"].as_array().is_some_and(Vec::is_empty));
    }
}

#[test]
fn objects_that_are_no_rows_are_refused_by_row_and_column() {
    let text = lines();
    let cases = [
        (text.replacen("\"score\": 0", "\"score\": \"high\", \"x\": 0", 1), "column"),
        (text.replacen("\"label\": 0", "\"label\": [0]", 1), "row 1: column label: expected a word"),
        (text.replacen("\"label\": 0", "\"label\": 2", 1), "row 1, column label: found \"2\""),
        (
            text.replacen("}\n{\"sample_id\": \"s5\"", "}\n{\"sample\": \"s5\"", 1),
            "row 6: has the column \"sample\"",
        ),
        (text.replacen("\"score\"", "\"label\"", 1), "label"),
        (
            format!("[{}]", text.trim_end().replace('\n', ",")),
            "is a list of JSON; expected one object a line",
        ),
        ("{\"label\": 1}\n".to_owned(), "there is one column"),
        ("{\"label\": 1,\n".to_owned(), "row 1: is no object of JSON"),
    ];
    for (text, expected) in cases {
        let error = audited(&text, &Reading::default(), &quick()).expect_err(expected);
        assert!(error.contains(expected), "{error}\nexpected: {expected}");
    }
}

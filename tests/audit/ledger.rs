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
    // Where they came from is one of the possible gaps.
    let whole = audited(&table(), &Reading::default(), &quick()).expect("audit");
    for (bound, gap) in ledger.bounds.iter().zip(&whole.gaps) {
        assert_eq!((&bound.method, bound.unknown, bound.samples), (&gap.method, "subgroup", 7));
        let true_gap = gap.auc.difference.value;
        assert!(bound.least.value <= true_gap && true_gap <= bound.most.value, "{bound:?} {true_gap:?}");
        assert!(bound.least.low.is_some() && bound.least.flag.is_some());
    }
    assert!(!serde_json::to_string(&plain).expect("JSON").contains("ledger"));
}

#[test]
fn a_ledger_only_adds() {
    // Also rows that would not be read: a score beyond all, a label that is none.
    let text = without(&["s1,", "s2,", "s3,", "s40,", "s41,"], ",north,", ",,")
        + "s900,p900,plain,,1,7\ns901,p901,plain,,maybe,0.5\ns902,p902,plain,,1,0.4\n";
    let plain = audited(&text, &Reading::default(), &quick()).expect("audit");
    let found = audited(&text, &kept(), &asked()).expect("audit");
    let ledger = found.ledger.clone().expect("asked");
    assert_eq!((ledger.entries[0].samples, ledger.entries[0].patients), (7, 5));
    let mut without = Audit { ledger: None, ..found };
    let told = "1 row without a subgroup cannot be read: no ledger has them";
    without.notes.retain(|note| note != told);
    assert_eq!(serde_json::to_value(&without).expect("JSON"), serde_json::to_value(&plain).expect("JSON"));
    // A subgroup that is really called so is one.
    let named = table().replace(",south,", ",(not known),");
    let found = audited(&named, &kept(), &asked()).expect("audit");
    assert!(found.cells.iter().any(|cell| cell.group == "(not known)") && found.unscored.is_empty());
    // Nor does one subgroup become two.
    let one = text.replace(",south,", ",north,");
    let told = |options: &AuditOptions, reading: &Reading| {
        let found = audited(&one, reading, options).expect("audit");
        found.notes.iter().any(|note| note.contains("is the only subgroup"))
    };
    assert!(told(&quick(), &Reading::default()) && told(&asked(), &kept()));
}

#[test]
fn no_outcomes_of_those_not_known_go_beyond_the_bounds() {
    // Patients with even numbers are negative: one of either subgroup.
    let own = ["s8,", "s9,", "s12,", "s200,", "s201,", "s204,"];
    let text = without(&own, ",0,", ",?,");
    let open = text.replace('?', "");
    let found = audited(&open, &kept(), &asked()).expect("audit");
    let ledger = found.ledger.as_ref().expect("asked");
    let lost: usize = ledger.entries.iter().map(|entry| entry.samples).sum();
    assert!(
        lost == 6 && ledger.entries.iter().all(|entry| entry.reason == "the outcome is not known"),
        "{ledger:?}"
    );
    let mut ends = vec![(f64::INFINITY, f64::NEG_INFINITY); ledger.bounds.len()];
    for bits in 0..64 {
        let label = |at: usize| if bits >> at & 1 == 1 { "1" } else { "0" };
        let of =
            |line: &str| own.iter().position(|begin| line.starts_with(begin)).map_or("0", label).to_owned();
        let whole: String = text.lines().map(|line| line.replace('?', &of(line)) + "\n").collect();
        let tried = audited(&whole, &Reading::default(), &AuditOptions { probabilities: false, ..quick() });
        for (end, gap) in ends.iter_mut().zip(&tried.expect("audit").gaps) {
            let gap = gap.auc.difference.value.expect("a gap");
            *end = (end.0.min(gap), end.1.max(gap));
        }
    }
    for (bound, (least, most)) in ledger.bounds.iter().zip(ends) {
        let (low, high) = (bound.least.value.expect("least"), bound.most.value.expect("most"));
        assert!((low - least).abs() < 1e-12 && (high - most).abs() < 1e-12, "{bound:?}: {least} {most}");
        assert!(bound.unknown == "outcome" && bound.samples == 6);
        assert!(
            bound.least.flag.as_deref().is_some_and(|told| told.contains("of 3 in north positive")),
            "{bound:?}"
        );
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
fn patients_whose_numbers_are_long_stay_apart() {
    let long = |text: &str| {
        text.replace("\"patient\": \"p", "\"patient\": 184467440737095520")
            .replace("\", \"method", ", \"method")
    };
    let plain = audited(&lines(), &Reading::default(), &quick()).expect("audit");
    let found = audited(&format!("\n \n{}", long(&lines())), &Reading::default(), &quick()).expect("audit");
    assert_eq!((found.patients, &found.cells), (120, &plain.cells));
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

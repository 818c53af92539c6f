//! The folder of an audit: whole, never overwritten unasked, nothing stale; and what its table says of roles and parts.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::audit_support::qpnet;
use crate::predictions::table;

fn said(out: &std::process::Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&out.stdout), String::from_utf8_lossy(&out.stderr))
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .expect("folder")
        .flatten()
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

#[test]
fn a_report_is_replaced_only_when_told_and_leaves_nothing_stale() {
    let folder = tempfile::tempdir().expect("folder");
    let place = folder.path();
    fs::write(place.join("t.csv"), table()).expect("table");
    let first = qpnet(&["audit", "t.csv", "--patient", "patient", "--out", "report"], place);
    assert!(first.status.success(), "{}", said(&first));
    assert!(place.join("report/figures/roc_2.svg").is_file());
    assert_eq!(names(place), ["report", "t.csv"], "no temporary folder, no lock");

    let one = ["audit", "t.csv", "--patient", "patient", "--only", "method=plain", "--out", "report"];
    let again = qpnet(&one, place);
    assert_eq!(again.status.code(), Some(1), "{}", said(&again));
    assert!(
        said(&again).contains("already exists") && said(&again).contains("--overwrite"),
        "{}",
        said(&again)
    );
    assert!(place.join("report/figures/roc_2.svg").is_file(), "untouched");

    let told = qpnet(&[&one[..], &["--overwrite"]].concat(), place);
    assert!(told.status.success(), "{}", said(&told));
    assert!(!place.join("report/figures/roc_2.svg").exists(), "a figure of the earlier audit is left");
    assert_eq!(names(&place.join("report")), ["figures", "report.html", "report.md", "summary.json"]);

    fs::write(place.join("report/mine.txt"), "keep").expect("file");
    let foreign = qpnet(&[&one[..], &["--overwrite"]].concat(), place);
    assert_eq!(foreign.status.code(), Some(1), "{}", said(&foreign));
    assert!(said(&foreign).contains("mine.txt"), "{}", said(&foreign));
    assert_eq!(fs::read_to_string(place.join("report/mine.txt")).expect("file"), "keep");

    // A table that is wrong leaves the report as it was, and no half of a new one.
    fs::write(place.join("t.csv"), "label,score\n").expect("table");
    fs::remove_file(place.join("report/mine.txt")).expect("file");
    let wrong = qpnet(&["audit", "t.csv", "--out", "report", "--overwrite"], place);
    assert_eq!(wrong.status.code(), Some(1), "{}", said(&wrong));
    assert_eq!(names(&place.join("report")), ["figures", "report.html", "report.md", "summary.json"]);
    assert_eq!(names(place), ["report", "t.csv"]);
}

#[test]
fn reports_carry_version_date_command_and_the_hash_of_the_table() {
    let folder = tempfile::tempdir().expect("folder");
    fs::write(folder.path().join("t.csv"), "abc").expect("three letters");
    // FIPS 180-4, the first example: the hash is that of the file's bytes.
    let wrong = qpnet(&["audit", "t.csv"], folder.path());
    assert_eq!(wrong.status.code(), Some(1));
    fs::write(folder.path().join("t.csv"), table()).expect("table");
    let out = qpnet(&["audit", "t.csv", "--patient", "patient", "--out", "a b"], folder.path());
    assert!(out.status.success(), "{}", said(&out));
    let summary = fs::read(folder.path().join("a b/summary.json")).expect("summary");
    let summary: Value = serde_json::from_slice(&summary).expect("JSON");
    let made = &summary["made"];
    assert_eq!(made["command"], "qpnet-audit audit t.csv --patient patient --out 'a b'");
    assert_eq!(made["version"], env!("CARGO_PKG_VERSION"));
    let hash = made["table_sha256"].as_str().expect("hash");
    assert_eq!(hash, sha256(table().as_bytes()));
    for name in ["report.md", "report.html"] {
        let page = fs::read_to_string(folder.path().join("a b").join(name)).expect("page");
        for word in [hash, "qpnet-audit audit t.csv", made["date"].as_str().expect("date")] {
            assert!(page.contains(word), "{word} is not in {name}");
        }
    }
}

fn sha256(bytes: &[u8]) -> String {
    use sha2::{Digest, Sha256};
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn roles_of_predictions_csv_name_the_dominant_subgroup() {
    let folder = tempfile::tempdir().expect("folder");
    let roles = |line: &str| match line {
        _ if line.starts_with("sample_id") => format!("{line},role"),
        _ if line.contains(",south,") => format!("{line},dominant"),
        _ => format!("{line},less-prevalent"),
    };
    let text: Vec<String> = table().lines().map(roles).collect();
    fs::write(folder.path().join("t.csv"), text.join("\n") + "\n").expect("table");
    let audit = |extra: &[&str]| {
        let out = qpnet(&[&["audit", "t.csv", "--json"], extra].concat(), folder.path());
        assert!(out.status.success(), "{}", said(&out));
        serde_json::from_slice::<Value>(&out.stdout).expect("JSON")
    };
    let found = audit(&[]);
    assert_eq!(found["dominant"], "south", "the role, not the number of patients");
    let notes = found["notes"].to_string();
    assert!(notes.contains("as column role says; most patients are in north"), "{notes}");
    assert!(!found["telling"].to_string().contains("role"), "a role is no column that tells the subgroup");
    assert_eq!(audit(&["--dominant", "north"])["dominant"], "north");
    assert_eq!(
        audit(&[
            "--no-guess",
            "--label",
            "label",
            "--score",
            "score",
            "--group",
            "group",
            "--method",
            "method",
            "--sample",
            "sample_id"
        ])["dominant"],
        "north"
    );
}

#[test]
fn parts_are_pooled_only_when_told() {
    let folder = tempfile::tempdir().expect("folder");
    let parts = |(at, line): (usize, &str)| match at {
        0 => format!("{line},part"),
        _ if at % 240 < 100 => format!("{line},validation"),
        _ => format!("{line},test"),
    };
    let text: Vec<String> = table().lines().enumerate().map(parts).collect();
    fs::write(folder.path().join("t.csv"), text.join("\n") + "\n").expect("table");
    let out = qpnet(&["audit", "t.csv"], folder.path());
    assert_eq!(out.status.code(), Some(1), "{}", said(&out));
    let message = said(&out);
    assert!(message.contains("of test") && message.contains("of validation"), "{message}");
    assert!(message.contains("--only part=test") && message.contains("--pool"), "{message}");
    for extra in [&["--only", "part=test"][..], &["--pool"]] {
        let out = qpnet(&[&["audit", "t.csv"], extra].concat(), folder.path());
        assert!(out.status.success(), "{extra:?}: {}", said(&out));
    }
}

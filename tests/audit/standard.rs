//! Subgroups at the mix of cases of the dominant one.

use std::fmt::Write as _;

use qpnet_audit::audit::{Audit, Predictions, Reading, audit};
use qpnet_audit::metrics;
use serde_json::Value;

use crate::audit_support::{qpnet, quick};
use crate::predictions::noise;

/// Two sites, easy and hard cases; hard ones are common in the south, and served alike in both.
fn mixed() -> String {
    let mut text = String::from("sample_id,patient,group,label,score,dx,how\n");
    for sample in 0..600u32 {
        let (south, label) = (sample >= 400, sample / 2 % 2);
        let hard = noise(sample / 2 + 7000) < if south { 0.7 } else { 0.25 };
        let ahead = if hard { 0.1 } else { 0.5 };
        let score = (f64::from(label) * ahead + noise(sample)) / 1.5;
        let (group, dx) = (if south { "south" } else { "north" }, if hard { "hard" } else { "easy" });
        let how = if label == 1 { "histo" } else { "" };
        writeln!(text, "s{sample},p{},{group},{label},{score:.6},{dx},{how}", sample / 2).expect("text");
    }
    text
}

fn by(columns: &[&str]) -> Reading {
    let mut reading = Reading::default();
    reading.columns.standardise = columns.iter().map(|&name| name.to_owned()).collect();
    reading
}

fn read(text: &str, reading: &Reading) -> Result<Predictions, String> {
    Predictions::parse("t.csv", text.as_bytes(), reading).map_err(|error| error.to_string())
}

fn audited(text: &str, columns: &[&str]) -> Audit {
    audit(&read(text, &by(columns)).expect("sound"), &quick()).expect("audit")
}

#[test]
fn a_gap_that_is_the_mix_goes_away_at_one_mix() {
    let text = mixed();
    let found = audited(&text, &["dx"]);
    let entry = &found.standardised[0];
    assert_eq!((found.standardised.len(), entry.group.as_str(), entry.strata), (1, "south", [2, 2]));
    assert_eq!(entry.plain, found.gaps[0].auc);
    let value = |tested: &qpnet_audit::audit::Tested| tested.difference.value.expect("value");
    assert!(entry.plain.p < Some(0.05) && entry.gap.p > Some(0.05), "{entry:?}");
    assert!((value(&entry.plain) - value(&entry.gap) - value(&entry.explained)).abs() < 1e-12);
    // By hand: the mean over pairs of strata, with the shares of the north.
    let rows: Vec<Vec<&str>> = text.lines().skip(1).map(|line| line.split(',').collect()).collect();
    let count = |label: &str, dx: &str| {
        rows.iter()
            .filter(|row| row[2] == "north" && row[3] == label && (dx.is_empty() || row[5] == dx))
            .count() as f64
    };
    let mut by_hand = 0.0;
    for s in ["easy", "hard"] {
        for t in ["easy", "hard"] {
            let own = rows.iter().filter(|row| {
                row[2] == "south" && (row[3] == "1" && row[5] == s || row[3] == "0" && row[5] == t)
            });
            let (labels, scores): (Vec<bool>, Vec<f64>) =
                own.map(|row| (row[3] == "1", row[4].parse::<f64>().expect("a score"))).unzip();
            let auc = metrics::auc(&labels, &scores).expect("finite").expect("both");
            by_hand += count("1", s) / count("1", "") * count("0", t) / count("0", "") * auc;
        }
    }
    assert!((entry.auc.value.expect("value") - by_hand).abs() < 1e-12);
    assert!(entry.effective.iter().all(|n| n.expect("number") < 100.0 && n.expect("number") > 20.0));
    assert!(entry.left_out.is_empty() && entry.kept == [1.0; 2]);
}

#[test]
fn without_columns_nothing_is_added_and_other_numbers_stay() {
    let text = mixed();
    let plain = audit(&read(&text, &Reading::default()).expect("sound"), &quick()).expect("audit");
    let found = audited(&text, &["dx"]);
    assert_eq!((&plain.cells, &plain.gaps), (&found.cells, &found.gaps));
    assert!(!serde_json::to_string(&plain).expect("JSON").contains("standardise"));
}

#[test]
fn strata_without_overlap_are_named_and_too_little_of_it_is_refused() {
    // The south's easy positives are of a kind that the north does not have.
    let alone = mixed().replace("south,1,", "south;1;").lines().fold(String::new(), |all, line| {
        let line = match line.contains("south;1;") {
            true => line.replace(",easy,", ",rare,").replace("south;1;", "south,1,"),
            false => line.to_owned(),
        };
        all + &line + "\n"
    });
    let found = audited(&alone, &["dx"]);
    let entry = &found.standardised[0];
    let reason = entry.gap.difference.reason.as_deref().expect("refused");
    assert!(
        reason.contains("% of the positives of the dominant subgroup are in strata that both have"),
        "{reason}"
    );
    assert_eq!((entry.gap.difference.value, entry.gap.p), (None, None), "never 0");
    let named: Vec<(&str, &str)> =
        entry.left_out.iter().map(|out| (out.stratum.as_str(), out.outcome)).collect();
    assert_eq!(named, [("easy", "positives"), ("rare", "positives")]);
    // A few of them only: named, and the others are compared.
    let few = mixed().replacen("north,1,", "north;1;", 200).replacen(",hard,histo", ",rare,histo", 4);
    let few = few.replace("north;1;", "north,1,");
    let found = audited(&few, &["dx"]);
    let entry = &found.standardised[0];
    assert_eq!(entry.left_out.len(), 1, "{:?}", entry.left_out);
    assert!(entry.left_out[0].reason.contains("the subgroup has none"));
    assert!(entry.gap.p.is_some() && entry.reference_kept[0] < 1.0);
}

#[test]
fn columns_that_make_no_strata_are_refused_by_name() {
    let text = mixed();
    let contradicting = text.replacen("s1,p0,", "s0,p0,", 1).replacen(",easy,", ",hard,", 1);
    let cases = [
        (text.as_str(), vec!["diagnosis"], "no column for the standardise: \"diagnosis\" is not there"),
        (&text, vec!["score"], "column \"score\" is to be two things at once"),
        (&text, vec!["group"], "column \"group\" is to be two things at once"),
        (&text, vec!["dx", "dx"], "column \"dx\" is named twice for the standardise"),
    ];
    for (text, columns, expected) in cases {
        let mut reading = by(&columns);
        reading.columns.score = vec!["score".to_owned()];
        reading.columns.group = Some("group".to_owned());
        let error = read(text, &reading).expect_err(expected);
        assert!(error.contains(expected), "{error}\nexpected: {expected}");
    }
    let ids: String = text
        .lines()
        .enumerate()
        .map(|(at, line)| format!("{line},{}\n", if at == 0 { "id2".to_owned() } else { format!("v{at}") }))
        .collect();
    let error = read(&ids, &by(&["dx", "id2"])).expect_err("ids");
    assert!(error.contains("row 202: dx with id2 makes more than 200 strata"), "{error}");
    let twice =
        format!("{contradicting}s700,p700,north,1,0.5,easy,histo\ns700,p700,north,1,0.5,hard,histo\n");
    assert!(read(&twice, &by(&["dx"])).is_err());
    // What is not known is a stratum of its own, by name.
    let found = audited(&text, &["how"]);
    assert_eq!(found.standardised[0].strata, [1, 1]);
}

#[test]
fn the_program_shows_both_gaps_side_by_side() {
    let folder = tempfile::tempdir().expect("folder");
    std::fs::write(folder.path().join("t.csv"), mixed()).expect("table");
    let out = qpnet(&["audit", "t.csv", "--standardise", "dx,how", "--out", "r"], folder.path());
    let said = format!("{}{}", String::from_utf8_lossy(&out.stdout), String::from_utf8_lossy(&out.stderr));
    assert!(out.status.success(), "{said}");
    for words in ["north minus other subgroups at one mix of dx, how, AUC", "is the mix."] {
        assert!(said.contains(words), "{words} is not in\n{said}");
    }
    let summary = std::fs::read(folder.path().join("r/summary.json")).expect("summary");
    let summary: Value = serde_json::from_slice(&summary).expect("JSON");
    assert_eq!(summary["standardise"], "dx, how");
    assert!(summary["standardised"][0]["gap"]["p_holm"].is_number());
    let page = std::fs::read_to_string(folder.path().join("r/report.html")).expect("page");
    assert!(page.contains("at one mix of dx, how"));
}

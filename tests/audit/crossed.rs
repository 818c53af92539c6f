//! Subgroups that are crossings of several attributes, and those too small to be scored.

use std::fmt::Write as _;

use qpnet_audit::audit::{Audit, AuditOptions, Columns, Cut, Predictions, Reading, audit};
use qpnet_audit::stats::multiplicity::holm;
use serde_json::Value;

use crate::audit_support::{qpnet, quick};
use crate::predictions::noise;

/// Sex and age of 400 patients, two images each; few are old men, and no old man is of a third sex.
fn people() -> String {
    let mut text = String::from("sample,patient,sex,age,label,score\n");
    for sample in 0..800u32 {
        let patient = sample / 2;
        let old = noise(patient + 5000) < 0.3;
        let sex = match patient % 20 {
            19 if !old => "x",
            at if at < if old { 17 } else { 9 } => "f",
            _ => "m",
        };
        let age = if old { 66 + patient % 9 } else { 30 + patient % 30 };
        let label = patient / 3 % 2;
        let score = 0.35 * f64::from(label) + 0.65 * noise(sample);
        writeln!(text, "s{sample},p{patient},{sex},{age},{label},{score:.6}").expect("text");
    }
    text
}

fn crossed(cuts: Vec<(String, Cut)>) -> Reading {
    let columns = Columns { group: Some("sex".into()), cross: vec!["age".into()], ..Columns::default() };
    Reading { columns, cuts, ..Reading::default() }
}

fn at_65() -> Vec<(String, Cut)> {
    vec![("age".to_owned(), Cut::At(vec![65.0]))]
}

fn read(text: &str, reading: &Reading) -> Result<Predictions, String> {
    Predictions::parse("t.csv", text.as_bytes(), reading).map_err(|error| error.to_string())
}

fn audited(text: &str, smallest: usize) -> Audit {
    let options = AuditOptions { smallest, ..quick() };
    audit(&read(text, &crossed(at_65())).expect("sound"), &options).expect("audit")
}

#[test]
fn crossings_are_the_subgroups_that_a_joined_column_makes() {
    let text = people();
    let found = audited(&text, 0);
    let joined: String = text
        .lines()
        .enumerate()
        .map(|(at, line)| {
            let fields: Vec<&str> = line.split(',').collect();
            let group = match (at, fields[3].parse::<u32>()) {
                (0, _) => "group".to_owned(),
                (_, Ok(65..)) => format!("{} × 65 or more", fields[2]),
                _ => format!("{} × below 65", fields[2]),
            };
            format!("{},{},{group},{},{}\n", fields[0], fields[1], fields[4], fields[5])
        })
        .collect();
    let by_hand = audit(&read(&joined, &Reading::default()).expect("sound"), &quick()).expect("audit");
    assert_eq!(found.cells, by_hand.cells);
    assert_eq!(found.dominant, "m × below 65");
    // Of the crossings Holm's p-values decide, over all of them.
    let p: Vec<Option<f64>> = by_hand.gaps.iter().map(|gap| gap.auc.p).collect();
    let adjusted = holm(&p).expect("probabilities");
    assert!(by_hand.gaps.iter().all(|gap| gap.auc.p_holm.is_none()), "of one attribute as it was");
    assert_eq!(found.gaps.iter().map(|gap| gap.auc.p_holm).collect::<Vec<_>>(), adjusted);
    let rates: Vec<Option<f64>> = found.gaps.iter().map(|gap| gap.sensitivity.p).collect();
    let rates = holm(&rates).expect("probabilities");
    assert_eq!(found.gaps.iter().map(|gap| gap.sensitivity.p_holm).collect::<Vec<_>>(), rates);
}

#[test]
fn small_and_empty_crossings_are_named_and_not_scored() {
    let text = people();
    let (all, some) = (audited(&text, 0), audited(&text, 30));
    let names = |found: &Audit| -> Vec<String> {
        found.unscored.iter().map(|entry| format!("{}: {}", entry.group, entry.patients)).collect()
    };
    assert_eq!(names(&all), ["x × 65 or more: 0"], "nobody, and said so");
    let unscored = names(&some);
    assert!(unscored.len() == 3 && unscored[2] == "x × 65 or more: 0", "{unscored:?}");
    for entry in &some.unscored {
        assert!(some.cells.iter().all(|cell| cell.group != entry.group) && entry.patients < 30);
        if let Some(cell) = all.cells.iter().find(|cell| cell.group == entry.group) {
            assert_eq!(
                (cell.samples, cell.patients, Some(cell.positives)),
                (entry.samples, entry.patients, entry.positives)
            );
        }
    }
    // What is scored has the same numbers; only Holm's family is smaller.
    for cell in &some.cells {
        assert!(all.cells.contains(cell));
    }
    assert_eq!(some.gaps.len() + 1, some.cells.len());
    let none = AuditOptions { smallest: 1000, ..quick() };
    let error =
        audit(&read(&text, &crossed(at_65())).expect("sound"), &none).expect_err("all small").to_string();
    assert!(error.contains("no subgroup has 1000 patients (--smallest); the largest has"), "{error}");
    let asked = AuditOptions { smallest: 30, dominant: Some("x × below 65".into()), ..quick() };
    let error =
        audit(&read(&text, &crossed(at_65())).expect("sound"), &asked).expect_err("small").to_string();
    assert!(error.contains("there is no scored group \"x × below 65\""), "{error}");
}

#[test]
fn the_order_of_attributes_renames_and_changes_no_number() {
    let text = people();
    let columns = Columns { group: Some("age".into()), cross: vec!["sex".into()], ..Columns::default() };
    let turned = read(&text, &Reading { columns, cuts: at_65(), ..Reading::default() }).expect("sound");
    let options = AuditOptions { dominant: Some("below 65 × m".into()), ..quick() };
    let turned = audit(&turned, &options).expect("audit");
    let plain = audited(&text, 0);
    assert_eq!(plain.cells.len(), turned.cells.len());
    for cell in &plain.cells {
        let (sex, age) = cell.group.split_once(" × ").expect("crossed");
        let other = turned.cells.iter().find(|own| own.group == format!("{age} × {sex}")).expect("the same");
        assert_eq!((&cell.auc, &cell.sensitivity), (&other.auc, &other.sensitivity));
    }
}

#[test]
fn what_makes_no_crossing_is_refused() {
    let text = people();
    let missing = text.replacen(",f,", ",,", 6);
    let kept = read(&missing, &crossed(at_65())).expect("left out");
    assert!(
        kept.notes.iter().any(|note| note.contains("rows are left out: sex or age is not known")),
        "{:?}",
        kept.notes
    );
    let word = text.replacen(",30,", ",thirty,", 1);
    let wrong = |name: &str| vec![(name.to_owned(), Cut::At(vec![65.0]))];
    let cases = [
        (text.as_str(), crossed(Vec::new()), "column age has 21 different numbers up to here"),
        (&text, crossed(wrong("agee")), "--cut agee=: \"agee\" is no subgroup; there are sex, age"),
        (
            &text,
            Reading { cut: Cut::At(vec![65.0]), ..crossed(Vec::new()) },
            "--cut does not say which of sex, age it cuts",
        ),
        (&word, crossed(at_65()), "column age: found \"thirty\"; expected a number, which --cut needs"),
        (&text, crossed(wrong("sex")), "column sex: found \"f\"; expected a number, which --cut needs"),
    ];
    for (text, reading, expected) in cases {
        let error = read(text, &reading).expect_err(expected);
        assert!(error.contains(expected), "{error}\nexpected: {expected}");
    }
    let twice = Columns { group: Some("sex".into()), cross: vec!["sex".into()], ..Columns::default() };
    let error = read(&text, &Reading { columns: twice, ..Reading::default() }).expect_err("twice");
    assert!(error.contains("column \"sex\" is named twice for the group"), "{error}");
}

#[test]
fn the_program_crosses_names_and_adjusts() {
    let folder = tempfile::tempdir().expect("folder");
    std::fs::write(folder.path().join("t.csv"), people()).expect("table");
    let groups = ["audit", "t.csv", "--group", "sex", "--group", "age"];
    let asked = [&groups[..], &["--cut", "age=65", "--cross", "--smallest", "30", "--out", "r"]].concat();
    let out = qpnet(&asked, folder.path());
    let said = format!("{}{}", String::from_utf8_lossy(&out.stdout), String::from_utf8_lossy(&out.stderr));
    assert!(out.status.success(), "{said}");
    for words in
        ["Not scored: 2 of fewer than 30 patients", "Nobody is in 1 crossing.", "p (Holm)", "after Holm"]
    {
        assert!(said.contains(words), "{words} is not in\n{said}");
    }
    let summary = std::fs::read(folder.path().join("r/summary.json")).expect("summary");
    let summary: Value = serde_json::from_slice(&summary).expect("JSON");
    assert_eq!(
        (summary["smallest"].as_u64(), summary["unscored"].as_array().map(Vec::len)),
        (Some(30), Some(3))
    );
    for (extra, expected) in [
        (vec![], "--cross makes subgroups of their crossings"),
        (
            vec!["--cut", "age=65", "--cut", "40", "--cut", "50", "--cross"],
            "--cut is given twice without a column",
        ),
    ] {
        let out = qpnet(&[&groups[..], &extra].concat(), folder.path());
        let said = String::from_utf8_lossy(&out.stderr);
        assert_eq!(out.status.code(), Some(2), "{said}");
        assert!(said.contains(expected), "{said}");
    }
    let alone = qpnet(&["audit", "t.csv", "--group", "sex", "--cross"], folder.path());
    assert_eq!(alone.status.code(), Some(2));
}

#[test]
fn values_that_join_to_one_name_stay_apart() {
    let mut text = String::from("sample,a,b,label,score\n");
    for sample in 0..160u32 {
        let (a, b) = if sample % 2 == 0 { ("x × y", "z") } else { ("x", "y × z") };
        writeln!(text, "s{sample},{a},{b},{},{:.6}", sample / 2 % 2, noise(sample)).expect("text");
    }
    let columns = Columns { group: Some("a".into()), cross: vec!["b".into()], ..Columns::default() };
    let found = read(&text, &Reading { columns, ..Reading::default() }).expect("sound");
    assert_eq!(found.groups, ["\"x × y\" × z", "x × \"y × z\""]);
    assert_eq!((found.empty.len(), found.empty_count), (2, 2));
}

//! Measures along a continuous attribute: the library on tables, and the program.

use std::fmt::Write as _;

use qpnet_audit::audit::{Audit, AuditOptions, Cut, MEASURES, Predictions, Reading, audit};
use qpnet_audit::report::{along_table, audit_words};
use qpnet_audit::rng::Streams;
use qpnet_audit::stats::along::{Measure, Measured, along, grid};
use serde_json::Value;

use crate::audit_support::{qpnet, quick};

/// Noise whose numbers have nothing to do with each other: ages must not follow scores (O'Neill's PCG hash).
fn chance(number: u32) -> f64 {
    let x = number.wrapping_mul(747_796_405).wrapping_add(2_891_336_453);
    let x = ((x >> ((x >> 28) + 4)) ^ x).wrapping_mul(277_803_737);
    f64::from(((x >> 22) ^ x) >> 8) / f64::from(1u32 << 24)
}

/// 500 patients of 20 to 79 years, two images each; the older, the easier, where `slope` is above 0.
fn people(slope: f64) -> String {
    let mut text = String::from("sample,patient,group,age,label,score\n");
    for sample in 0..1000u32 {
        let patient = sample / 2;
        let age = 20.0 + 60.0 * chance(patient + 9000);
        let (group, label) = (if patient % 3 == 0 { "south" } else { "north" }, patient / 3 % 2);
        let ahead = 0.25 + slope * (age - 50.0) / 60.0;
        let own = 0.5 * chance(patient + 50_000) + 0.5 * chance(sample + 100_000);
        let score = ((f64::from(label) * ahead + own) / 1.75).clamp(0.0, 1.0);
        writeln!(text, "s{sample},p{patient},{group},{age:.1},{label},{score:.6}").expect("text");
    }
    text
}

fn by(column: &str) -> Reading {
    let mut reading = Reading::default();
    reading.columns.along = Some(column.to_owned());
    reading
}

fn read(text: &str, reading: &Reading) -> Result<Predictions, String> {
    Predictions::parse("t.csv", text.as_bytes(), reading).map_err(|error| error.to_string())
}

fn audited(text: &str) -> Audit {
    audit(&read(text, &by("age")).expect("sound"), &quick()).expect("audit")
}

#[test]
fn curves_are_those_of_the_samples_of_all_subgroups() {
    let text = people(0.5);
    let found = audited(&text).along.expect("asked");
    assert_eq!((found.samples, found.unknown, found.curves.len()), (1000, 0, 3));
    let rows: Vec<Vec<&str>> = text.lines().skip(1).map(|line| line.split(',').collect()).collect();
    let number =
        |at: usize| rows.iter().map(|row| row[at].parse::<f64>().expect("a number")).collect::<Vec<_>>();
    let (at, scores) = (number(3), number(5));
    let labels: Vec<bool> = rows.iter().map(|row| row[4] == "1").collect();
    let patients: Vec<usize> = (0..1000).map(|sample| sample / 2).collect();
    let given = Measured { labels: &labels, scores: &scores, patients: &patients, weights: None, at: &at };
    let points = grid(&at, found.bandwidth.expect("ages differ"));
    assert_eq!((points.len(), found.range), (found.grid, [points[0], points[points.len() - 1]]));
    for (curve, measure) in
        found.curves.iter().zip([Measure::Auc, Measure::Sensitivity(0.5), Measure::Calibration])
    {
        let expected =
            along(given, measure, (&points, found.bandwidth), 0.95, &Streams::new(1)).expect("valid");
        for (point, other) in curve.points.iter().zip(&expected.points) {
            assert_eq!((point.at, &point.reason), (other.at, &other.reason));
            assert!(
                (point.value.unwrap_or(9.0) - other.value.unwrap_or(9.0)).abs() < 1e-12,
                "{:?}",
                curve.measure
            );
            assert!((point.se.unwrap_or(9.0) - other.se.unwrap_or(9.0)).abs() < 1e-12);
        }
    }
}

#[test]
fn a_change_is_said_where_no_line_fits_and_only_there() {
    let steep = audited(&people(0.9));
    let curve = &steep.along.as_ref().expect("asked").curves[0];
    assert_eq!((curve.measure, curve.constant), (MEASURES[0], Some(false)));
    let words = audit_words(&steep);
    assert!(words.contains("no single value lies in its 95 % band: it changes along age."), "{words}");
    let flat = audited(&people(0.0));
    assert_eq!(flat.along.as_ref().expect("asked").curves[0].constant, Some(true));
    assert!(
        audit_words(&flat).contains("a single value lies in its 95 % band: that it changes is not shown.")
    );
    // Scores say 0.3 where one in two is ill.
    let words = audit_words(&steep);
    assert!(words.contains("Along age, probabilities of the model are too low from"), "{words}");
    // Nothing else of the audit changes.
    let plain = audit(&read(&people(0.9), &Reading::default()).expect("sound"), &quick()).expect("audit");
    assert_eq!((&plain.cells, &plain.gaps), (&steep.cells, &steep.gaps));
    assert!(!serde_json::to_string(&plain).expect("JSON").contains("along"));
}

#[test]
fn ends_without_patients_are_named_and_samples_without_an_age_counted() {
    // Nobody between 30 and 60 but one.
    let text: String = people(0.5)
        .lines()
        .filter(|line| {
            let age = line.split(',').nth(3).and_then(|age| age.parse::<f64>().ok());
            age.is_none_or(|age| !(30.0..60.0).contains(&age)) || line.starts_with("s0,")
        })
        .fold(String::new(), |all, line| all + line + "\n");
    let gone = text.replacen(",north,", ",north;", 30).lines().fold(String::new(), |all, line| {
        match line.split_once(';') {
            Some((before, after)) => {
                let rest: Vec<&str> = after.split(',').collect();
                all + &format!("{before},,{},{}\n", rest[1], rest[2]).replace("north,,", "north,,")
            }
            None => all + line + "\n",
        }
    });
    let options = AuditOptions { bandwidth: Some(3.0), ..quick() };
    let found = audit(&read(&gone, &by("age")).expect("sound"), &options).expect("audit");
    let own = found.along.as_ref().expect("asked");
    assert_eq!(own.unknown, 30);
    let curve = &own.curves[0];
    let middle = curve.points.iter().find(|point| (44.0..46.0).contains(&point.at)).expect("a point");
    assert_eq!(middle.value, None);
    let table = along_table(&found).expect("asked");
    let notes = table.notes.join("\n");
    assert!(notes.contains("AUC of the model: not drawn along age from 3"), "{notes}");
    assert!(notes.contains("; 30 samples without age are in no curve"), "{notes}");
    assert!(notes.contains("bandwidth 3 (given)"), "{notes}");
}

#[test]
fn what_is_no_number_is_refused_with_row_and_column() {
    let text = people(0.5);
    let third = text.lines().nth(3).expect("a row").split(',').nth(3).expect("an age").to_owned();
    let with = |word: &str| text.replacen(&format!(",{third},"), &format!(",{word},"), 1);
    for (table, expected) in [
        (
            with("old"),
            "row 4, column age: found \"old\"; expected a finite number, along which measures are drawn (--along)",
        ),
        (with("NA"), "if NA means not known, say --missing NA"),
        (with("inf"), "row 4, column age: found \"inf\""),
        (with("forty"), "column age"),
    ] {
        let error = read(&table, &by("age")).expect_err(expected);
        assert!(error.contains(expected), "{error}\nexpected: {expected}");
    }
    let error = read(&text, &by("years")).expect_err("no such column");
    assert!(error.contains("no column for the along: \"years\" is not there"), "{error}");
    let error = read(&text, &by("label")).expect_err("no outcome");
    assert!(!error.is_empty());
    // Two ages of one sample.
    let mut twice = text.clone();
    twice.push_str("s0,p0,south,33.3,0,0.5\n");
    let error = read(&twice, &by("age")).expect_err("two ages");
    assert!(error.contains("rows 2 and 1002: sample s0 has another attribute (--along)"), "{error}");
    let mut missing = by("age");
    missing.words.missing = vec!["NA".to_owned()];
    let found = audit(&read(&with("NA"), &missing).expect("sound"), &quick()).expect("audit");
    assert_eq!(found.along.expect("asked").unknown, 1);
    for (options, expected) in [
        (
            AuditOptions { bandwidth: Some(0.0), ..quick() },
            "the bandwidth is 0; expected a finite number above 0",
        ),
        (AuditOptions { bandwidth: Some(f64::NAN), ..quick() }, "the bandwidth is NaN"),
    ] {
        let error =
            audit(&read(&text, &by("age")).expect("sound"), &options).expect_err(expected).to_string();
        assert!(error.contains(expected), "{error}");
    }
}

#[test]
fn one_age_for_all_is_the_plain_number_and_an_age_may_also_make_subgroups() {
    let same: String = people(0.5).lines().enumerate().fold(String::new(), |all, (at, line)| {
        let fields: Vec<&str> = line.split(',').collect();
        let age = if at == 0 { "age" } else { "50" };
        let group = if at == 0 { "group" } else { "all" };
        all + &[fields[0], fields[1], group, age, fields[4], fields[5]].join(",") + "\n"
    });
    let found = audited(&same);
    let own = found.along.as_ref().expect("asked");
    assert_eq!((own.bandwidth, own.grid), (None, 1));
    let (point, cell) = (&own.curves[0].points[0], &found.cells[0]);
    assert!((point.value.expect("value") - cell.auc.value.expect("value")).abs() < 1e-12);
    assert!((point.se.expect("se") - cell.auc.se.expect("se")).abs() < 1e-12);
    assert!(along_table(&found).expect("asked").notes.join("\n").contains("all patients have the same age"));
    let mut reading = by("age");
    reading.columns.group = Some("age".to_owned());
    reading.cut = Cut::At(vec![40.0, 65.0]);
    let found = audit(&read(&people(0.5), &reading).expect("two roles"), &quick()).expect("audit");
    assert_eq!(found.along.expect("asked").samples, 1000);
    assert_eq!(found.cells.len(), 3);
}

#[test]
fn the_program_draws_curves_and_says_them() {
    let folder = tempfile::tempdir().expect("folder");
    std::fs::write(folder.path().join("t.csv"), people(0.9)).expect("table");
    let asked = ["audit", "t.csv", "--along", "age", "--out", "r"];
    let out = qpnet(&asked, folder.path());
    let said = format!("{}{}", String::from_utf8_lossy(&out.stdout), String::from_utf8_lossy(&out.stderr));
    assert!(
        out.status.success() && said.contains("Along age (95 % bands that hold all along each curve)"),
        "{said}"
    );
    let summary = std::fs::read(folder.path().join("r/summary.json")).expect("summary");
    let summary: Value = serde_json::from_slice(&summary).expect("JSON");
    let curves = summary["along"]["curves"].as_array().expect("curves");
    assert_eq!(curves.len(), 3);
    assert!(curves[0]["points"][12]["low"].is_number() && curves[0]["factor"].as_f64() > Some(2.0));
    let drawn = std::fs::read_to_string(folder.path().join("r/figures/along_1.csv")).expect("figure");
    assert!(drawn.lines().count() > 60, "{drawn}");
    let page = std::fs::read_to_string(folder.path().join("r/report.html")).expect("page");
    assert!(page.contains("Gaussian kernel of bandwidth") && page.contains("Calibration curves"));
    let refused = qpnet(&["audit", "t.csv", "--bandwidth", "4"], folder.path());
    assert_eq!(refused.status.code(), Some(2));
    let refused = qpnet(&["audit", "t.csv", "--along", "sample"], folder.path());
    let error = String::from_utf8_lossy(&refused.stderr);
    assert!(refused.status.code() == Some(1) && error.contains("row 2, column sample"), "{error}");
}

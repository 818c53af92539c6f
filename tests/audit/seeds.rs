//! Several trainings of a method, or readers, in one table: one method with two sources of spread.

use std::fmt::Write as _;

use qpnet_audit::audit::{Audit, AuditOptions, Predictions, Reading, audit};
use qpnet_audit::metrics;
use qpnet_audit::report::{audit_words, cells_table, gaps_table, spread_table};
use serde_json::Value;

use crate::audit_support::{qpnet, quick};
use crate::predictions::noise;

/// Two methods of so many trainings on two sites; trainings differ by `apart`.
fn trained(seeds: u32, apart: f64) -> String {
    let mut text = String::from("sample,patient,method,seed,group,label,score\n");
    for (method, better) in [("plain", 0.0), ("fair", 0.2)] {
        for seed in 1..=seeds {
            let gain = apart * (noise(seed * 31 + if method == "fair" { 7 } else { 0 }) - 0.5);
            for sample in 0..400u32 {
                let (patient, label) = (sample / 2, sample / 2 % 2);
                let (group, ahead) = if sample < 260 { ("north", 0.45) } else { ("south", 0.25 + better) };
                let own =
                    0.6 * noise(sample) + 0.3 * noise(patient + 700) + 0.1 * noise(sample + 1000 * seed);
                let score = ((own + f64::from(label) * (ahead + gain)) / 2.0).clamp(0.0, 1.0);
                writeln!(text, "s{sample},p{patient},{method},{seed},{group},{label},{score:.6}")
                    .expect("text");
            }
        }
    }
    text
}

fn by(column: &str) -> Reading {
    let mut reading = Reading::default();
    reading.columns.seed = Some(column.to_owned());
    reading
}

fn read(text: &str, reading: &Reading) -> Result<Predictions, String> {
    Predictions::parse("t.csv", text.as_bytes(), reading).map_err(|error| error.to_string())
}

/// A threshold that calls some negatives positive.
fn low() -> AuditOptions {
    AuditOptions { threshold: Some(0.3), ..quick() }
}

fn audited(text: &str) -> Audit {
    audit(&read(text, &by("seed")).expect("sound"), &low()).expect("audit")
}

fn single(text: &str, seed: u32) -> Audit {
    let reading = Reading { only: vec![("seed".to_owned(), seed.to_string())], ..Reading::default() };
    audit(&read(text, &reading).expect("sound"), &low()).expect("audit")
}

#[test]
fn numbers_are_means_over_trainings_and_their_spread_is_told_apart() {
    let text = trained(3, 0.3);
    let found = audited(&text);
    assert_eq!(
        (found.methods.join(" "), found.trainings[0].names.join(" ")),
        ("plain fair".into(), "1 2 3".into())
    );
    assert_eq!((found.cells.len(), found.gaps.len(), found.against.len(), found.claims.len()), (4, 2, 2, 1));
    let each: Vec<Audit> = (1..=3).map(|seed| single(&text, seed)).collect();
    let mean = |of: &dyn Fn(&Audit) -> Option<f64>| -> f64 {
        each.iter().map(|audit| of(audit).expect("a value")).sum::<f64>() / 3.0
    };
    for at in 0..4 {
        let cell = &found.cells[at];
        for (value, expected) in [
            (cell.auc.value, mean(&|audit| audit.cells[at].auc.value)),
            (cell.average_precision.value, mean(&|audit| audit.cells[at].average_precision.value)),
            (cell.sensitivity.value, mean(&|audit| audit.cells[at].sensitivity.value)),
            (cell.specificity.value, mean(&|audit| audit.cells[at].specificity.value)),
            (cell.positive_rate.value, mean(&|audit| audit.cells[at].positive_rate.value)),
        ] {
            assert!((value.expect("a value") - expected).abs() < 1e-12, "{cell:?}");
        }
        let (value, low, high) = cell.specificity.triple().expect("an interval");
        assert!(low <= value && value <= high);
        let spread = cell.spread.as_ref().expect("trainings");
        let own: Vec<f64> = each.iter().map(|audit| audit.cells[at].auc.value.expect("a value")).collect();
        spread.values.iter().zip(&own).for_each(|(a, b)| assert!((a - b).abs() < 1e-12));
        let centre = own.iter().sum::<f64>() / 3.0;
        let between = (own.iter().map(|a| (a - centre).powi(2)).sum::<f64>() / 2.0 / 3.0).sqrt();
        assert!((spread.seeds - between).abs() < 1e-12 && spread.patients > 0.0);
        let se = cell.auc.se.expect("an error");
        assert!((se - spread.seeds.hypot(spread.patients)).abs() < 1e-12);
    }
    for at in 0..2 {
        let gap = mean(&|audit| audit.gaps[at].auc.difference.value);
        assert!((found.gaps[at].auc.difference.value.expect("a gap") - gap).abs() < 1e-12);
        let change = mean(&|audit| audit.against[at].auc.difference.value);
        assert!((found.against[at].auc.difference.value.expect("a change") - change).abs() < 1e-12);
    }
    // Two subgroups: best minus worst is the gap without its sign.
    let (gap, best) = (&found.gaps[0].auc.difference, &found.best_minus_worst[0].auc);
    assert!((best.value.expect("a range") - gap.value.expect("a gap").abs()).abs() < 1e-12);
    // By hand: the AUC of one training.
    let rows = text.lines().skip(1).map(|line| line.split(',').collect::<Vec<_>>());
    let own: Vec<Vec<&str>> =
        rows.filter(|row| row[2] == "plain" && row[3] == "2" && row[4] == "north").collect();
    let labels: Vec<bool> = own.iter().map(|row| row[5] == "1").collect();
    let scores: Vec<f64> = own.iter().map(|row| row[6].parse().expect("a score")).collect();
    let auc = metrics::auc(&labels, &scores).expect("finite").expect("both");
    assert!((found.cells[0].spread.as_ref().expect("trainings").values[1] - auc).abs() < 1e-12);
}

#[test]
fn trainings_that_differ_make_intervals_wide_and_those_alike_do_not() {
    let width = |audit: &Audit| audit.cells[0].auc.half_widths().map(|(a, b)| a + b).expect("an interval");
    let (alike, apart) = (audited(&trained(4, 0.0)), audited(&trained(4, 0.9)));
    assert!(width(&apart) > 1.5 * width(&alike), "{} {}", width(&apart), width(&alike));
    // The order of rows is nothing.
    let text = trained(3, 0.3);
    let (header, rows) = text.split_once('\n').expect("a header");
    let mut turned: Vec<&str> = rows.lines().collect();
    turned.reverse();
    // The first method stays first.
    turned.sort_by_key(|line| line.contains(",fair,"));
    let turned = format!("{header}\n{}\n", turned.join("\n"));
    let (a, b) = (audited(&text), audited(&turned));
    for (a, b) in a.cells.iter().zip(&b.cells) {
        assert!((a.auc.value.expect("value") - b.auc.value.expect("value")).abs() < 1e-12);
        assert!((a.auc.se.expect("error") - b.auc.se.expect("error")).abs() < 1e-12);
    }
    // A rate that no training and no patient moves has no interval, and says why.
    let sure =
        audit(&read(&text, &by("seed")).expect("sound"), &AuditOptions { threshold: Some(0.999), ..quick() });
    let rate = sure.expect("audit").cells[0].specificity.clone();
    assert_eq!((rate.value, rate.low), (Some(1.0), None));
    assert!(rate.reason.is_some_and(|why| why.contains("neither trainings nor patients differ")));
    // One training has no spread, and no interval; never a wrong one.
    let one = audited(&trained(1, 0.3));
    let auc = &one.cells[0].auc;
    assert!(auc.value.is_some() && auc.low.is_none());
    assert!(auc.reason.as_deref().is_some_and(|why| why.contains("no spread between trainings")), "{auc:?}");
    assert_eq!(one.claims[0].verdict, "undefined");
}

#[test]
fn a_gain_that_all_trainings_have_is_shown_and_one_of_a_single_seed_is_not() {
    let found = audited(&trained(5, 0.02));
    assert_eq!(found.claims[0].verdict, "shown", "{:?}", found.claims);
    // The same gain on average, from one training of five.
    let text = trained(5, 0.02);
    let lucky: String = text.lines().fold(String::new(), |all, line| {
        let fields: Vec<&str> = line.split(',').collect();
        let moved = fields[2] == "fair" && fields[4] == "south" && fields[5] == "1";
        let Some(score) = fields[6].parse::<f64>().ok().filter(|_| moved) else { return all + line + "\n" };
        let score = score - 0.1 + if fields[3] == "3" { 0.4 } else { 0.0 };
        all + &format!("{},{:.6}\n", fields[..6].join(","), score.clamp(0.0, 1.0))
    });
    let found = audited(&lucky);
    assert_eq!(found.claims[0].verdict, "not shown", "{:?}", found.against);
    let gain = found.against.iter().find(|entry| entry.group == "south").expect("entry");
    assert!(gain.auc.difference.low < Some(0.0));
}

#[test]
fn readers_are_told_apart_likewise_and_tables_say_so() {
    let text = trained(3, 0.3).replacen("seed", "reader", 1);
    let found = audit(&read(&text, &by("reader")).expect("sound"), &quick()).expect("audit");
    assert_eq!(found.trainings[1].column, "reader");
    let table = spread_table(&found).expect("trainings");
    assert!(table.title.contains("AUC by reader") && table.rows.len() == 4);
    let own = cells_table(&found, "plain").notes.join("\n");
    assert!(own.contains("Student's t of trainings and of patients") && !own.contains("Wilson"), "{own}");
    let words = audit_words(&found);
    assert!(words.contains("Note: column reader tells trainings or readers of one method apart"), "{words}");
    assert!(
        gaps_table(&found)
            .expect("gaps")
            .notes
            .join("\n")
            .contains("best minus worst AUC (north minus south)")
    );
    // Without the option a sample stands several times, and the message says what helps.
    let error = read(&text, &Reading::default()).expect_err("twice");
    assert!(error.contains("method plain has sample s0 twice"), "{error}");
    assert!(
        error.contains("if column reader tells trainings or readers apart: --seed-column reader"),
        "{error}"
    );
}

#[test]
fn contradicting_and_missing_rows_are_refused_with_row_and_column() {
    let text = trained(2, 0.3);
    let line = |at: usize| text.lines().nth(at).expect("a row").to_owned();
    let label = line(401).replacen(",north,0,", ",north,1,", 1);
    let cases = [
        // The label of a patient's sample in the second training.
        (text.replacen(&line(401), &label, 1), "rows 2 and 402: sample s0 has another label"),
        (
            text.replacen(&line(403), &line(403).replace(",p1,", ",p9,"), 1),
            "rows 4 and 404: sample s2 has another patient",
        ),
        (
            text.replacen(&(line(405) + "\n"), "", 1),
            "column seed: 2 of plain has not scored the sample of row 6",
        ),
        (
            text.replacen(&line(7), &line(7).replace(",plain,1,", ",plain,,"), 1),
            "row 8, column seed: found \"\"; expected the name of a training or reader",
        ),
        (
            text.replacen(&(line(9) + "\n"), &format!("{0}\n{0}\n", line(9)), 1),
            "rows 10 and 11: method plain, seed 1 has sample s8 twice",
        ),
    ];
    for (table, expected) in &cases {
        let error = read(table, &by("seed")).expect_err(expected);
        assert!(error.contains(expected), "{error}\nexpected: {expected}");
    }
    let nameless = text.replacen("sample,", "row,", 1);
    let error = read(&nameless, &by("seed")).expect_err("no samples");
    assert!(error.contains("column seed: trainings share samples") && error.contains("--sample"), "{error}");
    let predictions = read(&text, &by("seed")).expect("sound");
    for (options, expected) in [
        (
            AuditOptions { power: Some(0.8), ..quick() },
            "--power is of one training: keep one, such as --only seed=",
        ),
        (AuditOptions { ledger: true, ..quick() }, "--ledger is of one training"),
        (AuditOptions { decision_curve: vec![0.1], ..quick() }, "--decision-curve is of one training"),
        (
            AuditOptions { reference: Some("other".into()), ..quick() },
            "there is no method \"other\"; there are plain, fair",
        ),
    ] {
        let error = audit(&predictions, &options).expect_err(expected).to_string();
        assert!(error.contains(expected), "{error}");
    }
}

#[test]
fn several_classes_have_means_over_trainings_too() {
    let mut text = String::from("sample,patient,seed,group,label,score_a,score_b,score_c\n");
    for seed in 1..=3u32 {
        for sample in 0..300u32 {
            let (class, group) = (sample / 2 % 3, if sample < 180 { "x" } else { "y" });
            let name = ["a", "b", "c"][class as usize];
            let raw: Vec<f64> = (0..3u32)
                .map(|at| 0.2 + noise(sample * 3 + at + 10_000 * seed) + if at == class { 0.5 } else { 0.0 })
                .collect();
            let total: f64 = raw.iter().sum();
            let shares: Vec<String> = raw.iter().map(|x| format!("{:.6}", x / total)).collect();
            writeln!(text, "s{sample},p{},{seed},{group},{name},{}", sample / 2, shares.join(","))
                .expect("text");
        }
    }
    let found = audited(&text);
    assert_eq!((found.cells.len(), found.macro_auc.len(), found.macro_gaps.len()), (6, 2, 1));
    let own: Vec<f64> = found.cells[..3].iter().map(|cell| cell.auc.value.expect("value")).collect();
    let mean = own.iter().sum::<f64>() / 3.0;
    assert!((found.macro_auc[0].auc.value.expect("value") - mean).abs() < 1e-12);
    assert!(found.macro_gaps[0].auc.p.is_some());
}

#[test]
fn the_program_reads_trainings() {
    let folder = tempfile::tempdir().expect("folder");
    std::fs::write(folder.path().join("t.csv"), trained(3, 0.3)).expect("table");
    let asked = ["audit", "t.csv", "--seed-column", "seed", "--out", "r"];
    let out = qpnet(&asked, folder.path());
    let said = format!("{}{}", String::from_utf8_lossy(&out.stdout), String::from_utf8_lossy(&out.stderr));
    assert!(out.status.success() && said.contains("AUC by seed, and the two errors of the mean"), "{said}");
    let summary = std::fs::read(folder.path().join("r/summary.json")).expect("summary");
    let summary: Value = serde_json::from_slice(&summary).expect("JSON");
    assert_eq!(summary["trainings"][0]["names"].as_array().map(Vec::len), Some(3));
    assert!(summary["cells"][0]["spread"]["seeds"].is_number());
    let alias = qpnet(&["audit", "t.csv", "--reader-column", "seed", "--brief"], folder.path());
    assert!(alias.status.success());
    let refused = qpnet(&["audit", "t.csv", "--seed-column", "seed", "--ledger"], folder.path());
    assert_eq!(refused.status.code(), Some(1));
}

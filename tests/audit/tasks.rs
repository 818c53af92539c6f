//! Audits of several classes and of several findings.

use std::fmt::Write as _;

use qpnet_audit::audit::{Audit, AuditOptions, AuditTask, Columns, Predictions, Reading, audit};
use qpnet_audit::metrics::WeightedMacroAuc;
use qpnet_audit::metrics::{self, one_vs_rest};
use qpnet_audit::rng::Streams;
use qpnet_audit::stats::{Bootstrap, Interval, Resampler};
use serde_json::Value;

use crate::audit_support::{qpnet, quick};
use crate::predictions::noise;

const CLASSES: [&str; 3] = ["mel", "nv", "bcc"];

/// 300 samples of three classes on two hospitals, two images a patient; the south has no bcc.
fn classes() -> String {
    let mut text = String::from("image,patient,model,site,dx,p_mel,p_nv,p_bcc\n");
    for (model, pull) in [("plain", 0.9), ("sharp", 1.4)] {
        for sample in 0..300u32 {
            let south = sample >= 180;
            let class = (noise(sample / 2) * if south { 2.0 } else { 3.0 }) as usize;
            let own =
                |k: usize| 0.1 + noise(sample + 400 * (k as u32 + 1)) + if k == class { pull } else { 0.0 };
            let sum: f64 = (0..3).map(own).sum();
            let [a, b, c] = [0, 1, 2].map(|k| own(k) / sum);
            let (site, dx) = (if south { "south" } else { "north" }, CLASSES[class]);
            writeln!(text, "i{sample},p{},{model},{site},{dx},{a},{b},{c}", sample / 2).expect("text");
        }
    }
    text
}

fn names(list: &str) -> Vec<String> {
    list.split(',').map(str::to_owned).collect()
}

fn reading(label: &str, score: &str) -> Reading {
    let columns = Columns { label: names(label), score: names(score), ..Columns::default() };
    Reading { columns, ..Reading::default() }
}

fn read(text: &str, reading: &Reading) -> Result<Predictions, String> {
    Predictions::parse("t.csv", text.as_bytes(), reading).map_err(|error| error.to_string())
}

fn audited(text: &str, reading: &Reading) -> Result<(Predictions, Audit), String> {
    let predictions = read(text, reading)?;
    let found = audit(&predictions, &quick()).map_err(|error| error.to_string())?;
    Ok((predictions, found))
}

#[test]
fn a_sample_of_one_of_several_classes_is_no_positive() {
    let predictions = read(&classes(), &reading("dx", "p_mel,p_nv,p_bcc")).expect("sound");
    let found = audit(&predictions, &AuditOptions { smallest: 80, ..quick() }).expect("audit");
    assert_eq!(
        found.unscored.iter().map(|entry| (entry.samples, entry.positives)).collect::<Vec<_>>(),
        [(120, None)]
    );
}

#[test]
fn each_class_stands_against_the_rest_and_the_mean_counts_each_once() {
    let (predictions, found) = audited(&classes(), &reading("dx", "p_mel,p_nv,p_bcc")).expect("audit");
    assert_eq!((found.task, found.measure), (AuditTask::MultiClass, "macro AUC"));
    assert_eq!((found.classes.as_slice(), found.cells.len()), (names("mel,nv,bcc").as_slice(), 12));
    for cell in &found.cells {
        let class = CLASSES.iter().position(|class| Some(*class) == cell.class.as_deref()).expect("class");
        let (labels, scores) = predictions.of(&cell.method, &cell.group, class);
        assert_eq!(cell.auc.value, metrics::auc(&labels, &scores).expect("valid"), "{cell:?}");
        assert_eq!(cell.positives, labels.iter().filter(|&&label| label).count());
    }
    for whole in &found.macro_auc {
        let own =
            found.cells.iter().filter(|cell| (&cell.method, &cell.group) == (&whole.method, &whole.group));
        let aucs: Vec<f64> = own.filter_map(|cell| cell.auc.value).collect();
        let (expected, out): (usize, &[&str]) = if whole.group == "south" { (2, &["bcc"]) } else { (3, &[]) };
        assert_eq!((aucs.len(), whole.counted.len()), (expected, expected));
        assert_eq!(whole.left_out, out);
        let mean = aucs.iter().sum::<f64>() / aucs.len() as f64;
        assert!((whole.auc.value.expect("value") - mean).abs() < 1e-12);
    }
    // Means over the same classes are compared: bcc, which the south lacks, takes no part.
    let gap = &found.macro_gaps[0];
    assert_eq!((gap.group.as_str(), gap.over.as_slice()), ("south", names("mel,nv").as_slice()));
    let of = |group: &str, class: &str| {
        let cell = |cell: &&qpnet_audit::audit::CellAudit| {
            cell.method == gap.method && cell.group == group && cell.class.as_deref() == Some(class)
        };
        found.cells.iter().find(cell).and_then(|cell| cell.auc.value).expect("AUC")
    };
    let mean = |group: &str| (of(group, "mel") + of(group, "nv")) / 2.0;
    let difference = gap.auc.difference.value.expect("value");
    assert!((difference - (mean("north") - mean("south"))).abs() < 1e-12);
    assert!(found.claims.len() == 1 && found.against.iter().all(|entry| entry.auc.p_holm.is_some()));
}

#[test]
fn the_mean_of_classes_that_do_not_overlap_is_not_known_exactly() {
    let (_, found) = audited(&classes(), &reading("dx", "p_mel,p_nv,p_bcc")).expect("audit");
    let text = classes();
    let north: Vec<Vec<&str>> = text
        .lines()
        .map(|line| line.split(',').collect())
        .filter(|row: &Vec<&str>| row[2] == "plain" && row[3] == "north")
        .collect();
    let label = |row: &Vec<&str>| CLASSES.iter().position(|class| *class == row[4]).expect("class");
    let labels: Vec<usize> = north.iter().map(label).collect();
    let patients: Vec<usize> = north.iter().map(|row| row[1][1..].parse().expect("patient")).collect();
    let scores: Vec<f64> =
        north.iter().flat_map(|row| [5, 6, 7].map(|at| row[at].parse().expect("score"))).collect();
    let streams = Streams::new(1).below("audit").below("north");
    let resampler = Resampler::new(&patients, &labels).expect("lengths");
    let bootstrap =
        Bootstrap::new(&resampler, &streams).with_replicates(200).with_interval(Interval::Percentile);
    let targets = one_vs_rest(&labels, 3).expect("classes");
    let expected = bootstrap.macro_auc(&targets, &scores, 3).expect("valid");
    let sorted = WeightedMacroAuc::new(&targets, &scores, 3).expect("valid");
    let drawn: Vec<f64> =
        bootstrap.replicate(|weights| sorted.at(weights).value).into_iter().flatten().collect();
    let mean = drawn.iter().sum::<f64>() / drawn.len() as f64;
    let squares: f64 = drawn.iter().map(|auc| (auc - mean).powi(2)).sum();
    let spread = (squares / (drawn.len() - 1) as f64).sqrt();
    let own = &found
        .macro_auc
        .iter()
        .find(|cell| (cell.method.as_str(), cell.group.as_str()) == ("plain", "north"));
    let own = &own.expect("cell").auc;
    let (value, low, high) = own.triple().expect("interval");
    assert!((value - expected.value.expect("value")).abs() < 1e-12, "{own:?}, {expected:?}");
    // These classes do not overlap: drawn patients have no spread, which is no certainty.
    assert_eq!(spread, 0.0);
    assert!(low > 0.8 && low < 1.0 && high == 1.0, "{own:?}");
}

#[test]
fn classes_are_named_numbered_or_refused() {
    let (_, plain) = audited(&classes(), &reading("dx", "p_mel,p_nv,p_bcc")).expect("audit");
    let mut numbered = classes();
    for (number, class) in CLASSES.iter().enumerate() {
        numbered = numbered.replace(&format!(",{class},"), &format!(",{number},"));
    }
    let (_, found) = audited(&numbered, &reading("dx", "p_mel,p_nv,p_bcc")).expect("numbers");
    assert_eq!(found.cells, plain.cells);
    assert!(found.notes.iter().any(|note| note == "labels are numbers of classes: 0 mel, 1 nv, 2 bcc"));
    let mut own = reading("dx", "p_mel,p_nv,p_bcc");
    own.columns.classes = names("nv,mel,bcc");
    let (_, swapped) = audited(&classes(), &own).expect("named");
    assert_ne!(swapped.cells[0].auc, plain.cells[0].auc, "names decide which score is whose");
    let error = read(&classes().replacen(",mel,", ",vasc,", 1), &reading("dx", "p_mel,p_nv,p_bcc"));
    let error = error.expect_err("no such class");
    assert!(
        error.contains("column dx: found \"vasc\"; expected one of mel, nv, bcc (as the scores"),
        "{error}"
    );
    let error = read(&numbered.replacen(",2,", ",7,", 1), &reading("dx", "p_mel,p_nv,p_bcc")).expect_err("7");
    assert!(error.contains("found \"7\"; expected"), "{error}");
    let error = read(&classes(), &reading("dx,site", "p_mel,p_nv,p_bcc")).expect_err("2 and 3");
    assert!(error.contains("2 label columns and 3 score columns"), "{error}");
    own.columns.classes = names("nv,mel");
    assert!(read(&classes(), &own).expect_err("2 of 3").contains("2 classes are named for 3 score columns"));
}

/// Two findings, the second unknown for some.
fn findings() -> String {
    let mut text = String::from("group,label_a,label_b,score_a,score_b\n");
    for sample in 0..200u32 {
        let [a, b] = [1, 2].map(|k| u32::from(noise(sample + 300 * k) < 0.4));
        let group = if sample < 120 { "x" } else { "y" };
        let [p, q] = [(a, 3), (b, 4)].map(|(on, k)| 0.6 * noise(sample + 300 * k) + 0.3 * f64::from(on));
        let known = if sample % 7 == 0 { String::new() } else { b.to_string() };
        writeln!(text, "{group},{a},{known},{p},{q}").expect("text");
    }
    text
}

#[test]
fn findings_leave_unknown_outcomes_out_and_are_not_crossed() {
    // This program's own names are found by themselves, and said.
    let (predictions, found) = audited(&findings(), &Reading::default()).expect("audit");
    assert_eq!((found.task, found.classes.clone()), (AuditTask::MultiLabel, names("a,b")));
    assert!(
        found.notes[0].contains("scores = score_… (2), labels = label_… (2), group = group"),
        "{:?}",
        found.notes
    );
    let b =
        found.cells.iter().find(|cell| cell.group == "x" && cell.class.as_deref() == Some("b")).expect("b");
    assert_eq!(b.samples, (0..120).filter(|sample| sample % 7 != 0).count());
    let (labels, scores) = predictions.of("the model", "x", 1);
    assert_eq!(b.auc.value, metrics::auc(&labels, &scores).expect("valid"));
    let error = read(&findings(), &reading("label_a,label_b", "score_b,score_a")).expect_err("crossed");
    assert!(
        error.contains("label label_a would go with score score_b; name both in the same order"),
        "{error}"
    );
}

#[test]
fn the_program_reports_classes_on_one_page() {
    let folder = tempfile::tempdir().expect("folder");
    std::fs::write(folder.path().join("t.csv"), classes()).expect("table");
    let arguments =
        ["audit", "t.csv", "--label=dx", "--score=p_mel,p_nv,p_bcc", "--group=site", "--out=o", "--json"];
    let out = qpnet(&arguments, folder.path());
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    let found: Value = serde_json::from_slice(&out.stdout).expect("one object, nothing else");
    assert_eq!((&found["task"], &found["measure"]), (&Value::from("multi-class"), &Value::from("macro AUC")));
    let page = std::fs::read_to_string(folder.path().join("o/report.md")).expect("report");
    for part in ["Macro AUC (95 % intervals)", "without bcc, which lack an outcome there", "by macro AUC."] {
        assert!(page.contains(part), "{part}\n{page}");
    }
    for name in ["auc", "classes", "against", "roc_1", "reliability_2", "density_1"] {
        assert!(folder.path().join(format!("o/figures/{name}.csv")).is_file(), "{name}");
    }
}

#[test]
fn the_short_form_of_many_findings_begins_with_the_answer() {
    let names: Vec<String> = (0..14).map(|k| format!("f{k}")).collect();
    let columns =
        |begin: &str| names.iter().map(|name| format!("{begin}_{name}")).collect::<Vec<_>>().join(",");
    let mut text = format!("group,{},{}\n", columns("label"), columns("score"));
    for sample in 0..240u32 {
        let labels: Vec<u32> = (0..14).map(|k| u32::from(noise(sample + 300 * k) < 0.3)).collect();
        let score = |(k, &label): (usize, &u32)| {
            0.6 * noise(sample + 5_000 + 300 * k as u32) + 0.3 * f64::from(label)
        };
        let scores: Vec<String> = labels.iter().enumerate().map(|pair| score(pair).to_string()).collect();
        let labels: Vec<String> = labels.iter().map(u32::to_string).collect();
        writeln!(text, "{},{},{}", ["x", "y", "z"][sample as usize % 3], labels.join(","), scores.join(","))
            .expect("text");
    }
    let folder = tempfile::tempdir().expect("folder");
    std::fs::write(folder.path().join("t.csv"), text).expect("table");
    let printed = |options: &[&str]| {
        let out = qpnet(&[&["audit", "t.csv"], options].concat(), folder.path());
        assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
        String::from_utf8(out.stdout).expect("text")
    };
    let (brief, whole) = (printed(&["--brief"]), printed(&[]));
    for text in [&brief, &whole] {
        assert!(text.starts_with("the model has its lowest macro AUC in "), "{text}");
        assert!(!text.contains("?.") && !text.contains(".."), "{text}");
    }
    assert!(
        brief.lines().count() < 50 && whole.lines().count() > 60,
        "{} {}",
        brief.lines().count(),
        whole.lines().count()
    );
    assert!(
        brief.contains("x minus other subgroups, AUC, the smallest p first")
            && brief.contains("18 more gaps"),
        "{brief}"
    );
}

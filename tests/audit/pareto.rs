//! `qpnet pareto`: learning curves of anybody, as values and as predictions.

use std::fmt::Write as _;
use std::fs;

use qpnet_audit::audit::{
    CurveAudit, CurveColumns, CurvePredictionColumns, CurvePredictions, CurveReading, CurveTable, Vocabulary,
};
use qpnet_audit::metrics;
use qpnet_audit::stats::pareto::{Criterion, Verdict};
use serde_json::Value;

use crate::audit_support::{Rows, example_of_help, qpnet};
use crate::predictions::noise;

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

fn dominated(dominant: &str) -> CurveReading {
    CurveReading { dominant: Some(dominant.to_owned()), ..CurveReading::default() }
}

fn spoken(words: &Vocabulary) -> CurveReading {
    CurveReading { words: words.clone(), ..dominated("PTC") }
}

#[test]
fn a_curve_of_anybody_is_judged() {
    let judged = |text: &str| {
        let table = CurveTable::parse("c.csv", text.as_bytes(), &CurveColumns::default(), &dominated("PTC"))
            .expect("curve");
        table.judge(&Criterion::default(), 999, 1).expect("judged").methods.remove(0).judgement.verdict
    };
    let (up, down) = ([0.6, 0.7, 0.8, 0.9], [0.6, 0.9, 0.8, 0.7]);
    assert_eq!(judged(&curve(up, up)), Verdict::Satisfied);
    assert_eq!(judged(&curve(up, down)), Verdict::Violated);

    let parse = |text: &str, dominant: &str| {
        let parsed =
            CurveTable::parse("c.csv", text.as_bytes(), &CurveColumns::default(), &dominated(dominant));
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

const SIZES: [u32; 4] = [100, 200, 400, 800];

/// Scores of 200 samples a subgroup, two a patient, that follow the label by `pull` at each size.
fn predictions(dominant: [f64; 4], less: [f64; 4]) -> String {
    let mut text = String::from("size,seed,subgroup,sample_id,patient,label,score\n");
    for (at, size) in SIZES.iter().enumerate() {
        for seed in 0..3u32 {
            for (group, pull) in [("PTC", dominant[at]), ("FTC", less[at])] {
                for sample in 0..200u32 {
                    let label = sample / 2 % 2;
                    let own = noise(sample + if group == "PTC" { 0 } else { 5_000 });
                    let score = own + 0.05 * noise(977 * seed + sample + 31 * size) + pull * f64::from(label);
                    writeln!(
                        text,
                        "{size},{seed},{group},{group}{sample},{group}p{},{label},{score}",
                        sample / 2
                    )
                    .expect("text");
                }
            }
        }
    }
    text
}

fn columns() -> CurvePredictionColumns {
    CurvePredictionColumns {
        score: "score".into(),
        patient: Some("patient".into()),
        ..CurvePredictionColumns::default()
    }
}

fn judged(text: &str) -> Result<CurveAudit, String> {
    let table = CurvePredictions::parse("c.csv", text.as_bytes(), &columns(), &dominated("PTC"));
    let table = table.map_err(|error| error.to_string())?;
    table.judge(&Criterion::default(), 499, 1).map_err(|error| error.to_string())
}

#[test]
fn predictions_are_judged_with_the_error_of_the_test_set() {
    let (up, down) = ([0.3, 0.5, 0.7, 0.9], [0.5, 0.9, 0.6, 0.2]);
    let text = predictions(up, down);
    let found = judged(&text).expect("judged");
    assert_eq!(
        (found.summary.sizes.as_slice(), found.summary.seeds.len()),
        ([100, 200, 400, 800].as_slice(), 3)
    );
    assert_eq!(found.methods[0].judgement.verdict, Verdict::Violated);
    assert_eq!(found.methods[0].judgement.less.drop.from, 1);
    // Points are means over seeds of the AUC of that very part of the table.
    for (place, group) in ["PTC", "FTC"].iter().enumerate() {
        for (at, size) in SIZES.iter().enumerate() {
            let auc = |seed: u32| {
                let begin = format!("{size},{seed},{group},");
                let own = text.lines().filter(|line| line.starts_with(&begin));
                let fields: Vec<Vec<&str>> = own.map(|line| line.split(',').collect()).collect();
                let labels: Vec<bool> = fields.iter().map(|row| row[5] == "1").collect();
                let scores: Vec<f64> = fields.iter().map(|row| row[6].parse().expect("score")).collect();
                metrics::auc(&labels, &scores).expect("valid").expect("both")
            };
            let mean = (0..3).map(auc).sum::<f64>() / 3.0;
            let (value, low, high) = found.methods[0].points[place][at].triple().expect("an interval");
            assert!((value - mean).abs() < 1e-12 && low < value && value < high, "{group} {size}");
        }
    }
    assert_ne!(judged(&predictions(up, up)).expect("judged").methods[0].judgement.verdict, Verdict::Violated);
    // The order of rows is nothing.
    let (header, rows) = text.split_once('\n').expect("header");
    let mut turned: Vec<&str> = rows.lines().collect();
    turned.reverse();
    let other = judged(&format!("{header}\n{}\n", turned.join("\n"))).expect("judged");
    assert_eq!(other.methods[0].judgement.less.drop, found.methods[0].judgement.less.drop);
}

#[test]
fn holes_and_contradictions_among_predictions_are_named() {
    let text = predictions([0.5; 4], [0.5; 4]);
    let without: Vec<&str> = text.lines().filter(|line| !line.starts_with("200,1,FTC,FTC7,")).collect();
    let cases = [
        (
            without.join("\n"),
            "the model, size 200, seed 1 lacks sample FTC7: every training must score the same",
        ),
        (text.clone() + "100,0,PTC,PTC0,PTCp0,0,0.5\n", "the model, size 100, seed 0 has sample PTC0 twice"),
        (text.clone() + "1600,0,PTC,PTC0,PTCp0,1,0.5\n", "sample PTC0 has another label"),
        (text.clone() + "1600,0,FTC,PTC0,PTCp0,0,0.5\n", "sample PTC0 has another group"),
        (text.clone() + "1600,0,MTC,x,y,0,0.5\n", "there are 3 subgroups"),
        (
            text.clone() + "99999999999999999999999,0,PTC,PTC0,PTCp0,0,0.5\n",
            "column size: found \"99999999999999999999999\"",
        ),
        (
            text.clone() + "100,0,PTC,PTC0,PTCp0,0,inf\n",
            "column score: found \"inf\"; expected a finite number",
        ),
        (
            text.clone() + "100,0,PTC,PTC0,PTCp0,benign,0.1\n",
            "column label: found \"benign\"; expected 0 or 1",
        ),
        (
            text.clone() + "100,,PTC,PTC0,PTCp0,0,0.1\n",
            "column seed: found \"\"; expected the name of a seed",
        ),
        (text.replace("score\n", "risk\n"), "no column for the score: \"score\" is not there; the table has"),
        (String::new(), "the file is empty"),
        (text.lines().next().expect("header").to_owned(), "there is a header and no row"),
    ];
    for (text, expected) in cases {
        let error = judged(&text).expect_err(expected);
        assert!(error.contains(expected), "{error}\nexpected: {expected}");
    }
}

#[test]
fn columns_of_ids_and_tables_of_holes_are_refused_before_they_fill_the_memory() {
    let curve = |row: fn(u64) -> String| {
        let rows = Rows::new("size,seed,subgroup,auc\n", row);
        CurveTable::parse("c.csv", rows, &CurveColumns::default(), &dominated("PTC"))
            .expect_err("ids")
            .to_string()
    };
    let scored = |row: fn(u64) -> String| {
        let rows = Rows::new("size,seed,subgroup,sample_id,patient,label,score\n", row);
        CurvePredictions::parse("c.csv", rows, &columns(), &dominated("PTC")).expect_err("ids").to_string()
    };
    let cases = [
        (
            curve(|at| format!("100,{at},g{at},0.5\n")),
            "row 4: column subgroup: there are 3 subgroups up to here (g0, g1, g2)",
        ),
        (curve(|at| format!("{at},1,PTC,0.5\n")), "row 202: column size has more than 200 sizes up to here"),
        (
            curve(|at| format!("100,s{at},PTC,0.5\n")),
            "row 202: column seed has more than 200 seeds up to here",
        ),
        (
            scored(|at| format!("100,1,g{at},s{at},p{at},1,0.5\n")),
            "row 4: column subgroup: there are 3 subgroups",
        ),
        (
            scored(|at| format!("{at},1,PTC,s{at},p{at},1,0.5\n")),
            "row 202: column size has more than 200 sizes",
        ),
        (
            scored(|at| format!("100,{at},PTC,s{at},p{at},1,0.5\n")),
            "row 202: column seed has more than 200 seeds",
        ),
    ];
    for (error, expected) in cases {
        assert!(error.contains(expected), "{error}\nexpected: {expected}");
    }
    // 100 sizes × 100 seeds × 10,000 samples, of which each training has one.
    let mut holes = String::from("size,seed,subgroup,sample_id,patient,label,score\n");
    for at in 0..10_000 {
        let group = ["PTC", "FTC"][at % 2];
        writeln!(holes, "{},{},{group},s{at},p{at},{},0.5", at / 100, at % 100, at / 2 % 2).expect("text");
    }
    let error = judged(&holes).expect_err("holes");
    assert!(error.contains("10000 rows for 1 methods × 100 sizes × 100 seeds × 10000 samples"), "{error}");
}

#[test]
fn curves_without_a_judgement_say_why() {
    let one_class = predictions([0.5; 4], [0.5; 4]);
    let one_class: Vec<String> = one_class
        .lines()
        .map(|line| match line.split(',').collect::<Vec<_>>()[..] {
            [size, seed, "FTC", sample, patient, _, score] => {
                format!("{size},{seed},FTC,{sample},{patient},1,{score}")
            }
            _ => line.to_owned(),
        })
        .collect();
    let error = judged(&one_class.join("\n")).expect_err("one class");
    let expected = "column label: all samples of FTC are positive: expected both outcomes";
    assert!(error.contains(expected), "{error}");
    let one_size: Vec<&str> =
        "size,seed,subgroup,auc\n100,1,PTC,0.8\n100,2,PTC,0.8\n100,1,FTC,0.7\n100,2,FTC,0.7"
            .lines()
            .collect();
    let table = CurveTable::parse(
        "c.csv",
        one_size.join("\n").as_bytes(),
        &CurveColumns::default(),
        &dominated("PTC"),
    );
    let error = table.expect("read").judge(&Criterion::default(), 99, 1).expect_err("one size").to_string();
    assert!(error.contains("size"), "{error}");
    // Scores that are all equal have an AUC of 0.5 at every size: nothing falls.
    let constant: Vec<String> = predictions([0.5; 4], [0.5; 4])
        .lines()
        .map(|line| match line.rsplit_once(',') {
            Some((rest, score)) if score != "score" => format!("{rest},0.5"),
            _ => line.to_owned(),
        })
        .collect();
    let found = judged(&constant.join("\n")).expect("judged");
    assert_eq!(found.methods[0].points[0][3].value, Some(0.5));
    assert_ne!(found.methods[0].judgement.verdict, Verdict::Violated);
}

#[test]
fn the_program_draws_and_lists_what_it_judged() {
    let folder = tempfile::tempdir().expect("folder");
    fs::write(folder.path().join("p.csv"), predictions([0.3, 0.5, 0.7, 0.9], [0.5, 0.9, 0.6, 0.2]))
        .expect("table");
    let arguments = [
        "pareto",
        "p.csv",
        "--dominant=PTC",
        "--score=score",
        "--patient=patient",
        "--replicates=199",
        "--out=o",
        "--json",
    ];
    let out = qpnet(&arguments, folder.path());
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    let found: Value = serde_json::from_slice(&out.stdout).expect("one object");
    assert_eq!(found["methods"][0]["judgement"]["verdict"], "violated");
    assert_eq!((&found["from_predictions"], &found["groups"][0]), (&Value::Bool(true), &Value::from("PTC")));
    for name in ["curve.svg", "curve.png", "report.md"] {
        assert!(folder.path().join("o").join(name).is_file(), "{name}");
    }
    let numbers = fs::read_to_string(folder.path().join("o/curve.csv")).expect("numbers");
    assert!(
        numbers.starts_with("series,x,y,low,high\nPTC,100,") && numbers.lines().count() == 9,
        "{numbers}"
    );
    let kept = fs::read_to_string(folder.path().join("o/summary.json")).expect("summary");
    assert_eq!(serde_json::from_str::<Value>(&kept).expect("JSON"), found);
    for (arguments, code) in [
        (["pareto", "p.csv", "--dominant=MTC", "--score=score"], 2),
        (["pareto", "p.csv", "--dominant=PTC", "--tolerance=0"], 2),
        (["pareto", "p.csv", "--dominant=PTC", "--value=auc"], 1),
    ] {
        let out = qpnet(&arguments, folder.path());
        assert_eq!(out.status.code(), Some(code), "{arguments:?}: {}", String::from_utf8_lossy(&out.stderr));
    }
}

#[test]
fn parts_are_judged_together_only_when_told_and_roles_name_the_dominant_subgroup() {
    let folder = tempfile::tempdir().expect("folder");
    let place = folder.path();
    // The validation part has other scores: pooled, the curve is another.
    let of = |part: &'static str, pulls: [f64; 4]| {
        predictions(pulls, pulls).lines().skip(1).fold(String::new(), |text, line| {
            let role = if line.contains(",PTC,") { "dominant" } else { "less-prevalent" };
            let fields: Vec<&str> = line.splitn(5, ',').collect();
            let (sample, rest) = (fields[3], fields[4]);
            text + &format!("{},{part}-{sample},{part}-{rest},{part},{role}\n", fields[..3].join(","))
        })
    };
    let header = "size,seed,subgroup,sample_id,patient,label,score,part,role\n";
    let test = of("test", [0.3, 0.5, 0.7, 0.9]);
    let pooled = format!("{header}{}{test}", of("validation", [0.9, 0.5, 0.3, 0.0]));
    fs::write(place.join("t.csv"), format!("{header}{test}")).expect("table");
    fs::write(place.join("p.csv"), pooled).expect("table");
    let asked = |table: &str, extra: &[&str]| {
        let usual = ["pareto", table, "--score=score", "--patient=patient", "--replicates=199", "--json"];
        qpnet(&[&usual[..], extra].concat(), place)
    };
    let judged = |table: &str, extra: &[&str]| -> Value {
        let out = asked(table, extra);
        assert!(out.status.success(), "{extra:?}: {}", String::from_utf8_lossy(&out.stderr));
        serde_json::from_slice(&out.stdout).expect("JSON")
    };
    let out = asked("p.csv", &[]);
    let message = String::from_utf8_lossy(&out.stderr);
    assert_eq!(out.status.code(), Some(1), "{message}");
    assert!(
        message.contains("column part: rows are of several parts (4800 of test, 4800 of validation)"),
        "{message}"
    );
    assert!(message.contains("--only part=test") && message.contains("--pool"), "{message}");
    let (alone, kept) = (judged("t.csv", &[]), judged("p.csv", &["--only", "part=test"]));
    assert_eq!(alone["methods"], kept["methods"], "the test part alone");
    assert_ne!(judged("p.csv", &["--pool"])["methods"], alone["methods"]);
    assert_eq!(alone["groups"], serde_json::json!(["PTC", "FTC"]), "the role says so");
    assert!(
        alone["notes"].to_string().contains("the dominant subgroup is PTC, as column role says"),
        "{alone}"
    );
    assert_eq!(judged("t.csv", &["--dominant=FTC"])["groups"], serde_json::json!(["FTC", "PTC"]));
    for (extra, code, words) in [
        (&["--only", "part=train"][..], 1, "no row with a subgroup has part=train"),
        (&["--only", "part"], 2, "--only part: expected COLUMN=VALUE"),
        (&["--only", "piece=test"], 1, "\"piece\" is not there"),
    ] {
        let out = asked("p.csv", extra);
        let message = String::from_utf8_lossy(&out.stderr);
        assert!(out.status.code() == Some(code) && message.contains(words), "{extra:?}: {message}");
    }

    // Values: the points of two parts are not the same point twice, and somebody must name the dominant subgroup.
    let values = curve([0.6, 0.7, 0.8, 0.9], [0.6, 0.9, 0.8, 0.7]);
    let with = |part: &str| values.lines().skip(1).map(|line| format!("{line},{part}\n")).collect::<String>();
    let text = format!("size,seed,subgroup,auc,part\n{}{}", with("validation"), with("test"));
    let parse = |text: &str, reading: &CurveReading| {
        let table = CurveTable::parse("c.csv", text.as_bytes(), &CurveColumns::default(), reading);
        table.map(|table| table.values).map_err(|error| error.to_string())
    };
    let error = parse(&text, &dominated("PTC")).expect_err("two parts");
    assert!(error.contains("40 of test, 40 of validation"), "{error}");
    let only = CurveReading { only: vec![("part".into(), "test".into())], ..dominated("PTC") };
    assert_eq!(parse(&text, &only), parse(&values, &dominated("PTC")));
    let error = parse(&values, &CurveReading::default()).expect_err("nobody says it");
    assert!(
        error.contains("which subgroup is dominant? There are FTC, PTC") && error.contains("--dominant"),
        "{error}"
    );
}

#[test]
fn the_example_of_the_help_page_runs_as_it_stands() {
    let folder = tempfile::tempdir().expect("folder");
    let out = example_of_help("pareto", "qpnet-audit pareto data-manifests/examples/", folder.path());
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    let words = String::from_utf8_lossy(&out.stdout);
    assert!(words.contains("Pareto fairness criterion: 4 sizes × 3 seeds"), "{words}");
    assert!(folder.path().join("target/pareto/curve.svg").is_file());
}

#[test]
fn curves_are_read_as_audits_are() {
    let parse = |text: &str, columns: &CurveColumns, words: &Vocabulary| {
        let table = CurveTable::parse("c.csv", text.as_bytes(), columns, &spoken(words));
        table.and_then(|table| table.judge(&Criterion::default(), 199, 1)).map_err(|error| error.to_string())
    };
    let (usual, words) = (CurveColumns::default(), Vocabulary::default());
    let plain = curve([0.6, 0.7, 0.8, 0.9], [0.6, 0.9, 0.8, 0.7]);
    let expected = parse(&plain, &usual, &words).expect("judged");
    // As pandas writes it: row numbers, sizes and seeds as floats.
    let float = |(at, line): (usize, &str)| {
        let fields: Vec<&str> = line.split(',').collect();
        match at {
            0 => format!(",{line}\n"),
            _ => format!("{},{}.0,{}.0, {} ,{}\n", at - 1, fields[0], fields[1], fields[2], fields[3]),
        }
    };
    let pandas: String = plain.lines().enumerate().map(float).collect();
    let found = parse(&pandas, &usual, &words).expect("judged");
    assert_eq!(
        (&found.methods, &found.summary.sizes, &found.summary.seeds),
        (&expected.methods, &expected.summary.sizes, &expected.summary.seeds)
    );
    let commas = plain.replace(',', ";").replace('.', ",");
    assert_eq!(parse(&commas, &usual, &words).expect("judged").methods, expected.methods);
    // Roles: a column that the user names is nothing else, and every message says what was told.
    let named = CurveColumns { group: Some("size".into()), ..CurveColumns::default() };
    let error = parse(&plain, &named, &words).expect_err("no size");
    assert!(error.contains("no column for the size: looked for size (size is the group)"), "{error}");
    let error = parse(&plain.replace("100,0,PTC", "few,0,PTC"), &usual, &words).expect_err("few");
    assert!(error.contains("told from its name to be the size: --size names another"), "{error}");
    let off = CurveColumns { no_guess: true, ..CurveColumns::default() };
    assert!(
        parse(&plain, &off, &words)
            .expect_err("off")
            .contains("none is told from its name; name it with --size")
    );
    let first = plain.lines().nth(1).expect("row").rsplit_once(',').expect("value").1;
    let error = parse(&plain.replacen(first, "NA", 1), &usual, &words).expect_err("NA");
    assert!(error.contains("row 2, column auc: found \"NA\"; expected a finite number"), "{error}");
    // Rows without a subgroup are left out and counted.
    let more = plain.clone() + "100,0,,0.5\n100,1,NA,0.5\n";
    let missing = Vocabulary { missing: vec!["NA".into()], ..Vocabulary::default() };
    let found = parse(&more, &usual, &missing).expect("judged");
    assert_eq!(found.methods, expected.methods);
    assert!(
        found.summary.notes.iter().any(|note| note == "2 rows are left out: subgroup is not known there")
    );
}

#[test]
fn outcomes_behind_curves_are_read_as_audits_read_them() {
    let judge = |text: &str, words: &Vocabulary| {
        let table = CurvePredictions::parse("c.csv", text.as_bytes(), &columns(), &spoken(words));
        table.and_then(|table| table.judge(&Criterion::default(), 199, 1)).map_err(|error| error.to_string())
    };
    let plain = predictions([0.3, 0.5, 0.7, 0.9], [0.5, 0.9, 0.6, 0.2]);
    let expected = judge(&plain, &Vocabulary::default()).expect("judged");
    let change = |of: &dyn Fn(&str, &str) -> Option<String>| -> String {
        let line = |line: &str| {
            let mut fields: Vec<String> = line.split(',').map(str::to_owned).collect();
            if let Some(label) = of(&fields[3], &fields[5]) {
                fields[5] = label;
            }
            fields.join(",") + "\n"
        };
        plain.lines().map(line).collect()
    };
    let spoken =
        change(&|_, label| (label != "label").then(|| if label == "1" { "TRUE" } else { "F" }.to_owned()));
    assert_eq!(judge(&spoken, &Vocabulary::default()).expect("judged").methods, expected.methods);
    // A sample whose outcome is not known is in no training.
    let unknown = change(&|sample, _| (sample == "PTC7" || sample == "FTC8").then(|| "NA".to_owned()));
    let error = judge(&unknown, &Vocabulary::default()).expect_err("NA");
    assert!(error.contains("say --missing NA") && error.contains("more rows are like it"), "{error}");
    let missing = Vocabulary { missing: vec!["NA".into()], ..Vocabulary::default() };
    let found = judge(&unknown, &missing).expect("judged");
    let without: String = plain
        .lines()
        .filter(|line| !line.contains(",PTC7,") && !line.contains(",FTC8,"))
        .map(|line| format!("{line}\n"))
        .collect();
    assert_eq!(found.methods, judge(&without, &Vocabulary::default()).expect("judged").methods);
    assert!(
        found
            .summary
            .notes
            .iter()
            .any(|note| note.starts_with("2 outcomes are missing by a word (--missing)"))
    );
}

#[test]
fn no_auc_is_drawn_above_1() {
    let mut text = String::from("size,seed,subgroup,auc\n");
    for (group, values) in [("PTC", [0.97, 1.0, 0.91]), ("FTC", [0.999, 0.9, 1.0])] {
        for size in [100, 200] {
            for (seed, value) in values.iter().enumerate() {
                writeln!(text, "{size},{seed},{group},{value}").expect("text");
            }
        }
    }
    let judge = |text: &str, value: Option<String>| {
        let columns = CurveColumns { value, ..CurveColumns::default() };
        let table = CurveTable::parse("c.csv", text.as_bytes(), &columns, &dominated("PTC")).expect("curve");
        table.judge(&Criterion::default(), 199, 1).expect("judged")
    };
    let found = judge(&text, None);
    let highest = |found: &CurveAudit| {
        let points = found.methods[0].points.iter().flatten();
        points.filter_map(|point| point.high).fold(0.0, f64::max)
    };
    assert_eq!(highest(&found), 1.0);
    let figure = qpnet_audit::report::judged_curves_figure(&found).expect("figure");
    let limits = figure.csv.lines().skip(1).filter_map(|line| line.rsplit(',').next()?.parse::<f64>().ok());
    assert!(limits.fold(0.0, f64::max) <= 1.0, "{}", figure.csv);
    // Of another measure nobody knows where it ends.
    assert!(highest(&judge(&text.replace("auc", "gain"), Some("gain".into()))) > 1.0);
}

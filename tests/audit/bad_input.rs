//! Tables that cannot be audited, and odd ones that can: never a wrong number, always a place.

use qpnet_audit::audit::{AuditOptions, Predictions, Reading, Vocabulary, audit};

use crate::audit_support::{Rows, audited, qpnet, quick};
use crate::predictions::table;

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
        (String::new(), "t.csv: the file is empty"),
        ("label,score,group,score\n".into(), "there are two columns \"score\""),
        ("label,score,group\n".into(), "t.csv: there is a header and no row"),
        (spoilt(5, "s3,p1,plain,north,1"), "row 5: has 5 fields; expected 6"),
        (spoilt(5, "s3,p1,plain,north,maybe,0.5"), "row 5, column label: found \"maybe\"; expected 0 or 1"),
        (spoilt(5, "s3,p1,plain,north,,0.5"), "row 5, column label: found \"\""),
        (
            spoilt(5, "s3,p1,plain,north,1,inf"),
            "row 5, column score: found \"inf\"; expected a finite number",
        ),
        (spoilt(5, "s3,p1,plain,north,1,high"), "row 5, column score: found \"high\""),
        (spoilt(5, "s2,p1,plain,north,1,0.5"), "rows 4 and 5: method plain has sample s2 twice"),
        (spoilt(5, "s3,p1,plain,south,1,0.5"), "rows 5 and 245: sample s3 has another group"),
        (spoilt(5, "s3,p9,plain,north,1,0.5"), "rows 5 and 245: sample s3 has another patient"),
        (spoilt(5, "s3,p1,plain,north,0,0.5"), "rows 5 and 245: sample s3 has another label"),
        (spoilt(5, "s3,p1,plain,north,1,1.5"), "row 5, column score: found \"1.5\"; expected a probability"),
        (
            spoilt(5, "s3,p1,plain,north,1,NaN"),
            "row 5, column score: found \"NaN\"; expected a finite number",
        ),
        (spoilt(5, "s3,p1,plain,north,1,"), "row 5, column score: found \"\"; expected a finite number"),
        (spoilt(5, "s3,p1,plain,north,1,1e999"), "row 5, column score: found \"1e999\"; expected a finite"),
        (
            spoilt(5, "s3,p1,plain,north,1,340282366920938463463374607431768211456"),
            "row 5, column score: found \"340282366920938500000000000000000000000\"; expected a probability",
        ),
        (
            spoilt(5, "s3,p1,plain,north,18446744073709551617,0.5"),
            "column label: found \"18446744073709551617\"",
        ),
        (spoilt(5, "s3,p1,plain,north,2,0.5"), "row 5, column label: found \"2\"; expected 0 or 1"),
        (
            spoilt(5, ",p1,plain,north,1,0.5"),
            "row 5, column sample_id: found \"\"; expected the name of a sample",
        ),
        (spoilt(5, "s3;p1;plain;north;1;0.5"), "row 5: has 1 fields; expected 6 as in the header"),
        ("label,score;group\n1,0.5;a\n".into(), "the header mixes ',' and ';'"),
        ("label|score|group\n1|0.5|a\n".into(), "fields are separated by '|'; expected commas"),
        (
            "label,score,group\n1,\"0,5\",a\n".into(),
            "row 2, column score: found \"0,5\"; expected a finite number, such as 0.5 (a decimal comma is read",
        ),
        (
            "label;score;group\n1;0,5;a\n0;0.25;a\n1;0.5;b\n".into(),
            "row 3, column score: found \"0.25\"; expected a finite number, such as 0.5 (rows above have decimal commas); \
             1 more row is like it, 4",
        ),
        (
            "label,score,group\n1,0.5,a\n1,0.2,b\n".into(),
            "column label: all labels are positive: expected both",
        ),
        ("label,score,group\n0,0.5,a\n0,0.2,b\n".into(), "column label: all labels are negative"),
        ("label,score,hospital\n1,0.5,a\n".into(), "no column for the group"),
        ("\n".into(), "row 1"),
    ];
    for (text, expected) in cases {
        let error = audited(&text, &quick()).expect_err(expected);
        assert!(error.contains(expected), "{error}\nexpected: {expected}");
    }
    let bytes = [b"label,score,group\n1,0.5,".as_slice(), &[0xff, 0xfe], b"\n"].concat();
    let error =
        Predictions::parse("t.csv", bytes.as_slice(), &Reading::default()).expect_err("bytes").to_string();
    assert!(error.contains("row 2: is not UTF-8"), "{error}");
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
        (AuditOptions { threshold: Some(f64::NAN), ..quick() }, "the threshold is NaN"),
    ] {
        let error = audited(&table(), &options).expect_err(expected);
        assert!(error.contains(expected), "{error}");
    }
}

#[test]
fn marks_line_ends_quotes_and_separators_change_nothing() {
    let plain = audited(&table(), &quick()).expect("audit");
    let quoted: String =
        table().lines().map(|line| format!("\"{}\"\n", line.replace(',', "\",\""))).collect();
    for text in [
        format!("\u{feff}{}", table()),
        table().replace('\n', "\r\n"),
        format!("\u{feff}{quoted}"),
        table().trim_end().to_owned(),
        table().replace(',', ";"),
        table().replace(',', "\t"),
        table().replace(',', " , "),
    ] {
        let found = audited(&text, &quick()).expect("audit");
        assert_eq!(found.cells, plain.cells, "{}", &text[..40]);
        assert_eq!(found.against, plain.against);
    }
    let tabs = audited(&table().replace(',', "\t"), &quick()).expect("audit");
    assert!(tabs.notes.iter().any(|note| note == "fields are separated by '\\t'"), "{:?}", tabs.notes);
}

#[test]
fn rows_are_lines_of_the_file_whatever_ends_them() {
    for ending in ["\n", "\r\n"] {
        for (remark, blank) in [("", false), ("seen\ntwice", false), ("", true), ("seen\ntwice", true)] {
            let remark = remark.replace('\n', ending);
            let mut lines = vec!["label,score,group,remark".to_owned()];
            for at in 0..40 {
                let score = if at == 30 { "high".to_owned() } else { format!("0.{at:02}") };
                lines.push(format!("{},{score},{},\"{remark}\"", at % 2, ["a", "b"][at / 2 % 2]));
                if blank && at == 5 {
                    lines.push(String::new());
                }
            }
            let text = lines.join(ending) + ending;
            let line = 1 + text[..text.find(",high,").expect("there")].matches('\n').count();
            let error = audited(&text, &quick()).expect_err("a word");
            assert!(error.contains(&format!("row {line}, column score: found \"high\"")), "{line}: {error}");
        }
    }
}

#[test]
fn labels_as_words_need_the_positive_one_and_others_are_named() {
    let text = "label,score,group\nmalignant,0.9,a\nbenign,0.2,a\nunsure,0.8,b\nmalignant,0.7,b\n";
    let read = |positive: Option<&str>| {
        let words = Vocabulary { positive: positive.map(str::to_owned), ..Vocabulary::default() };
        let reading = Reading { words, ..Reading::default() };
        Predictions::parse("t.csv", text.as_bytes(), &reading).map_err(|error| error.to_string())
    };
    let error = read(None).expect_err("words");
    assert!(
        error.contains("row 2, column label: found \"malignant\"; expected 0 or 1; where labels are words"),
        "{error}"
    );
    let error = read(Some("malignnt")).expect_err("no such word");
    assert!(error.contains("column label: no row has the label malignnt"), "{error}");
    let found = audit(&read(Some("malignant")).expect("read"), &quick()).expect("audit");
    assert!(
        found
            .notes
            .iter()
            .any(|note| note == "labels other than malignant count as negative: benign, unsure")
    );
}

#[test]
fn patients_in_two_groups_are_counted_and_said() {
    let text = table().replace("s160,p80,", "s160,p0,").replace("s161,p80,", "s161,p0,");
    let found = audited(&text, &quick()).expect("audit");
    assert!(
        found.notes.iter().any(|note| note.starts_with("1 patient is in several subgroups")),
        "{:?}",
        found.notes
    );
    let gap = &found.gaps[0].auc.difference;
    // Both AUCs move with the patient: the error is not that of two independent ones.
    let [a, b] = [0, 1].map(|cell: usize| found.cells[cell].auc.se.expect("se"));
    assert!((gap.se.expect("se") - a.hypot(b)).abs() > 1e-9, "{gap:?}");
}

#[test]
fn columns_that_are_not_there_are_named_with_those_that_are() {
    let cases = [
        (vec!["--label", "dx"], "no column for the label: \"dx\" is not there"),
        (vec!["--score", "p"], "no column for the score: \"p\" is not there"),
        (vec!["--group", "site"], "no column for the group: \"site\" is not there"),
        (vec!["--patient", "lesion"], "no column for the patient: \"lesion\" is not there"),
        (vec!["--method", "model"], "no column for the method: \"model\" is not there"),
        (vec!["--sample", "image"], "no column for the sample: \"image\" is not there"),
        (vec!["--weights", "w"], "no column for the weights: \"w\" is not there"),
        (vec!["--only", "part=test"], "\"part\" is not there"),
        (
            vec!["--label", "score", "--score", "score"],
            "column \"score\" is to be two things at once, score and label",
        ),
    ];
    let folder = tempfile::tempdir().expect("folder");
    std::fs::write(folder.path().join("t.csv"), table()).expect("table");
    for (options, expected) in cases {
        let out = qpnet(&[&["audit", "t.csv"], options.as_slice()].concat(), folder.path());
        let error = String::from_utf8_lossy(&out.stderr);
        assert_eq!((out.status.code(), out.stdout.len()), (Some(1), 0), "{options:?}");
        assert!(error.contains(expected) && error.lines().count() == 1, "{error}\nexpected: {expected}");
        assert!(
            expected.contains("two things")
                || error.contains("sample_id, patient, method, group, label, score"),
            "{error}"
        );
    }
}

#[test]
fn one_subgroup_and_equal_scores_are_audited_with_a_remark_and_no_comparison() {
    let one = "method,label,score,group\na,1,0.5,x\na,0,0.5,x\na,1,0.5,x\nb,0,0.7,x\nb,1,0.7,x\nb,0,0.7,x\n";
    let found = audited(one, &quick()).expect("audit");
    assert!(found.gaps.is_empty() && found.claims.is_empty());
    assert!(found.best_minus_worst.iter().all(|best| best.auc.value.is_none() && best.auc.reason.is_some()));
    for cell in &found.cells {
        assert_eq!(
            (cell.auc.value, cell.average_precision.value),
            (Some(0.5), Some(cell.positives as f64 / 3.0))
        );
        assert!(cell.flag.as_ref().is_some_and(|flag| flag.starts_with("only ")), "{:?}", cell.flag);
        assert_eq!(cell.calibration.as_ref().expect("probabilities").slope.value, None);
    }
    let notes = found.notes.join("\n");
    for expected in ["x is the only subgroup", "a has an AUC of exactly 0.5", "b has an AUC of exactly 0.5"] {
        assert!(notes.contains(expected), "{notes}");
    }
}

#[test]
fn a_column_of_ids_is_refused_before_the_table_is_read() {
    let refused = |header: &'static str, row: fn(u64) -> String| {
        Predictions::parse("t.csv", Rows::new(header, row), &Reading::default()).expect_err("ids").to_string()
    };
    let error = refused("label,score,group\n", |at| format!("{},0.5,id{at}\n", at % 2));
    assert!(error.contains("row 202: column group has more than 200 subgroups up to here"), "{error}");
    let error = refused("label,score,group,method\n", |at| format!("{},0.5,g{},id{at}\n", at % 2, at % 3));
    assert!(error.contains("row 202: column method has more than 200 methods up to here"), "{error}");
    let error = refused("label,group,method\n", |at| format!("1,a,id{at}\n"));
    assert!(error.contains("no column for the score"), "{error}");
}

#[test]
fn the_program_says_it_in_one_line() {
    let folder = tempfile::tempdir().expect("folder");
    for (name, text, expected) in [
        ("empty.csv", Vec::new(), "empty.csv: the file is empty"),
        ("wide.csv", b"\xff\xfel\0,\0".to_vec(), "wide.csv: is UTF-16; save the table as UTF-8"),
        ("one.csv", b"label\n1\n".to_vec(), "row 1: there is one column"),
    ] {
        std::fs::write(folder.path().join(name), text).expect("table");
        let out = qpnet(&["audit", name], folder.path());
        let error = String::from_utf8_lossy(&out.stderr);
        assert_eq!(out.status.code(), Some(1), "{error}");
        assert!(
            error.starts_with("qpnet-audit: ") && error.contains(expected) && error.lines().count() == 1,
            "{error}"
        );
    }
}

//! Tables as people have them: columns of odd names, outcomes that are not known, percent, commas.

use std::fmt::Write as _;
use std::io::Write as _;

use flate2::{Compression, write::GzEncoder};
use qpnet_audit::audit::{
    Audit, AuditError, AuditOptions, Columns, Cut, Predictions, Reading, Scale, Unknown, Vocabulary, audit,
};
use qpnet_audit::metrics;

use crate::audit_support::quick;
use crate::predictions::{noise, table};

fn read(text: &str, reading: &Reading) -> Result<Predictions, String> {
    Predictions::parse("t.csv", text.as_bytes(), reading).map_err(|error| error.to_string())
}

fn audited(text: &str, reading: &Reading) -> Audit {
    audit(&read(text, reading).expect("sound"), &quick()).expect("audit")
}

fn refused(text: &str, reading: &Reading) -> String {
    read(text, reading)
        .and_then(|read| audit(&read, &quick()).map_err(|error| error.to_string()))
        .expect_err("refused")
}

fn noted(found: &Audit, words: &str) {
    assert!(found.notes.iter().any(|note| note.contains(words)), "{words}\n{:?}", found.notes);
}

/// Rows of subgroup, outcome and score under `header`; the outcome as `word` has it.
fn rows(header: &str, word: impl Fn(usize, bool) -> String) -> (String, Vec<(&'static str, bool, f64)>) {
    let (mut text, mut plain) = (format!("{header}\n"), Vec::new());
    for at in 0..160usize {
        let (group, label) = (["x", "y"][at % 2], noise(at as u32) < 0.4);
        let score = (1e4 * (0.6 * noise(at as u32 + 500) + 0.3 * f64::from(u8::from(label)))).round() / 1e4;
        writeln!(text, "{group},{},{score}", word(at, label)).expect("text");
        plain.push((group, label, score));
    }
    (text, plain)
}

fn number(label: bool) -> String {
    u8::from(label).to_string()
}

fn auc(
    rows: &[(&str, bool, f64)],
    group: &str,
    keep: impl Fn(usize) -> bool,
    label: impl Fn(usize, bool) -> bool,
) -> f64 {
    let own = rows.iter().enumerate().filter(|(at, row)| row.0 == group && keep(*at));
    let (labels, scores): (Vec<bool>, Vec<f64>) = own.map(|(at, row)| (label(at, row.1), row.2)).unzip();
    metrics::auc(&labels, &scores).expect("valid").expect("both")
}

fn found_auc(found: &Audit, group: &str) -> f64 {
    found.cells.iter().find(|cell| cell.group == group).and_then(|cell| cell.auc.value).expect("AUC")
}

fn label(name: &str) -> Reading {
    Reading { columns: Columns { label: vec![name.into()], ..Columns::default() }, ..Reading::default() }
}

fn words(words: Vocabulary) -> Reading {
    Reading { words, ..Reading::default() }
}

#[test]
fn an_outcome_called_case_and_a_scanner_called_model_keep_their_roles() {
    let (text, plain) = rows("sex,case,p", |_, label| number(label));
    let found = audited(&text, &label("case"));
    assert_eq!((found.patients, found.clustered), (160, false));
    assert!((found_auc(&found, "x") - auc(&plain, "x", |_| true, |_, label| label)).abs() < 1e-12);
    let scanners = text.replacen("sex,case,p", "model,y,p", 1);
    let columns = Columns { group: Some("model".into()), ..Columns::default() };
    let found = audited(&scanners, &Reading { columns, ..Reading::default() });
    assert_eq!((found.methods.as_slice(), found.cells.len()), (["the model".to_owned()].as_slice(), 2));
    // Where nobody named it, a column of two patients is none.
    let (text, _) = rows("sex,y,p,case", |_, label| number(label));
    let text = text
        .lines()
        .enumerate()
        .map(|(at, line)| if at == 0 { line.to_owned() } else { format!("{line},{}", at % 2) });
    let text = text.collect::<Vec<_>>().join("\n");
    let error = refused(&text, &Reading::default());
    assert!(
        error.contains(
            "column case: 160 rows of 2 patients; the column was told from its name to be the patient: \
                            --patient names another, or none"
        ),
        "{error}"
    );
    let columns = Columns { patient: Some("none".into()), ..Columns::default() };
    assert_eq!(audited(&text, &Reading { columns, ..Reading::default() }).patients, 160);
    // Every message about a column that was told says so.
    let (text, _) = rows("sex,y,p", |at, label| if at == 3 { "maybe".into() } else { number(label) });
    let error = refused(&text, &Reading::default());
    assert!(
        error.contains("column y: found \"maybe\"") && error.contains("told from its name to be the label"),
        "{error}"
    );
    assert!(!refused(&text, &label("y")).contains("told from its name"));
}

#[test]
fn methods_that_share_no_sample_and_were_told_from_a_name_are_doubted() {
    let (text, _) = rows("model,y,p", |_, label| number(label));
    let text =
        text.replace("\nx,", "\nx,left,").replace("\ny,", "\ny,right,").replacen("model,", "model,site,", 1);
    noted(
        &audited(&text, &Reading::default()),
        "are they properties of the rows, such as scanners? Then --method none",
    );
}

#[test]
fn what_is_not_known_is_left_out_or_filled_in_as_asked_and_counted() {
    let word = |at: usize, label: bool| match at % 8 {
        3 => "NA".to_owned(),
        5 => "-1.0".to_owned(),
        6 => String::new(),
        _ => number(label),
    };
    let (text, plain) = rows("group,label,score", word);
    let full = Vocabulary {
        missing: vec!["NA".into()],
        uncertain: Some(Unknown::Ignore),
        blank: Some(Unknown::Ignore),
        ..Vocabulary::default()
    };
    let known = |at: usize| ![3, 5, 6].contains(&(at % 8));
    let found = audited(&text, &words(full.clone()));
    for group in ["x", "y"] {
        assert!(
            (found_auc(&found, group) - auc(&plain, group, known, |_, label| label)).abs() < 1e-12,
            "{group}"
        );
    }
    noted(&found, "20 outcomes are blank: left out as not known (--blank ignore)");
    noted(&found, "20 outcomes are -1, uncertain: left out as not known (--uncertain ignore)");
    noted(&found, "20 outcomes are missing by a word (--missing)");
    let filled = Vocabulary { uncertain: Some(Unknown::Ones), blank: Some(Unknown::Zeros), ..full.clone() };
    let found = audited(&text, &words(filled));
    let filled = |at: usize, label: bool| match at % 8 {
        5 => true,
        6 => false,
        _ => label,
    };
    assert!((found_auc(&found, "x") - auc(&plain, "x", |at| at % 8 != 3, filled)).abs() < 1e-12);
    noted(&found, "20 outcomes are blank: counted as negative (--blank zeros)");
    // Nothing is guessed: each is refused by name, with how many are like it and without wrong advice.
    for (own, found, advice) in [
        (Vocabulary { missing: Vec::new(), ..full.clone() }, "NA", "say --missing NA"),
        (Vocabulary { uncertain: None, ..full.clone() }, "-1.0", "--uncertain ignore, zeros or ones"),
        (Vocabulary { blank: None, ..full.clone() }, "", "--blank ignore leaves it out"),
        (
            Vocabulary { missing: Vec::new(), positive: Some("1".into()), ..full.clone() },
            "NA",
            "say --missing NA",
        ),
    ] {
        let error = refused(&text, &words(own));
        assert!(error.contains(&format!("found {found:?}")) && error.contains(advice), "{error}");
        assert!(error.contains("19 more rows are like it") && !error.contains("--positive TRUE"), "{error}");
    }
    // Among several findings an empty one is not known, as ever, and said.
    let findings = "group,label_a,label_b,score_a,score_b\nx,1,,0.9,0.1\nx,0,1,0.2,0.9\nx,0,0,0.1,0.2\ny,1,1,0.9,0.9\ny,0,0,0.1,0.1\n";
    noted(
        &audited(findings, &Reading::default()),
        "1 outcome is blank: left out as not known (--blank ignore)",
    );
}

#[test]
fn that_outcomes_are_unknown_more_often_in_one_subgroup_is_said_with_a_test() {
    let table = |often: [u32; 2]| {
        let mut text = String::from("group,patient,label_a,label_b,score_a,score_b\n");
        for at in 0..600u32 {
            let group = at as usize % 2;
            let known = at / 2 % 20 >= often[group];
            let [a, b] = [1, 2].map(|k| u32::from(noise(at + 900 * k) < 0.4));
            let a = if known { a.to_string() } else { String::new() };
            writeln!(text, "{},p{},{a},{b},{},{}", ["x", "y"][group], at / 4, noise(at), noise(at + 7))
                .expect("text");
        }
        text
    };
    let found = audited(&table([2, 8]), &Reading::default());
    let [x, y] = found.unknown.as_slice() else { panic!("one finding, two subgroups: {:?}", found.unknown) };
    assert_eq!((x.class.as_deref(), x.samples, x.unknown, y.unknown), (Some("a"), 300, 30, 120));
    assert_eq!((x.rate.value, y.rate.value), (Some(0.1), Some(0.4)));
    let gap = y.gap.as_ref().expect("against the dominant one");
    assert!((gap.difference.value.expect("value") + 0.3).abs() < 1e-12 && gap.p_holm.expect("p") < 0.001);
    let said = qpnet_audit::report::audit_words(&found);
    assert!(
        said.contains("Outcomes are not known equally often: a, 0.100 (")
            && said.contains("of y (p < 0.001 after Holm)"),
        "{said}"
    );
    // They count whatever becomes of them.
    let zeros = words(Vocabulary { blank: Some(Unknown::Zeros), ..Vocabulary::default() });
    assert_eq!(audited(&table([2, 8]), &zeros).unknown[1].unknown, 120);
    let alike = audited(&table([5, 5]), &Reading::default());
    assert!(!qpnet_audit::report::audit_words(&alike).contains("not known equally often"));
    assert!(audited(&table([0, 0]), &Reading::default()).unknown.is_empty());
}

#[test]
fn rows_without_a_subgroup_or_a_patient_are_left_out_kept_or_units_of_their_own() {
    let text = table();
    let without: String =
        text.replace("s7,p3,plain,north", "s7,p3,plain,NA").replace("s7,p3,worse,north", "s7,p3,worse,");
    let missing = Vocabulary { missing: vec!["NA".into()], ..Vocabulary::default() };
    let found = audited(&without, &words(missing.clone()));
    assert_eq!(
        (found.rows, found.cells.iter().filter(|cell| cell.group == "north").map(|cell| cell.samples).max()),
        (478, Some(159))
    );
    noted(&found, "2 rows are left out: group is not known there");
    let found = audited(&without, &words(Vocabulary { keep_missing_groups: true, ..missing.clone() }));
    assert!(
        found.rows == 480 && found.cells.iter().any(|cell| cell.group == "(missing)" && cell.samples == 1)
    );
    let unsaid =
        text.replace("s7,p3,plain,north", "s7,p3,plain,NA").replace("s7,p3,worse,north", "s7,p3,worse,NA");
    noted(&audited(&unsaid, &Reading::default()), "subgroup NA reads like a value that is not known");

    // Filled with an id of the row, patients are what they would have been.
    let holes = text.replace(",p3,", ",,").replace(",p4,", ",nan,");
    let filled = text
        .replace("s6,p3,", "s6,u6,")
        .replace("s7,p3,", "s7,u7,")
        .replace("s8,p4,", "s8,u8,")
        .replace("s9,p4,", "s9,u9,");
    let error = refused(&holes, &Reading::default());
    assert!(
        error.contains("row 8, column patient: found \"\"") && error.contains("--patient-fallback COLUMN"),
        "{error}"
    );
    let mut reading = words(Vocabulary { missing: vec!["nan".into()], ..Vocabulary::default() });
    reading.columns.patient_fallback = Some("sample_id".into());
    let found = audited(&holes, &reading);
    let expected = audited(&filled, &Reading::default());
    assert_eq!((found.patients, &found.cells), (expected.patients, &expected.cells));
    noted(&found, "4 samples without a patient count as units of their own, by sample_id");
    // A unit is nobody's patient, whatever it is called.
    let same = holes.replace("s10,p5,", "s10,s6,").replace("s11,p5,", "s11,s6,");
    assert_eq!(audited(&same, &reading).patients, expected.patients);
}

#[test]
fn one_reader_takes_gzip_commas_quotes_and_spaces() {
    let (plain, text) = (audited(&table(), &Reading::default()), table());
    let mut gzip = GzEncoder::new(Vec::new(), Compression::default());
    gzip.write_all(text.as_bytes()).expect("memory");
    let packed = gzip.finish().expect("memory");
    let read = Predictions::parse("t.csv.gz", packed.as_slice(), &Reading::default()).expect("gzip");
    assert_eq!(audit(&read, &quick()).expect("audit").cells, plain.cells);
    let cut = Predictions::parse("t.csv.gz", &packed[..packed.len() / 2], &Reading::default());
    assert!(cut.expect_err("half").to_string().contains("is the compressed file complete?"));
    let commas = text.replace(',', ";").replace('.', ",");
    let found = audited(&commas, &Reading::default());
    assert_eq!(found.cells, plain.cells);
    noted(&found, "numbers have decimal commas");
    let spoken = text.replace(",0,0.", ",FALSE,0.").replace(",1,0.", ",T,0.");
    assert_eq!(audited(&spoken, &Reading::default()).cells, plain.cells);
    let floats = text.replace(",0,0.", ",0.0,0.").replace(",1,0.", ",1.0,0.");
    assert_eq!(audited(&floats, &Reading::default()).cells, plain.cells);
    let indexed: String = text.lines().map(|line| format!("\"\",{line} \n")).collect();
    assert_eq!(
        audited(&indexed, &Reading::default()).cells,
        plain.cells,
        "a column without a name, blanks at the end"
    );
    let zip = Predictions::parse("t.xlsx", b"PK\x03\x04".as_slice(), &Reading::default()).expect_err("zip");
    assert!(
        matches!(&zip, AuditError::Whole { message, .. } if message.contains("save the sheet as CSV")),
        "{zip}"
    );
}

#[test]
fn ids_that_differ_by_blanks_case_or_zeros_only_are_named() {
    let found = audited(&table().replace("s6,p3,", "s6,P3,"), &Reading::default());
    noted(
        &found,
        "one of the names of patients differs from another by blanks, case or leading zeros only, such as \"P3\" \
                   and \"p3\": they count as different patients",
    );
    assert!(!audited(&table(), &Reading::default()).notes.iter().any(|note| note.contains("leading zeros")));
}

fn scaled(of: impl Fn(f64) -> f64) -> String {
    let text = table();
    let scale = |line: &str| match line.rsplit_once(',').map(|(rest, score)| (rest, score.parse::<f64>())) {
        Some((rest, Ok(score))) => format!("{rest},{}", of(score)),
        _ => line.to_owned(),
    };
    text.lines().map(|line| scale(line) + "\n").collect()
}

#[test]
fn percent_and_logits_are_named_read_and_give_the_same_numbers() {
    let plain = audited(&table(), &Reading::default());
    for (scale, word, text) in [
        (Scale::Percent, "percent: --scale percent", scaled(|p| 100.0 * p)),
        (Scale::Logit, "logits: --scale logit", scaled(|p| (p / (1.0 - p)).ln())),
    ] {
        let error = refused(&text, &Reading::default());
        assert!(
            error.contains(word) && error.contains("more scores are outside") && error.contains("--ranks"),
            "{error}"
        );
        let found = audited(&text, &Reading { scale, ..Reading::default() });
        for (a, b) in found.cells.iter().zip(&plain.cells) {
            assert_eq!(a.auc.value, b.auc.value);
            let brier =
                |cell: &qpnet_audit::audit::CellAudit| cell.calibration.as_ref().and_then(|c| c.brier.value);
            assert!((brier(a).expect("brier") - brier(b).expect("brier")).abs() < 1e-9);
            assert_eq!(a.sensitivity.value, b.sensitivity.value, "thresholds are probabilities");
        }
    }
}

#[test]
fn scores_that_rank_call_nobody_positive_unless_a_threshold_is_given() {
    let text = scaled(|p| 20.0 * p - 10.0);
    let reading = Reading { scale: Scale::Rank, ..Reading::default() };
    let ranks = AuditOptions { probabilities: false, threshold: None, ..quick() };
    let found = audit(&read(&text, &reading).expect("read"), &ranks).expect("audit");
    assert!(found.cells.iter().all(|cell| cell.auc.value.is_some() && cell.sensitivity.value.is_none()));
    noted(&found, "nobody is called positive or negative");
    let page: String = qpnet_audit::report::audit_tables(&found)
        .iter()
        .flat_map(|(_, t)| t)
        .map(ToString::to_string)
        .collect();
    assert!(
        !page.contains("Sensitivity") && !page.contains("Called positive") && page.contains("AUC"),
        "{page}"
    );
}

#[test]
fn probabilities_beyond_1_by_rounding_are_clipped_with_a_note() {
    let (text, _) = rows("group,label,score", |_, label| number(label));
    let first = text.lines().nth(1).expect("row").rsplit_once(',').expect("score").0.to_owned();
    let text = format!("{text}{first},1.0000001\n{first},-1.2e-9\n");
    let found = audited(&text, &Reading::default());
    assert!(found.cells.iter().all(|cell| cell.calibration.is_some()));
    noted(&found, "2 probabilities are outside 0 to 1 by rounding");
    noted(&found, "2 scores of the model are exactly 0 or 1, which have no finite logit");
    let error = refused(&format!("{text}{first},1.01\n"), &Reading::default());
    assert!(
        error.contains("found \"1.0000001\"") && error.contains("run from -0.0000000012 to 1.01"),
        "{error}"
    );
}

#[test]
fn decisions_have_no_calibration() {
    let (text, _) = rows("group,label,score", |_, label| number(label));
    let decide = |line: &str| match line.rsplit_once(',').map(|(rest, score)| (rest, score.parse::<f64>())) {
        Some((rest, Ok(score))) => format!("{rest},{}\n", u8::from(score >= 0.4)),
        _ => format!("{line}\n"),
    };
    let found = audited(&text.lines().map(decide).collect::<String>(), &Reading::default());
    assert!(found.cells.iter().all(|cell| cell.calibration.is_none() && cell.sensitivity.value.is_some()));
    noted(&found, "the scores of the model are 0 and 1 only: these are decisions, no probabilities");
    assert!(qpnet_audit::report::calibration_table(&found, "the model").is_none());
}

#[test]
fn classes_numbered_from_1_are_refused_with_the_way_to_name_them() {
    let mut text = String::from("group,y,p_a,p_b,p_c\n");
    for at in 0..90u32 {
        let class = (2.0 * noise(at)) as usize;
        let own = |k: usize| if k == class { 0.6 } else { 0.2 };
        writeln!(text, "{},{},{},{},{}", ["x", "y"][at as usize % 2], class + 1, own(0), own(1), own(2))
            .expect("text");
    }
    let mut reading = label("y");
    reading.columns.score = ["p_a", "p_b", "p_c"].map(str::to_owned).into();
    let error = refused(&text, &reading);
    assert!(error.contains("labels are numbers from 1 to 2, and there are 3 scores"), "{error}");
    assert!(error.contains("--classes 0,1,2 or --classes 1,2,3"), "{error}");
    let three = text.replacen(",2,", ",3,", 1);
    assert!(refused(&three, &reading).contains("--classes 1,2,3"), "{}", refused(&three, &reading));
    reading.columns.classes = ["1", "2", "3"].map(str::to_owned).into();
    let found = audited(&text.replace(",1,0", ",1.0,0"), &reading);
    let mut aucs = found.cells.iter().filter(|cell| cell.class.as_deref() != Some("3"));
    assert!(aucs.all(|cell| cell.auc.value == Some(1.0)), "{:?}", found.cells);
}

#[test]
fn a_column_of_ages_is_cut_or_refused() {
    let (text, _) = rows("age,label,score", |_, label| number(label));
    let with = |word: fn(usize) -> String| {
        let body = text
            .lines()
            .skip(1)
            .enumerate()
            .map(|(at, line)| format!("{}{}\n", word(18 + at * 7 % 71), &line[1..]));
        format!("age,label,score\n{}", body.collect::<String>())
    };
    let mut reading = Reading::default();
    reading.columns.group = Some("age".into());
    let numbers = with(|age| age.to_string());
    let error = refused(&numbers, &reading);
    assert!(
        error.contains("column age has 21 different numbers") && error.contains("--cut 40,60"),
        "{error}"
    );
    reading.cut = Cut::parse("40,60").expect("limits");
    let found = audited(&numbers, &reading);
    reading.cut = Cut::default();
    let named = with(|age| {
        ["below 40", "40 to below 60", "60 or more"][usize::from(age >= 40) + usize::from(age >= 60)].into()
    });
    let expected = audited(&named, &reading);
    assert_eq!((&found.dominant, found.cells.len()), (&expected.dominant, 3));
    for cell in &found.cells {
        let same = expected.cells.iter().find(|other| other.group == cell.group).expect("the same range");
        assert_eq!((cell.samples, cell.auc.value), (same.samples, same.auc.value));
    }
    assert_eq!(found.cells.iter().map(|cell| cell.samples).sum::<usize>(), 160);
    reading.cut = Cut::Names;
    assert!(audited(&numbers, &reading).cells.len() > 60);
}

#[test]
fn a_further_column_that_tells_the_outcome_or_the_subgroup_is_named() {
    let table = |exam: fn(usize, bool) -> &'static str, scanner: fn(usize) -> &'static str| {
        let mut text = String::from("id,site,y,p,exam,scanner,age\n");
        for at in 0..600usize {
            let label = noise(at as u32) < 0.4;
            let (site, age) = (["vienna", "rosendahl"][at % 2], 40 + at / 7 % 3);
            let score = noise(at as u32 + 300);
            writeln!(
                text,
                "i{at},{site},{},{score},{},{},{age}",
                u8::from(label),
                exam(at, label),
                scanner(at)
            )
            .expect("text");
        }
        text
    };
    // In Vienna whoever was only followed up is benign.
    let followed = |at: usize, label: bool| {
        if at.is_multiple_of(2) && !label && !at.is_multiple_of(20) { "follow-up" } else { "histology" }
    };
    let found = audited(&table(followed, |at| if at % 10 == 3 { "b" } else { "a" }), &Reading::default());
    let [exam] = found.telling.as_slice() else { panic!("one column: {:?}", found.telling) };
    assert_eq!(
        (exam.column.as_str(), exam.outcome.as_deref(), exam.group.as_deref()),
        ("exam", Some("outcome"), Some("vienna"))
    );
    assert!(exam.auc > 0.9 && exam.auc < 1.0, "{exam:?}");
    noted(&found, "column exam alone tells the outcome in vienna with an AUC of 0.9");
    let found = audited(&table(|_, _| "histology", |at| ["a", "b"][at % 2]), &Reading::default());
    let [scanner] = found.telling.as_slice() else { panic!("one column: {:?}", found.telling) };
    assert_eq!((scanner.column.as_str(), scanner.outcome.as_deref(), scanner.auc), ("scanner", None, 1.0));
    noted(&found, "column scanner alone tells");
    assert!(audited(&table(|_, _| "histology", |_| "a"), &Reading::default()).telling.is_empty());
}

#[test]
fn the_page_lists_every_name_that_tells_a_role() {
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../../data-manifests/AUDIT.md");
    let page = std::fs::read_to_string(page).expect("the page");
    for (role, names) in Columns::usual_names() {
        let line = page.lines().find(|line| line.starts_with(&format!("| {role} | ")));
        let line = line.unwrap_or_else(|| panic!("no line of {role}"));
        let listed: Vec<&str> =
            line.split(" | ").nth(1).expect("names").split([',', ';', '|']).map(str::trim).collect();
        assert!(names.iter().all(|name| listed.contains(name)), "{role}: {listed:?}");
    }
}

//! Several thresholds, and thresholds that other rows than the judged ones choose.

use std::fmt::Write as _;

use qpnet_audit::audit::{Audit, AuditOptions, DecisionAudit, Predictions, Reading, audit};
use qpnet_audit::metrics::{Confusion, ThresholdRule, youden_threshold};
use serde_json::Value;

use crate::audit_support::{qpnet, quick};
use crate::predictions::table;

/// The table of two hospitals, of which the patients with an even number choose thresholds.
fn parts() -> String {
    let mut text = String::from("sample_id,patient,method,group,label,score,part\n");
    for line in table().lines().skip(1) {
        let patient: u32 = line.split(',').nth(1).and_then(|p| p[1..].parse().ok()).expect("patient");
        let part = if (patient / 2).is_multiple_of(2) { "validation" } else { "test" };
        writeln!(text, "{line},{part}").expect("text");
    }
    text
}

fn reading() -> Reading {
    let rule = |value: &str| vec![("part".to_owned(), value.to_owned())];
    Reading { only: rule("test"), threshold_from: rule("validation"), ..Reading::default() }
}

fn options(rules: &[ThresholdRule]) -> AuditOptions {
    AuditOptions { threshold: None, rules: rules.to_vec(), ..quick() }
}

fn read(text: &str, reading: &Reading) -> Result<Predictions, String> {
    Predictions::parse("t.csv", text.as_bytes(), reading).map_err(|error| error.to_string())
}

fn audited(text: &str, options: &AuditOptions) -> Audit {
    audit(&read(text, &reading()).expect("sound"), options).expect("audit")
}

/// Labels and scores of `method` in the lines of `part`.
fn of_part(text: &str, method: &str, group: Option<&str>, part: &str) -> (Vec<bool>, Vec<f64>) {
    let rows = text.lines().skip(1).map(|line| line.split(',').collect::<Vec<_>>());
    let own = rows.filter(|row| row[2] == method && row[6] == part && group.is_none_or(|own| row[3] == own));
    own.map(|row| (row[4] == "1", row[5].parse::<f64>().expect("a score"))).unzip()
}

fn entry<'a>(found: &'a Audit, method: &str, group: &str, rule: &str) -> &'a DecisionAudit {
    let own = |entry: &&DecisionAudit| entry.method == method && entry.group == group && entry.rule == rule;
    found.decisions.iter().find(own).unwrap_or_else(|| panic!("no {method}, {group}, {rule}"))
}

#[test]
fn thresholds_come_from_the_part_that_chooses_and_rates_from_the_other() {
    let text = parts();
    for per_group in [false, true] {
        let asked = AuditOptions { threshold_per_group: per_group, ..options(&[ThresholdRule::Youden]) };
        let found = audited(&text, &asked);
        assert_eq!(found.decisions.len(), 4, "two methods, two subgroups");
        for decision in &found.decisions {
            let scope = per_group.then_some(decision.group.as_str());
            let (labels, scores) = of_part(&text, &decision.method, scope, "validation");
            let threshold = youden_threshold(&labels, &scores).expect("finite");
            assert_eq!(decision.threshold.value, threshold, "{}", decision.rule);
            let (labels, scores) = of_part(&text, &decision.method, Some(&decision.group), "test");
            let judged = Confusion::at(threshold.expect("both"), &labels, &scores).expect("finite");
            assert_eq!(decision.samples, labels.len());
            let pairs = [
                (&decision.sensitivity, judged.sensitivity()),
                (&decision.positive_rate, judged.positive_rate()),
                (&decision.positive_predictive_value, judged.precision()),
            ];
            for (estimate, expected) in pairs {
                assert_eq!(estimate.value, expected);
                let (value, low, high) = estimate.triple().expect("an interval");
                assert!(low < value && value <= high, "{estimate:?}");
            }
            // The choice widens what whoever keeps the threshold has, never narrows it.
            let given = decision.given.as_ref().expect("chosen");
            let width = |e: &qpnet_audit::stats::Estimate| e.high.expect("high") - e.low.expect("low");
            assert!(width(&decision.sensitivity) > width(&given.sensitivity));
            assert!(decision.sensitivity.method.contains("with the choice of the threshold"));
            assert_eq!(given.sensitivity.value, decision.sensitivity.value);
        }
        let gaps = found.decisions.iter().filter_map(|entry| entry.gaps.as_ref());
        assert_eq!(gaps.clone().count(), 2, "one a method");
        assert!(gaps.clone().all(|gap| gap.sensitivity.p_holm >= gap.sensitivity.p));
        assert!(found.notes.iter().any(|note| note.contains("none of which is judged")), "{:?}", found.notes);
    }
}

#[test]
fn what_is_judged_never_moves_the_threshold() {
    let text = parts();
    let rules = [ThresholdRule::Youden, ThresholdRule::Sensitivity(0.8), ThresholdRule::Specificity(0.8)];
    let plain = audited(&text, &options(&rules));
    let turned: String = text
        .lines()
        .map(|line| match line.strip_suffix(",test") {
            Some(own) => {
                let (before, score) = own.rsplit_once(',').expect("fields");
                format!("{before},{:.6},test\n", 1.0 - score.parse::<f64>().expect("a score"))
            }
            None => format!("{line}\n"),
        })
        .collect();
    let turned = audited(&turned, &options(&rules));
    for (a, b) in plain.decisions.iter().zip(&turned.decisions) {
        assert_eq!(a.threshold, b.threshold);
        assert_ne!(a.sensitivity.value, b.sensitivity.value);
    }
}

#[test]
fn the_order_of_rows_and_a_monotone_scale_change_nothing() {
    let text = parts();
    let rules = [ThresholdRule::Youden, ThresholdRule::Specificity(0.75)];
    let plain = audited(&text, &AuditOptions { probabilities: false, ..options(&rules) });
    let mut lines: Vec<&str> = text.lines().collect();
    lines[1..].reverse();
    let reversed = audited(
        &(lines.join("\n") + "\n"),
        &AuditOptions {
            probabilities: false,
            reference: Some("plain".into()),
            dominant: Some("north".into()),
            ..options(&rules)
        },
    );
    for a in &plain.decisions {
        let b = entry(&reversed, &a.method, &a.group, &a.rule);
        assert_eq!(a.threshold.value, b.threshold.value);
        assert_eq!(a.sensitivity.value, b.sensitivity.value);
    }
    let scaled: String = text
        .lines()
        .enumerate()
        .map(|(at, line)| {
            let mut fields: Vec<String> = line.split(',').map(str::to_owned).collect();
            if at > 0 {
                fields[5] = format!("{:.9}", fields[5].parse::<f64>().expect("a score").powi(3) * 7.0 - 3.0);
            }
            fields.join(",") + "\n"
        })
        .collect();
    let scaled = audited(&scaled, &AuditOptions { probabilities: false, ..options(&rules) });
    for (a, b) in plain.decisions.iter().zip(&scaled.decisions) {
        assert_eq!((&a.sensitivity, &a.specificity, &a.gaps), (&b.sensitivity, &b.specificity, &b.gaps));
    }
}

#[test]
fn several_numbers_are_judged_side_by_side_and_one_alone_adds_nothing() {
    let predictions = read(&table(), &Reading::default()).expect("sound");
    let one = audit(&predictions, &quick()).expect("audit");
    assert!(one.decisions.is_empty());
    assert!(!serde_json::to_string(&one).expect("JSON").contains("decisions"), "as it was");
    let several = AuditOptions { thresholds: vec![0.3, 0.6], ..quick() };
    let found = audit(&predictions, &several).expect("audit");
    assert_eq!(found.cells, one.cells);
    assert_eq!(found.decisions.len(), 3 * 4);
    let first: Vec<&DecisionAudit> =
        found.decisions.iter().filter(|entry| entry.threshold.value == Some(0.5)).collect();
    for (decision, cell) in first.iter().zip(&found.cells) {
        assert_eq!((&decision.method, &decision.group), (&cell.method, &cell.group));
        for (a, b) in [
            (&decision.sensitivity, &cell.sensitivity),
            (&decision.specificity, &cell.specificity),
            (&decision.positive_rate, &cell.positive_rate),
        ] {
            let ((v, l, h), (w, m, i)) = (a.triple().expect("interval"), b.triple().expect("interval"));
            assert!((v - w).abs() + (l - m).abs() + (h - i).abs() < 1e-12, "{a:?} {b:?}");
        }
        assert!(decision.given.is_none() && decision.rule == "given");
    }
}

#[test]
fn a_patient_of_both_parts_is_said_and_a_sample_of_both_is_refused() {
    let text = parts();
    let shared = text.replace(",p2,", ",p0,").replace(",p3,", ",p1,");
    let found = audited(&shared, &options(&[ThresholdRule::Youden]));
    assert!(
        found.notes.iter().any(|note| note.starts_with("2 patients both choose thresholds and are judged")),
        "{:?}",
        found.notes
    );
    let apart = audited(&text, &options(&[ThresholdRule::Youden]));
    // Of the sensitivity there, 1, the judged patients have no error.
    let se = |found: &Audit| found.decisions[0].specificity.se.expect("se");
    assert!(se(&found) > se(&apart) * 1.05, "both errors as one");
    let twice = text.replace("s4,p2,", "s0,p2,");
    let error = read(&twice, &reading()).expect_err("both parts");
    assert!(error.contains("sample s0 has another part"), "{error}");
}

#[test]
fn what_cannot_choose_is_refused_or_named() {
    let text = parts();
    let with = |from: &str, only: &str| {
        let pair = |text: &str| {
            let (column, value) = text.split_once('=').expect("a pair");
            (column.to_owned(), value.to_owned())
        };
        let only = if only.is_empty() { Vec::new() } else { vec![pair(only)] };
        Reading { only, threshold_from: vec![pair(from)], ..Reading::default() }
    };
    let bad = text.replacen("s0,p0,plain,north,0,", "s0,p0,plain,north,maybe,", 1);
    let doubled = text.replacen("s1,p0,plain", "s0,p0,plain", 1);
    let cases = [
        (
            text.as_str(),
            with("part=train", "part=test"),
            "no row has part=train: nothing to choose a threshold on",
        ),
        (&text, with("fold=1", ""), "\"fold\" is not there"),
        (
            &text,
            with("part=test", "part=test"),
            "no row is left to judge: all 240 that are kept choose thresholds",
        ),
        (&bad, with("part=validation", "part=test"), "row 2, column label: found \"maybe\""),
        (&doubled, with("part=validation", "part=test"), "rows 2 and 3: method plain has sample s0 twice"),
    ];
    for (text, reading, expected) in cases {
        let error = read(text, &reading).expect_err(expected);
        assert!(error.contains(expected), "{error}\nexpected: {expected}");
    }
    // Further parts are not judged unasked.
    let early = |line: &str| ["s0,", "s1,", "s8,", "s9,"].iter().any(|begin| line.starts_with(begin));
    let third: String = text
        .lines()
        .map(|line| match early(line) {
            true => line.replace(",validation", ",train") + "\n",
            false => line.to_owned() + "\n",
        })
        .collect();
    let error = read(&third, &with("part=validation", "")).expect_err("train and test");
    assert!(error.contains("8 of train") && error.contains("--only part=test"), "{error}");
    // A subgroup of which nobody chooses: named, never 0.
    let lost = text.lines().fold(String::new(), |mut all, line| {
        if !(line.contains(",south,1,") && line.ends_with("validation")) {
            all += line;
            all.push('\n');
        }
        all
    });
    let own = AuditOptions { threshold_per_group: true, ..options(&[ThresholdRule::Youden]) };
    let found = audited(&lost, &own);
    let south = entry(&found, "plain", "south", "youden on part=validation");
    assert_eq!((south.threshold.value, south.sensitivity.value, south.called), (None, None, 0));
    let reason = south.sensitivity.reason.as_deref().expect("why");
    assert!(reason.contains("no threshold, south of part=validation: no positives among"), "{reason}");
}

#[test]
fn the_program_chooses_shows_and_keeps() {
    let folder = tempfile::tempdir().expect("folder");
    std::fs::write(folder.path().join("t.csv"), parts()).expect("table");
    let asked = ["audit", "t.csv", "--only", "part=test", "--threshold-from", "part=validation"];
    let out =
        qpnet(&[&asked[..], &["--rule", "youden,sensitivity=0.9", "--out", "r"]].concat(), folder.path());
    let said = format!("{}{}", String::from_utf8_lossy(&out.stdout), String::from_utf8_lossy(&out.stderr));
    assert!(out.status.success(), "{said}");
    for words in
        ["Decisions at each threshold", "sensitivity=0.9 on part=validation", "none of which is judged"]
    {
        assert!(said.contains(words), "{words} is not in\n{said}");
    }
    let summary = std::fs::read(folder.path().join("r/summary.json")).expect("summary");
    let summary: Value = serde_json::from_slice(&summary).expect("JSON");
    assert_eq!(summary["decisions"].as_array().expect("list").len(), 8);
    assert!(summary["threshold"].is_null());
    for name in ["r/report.md", "r/report.html"] {
        let page = std::fs::read_to_string(folder.path().join(name)).expect("page");
        assert!(page.contains("Decisions") && page.contains("youden on part=validation"), "{name}");
    }
    for (extra, expected) in [
        (vec!["--rule", "f1"], "expected youden, sensitivity=0.9 or specificity=0.9"),
        (vec!["--rule", "sensitivity=90"], "expected a share above 0 and at most 1"),
        (vec!["--threshold-per", "hospital"], "possible values: all, subgroup"),
    ] {
        let out = qpnet(&[&asked[..], &extra].concat(), folder.path());
        let said = String::from_utf8_lossy(&out.stderr);
        assert_eq!(out.status.code(), Some(2), "{said}");
        assert!(said.contains(expected), "{said}");
    }
    let alone = qpnet(&["audit", "t.csv", "--rule", "youden"], folder.path());
    assert_eq!(alone.status.code(), Some(2), "a rule without rows that choose");
}

#[test]
fn rows_that_choose_keep_to_the_other_columns_and_are_accounted_for() {
    let text = parts();
    // A second site whose scores are all turned round, in both parts.
    let other: String = text
        .lines()
        .skip(1)
        .map(|line| {
            let row: Vec<&str> = line.split(',').collect();
            let score = 1.0 - row[5].parse::<f64>().expect("a score");
            format!("x{},x{},{},{},{},{score:.6},{},b\n", row[0], row[1], row[2], row[3], row[4], row[6])
        })
        .collect();
    let own: String = text.lines().skip(1).map(|line| format!("{line},a\n")).collect();
    let both = format!("sample_id,patient,method,group,label,score,part,site\n{own}{other}");
    let mut asked = reading();
    asked.only.push(("site".into(), "a".into()));
    let rules = options(&[ThresholdRule::Youden]);
    let found = audit(&read(&both, &asked).expect("sound"), &rules).expect("audit");
    assert_eq!(found.decisions, audited(&text, &rules).decisions, "as if the other site were not there");
    let told = "rows that choose are those of part=validation and site=a";
    assert!(found.notes.iter().any(|note| note == told), "{:?}", found.notes);

    // Without a subgroup a row chooses one threshold for all, and is counted.
    let blank = |line: &str| line.ends_with(",validation") && line.contains(",south,");
    let lost: String = text
        .lines()
        .map(|line| if blank(line) { line.replace(",south,", ",,") } else { line.to_owned() } + "\n")
        .collect();
    let found = audited(&lost, &rules);
    assert_eq!(found.decisions, audited(&text, &rules).decisions);
    let told = "among rows that choose (part=validation) 80 rows have no group";
    assert!(found.notes.iter().any(|note| note.starts_with(told)), "{:?}", found.notes);
}

#[test]
fn tables_name_the_threshold_of_every_row() {
    let found = audited(&parts(), &options(&[ThresholdRule::Youden, ThresholdRule::Specificity(1.0)]));
    let tables = qpnet_audit::report::decision_tables(&found);
    assert_eq!(tables.len(), 3, "rates, those of whoever keeps the threshold, gaps");
    for table in &tables {
        let at = table.headers.iter().position(|header| header == "Threshold").expect("a column");
        assert!(table.rows.iter().all(|row| !row[at].starts_with("0.000")), "{table}");
    }
    let kept = &tables[1];
    for (row, entry) in kept.rows.iter().zip(&found.decisions) {
        let given = entry.given.as_ref().expect("chosen");
        assert_eq!(row[4], qpnet_audit::report::estimate(&given.sensitivity));
    }
    // Nobody is called positive at the number above all.
    let above = entry(&found, "plain", "north", "specificity=1 on part=validation");
    if above.sensitivity.value == Some(0.0) {
        assert!(tables[0].rows.iter().any(|row| row[3].starts_with("above ")), "{}", tables[0]);
    }
    // One number twice is one.
    let twice = AuditOptions { threshold: Some(0.5), thresholds: vec![0.5], ..quick() };
    let plain = audit(&read(&table(), &Reading::default()).expect("sound"), &twice).expect("audit");
    assert!(plain.decisions.is_empty());
}

//! What comparisons could have seen.

use std::fmt::Write as _;

use qpnet_audit::audit::{AuditOptions, audit};
use qpnet_audit::report::audit_words;
use serde_json::Value;

use crate::audit_support::{audited, parse, qpnet, quick};
use crate::predictions::{noise, table};

#[test]
fn every_comparison_says_what_it_could_have_seen() {
    let options = AuditOptions { power: Some(0.8), half_width: 0.04, ..quick() };
    let found = audited(&table(), &options).expect("audit");
    let asked = found.power.as_ref().expect("asked");
    let kinds: Vec<&str> = asked.comparisons.iter().map(|entry| entry.comparison).collect();
    assert_eq!(kinds, ["gap", "gap", "method", "method"]);
    for (entry, gap) in asked.comparisons.iter().zip(&found.gaps) {
        assert_eq!((entry.p, &entry.method, &entry.group), (gap.auc.p, &gap.method, &gap.group));
        let (value, low, high) = entry.detectable.triple().expect("patients enough");
        let se = gap.auc.difference.se.expect("se");
        // More than the sum of the normal quantiles: few degrees of freedom, and a larger error at a smaller AUC.
        assert!(value > 2.80 * se && value < 4.5 * se && low < value && value < high, "{entry:?}, {se}");
        // A gap of this size has its interval well away from 0.
        let needed = entry.patients_needed;
        assert!(needed.is_none() == entry.reason.is_some(), "{entry:?}");
    }
    // Twice the precision asks for more than four times the patients of the one subgroup.
    let wide = audit(&parse(&table()).expect("sound"), &AuditOptions { half_width: 0.3, ..options.clone() });
    let wide = wide.expect("audit").power.expect("asked");
    for (a, b) in wide.comparisons.iter().zip(&asked.comparisons) {
        assert_eq!(a.detectable, b.detectable);
        assert!(
            b.patients_needed.is_none_or(|needed| a.patients_needed.expect("wide") < needed),
            "{a:?} {b:?}"
        );
    }
}

#[test]
fn more_power_asks_for_more_and_unasked_nothing_is_added() {
    let of = |power| {
        let options = AuditOptions { power: Some(power), ..quick() };
        audited(&table(), &options).expect("audit").power.expect("asked")
    };
    for (a, b) in of(0.8).comparisons.iter().zip(&of(0.95).comparisons) {
        assert!(a.detectable.value < b.detectable.value || a.detectable.value.is_none());
    }
    let plain = audited(&table(), &quick()).expect("audit");
    assert!(plain.power.is_none());
    assert!(!serde_json::to_string(&plain).expect("JSON").contains("detectable"));
    for wrong in [0.5, 1.0, f64::NAN] {
        let error = audited(&table(), &AuditOptions { power: Some(wrong), ..quick() }).expect_err("no power");
        assert!(error.contains("the power is"), "{error}");
    }
    let error = audited(&table(), &AuditOptions { half_width: 0.0, ..quick() }).expect_err("no width");
    assert!(error.contains("the half-width is 0; expected a number between 0 and 1"), "{error}");
}

#[test]
fn the_program_says_it_beside_what_is_not_shown() {
    let folder = tempfile::tempdir().expect("folder");
    std::fs::write(folder.path().join("t.csv"), table()).expect("table");
    let out =
        qpnet(&["audit", "t.csv", "--patient", "patient", "--power", "0.8", "--out", "r"], folder.path());
    let said = format!("{}{}", String::from_utf8_lossy(&out.stdout), String::from_utf8_lossy(&out.stderr));
    assert!(out.status.success(), "{said}");
    assert!(said.contains("would be shown in 80 % of such audits"), "{said}");
    let summary = std::fs::read(folder.path().join("r/summary.json")).expect("summary");
    let summary: Value = serde_json::from_slice(&summary).expect("JSON");
    let shown = summary["power"]["comparisons"].as_array().expect("list");
    // Methods that order all pairs alike have no error, and nothing could have been seen.
    let open = |entry: &&Value| {
        entry["p"].as_f64().is_some_and(|p| p > 0.05) && entry["detectable"]["value"].is_number()
    };
    let open = shown.iter().filter(open).count();
    assert!(open > 0);
    assert_eq!(said.matches("not shown by a single test at 5 % (p ").count(), open, "{said}");
    let wrong = qpnet(&["audit", "t.csv", "--power", "80"], folder.path());
    assert_eq!(wrong.status.code(), Some(2));
}

/// So many subgroups whose scores are noise, or separate both outcomes.
fn groups(count: u32, apart: f64) -> String {
    let mut text = String::from("sample,group,label,score\n");
    for sample in 0..count * 60 {
        let label = sample / count % 2;
        let score = (f64::from(label) * apart + noise(sample)) / (1.0 + apart);
        writeln!(text, "s{sample},g{:02},{label},{score:.6}", sample % count).expect("text");
    }
    text
}

#[test]
fn no_pair_in_the_wrong_order_is_no_certainty() {
    let options = AuditOptions { power: Some(0.8), ..quick() };
    let found = audited(&groups(2, 1.5), &options).expect("audit");
    assert!(found.cells.iter().all(|cell| cell.auc.value == Some(1.0)));
    let entry = &found.power.as_ref().expect("asked").comparisons[0];
    // 30 + 30 samples a side: their score intervals end some 0.1 below 1.
    let (value, low, high) = entry.detectable.triple().expect("a difference");
    assert!(value > 0.1 && low < value && value < high && high <= 1.0, "{entry:?}");
    assert!(
        entry.detectable.flag.as_deref().is_some_and(|flag| flag.contains("g00 and g01 is 0")),
        "{entry:?}"
    );
    // The interval of the first is that wide by itself.
    assert!(entry.patients_needed.is_none() && entry.reason.is_some(), "{entry:?}");
    let wide = audited(&groups(2, 1.5), &AuditOptions { half_width: 0.2, ..options }).expect("audit");
    let entry = &wide.power.as_ref().expect("asked").comparisons[0];
    assert!(entry.patients_needed.is_some_and(|needed| needed > 3), "{entry:?}");
}

#[test]
fn many_comparisons_are_a_few_sentences_and_a_number() {
    let options = AuditOptions { power: Some(0.8), ..quick() };
    let found = audited(&groups(12, 0.0), &options).expect("audit");
    let words = audit_words(&found);
    let open = found.power.as_ref().expect("asked").comparisons.iter();
    let open = open.filter(|entry| entry.p.is_some_and(|p| p > 0.05)).count();
    assert!(open > 6, "{open}");
    assert_eq!(words.matches("not shown by a single test at 5 % (p ").count(), 5, "{words}");
    assert!(
        words.contains(&format!("{} more comparisons are not shown: the table has them.", open - 5)),
        "{words}"
    );
}

//! Fairness measures, rank tests and temperature against `tests/golden/fairness.json` and `ranks.json`.

use qpnet_audit::metrics::{
    Confusion, RateGaps, auc_by_group, brier_skill, confusion_by_group, cross_auc, demographic_parity,
    log_loss, temperature, with_temperature, worst_group_auc,
};
use qpnet_audit::stats::critical_difference::CriticalDifference;
use qpnet_audit::stats::friedman::friedman;
use qpnet_audit::stats::signed_rank::signed_rank;
use qpnet_audit::stats::studentised::range_quantile;
use serde_json::Value;

const TOLERANCE: f64 = 1e-10;
/// The reference integrates numerically too.
const QUANTILE: f64 = 1e-9;

fn golden(file: &str) -> Value {
    let path = format!("{}/../../tests/golden/{file}", env!("CARGO_MANIFEST_DIR"));
    serde_json::from_str(&std::fs::read_to_string(path).expect("golden file")).expect("JSON")
}

fn cases(document: &Value, kind: &str, count: usize) -> Vec<Value> {
    let cases = document[kind].as_array().expect("cases").clone();
    assert_eq!(cases.len(), count, "{kind}");
    cases
}

fn number(value: &Value) -> f64 {
    value.as_f64().expect("a number")
}

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().expect("a list").iter().map(number).collect()
}

/// Both undefined, or within `tolerance` absolutely and relatively.
fn within(found: Option<f64>, expected: &Value, tolerance: f64, what: &str) {
    match (found, expected.as_f64()) {
        (Some(found), Some(expected)) => {
            let allowed = tolerance * (1.0 + expected.abs());
            assert!((found - expected).abs() <= allowed, "{what}: {found} for {expected}");
        }
        (found, expected) => assert_eq!(found, expected, "{what}"),
    }
}

fn same(found: Option<f64>, expected: &Value, what: &str) {
    within(found, expected, TOLERANCE, what);
}

/// Outcomes, scores, subgroups.
fn samples(case: &Value) -> (Vec<bool>, Vec<f64>, Vec<usize>) {
    let labels = numbers(&case["label"]).iter().map(|&y| y == 1.0).collect();
    let groups = numbers(&case["group"]).iter().map(|&g| g as usize).collect();
    (labels, numbers(&case["score"]), groups)
}

#[test]
fn rates_and_gaps_agree() {
    let document = golden("fairness.json");
    let threshold = number(&document["threshold"]);
    for case in cases(&document, "cases", 12) {
        let name = case["name"].as_str().expect("name");
        let (labels, scores, groups) = samples(&case);
        let found = confusion_by_group(threshold, &labels, &scores, &groups).expect("valid");
        let rows = case["rates"].as_array().expect("rates");
        assert_eq!(found.len(), rows.len(), "{name}");
        for ((group, confusion), row) in found.iter().zip(rows) {
            assert_eq!(*group as f64, number(&row["group"]));
            same(confusion.sensitivity(), &row["tpr"], name);
            same(confusion.false_positive_rate(), &row["fpr"], name);
            same(confusion.positive_rate(), &row["called"], name);
        }
        let counts: Vec<Confusion> = found.into_iter().map(|(_, confusion)| confusion).collect();
        let gaps = RateGaps::of(&counts);
        same(gaps.true_positive.as_ref().map(|gap| gap.value), &case["tpr_gap"], name);
        same(gaps.false_positive.as_ref().map(|gap| gap.value), &case["fpr_gap"], name);
        same(gaps.equalised_odds(), &case["equalised_odds"], name);
        same(demographic_parity(&counts).map(|gap| gap.value), &case["demographic_parity"], name);
    }
}

#[test]
fn areas_within_across_and_of_the_worst_agree() {
    for case in cases(&golden("fairness.json"), "cases", 12) {
        let name = case["name"].as_str().expect("name");
        let (labels, scores, groups) = samples(&case);
        let found = auc_by_group(&labels, &scores, &groups).expect("valid");
        same(worst_group_auc(&found).map(|(_, auc)| auc), &case["worst"], name);
        for (i, (a, auc)) in found.iter().enumerate() {
            same(*auc, &case["within"][i], name);
            for (j, (b, _)) in found.iter().enumerate() {
                let across = cross_auc(&labels, &scores, &groups, *a, *b).expect("valid");
                same(across, &case["cross"][i][j], &format!("{name}, {a} against {b}"));
            }
        }
    }
}

#[test]
fn likelihood_skill_and_temperature_agree() {
    let mut found_some = 0;
    for case in cases(&golden("fairness.json"), "cases", 12) {
        let name = case["name"].as_str().expect("name");
        let (labels, scores, _) = samples(&case);
        same(log_loss(&labels, &scores).expect("valid"), &case["log_loss"], name);
        same(brier_skill(&labels, &scores).expect("valid"), &case["brier_skill"], name);
        let found = temperature(&labels, &scores).expect("valid");
        same(found, &case["temperature"], name);
        let Some(found) = found else { continue };
        let scaled = with_temperature(&scores, found).expect("positive");
        for (one, expected) in scaled.iter().zip(case["scaled"].as_array().expect("scaled")) {
            same(Some(*one), expected, name);
        }
        same(log_loss(&labels, &scaled).expect("valid"), &case["scaled_log_loss"], name);
        found_some += 1;
    }
    assert!(found_some >= 6, "{found_some}");
}

#[test]
fn signed_ranks_agree() {
    for case in cases(&golden("ranks.json"), "signed_rank", 16) {
        let name = case["name"].as_str().expect("name");
        let found = signed_rank(&numbers(&case["difference"])).expect("finite");
        same(found.map(|test| test.w), &case["w"], name);
        same(found.map(|test| test.p), &case["two-sided"], name);
        same(found.map(|test| test.p_greater), &case["greater"], name);
        same(found.map(|test| test.p_less), &case["less"], name);
        assert!(found.is_none_or(|test| Some(test.exact) == case["exact"].as_bool()), "{name}");
    }
}

#[test]
fn friedman_agrees() {
    for case in cases(&golden("ranks.json"), "friedman", 7) {
        let name = case["name"].as_str().expect("name");
        let table: Vec<Vec<f64>> = case["table"].as_array().expect("rows").iter().map(numbers).collect();
        let found = friedman(&table).expect("valid");
        same(found.chi, &case["chi"], name);
        same(found.p_chi, &case["p"], name);
        same(found.f.filter(|f| f.is_finite()), &case["f"], name);
        same(found.p_f, &case["f_p"], name);
        for (rank, expected) in found.ranks.iter().zip(case["ranks"].as_array().expect("ranks")) {
            same(Some(*rank), expected, name);
        }
    }
}

#[test]
fn ranges_and_critical_differences_agree() {
    let document = golden("ranks.json");
    for case in cases(&document, "studentised", 30) {
        let (alpha, k) = (number(&case["alpha"]), number(&case["k"]) as usize);
        let found = range_quantile(alpha, k).expect("level");
        within(Some(found), &case["q"], QUANTILE, &format!("k = {k}, alpha = {alpha}"));
    }
    let mut several = 0;
    for case in cases(&document, "nemenyi", 5) {
        let (ranks, n) = (numbers(&case["ranks"]), number(&case["n"]) as usize);
        let found = CriticalDifference::of(&ranks, n, number(&case["alpha"])).expect("valid");
        within(Some(found.value), &case["cd"], QUANTILE, "critical difference");
        let bars: Vec<Vec<f64>> = case["bars"].as_array().expect("bars").iter().map(numbers).collect();
        let own = |bar: &Vec<usize>| bar.iter().map(|&method| method as f64).collect::<Vec<_>>();
        assert_eq!(found.cliques.iter().map(own).collect::<Vec<_>>(), bars);
        several += usize::from(bars.len() > 1);
    }
    assert!(several >= 2, "diagrams with overlapping bars: {several}");
}

//! Intervals, corrections and the Pareto tools against `tests/golden/inference.json`.

use approx::assert_relative_eq;
use qpnet_audit::metrics::{WeightedAuc, macro_auc, murphy, murphy_binned};
use qpnet_audit::rng::Streams;
use qpnet_audit::stats::bootstrap::limits;
use qpnet_audit::stats::pareto::{LearningCurve, isotonic, max_drop};
use qpnet_audit::stats::quasi_pareto::{Claim, Scored, quasi_pareto};
use qpnet_audit::stats::student::upper_student_p;
use qpnet_audit::stats::{Estimate, multiplicity, seeds};
use serde_json::Value;

const TOLERANCE: f64 = 1e-10;

/// The cases of one kind.
fn golden(kind: &str) -> Vec<Value> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/golden/inference.json");
    let text = std::fs::read_to_string(path).expect("golden file");
    let document: Value = serde_json::from_str(&text).expect("JSON");
    let cases = document[kind].as_array().expect("cases").clone();
    assert!(cases.len() >= 4, "{kind}");
    cases
}

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().expect("a list").iter().map(number).collect()
}

fn number(value: &Value) -> f64 {
    value.as_f64().expect("a number")
}

fn labels(value: &Value) -> Vec<bool> {
    numbers(value).iter().map(|&y| y == 1.0).collect()
}

fn close(found: f64, expected: f64) {
    assert_relative_eq!(found, expected, epsilon = TOLERANCE, max_relative = TOLERANCE);
}

fn all_close(found: &[f64], expected: &Value) {
    let expected = numbers(expected);
    assert_eq!(found.len(), expected.len());
    found.iter().zip(expected).for_each(|(&found, expected)| close(found, expected));
}

#[test]
fn macro_auc_agrees() {
    for case in golden("macro") {
        let target = case["target"].as_array().expect("targets");
        let target: Vec<Option<bool>> = target.iter().map(|t| t.as_f64().map(|t| t == 1.0)).collect();
        let classes = number(&case["classes"]) as usize;
        let found = macro_auc(&target, &numbers(&case["score"]), classes).expect("valid");
        let expected: Vec<Option<f64>> =
            case["single"].as_array().expect("single").iter().map(Value::as_f64).collect();
        for (found, expected) in found.classes.iter().zip(&expected) {
            assert_eq!(found.is_some(), expected.is_some(), "{}", case["name"]);
            found.zip(*expected).into_iter().for_each(|(a, b)| close(a, b));
        }
        assert_eq!(found.value.is_some(), case["value"].is_number());
        found.value.into_iter().for_each(|value| close(value, number(&case["value"])));
    }
}

#[test]
fn murphy_agrees() {
    for case in golden("murphy") {
        let (label, p) = (labels(&case["label"]), numbers(&case["p"]));
        let bins = number(&case["asked"]) as usize;
        let found = murphy_binned(&label, &p, bins).expect("valid").expect("samples");
        close(found.reliability, number(&case["reliability"]));
        close(found.resolution, number(&case["resolution"]));
        close(found.uncertainty, number(&case["uncertainty"]));
        close(found.within_variance, number(&case["within_variance"]));
        close(found.within_covariance, number(&case["within_covariance"]));
        assert_eq!(found.bins, number(&case["bins"]) as usize, "{}", case["name"]);
    }
}

/// The parts by distinct probability, of the file that `golden.rs` reads.
#[test]
fn murphy_by_distinct_probability_agrees() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/golden/statistics.json");
    let document: Value =
        serde_json::from_str(&std::fs::read_to_string(path).expect("golden file")).expect("JSON");
    for case in document["cases"].as_array().expect("cases") {
        let (label, p) = (labels(&case["label"]), numbers(&case["score_a"]));
        let (found, expected) = (murphy(&label, &p).expect("valid").expect("samples"), &case["a"]["murphy"]);
        close(found.reliability, number(&expected["reliability"]));
        close(found.resolution, number(&expected["resolution"]));
        close(found.uncertainty, number(&expected["uncertainty"]));
        close(found.sum(), number(&case["a"]["brier"]));
    }
}

#[test]
fn weighted_auc_agrees() {
    for case in golden("weighted") {
        let weights: Vec<u32> = numbers(&case["weight"]).iter().map(|&w| w as u32).collect();
        let sorted = WeightedAuc::new(&labels(&case["label"]), &numbers(&case["score"])).expect("valid");
        close(sorted.at(&weights).expect("defined"), number(&case["auc"]));
    }
}

#[test]
fn isotonic_fits_and_drops_agree() {
    for case in golden("isotonic") {
        let value = numbers(&case["value"]);
        all_close(&isotonic(&value, &numbers(&case["weight"])).expect("valid"), &case["fit"]);
        close(max_drop(&value).value, number(&case["drop"]));
    }
}

#[test]
fn adjusted_p_values_agree() {
    for case in golden("multiplicity") {
        let p: Vec<Option<f64>> = numbers(&case["p"]).into_iter().map(Some).collect();
        let defined = |found: Vec<Option<f64>>| found.into_iter().flatten().collect::<Vec<_>>();
        all_close(&defined(multiplicity::holm(&p).expect("valid")), &case["holm"]);
        all_close(&defined(multiplicity::benjamini_hochberg(&p).expect("valid")), &case["bh"]);
    }
}

#[test]
fn bootstrap_limits_agree() {
    for case in golden("bootstrap") {
        let mut sorted = numbers(&case["replicate"]);
        sorted.sort_unstable_by(f64::total_cmp);
        let (value, level) = (number(&case["value"]), number(&case["level"]));
        let jackknife: Vec<Vec<f64>> =
            case["jackknife"].as_array().expect("strata").iter().map(numbers).collect();
        for (found, key) in [
            (limits::percentile(&sorted, level), "percentile"),
            (limits::basic(value, &sorted, level), "basic"),
            (limits::bca(value, &sorted, &jackknife, level), "bca"),
        ] {
            let (low, high) = found.expect("level").expect("limits");
            all_close(&[low, high], &case[key]);
        }
    }
}

#[test]
fn seeds_agree() {
    for case in golden("seeds") {
        let (value, se) = (numbers(&case["value"]), numbers(&case["se"]));
        let run = |(&value, &se): (&f64, &f64)| Estimate { se: Some(se), ..Estimate::bare(value, "m", 100) };
        let runs: Vec<Estimate> = value.iter().zip(&se).map(run).collect();
        let found = seeds::seed_spread(&runs, 0.95).expect("level");
        close(found.between_sd.expect("several"), number(&case["between"]));
        close(found.within_se.expect("all"), number(&case["within"]));
        close(found.total.expect("both"), number(&case["total"]));
        close(found.mean.se.expect("both"), number(&case["se_of_mean"]));
        let (mean, low, high) = found.mean.triple().expect("an interval");
        close(mean, number(&case["mean"]));
        // Student's quantile is found by bisection: see stats::normal.
        assert_relative_eq!(low, number(&case["low"]), epsilon = 1e-8);
        assert_relative_eq!(high, number(&case["high"]), epsilon = 1e-8);
    }
}

#[test]
fn bounds_of_the_fall_agree() {
    for case in golden("bound") {
        let table: Vec<Vec<f64>> = case["table"].as_array().expect("rows").iter().map(numbers).collect();
        let sizes: Vec<usize> = (0..table.len()).collect();
        let curve = LearningCurve::of_table(&sizes, &table, 2, &Streams::new(1)).expect("valid");
        let found = curve.upper_bound(0.95).expect("level").expect("several seeds");
        assert_relative_eq!(found, number(&case["bound"]), epsilon = 1e-8);
    }
}

struct Side {
    labels: Vec<bool>,
    method: Vec<f64>,
    reference: Vec<f64>,
    patients: Vec<usize>,
}

impl Side {
    fn of(case: &Value) -> Self {
        Self {
            labels: labels(&case["label"]),
            method: numbers(&case["method"]),
            reference: numbers(&case["reference"]),
            patients: numbers(&case["patient"]).iter().map(|&p| p as usize).collect(),
        }
    }

    fn scored(&self) -> Scored<'_> {
        let Self { labels, method, reference, patients } = self;
        Scored { labels, method, reference, patients }
    }
}

#[test]
fn the_quasi_pareto_test_agrees() {
    let mut shown = 0;
    for case in golden("quasi_pareto") {
        let (less, dominant) = (Side::of(&case["less"]), Side::of(&case["dominant"]));
        let margin = number(&case["margin"]);
        let found = quasi_pareto(less.scored(), dominant.scored(), margin, 0.05).expect("valid");
        let statistic = |half: &qpnet_audit::stats::Comparison, margin: f64| {
            let difference = &half.difference;
            (difference.value.expect("value") + margin) / difference.se.expect("se")
        };
        for (half, margin, p, key) in [
            (&found.less, 0.0, found.p_superiority, "p_superiority"),
            (&found.dominant, margin, found.p_non_inferiority, "p_non_inferiority"),
        ] {
            let z = statistic(half, margin);
            // The reference takes Obuchowski's variance and normal tails: never clearly more careful than this.
            let reference = number(&case[key]);
            assert!(reference > 0.5 || p.expect("a test") >= 0.9 * reference, "{key}: {p:?} {reference}");
            let student = upper_student_p(z, half.df.expect("df"));
            assert_relative_eq!(p.expect("a test"), student, max_relative = 1e-9);
        }
        assert_eq!(found.p, found.p_superiority.zip(found.p_non_inferiority).map(|(a, b)| a.max(b)));
        assert_eq!(found.claim == Claim::Shown, found.p.expect("a test") <= 0.05);
        shown += usize::from(found.claim == Claim::Shown);
    }
    assert!((1..4).contains(&shown), "the cases should hold both answers: {shown} shown");
}

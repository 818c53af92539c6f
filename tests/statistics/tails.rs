//! Tails and quantiles against `tests/golden/tails.json`, integrals of 50 digits.

use qpnet_audit::stats::friedman::{chi_square_tail, fisher_tail};
use qpnet_audit::stats::normal::{two_sided_factor, two_sided_p, upper_p};
use qpnet_audit::stats::student::{student_factor, two_sided_student_p, upper_student_p};
use serde_json::Value;

/// Largest error, over the value.
const TOLERANCE: f64 = 1e-10;
/// That of what statrs gives, whose documentation promises less.
const STATRS: f64 = 1e-8;

fn cases(kind: &str, least: usize) -> Vec<Value> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/golden/tails.json");
    let document: Value =
        serde_json::from_str(&std::fs::read_to_string(path).expect("golden file")).expect("JSON");
    let found = document[kind].as_array().expect("cases").clone();
    assert!(found.len() >= least, "{kind}: {}", found.len());
    found
}

fn number(case: &Value, key: &str) -> f64 {
    case[key].as_f64().expect("a number")
}

fn close(found: f64, case: &Value, key: &str, tolerance: f64) {
    let expected = number(case, key);
    assert!((found / expected - 1.0).abs() < tolerance, "{case}: {found}");
}

#[test]
fn students_tails_hold_from_half_a_degree_of_freedom_to_1e15() {
    for case in cases("student", 200) {
        let (t, df) = (number(&case, "t"), number(&case, "df"));
        close(two_sided_student_p(t, df), &case, "p", TOLERANCE);
        close(two_sided_student_p(-t, df), &case, "p", TOLERANCE);
        close(2.0 * upper_student_p(t, df), &case, "p", TOLERANCE);
        assert!((upper_student_p(-t, df) + upper_student_p(t, df) - 1.0).abs() < 1e-15, "{case}");
    }
    assert_eq!(two_sided_student_p(1e200, 10.0), 0.0);
    let far = two_sided_student_p(1e200, 0.5); // ~ t^-0.5
    assert!((far / two_sided_student_p(1e100, 0.5) - 1e-50).abs() < 1e-60, "{far}");
    assert_eq!(two_sided_student_p(2.0, f64::INFINITY), two_sided_p(2.0));
    assert_eq!(two_sided_student_p(f64::INFINITY, 3.0), 0.0);
    for df in [0.0, -1.0, f64::NAN] {
        assert_eq!((two_sided_student_p(9.0, df), upper_student_p(9.0, df)), (1.0, 1.0));
    }
    assert!(two_sided_student_p(f64::NAN, 3.0).is_nan());
}

#[test]
fn students_factors_hold_from_half_a_degree_of_freedom_to_1e15() {
    for case in cases("factors", 250) {
        let (level, df) = (number(&case, "level"), number(&case, "df"));
        let found = student_factor(level, df).expect("in range");
        close(found, &case, "t", TOLERANCE);
        let back = two_sided_student_p(found, df);
        assert!((back / (1.0 - level) - 1.0).abs() < TOLERANCE, "{case}: {back}");
    }
    assert_eq!(student_factor(0.95, f64::INFINITY), two_sided_factor(0.95));
    for df in [0.0, 0.09, -3.0, f64::NAN] {
        let refused = student_factor(0.95, df).expect_err("no factor");
        assert!(refused.to_string().contains("0.1 degrees of freedom"), "{refused}");
    }
    assert!(student_factor(1.0, 5.0).is_err());
}

#[test]
fn the_normal_chi_square_and_f_tails_hold_where_they_are_used() {
    for case in cases("normal", 15) {
        let z = number(&case, "z");
        close(two_sided_p(z), &case, "p", TOLERANCE);
        close(2.0 * upper_p(z), &case, "p", TOLERANCE);
    }
    for case in cases("quantiles", 10) {
        close(two_sided_factor(number(&case, "level")).expect("level"), &case, "z", TOLERANCE);
    }
    for case in cases("chi", 30) {
        close(chi_square_tail(number(&case, "x"), number(&case, "df")), &case, "p", STATRS);
    }
    for case in cases("fisher", 150) {
        let (x, d1, d2) = (number(&case, "x"), number(&case, "d1"), number(&case, "d2"));
        let found = fisher_tail(x, d1, d2).expect("in range");
        close(found, &case, "p", STATRS);
    }
    assert_eq!(fisher_tail(1.0, 2.0, 3001.0), None);
}

//! AUCs at the mix of cases of another subgroup, beside an independent implementation
//! (`tests/golden/standard_cases.py`), and what they must do whatever the data.

use proptest::prelude::*;
use qpnet_audit::metrics;
use qpnet_audit::stats::standardised::{Standardised, Stratified, standardised};
use qpnet_audit::stats::{Contributions, obuchowski};
use serde_json::Value;

#[derive(Debug)]
struct Part {
    labels: Vec<bool>,
    scores: Vec<f64>,
    patients: Vec<usize>,
    weights: Vec<f64>,
    strata: Vec<usize>,
}

impl Part {
    fn read(value: &Value) -> Self {
        let numbers = |key: &str| -> Vec<f64> {
            value[key].as_array().expect("a list").iter().map(|x| x.as_f64().expect("a number")).collect()
        };
        let whole = |key: &str| numbers(key).iter().map(|&x| x as usize).collect();
        Self {
            labels: numbers("label").iter().map(|&y| y == 1.0).collect(),
            scores: numbers("score"),
            patients: whole("patient"),
            weights: numbers("weight"),
            strata: whole("stratum"),
        }
    }

    fn given(&self) -> Stratified<'_> {
        let Self { labels, scores, patients, weights, strata } = self;
        let weights = weights.iter().any(|&w| w != 1.0).then_some(weights.as_slice());
        Stratified { labels, scores, patients, weights, strata }
    }
}

fn variance(found: &Contributions) -> f64 {
    found.area().variance.expect("enough patients")
}

#[track_caller]
fn close(found: f64, expected: &Value, what: &str) {
    let expected = expected.as_f64().expect(what);
    assert!((found - expected).abs() <= 1e-10, "{what}: {found} for {expected}");
}

#[test]
fn values_and_variances_are_those_of_pairs_of_strata_and_of_leaving_out() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/golden/standardised.json");
    let golden: Value =
        serde_json::from_str(&std::fs::read_to_string(path).expect("golden file")).expect("JSON");
    let cases = golden["cases"].as_array().expect("cases");
    assert!(cases.len() >= 8);
    for case in cases {
        let (name, expected) = (case["name"].as_str().expect("name"), &case["found"]);
        let (reference, own) = (Part::read(&case["reference"]), Part::read(&case["own"]));
        let found = standardised(reference.given(), own.given()).expect("lengths");
        let Some(found) = found else {
            assert!(expected.is_null(), "{name}");
            continue;
        };
        close(found.own.value, &expected["value"], name);
        close(variance(&found.own), &expected["variance"], name);
        close(found.reference.value, &expected["reference"], name);
        close(variance(&found.reference), &expected["reference_variance"], name);
        let gap = Contributions::combined(&[(1.0, &found.reference), (-1.0, &found.own)]);
        close(variance(&gap), &expected["gap_variance"], name);
        let [theirs, ours] = found.kept();
        for y in 0..2 {
            close(found.effective[y], &expected["effective"][y], name);
            close(1.0 - theirs[y], &expected["lost_reference"][y], name);
            close(1.0 - ours[y], &expected["lost_own"][y], name);
            assert_eq!(found.strata[y] as u64, expected["strata"][y].as_u64().expect("count"), "{name}");
        }
    }
}

fn parts() -> impl Strategy<Value = (Part, Part)> {
    let part = |first: usize| {
        prop::collection::vec((any::<bool>(), 0..12u8, 0..14usize, 0..3usize), 30..70).prop_map(move |rows| {
            Part {
                labels: rows.iter().map(|row| row.0).collect(),
                scores: rows.iter().map(|row| f64::from(row.1) / 4.0).collect(),
                patients: rows.iter().map(|row| first + row.2).collect(),
                weights: vec![1.0; rows.len()],
                strata: rows.iter().map(|row| row.3).collect(),
            }
        })
    };
    (part(0), part(100))
}

fn of(reference: &Part, own: &Part) -> Option<Standardised> {
    standardised(reference.given(), own.given()).expect("lengths")
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, ..ProptestConfig::default() })]

    #[test]
    fn order_names_and_a_monotone_scale_change_nothing((reference, own) in parts()) {
        let plain = of(&reference, &own);
        let turned = |part: &Part| {
            let back = |n: usize| (0..n).rev();
            Part {
                labels: back(part.labels.len()).map(|i| part.labels[i]).collect(),
                scores: back(part.labels.len()).map(|i| part.scores[i].powi(3) - 2.0).collect(),
                patients: back(part.labels.len()).map(|i| 7 * part.patients[i] + 3).collect(),
                weights: part.weights.clone(),
                strata: back(part.labels.len()).map(|i| 2 - part.strata[i]).collect(),
            }
        };
        let other = of(&turned(&reference), &turned(&own));
        prop_assert_eq!(plain.is_some(), other.is_some());
        if let Some((a, b)) = plain.zip(other) {
            prop_assert!((a.own.value - b.own.value).abs() < 1e-12);
            prop_assert!((variance(&a.own) - variance(&b.own)).abs() < 1e-12);
            prop_assert!((a.own.area().df - b.own.area().df).abs() < 1e-6);
        }
    }

    #[test]
    fn at_its_own_mix_a_subgroup_keeps_its_auc((reference, mut own) in parts()) {
        // A copy of the reference with other patients has the same mix and the same AUC.
        own.labels.clone_from(&reference.labels);
        own.scores.clone_from(&reference.scores);
        own.strata.clone_from(&reference.strata);
        own.patients = reference.patients.iter().map(|id| id + 1000).collect();
        own.weights.clone_from(&reference.weights);
        if let Some(found) = of(&reference, &own) {
            prop_assert!((found.own.value - found.reference.value).abs() < 1e-12);
            if found.left_out.is_empty() {
                let auc = metrics::auc(&own.labels, &own.scores).expect("finite").expect("both");
                prop_assert!((found.own.value - auc).abs() < 1e-12);
            }
        }
    }

    #[test]
    fn of_one_stratum_it_is_the_auc_as_it_stands((mut reference, mut own) in parts()) {
        reference.strata.fill(0);
        own.strata.fill(0);
        let found = of(&reference, &own);
        let plain = obuchowski::single(&own.labels, &own.scores, &own.patients, 0.95).expect("valid");
        if let Some((found, se)) = found.zip(plain.se) {
            prop_assert!((found.own.value - plain.value.expect("both")).abs() < 1e-12);
            prop_assert!((variance(&found.own).sqrt() - se).abs() < 1e-12);
        }
    }
}

#[test]
fn the_closed_form_of_two_strata_holds() {
    // Positives: easy above all negatives, hard below all; one negative stratum. A = share of easy ones.
    let part = |easy: usize, hard: usize, first: usize| {
        let n = easy + hard;
        let score = |i: usize| {
            if i < easy {
                2.0 + i as f64
            } else if i < n {
                -2.0 - i as f64
            } else {
                0.0
            }
        };
        Part {
            labels: (0..n + 10).map(|i| i < n).collect(),
            scores: (0..n + 10).map(score).collect(),
            patients: (first..first + n + 10).collect(),
            weights: vec![1.0; n + 10],
            strata: (0..n + 10).map(|i| usize::from(i >= easy && i < n)).collect(),
        }
    };
    let found = of(&part(9, 3, 0), &part(4, 12, 100)).expect("both strata");
    assert!((found.reference.value - 0.75).abs() < 1e-15 && (found.own.value - 0.75).abs() < 1e-15);
    // All of its error is that of the reference's shares: 0.75 * 0.25 over (n - 1).
    assert!((variance(&found.own) - 0.75 * 0.25 / 11.0).abs() < 1e-15, "{}", variance(&found.own));
    let gap = Contributions::combined(&[(1.0, &found.reference), (-1.0, &found.own)]);
    assert!(variance(&gap) < 1e-30, "at the same mix there is no gap, whatever the mix");
}

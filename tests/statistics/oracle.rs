//! AUC and DeLong against definitions that count every pair, and properties of both.

use approx::assert_abs_diff_eq;
use proptest::prelude::*;
use qpnet_audit::metrics::auc;
use qpnet_audit::stats::{delong, obuchowski};

/// 1, 1/2 or 0: the share of the pair that counts as ordered rightly.
fn kernel(positive: f64, negative: f64) -> f64 {
    match positive.partial_cmp(&negative) {
        Some(std::cmp::Ordering::Greater) => 1.0,
        Some(std::cmp::Ordering::Equal) => 0.5,
        _ => 0.0,
    }
}

fn classes(labels: &[bool], scores: &[f64]) -> (Vec<f64>, Vec<f64>) {
    let pick =
        |wanted: bool| labels.iter().zip(scores).filter(|&(&l, _)| l == wanted).map(|(_, &s)| s).collect();
    (pick(true), pick(false))
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

fn covariance(a: &[f64], b: &[f64]) -> f64 {
    let (x, y) = (mean(a), mean(b));
    let sum: f64 = a.iter().zip(b).map(|(a, b)| (a - x) * (b - y)).sum();
    sum / (a.len() as f64 - 1.0)
}

/// V10 and V01 by all pairs.
fn placements(labels: &[bool], scores: &[f64]) -> (Vec<f64>, Vec<f64>) {
    let (x, y) = classes(labels, scores);
    let v10 = x.iter().map(|&p| mean(&y.iter().map(|&q| kernel(p, q)).collect::<Vec<_>>()));
    let v01 = y.iter().map(|&q| mean(&x.iter().map(|&p| kernel(p, q)).collect::<Vec<_>>()));
    (v10.collect(), v01.collect())
}

/// Labels with both outcomes at least twice, and two score vectors full of ties.
fn cases() -> impl Strategy<Value = (Vec<bool>, Vec<f64>, Vec<f64>)> {
    (4usize..40).prop_flat_map(|n| {
        let levels = prop_oneof![Just(3i32), Just(10), Just(1000)];
        let scores = levels.prop_flat_map(move |top| prop::collection::vec(-top..=top, n));
        let other = prop::collection::vec(-5i32..=5, n);
        (prop::collection::vec(any::<bool>(), n), scores, other).prop_map(|(mut labels, a, b)| {
            (labels[0], labels[1], labels[2], labels[3]) = (true, true, false, false);
            let real = |v: Vec<i32>| v.into_iter().map(|x| f64::from(x) / 8.0).collect();
            (labels, real(a), real(b))
        })
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn auc_counts_every_pair((labels, scores, _) in cases()) {
        let (x, y) = classes(&labels, &scores);
        let pairs = x.iter().flat_map(|&p| y.iter().map(move |&q| kernel(p, q)));
        let expected = pairs.sum::<f64>() / (x.len() * y.len()) as f64;
        prop_assert_eq!(auc(&labels, &scores).expect("valid"), Some(expected));
    }

    #[test]
    fn delong_is_the_variance_of_placements((labels, a, b) in cases()) {
        let ((p, q), (r, s)) = (placements(&labels, &a), placements(&labels, &b));
        let (m, n) = (p.len() as f64, q.len() as f64);
        let single = covariance(&p, &p) / m + covariance(&q, &q) / n;
        let found = delong::single(&labels, &a, 0.95).expect("valid");
        assert_abs_diff_eq!(found.se.expect("se"), single.sqrt(), epsilon = 1e-10);
        let cross = covariance(&p, &r) / m + covariance(&q, &s) / n;
        let other = covariance(&r, &r) / m + covariance(&s, &s) / n;
        let paired = delong::paired(&labels, &a, &b, 0.95).expect("valid").difference;
        let se = (single + other - 2.0 * cross).max(0.0).sqrt();
        assert_abs_diff_eq!(paired.se.expect("se"), se, epsilon = 1e-7);
    }

    #[test]
    fn only_the_order_of_scores_matters((labels, a, _) in cases()) {
        let curved: Vec<f64> = a.iter().map(|x| x.exp().mul_add(3.0, 7.0)).collect();
        prop_assume!(same_ties(&a, &curved));
        let original = delong::single(&labels, &a, 0.9).expect("valid");
        prop_assert_eq!(delong::single(&labels, &curved, 0.9).expect("valid"), original);
    }

    #[test]
    fn swapping_labels_mirrors_the_area((labels, a, _) in cases()) {
        let swapped: Vec<bool> = labels.iter().map(|l| !l).collect();
        let there = delong::single(&labels, &a, 0.95).expect("valid");
        let back = delong::single(&swapped, &a, 0.95).expect("valid");
        // With fewer than three of an outcome there is none, either way.
        prop_assert_eq!(there.low.is_none(), back.low.is_none());
        let Some((x, y)) = there.triple().zip(back.triple()) else { return Ok(()) };
        for (one, other) in [(x.0, y.0), (x.1, y.2), (x.2, y.1)] {
            assert_abs_diff_eq!(one, 1.0 - other, epsilon = 1e-9);
        }
    }

    #[test]
    fn the_order_of_samples_does_not_matter((labels, a, b) in cases(), turn in 0usize..40) {
        let turned = |v: &[f64]| { let mut v = v.to_vec(); v.rotate_left(turn % a.len()); v };
        let mut rotated = labels.clone();
        rotated.rotate_left(turn % labels.len());
        let there = delong::paired(&labels, &a, &b, 0.95).expect("valid");
        let back = delong::paired(&rotated, &turned(&a), &turned(&b), 0.95).expect("valid");
        prop_assert_eq!(there.difference.value, back.difference.value);
        let se = |c: &qpnet_audit::stats::Comparison| c.difference.se.expect("se");
        assert_abs_diff_eq!(se(&there), se(&back), epsilon = 1e-12);
    }

    #[test]
    fn intervals_stay_in_range_and_hold_the_value((labels, a, b) in cases()) {
        let clusters: Vec<usize> = (0..labels.len()).map(|i| i / 2).collect();
        let group = |scores| obuchowski::Group { labels: &labels, scores, clusters: &clusters };
        for (found, floor) in [
            (delong::single(&labels, &a, 0.95).expect("valid"), 0.0),
            (obuchowski::single(&labels, &a, &clusters, 0.95).expect("valid"), 0.0),
            (delong::paired(&labels, &a, &b, 0.95).expect("valid").difference, -1.0),
            (obuchowski::paired(&labels, &a, &b, &clusters, 0.95).expect("valid").difference, -1.0),
            (delong::unpaired(&labels, &a, &labels, &b, 0.95).expect("valid").difference, -1.0),
            (obuchowski::unpaired(group(&a), group(&b), 0.95).expect("valid").difference, -1.0),
        ] {
            if let Some((value, low, high)) = found.triple() {
                prop_assert!(floor <= low && low <= value && value <= high && high <= 1.0, "{:?}", found);
                prop_assert!(low < high || found.flag.is_some(), "silent zero width: {:?}", found);
            } else {
                prop_assert!(found.reason.is_some(), "{:?}", found);
            }
        }
    }

    #[test]
    fn clusters_of_one_give_delong((labels, a, b) in cases()) {
        let clusters: Vec<usize> = (0..labels.len()).rev().collect();
        let single = obuchowski::single(&labels, &a, &clusters, 0.95).expect("valid");
        let delong = delong::single(&labels, &a, 0.95).expect("valid");
        assert_abs_diff_eq!(single.se.expect("se"), delong.se.expect("se"), epsilon = 1e-12);
        let paired = obuchowski::paired(&labels, &a, &b, &clusters, 0.95).expect("valid");
        let delong = delong::paired(&labels, &a, &b, 0.95).expect("valid");
        let (one, other) = (paired.difference.se.expect("se"), delong.difference.se.expect("se"));
        assert_abs_diff_eq!(one, other, epsilon = 1e-12);
    }
}

fn same_ties(a: &[f64], b: &[f64]) -> bool {
    use qpnet_audit::metrics::midranks;
    midranks(a).expect("finite") == midranks(b).expect("finite")
}

#[test]
fn identical_scores_have_z_zero_and_p_one() {
    let labels = [true, true, true, false, false, false];
    let a = [0.9, 0.8, 0.3, 0.4, 0.2, 0.1];
    let doubled: Vec<f64> = a.iter().map(|x| 2.0 * x).collect();
    let clusters = [0, 0, 1, 1, 2, 2];
    for found in [
        delong::paired(&labels, &a, &a, 0.95),
        delong::paired(&labels, &a, &doubled, 0.95),
        obuchowski::paired(&labels, &a, &a, &clusters, 0.95),
        // Perfect on both sides.
        delong::paired(&labels, &[6.0, 5.0, 4.0, 3.0, 2.0, 1.0], &[9.0, 9.0, 9.0, 1.0, 1.0, 0.0], 0.95),
    ] {
        let found = found.expect("valid");
        assert_eq!((found.z, found.p, found.difference.value), (Some(0.0), Some(1.0), Some(0.0)));
        assert!(found.difference.flag.is_some());
    }
}

#[test]
fn opposite_perfect_rankings_have_no_test() {
    let labels = [true, true, false, false];
    let found = delong::paired(&labels, &[4.0, 3.0, 2.0, 1.0], &[1.0, 2.0, 3.0, 4.0], 0.95).expect("valid");
    assert_eq!((found.difference.value, found.z, found.p), (Some(1.0), None, None));
    assert!(found.difference.reason.is_some());
}

#[test]
fn one_class_is_undefined_with_a_reason() {
    let found = delong::single(&[true, true], &[0.1, 0.2], 0.95).expect("valid");
    assert_eq!((found.value, found.low, found.n), (None, None, 2));
    assert_eq!(found.reason.as_deref(), Some("no negatives among 2 samples"));
    let gap = delong::unpaired(&[true, false], &[0.9, 0.1], &[false], &[0.5], 0.95).expect("valid");
    assert!(gap.difference.reason.expect("reason").ends_with("second: no positives among 1 samples"));
    assert!(delong::single(&[], &[], 0.95).expect("valid").value.is_none());
}

#[test]
fn a_perfect_cell_has_an_honest_interval() {
    let labels: Vec<bool> = (0..40).map(|i| i < 20).collect();
    let scores: Vec<f64> = (0..40).map(|i| -f64::from(i)).collect();
    let found = delong::single(&labels, &scores, 0.95).expect("valid");
    let (value, low, high) = found.triple().expect("interval");
    assert_eq!((value, high), (1.0, 1.0));
    assert!(low > 0.8 && low < 0.97, "{low}");
    assert!(found.method.contains("Newcombe") && found.flag.is_some());
}

#[test]
fn bad_input_is_refused() {
    let labels = [true, false];
    assert!(delong::single(&labels, &[0.1], 0.95).is_err());
    assert!(delong::single(&labels, &[0.1, f64::NAN], 0.95).is_err());
    assert!(delong::single(&labels, &[0.1, 0.2], 95.0).is_err());
    assert!(delong::paired(&labels, &[0.1, 0.2], &[0.1], 0.95).is_err());
    assert!(obuchowski::single(&labels, &[0.1, 0.2], &[1, 2, 3], 0.95).is_err());
}

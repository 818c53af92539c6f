//! The bootstrap: its meaning, its properties and, by seeded simulation, its coverage.
//!
//! `QPNET_COVERAGE_REPLICATES=2000 cargo test --test statistics bootstrap -- --nocapture` is the
//! long version; it prints the table.
#![expect(clippy::print_stdout, reason = "the long version is a table for a person")]

use proptest::prelude::*;
use qpnet_audit::metrics::{auc, brier, macro_auc, one_vs_rest};
use qpnet_audit::rng::{Rng, Streams};
use qpnet_audit::stats::crossed::crossed;
use qpnet_audit::stats::{Bootstrap, Comparison, Estimate, Interval, Resampler, delong, paper_ci, seeds};
use rand_distr::{Distribution, StandardNormal};
use rayon::prelude::*;
use statrs::distribution::{ContinuousCDF, Normal};

/// Clustered test set of two subgroups.
struct Sample {
    labels: Vec<bool>,
    scores: Vec<f64>,
    other: Vec<f64>,
    patients: Vec<usize>,
    groups: Vec<usize>,
}

impl Sample {
    /// Patients with `images` each, a third of them positive; correlation 1/2 within a patient.
    fn draw(rng: &mut Rng, patients: usize, images: usize, aucs: &[f64]) -> Self {
        let mut sample =
            Self { labels: vec![], scores: vec![], other: vec![], patients: vec![], groups: vec![] };
        let mut normal = || -> f64 { StandardNormal.sample(rng) };
        for patient in 0..patients {
            let (positive, group) = (patient % 3 == 0, patient / 3 % aucs.len());
            let shift = std::f64::consts::SQRT_2 * Normal::standard().inverse_cdf(aucs[group]);
            let base = if positive { shift } else { 0.0 };
            let own = [normal(), normal()];
            for _ in 0..images {
                let shared = normal();
                let mut score = |own: f64| base + (own + 0.5 * (shared + normal())) / 1.5f64.sqrt();
                sample.scores.push(score(own[0]));
                sample.other.push(score(own[1]));
                sample.labels.push(positive);
                sample.patients.push(patient);
                sample.groups.push(group);
            }
        }
        sample
    }

    fn resampler(&self) -> Resampler {
        Resampler::by_cell(&self.patients, &self.groups, &self.labels).expect("lengths")
    }
}

/// Labels, scores, other scores and patients, with ties and tiny cells.
fn cases() -> impl Strategy<Value = (Vec<bool>, Vec<f64>, Vec<f64>, Vec<usize>)> {
    (6usize..30).prop_flat_map(|n| {
        let scores = || prop::collection::vec((-6i32..=6).prop_map(|x| f64::from(x) / 8.0), n);
        let patients = prop::collection::vec(0usize..12, n);
        (prop::collection::vec(any::<bool>(), n), scores(), scores(), patients)
    })
}

fn estimates(labels: &[bool], a: &[f64], b: &[f64], patients: &[usize]) -> (Estimate, Comparison) {
    let streams = Streams::new(31);
    let resampler = Resampler::by_cell(patients, &vec![0; labels.len()], labels).expect("lengths");
    let bootstrap = Bootstrap::new(&resampler, &streams).with_replicates(60);
    (bootstrap.auc(labels, a).expect("valid"), bootstrap.paired(labels, a, b).expect("valid"))
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn the_order_of_samples_does_not_matter((labels, a, b, patients) in cases(), turn in 0usize..30) {
        fn turned<T: Clone>(values: &[T], turn: usize) -> Vec<T> {
            let mut values = values.to_vec();
            let turn = turn % values.len();
            values.rotate_left(turn);
            values
        }
        let there = estimates(&labels, &a, &b, &patients);
        let back = estimates(
            &turned(&labels, turn), &turned(&a, turn), &turned(&b, turn), &turned(&patients, turn));
        prop_assert_eq!(there, back);
    }

    #[test]
    fn only_the_order_of_scores_matters((labels, a, b, patients) in cases()) {
        let curved: Vec<f64> = a.iter().map(|x| 3.0f64.mul_add(x.powi(3), 7.0)).collect();
        prop_assert_eq!(
            estimates(&labels, &a, &b, &patients), estimates(&labels, &curved, &b, &patients));
    }

    #[test]
    fn nothing_is_undefined_without_a_reason((labels, a, b, patients) in cases()) {
        let (single, paired) = estimates(&labels, &a, &b, &patients);
        let excludes = paired.difference.covers(0.0) == Some(false);
        prop_assert_eq!(paired.p.is_some_and(|p| p < 1.0 - 0.95), excludes, "{:?}", paired);
        for (found, floor) in [(single, 0.0), (paired.difference, -1.0)] {
            match found.triple() {
                Some((_, low, high)) => {
                    prop_assert!(floor <= low && low <= high && high <= 1.0, "{:?}", found);
                    prop_assert!(low < high, "{:?}", found);
                }
                None => prop_assert!(found.reason.is_some(), "{:?}", found),
            }
        }
        prop_assert!(paired.p.is_none_or(|p| p > 0.0 && p <= 1.0));
    }
}

#[test]
fn a_replicate_is_the_measure_of_repeated_patients() {
    let sample = Sample::draw(&mut Streams::new(32).get("draw"), 30, 3, &[0.8, 0.7]);
    let (resampler, streams) = (sample.resampler(), Streams::new(33));
    let bootstrap = Bootstrap::new(&resampler, &streams).with_interval(Interval::Percentile);
    let repeated = |values: &[f64], weights: &[u32]| -> Vec<f64> {
        values.iter().zip(weights).flat_map(|(&v, &w)| std::iter::repeat_n(v, w as usize)).collect()
    };
    let probability = |scores: &[f64]| scores.iter().map(|s| 1.0 / (1.0 + (-s).exp())).collect::<Vec<_>>();
    let p = probability(&sample.scores);
    let slow = |weights: &[u32]| {
        let as_number: Vec<f64> = sample.labels.iter().map(|&l| f64::from(u8::from(l))).collect();
        let labels: Vec<bool> = repeated(&as_number, weights).iter().map(|&y| y == 1.0).collect();
        let classes: Vec<usize> = labels.iter().map(|&l| usize::from(l)).collect();
        let scores = repeated(&p, weights);
        let both: Vec<f64> = scores.iter().flat_map(|s| [1.0 - s, *s]).collect();
        let targets = one_vs_rest(&classes, 2).expect("classes");
        let wide = macro_auc(&targets, &both, 2).expect("valid").value;
        [auc(&labels, &scores).expect("valid"), brier(&labels, &scores).expect("valid"), wide]
    };
    let all = bootstrap.replicate(slow);
    let se = |measure: usize| {
        let values: Vec<f64> = all.iter().filter_map(|found| found[measure]).collect();
        let mean = values.iter().sum::<f64>() / values.len() as f64;
        (values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / (values.len() as f64 - 1.0)).sqrt()
    };
    let targets: Vec<usize> = sample.labels.iter().map(|&l| usize::from(l)).collect();
    let targets = one_vs_rest(&targets, 2).expect("classes");
    let both: Vec<f64> = p.iter().flat_map(|s| [1.0 - s, *s]).collect();
    for (found, expected) in [
        (bootstrap.auc(&sample.labels, &p).expect("valid"), se(0)),
        (bootstrap.brier(&sample.labels, &p).expect("valid"), se(1)),
        (bootstrap.macro_auc(&targets, &both, 2).expect("valid"), se(2)),
    ] {
        assert!((found.se.expect("se") - expected).abs() < 1e-12, "{found:?} {expected}");
    }
}

#[test]
fn the_number_of_threads_does_not_matter() {
    let sample = Sample::draw(&mut Streams::new(34).get("draw"), 60, 3, &[0.8, 0.7, 0.6]);
    let (resampler, streams) = (sample.resampler(), Streams::new(35));
    let run = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("a pool");
        pool.install(|| {
            let bootstrap = Bootstrap::new(&resampler, &streams).with_replicates(200);
            let disparity = bootstrap.disparity(&sample.labels, &sample.scores, &sample.groups);
            let paired = bootstrap.paired(&sample.labels, &sample.scores, &sample.other);
            let mean = |s: usize, w: &[u32]| Some(f64::from(w[s]));
            let seeds = crossed(&bootstrap, 3, "first weights", (0.0, 60.0), mean);
            (disparity.expect("valid"), paired.expect("valid"), seeds.expect("valid"))
        })
    };
    let one = run(1);
    assert_eq!(one, run(2));
    assert_eq!(one, run(7));
}

#[test]
fn equal_methods_have_p_one_and_clear_differences_a_small_one() {
    let sample = Sample::draw(&mut Streams::new(36).get("draw"), 60, 3, &[0.9]);
    let (resampler, streams) = (sample.resampler(), Streams::new(37));
    let bootstrap = Bootstrap::new(&resampler, &streams);
    let same = bootstrap.paired(&sample.labels, &sample.scores, &sample.scores).expect("valid");
    assert_eq!((same.z, same.p, same.difference.value), (Some(0.0), Some(1.0), Some(0.0)));
    assert!(same.difference.low.is_none() && same.difference.reason.is_some());
    let reversed: Vec<f64> = sample.scores.iter().map(|s| -s).collect();
    let clear = bootstrap.paired(&sample.labels, &sample.scores, &reversed).expect("valid");
    // No replicate lies beyond 0.
    assert!(clear.p > Some(1.0 / 2001.0) && clear.p < Some(0.003), "{clear:?}");
}

#[test]
fn missing_outcomes_are_explained() {
    let streams = Streams::new(38);
    let (labels, groups) = ([true, true, false, true, true, false], [0, 0, 0, 1, 1, 2]);
    let scores = [0.9, 0.4, 0.5, 0.8, 0.7, 0.1];
    let resampler = Resampler::by_cell(&[0, 1, 2, 3, 4, 5], &groups, &labels).expect("lengths");
    let bootstrap = Bootstrap::new(&resampler, &streams);
    let found = bootstrap.disparity(&labels, &scores, &groups).expect("valid");
    assert_eq!(found.reason.as_deref(), Some("fewer than two subgroups have an interval"));
    assert!(found.flag.expect("flag").contains("[0, 1, 2]"));
    let gap = bootstrap.gap(&labels, &scores, &groups, 0, 1).expect("valid");
    assert!(gap.p.is_none() && gap.difference.reason.is_some());
    let none = bootstrap.auc(&[true; 6], &scores).expect("valid");
    assert_eq!(none.reason.as_deref(), Some("no negatives among 6 samples"));
    assert!(bootstrap.auc(&labels[..3], &scores[..3]).is_err());
    assert!(bootstrap.macro_auc(&[Some(true); 4], &[0.5; 4], 2).is_err());
}

#[test]
fn what_no_replicate_changes_has_no_interval() {
    let streams = Streams::new(40);
    let labels: Vec<bool> = (0..60).map(|i| i % 2 == 0).collect();
    let patients: Vec<usize> = (0..60).collect();
    let apart: Vec<f64> = labels.iter().map(|&y| f64::from(u8::from(y))).collect();
    let resampler = Resampler::by_cell(&patients, &[0; 60], &labels).expect("lengths");
    let bootstrap = Bootstrap::new(&resampler, &streams);
    let found = bootstrap.auc(&labels, &apart).expect("valid");
    assert_eq!((found.value, found.low, found.high), (Some(1.0), None, None));
    assert_eq!(found.reason.as_deref(), Some("all replicates are equal: no interval"));
    // Of three classes the last is told apart by its score.
    let class: Vec<usize> = (0..60).map(|i| i % 3).collect();
    let score = |at: usize| {
        let (i, c) = (at / 3, at % 3);
        if c == 2 { f64::from(u8::from(class[i] == 2)) } else { (i * 7 % 31) as f64 }
    };
    let scores: Vec<f64> = (0..180).map(score).collect();
    let targets = one_vs_rest(&class, 3).expect("classes");
    let found = bootstrap.macro_auc(&targets, &scores, 3).expect("valid");
    assert!(found.value.is_some() && found.low.is_none());
    assert!(found.reason.expect("reason").contains("classes [2] do not overlap"));
}

#[test]
fn few_effective_patients_have_no_interval() {
    let streams = Streams::new(41);
    // Five patients with positives, one of whom holds 39 of 50 positive images.
    let positive: Vec<usize> = [39, 5, 3, 2, 1].iter().enumerate().flat_map(|(p, &n)| vec![p; n]).collect();
    let patients: Vec<usize> = positive.iter().copied().chain(5..65).collect();
    let labels: Vec<bool> = (0..patients.len()).map(|i| i < positive.len()).collect();
    let scores: Vec<f64> = (0..patients.len()).map(|i| (i * 37 % 53) as f64).collect();
    let resampler = Resampler::by_cell(&patients, &vec![0; labels.len()], &labels).expect("lengths");
    let found = Bootstrap::new(&resampler, &streams).auc(&labels, &scores).expect("valid");
    assert!(found.value.is_some() && found.low.is_none());
    assert!(found.reason.expect("reason").contains("5 patients counts as 1.6"));
}

fn simulations() -> u64 {
    std::env::var("QPNET_COVERAGE_REPLICATES").ok().and_then(|r| r.parse().ok()).unwrap_or(150)
}

/// Percent of simulations whose interval holds `truth`.
fn coverage(name: &str, truth: f64, interval: impl Fn(u64, &mut Rng) -> Estimate + Sync) -> f64 {
    let count = simulations();
    let one = |s: u64| {
        let found = interval(s, &mut Streams::new(39).at(name, s));
        u64::from(found.covers(truth) == Some(true))
    };
    let hits: u64 = (0..count).into_par_iter().map(one).sum();
    let percent = 100.0 * hits as f64 / count as f64;
    println!("{name:<60} {percent:6.2} %");
    percent
}

/// At least `least` percent, less three standard errors of the simulation.
fn at_least(percent: f64, least: f64) {
    let slack = 300.0 * (0.06 * 0.94 / simulations() as f64).sqrt();
    assert!(percent >= least - slack, "{percent} % where {least} are expected");
}

fn with<'a>(resampler: &'a Resampler, streams: &'a Streams, interval: Interval) -> Bootstrap<'a> {
    Bootstrap::new(resampler, streams).with_replicates(399).with_interval(interval)
}

#[test]
fn intervals_cover_on_clustered_samples() {
    for (patients, images) in [(90, 3), (90, 10)] {
        for interval in [Interval::Percentile, Interval::Basic, Interval::Bca] {
            let name =
                |what: &str| format!("{patients} patients x {images} images, {what}, {}", interval.name());
            let single = |s: u64, rng: &mut Rng| {
                let sample = Sample::draw(rng, patients, images, &[0.8]);
                let (resampler, streams) = (sample.resampler(), Streams::new(s));
                with(&resampler, &streams, interval).auc(&sample.labels, &sample.scores).expect("valid")
            };
            at_least(coverage(&name("AUC 0.80"), 0.8, single), 92.0);
            let paired = |s: u64, rng: &mut Rng| {
                let sample = Sample::draw(rng, patients, images, &[0.8]);
                let (resampler, streams) = (sample.resampler(), Streams::new(s));
                let bootstrap = with(&resampler, &streams, interval);
                bootstrap.paired(&sample.labels, &sample.scores, &sample.other).expect("valid").difference
            };
            at_least(coverage(&name("two methods"), 0.0, paired), 92.0);
        }
        let name = format!("{patients} patients x {images} images, AUC 0.80, DeLong");
        let naive = coverage(&name, 0.8, |_, rng| {
            let sample = Sample::draw(rng, patients, images, &[0.8]);
            delong::single(&sample.labels, &sample.scores, 0.95).expect("valid")
        });
        assert!(naive < 90.0, "DeLong should cover too rarely here: {naive} %");
    }
}

#[test]
fn disparities_cover() {
    let gap = |s: u64, rng: &mut Rng| {
        let sample = Sample::draw(rng, 180, 3, &[0.85, 0.7]);
        let (resampler, streams) = (sample.resampler(), Streams::new(s));
        let bootstrap = with(&resampler, &streams, Interval::Bca);
        bootstrap.gap(&sample.labels, &sample.scores, &sample.groups, 0, 1).expect("valid").difference
    };
    at_least(coverage("180 patients x 3 images, gap 0.15, BCa", 0.15, gap), 92.0);
    for (areas, truth) in [([0.9, 0.8, 0.8, 0.7], 0.2), ([0.8; 4], 0.0)] {
        let many = |s: u64, rng: &mut Rng| {
            let sample = Sample::draw(rng, 360, 3, &areas);
            let (resampler, streams) = (sample.resampler(), Streams::new(s));
            let bootstrap = with(&resampler, &streams, Interval::Bca);
            bootstrap.disparity(&sample.labels, &sample.scores, &sample.groups).expect("valid")
        };
        at_least(coverage(&format!("360 patients x 3, best minus worst {truth}"), truth, many), 92.0);
    }
}

#[test]
fn the_interval_of_the_paper_covers_too_rarely() {
    let draw = |rng: &mut Rng| Sample::draw(rng, 300, 1, &[0.8]);
    let paper = coverage("300 images, as in the paper", 0.8, |s, rng| {
        let sample = draw(rng);
        paper_ci(&sample.labels, &sample.scores, 0.95, &Streams::new(s)).expect("valid")
    });
    let honest = coverage("300 images, DeLong", 0.8, |_, rng| {
        let sample = draw(rng);
        delong::single(&sample.labels, &sample.scores, 0.95).expect("valid")
    });
    assert!(paper < 65.0 && honest > 89.0, "{paper} {honest}");
}

#[test]
fn means_over_seeds_cover() {
    // AUC of a seed: 0.8 + noise of the seed; all on one test set.
    for count in [3usize, 5, 10] {
        let run = |s: u64, rng: &mut Rng| -> (Estimate, Estimate) {
            let sample = Sample::draw(rng, 90, 1, &[0.8]);
            let shift: Vec<f64> = (0..count)
                .map(|_| {
                    let z: f64 = StandardNormal.sample(rng);
                    0.15 * z
                })
                .collect();
            let scores = |seed: usize| -> Vec<f64> {
                let moved = |(&score, &label): (&f64, &bool)| if label { score + shift[seed] } else { score };
                sample.scores.iter().zip(&sample.labels).map(moved).collect()
            };
            let runs: Vec<Estimate> = (0..count)
                .map(|seed| delong::single(&sample.labels, &scores(seed), 0.95).expect("valid"))
                .collect();
            let sorted: Vec<_> = (0..count)
                .map(|seed| {
                    qpnet_audit::metrics::WeightedAuc::new(&sample.labels, &scores(seed)).expect("valid")
                })
                .collect();
            let (resampler, streams) = (sample.resampler(), Streams::new(s));
            let bootstrap = with(&resampler, &streams, Interval::Percentile);
            let both = crossed(&bootstrap, count, "AUC", (0.0, 1.0), |seed, w| sorted[seed].at(w));
            (seeds::seed_spread(&runs, 0.95).expect("level").mean, both.expect("valid").estimate)
        };
        let student = coverage(&format!("{count} seeds, Student"), 0.8, |s, rng| run(s, rng).0);
        at_least(student, 93.0);
        let both = coverage(&format!("{count} seeds and patients"), 0.8, |s, rng| run(s, rng).1);
        at_least(both, 93.0);
    }
}

//! The Pareto criterion by seeded simulation: critical values, power and coverage. The level of the test
//! is simulated in `tests/simulation/curves.rs`.
//!
//! `QPNET_COVERAGE_REPLICATES=2000 cargo test --test statistics pareto -- --nocapture` is the long
//! version; it prints the table.
#![expect(clippy::print_stdout, reason = "the long version is a table for a person")]

use qpnet_audit::rng::{Rng, Streams};
use qpnet_audit::stats::pareto::{Criterion, LearningCurve, SeedNoise, Verdict, max_drop};
use qpnet_audit::stats::{Bootstrap, Resampler};
use rand_distr::{Distribution, StandardNormal};
use rayon::prelude::*;
use statrs::distribution::{ContinuousCDF, Normal};

fn simulations() -> u64 {
    std::env::var("QPNET_COVERAGE_REPLICATES").ok().and_then(|r| r.parse().ok()).unwrap_or(100)
}

fn normal(rng: &mut Rng) -> f64 {
    StandardNormal.sample(rng)
}

#[test]
fn critical_values_of_independent_points() {
    const DRAWS: u64 = 200_000;
    for (k, expected) in [(4usize, 3.30), (6, 3.73), (8, 4.00), (10, 4.20), (12, 4.36)] {
        let mut rng = Streams::new(20).at("critical", k as u64);
        let mut drops: Vec<f64> = (0..DRAWS)
            .map(|_| max_drop(&(0..k).map(|_| normal(&mut rng)).collect::<Vec<_>>()).value)
            .collect();
        drops.sort_unstable_by(f64::total_cmp);
        let found = drops[(DRAWS as usize * 95) / 100];
        println!("K = {k:>2}: 95 % point of T {found:.3}");
        assert!((found - expected).abs() <= 0.02, "K = {k}: {found} for {expected}");
    }
}

/// One test set, `K x S` models whose scores share the noise of an image, and noise of a seed.
struct Design {
    name: &'static str,
    aucs: &'static [f64],
    seeds: usize,
    /// Patients with a positive and with a negative; three images each.
    patients: (usize, usize),
    /// Standard deviation of the AUC between seeds.
    between: f64,
}

impl Design {
    fn draw(&self, simulation: u64) -> LearningCurve {
        let streams = Streams::new(21).below(self.name);
        let mut rng = streams.at("draw", simulation);
        let (positive, negative) = self.patients;
        let n = 3 * (positive + negative);
        let labels: Vec<bool> = (0..n).map(|i| i < 3 * positive).collect();
        let patients: Vec<usize> = (0..n).map(|i| i / 3).collect();
        let of_patient: Vec<f64> = (0..positive + negative).map(|_| normal(&mut rng)).collect();
        let of_image: Vec<f64> = (0..n).map(|_| normal(&mut rng)).collect();
        let quantile = |auc: f64| std::f64::consts::SQRT_2 * Normal::standard().inverse_cdf(auc);
        let mut model = |auc: f64| -> Vec<f64> {
            let shift = quantile((auc + self.between * normal(&mut rng)).clamp(0.02, 0.98));
            let noise = |i: usize, rng: &mut Rng| {
                0.4f64.sqrt() * of_patient[i / 3] + 0.3f64.sqrt() * (of_image[i] + normal(rng))
            };
            (0..n).map(|i| shift * f64::from(u8::from(labels[i])) + noise(i, &mut rng)).collect()
        };
        let scores: Vec<Vec<Vec<f64>>> =
            self.aucs.iter().map(|&auc| (0..self.seeds).map(|_| model(auc)).collect()).collect();
        let resampler = Resampler::by_cell(&patients, &vec![0; n], &labels).expect("lengths");
        let replicates = streams.below(&simulation.to_string());
        let bootstrap = Bootstrap::new(&resampler, &replicates).with_replicates(199);
        let sizes: Vec<usize> = (1..=self.aucs.len()).map(|k| 100 * k).collect();
        LearningCurve::of_predictions(&sizes, &labels, &scores, &bootstrap).expect("a curve").with_draws(399)
    }

    /// Percent of simulations for which each question is answered with yes.
    fn rates<const Q: usize>(
        &self,
        ask: impl Fn(&LearningCurve) -> [bool; Q] + Sync,
        names: [&str; Q],
    ) -> [f64; Q] {
        let count = simulations();
        let answers: Vec<[bool; Q]> = (0..count).into_par_iter().map(|s| ask(&self.draw(s))).collect();
        std::array::from_fn(|q| {
            let percent = 100.0 * answers.iter().filter(|a| a[q]).count() as f64 / count as f64;
            println!("{:<44} {:<24} {percent:6.2} %", self.name, names[q]);
            percent
        })
    }

    /// Rates of rejection: with the climbs that are certain, and around a flat curve.
    fn rejections(&self) -> [f64; 2] {
        let ask = |curve: &LearningCurve| {
            let found = curve.violation(SeedNoise::default());
            [found.p <= 0.05, found.p_flat <= 0.05]
        };
        self.rates(ask, ["rejects", "rejects (flat)"])
    }
}

/// Percentage points that chance may add to a rate near 5 %: three standard errors.
fn slack() -> f64 {
    300.0 * (0.07 * 0.93 / simulations() as f64).sqrt()
}

const FLAT: &[f64] = &[0.8; 6];
const FALLING: &[f64] = &[0.78, 0.82, 0.83, 0.80, 0.76, 0.72];

fn design(name: &'static str, aucs: &'static [f64], seeds: usize, between: f64) -> Design {
    Design { name, aucs, seeds, patients: (30, 40), between }
}

#[test]
fn power_against_a_real_fall() {
    let [two, ..] = design("falling by 0.11, 2 seeds", FALLING, 2, 0.01).rejections();
    let [five, flat] = design("falling by 0.11, 5 seeds", FALLING, 5, 0.01).rejections();
    // Two seeds cost: what they add to the noise must be assumed.
    assert!(two >= 70.0 && five >= 95.0 && flat >= 95.0, "{two} {five} {flat}");
}

#[test]
fn the_upper_bound_covers() {
    for (name, aucs, seeds, between) in [
        ("bound: one fall, 2 seeds", &[0.84, 0.80][..], 2, 0.02),
        ("bound: one fall, 3 seeds", &[0.84, 0.80][..], 3, 0.02),
        ("bound: one fall, 5 seeds", &[0.84, 0.80][..], 5, 0.02),
        ("bound: falling, 3 seeds", FALLING, 3, 0.02),
        ("bound: flat, 3 seeds", FLAT, 3, 0.02),
        ("bound: flat, 5 seeds, patients", FLAT, 5, 0.005),
    ] {
        let truth = max_drop(aucs).value;
        let ask = |curve: &LearningCurve| {
            [curve.upper_bound(0.95).expect("level").expect("several seeds") >= truth]
        };
        let [covered] = design(name, aucs, seeds, between).rates(ask, ["bound holds T"]);
        assert!(covered >= 95.0 - slack(), "{name}: {covered} %");
    }
}

/// Seeds that agree more than patients explain: the p-value of one table under more replicates and other names.
#[test]
fn the_p_value_depends_neither_on_replicates_nor_on_the_names_of_seeds() {
    let mut rng = Streams::new(29).get("agree");
    let (m, n) = (30, 40);
    let labels: Vec<bool> = (0..m + n).map(|i| i < m).collect();
    let patients: Vec<usize> = (0..m + n).collect();
    let means = [0.70, 0.78, 0.81, 0.80, 0.77, 0.74];
    let of_image: Vec<f64> = (0..m + n).map(|_| normal(&mut rng)).collect();
    let scores: Vec<Vec<Vec<f64>>> = means
        .iter()
        .map(|&auc| {
            let of_size: Vec<f64> = (0..m + n).map(|_| 0.3 * normal(&mut rng)).collect();
            let shift = std::f64::consts::SQRT_2 * Normal::standard().inverse_cdf(auc);
            let mut seed = || -> Vec<f64> {
                let score = |i: usize| shift * f64::from(u8::from(labels[i])) + of_image[i] + of_size[i];
                (0..m + n).map(|i| score(i) + 0.02 * normal(&mut rng)).collect()
            };
            vec![seed(), seed(), seed()]
        })
        .collect();
    let resampler = Resampler::by_cell(&patients, &[0; 70], &labels).expect("lengths");
    let p = |replicates: usize, seed: u64, order: [usize; 3]| {
        let streams = Streams::new(seed);
        let bootstrap = Bootstrap::new(&resampler, &streams).with_replicates(replicates);
        let turned: Vec<Vec<Vec<f64>>> =
            scores.iter().map(|seeds| order.map(|s| seeds[s].clone()).to_vec()).collect();
        let sizes = [10, 20, 40, 80, 160, 320];
        let curve = LearningCurve::of_predictions(&sizes, &labels, &turned, &bootstrap).expect("a curve");
        let found = curve.violation(SeedNoise::default());
        println!("{replicates} replicates, seeds {order:?}: p {:.4}, flat {:.4}", found.p, found.p_flat);
        found.p
    };
    let first = p(2000, 1, [0, 1, 2]);
    assert!((0.02..0.5).contains(&first), "{first}");
    assert!((p(2000, 1, [2, 0, 1]) - first).abs() < 1e-3);
    for (replicates, seed) in [(8000, 1), (4000, 1), (2000, 5), (2000, 6)] {
        let other = p(replicates, seed, [1, 2, 0]);
        assert!((other - first).abs() < 0.01, "{other} {first}");
    }
}

#[test]
fn the_onset_interval_covers() {
    let ask = |curve: &LearningCurve| {
        let onset = curve.onset(0.95, SeedNoise::default()).expect("level");
        let inside = onset.is_some_and(|onset| (onset.low..=onset.high).contains(&300));
        [inside]
    };
    let design = design("onset: falls from the third of six", FALLING, 3, 0.02);
    let [covered] = design.rates(ask, ["interval holds the peak"]);
    assert!(covered >= 95.0 - slack(), "{covered} %");
}

#[test]
fn satisfied_is_never_claimed_of_a_fall_at_the_tolerance() {
    // The true fall equals the tolerance: "satisfied" may happen in 5 % of cases at most.
    let at_tolerance: &'static [f64] = &[0.81, 0.81, 0.80];
    let criterion = Criterion::default();
    let ask = |curve: &LearningCurve| {
        let verdict = criterion.judge(curve, curve).expect("valid").less.verdict;
        [verdict == Verdict::Satisfied, verdict == Verdict::Violated]
    };
    let design = Design { patients: (150, 200), ..design("fall of 0.01, 3 seeds", at_tolerance, 3, 0.002) };
    let [satisfied, _] = design.rates(ask, ["satisfied", "violated"]);
    assert!(satisfied <= 5.0 + slack(), "{satisfied} %");
}

//! The Pareto criterion: size of the test of a fall, and of the claim that there is none.

use super::sample::{normal, shift};
use super::{Design, Want};
use qpnet_audit::rng::{Rng, Streams};
use qpnet_audit::stats::pareto::{Criterion, LearningCurve, SeedNoise, Verdict};
use qpnet_audit::stats::{Bootstrap, Resampler};

const FLAT: [f64; 6] = [0.8; 6];
const RISING: [f64; 6] = [0.70, 0.74, 0.77, 0.79, 0.80, 0.81];
/// Noise of seeds that shrinks as the training set grows.
const SHRINKING: [f64; 6] = [1.8, 1.4, 1.1, 0.9, 0.7, 0.5];
/// Noise of seeds that grows as the training set grows.
const GROWING: [f64; 6] = [0.5, 0.7, 0.9, 1.1, 1.4, 1.8];
const EVEN: [f64; 6] = [1.0; 6];
/// Noise of seeds that is not as the test assumes it: one size with three times the others' noise.
const UNEVEN: [f64; 6] = [1.0, 1.0, 3.0, 1.0, 1.0, 1.0];

pub fn designs() -> Vec<Design> {
    let mut found: Vec<Design> = [2, 3, 5, 10]
        .into_iter()
        .flat_map(|seeds| {
            [
                table(seeds, EVEN, "as much at each size", Want::Rejects),
                table(seeds, SHRINKING, "less at larger sizes", Want::Rejects),
                table(seeds, GROWING, "more at larger sizes", Want::Rejects),
                table(seeds, UNEVEN, "three times as much at the third size", Want::Known(6.0, 12.0)),
            ]
        })
        .collect();
    for seeds in [2, 3, 5, 10] {
        found.push(curve("patients", seeds, FLAT, 0.005, Want::Rejects));
        found.push(curve("both", seeds, FLAT, 0.03, Want::Rejects));
        found.push(curve("seeds", seeds, FLAT, 0.08, Want::Rejects));
    }
    // The null hypothesis holds with room to spare.
    found.push(curve("both", 3, RISING, 0.03, Want::Known(0.0, 6.0)));
    found.extend([2, 3, 5].map(equivalence));
    found.extend([few(8, &[3; 8]), few(30, &[3; 30]), few(8, &[40, 1, 1, 1, 1, 1, 1, 1])]);
    found
}

fn answers(curve: &LearningCurve) -> Vec<f64> {
    let (found, seen) = (curve.violation(SeedNoise::Uncertain), curve.violation(SeedNoise::AsSeen));
    [found.p, found.p_flat, seen.p_flat].iter().map(|&p| f64::from(u8::from(p <= 0.05))).collect()
}

fn methods(want: Want) -> Vec<(&'static str, Want)> {
    vec![
        ("test of a fall", want),
        ("the same around a flat curve", Want::Shown),
        ("around a flat curve, seeds as seen", Want::Shown),
    ]
}

/// A flat curve whose only noise is that of seeds.
fn table(seeds: usize, noise: [f64; 6], kind: &'static str, want: Want) -> Design {
    let name = format!("flat curve, {seeds} seeds, no patients, noise {kind}");
    Design::new("learning curves", name, (1000, 20_000), methods(want), move |draw, rng| {
        let level: Vec<f64> = (0..seeds).map(|_| normal(rng)).collect();
        let row = |sd: &f64| level.iter().map(|seed| 0.8 + 0.01 * (seed + sd * normal(rng))).collect();
        let rows: Vec<Vec<f64>> = noise.iter().map(row).collect();
        let sizes = [1, 2, 3, 4, 5, 6];
        let curve = LearningCurve::of_table(&sizes, &rows, 399, &Streams::new(draw)).expect("a curve");
        answers(&curve.with_draws(399))
    })
}

/// A curve of predictions: `patients` with positives and negatives, three images each. The AUC of a seed
/// moves by `between` from size to size.
fn of_predictions(
    rng: &mut Rng,
    draw: u64,
    patients: [usize; 2],
    aucs: &[f64],
    seeds: usize,
    between: f64,
) -> LearningCurve {
    let n = 3 * (patients[0] + patients[1]);
    let labels: Vec<bool> = (0..n).map(|i| i < 3 * patients[0]).collect();
    let patient: Vec<usize> = (0..n).map(|i| i / 3).collect();
    let of_patient: Vec<f64> = (0..n / 3).map(|_| normal(rng)).collect();
    let of_image: Vec<f64> = (0..n).map(|_| normal(rng)).collect();
    let mut model = |auc: f64| -> Vec<f64> {
        let up = shift((auc + between * normal(rng)).clamp(0.02, 0.98));
        let noise = |i: usize, rng: &mut Rng| {
            0.4f64.sqrt() * of_patient[i / 3] + 0.3f64.sqrt() * (of_image[i] + normal(rng))
        };
        (0..n).map(|i| f64::from(u8::from(labels[i])) * up + noise(i, rng)).collect()
    };
    let scores: Vec<Vec<Vec<f64>>> =
        aucs.iter().map(|&auc| (0..seeds).map(|_| model(auc)).collect()).collect();
    let resampler = Resampler::by_cell(&patient, &vec![0; n], &labels).expect("lengths");
    let streams = Streams::new(draw);
    let bootstrap = Bootstrap::new(&resampler, &streams).with_replicates(399);
    let sizes: Vec<usize> = (1..=aucs.len()).collect();
    LearningCurve::of_predictions(&sizes, &labels, &scores, &bootstrap).expect("a curve").with_draws(399)
}

fn curve(kind: &str, seeds: usize, aucs: [f64; 6], between: f64, want: Want) -> Design {
    let shape = if aucs == FLAT { "flat" } else { "rising" };
    let name = format!("{shape} curve, {seeds} seeds, noise of {kind}");
    let patients = if between > 0.05 { [60, 80] } else { [30, 40] };
    let quick = 800 / seeds as u64;
    Design::new("learning curves", name, (quick, 2000), methods(want), move |draw, rng| {
        answers(&of_predictions(rng, draw, patients, &aucs, seeds, between))
    })
}

/// Few patients of positives, who hold so many images, and 40 of negatives with three: a fall of 0.04 between two
/// sizes, on which seeds agree.
fn few(patients: usize, images: &'static [usize]) -> Design {
    let methods = vec![
        ("upper bound holds the fall, or none is given", Want::Known(93.0, 100.0)),
        ("none is given", if images[0] > 3 { Want::Known(100.0, 100.0) } else { Want::Known(0.0, 0.0) }),
    ];
    let most = images[0];
    let name =
        format!("fall of 0.04, 3 seeds, {patients} patients of positives, the first with {most} images");
    Design::new("learning curves", name, (300, 2000), methods, move |draw, rng| {
        let (mut labels, mut patient) = (Vec::new(), Vec::new());
        for (id, &count) in images.iter().chain(&[3; 40]).enumerate() {
            labels.extend(vec![id < patients; count]);
            patient.extend(vec![id; count]);
        }
        let mut models: Vec<Vec<Vec<f64>>> = Vec::new();
        let of_image: Vec<f64> = labels.iter().map(|_| normal(rng)).collect();
        for auc in [0.84, 0.80] {
            // What a size does to a patient all its seeds do.
            let of_patient: Vec<f64> = (0..patients + 40).map(|_| normal(rng)).collect();
            let mut model = || -> Vec<f64> {
                let score = |(i, &y): (usize, &bool)| {
                    let noise = 0.4f64.sqrt() * of_patient[patient[i]]
                        + 0.5f64.sqrt() * of_image[i]
                        + 0.1f64.sqrt() * normal(rng);
                    f64::from(u8::from(y)) * shift(auc) + noise
                };
                labels.iter().enumerate().map(score).collect()
            };
            models.push((0..3).map(|_| model()).collect());
        }
        let resampler = Resampler::by_cell(&patient, &vec![0; labels.len()], &labels).expect("lengths");
        let streams = Streams::new(draw);
        let bootstrap = Bootstrap::new(&resampler, &streams).with_replicates(399);
        let curve = LearningCurve::of_predictions(&[1, 2], &labels, &models, &bootstrap).expect("a curve");
        let upper = curve.upper_bound(0.95).expect("level");
        let yes = |yes: bool| f64::from(u8::from(yes));
        vec![yes(upper.is_none_or(|upper| upper >= 0.04)), yes(upper.is_none())]
    })
}

/// A fall of exactly the tolerance must not be called none.
fn equivalence(seeds: usize) -> Design {
    let name = format!("fall of the tolerance 0.01, {seeds} seeds");
    // A bound over all pairs of sizes: cautious.
    let methods = vec![
        ("claim of no fall", Want::Known(0.0, 6.0)),
        ("upper bound holds the fall", Want::Known(93.0, 100.0)),
    ];
    Design::new("learning curves", name, (100, 1000), methods, move |draw, rng| {
        let curve = of_predictions(rng, draw, [100, 130], &[0.81, 0.80], seeds, 0.004);
        let found = Criterion::default().judge(&curve, &curve).expect("valid").less;
        let held = found.upper.is_some_and(|upper| upper >= 0.01);
        vec![f64::from(u8::from(found.verdict == Verdict::Satisfied)), f64::from(u8::from(held))]
    })
}

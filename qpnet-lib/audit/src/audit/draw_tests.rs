//! What a cell measures on draws of patients, against the table in which samples are repeated.

use rand::RngExt;

use super::cell::Cell;
use super::forecasts::{Forecast, Forecasts};
use super::ranking::Ranking;
use crate::metrics::{self, CalibrationStep, WeightedAuc, WeightedCalibration, WeightedCalibrationError};
use crate::rng::Streams;
use crate::stats::bootstrap::{Counts, LANES};

const BINS: usize = 10;
/// What a sum of a hundred thousand numbers in another order may differ by.
const ROUNDING: f64 = 1e-11;
/// What the last step towards a calibration line leaves.
const STEP: f64 = 1e-8;

/// `n` samples of `patients` whose scores have `steps` values, and overlap by `pull`.
fn cell(n: u32, patients: usize, steps: f64, seed: u64) -> Cell {
    let mut rng = Streams::new(seed).get("data");
    let labels: Vec<bool> = (0..n).map(|_| rng.random::<f64>() < 0.4).collect();
    let mut score = |&label: &bool| {
        let own = 0.6 * rng.random::<f64>() + 0.1 + if label { 0.2 } else { 0.0 };
        (own * steps).round() / steps
    };
    let scores = labels.iter().map(&mut score).collect();
    let patients = (0..n as usize).map(|i| i * 7 % patients).collect();
    Cell { samples: (0..n).collect(), labels, scores, patients, weights: vec![1.0; n as usize] }
}

fn counts(patients: usize, seed: u64, most: u16) -> Vec<Counts> {
    let mut rng = Streams::new(seed).get("counts");
    (0..patients).map(|_| std::array::from_fn(|_| rng.random_range(0..=most))).collect()
}

fn on_draws(cell: &Cell, patients: usize, counts: &[Counts]) -> [(f64, Forecast); LANES] {
    let slot = |sample: u32| cell.patients[sample as usize] as u32;
    let ranks = Ranking::of(cell, slot, patients).expect("valid").at(counts);
    let forecasts = Forecasts::of(cell, slot, patients, BINS).expect("valid").at(counts);
    let mut both = ranks.into_iter().zip(forecasts);
    std::array::from_fn(|_| both.next().expect("a lane"))
}

/// How much each sample counts in a replicate.
fn weights(cell: &Cell, counts: &[Counts], lane: usize) -> Vec<f64> {
    let own = cell.patients.iter().zip(&cell.weights);
    own.map(|(&patient, weight)| f64::from(counts[patient][lane]) * weight).collect()
}

fn same(found: f64, expected: Option<f64>, tolerance: f64) -> bool {
    match expected {
        Some(expected) => (found - expected).abs() <= tolerance * (1.0 + expected.abs()),
        None => found.is_nan(),
    }
}

/// Signed gaps of the bins of the data, plainly.
fn gaps(cell: &Cell, weights: &[f64]) -> Vec<f64> {
    let sorted = WeightedCalibrationError::new(&cell.labels, &cell.scores, BINS).expect("valid");
    let bins = sorted.bins(&cell.weights);
    let mut gaps = vec![0.0; 1 + bins.iter().copied().max().unwrap_or_default() as usize];
    for (i, &bin) in bins.iter().enumerate() {
        gaps[bin as usize] += weights[i] * (cell.scores[i] - f64::from(u8::from(cell.labels[i])));
    }
    let total: f64 = weights.iter().sum();
    gaps.iter().map(|gap| gap / total).collect()
}

#[test]
fn a_draw_measures_the_table_in_which_samples_are_repeated() {
    // Two decimals, so that scores tie.
    let cell = cell(120, 40, 100.0, 4);
    let counts = counts(40, 4, 2);
    for (lane, (precision, found)) in on_draws(&cell, 40, &counts).into_iter().enumerate() {
        let (mut many, mut often) = (Vec::new(), Vec::new());
        for i in 0..120 {
            for _ in 0..counts[cell.patients[i]][lane] {
                many.push(cell.labels[i]);
                often.push(cell.scores[i]);
            }
        }
        let line = metrics::calibration_line(&many, &often).expect("valid").expect("overlap");
        let pairs = [
            (precision, metrics::average_precision(&many, &often).expect("valid")),
            (found.brier, metrics::brier(&many, &often).expect("valid")),
            (found.skill, metrics::brier_skill(&many, &often).expect("valid")),
            (found.slope, Some(line.slope)),
            (found.in_the_large, Some(line.in_the_large)),
        ];
        for (at, (found, expected)) in pairs.into_iter().enumerate() {
            assert!(expected.is_some() && same(found, expected, STEP), "{at}: {found}, {expected:?}");
        }
    }
    let forecasts = Forecasts::of(&cell, |sample| cell.patients[sample as usize] as u32, 40, BINS);
    let error: f64 = forecasts.expect("valid").of_data.gaps.iter().map(|gap| gap.abs()).sum();
    let expected = metrics::calibration_error(&cell.labels, &cell.scores, BINS).expect("valid");
    assert!(same(error, expected, ROUNDING), "{error}, {expected:?}");
}

#[test]
fn several_draws_in_one_pass_are_what_they_are_one_by_one() {
    // Tiny cells, ties, one score, one patient, undrawn outcomes; from 20,000 on lines take one step.
    let cases = [
        (1, 1, 10.0, 2),
        (2, 2, 10.0, 1),
        (5, 5, 3.0, 1),
        (9, 3, 1.0, 2),
        (60, 20, 0.1, 2),
        (300, 150, 30.0, 3),
    ];
    let large = (110_000, 50_000, 500.0, 3);
    for (n, patients, steps, most) in cases.into_iter().chain([large]) {
        for seed in 0..if n > 1_000 { 2 } else { 8 } {
            let mut cell = cell(n, patients, steps, seed);
            let alike = seed % 2 == 0;
            if !alike {
                cell.weights = (0..n).map(|i| f64::from(i * 7 % 5) / 2.0).collect();
            }
            let counts = counts(patients, seed, most);
            let auc = WeightedAuc::new(&cell.labels, &cell.scores).expect("valid");
            let full = WeightedCalibration::new(&cell.labels, &cell.scores).expect("valid");
            let of_data = full.at(&cell.weights);
            let step = of_data.map(|line| CalibrationStep::of(line, &cell.labels, &cell.scores));
            for (lane, (precision, found)) in on_draws(&cell, patients, &counts).into_iter().enumerate() {
                let weights = weights(&cell, &counts, lane);
                // Whole numbers where samples count alike: the same bits.
                let exact = if alike { 0.0 } else { ROUNDING };
                assert!(same(precision, auc.real_average_precision(&weights), exact), "{n}, {seed}");
                let total: f64 = weights.iter().sum();
                let square = |i: usize| (cell.scores[i] - f64::from(u8::from(cell.labels[i]))).powi(2);
                let squares: f64 = (0..n as usize).map(|i| weights[i] * square(i)).sum();
                assert!(same(found.brier, (total > 0.0).then(|| squares / total), ROUNDING), "{n}, {seed}");
                for (a, b) in found.gaps.iter().zip(gaps(&cell, &weights)) {
                    assert!(same(*a, Some(b).filter(|b| b.is_finite()), ROUNDING), "{n}, {seed}: {a}, {b}");
                }
                let line = step.as_ref().and_then(|step| step.at(&weights).or_else(|| full.at(&weights)));
                assert!(same(found.slope, line.map(|line| line.slope), ROUNDING), "{n}, {seed}");
                assert!(
                    same(found.in_the_large, line.map(|line| line.in_the_large), ROUNDING),
                    "{n}, {seed}"
                );
            }
        }
    }
}

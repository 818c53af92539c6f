//! Calibration line and calibration error, alone and in an audit.

use std::fmt::Write as _;

use super::sample::{REPLICATES, Sample, covers, expectation, phi, shift};
use super::{Design, Want};
use qpnet_audit::audit::{AuditOptions, Predictions, Reading, audit};
use qpnet_audit::metrics::{CalibrationLine, CalibrationStep, WeightedCalibrationError, calibration_line};
use qpnet_audit::rng::{Rng, Streams};
use qpnet_audit::stats::{Bootstrap, Estimate, Interval, Resampler, calibration_error};
use rand::RngExt;

const BINS: usize = 10;
const SHARE: f64 = 0.4;

pub fn designs() -> Vec<Design> {
    let mut found: Vec<Design> = [1, 3, 10].into_iter().map(|images| line(images, 1.3)).collect();
    found.extend([1, 3].map(in_the_large));
    for images in [1, 3] {
        found.extend([(0.0, 1.0), (0.0, 1.3), (0.5, 1.0), (0.0, 2.0)].map(|bend| error(images, bend)));
    }
    found.extend([(1, 0.0), (1, 0.5), (3, 0.5)].map(|(images, up)| audited(images, up, false)));
    found.push(audited(1, 0.5, true));
    found
}

/// Logit of the probability of a positive, given the score, at the prevalence of the design.
fn true_logit(x: f64) -> f64 {
    let up = shift(0.8);
    up * x - up * up / 2.0 + (SHARE / (1.0 - SHARE)).ln()
}

fn expit(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

/// Patients and what is said about them: `a + b logit` of the truth.
fn draw(rng: &mut Rng, images: usize, (a, b): (f64, f64)) -> (Sample, Vec<f64>) {
    let s = Sample::draw(rng, [120, 180], images, [0.8; 2]);
    let said = s.scores.iter().map(|&x| expit(a + b * true_logit(x))).collect();
    (s, said)
}

fn bootstrap<'a>(resampler: &'a Resampler, streams: &'a Streams) -> Bootstrap<'a> {
    Bootstrap::new(resampler, streams).with_replicates(REPLICATES).with_interval(Interval::Percentile)
}

fn line(images: usize, b: f64) -> Design {
    let methods = vec![
        ("calibration slope, bootstrap, percentile", Want::Covers),
        ("calibration intercept, bootstrap, percentile", Want::Covers),
    ];
    let name = format!("120 + 180 patients x {images} images, slope {:.2}", 1.0 / b);
    Design::new("probabilities", name, (150, 2000), methods, move |d, rng| {
        let (s, said) = draw(rng, images, (0.2, b));
        let own = calibration_line(&s.labels, &said).expect("valid").expect("overlap");
        let steps = CalibrationStep::of(own, &s.labels, &said);
        let (resampler, streams) = (s.resampler(), Streams::new(d));
        let found = bootstrap(&resampler, &streams).replicate(|w| steps.at(w));
        let read = |of: fn(&CalibrationLine) -> f64| -> Estimate {
            let column: Vec<f64> = found.iter().map(|l| l.as_ref().map_or(f64::NAN, of)).collect();
            bootstrap(&resampler, &streams).summarise("line", Some(of(&own)), &column).expect("level")
        };
        vec![covers(&read(|l| l.slope), 1.0 / b), covers(&read(|l| l.intercept), -0.2 / b)]
    })
}

/// Positives come as they come, with the probability of the design; a perfect model is calibrated in the
/// large. Replicates with as many positives as the data vary too little for it.
fn in_the_large(images: usize) -> Design {
    let methods = vec![
        ("calibration in the large, all patients drawn", Want::Covers),
        ("calibration in the large, drawn by outcome", Want::Known(50.0, 80.0)),
        ("Brier score, all patients drawn", Want::Covers),
        ("Brier score, drawn by outcome", Want::Covers),
    ];
    let truth = mixture(|x| expit(true_logit(x)) * (1.0 - expit(true_logit(x))));
    let name = format!("300 patients x {images} images, positives by chance");
    Design::new("probabilities", name, (150, 2000), methods, move |d, rng| {
        let positives = (0..300).filter(|_| rng.random_bool(SHARE)).count();
        let s = Sample::draw(rng, [positives, 300 - positives], images, [0.8; 2]);
        let said: Vec<f64> = s.scores.iter().map(|&x| expit(true_logit(x))).collect();
        let own = calibration_line(&s.labels, &said).expect("valid").expect("overlap");
        let steps = CalibrationStep::of(own, &s.labels, &said);
        let all = Resampler::new(&s.patients, &vec![0; said.len()]).expect("lengths");
        let streams = Streams::new(d);
        let answers = [all, s.resampler()].map(|resampler| {
            let bootstrap = bootstrap(&resampler, &streams);
            let column: Vec<f64> =
                bootstrap.replicate(|w| steps.at(w).map_or(f64::NAN, |line| line.in_the_large));
            let large = bootstrap.summarise("in the large", Some(own.in_the_large), &column).expect("level");
            let brier = bootstrap.brier(&s.labels, &said).expect("valid");
            [covers(&large, 0.0), covers(&brier, truth)]
        });
        vec![answers[0][0], answers[1][0], answers[0][1], answers[1][1]]
    })
}

/// A table of patients whose positives come by chance, audited from its text. Weights, which have nothing
/// to do with the outcome, change no truth. What is said is `a +` the logit of the truth.
fn audited(images: usize, a: f64, weighted: bool) -> Design {
    let said = move |x: f64| expit(a + true_logit(x));
    let brier = mixture(|x| {
        let (p, said) = (expit(true_logit(x)), said(x));
        p * (1.0 - said).powi(2) + (1.0 - p) * said * said
    });
    let error = true_error((a, 1.0));
    // Documented at `calibration_error`: for a perfect model the truth is an end of what is possible.
    let error_is = if error < 1e-9 { Want::Known(95.0, 99.0) } else { Want::Covers };
    let methods = vec![
        ("calibration in the large", Want::Covers),
        ("calibration slope", Want::Covers),
        ("Brier score", Want::Covers),
        ("calibration error", error_is),
        ("calibration error, drawn by outcome, basic", Want::Shown),
    ];
    let kind = if weighted { ", weights" } else { "" };
    let name = format!("300 patients x {images} images, positives by chance, ECE {error:.3}{kind}");
    Design::new("audits", name, (150, 2000), methods, move |d, rng| {
        let positives = (0..300).filter(|_| rng.random_bool(SHARE)).count();
        let s = Sample::draw(rng, [positives, 300 - positives], images, [0.8; 2]);
        let mut text = String::from(if weighted {
            "patient,group,label,score,weight\n"
        } else {
            "patient,group,label,score\n"
        });
        let mut weights: Vec<u32> = Vec::new();
        for i in 0..s.labels.len() {
            let (label, score) = (u8::from(s.labels[i]), said(s.scores[i]));
            write!(text, "{},all,{label},{score}", s.patients[i]).expect("text");
            let weight = if weighted { rng.random_range(1..=3) } else { 1 };
            writeln!(text, "{}", if weighted { format!(",{weight}") } else { String::new() }).expect("text");
            weights.push(weight);
        }
        let mut reading = Reading::default();
        reading.columns.weights = weighted.then(|| "weight".to_owned());
        let table = Predictions::parse("t.csv", text.as_bytes(), &reading).expect("sound");
        let options = AuditOptions { replicates: REPLICATES, seed: d, ..AuditOptions::default() };
        let found = audit(&table, &options).expect("audit");
        let found = found.cells[0].calibration.as_ref().expect("probabilities");
        let scores: Vec<f64> = s.scores.iter().map(|&x| said(x)).collect();
        let sorted = WeightedCalibrationError::new(&s.labels, &scores, BINS).expect("valid");
        let (resampler, streams) = (s.resampler(), Streams::new(d));
        let basic =
            bootstrap(&resampler, &streams).with_interval(Interval::Basic).estimate("error", |drawn| {
                sorted.at(&drawn.iter().zip(&weights).map(|(a, b)| a * b).collect::<Vec<u32>>())
            });
        let mut basic = basic.expect("valid");
        basic.low = basic.low.map(|low| low.max(0.0));
        basic.high = basic.high.zip(basic.value).map(|(high, value)| high.max(value));
        let pairs = [
            (&found.in_the_large, -a),
            (&found.slope, 1.0),
            (&found.brier, brier),
            (&found.error, error),
            (&basic, error),
        ];
        pairs.map(|(estimate, truth)| covers(estimate, truth)).to_vec()
    })
}

/// Mean over the scores of the population.
fn mixture(of: impl Fn(f64) -> f64) -> f64 {
    SHARE * expectation(shift(0.8), &of) + (1.0 - SHARE) * expectation(0.0, &of)
}

/// The error of the population in bins of equal mass.
fn true_error((a, b): (f64, f64)) -> f64 {
    let step = 1.0 / 512.0;
    let up = shift(0.8);
    let density = |x: f64| (-x * x / 2.0).exp() / (2.0 * std::f64::consts::PI).sqrt();
    let mut gaps = [0.0; BINS];
    for i in -8 * 512..8 * 512 {
        let x = f64::from(i) * step + step / 2.0;
        let mass = (SHARE * density(x - up) + (1.0 - SHARE) * density(x)) * step;
        let below = SHARE * phi(x - up) + (1.0 - SHARE) * phi(x);
        let bin = ((below * BINS as f64) as usize).min(BINS - 1);
        gaps[bin] += mass * (expit(a + b * true_logit(x)) - expit(true_logit(x)));
    }
    gaps.iter().map(|gap| gap.abs()).sum()
}

fn error(images: usize, bend: (f64, f64)) -> Design {
    let truth = true_error(bend);
    // Documented at `calibration_error`: of a perfect model the truth is an end of what is possible.
    let want = if truth < 1e-9 { Want::Known(95.0, 99.0) } else { Want::Covers };
    let methods = vec![
        ("calibration error, inverted", want),
        ("calibration error, basic", Want::Shown),
        ("calibration error, percentile", Want::Shown),
    ];
    let name = format!("120 + 180 patients x {images} images, ECE {truth:.3}");
    Design::new("probabilities", name, (150, 2000), methods, move |d, rng| {
        let (s, said) = draw(rng, images, bend);
        let (resampler, streams) = (s.resampler(), Streams::new(d));
        let bootstrap = bootstrap(&resampler, &streams);
        let sorted = WeightedCalibrationError::new(&s.labels, &said, BINS).expect("valid");
        let inverted = calibration_error(&bootstrap, &s.labels, &said, BINS).expect("valid");
        let percentile = bootstrap.estimate("error", |w| sorted.at(w)).expect("valid");
        let basic = bootstrap.clone().with_interval(Interval::Basic).estimate("error", |w| sorted.at(w));
        let mut basic = basic.expect("valid");
        basic.low = basic.low.map(|low| low.max(0.0));
        basic.high = basic.high.zip(basic.value).map(|(high, value)| high.max(value));
        [inverted, basic, percentile].iter().map(|estimate| covers(estimate, truth)).collect()
    })
}

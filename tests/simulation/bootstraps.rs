//! The bootstrap over patients, and means over seeds.

use super::sample::{FORMS, Sample, covers, expectation, forms, normal, phi, rejects, shift};
use super::{Design, Want};
use qpnet_audit::metrics::{WeightedAuc, one_vs_rest};
use qpnet_audit::rng::Streams;
use qpnet_audit::stats::crossed::crossed;
use qpnet_audit::stats::{Bootstrap, Estimate, Interval, Resampler, delong, seeds};
use std::f64::consts::SQRT_2;

const DRAWS: (u64, u64) = (250, 4000);

pub fn designs() -> Vec<Design> {
    let mut found: Vec<Design> = [3, 10]
        .into_iter()
        .flat_map(|images| [area(images), paired(images), gap(images), brier(images)])
        .collect();
    found.extend([
        macro_area(),
        best_and_worst(&[0.9, 0.8, 0.8, 0.7]),
        best_and_worst(&[0.8, 0.8, 0.8, 0.8]),
        best_and_worst(&[0.82, 0.80, 0.79, 0.78]),
        best_and_worst(&[0.9, 0.9, 0.7, 0.7]),
        best_and_worst(&[0.85, 0.75]),
        over_seeds(3, 0.15),
        over_seeds(5, 0.15),
        over_seeds(10, 0.15),
    ]);
    found
}

fn each(what: &str, want: Want) -> Vec<(String, Want)> {
    FORMS.iter().map(|form| (format!("{what}, bootstrap, {}", form.name()), want)).collect()
}

fn size(images: usize) -> (u64, u64) {
    if images > 5 { (120, 2000) } else { DRAWS }
}

fn area(images: usize) -> Design {
    let name = format!("60 + 90 patients x {images} images, AUC 0.80, bootstrap");
    Design::new("AUC", name, size(images), each("AUC", Want::Covers), move |draw, rng| {
        let s = Sample::draw(rng, [60, 90], images, [0.8; 2]);
        let found = forms(&s.resampler(), draw, |b| b.auc(&s.labels, &s.scores).expect("valid"));
        found.iter().map(|estimate| covers(estimate, 0.8)).collect()
    })
}

fn paired(images: usize) -> Design {
    let mut methods = each("two methods, difference 0", Want::Covers);
    methods.push(("paired bootstrap test".to_owned(), Want::Rejects));
    let name = format!("60 + 90 patients x {images} images, two methods, bootstrap");
    let (quick, long) = size(images);
    Design::new("AUC", name, (2 * quick, long), methods, move |draw, rng| {
        let s = Sample::draw(rng, [60, 90], images, [0.8; 2]);
        let found = forms(&s.resampler(), draw, |b| b.paired(&s.labels, &s.scores, &s.other).expect("valid"));
        let mut answers: Vec<f64> = found.iter().map(|found| covers(&found.difference, 0.0)).collect();
        answers.push(rejects(&found[0]));
        answers
    })
}

fn gap(images: usize) -> Design {
    let name = format!("60 + 90 and 40 + 60 patients x {images} images, gap 0.10, bootstrap");
    Design::new("disparity", name, size(images), each("gap", Want::Covers), move |draw, rng| {
        let s = Sample::draw(rng, [60, 90], images, [0.8; 2]).with(rng, [40, 60], images, [0.7; 2]);
        let found =
            forms(&s.resampler(), draw, |b| b.gap(&s.labels, &s.scores, &s.groups, 0, 1).expect("valid"));
        found.iter().map(|found| covers(&found.difference, 0.1)).collect()
    })
}

fn brier(images: usize) -> Design {
    let (up, share) = (shift(0.8), 0.4);
    let said = move |x: f64| 1.0 / (1.0 + (-(x - up / 2.0)).exp());
    let truth = share * expectation(up, |x| (1.0 - said(x)).powi(2))
        + (1.0 - share) * expectation(0.0, |x| said(x).powi(2));
    let name = format!("60 + 90 patients x {images} images, Brier score {truth:.3}");
    Design::new("probabilities", name, size(images), each("Brier score", Want::Covers), move |draw, rng| {
        let s = Sample::draw(rng, [60, 90], images, [0.8; 2]);
        let p: Vec<f64> = s.scores.iter().map(|&x| said(x)).collect();
        let found = forms(&s.resampler(), draw, |b| b.brier(&s.labels, &p).expect("valid"));
        found.iter().map(|estimate| covers(estimate, truth)).collect()
    })
}

/// Four classes of 40 patients, three images each; the score of the own class is raised.
fn macro_area() -> Design {
    let name = "4 classes x 40 patients x 3 images, macro AUC 0.80";
    Design::new("AUC", name, (120, 2000), each("macro AUC", Want::Covers), |draw, rng| {
        let (classes, patients, images) = (4, 160, 3);
        let (mut class, mut patient, mut scores) = (vec![], vec![], vec![]);
        for id in 0..patients {
            let own: Vec<f64> = (0..classes).map(|_| normal(rng)).collect();
            for _ in 0..images {
                class.push(id % classes);
                patient.push(id);
                for c in 0..classes {
                    let base = if c == id % classes { shift(0.8) } else { 0.0 };
                    scores.push(base + (own[c] + normal(rng)) / SQRT_2);
                }
            }
        }
        let targets = one_vs_rest(&class, classes).expect("classes");
        let resampler = Resampler::new(&patient, &class).expect("lengths");
        let found = forms(&resampler, draw, |b| b.macro_auc(&targets, &scores, classes).expect("valid"));
        found.iter().map(|estimate| covers(estimate, 0.8)).collect()
    })
}

/// Subgroups of 30 + 60 patients, three images each, with these AUCs.
fn best_and_worst(areas: &'static [f64]) -> Design {
    let range = |sign: f64| areas.iter().map(|auc| sign * auc).fold(f64::MIN, f64::max);
    let truth = range(1.0) + range(-1.0);
    // Of equal subgroups the truth is an end of what is possible: only the lower limit can miss it.
    let want = if truth == 0.0 { Want::Known(95.0, 99.0) } else { Want::Covers };
    let methods = vec![
        ("best minus worst, bootstrap, inverted", want),
        ("best minus worst, bootstrap, percentile", Want::Shown),
        ("best minus worst, bootstrap, basic", Want::Shown),
    ];
    let name = format!("{} subgroups of 30 + 60 patients x 3 images, AUC {areas:?}", areas.len());
    Design::new("disparity", name, (120, 2000), methods, move |draw, rng| {
        let s = areas.iter().fold(Sample::default(), |s, &auc| s.with(rng, [30, 60], 3, [auc; 2]));
        let (resampler, streams) = (s.resampler(), Streams::new(draw));
        let bootstrap = Bootstrap::new(&resampler, &streams).with_replicates(super::sample::REPLICATES);
        let own = bootstrap.disparity(&s.labels, &s.scores, &s.groups).expect("valid");
        let sorted: Vec<WeightedAuc> = (0..areas.len())
            .map(|group| {
                let known = |(&y, &g): (&bool, &usize)| (g == group).then_some(y);
                let known: Vec<Option<bool>> = s.labels.iter().zip(&s.groups).map(known).collect();
                WeightedAuc::of_known(&known, &s.scores).expect("valid")
            })
            .collect();
        let range = |weights: &[u32]| {
            let aucs: Vec<f64> = sorted.iter().map(|auc| auc.at(weights)).collect::<Option<_>>()?;
            Some(
                aucs.iter().copied().fold(f64::MIN, f64::max) - aucs.iter().copied().fold(f64::MAX, f64::min),
            )
        };
        let plain = [Interval::Percentile, Interval::Basic]
            .map(|form| bootstrap.clone().with_interval(form).estimate("range", range).expect("valid"));
        [&own, &plain[0], &plain[1]].map(|estimate| covers(estimate, truth)).to_vec()
    })
}

/// Positives of a seed are moved by its own noise; all seeds have one test set.
fn over_seeds(count: usize, noise: f64) -> Design {
    // What a seed does on these patients counts twice.
    let methods = vec![
        ("Student, between and within", Want::Covers),
        ("Student's t of seeds and patients", Want::Known(93.0, 98.5)),
    ];
    let truth = phi(shift(0.8) / (2.0 + noise * noise).sqrt());
    let name = format!("{count} seeds on 60 + 90 images, AUC 0.80");
    Design::new("seeds", name, (300, 4000), methods, move |draw, rng| {
        let s = Sample::draw(rng, [60, 90], 1, [0.8; 2]);
        let moved: Vec<Vec<f64>> = (0..count)
            .map(|_| {
                let by = noise * normal(rng);
                s.scores.iter().zip(&s.labels).map(|(x, &y)| if y { x + by } else { *x }).collect()
            })
            .collect();
        let runs: Vec<Estimate> =
            moved.iter().map(|scores| delong::single(&s.labels, scores, 0.95).expect("valid")).collect();
        let sorted: Vec<WeightedAuc> =
            moved.iter().map(|scores| WeightedAuc::new(&s.labels, scores).expect("valid")).collect();
        let (resampler, streams) = (s.resampler(), Streams::new(draw));
        let bootstrap = Bootstrap::new(&resampler, &streams).with_replicates(super::sample::REPLICATES);
        let drawn = crossed(&bootstrap, count, "AUC", (0.0, 1.0), |seed, w| sorted[seed].at(w))
            .expect("valid")
            .estimate;
        let student = seeds::seed_spread(&runs, 0.95).expect("level").mean;
        vec![covers(&student, truth), covers(&drawn, truth)]
    })
}

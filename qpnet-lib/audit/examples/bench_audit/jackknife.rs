//! How long BCa limits of a macro AUC and of a Brier score take at the paper's size, with a jackknife that passes over
//! the samples once, and with one that does so for every patient.

use qpnet_audit::metrics::{WeightedMacroAuc, one_vs_rest};
use qpnet_audit::rng::Streams;
use qpnet_audit::stats::bootstrap::{Measure, WeightedMean};
use qpnet_audit::stats::{Bootstrap, Resampler};
use rand::RngExt;
use std::time::Instant;

/// Test images and patients of the paper.
const IMAGES: usize = 72_000;
const PATIENTS: usize = 24_600;
const CLASSES: usize = 3;
/// As few as a 95 % interval reads: both ways draw the same, and only the jackknife is asked about.
const REPLICATES: usize = 40;

pub fn measure() -> Result<(), qpnet_audit::stats::StatsError> {
    let mut rng = Streams::new(1).get("jackknife");
    let patients: Vec<usize> = (0..IMAGES).map(|i| i % PATIENTS).collect();
    let class: Vec<usize> = patients.iter().map(|patient| patient % CLASSES).collect();
    let scores: Vec<f64> = (0..IMAGES * CLASSES).map(|_| rng.random_range(0.0..1.0)).collect();
    let resampler = Resampler::new(&patients, &class)?;
    let streams = Streams::new(2);
    let bootstrap = Bootstrap::new(&resampler, &streams).with_replicates(REPLICATES);
    let auc = WeightedMacroAuc::new(&one_vs_rest(&class, CLASSES)?, &scores, CLASSES)?;
    let brier = WeightedMean(scores[..IMAGES].iter().map(|p| p * p).collect());
    let measures: [(&str, &dyn Measure); 2] = [("Brier score", &brier), ("macro AUC", &auc)];
    for (name, of) in measures {
        let start = Instant::now();
        let fast = bootstrap.estimate_of(name, &[(of, 0..IMAGES)], |found| found[0])?;
        let (once, start) = (start.elapsed().as_secs_f64(), Instant::now());
        bootstrap.replicate(|weights| of.at(weights));
        let (drawn, start) = (start.elapsed().as_secs_f64(), Instant::now());
        let slow = bootstrap.estimate(name, |weights| of.at(weights))?;
        let each = start.elapsed().as_secs_f64();
        let apart = fast.low.zip(slow.low).map_or(f64::NAN, |(a, b)| (a - b).abs());
        println!(
            "{name}: {once:.3} s with one pass, {each:.1} s with one a patient, both with {REPLICATES} replicates, which \
             take {drawn:.3} s: {:.0} times faster; limits differ by {apart:.1e}",
            each / once
        );
    }
    Ok(())
}

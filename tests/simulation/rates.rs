//! Proportions, their gaps, and average precision.

use super::sample::{REPLICATES, Sample, covers, expectation, normal, phi, rejects, shift};
use super::{Design, Want};
use qpnet_audit::metrics::{Confusion, RateGaps, WeightedAuc, demographic_parity};
use qpnet_audit::rng::Streams;
use qpnet_audit::stats::{Bootstrap, Estimate, Interval, proportion};

pub fn designs() -> Vec<Design> {
    let mut found: Vec<Design> = [1, 3, 10]
        .into_iter()
        .flat_map(|images| [share(images, 0.7), share(images, 0.93), gap(images)])
        .collect();
    found.extend([3, 10].into_iter().flat_map(|images| [precision(images), odds(images)]));
    found
}

/// Hits of patients: an image is hit when its score, half of it the patient's, lies above a threshold.
fn hits(
    rng: &mut qpnet_audit::rng::Rng,
    patients: usize,
    images: usize,
    truth: f64,
) -> (Vec<bool>, Vec<usize>) {
    let threshold = -shift(truth) / std::f64::consts::SQRT_2;
    let (mut hits, mut clusters) = (vec![], vec![]);
    for id in 0..patients {
        let own = normal(rng);
        for _ in 0..images {
            hits.push((own + normal(rng)) / std::f64::consts::SQRT_2 > threshold);
            clusters.push(id);
        }
    }
    (hits, clusters)
}

fn rate(rng: &mut qpnet_audit::rng::Rng, patients: usize, images: usize, truth: f64) -> Estimate {
    let (hits, clusters) = hits(rng, patients, images, truth);
    proportion::single("sensitivity", &hits, &clusters, 0.95).expect("valid")
}

fn share(images: usize, truth: f64) -> Design {
    let name = format!("60 patients x {images} images, sensitivity {truth}");
    let methods = vec![("Wilson, effective size", Want::Covers)];
    Design::new("rates", name, (2000, 20_000), methods, move |_, rng| {
        vec![covers(&rate(rng, 60, images, truth), truth)]
    })
}

fn gap(images: usize) -> Design {
    let name = format!("60 and 60 patients x {images} images, sensitivity 0.8 and 0.7");
    let methods =
        vec![("gap of rates, square and add", Want::Covers), ("test of equal rates", Want::Rejects)];
    Design::new("rates", name, (2000, 20_000), methods, move |_, rng| {
        let groups = [(0, 0.8), (100, 0.7), (200, 0.7)].map(|(first, truth)| {
            let (hits, clusters) = hits(rng, 60, images, truth);
            (hits, clusters.into_iter().map(|id| first + id).collect::<Vec<usize>>())
        });
        let [a, b, c] = groups.each_ref().map(|(hits, clusters)| (hits.as_slice(), clusters.as_slice()));
        let gap = proportion::difference("gap", a, b, 0.95).expect("level");
        let null = proportion::difference("gap", b, c, 0.95).expect("level");
        vec![covers(&gap.difference, 0.1), rejects(&null)]
    })
}

fn percentile(s: &Sample, draw: u64, name: &str, of: impl Fn(&[u32]) -> Option<f64> + Sync) -> Estimate {
    let (resampler, streams) = (s.resampler(), Streams::new(draw));
    let bootstrap = Bootstrap::new(&resampler, &streams).with_replicates(REPLICATES);
    bootstrap.with_interval(Interval::Percentile).estimate(name, of).expect("valid")
}

/// The population's average precision at the prevalence 0.4 of the design.
fn precision(images: usize) -> Design {
    let up = shift(0.8);
    let truth = expectation(up, move |x| {
        let (hit, alarm) = (0.4 * phi(up - x), 0.6 * phi(-x));
        if hit + alarm > 0.0 { hit / (hit + alarm) } else { 1.0 }
    });
    let name = format!("60 + 90 patients x {images} images, average precision {truth:.3}");
    let methods = vec![("average precision, bootstrap, percentile", Want::Covers)];
    Design::new("rates", name, (1000, 4000), methods, move |draw, rng| {
        let s = Sample::draw(rng, [60, 90], images, [0.8; 2]);
        let sorted = WeightedAuc::new(&s.labels, &s.scores).expect("valid");
        let found = percentile(&s, draw, "average precision", |w| sorted.average_precision(w));
        vec![covers(&found, truth)]
    })
}

/// Equalised odds and demographic parity of two subgroups that are far apart.
fn odds(images: usize) -> Design {
    // The second subgroup's positives lie lower: calls of positives at 0.8 differ.
    let rate = |auc: f64| phi(shift(auc) - 0.8);
    let truth = rate(0.9) - rate(0.7);
    let methods = vec![
        ("equalised odds, bootstrap, percentile", Want::Covers),
        ("demographic parity, bootstrap, percentile", Want::Covers),
    ];
    let name =
        format!("60 + 90 and 60 + 90 patients x {images} images, gaps {truth:.2} and {:.2}", 0.4 * truth);
    Design::new("rates", name, (200, 4000), methods, move |draw, rng| {
        let s = Sample::draw(rng, [60, 90], images, [0.9; 2]).with(rng, [60, 90], images, [0.7; 2]);
        let counts = |weights: &[u32]| {
            let mut both = [Confusion::default(); 2];
            for (i, &weight) in weights.iter().enumerate() {
                let own = &mut both[s.groups[i]];
                *match (s.labels[i], s.scores[i] >= 0.8) {
                    (true, true) => &mut own.true_positives,
                    (false, true) => &mut own.false_positives,
                    (false, false) => &mut own.true_negatives,
                    (true, false) => &mut own.false_negatives,
                } += weight as usize;
            }
            both
        };
        let odds = percentile(&s, draw, "equalised odds", |w| RateGaps::of(&counts(w)).equalised_odds());
        let parity = percentile(&s, draw, "parity", |w| Some(demographic_parity(&counts(w))?.value));
        vec![covers(&odds, truth), covers(&parity, 0.4 * truth)]
    })
}

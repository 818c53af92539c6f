//! Few patients carry a subgroup: from balanced designs to one patient who holds nine of ten images.

use super::sample::{covers, normal, phi, small};
use super::{Design, Want};
use qpnet_audit::rng::Rng;
use qpnet_audit::stats::obuchowski::{self, Group};
use qpnet_audit::stats::quasi_pareto::{ALPHA, Claim, Scored, quasi_pareto};
use qpnet_audit::stats::roc_band::{Scored as Banded, roc_band};
use qpnet_audit::stats::{Estimate, proportion};
use statrs::distribution::{ContinuousCDF, Normal};

/// Draws of the short and of the long version.
const DRAWS: (u64, u64) = (400, 4000);
/// The false positive rate at which a sensitivity is looked at.
const RATE: f64 = 0.3;

/// Positive and negative images of each patient.
type Patients = Vec<[usize; 2]>;

/// Patients with positives, others with negatives.
fn apart(positives: &[usize], negatives: &[usize]) -> Patients {
    positives.iter().map(|&m| [m, 0]).chain(negatives.iter().map(|&n| [0, n])).collect()
}

/// Patients have both as far as both lists reach.
fn joint(positives: &[usize], negatives: &[usize]) -> Patients {
    let of = |list: &[usize], at: usize| list.get(at).copied().unwrap_or_default();
    (0..positives.len().max(negatives.len())).map(|at| [of(positives, at), of(negatives, at)]).collect()
}

/// One patient with `most`, and `others` with one each.
fn one_with(most: usize, others: usize) -> Vec<usize> {
    std::iter::once(most).chain(std::iter::repeat_n(1, others)).collect()
}

/// Every list of patients, and whether the short version has it.
fn lists() -> Vec<(Patients, bool)> {
    let dominant = [39, 5, 3, 2, 1];
    vec![
        (joint(&dominant, &[3; 19]), true),
        (apart(&dominant, &[2; 20]), false),
        (joint(&[36, 3, 1], &[3; 20]), true),
        (joint(&[15, 3, 3, 2, 2, 2, 1, 1, 1], &[3; 29]), false),
        (apart(&[20, 20, 2, 2, 1], &[1; 50]), false),
        (apart(&one_with(41, 9), &[1; 40]), false),
        (apart(&one_with(200, 19), &[2; 60]), true),
        (apart(&one_with(99, 99), &[1; 200]), false),
        (apart(&[1; 12], &[60, 4, 3, 2, 1, 1]), false),
        (joint(&[50, 10, 5, 3, 1, 1], &[60, 4, 3, 2, 1, 1, 1, 1]), false),
        (apart(&[1; 3], &[1; 3]), false),
        (apart(&[1; 3], &[1; 200]), false),
        (apart(&[50; 3], &[1; 3]), false),
        (apart(&[10; 3], &[1; 40]), true),
        (joint(&[10; 3], &[10; 3]), false),
        (apart(&[10; 5], &[5; 20]), true),
        (joint(&[5; 6], &[5; 6]), false),
        (joint(&[4; 10], &[4; 30]), true),
        (apart(&[1; 8], &[1; 40]), true),
        (apart(&[1; 12], &[1; 12]), false),
        (apart(&[1; 10], &[1; 100]), false),
        (joint(&[3; 40], &[3; 100]), true),
        (apart(&[1; 200], &[1; 200]), false),
    ]
}

pub fn designs() -> Vec<Design> {
    let mut found = Vec::new();
    for (patients, quick) in lists() {
        for spread in [0.0, 0.7, 1.5] {
            for auc in [0.5, 0.8, 0.95] {
                let quick = quick && auc == 0.8 && spread > 0.0;
                found.push(design(patients.clone(), spread, auc, quick));
            }
        }
    }
    found
}

fn design(patients: Patients, spread: f64, auc: f64, quick: bool) -> Design {
    let counts = [0, 1].map(|outcome| patients.iter().filter(|own| own[outcome] > 0).count());
    let total = |outcome: usize| patients.iter().map(|own| own[outcome]).sum::<usize>();
    let largest = [0, 1].map(|outcome| {
        let most = patients.iter().map(|own| own[outcome]).max().unwrap_or_default();
        100 * most / total(outcome)
    });
    let images = patients.iter().map(|own| own[0] + own[1]).max().unwrap_or_default();
    let name = format!(
        "{} + {} patients, largest shares {} and {} %, to {images} images, spread {spread}, AUC {auc}",
        counts[0], counts[1], largest[0], largest[1]
    );
    // Wider than it says where it must be, never narrower.
    let (covers_, rejects, one_sided) =
        (Want::Known(93.0, 100.0), Want::Known(0.0, 6.0), Want::Known(0.0, 3.0));
    let methods = vec![
        ("AUC", covers_),
        ("AUC, Obuchowski with normal limits", Want::Shown),
        ("paired test, no difference", rejects),
        ("paired, Obuchowski with normal limits", Want::Shown),
        ("quasi-Pareto claim without a gain, one-sided 2.5 %", one_sided),
        ("gap between two such subgroups", covers_),
        ("test of the gap", rejects),
        ("sensitivity", covers_),
        ("test of a gap in sensitivity", rejects),
        ("ROC band at 0.3", covers_),
    ];
    let shift = (2.0 * (1.0 + spread * spread)).sqrt() * quantile(auc);
    let truth = truth(&patients, shift, auc);
    let sensitivity = 1.0 - phi((threshold(spread) - shift) / (1.0 + spread * spread).sqrt());
    let draws = if quick { DRAWS } else { (0, DRAWS.1) };
    Design::new("few", name, draws, methods, move |_, rng| {
        let (a, b) =
            (Drawn::of(rng, &patients, spread, shift, 0), Drawn::of(rng, &patients, spread, shift, 1));
        let single = obuchowski::single(&a.labels, &a.scores, &a.patients, 0.95).expect("valid");
        let paired = obuchowski::paired(&a.labels, &a.scores, &a.other, &a.patients, 0.95).expect("valid");
        let gap = obuchowski::unpaired(a.group(), b.group(), 0.95).expect("valid");
        // On the dominant subgroup the method is much better: the claim hangs on the rare one.
        let better: Vec<f64> =
            b.scores.iter().zip(&b.labels).map(|(x, &y)| x + if y { 9.0 } else { 0.0 }).collect();
        let dominant =
            Scored { labels: &b.labels, method: &better, reference: &b.scores, patients: &b.patients };
        let less =
            Scored { labels: &a.labels, method: &a.scores, reference: &a.other, patients: &a.patients };
        let claim = quasi_pareto(less, dominant, 0.02, ALPHA).expect("valid").claim;
        let [own, others] = [&a, &b].map(|drawn| drawn.hits(threshold(spread)));
        let rate = proportion::single("s", &own.0, &own.1, 0.95).expect("valid");
        let rates =
            proportion::difference("s", (&own.0, &own.1), (&others.0, &others.1), 0.95).expect("valid");
        let band = a.band().expect("both outcomes");
        let (value, difference) = (a.plain(&a.scores, None), a.plain(&a.scores, Some(&a.other)));
        vec![
            covers(&single, truth),
            holds(value, truth),
            small(paired.p),
            1.0 - holds(difference, 0.0),
            f64::from(u8::from(claim == Claim::Shown)),
            covers(&gap.difference, 0.0),
            small(gap.p),
            covers(&rate, sensitivity),
            small(rates.p),
            covers(&band, sensitivity),
        ]
    })
}

fn quantile(p: f64) -> f64 {
    Normal::standard().inverse_cdf(p)
}

/// The score above which a share [`RATE`] of negatives lies.
fn threshold(spread: f64) -> f64 {
    quantile(1.0 - RATE) * (1.0 + spread * spread).sqrt()
}

/// Pairs within a patient are ordered as if patients did not differ.
fn truth(patients: &Patients, shift: f64, auc: f64) -> f64 {
    let [m, n] = [0, 1].map(|outcome| patients.iter().map(|own| own[outcome]).sum::<usize>());
    let within: usize = patients.iter().map(|own| own[0] * own[1]).sum();
    let share = within as f64 / (m * n) as f64;
    share * phi(shift / std::f64::consts::SQRT_2) + (1.0 - share) * auc
}

fn holds((value, se): (f64, f64), truth: f64) -> f64 {
    f64::from(u8::from((value - truth).abs() <= 1.959_963_984_540_054 * se))
}

/// A subgroup with the scores of two equally good methods.
struct Drawn {
    labels: Vec<bool>,
    scores: Vec<f64>,
    other: Vec<f64>,
    patients: Vec<usize>,
}

impl Drawn {
    /// Half of the variance of patients and of images is shared by the methods.
    fn of(rng: &mut Rng, patients: &Patients, spread: f64, shift: f64, group: usize) -> Self {
        let mut found = Self { labels: vec![], scores: vec![], other: vec![], patients: vec![] };
        let half = std::f64::consts::FRAC_1_SQRT_2;
        for (patient, own) in patients.iter().enumerate() {
            let [u, v, both] = [0; 3].map(|_| spread * half * normal(rng));
            for image in 0..own[0] + own[1] {
                let positive = image < own[0];
                let (base, shared) = (if positive { shift } else { 0.0 }, half * normal(rng));
                found.labels.push(positive);
                found.patients.push(1000 * group + patient);
                found.scores.push(base + u + both + shared + half * normal(rng));
                found.other.push(base + v + both + shared + half * normal(rng));
            }
        }
        found
    }

    fn group(&self) -> Group<'_> {
        Group { labels: &self.labels, scores: &self.scores, clusters: &self.patients }
    }

    /// Which positives lie above, and whose they are.
    fn hits(&self, threshold: f64) -> (Vec<bool>, Vec<usize>) {
        let own = (0..self.labels.len()).filter(|&i| self.labels[i]);
        own.map(|i| (self.scores[i] > threshold, self.patients[i])).unzip()
    }

    fn band(&self) -> Option<Estimate> {
        let weights = vec![1.0; self.labels.len()];
        let Self { labels, scores, patients, .. } = self;
        let found = roc_band(Banded { labels, scores, patients, weights: &weights }, 0.95, &[RATE]);
        let point = found.expect("valid")?[0];
        Some(Estimate::new(point.true_positive_rate, point.low, point.high, "band", labels.len()))
    }

    /// AUC, or its difference to `other`, with Obuchowski's standard error as published: what the
    /// program took before.
    fn plain(&self, scores: &[f64], other: Option<&[f64]>) -> (f64, f64) {
        let placed = |scores: &[f64]| -> Vec<f64> {
            let beaten = |i: usize, j: usize| {
                let (x, y) = if self.labels[i] { (scores[i], scores[j]) } else { (scores[j], scores[i]) };
                f64::from(u8::from(x > y)) + 0.5 * f64::from(u8::from(x == y))
            };
            let of = |i: usize| {
                let rivals: Vec<usize> =
                    (0..scores.len()).filter(|&j| self.labels[j] != self.labels[i]).collect();
                rivals.iter().map(|&j| beaten(i, j)).sum::<f64>() / rivals.len() as f64
            };
            (0..scores.len()).map(of).collect()
        };
        let mut values = placed(scores);
        if let Some(other) = other {
            values.iter_mut().zip(placed(other)).for_each(|(own, then)| *own -= then);
        }
        let m = self.labels.iter().filter(|&&label| label).count() as f64;
        let n = self.labels.len() as f64 - m;
        let auc = (0..values.len()).filter(|&i| self.labels[i]).map(|i| values[i]).sum::<f64>() / m;
        let mut sums: std::collections::BTreeMap<usize, [f64; 4]> = Default::default();
        for i in 0..values.len() {
            let own = sums.entry(self.patients[i]).or_default();
            let side = usize::from(!self.labels[i]);
            own[side] += values[i] - auc;
            own[2 + side] += 1.0;
        }
        let units = |side: usize| sums.values().filter(|own| own[2 + side] > 0.0).count() as f64;
        let factor = |count: f64| count / (count - 1.0);
        let sum = |of: fn(&[f64; 4]) -> f64| sums.values().map(of).sum::<f64>();
        let variance = factor(units(0)) * sum(|s| s[0] * s[0]) / (m * m)
            + factor(units(1)) * sum(|s| s[1] * s[1]) / (n * n)
            + 2.0 * factor(sums.len() as f64) * sum(|s| s[0] * s[1]) / (m * n);
        (auc, variance.max(0.0).sqrt())
    }
}

//! Clustered samples of two scores, whose truths are known.

use qpnet_audit::rng::Rng;
use qpnet_audit::stats::{Bootstrap, Comparison, Estimate, Interval, Resampler};
use rand_distr::{Distribution, StandardNormal};
use statrs::distribution::{ContinuousCDF, Normal};

/// Replicates of a bootstrap here; users take 2,000.
pub const REPLICATES: usize = 399;
pub const FORMS: [Interval; 3] = [Interval::Percentile, Interval::Basic, Interval::Bca];

#[derive(Default)]
pub struct Sample {
    pub labels: Vec<bool>,
    pub scores: Vec<f64>,
    pub other: Vec<f64>,
    pub patients: Vec<usize>,
    pub groups: Vec<usize>,
}

pub fn normal(rng: &mut Rng) -> f64 {
    StandardNormal.sample(rng)
}

pub fn phi(x: f64) -> f64 {
    Normal::standard().cdf(x)
}

/// Distance of two normals whose AUC this is.
pub fn shift(auc: f64) -> f64 {
    std::f64::consts::SQRT_2 * Normal::standard().inverse_cdf(auc)
}

impl Sample {
    /// Add a subgroup: patients with positives and with negatives, `images` each. Scores are normal
    /// around 0 and the shift of an AUC, half of their variance is the patient's; both methods share
    /// half of an image's own part. `aucs` are of the first and the second method.
    pub fn with(mut self, rng: &mut Rng, patients: [usize; 2], images: usize, aucs: [f64; 2]) -> Self {
        let group = self.groups.last().map_or(0, |last| last + 1);
        let first = self.patients.last().map_or(0, |last| last + 1);
        let shifts = aucs.map(shift);
        for patient in 0..patients[0] + patients[1] {
            let positive = patient < patients[0];
            let own = [normal(rng), normal(rng)];
            for _ in 0..images {
                let shared = normal(rng);
                let mut score = |method: usize| {
                    let image = (shared + normal(rng)) / std::f64::consts::SQRT_2;
                    let base = if positive { shifts[method] } else { 0.0 };
                    base + (own[method] + image) / std::f64::consts::SQRT_2
                };
                let (a, b) = (score(0), score(1));
                self.scores.push(a);
                self.other.push(b);
                self.labels.push(positive);
                self.patients.push(first + patient);
                self.groups.push(group);
            }
        }
        self
    }

    pub fn draw(rng: &mut Rng, patients: [usize; 2], images: usize, aucs: [f64; 2]) -> Self {
        Self::default().with(rng, patients, images, aucs)
    }

    pub fn resampler(&self) -> Resampler {
        Resampler::by_cell(&self.patients, &self.groups, &self.labels).expect("lengths")
    }

    /// The samples of one subgroup.
    pub fn group(&self, wanted: usize) -> Self {
        let mut found = Self::default();
        for i in (0..self.labels.len()).filter(|&i| self.groups[i] == wanted) {
            found.labels.push(self.labels[i]);
            found.scores.push(self.scores[i]);
            found.other.push(self.other[i]);
            found.patients.push(self.patients[i]);
            found.groups.push(0);
        }
        found
    }
}

/// The bootstrap of one draw in each form.
pub fn forms<T>(resampler: &Resampler, draw: u64, answer: impl Fn(&Bootstrap<'_>) -> T) -> Vec<T> {
    let streams = qpnet_audit::rng::Streams::new(draw);
    let of =
        |form| answer(&Bootstrap::new(resampler, &streams).with_replicates(REPLICATES).with_interval(form));
    FORMS.into_iter().map(of).collect()
}

pub fn covers(found: &Estimate, truth: f64) -> f64 {
    f64::from(u8::from(found.covers(truth) == Some(true)))
}

pub fn rejects(found: &Comparison) -> f64 {
    small(found.p)
}

pub fn small(p: Option<f64>) -> f64 {
    f64::from(u8::from(p.is_some_and(|p| p <= 0.05)))
}

/// Integral over the density of a normal around `mean`.
pub fn expectation(mean: f64, of: impl Fn(f64) -> f64) -> f64 {
    let step = 1.0 / 64.0;
    let node = |i: i32| {
        let z = f64::from(i) * step;
        of(mean + z) * (-z * z / 2.0).exp() / (2.0 * std::f64::consts::PI).sqrt()
    };
    (-640..=640).map(node).sum::<f64>() * step
}

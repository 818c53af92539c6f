//! How often the jackknife intervals of debiased CKA hold the truth, and what a bootstrap does.
//!
//! Gaussian layers whose covariances are known, so that the true CKA is
//! `|Sigma_xy|^2 / (|Sigma_xx| |Sigma_yy|)`.

use qpnet_lib::cka::{Gram, Jackknife};
use qpnet_lib::rng::{Rng, Streams};
use rand::RngExt;
use rand_distr::{Distribution, StandardNormal};
use tch::Tensor;

fn normal(rng: &mut Rng, rows: usize, columns: usize) -> Tensor {
    let draws: Vec<f64> = StandardNormal.sample_iter(rng).take(rows * columns).collect();
    Tensor::from_slice(&draws).view([rows as i64, columns as i64])
}

/// Two layers of one network before and after: `X = Z A`, `Y = Z (A + s B)`, with a spectrum
/// that decays as those of trained networks do.
struct Layers {
    before: Tensor, // (latent, features)
    after: Vec<Tensor>,
}

impl Layers {
    fn new(latent: usize, features: usize, changes: &[f64]) -> Self {
        let mut rng = Streams::new(11).get("layers");
        let decay: Vec<f64> = (0..latent).map(|i| 1.0 / (1.0 + i as f64)).collect();
        let decay = Tensor::from_slice(&decay).sqrt().view([-1, 1]);
        let before = normal(&mut rng, latent, features) * &decay;
        let moved = normal(&mut rng, latent, features) * &decay;
        let after = changes.iter().map(|&change| &before + change * &moved).collect();
        Self { before, after }
    }

    fn truth(&self, which: usize) -> f64 {
        let after = &self.after[which];
        let norm = |a: &Tensor, b: &Tensor| a.tr().matmul(b).norm().double_value(&[]);
        norm(&self.before, after).powi(2) / (norm(&self.before, &self.before) * norm(after, after))
    }

    /// Jackknifes of all pairs on images of `patients`, `each` of them; images of one patient
    /// share the part `shared` of their variance.
    fn draw(
        &self,
        rng: &mut Rng,
        patients: usize,
        each: usize,
        shared: f64,
        by_patient: bool,
    ) -> Vec<Jackknife> {
        let latent = self.before.size()[0] as usize;
        let patient = normal(rng, patients, latent).repeat_interleave_self_int(each as i64, 0, None);
        let z = patient * shared.sqrt() + normal(rng, patients * each, latent) * (1.0 - shared).sqrt();
        let gram = |weights: &Tensor| Gram::new(&z.matmul(weights)).expect("gram");
        let groups: Vec<usize> =
            (0..patients * each).map(|i| if by_patient { i / each } else { i }).collect();
        let before = gram(&self.before);
        let of =
            |weights| Jackknife::debiased(&before, &gram(weights), &groups).expect("fit").expect("defined");
        self.after.iter().map(of).collect()
    }
}

/// Shares of `draws` in which the intervals of both values and of their difference hold the truth.
fn coverage(layers: &Layers, draws: u64, sample: (usize, usize, f64, bool)) -> [f64; 3] {
    tch::set_num_threads(1); // the matrices are small
    let truths = [layers.truth(0), layers.truth(1)];
    let mut inside = [0.0; 3];
    for draw in 0..draws {
        let mut rng = Streams::new(5).at("draws", draw);
        let (patients, each, shared, by_patient) = sample;
        let found = layers.draw(&mut rng, patients, each, shared, by_patient);
        let difference = Jackknife::combine(&[(1.0, &found[1]), (-1.0, &found[0])]).expect("paired");
        let estimates = [
            (found[0].fisher(0.95).expect("level"), truths[0]),
            (found[1].fisher(0.95).expect("level"), truths[1]),
            (difference.estimate(0.95).expect("level"), truths[1] - truths[0]),
        ];
        for (count, (estimate, truth)) in inside.iter_mut().zip(estimates) {
            *count += f64::from(u8::from(estimate.covers(truth).expect("an interval")));
        }
    }
    inside.map(|count| count / draws as f64)
}

#[test]
fn intervals_hold_the_truth_about_as_often_as_they_say() {
    let layers = Layers::new(30, 50, &[0.3, 1.0]);
    for share in coverage(&layers, 250, (100, 1, 0.0, false)) {
        // Binomial standard error 0.014.
        assert!((0.89..=0.99).contains(&share), "{share}");
    }
}

#[test]
fn patients_with_several_images_are_left_out_whole() {
    let layers = Layers::new(30, 50, &[0.3, 1.0]);
    let by_patient = coverage(&layers, 120, (60, 4, 0.8, true));
    let by_image = coverage(&layers, 120, (60, 4, 0.8, false));
    assert!(by_patient.iter().all(|&share| share > 0.86), "{by_patient:?}");
    assert!(by_image.iter().all(|&share| share < 0.85), "{by_image:?}");
}

/// Debiased CKA of two layers of 200 features whose true relation is `r`, mean over draws: of all four images of
/// each of 60 patients, which share 80 % of their variance, and of one image of each.
///
/// `Y = r X + sqrt(1 - r^2) E` with `E` as `X` is, so that CKA is about `r^2`.
fn of_patients(r: f64) -> [f64; 2] {
    let (patients, each, features, draws) = (60, 4, 200, 12);
    let mut found = [0.0; 2];
    for draw in 0..draws {
        let mut rng = Streams::new(8).at("patients", draw);
        let mut rows = || {
            let own = normal(&mut rng, patients * each, features) * 0.2f64.sqrt();
            let patient = normal(&mut rng, patients, features) * 0.8f64.sqrt();
            patient.repeat_interleave_self_int(each as i64, 0, None) + own
        };
        let x = rows();
        let y = r * &x + (1.0 - r * r).sqrt() * rows();
        let value = |x: &Tensor, y: &Tensor| qpnet_lib::cka::debiased(x, y).expect("fit").expect("defined");
        let one = |rows: &Tensor| rows.slice(0, 0, None, each as i64);
        found[0] += value(&x, &y) / draws as f64;
        found[1] += value(&one(&x), &one(&y)) / draws as f64;
    }
    found
}

#[test]
fn several_images_of_a_patient_make_unrelated_layers_alike() {
    let [unrelated, low, high] = [0.0, 0.7, 0.9].map(of_patients);
    assert!((unrelated[0] - 0.62).abs() < 0.02, "all images: {unrelated:?}");
    assert!(unrelated[1].abs() < 0.02, "one a patient: {unrelated:?}");
    let delta = [0, 1].map(|which| high[which] - low[which]);
    assert!((delta[0] - 0.12).abs() < 0.02, "all images: {delta:?}");
    assert!((delta[1] - 0.32).abs() < 0.03, "one a patient: {delta:?}");
}

#[test]
fn a_bootstrap_sees_likeness_where_there_is_none() {
    let (n, features) = (50, 200);
    let (mut plain, mut bootstrap, draws) = (0.0, 0.0, 40);
    for draw in 0..draws {
        let mut rng = Streams::new(6).at("unrelated", draw);
        let (x, y) = (normal(&mut rng, n, features), normal(&mut rng, n, features));
        let value = |x: &Tensor, y: &Tensor| qpnet_lib::cka::debiased(x, y).expect("fit").expect("defined");
        plain += value(&x, &y) / draws as f64;
        let chosen: Vec<i64> = (0..n).map(|_| rng.random_range(0..n as i64)).collect();
        let chosen = Tensor::from_slice(&chosen);
        bootstrap += value(&x.index_select(0, &chosen), &y.index_select(0, &chosen)) / draws as f64;
    }
    assert!(plain.abs() < 0.02, "{plain}");
    assert!(bootstrap > 0.5, "{bootstrap}");
}

/// The table in `cka::Jackknife`'s module:
/// `QPNET_COVERAGE_REPLICATES=2000 cargo test --release --test cka_coverage -- --nocapture` (minutes). The quick
/// version sees whether an interval has lost its way, and no more: of 20 draws 19 should hold the truth.
#[test]
#[allow(clippy::print_stdout, reason = "the long version is a table for a person")]
fn every_design_is_covered() {
    let asked = std::env::var("QPNET_COVERAGE_REPLICATES").ok().and_then(|draws| draws.parse().ok());
    let draws = asked.unwrap_or(20);
    for (patients, each, shared, by_patient) in [
        (30, 1, 0.0, false),
        (60, 1, 0.0, false),
        (200, 1, 0.0, false),
        (60, 4, 0.8, true),
        (60, 4, 0.8, false),
    ] {
        for (latent, features) in [(30, 50), (200, 400)] {
            for changes in [[0.1, 0.6], [1.5, 5.0]] {
                let layers = Layers::new(latent, features, &changes);
                let shares = coverage(&layers, draws, (patients, each, shared, by_patient));
                let truths = [layers.truth(0), layers.truth(1)];
                println!(
                    "{patients} x {each} shared {shared} by patient {by_patient} latent {latent} truth {truths:.3?}: {shares:.3?}"
                );
                let honest = each == 1 || by_patient;
                assert!(!honest || shares.iter().all(|&share| share >= LEAST), "{shares:?}");
            }
        }
    }
}

/// Of 20 draws at 90 % coverage fewer than 13 hold the truth once in 2,000 times.
const LEAST: f64 = 0.65;

//! One image from a patient's cues: geometry, shared cue, conflicting cue, style.

use rand::RngExt;
use rand_distr::StandardNormal;

use super::speckle::speckle;
use crate::data::rule::params::Params;
use crate::rng::Rng;

/// What two images of one patient have in common.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Patient {
    /// The truth, 0 benign or 1 malignant.
    pub truth: usize,
    /// Recorded label, by mistake the other one ([`Params::label_noise`]).
    pub label: usize,
    /// `E_p`, the shared cue.
    pub shared: f64,
    /// `X_p`, the conflicting cue.
    pub conflict: f64,
}

impl Patient {
    /// Patient number `index` of subgroup `g`. Of the first `n` patients `floor(n p)` are malignant, spread evenly: at
    /// `p = 0.5` the true class alternates, benign first.
    ///
    /// # Formula
    /// `E_p = mu_E[g] t + N(0, 1)`, `X_p = mu_X[g] t + N(0, 1)`, `t = 2 y - 1`
    pub fn draw(params: &Params, g: usize, index: usize, rng: &mut Rng) -> Self {
        let truth = malignant(index + 1, params.prevalence[g]) - malignant(index, params.prevalence[g]);
        let t = 2.0 * truth as f64 - 1.0;
        let shared = params.shared[g] * t + normal(rng);
        let conflict = params.conflict[g] * t + normal(rng);
        let wrong = rng.random::<f64>() < params.label_noise[g];
        Self { truth, label: if wrong { 1 - truth } else { truth }, shared, conflict }
    }

    /// The cues `(E, X)` of one of the patient's images.
    pub fn cues(&self, params: &Params, rng: &mut Rng) -> [f64; 2] {
        [self.shared + params.image_sd * normal(rng), self.conflict + params.image_sd * normal(rng)]
    }
}

/// How many of the first `patients` are malignant; a product such as 0.29 x 100 may lie a little below its number.
fn malignant(patients: usize, prevalence: f64) -> usize {
    (patients as f64 * prevalence + 1e-9).floor() as usize
}

fn normal(rng: &mut Rng) -> f64 {
    rng.sample(StandardNormal)
}

fn uniform(rng: &mut Rng, [low, high]: [f64; 2]) -> f64 {
    low + (high - low) * rng.random::<f64>()
}

fn sigmoid(t: f64) -> f64 {
    1.0 / (1.0 + (-t).exp())
}

/// The nodule's outline.
pub(super) struct Outline {
    pub centre: [f64; 2],
    radius: f64,
    radii: [f64; 2],
    phases: [f64; 2],
    weights: [f64; 2],
    pub border: f64,
    softness: f64,
}

impl Outline {
    pub(super) fn draw(params: &Params, rng: &mut Rng) -> Self {
        let around = [-params.centre, params.centre];
        let centre = [uniform(rng, around), uniform(rng, around)];
        let radius = uniform(rng, params.radius);
        let q = params.aspect_sd * normal(rng);
        let turn = [0.0, std::f64::consts::TAU];
        Self {
            centre,
            radius,
            radii: [radius * (-q / 2.0).exp(), radius * (q / 2.0).exp()],
            phases: [uniform(rng, turn), uniform(rng, turn)],
            weights: [uniform(rng, params.wave), uniform(rng, params.wave)],
            border: params.border,
            softness: params.softness,
        }
    }

    /// The same outline with another radius.
    pub(super) fn resize(&mut self, radius: f64) {
        self.radii = self.radii.map(|own| own * radius / self.radius);
        self.radius = radius;
    }

    /// `M = sig((edge - rho) r / softness)`: 1 inside, 0 outside.
    pub(super) fn mask(&self, u: f64, v: f64) -> f64 {
        let du = (u - self.centre[0]) / self.radii[0];
        let dv = (v - self.centre[1]) / self.radii[1];
        let theta = dv.atan2(du);
        let [a5, a8] = self.weights;
        let waves = a5 * (5.0 * theta + self.phases[0]).cos() + a8 * (8.0 * theta + self.phases[1]).cos();
        let edge = 1.0 + self.border * waves / 1.5;
        sigmoid((edge - du.hypot(dv)) * self.radius / self.softness)
    }
}

/// One image of `patient` in subgroup `g`, as the network sees it.
///
/// All randomness comes from `rng`, the image's own stream, in the order: cues, outline, gain,
/// fine speckle, coarse speckle, pixel noise.
///
/// # Shapes
/// `(side, side)`, row-major.
pub fn render(params: &Params, g: usize, patient: &Patient, side: usize, rng: &mut Rng) -> Vec<f32> {
    let [e, x] = patient.cues(params, rng);
    let outline = Outline::draw(params, rng);
    let gain = (params.gain_sd * normal(rng)).exp();
    let s = params.speckle[g] * side as f64 / 32.0;
    let fine = speckle(rng, side, s);
    let coarse = speckle(rng, side, params.coarse * s);

    let [lowest, highest] = params.contrast_limits;
    let contrast = (params.contrast[0] + params.contrast[1] * e).clamp(lowest, highest);
    let w = sigmoid(x);
    let (coarse_part, fine_part) = (w.sqrt(), (1.0 - w).sqrt());
    let position = |i: usize| (i as f64 + 0.5) / side as f64 * 2.0 - 1.0;
    let mut image = Vec::with_capacity(side * side);
    for row in 0..side {
        let v = position(row);
        let depth = (-params.attenuation[g] * (v + 1.0)).exp();
        for column in 0..side {
            let mask = outline.mask(position(column), v);
            let (r1, r2) = (f64::from(fine[row * side + column]), f64::from(coarse[row * side + column]));
            let inside = 1.0 + coarse_part * (r2 - 1.0) + fine_part * (r1 - 1.0);
            let texture = mask * inside + (1.0 - mask) * r1;
            let m = 0.5 * (1.0 - contrast * mask) * (1.0 + params.speckle_gain * (texture - 1.0));
            let intensity = (gain * depth * m + params.noise_sd * normal(rng)).clamp(0.0, params.brightest);
            image.push(((intensity - params.offset) / params.scale) as f32);
        }
    }
    image
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::rule::conflict::Conflict;
    use crate::rng::Streams;

    /// Mean and standard deviation of all pixels of `images` images of subgroup `g`.
    fn moments(g: usize, side: usize, images: usize) -> (f64, f64) {
        let params = Params::preset(Conflict::Moderate);
        let streams = Streams::new(11);
        let (mut n, mut sum, mut squares) = (0.0, 0.0, 0.0);
        for index in 0..images {
            let patient = Patient::draw(&params, g, index, &mut streams.at("patient", index as u64));
            for value in render(&params, g, &patient, side, &mut streams.at("image", index as u64)) {
                let value = f64::from(value);
                (n, sum, squares) = (n + 1.0, sum + value, squares + value * value);
            }
        }
        let mean: f64 = sum / n;
        (mean, (squares / n - mean * mean).sqrt())
    }

    /// The mean follows from the specification: speckle and its mixture have mean 1, the cue is
    /// symmetric, so only gain, depth and the nodule's area remain (the clamps hardly bite).
    fn expected_mean(params: &Params, g: usize) -> f64 {
        let squared_radius = 0.45f64.powi(2) + 0.2f64.powi(2) / 12.0;
        let squared_wave = 1.0 + 1.0 / 12.0;
        let area = std::f64::consts::PI * squared_radius * (1.0 + 0.01 * squared_wave / 2.25) / 4.0;
        let a = params.attenuation[g];
        let depth = (1.0 - (-2.0 * a).exp()) / (2.0 * a);
        let gain = (params.gain_sd.powi(2) / 2.0).exp();
        let intensity = 0.5 * gain * (depth - params.contrast[0] * area * (-a).exp());
        (intensity - params.offset) / params.scale
    }

    #[test]
    fn moments_are_those_of_the_specification() {
        let params = Params::preset(Conflict::Moderate);
        for (side, images) in [(32, 6000), (64, 3000)] {
            for g in 0..2 {
                let (mean, sd) = moments(g, side, images);
                let expected = expected_mean(&params, g);
                assert!((mean - expected).abs() < 0.02, "mean {mean}, expected {expected} at {side}");
                assert!((sd - 0.61).abs() < 0.02, "sd {sd} at {side}");
            }
        }
    }

    #[test]
    fn moments_do_not_depend_on_the_resolution() {
        // Cues, outline and gain are drawn before the speckle: index for index they are the
        // same picture at any size, so a few images suffice.
        for g in 0..2 {
            let (small, large) = (moments(g, 32, 40), moments(g, 224, 40));
            assert!((small.0 - large.0).abs() < 0.02, "means {small:?} {large:?}");
            assert!((small.1 - large.1).abs() < 0.03, "sds {small:?} {large:?}");
        }
    }

    #[test]
    fn the_cues_have_the_means_and_variances_of_the_closed_form() {
        let params = Params::preset(Conflict::Moderate);
        let streams = Streams::new(5);
        for g in 0..2 {
            let count = 20_000;
            let (mut sum, mut squares) = ([0.0; 2], [0.0; 2]);
            for index in 0..count {
                let patient = Patient::draw(&params, g, index, &mut streams.at("patient", index as u64));
                let t = 2.0 * patient.label as f64 - 1.0;
                let cues = patient.cues(&params, &mut streams.at("image", index as u64));
                for cue in 0..2 {
                    sum[cue] += t * cues[cue];
                    squares[cue] += cues[cue] * cues[cue];
                }
            }
            for (cue, mu) in [params.shared[g], params.conflict[g]].into_iter().enumerate() {
                let mean = sum[cue] / count as f64;
                let variance = squares[cue] / count as f64 - mean * mean;
                assert!((mean - mu).abs() < 0.03, "{mean} {mu}");
                assert!((variance - 1.09).abs() < 0.04, "{variance}");
            }
        }
    }
}

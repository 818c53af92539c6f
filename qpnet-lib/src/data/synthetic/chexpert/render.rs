//! One image from a patient's cues, with the nodule and the speckle of the binary generator.

use rand::RngExt;
use rand_distr::StandardNormal;

use super::cue::Cue;
use crate::data::rule::conflict::Conflict;
use crate::data::rule::params::Params;
use crate::data::synthetic::render::Outline;
use crate::data::synthetic::speckle::speckle;
use crate::rng::Rng;

/// One number per [`Cue`], about 0.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Cues([f64; 9]);

impl Cues {
    /// The value of one cue.
    pub fn get(&self, cue: Cue) -> f64 {
        self.0[cue as usize]
    }

    /// Change one cue.
    pub fn set(&mut self, cue: Cue, value: f64) {
        self.0[cue as usize] = value;
    }

    /// The cues of one image: each varies around the patient's by `sd`.
    pub fn of_image(&self, sd: f64, rng: &mut Rng) -> Self {
        Self(self.0.map(|value| value + sd * normal(rng)))
    }
}

/// How cues become geometry and brightness; everything else is the binary generator's.
#[derive(Clone, Debug, PartialEq)]
pub struct Scene {
    /// The parameters that both generators share.
    pub base: Params,
    /// Radius at `C = 0`, and the growth of its logarithm per unit.
    pub radius: [f64; 2],
    /// Limits of the radius.
    pub radius_limits: [f64; 2],
    /// Contrast at `C = 0`, and per unit.
    pub contrast: [f64; 2],
    /// The border's amplitude at `C = 0`, and the growth of its logarithm per unit.
    pub border: [f64; 2],
    /// Shift of the nodule's centre per unit of height or side.
    pub position: f64,
    /// Further attenuation per unit.
    pub attenuation: f64,
    /// Radius and brightness of a satellite; their number is `C + 1`, rounded, 0 to 3.
    pub satellite: [f64; 2],
    /// Half width and brightness of the line; it is drawn in full for large `C`.
    pub line: [f64; 2],
}

impl Default for Scene {
    fn default() -> Self {
        Self {
            base: Params::preset(Conflict::Moderate),
            radius: [0.42, 0.12],
            radius_limits: [0.2, 0.7],
            contrast: [0.40, 0.10],
            border: [0.12, 0.6],
            position: 0.10,
            attenuation: 0.08,
            satellite: [0.11, 0.45],
            line: [0.05, 0.45],
        }
    }
}

/// A small bright disc.
struct Satellite {
    centre: [f64; 2],
    radius: f64,
}

/// One image; `style` is 0, or 1 for the look of the less-prevalent subgroups.
///
/// # Shapes
/// `(side, side)`, row-major.
pub fn render(scene: &Scene, style: usize, cues: &Cues, side: usize, rng: &mut Rng) -> Vec<f32> {
    let base = &scene.base;
    let cues = cues.of_image(base.image_sd, rng);
    let mut outline = Outline::draw(base, rng);
    let [smallest, largest] = scene.radius_limits;
    outline
        .resize((scene.radius[0] * (scene.radius[1] * cues.get(Cue::Size)).exp()).clamp(smallest, largest));
    outline.centre[0] = outline.centre[0] / 2.0 + scene.position * cues.get(Cue::Side);
    outline.centre[1] = outline.centre[1] / 2.0 - scene.position * cues.get(Cue::Height);
    outline.border = scene.border[0] * (scene.border[1] * cues.get(Cue::Spiculation)).exp().min(2.5);
    let count = (cues.get(Cue::Satellites) + 1.0).round().clamp(0.0, 3.0) as usize;
    let places: Vec<Satellite> = (0..3).map(|_| satellite(scene, rng)).collect();
    let slope: f64 = 0.2 * rng.random::<f64>() - 0.1;
    let height = -0.85 + 0.1 * rng.random::<f64>();
    let gain = (base.gain_sd * normal(rng)).exp();
    let s = base.speckle[style] * side as f64 / 32.0;
    let fine = speckle(rng, side, s);
    let coarse = speckle(rng, side, base.coarse * s);

    let [lowest, highest] = base.contrast_limits;
    let contrast =
        (scene.contrast[0] + scene.contrast[1] * cues.get(Cue::Echogenicity)).clamp(lowest, highest);
    let w = sigmoid(cues.get(Cue::Coarseness));
    let (coarse_part, fine_part) = (w.sqrt(), (1.0 - w).sqrt());
    let attenuation = base.attenuation[style] + scene.attenuation * cues.get(Cue::Attenuation);
    let line = scene.line[1] * sigmoid(2.0 * cues.get(Cue::Line));
    let position = |i: usize| (i as f64 + 0.5) / side as f64 * 2.0 - 1.0;
    let mut image = Vec::with_capacity(side * side);
    for row in 0..side {
        let v = position(row);
        // The middle keeps its brightness: attenuation is a slope, not a second gain.
        let depth = (-attenuation * v - base.attenuation[style]).exp();
        for column in 0..side {
            let u = position(column);
            let mask = outline.mask(u, v);
            let (r1, r2) = (f64::from(fine[row * side + column]), f64::from(coarse[row * side + column]));
            let inside = 1.0 + coarse_part * (r2 - 1.0) + fine_part * (r1 - 1.0);
            let texture = mask * inside + (1.0 - mask) * r1;
            let discs: f64 = places[..count].iter().map(|disc| disc.mask(u, v, base.softness)).sum();
            let distance = (v - height - slope * u) / scene.line[0];
            let bright = scene.satellite[1] * discs.min(1.0) + line * (-distance * distance).exp();
            let tissue = 0.5 * (1.0 - contrast * mask) + bright;
            let m = tissue * (1.0 + base.speckle_gain * (texture - 1.0));
            let intensity = (gain * depth * m + base.noise_sd * normal(rng)).clamp(0.0, base.brightest);
            image.push(((intensity - base.offset) / base.scale) as f32);
        }
    }
    image
}

/// A place in the lower half, beside the nodule.
fn satellite(scene: &Scene, rng: &mut Rng) -> Satellite {
    let side = if rng.random::<f64>() < 0.5 { -1.0 } else { 1.0 };
    let centre = [side * (0.62 + 0.23 * rng.random::<f64>()), 0.25 + 0.6 * rng.random::<f64>()];
    Satellite { centre, radius: scene.satellite[0] }
}

impl Satellite {
    fn mask(&self, u: f64, v: f64, softness: f64) -> f64 {
        sigmoid((self.radius - (u - self.centre[0]).hypot(v - self.centre[1])) / softness)
    }
}

fn normal(rng: &mut Rng) -> f64 {
    rng.sample(StandardNormal)
}

fn sigmoid(t: f64) -> f64 {
    1.0 / (1.0 + (-t).exp())
}

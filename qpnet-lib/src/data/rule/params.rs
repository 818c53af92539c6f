//! Every number of the generator of nodules, in one place.

use serde::{Deserialize, Serialize};

use super::conflict::Conflict;

/// Parameters of the generator; pairs are `[dominant, less-prevalent]`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Params {
    /// `mu_E`: shift of the shared cue per class.
    pub shared: [f64; 2],
    /// `mu_X`: shift of the conflicting cue per class.
    pub conflict: [f64; 2],
    /// Speckle correlation length in pixels at 32 x 32.
    pub speckle: [f64; 2],
    /// Attenuation with depth.
    pub attenuation: [f64; 2],
    /// Standard deviation of a cue between the images of one patient (between patients: 1).
    pub image_sd: f64,
    /// Probability that a patient's recorded label is wrong.
    pub label_noise: [f64; 2],
    /// Whether labels of the test part are right whatever `label_noise` is, which then concerns training and
    /// validation alone.
    pub clean_test: bool,
    /// Share of malignant patients, exact among the first patients of every part and subgroup.
    pub prevalence: [f64; 2],
    /// Centre of the nodule is uniform within plus or minus this.
    pub centre: f64,
    /// Range of the radius.
    pub radius: [f64; 2],
    /// Standard deviation of the log aspect ratio.
    pub aspect_sd: f64,
    /// Amplitude of the border's two waves.
    pub border: f64,
    /// Range of each wave's weight.
    pub wave: [f64; 2],
    /// Softness of the border.
    pub softness: f64,
    /// Contrast at `E = 0`, and per unit of `E`.
    pub contrast: [f64; 2],
    /// Limits of the contrast.
    pub contrast_limits: [f64; 2],
    /// How much longer the coarse speckle's correlation is.
    pub coarse: f64,
    /// Depth of the speckle.
    pub speckle_gain: f64,
    /// Standard deviation of the log gain of an image.
    pub gain_sd: f64,
    /// Standard deviation of the noise of a pixel.
    pub noise_sd: f64,
    /// Brightest pixel.
    pub brightest: f64,
    /// The network sees `(I - offset) / scale`.
    pub offset: f64,
    /// See `offset`.
    pub scale: f64,
}

impl Params {
    /// The published parameters with the given conflict.
    pub fn preset(conflict: Conflict) -> Self {
        let less = match conflict {
            Conflict::Moderate => -0.8,
            Conflict::Strong => -1.2,
            Conflict::Absent => 0.0,
            Conflict::Aligned => 1.4,
        };
        Self {
            shared: [1.3, 1.3],
            conflict: [1.4, less],
            speckle: [0.60, 0.62],
            attenuation: [0.15, 0.20],
            image_sd: 0.3,
            label_noise: [0.0, 0.0],
            clean_test: true,
            prevalence: [0.5, 0.5],
            centre: 0.2,
            radius: [0.35, 0.55],
            aspect_sd: 0.12,
            border: 0.10,
            wave: [0.5, 1.5],
            softness: 0.05,
            contrast: [0.35, 0.04],
            contrast_limits: [-0.3, 0.9],
            coarse: 2.5,
            speckle_gain: 0.35,
            gain_sd: 0.15,
            noise_sd: 0.03,
            brightest: 1.5,
            offset: 0.40,
            scale: 0.20,
        }
    }

    /// What is wrong with them, with the key.
    ///
    /// # Errors
    /// Key and expectation.
    pub fn check(&self) -> Result<(), (&'static str, String)> {
        let Self { shared, conflict, speckle, attenuation, radius, wave, contrast, contrast_limits, .. } =
            *self;
        let pairs = [
            ("shared", shared, false),
            ("conflict", conflict, false),
            ("speckle", speckle, true),
            ("attenuation", attenuation, true),
            ("radius", radius, true),
            ("wave", wave, true),
            ("contrast", contrast, false),
            ("contrast_limits", contrast_limits, false),
        ];
        let single = [
            ("image_sd", self.image_sd),
            ("aspect_sd", self.aspect_sd),
            ("gain_sd", self.gain_sd),
            ("noise_sd", self.noise_sd),
            ("centre", self.centre),
            ("border", self.border),
            ("softness", self.softness),
            ("coarse", self.coarse),
            ("speckle_gain", self.speckle_gain),
            ("brightest", self.brightest),
            ("scale", self.scale),
        ];
        let refused = |key, expected: &str, got: &dyn std::fmt::Debug| {
            Err((key, format!("must be {expected}, got {got:?}")))
        };
        for (key, pair, positive) in pairs {
            if !pair.iter().all(|value| value.is_finite() && (!positive || *value >= 0.0)) {
                return refused(key, if positive { "two numbers >= 0" } else { "two finite numbers" }, &pair);
            }
        }
        for (key, value) in single {
            if !(value.is_finite() && value >= 0.0) {
                return refused(key, "a finite number >= 0", &value);
            }
        }
        for (key, pair) in [("radius", radius), ("wave", wave), ("contrast_limits", contrast_limits)] {
            if pair[0] > pair[1] {
                return refused(key, "the smaller number, then the larger", &pair);
            }
        }
        for (key, value) in [("coarse", self.coarse), ("scale", self.scale), ("softness", self.softness)] {
            if value == 0.0 {
                return refused(key, "above 0", &value);
            }
        }
        if !self.label_noise.iter().all(|noise| (0.0..=1.0).contains(noise)) {
            return refused("label_noise", "two numbers between 0 and 1", &self.label_noise);
        }
        if !self.prevalence.iter().all(|share| *share > 0.0 && *share < 1.0) {
            return refused("prevalence", "two numbers above 0 and below 1", &self.prevalence);
        }
        if self.offset.is_finite() { Ok(()) } else { refused("offset", "a finite number", &self.offset) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn presets_are_fine_and_nonsense_is_refused_by_its_key() {
        let preset = Params::preset(Conflict::Strong);
        preset.check().expect("published");
        for (other, key) in [
            (Params { label_noise: [0.0, 1.5], ..preset }, "label_noise"),
            (Params { prevalence: [0.5, 1.0], ..preset }, "prevalence"),
            (Params { prevalence: [f64::NAN, 0.5], ..preset }, "prevalence"),
            (Params { radius: [0.5, 0.3], ..preset }, "radius"),
            (Params { noise_sd: -0.1, ..preset }, "noise_sd"),
            (Params { conflict: [1.4, f64::NAN], ..preset }, "conflict"),
            (Params { scale: 0.0, ..preset }, "scale"),
            (Params { offset: f64::INFINITY, ..preset }, "offset"),
        ] {
            assert_eq!(other.check().expect_err(key).0, key);
        }
        let text = toml::to_string(&preset).expect("toml");
        assert_eq!(toml::from_str::<Params>(&text).expect("back"), preset);
    }
}

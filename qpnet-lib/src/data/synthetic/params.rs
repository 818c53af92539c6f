//! Every number of the generator, in one place.

use serde::{Deserialize, Serialize};

use crate::data::rule::generator::Conflict;

/// How many images; two belong to a patient.
///
/// A smaller `dominant_train` under the same seed is a prefix of a larger one: the nested
/// subsets of a learning curve.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SyntheticSizes {
    /// Training images of the dominant subgroup; may be 0.
    pub dominant_train: usize,
    /// Training images of the less-prevalent subgroup; may be 0.
    pub less_train: usize,
    /// Validation images, dominant and less-prevalent.
    pub validation: [usize; 2],
    /// Test images, dominant and less-prevalent.
    pub test: [usize; 2],
}

impl Default for SyntheticSizes {
    /// The largest population of the pilot.
    fn default() -> Self {
        Self { dominant_train: 6400, less_train: 120, validation: [400, 100], test: [2000, 4000] }
    }
}

/// Parameters of the generator; pairs are `[dominant, less-prevalent]`.
#[derive(Clone, Debug, PartialEq, Serialize)]
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
    pub label_noise: f64,
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
            label_noise: 0.0,
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
}

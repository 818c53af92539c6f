//! How many images a drawn population has.

use serde::{Deserialize, Serialize};

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

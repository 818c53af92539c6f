//! The images on which a study compares layers.

use super::CkaStudyConfig;
use crate::data::{LESS_PREVALENT, Part, Population};
use crate::rng::Streams;
use crate::train::one_a_patient;

/// Positions of the images that a study of `config` compares: of the less-prevalent test patients,
/// in random order, one image each, at most `config.images`.
///
/// They are drawn from the seed of the data, so that all seeds of training see the same ones and
/// their jackknifes are paired.
pub fn compared_images(config: &CkaStudyConfig, population: &Population) -> Vec<usize> {
    let test = population.indices(Part::Test, Some(LESS_PREVALENT));
    let mut rng = Streams::new(config.base.data_seed).below("cka").get("images");
    one_a_patient(population, &test, config.images, &mut rng)
}

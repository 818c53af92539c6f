//! One image of each patient, drawn: a sample of patients instead of a sample of images.
//!
//! HSIC compares pairs of images and counts every pair as two independent draws. Two images of
//! one patient are not: with 200 features, 60 patients and 4 images of each that share 80 % of
//! their variance, two *unrelated* layers have a debiased CKA of 0.62, and a Delta CKA of 0.32
//! comes out as 0.12 (`tests/cka/coverage.rs`). Leaving patients out whole mends the interval and
//! not the value; comparing one image of each patient mends both.
//!
//! The first rows of a table are no sample of it either, since tables are sorted by site or date.

use rand::seq::{IndexedRandom, SliceRandom};

use crate::data::Population;
use crate::rng::Rng;

/// Of the samples at `positions` one image of each patient, in the random order in which the
/// patients were drawn; at most `most` of them.
///
/// Fewer images are the first of more, drawn from the same stream.
///
/// # Examples
/// ```no_run
/// # use qpnet_lib::{data::{Part, Population}, rng::Streams, train::one_a_patient};
/// # fn of(population: &Population) {
/// let test = population.indices(Part::Test, Some(1));
/// let drawn = one_a_patient(population, &test, 600, &mut Streams::new(1).get("images"));
/// # }
/// ```
pub fn one_a_patient(population: &Population, positions: &[usize], most: usize, rng: &mut Rng) -> Vec<usize> {
    let patient = |position: usize| population.samples[position].patient_id.as_str();
    // By name, so that the draw does not depend on the order of the table.
    let mut sorted = positions.to_vec();
    sorted.sort_by_key(|&position| (patient(position), population.samples[position].sample_id.as_str()));
    let mut patients: Vec<&[usize]> = sorted.chunk_by(|&a, &b| patient(a) == patient(b)).collect();
    patients.shuffle(rng);
    patients.into_iter().take(most).filter_map(|images| images.choose(rng).copied()).collect()
}

//! What draws samples, and which of them a population has.

use super::place::{Place, cell};
use crate::data::cohort::sample::Sample;
use crate::data::rule::part::Part;
use crate::rng::Streams;

/// What draws samples. Nothing depends on the sizes or on another image, so a smaller
/// population is a prefix of a larger one, whatever the number of threads.
pub(super) trait Artist: Sync {
    /// The name of the streams.
    fn name(&self) -> &'static str;
    /// How many images patient `number` of a cell has.
    fn images(&self, cell: &str, number: usize, streams: &Streams) -> usize;
    /// The sample at `place` and its pixels.
    fn draw(&self, place: &Place, side: usize, streams: &Streams) -> (Sample, Vec<f32>);
    /// Every parameter, for hashes.
    fn recipe(&self) -> String;
}

/// The places of the first `count` images of a part and subgroup.
pub(super) fn places(
    artist: &dyn Artist,
    (part, subgroup, count): (Part, usize, usize),
    streams: &Streams,
) -> Vec<Place> {
    let name = cell(part, subgroup);
    let patients = (0..)
        .flat_map(|patient| (0..artist.images(&name, patient, streams)).map(move |image| (patient, image)));
    patients.take(count).map(|(patient, image)| Place { part, subgroup, patient, image }).collect()
}

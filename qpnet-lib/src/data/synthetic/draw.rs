//! A synthetic population of any size; its split is given by construction.

use rayon::prelude::*;
use sha2::{Digest, Sha256};
use tch::{Kind, Tensor};

use super::artist::places;
use super::generator::artist;
use super::params::SyntheticSizes;
use super::place::Place;
use crate::data::cohort::sample::Sample;
use crate::data::rule::content_hash::ContentHash;
use crate::data::rule::generator::Generator;
use crate::data::rule::part::Part;
use crate::data::rule::role::{DOMINANT, LESS_PREVALENT};
use crate::data::store::error::StoreError;
use crate::data::store::image_set::{ImageSet, allocate};
use crate::rng::Streams;

/// What was drawn.
pub(in crate::data) struct Drawn {
    pub samples: Vec<Sample>,
    pub parts: Vec<Option<Part>>,
    pub images: ImageSet,
    pub contents: Vec<ContentHash>,
    /// Everything that the images depend on beside sizes and seed.
    pub recipe: String,
    /// Parts of subgroups that were asked to be empty.
    pub empty: Vec<(Part, usize)>,
}

/// Parts and subgroups with their sizes, in the order of the population.
fn cells(sizes: &SyntheticSizes) -> [(Part, usize, usize); 6] {
    [
        (Part::Train, DOMINANT, sizes.dominant_train),
        (Part::Train, LESS_PREVALENT, sizes.less_train),
        (Part::Validation, DOMINANT, sizes.validation[0]),
        (Part::Validation, LESS_PREVALENT, sizes.validation[1]),
        (Part::Test, DOMINANT, sizes.test[0]),
        (Part::Test, LESS_PREVALENT, sizes.test[1]),
    ]
}

/// Draw a population of these sizes, `side` pixels wide and high.
///
/// # Errors
/// [`StoreError::Memory`] when the pixels do not fit.
pub(in crate::data) fn draw(
    generator: &Generator,
    sizes: &SyntheticSizes,
    side: i64,
    streams: &Streams,
    progress: &dyn Fn(usize, usize),
) -> Result<Drawn, StoreError> {
    const BLOCK: usize = 256;
    let artist = artist(generator);
    let streams = streams.below(artist.name());
    let cells = cells(sizes);
    let places: Vec<Place> = cells.iter().flat_map(|&cell| places(artist.as_ref(), cell, &streams)).collect();
    let pixels = allocate(places.len(), 1, side, Kind::Float)?;
    let (mut samples, mut contents) = (Vec::new(), Vec::new());
    for block in places.chunks(BLOCK) {
        let drawn: Vec<_> = block
            .par_iter()
            .map(|place| {
                let (sample, pixels) = artist.draw(place, side as usize, &streams);
                let hash = content_hash(&pixels);
                (sample, pixels, hash)
            })
            .collect();
        let first = samples.len() as i64;
        let mut values = Vec::with_capacity(block.len() * (side * side) as usize);
        for (sample, image, hash) in drawn {
            samples.push(sample);
            contents.push(hash);
            values.extend_from_slice(&image);
        }
        let count = block.len() as i64;
        pixels.narrow(0, first, count).copy_(&Tensor::from_slice(&values).view([count, 1, side, side]));
        progress(samples.len(), places.len());
    }
    let asked_empty = cells.iter().filter(|(part, _, count)| *part == Part::Train && *count == 0);
    Ok(Drawn {
        samples,
        parts: places.iter().map(|place| Some(place.part)).collect(),
        // The generator already gives the network's input.
        images: ImageSet::new(pixels, &[0.0], &[1.0]),
        contents,
        recipe: format!("{} {side}", artist.recipe()),
        empty: asked_empty.map(|&(part, subgroup, _)| (part, subgroup)).collect(),
    })
}

fn content_hash(pixels: &[f32]) -> ContentHash {
    let mut hash = Sha256::new();
    let bytes: Vec<u8> = pixels.iter().flat_map(|value| value.to_le_bytes()).collect();
    hash.update(&bytes);
    hash.finalize().into()
}

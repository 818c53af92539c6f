//! A synthetic population of any size; its split is given by construction.

use rayon::prelude::*;
use sha2::{Digest, Sha256};
use tch::{Kind, Tensor};

use super::generator::{Generator, Place, places};
use super::params::SyntheticSizes;
use crate::data::error::DataError;
use crate::data::manifest::checked::Manifest;
use crate::data::picture::decode::ContentHash;
use crate::data::population::loaded::{Content, Population};
use crate::data::population::options::LoadOptions;
use crate::data::rule::part::Part;
use crate::data::rule::scheme::{DOMINANT, LESS_PREVALENT, Scheme};
use crate::data::store::image_set::{ImageSet, allocate};
use crate::rng::Streams;

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

/// Draw the population `options.synthetic` at `options.image_size`.
///
/// # Errors
/// [`DataError::OneClass`] when a part is too small to hold both classes of a subgroup; a
/// training set of 0 images is allowed. [`DataError::Memory`] when the pixels do not fit.
pub(crate) fn population(
    manifest: &Manifest,
    scheme: &Scheme,
    generator: Generator,
    options: &LoadOptions,
    streams: &Streams,
    progress: &dyn Fn(usize, usize),
) -> Result<Population, DataError> {
    const BLOCK: usize = 256;
    let artist = generator.artist();
    let streams = streams.below(artist.name());
    let cells = cells(&options.synthetic);
    let places: Vec<Place> = cells.iter().flat_map(|&cell| places(artist.as_ref(), cell, &streams)).collect();
    let side = options.image_size;
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
    let content = Content {
        samples,
        parts: places.iter().map(|place| Some(place.part)).collect(),
        // The generator already gives the network's input.
        images: ImageSet::new(pixels, &[0.0], &[1.0]),
        contents,
        exclusions: Vec::new(),
        notes: Vec::new(),
    };
    let recipe = format!("{} {side}", artist.recipe());
    let population = Population::assemble(manifest, scheme, content, &[recipe.as_bytes()]);
    let asked_empty: Vec<(Part, usize)> = cells
        .iter()
        .filter(|(part, _, count)| *part == Part::Train && *count == 0)
        .map(|&(part, subgroup, _)| (part, subgroup))
        .collect();
    population.check(&asked_empty)?;
    Ok(population)
}

fn content_hash(pixels: &[f32]) -> ContentHash {
    let mut hash = Sha256::new();
    let bytes: Vec<u8> = pixels.iter().flat_map(|value| value.to_le_bytes()).collect();
    hash.update(&bytes);
    hash.finalize().into()
}

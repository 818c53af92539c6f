//! From a manifest to a population, read from files or drawn.

use super::error::DataError;
use super::loaded::{Content, Population};
use super::options::LoadOptions;
use super::origin::sha256;
use super::pictures::Pictures;
use super::way::{Asked, Divided, Files, Opened, Way};
use crate::data::cohort::remarks;
use crate::data::manifest::checked::Manifest;
use crate::data::rule::generator::Generator;
use crate::data::synthetic::{self, Drawn};
use crate::rng::Streams;

/// Load, split and check a population. `progress(done, total)` counts images.
///
/// # Errors
/// [`DataError`]; a population that leaks, or whose dominant or less-prevalent subgroup lacks a
/// class in any part, is never returned.
pub fn load(
    manifest: &Manifest,
    options: &LoadOptions,
    streams: &Streams,
    progress: &dyn Fn(usize, usize),
) -> Result<Population, DataError> {
    let asked = Asked::new(manifest, options, streams)?;
    match asked.way()? {
        Way::Drawn(generator) => drawn(asked, generator, progress),
        Way::Files(files) => from_files(files, progress),
    }
}

fn drawn(
    asked: Asked<'_>,
    generator: &Generator,
    progress: &dyn Fn(usize, usize),
) -> Result<Population, DataError> {
    let Asked { manifest, scheme, options, streams } = asked;
    let Drawn { mut samples, parts, images, contents, recipe, mut empty } =
        synthetic::draw(generator, &options.synthetic, options.image_size, streams, progress)?;
    let arrangement = asked.arrangement();
    let parts = arrangement.parts(&mut samples, &contents, streams, |_| parts);
    if arrangement.fold.is_some() {
        empty.clear(); // all images are divided anew
    }
    let (exclusions, notes) = (Vec::new(), arrangement.notes());
    let content = Content { samples, parts, images, contents, exclusions, notes };
    let population = Population::assemble(manifest, scheme, content, &[recipe.as_bytes()]);
    population.check(&empty)?;
    Ok(population)
}

fn from_files(files: Files<'_>, progress: &dyn Fn(usize, usize)) -> Result<Population, DataError> {
    let Files { asked: Asked { manifest, scheme, options, .. }, source, .. } = files;
    let selection = files.select()?;
    let Pictures { images, hashes, masks, failures, pack } = Pictures::of(&selection, options, progress)?;
    let opened = Opened { contents: hashes, failures, lost: "missing or unreadable" };
    let Divided { samples, parts, contents, exclusions, mut notes, tables } =
        files.divide(selection, opened)?;
    notes.extend(remarks::of_files(&samples, &contents));
    let content = Content { samples, parts, images, contents, exclusions, notes };
    let (side, masks) = (options.image_size.to_le_bytes(), masks.concat());
    let mut recipe: Vec<&[u8]> = vec![&side, &tables];
    if source.masks.is_some() {
        recipe.push(&masks);
    }
    let grey = source.rule.words();
    if source.rule.channels == 1 {
        recipe.push(grey.as_bytes());
    }
    let mut population = Population::assemble(manifest, scheme, content, &recipe);
    population.pack = pack;
    population.origin.tables = sha256(&tables);
    if source.masks.is_some() {
        population.origin.masks = sha256(&masks);
    }
    population.check(&[])?;
    let undefined = population.counted().undefined();
    population.notes.extend(undefined);
    Ok(population)
}

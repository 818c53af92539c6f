//! From a manifest to a population: table, scheme, files, images, split, checks.

use std::collections::HashMap;

use crate::data::cohort::files::{self, Rows, Selection};
use crate::data::cohort::remarks;
use crate::data::error::DataError;
use crate::data::manifest::checked::{Manifest, Source};
use crate::data::population::loaded::{Content, Population};
use crate::data::population::options::{LoadOptions, OnUnreadable};
use crate::data::population::origin::sha256;
use crate::data::rule::file_source::FileSource;
use crate::data::rule::scheme::{Grouping, Scheme, Subgroup};
use crate::data::split::division;
use crate::data::store::image_set::{DecodedSet, ImageSet, decode_all};
use crate::data::store::pack::{self, Found, Lookup, PackUse};
use crate::data::synthetic;
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
    let scheme = checked_scheme(manifest, options)?;
    match (&manifest.source, &scheme.grouping) {
        (Source::Synthetic, Grouping::Generated(generator)) => {
            synthetic::population(manifest, scheme, *generator, options, streams, progress)
        }
        (Source::Files(source), Grouping::Rows(groups)) => {
            from_files(manifest, source, scheme, groups, options, streams, progress)
        }
        // Manifest::parse pairs every source with its own kind of scheme.
        _ => Err(DataError::UnknownScheme {
            name: manifest.name.clone(),
            scheme: scheme.name.clone(),
            known: Vec::new(),
        }),
    }
}

/// The scheme asked for, once the options are known to be in range.
///
/// # Errors
/// An unknown scheme, an image size out of range.
pub(in crate::data) fn checked_scheme<'a>(
    manifest: &'a Manifest,
    options: &LoadOptions,
) -> Result<&'a Scheme, DataError> {
    let scheme = manifest.scheme(&options.scheme)?;
    check_size(options.image_size)?;
    Ok(scheme)
}

/// # Errors
/// An image size out of range.
pub(in crate::data) fn check_size(side: i64) -> Result<(), DataError> {
    const SIZES: std::ops::RangeInclusive<i64> = 8..=2048;
    if SIZES.contains(&side) {
        return Ok(());
    }
    Err(DataError::Option { what: "image size", found: side.to_string(), expected: "8 to 2048 pixels" })
}

fn from_files(
    manifest: &Manifest,
    source: &FileSource,
    scheme: &Scheme,
    groups: &[Subgroup],
    options: &LoadOptions,
    streams: &Streams,
    progress: &dyn Fn(usize, usize),
) -> Result<Population, DataError> {
    let Selection { rows, present, files, mut skipped } =
        files::select(manifest, source, scheme, groups, options)?;
    let strict = options.on_unreadable == OnUnreadable::Fail;
    let (decoded, pack) = match pack::look_up(manifest, source, options, &rows, &files)? {
        Lookup::Fits(found) => {
            progress(files.len(), files.len());
            let Found { images, hashes, masks, file } = found;
            let images = ImageSet::packed(images, &source.rule.mean, &source.rule.std);
            (DecodedSet { images, hashes, masks, failures: Vec::new() }, PackUse::Used(file))
        }
        Lookup::Unfit(pack) => {
            let size = options.image_size as u32;
            (decode_all(&files, source, size, strict, progress)?, pack)
        }
    };
    let DecodedSet { images, hashes, masks, failures } = decoded;
    let Rows { cohort, subgroups, mut exclusions, mut notes, .. } = rows;
    if let (true, Some((at, reason))) = (strict, failures.first()) {
        return Err(DataError::UnreadableImage {
            file: cohort.file.clone(),
            row: cohort.rows[present[*at]],
            image: files[*at].path.clone(),
            reason: reason.clone(),
        });
    }
    let unreadable: HashMap<usize, &String> = failures.iter().map(|(at, reason)| (*at, reason)).collect();
    for (at, reason) in &failures {
        skipped.push(format!("row {}: {}: {reason}", cohort.rows[present[*at]], files[*at].path.display()));
    }
    let reason = format!("{} missing or unreadable (skipped)", source.file_words());
    files::exclude(&mut exclusions, reason, skipped.len());
    notes.extend(skipped.into_iter().map(|line| format!("skipped {line}")));

    let readable: Vec<usize> = present
        .iter()
        .enumerate()
        .filter(|(at, _)| !unreadable.contains_key(at))
        .map(|(_, row)| *row)
        .collect();
    let samples = files::samples(&cohort, &subgroups, &readable);
    let published = division::published(source, &cohort, &readable)?;
    let parts = division::divide(published, source, &samples, &hashes, streams);
    let rows: Vec<usize> = readable.iter().map(|&at| cohort.rows[at]).collect();
    notes.extend(remarks::of_samples(&samples, &rows));
    notes.extend(remarks::of_files(&samples, &hashes));
    files::exclude_apart(&mut exclusions, source, &parts);
    let content = Content { samples, parts, images, contents: hashes, exclusions, notes };
    let (side, masks) = (options.image_size.to_le_bytes(), masks.concat());
    let mut recipe: Vec<&[u8]> = vec![&side, cohort.bytes()];
    if source.masks.is_some() {
        recipe.push(&masks);
    }
    let grey = source.rule.words();
    if source.rule.channels == 1 {
        recipe.push(grey.as_bytes());
    }
    let mut population = Population::assemble(manifest, scheme, content, &recipe);
    population.pack = pack;
    population.origin.tables = sha256(cohort.bytes());
    if source.masks.is_some() {
        population.origin.masks = sha256(&masks);
    }
    population.check(&[])?;
    let undefined = remarks::undefined(&population);
    population.notes.extend(undefined);
    Ok(population)
}

//! From a manifest to a population: table, scheme, files, images, split, checks.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};

use super::cohort::Cohort;
use super::error::DataError;
use super::image::ContentHash;
use super::image_set::{DecodedSet, decode_all};
use super::locate::{Found, Locator};
use super::manifest::{FileSource, Manifest, Source};
use super::options::{LoadOptions, OnUnreadable};
use super::population::{Exclusion, Population, Sample};
use super::scheme::{self, Grouping, LESS_PREVALENT, Scheme, Subgroup};
use super::split::{self, Part};
use super::synthetic;
use super::table::Table;
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
    const SIZES: std::ops::RangeInclusive<i64> = 8..=2048;
    let scheme = manifest.scheme(&options.scheme)?;
    if !SIZES.contains(&options.image_size) {
        let found = options.image_size.to_string();
        return Err(DataError::Option { what: "image size", found, expected: "8 to 2048 pixels" });
    }
    match (&manifest.source, &scheme.grouping) {
        (Source::Synthetic, Grouping::Generated(conflict)) => {
            synthetic::population(manifest, scheme, *conflict, options, streams, progress)
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

fn from_files(
    manifest: &Manifest,
    source: &FileSource,
    scheme: &Scheme,
    groups: &[Subgroup],
    options: &LoadOptions,
    streams: &Streams,
    progress: &dyn Fn(usize, usize),
) -> Result<Population, DataError> {
    let folder = data_folder(manifest, source, options)?;
    let cohort = Cohort::from_table(Table::find(&folder, &source.table.files)?, source)?;
    let subgroups = scheme::assign(&cohort, &scheme.name, groups)?;
    let mut exclusions = cohort.exclusions.clone();
    let mut notes = compare_with_expected(&cohort, source);
    let chosen: Vec<usize> = (0..cohort.len()).filter(|&at| subgroups[at].is_some()).collect();
    exclude(&mut exclusions, not_grouped(scheme, groups), cohort.len() - chosen.len());

    let (present, paths, mut skipped) = locate(&cohort, &chosen, &folder, source, options.on_unreadable)?;
    let strict = options.on_unreadable == OnUnreadable::Fail;
    let size = options.image_size as u32;
    let DecodedSet { images, hashes, failures } = decode_all(&paths, &source.rule, size, strict, progress);
    if let (true, Some((at, reason))) = (strict, failures.first()) {
        return Err(DataError::UnreadableImage {
            file: cohort.file.clone(),
            row: cohort.rows[present[*at]],
            image: paths[*at].clone(),
            reason: reason.clone(),
        });
    }
    let unreadable: HashMap<usize, &String> = failures.iter().map(|(at, reason)| (*at, reason)).collect();
    for (at, reason) in &failures {
        skipped.push(format!("row {}: {}: {reason}", cohort.rows[present[*at]], paths[*at].display()));
    }
    exclude(&mut exclusions, "image missing or unreadable (skipped)".into(), skipped.len());
    notes.extend(skipped.into_iter().map(|line| format!("skipped {line}")));

    let (ids, patients, labels) = (cohort.own("sample_id"), cohort.own("patient_id"), cohort.labels());
    let readable =
        present.iter().enumerate().filter(|(at, _)| !unreadable.contains_key(at)).map(|(_, row)| *row);
    let samples: Vec<Sample> = readable
        .map(|row| Sample {
            sample_id: ids[row].clone(),
            patient_id: patients[row].clone(),
            label: labels[row],
            subgroup: subgroups[row].unwrap_or_default(),
        })
        .collect();
    let parts = split::assign(&samples, &hashes, &source.fractions, streams);
    notes.extend(remarks(&samples, &hashes));
    let apart = parts.iter().filter(|part| part.is_none()).count();
    exclude(&mut exclusions, "of a reported-only subgroup, patient in train or validation".into(), apart);
    let mut population = Population {
        name: manifest.name.clone(),
        title: manifest.title.clone(),
        citation: manifest.citation.clone(),
        licence: manifest.licence.clone(),
        scheme: scheme.info(),
        samples,
        parts,
        images,
        exclusions,
        hash: String::new(),
        notes,
        contents: hashes,
    };
    let size = options.image_size.to_le_bytes();
    population.hash =
        population.fingerprint(&[manifest.text.as_bytes(), scheme.name.as_bytes(), &size, cohort.bytes()]);
    population.check(&[])?;
    let lonely = population
        .counts()
        .into_iter()
        .filter(|count| count.subgroup > LESS_PREVALENT && count.part == Part::Test);
    for count in lonely.filter(|count| count.positives == 0 || count.positives == count.images) {
        let name = &population.scheme.subgroups[count.subgroup];
        population
            .notes
            .push(format!("subgroup {name} lacks a class in the test part: its AUC is undefined"));
    }
    Ok(population)
}

fn data_folder(
    manifest: &Manifest,
    source: &FileSource,
    options: &LoadOptions,
) -> Result<PathBuf, DataError> {
    let (name, obtain) = (manifest.name.clone(), manifest.obtain.clone());
    let Some(root) = &options.data_root else {
        return Err(DataError::NoDataRoot { name, folder: source.folder.clone(), obtain });
    };
    let folder = root.join(&source.folder);
    if folder.is_dir() { Ok(folder) } else { Err(DataError::NoFolder { name, folder, obtain }) }
}

fn exclude(exclusions: &mut Vec<Exclusion>, reason: String, rows: usize) {
    if rows > 0 {
        exclusions.push(Exclusion { reason, rows });
    }
}

fn not_grouped(scheme: &Scheme, groups: &[Subgroup]) -> String {
    let columns: BTreeSet<&str> =
        groups.iter().flat_map(|group| &group.conditions).map(|rule| rule.column()).collect();
    let columns: Vec<&str> = columns.into_iter().collect();
    format!("{} missing or in no subgroup of scheme {}", columns.join(" or "), scheme.name)
}

fn compare_with_expected(cohort: &Cohort, source: &FileSource) -> Vec<String> {
    let positives = cohort.labels().iter().filter(|&&label| label == 1).count();
    [
        ("labelled images", source.expected.samples, cohort.len()),
        ("positives", source.expected.positives, positives),
    ]
    .into_iter()
    .filter_map(|(what, expected, got)| {
        let expected = expected.filter(|expected| *expected != got)?;
        Some(format!("{} has {got} {what}; the complete data set has {expected}", cohort.file))
    })
    .collect()
}

/// Cohort positions whose file was found, the files, and a line for each that is skipped.
type Located = (Vec<usize>, Vec<PathBuf>, Vec<String>);

fn locate(
    cohort: &Cohort,
    chosen: &[usize],
    folder: &Path,
    source: &FileSource,
    on_unreadable: OnUnreadable,
) -> Result<Located, DataError> {
    let locator = Locator::new(folder, &source.images)?;
    let names = cohort.own("image");
    let (mut present, mut paths, mut missing) = (Vec::new(), Vec::new(), Vec::new());
    for &at in chosen {
        match locator.find(&names[at]) {
            Found::At(path) => {
                present.push(at);
                paths.push(path);
            }
            Found::Nowhere => missing.push(at),
            // Never skipped: a table that points outside is an attack or a mistake, not a gap.
            Found::Outside(reason) => {
                return Err(DataError::OutsidePath {
                    file: cohort.file.clone(),
                    row: cohort.rows[at],
                    image: names[at].clone(),
                    reason,
                });
            }
        }
    }
    match missing.first() {
        Some(&first) if on_unreadable == OnUnreadable::Fail || present.is_empty() => {
            Err(DataError::MissingImage {
                file: cohort.file.clone(),
                row: cohort.rows[first],
                image: names[first].clone(),
                tried: locator.tried(&names[first]),
                more: missing.len() - 1,
            })
        }
        _ => {
            let skipped =
                missing.iter().map(|&at| format!("row {}: no image {:?}", cohort.rows[at], names[at]));
            Ok((present, paths, skipped.collect()))
        }
    }
}

/// What a reader should know: patients in two subgroups, with both labels, identical files.
fn remarks(samples: &[Sample], hashes: &[ContentHash]) -> Vec<String> {
    let mut of_patient: BTreeMap<&str, (BTreeSet<usize>, BTreeSet<usize>)> = BTreeMap::new();
    for sample in samples {
        let (subgroups, labels) = of_patient.entry(&sample.patient_id).or_default();
        subgroups.insert(sample.subgroup);
        labels.insert(sample.label);
    }
    let mut of_hash: HashMap<_, BTreeSet<&str>> = HashMap::new();
    let mut files: HashMap<_, usize> = HashMap::new();
    for (sample, hash) in samples.iter().zip(hashes) {
        of_hash.entry(hash).or_default().insert(&sample.patient_id);
        *files.entry(hash).or_default() += 1;
    }
    let mixed_groups = of_patient.values().filter(|(subgroups, _)| subgroups.len() > 1).count();
    let mixed_labels = of_patient.values().filter(|(_, labels)| labels.len() > 1).count();
    let repeated = files.values().filter(|&&count| count > 1).count();
    let joined = of_hash.values().filter(|patients| patients.len() > 1).count();
    [
        (mixed_groups, "patients have images in more than one subgroup"),
        (mixed_labels, "patients have images of both labels"),
        (repeated, "image files occur under more than one sample id"),
        (joined, "image files are shared by different patients, who were kept in one part together"),
    ]
    .into_iter()
    .filter(|(count, _)| *count > 0)
    .map(|(count, what)| format!("{count} {what}"))
    .collect()
}

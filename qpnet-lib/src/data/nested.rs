//! Nested training sets: the same population with fewer dominant patients to learn from.
//!
//! 1. The patients of the dominant training part are grouped by label (by their rarest one, if
//!    they have several), and every group is shuffled with stream `nested` of its label.
//! 2. A patient stands where his own share of his group stands: the middle of his images, as a
//!    fraction of the group's. Sorted by that fraction, every beginning of the order has about
//!    the prevalence of the whole.
//! 3. The order does not depend on how many images are wanted, so a smaller training set is a
//!    subset of a larger one.

use std::collections::{BTreeMap, HashMap};

use rand::seq::SliceRandom;

use super::error::DataError;
use super::population::{Exclusion, Population};
use super::scheme::DOMINANT;
use super::split::Part;
use crate::rng::Streams;

/// `population` with at most `dominant_train` dominant training images: as many of the first
/// patients of a seeded order as fit, all their images each. Every other dominant training
/// image is in no part; nothing else changes. The images are shared, not copied.
///
/// # Errors
/// [`DataError::TooFewToNest`] when there are not that many; [`DataError::OneClass`] and its
/// like when the training images that remain lack what a model needs. 0 is allowed.
pub fn restrict(
    population: &Population,
    dominant_train: usize,
    streams: &Streams,
) -> Result<Population, DataError> {
    let available = population.indices(Part::Train, Some(DOMINANT)).len();
    if dominant_train > available {
        return Err(DataError::TooFewToNest { wanted: dominant_train, available });
    }
    let mut parts = population.parts.clone();
    let mut kept = 0;
    let mut full = false;
    for patient in order(population, streams) {
        full |= kept + patient.len() > dominant_train;
        if full {
            patient.into_iter().for_each(|at| parts[at] = None);
        } else {
            kept += patient.len();
        }
    }
    let mut exclusions = population.exclusions.clone();
    if kept < available {
        let reason = format!("dominant training images beyond the first {dominant_train}");
        exclusions.push(Exclusion { reason, rows: available - kept });
    }
    let mut nested = Population {
        name: population.name.clone(),
        title: population.title.clone(),
        licence: population.licence.clone(),
        citation: population.citation.clone(),
        task: population.task,
        classes: population.classes.clone(),
        scheme: population.scheme.clone(),
        samples: population.samples.clone(),
        parts,
        images: population.images.share(),
        exclusions,
        hash: String::new(),
        notes: population.notes.clone(),
        contents: population.contents.clone(),
    };
    nested.hash = nested.fingerprint(&[b"nested", population.hash.as_bytes()]);
    let emptied = [(Part::Train, DOMINANT)];
    nested.check_classes(if kept == 0 { &emptied } else { &[] })?;
    Ok(nested)
}

/// The dominant training patients in their seeded order, each with the positions of his images.
fn order(population: &Population, streams: &Streams) -> Vec<Vec<usize>> {
    let samples = &population.samples;
    let mut patients: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    let mut of_label: HashMap<usize, usize> = HashMap::new();
    for at in population.indices(Part::Train, Some(DOMINANT)) {
        patients.entry(&samples[at].patient_id).or_default().push(at);
        *of_label.entry(samples[at].label).or_default() += 1;
    }
    let mut strata: BTreeMap<usize, Vec<Vec<usize>>> = BTreeMap::new();
    for images in patients.into_values() {
        let labels = images.iter().map(|&at| samples[at].label);
        let rarest = labels.min_by_key(|label| (of_label[label], *label)).unwrap_or_default();
        strata.entry(rarest).or_default().push(images);
    }
    let mut placed: Vec<(f64, Vec<usize>)> = Vec::new();
    for (label, mut stratum) in strata {
        stratum.shuffle(&mut streams.at("nested", label as u64));
        let total: usize = stratum.iter().map(Vec::len).sum();
        let mut before = 0;
        for images in stratum {
            let middle = (before as f64 + images.len() as f64 / 2.0) / total as f64;
            before += images.len();
            placed.push((middle, images));
        }
    }
    // Stable: equal fractions keep the order of the labels.
    placed.sort_by(|(a, _), (b, _)| a.total_cmp(b));
    placed.into_iter().map(|(_, images)| images).collect()
}

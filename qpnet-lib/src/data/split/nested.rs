//! The order in which nested training sets take dominant patients, by the rules of [`crate::data::nested`].

use std::collections::{BTreeMap, HashMap};

use rand::seq::SliceRandom;

use crate::data::cohort::sample::Sample;
use crate::data::rule::part::Part;
use crate::data::rule::role::DOMINANT;
use crate::rng::Streams;

/// The dominant training patients in their seeded order, each with the positions of his images.
pub(in crate::data) fn order(
    samples: &[Sample],
    parts: &[Option<Part>],
    streams: &Streams,
) -> Vec<Vec<usize>> {
    let mut patients: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    let mut of_label: HashMap<usize, usize> = HashMap::new();
    let dominant = |at: &usize| parts[*at] == Some(Part::Train) && samples[*at].subgroup == DOMINANT;
    for at in (0..samples.len()).filter(dominant) {
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

/// How many dominant training images there are up to and with the patient of each of them.
pub(in crate::data) fn sizes(
    samples: &[Sample],
    parts: &[Option<Part>],
    streams: &Streams,
) -> Vec<Option<usize>> {
    let mut sizes = vec![None; samples.len()];
    let mut images = 0;
    for patient in order(samples, parts, streams) {
        images += patient.len();
        patient.into_iter().for_each(|at| sizes[at] = Some(images));
    }
    sizes
}

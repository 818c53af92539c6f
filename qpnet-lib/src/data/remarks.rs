//! What a reader should know about a population, counted.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::image::ContentHash;
use super::population::{Population, Sample};
use super::scheme::LESS_PREVALENT;
use super::split::Part;

/// Patients in two subgroups, with several labels, identical files.
pub(super) fn remarks(samples: &[Sample], hashes: &[ContentHash]) -> Vec<String> {
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
        (mixed_labels, "patients have images of different labels"),
        (repeated, "image files occur under more than one sample id"),
        (joined, "image files are shared by different patients, who were kept in one part together"),
    ]
    .into_iter()
    .filter(|(count, _)| *count > 0)
    .map(|(count, what)| format!("{count} {what}"))
    .collect()
}

/// Reported-only subgroups whose AUC cannot be computed.
pub(super) fn undefined(population: &Population) -> Vec<String> {
    let reported = population.counts().into_iter().filter(|count| {
        let both = |(present, absent): (&usize, &usize)| *present > 0 && *absent > 0;
        let defined = count.per_class.iter().zip(&count.against_class).any(both);
        count.subgroup > LESS_PREVALENT && count.part == Part::Test && !defined
    });
    let name = |subgroup: usize| &population.scheme.subgroups[subgroup];
    reported
        .map(|count| {
            format!("subgroup {} lacks a class in the test part: its AUC is undefined", name(count.subgroup))
        })
        .collect()
}

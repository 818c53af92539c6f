//! Train, validation and test: whole patients, balanced by subgroup and label, seeded.
//!
//! 1. Samples of one patient form a unit; patients who share an identical image file form one
//!    unit together, so that no picture is ever in two parts.
//! 2. A unit belongs to the stratum (subgroup x label) of its rarest cell: a patient with
//!    pictures in two cells counts where patients are scarce.
//! 3. Inside a stratum units are sorted by name, shuffled with stream `split` of the stratum's
//!    index, and dealt to the part that lacks most images. Neither the order of the table nor
//!    another stratum changes the result.
//! 4. Subgroups beyond the first two are for reporting: a patient who has only those goes to
//!    the test part; the same pictures of a patient in train or validation are in no part.

use std::collections::{BTreeMap, HashMap};

use rand::seq::SliceRandom;

use crate::data::cohort::sample::Sample;
use crate::data::rule::content_hash::ContentHash;
use crate::data::rule::division::Fractions;
use crate::data::rule::part::Part;
use crate::data::rule::role::LESS_PREVALENT;
use crate::rng::Streams;

/// The number of a subgroup and label: 0 to 3 for labels 0 and 1, then two for every label more.
pub(super) fn cell(sample: &Sample) -> usize {
    match sample.label {
        label @ 0..=1 => 2 * sample.subgroup + label,
        label => 2 * label + sample.subgroup,
    }
}

/// Is the sample of one of the two subgroups that are trained on?
pub(super) fn is_main(sample: &Sample) -> bool {
    sample.subgroup <= LESS_PREVALENT
}

/// Patients that are never divided.
pub(super) struct Unit<'a> {
    /// The smallest patient id: the same in any order of the table.
    pub(super) name: &'a str,
    pub(super) samples: Vec<usize>,
}

/// How many images each cell of the two main subgroups has.
pub(super) fn cell_sizes(samples: &[Sample]) -> HashMap<usize, usize> {
    let mut sizes: HashMap<usize, usize> = HashMap::new();
    for sample in samples.iter().filter(|sample| is_main(sample)) {
        *sizes.entry(cell(sample)).or_default() += 1;
    }
    sizes
}

impl Unit<'_> {
    /// The rarest cell of the unit (rule 2); `None` where it is in no main subgroup.
    pub(super) fn stratum(&self, samples: &[Sample], sizes: &HashMap<usize, usize>) -> Option<usize> {
        let cells = self.samples.iter().map(|&at| &samples[at]).filter(|sample| is_main(sample)).map(cell);
        cells.min_by_key(|cell| (sizes[cell], *cell))
    }
}

/// The part of every sample; `None` for those that are in no part (rule 4).
///
/// `hashes` are the image files' hashes, in the order of `samples`.
pub fn assign(
    samples: &[Sample],
    hashes: &[ContentHash],
    fractions: &Fractions,
    streams: &Streams,
) -> Vec<Option<Part>> {
    let sizes = cell_sizes(samples);
    let mut parts = vec![None; samples.len()];
    let mut strata: BTreeMap<usize, Vec<Unit<'_>>> = BTreeMap::new();
    for unit in units(samples, hashes) {
        match unit.stratum(samples, &sizes) {
            Some(stratum) => strata.entry(stratum).or_default().push(unit),
            None => unit.samples.iter().for_each(|&at| parts[at] = Some(Part::Test)),
        }
    }
    for (stratum, mut units) in strata {
        units.sort_by_key(|unit| unit.name);
        units.shuffle(&mut streams.at("split", stratum as u64));
        let mut dealt = [0usize; 3];
        for unit in units {
            let main = unit.samples.iter().filter(|&&at| is_main(&samples[at])).count();
            let part = Part::ALL[neediest(&dealt, &fractions.shares())];
            dealt[part as usize] += main;
            for at in unit.samples {
                parts[at] = (is_main(&samples[at]) || part == Part::Test).then_some(part);
            }
        }
    }
    parts
}

/// The part furthest below its share once one more image is dealt; ties go to the first, which is train.
///
/// The size of the patient to be dealt plays no role: if it did, patients with many pictures
/// would gather in the train part.
pub(super) fn neediest(dealt: &[usize], shares: &[f64]) -> usize {
    let total = (dealt.iter().sum::<usize>() + 1) as f64;
    let lack = |part: usize| shares[part] * total - dealt[part] as f64;
    let mut best = 0;
    for part in 1..dealt.len() {
        if lack(part) > lack(best) + 1e-9 {
            best = part;
        }
    }
    best
}

/// Join samples by patient and by identical file (union-find), sorted by name.
pub(super) fn units<'a>(samples: &'a [Sample], hashes: &[ContentHash]) -> Vec<Unit<'a>> {
    let mut parent: Vec<usize> = (0..samples.len()).collect();
    fn root(parent: &mut [usize], mut at: usize) -> usize {
        while parent[at] != at {
            parent[at] = parent[parent[at]];
            at = parent[at];
        }
        at
    }
    let (mut by_patient, mut by_hash) = (HashMap::new(), HashMap::new());
    for (at, sample) in samples.iter().enumerate() {
        let same_patient = *by_patient.entry(sample.patient_id.as_str()).or_insert(at);
        let same_image = hashes.get(at).map_or(at, |hash| *by_hash.entry(hash).or_insert(at));
        for other in [same_patient, same_image] {
            let (a, b) = (root(&mut parent, at), root(&mut parent, other));
            parent[a] = b;
        }
    }
    let mut members: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for at in 0..samples.len() {
        members.entry(root(&mut parent, at)).or_default().push(at);
    }
    let name = |at: &usize| samples[*at].patient_id.as_str();
    members
        .into_values()
        .map(|samples| Unit { name: samples.iter().map(name).min().unwrap_or(""), samples })
        .collect()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use proptest::prelude::*;

    use super::*;

    fn sample(index: usize, patient: usize, label: usize, subgroup: usize) -> Sample {
        let (sample_id, patient_id) = (format!("s{index}"), format!("p{patient}"));
        Sample { sample_id, patient_id, label, subgroup, ..Sample::default() }
    }

    fn distinct(count: usize) -> Vec<ContentHash> {
        (0..count)
            .map(|index| {
                let mut hash = [0; 32];
                hash[..8].copy_from_slice(&(index as u64).to_le_bytes());
                hash
            })
            .collect()
    }

    /// Patients with one to four images, a label, a subgroup out of three, sometimes a second one.
    fn cohorts() -> impl Strategy<Value = Vec<Sample>> {
        prop::collection::vec((1usize..5, 0usize..2, 0usize..3, prop::bool::weighted(0.1)), 1..120).prop_map(
            |patients| {
                let mut samples = Vec::new();
                for (patient, (images, label, subgroup, mixed)) in patients.into_iter().enumerate() {
                    for image in 0..images {
                        let subgroup = if mixed && image > 0 { (subgroup + 1) % 3 } else { subgroup };
                        samples.push(sample(samples.len(), patient, label, subgroup));
                    }
                }
                samples
            },
        )
    }

    proptest! {
        #[test]
        fn every_patient_is_in_one_part(samples in cohorts(), seed in any::<u64>()) {
            let parts = assign(&samples, &distinct(samples.len()), &Fractions::default(), &Streams::new(seed));
            let mut seen: HashMap<&str, Part> = HashMap::new();
            for (sample, part) in samples.iter().zip(&parts) {
                match part {
                    Some(part) => prop_assert_eq!(*seen.entry(&sample.patient_id).or_insert(*part), *part),
                    None => prop_assert!(sample.subgroup > LESS_PREVALENT),
                }
                prop_assert!(sample.subgroup <= LESS_PREVALENT || *part == Some(Part::Test) || part.is_none());
            }
        }

        #[test]
        fn the_order_of_the_table_does_not_matter(samples in cohorts(), seed in any::<u64>()) {
            let streams = Streams::new(seed);
            let hashes = distinct(samples.len());
            let parts = assign(&samples, &hashes, &Fractions::default(), &streams);
            let mut order: Vec<usize> = (0..samples.len()).collect();
            order.shuffle(&mut streams.get("permutation"));
            let moved: Vec<Sample> = order.iter().map(|&at| samples[at].clone()).collect();
            let moved_hashes: Vec<ContentHash> = order.iter().map(|&at| hashes[at]).collect();
            let moved_parts = assign(&moved, &moved_hashes, &Fractions::default(), &streams);
            for (at, part) in order.iter().zip(moved_parts) {
                prop_assert_eq!(parts[*at], part);
            }
        }

        #[test]
        fn shares_are_met_within_the_largest_patients(samples in cohorts(), seed in any::<u64>()) {
            let pure: Vec<Sample> = samples.into_iter().map(|s| Sample { subgroup: 0, label: 0, ..s }).collect();
            let parts = assign(&pure, &distinct(pure.len()), &Fractions::default(), &Streams::new(seed));
            for (part, share) in Part::ALL.into_iter().zip(Fractions::default().shares()) {
                let got = parts.iter().filter(|other| **other == Some(part)).count() as f64;
                // A patient has at most 4 images; the dealing never runs further than two of them.
                prop_assert!((got - share * pure.len() as f64).abs() <= 8.0);
            }
        }
    }

    #[test]
    fn identical_images_tie_their_patients_together() {
        let samples: Vec<Sample> = (0..60).map(|index| sample(index, index, index % 2, 0)).collect();
        let mut hashes = distinct(60);
        for at in [10, 20, 30, 40] {
            hashes[at] = hashes[0];
        }
        for seed in 0..20 {
            let parts = assign(&samples, &hashes, &Fractions::default(), &Streams::new(seed));
            let tied: HashSet<_> = [0, 10, 20, 30, 40].map(|at| parts[at]).into();
            assert_eq!(tied.len(), 1);
        }
    }

    #[test]
    fn patients_with_many_images_do_not_gather_in_one_part() {
        let mut samples = Vec::new();
        for patient in 0..3000 {
            for _ in 0..1 + patient % 4 {
                samples.push(sample(samples.len(), patient, 0, 0));
            }
        }
        let parts = assign(&samples, &distinct(samples.len()), &Fractions::default(), &Streams::new(1));
        for part in Part::ALL {
            let inside = || samples.iter().zip(&parts).filter(|(_, other)| **other == Some(part));
            let patients: HashSet<&str> = inside().map(|(sample, _)| sample.patient_id.as_str()).collect();
            let per_patient = inside().count() as f64 / patients.len() as f64;
            assert!((per_patient - 2.5).abs() < 0.15, "{part}: {per_patient} images per patient");
        }
    }

    #[test]
    fn seeds_change_the_split() {
        let samples: Vec<Sample> = (0..60).map(|index| sample(index, index, index % 2, 0)).collect();
        let of = |seed| assign(&samples, &distinct(60), &Fractions::default(), &Streams::new(seed));
        assert_eq!(of(1), of(1));
        assert_ne!(of(1), of(2));
    }
}

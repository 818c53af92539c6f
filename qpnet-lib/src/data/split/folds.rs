//! Blocks of patients for cross-fitting: in fold `i` of `k` block `i` is the test part, the next block validation.
//!
//! 1. Units and strata are those of [`super::assign`]: patients stay whole, and every stratum (subgroup x label) is
//!    spread over the blocks.
//! 2. Inside a stratum units are sorted by name, shuffled with stream `folds` of the stratum's index, and dealt to the
//!    block that has fewest images of it; the first block to be dealt to is another for every stratum.
//! 3. Subgroups beyond the first two are for reporting. A patient who has only those is dealt as a stratum of its own;
//!    such an image is in the test part of its block's fold and in no part of the others.
//!
//! The blocks do not depend on the fold, so every image is a test image once and a validation image once, and the parts
//! of a fold have the shares `(k - 2)/k`, `1/k` and `1/k`: with five folds those of a split by default.

use std::collections::BTreeMap;

use rand::seq::SliceRandom;

use super::assign::{Unit, cell, cell_sizes, is_main, neediest, units};
use crate::data::cohort::sample::Sample;
use crate::data::rule::content_hash::ContentHash;
use crate::data::rule::fold::Fold;
use crate::data::rule::part::Part;
use crate::rng::Streams;

/// Numbers of strata that are only reported begin here.
const REPORTED: usize = 1 << 32;

/// The block of every sample, from 0; `hashes` are the image files' hashes, in the order of `samples`.
pub(super) fn blocks(
    samples: &[Sample],
    hashes: &[ContentHash],
    count: usize,
    streams: &Streams,
) -> Vec<usize> {
    let sizes = cell_sizes(samples);
    let mut strata: BTreeMap<usize, Vec<Unit<'_>>> = BTreeMap::new();
    for unit in units(samples, hashes) {
        let reported = || REPORTED + unit.samples.iter().map(|&at| cell(&samples[at])).min().unwrap_or(0);
        let stratum = unit.stratum(samples, &sizes).unwrap_or_else(reported);
        strata.entry(stratum).or_default().push(unit);
    }
    let mut blocks = vec![0; samples.len()];
    let shares = vec![1.0 / count as f64; count];
    for (first, (stratum, mut units)) in strata.into_iter().enumerate() {
        units.sort_by_key(|unit| unit.name);
        units.shuffle(&mut streams.at("folds", stratum as u64));
        let mut dealt = vec![0usize; count];
        for unit in units {
            let counted = |at: &&usize| stratum >= REPORTED || is_main(&samples[**at]);
            let place = neediest(&dealt, &shares);
            dealt[place] += unit.samples.iter().filter(counted).count();
            unit.samples.iter().for_each(|&at| blocks[at] = (place + first) % count);
        }
    }
    blocks
}

/// The part of every sample in `fold`; `None` for a reported-only one outside its block's fold.
pub(super) fn parts(samples: &[Sample], blocks: &[usize], fold: Fold) -> Vec<Option<Part>> {
    let (test, validation) = (fold.number() - 1, fold.number() % fold.of());
    let part = |(sample, &block): (&Sample, &usize)| match block {
        block if block == test => Some(Part::Test),
        _ if !is_main(sample) => None,
        block if block == validation => Some(Part::Validation),
        _ => Some(Part::Train),
    };
    samples.iter().zip(blocks).map(part).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeSet, HashMap};

    use proptest::prelude::*;

    use super::*;

    /// Patients with one to three images, a label and a subgroup out of three, some with a second one.
    fn cohorts() -> impl Strategy<Value = Vec<Sample>> {
        prop::collection::vec((1usize..4, 0usize..2, 0usize..3, prop::bool::weighted(0.1)), 1..120).prop_map(
            |patients| {
                let mut samples = Vec::new();
                for (patient, (images, label, subgroup, mixed)) in patients.into_iter().enumerate() {
                    for image in 0..images {
                        samples.push(Sample {
                            sample_id: format!("s{}", samples.len()),
                            patient_id: format!("p{patient}"),
                            label,
                            subgroup: if mixed && image > 0 { (subgroup + 1) % 3 } else { subgroup },
                            ..Sample::default()
                        });
                    }
                }
                samples
            },
        )
    }

    fn distinct(count: usize) -> Vec<ContentHash> {
        (0..count).map(|at| std::array::from_fn(|byte| (at >> (8 * byte.min(3)) & 255) as u8)).collect()
    }

    proptest! {
        #[test]
        fn every_image_is_a_test_image_once_and_patients_are_never_divided(
            samples in cohorts(), count in 3usize..7, seed in any::<u64>(),
        ) {
            let blocks = blocks(&samples, &distinct(samples.len()), count, &Streams::new(seed));
            let mut seen = vec![[0usize; 2]; samples.len()];
            for fold in Fold::all(count).expect("a number of folds") {
                let parts = parts(&samples, &blocks, fold);
                let mut of_patient: HashMap<&str, Part> = HashMap::new();
                for (at, (sample, part)) in samples.iter().zip(&parts).enumerate() {
                    if let Some(part) = *part {
                        prop_assert_eq!(*of_patient.entry(&sample.patient_id).or_insert(part), part);
                        prop_assert!(is_main(sample) || part == Part::Test);
                        seen[at][0] += usize::from(part == Part::Test);
                        seen[at][1] += usize::from(part == Part::Validation);
                    } else {
                        prop_assert!(!is_main(sample));
                    }
                }
            }
            for (sample, [test, validation]) in samples.iter().zip(seen) {
                prop_assert_eq!((test, validation), (1, usize::from(is_main(sample))));
            }
        }

        #[test]
        fn strata_are_spread_within_the_largest_patients(
            samples in cohorts(), count in 3usize..7, seed in any::<u64>(),
        ) {
            let pure: Vec<Sample> = samples
                .into_iter()
                .map(|sample| Sample { subgroup: usize::from(sample.patient_id.ends_with('1')), ..sample })
                .collect();
            let blocks = blocks(&pure, &distinct(pure.len()), count, &Streams::new(seed));
            for stratum in 0..4 {
                let inside: Vec<usize> =
                    (0..pure.len()).filter(|&at| cell(&pure[at]) == stratum).collect();
                for block in 0..count {
                    let got = inside.iter().filter(|&&at| blocks[at] == block).count() as f64;
                    // A patient has at most 3 images, and dealing never runs further than two of them.
                    prop_assert!((got - inside.len() as f64 / count as f64).abs() <= 6.0);
                }
            }
        }

        #[test]
        fn the_order_of_the_table_does_not_matter(samples in cohorts(), seed in any::<u64>()) {
            let hashes = distinct(samples.len());
            let of = |samples: &[Sample], hashes: &[ContentHash]| -> BTreeSet<(String, usize)> {
                let blocks = blocks(samples, hashes, 5, &Streams::new(seed));
                samples.iter().map(|sample| sample.sample_id.clone()).zip(blocks).collect()
            };
            let turned: Vec<Sample> = samples.iter().rev().cloned().collect();
            let turned_hashes: Vec<ContentHash> = hashes.iter().rev().copied().collect();
            prop_assert_eq!(of(&samples, &hashes), of(&turned, &turned_hashes));
        }
    }

    #[test]
    fn identical_images_tie_their_patients_together_and_seeds_differ() {
        let sample = |at: usize| Sample {
            sample_id: format!("s{at}"),
            patient_id: format!("p{at:02}"),
            label: at % 2,
            ..Sample::default()
        };
        let samples: Vec<Sample> = (0..60).map(sample).collect();
        let mut hashes = distinct(60);
        hashes[30] = hashes[7];
        let of = |seed| blocks(&samples, &hashes, 5, &Streams::new(seed));
        for seed in 0..20 {
            assert_eq!(of(seed)[30], of(seed)[7]);
        }
        assert_eq!(of(1), of(1));
        assert_ne!(of(1), of(2));
    }
}

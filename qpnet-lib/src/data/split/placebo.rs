//! A placebo: who is in which subgroup, shuffled among patients.
//!
//! 1. A patient is in one subgroup with all images: the less-prevalent one where any image is in it, as patients are
//!    scarce there, else the dominant one.
//! 2. Inside each part (of a cross-fitting: each block, so that a patient is in one subgroup in all folds) patients are
//!    sorted by id, and their subgroups shuffled with stream `placebo` of the part's number. So parts keep their
//!    images, and every part its number of patients of each subgroup; images of a subgroup move where patients have
//!    different numbers of them.
//! 3. Labels play no role: a subgroup is independent of everything, and its prevalence is that of the part but for
//!    chance. Subgroups that are only reported stay as they are.

use std::collections::BTreeMap;

use rand::seq::SliceRandom;

use super::assign::is_main;
use crate::data::cohort::sample::Sample;
use crate::rng::Streams;

/// Shuffle the subgroups of `samples` within `blocks`; a sample of no block stays as it is.
pub(super) fn shuffle(samples: &mut [Sample], blocks: &[Option<usize>], streams: &Streams) {
    let mut patients: BTreeMap<usize, BTreeMap<String, Vec<usize>>> = BTreeMap::new();
    for (at, (sample, block)) in samples.iter().zip(blocks).enumerate() {
        if let (true, Some(block)) = (is_main(sample), *block) {
            let of_block = patients.entry(block).or_default();
            of_block.entry(sample.patient_id.clone()).or_default().push(at);
        }
    }
    for (block, patients) in patients {
        let subgroup = |images: &Vec<usize>| images.iter().map(|&at| samples[at].subgroup).max();
        let mut subgroups: Vec<usize> = patients.values().filter_map(subgroup).collect();
        subgroups.shuffle(&mut streams.at("placebo", block as u64));
        for (images, subgroup) in patients.into_values().zip(subgroups) {
            images.into_iter().for_each(|at| samples[at].subgroup = subgroup);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeSet, HashMap};

    use proptest::prelude::*;

    use super::*;
    use crate::data::rule::role::{DOMINANT, LESS_PREVALENT};

    /// Patients as (block, subgroup, images); subgroup 3 stands for one with images in both.
    fn cohorts() -> impl Strategy<Value = (Vec<Sample>, Vec<Option<usize>>)> {
        prop::collection::vec((prop::option::of(0usize..3), 0usize..4, 1usize..4), 1..80).prop_map(
            |patients| {
                let (mut samples, mut blocks) = (Vec::new(), Vec::new());
                for (patient, (block, subgroup, images)) in patients.into_iter().enumerate() {
                    for image in 0..images {
                        let subgroup = if subgroup == 3 { image % 2 } else { subgroup };
                        let (sample_id, patient_id) = (format!("s{}", samples.len()), format!("p{patient}"));
                        samples.push(Sample { sample_id, patient_id, subgroup, ..Sample::default() });
                        blocks.push(block);
                    }
                }
                (samples, blocks)
            },
        )
    }

    /// Patients of every block and subgroup; one with both counts as less-prevalent.
    fn patients(samples: &[Sample], blocks: &[Option<usize>]) -> HashMap<(Option<usize>, usize), usize> {
        let mut of: HashMap<&str, (Option<usize>, usize)> = HashMap::new();
        for (sample, block) in samples.iter().zip(blocks).filter(|(sample, _)| is_main(sample)) {
            let entry = of.entry(&sample.patient_id).or_insert((*block, DOMINANT));
            entry.1 = entry.1.max(sample.subgroup);
        }
        let mut counts = HashMap::new();
        of.into_values().for_each(|cell| *counts.entry(cell).or_default() += 1);
        counts
    }

    proptest! {
        #[test]
        fn patients_stay_whole_and_their_number_in_every_part_and_subgroup(
            (samples, blocks) in cohorts(), seed in any::<u64>(),
        ) {
            let mut shuffled = samples.clone();
            shuffle(&mut shuffled, &blocks, &Streams::new(seed));
            prop_assert_eq!(patients(&samples, &blocks), patients(&shuffled, &blocks));
            let mut of_patient: HashMap<&str, usize> = HashMap::new();
            for (at, sample) in shuffled.iter().enumerate() {
                let (reported, apart) = (!is_main(&samples[at]), blocks[at].is_none());
                if reported || apart {
                    prop_assert_eq!(sample.subgroup, samples[at].subgroup);
                } else {
                    let first = *of_patient.entry(&sample.patient_id).or_insert(sample.subgroup);
                    prop_assert_eq!(first, sample.subgroup);
                }
            }
            // Neither the order of the table nor another call makes another placebo.
            let (mut turned, mut turned_blocks) = (samples, blocks.clone());
            turned.reverse();
            turned_blocks.reverse();
            shuffle(&mut turned, &turned_blocks, &Streams::new(seed));
            turned.reverse();
            prop_assert_eq!(turned, shuffled);
        }
    }

    #[test]
    fn who_is_in_a_subgroup_depends_on_the_seed_and_nothing_else_on_average() {
        // Subgroup and label go together before: among 400 patients of two images every second one is malignant
        // and less-prevalent.
        let sample = |at: usize| Sample {
            sample_id: format!("s{at}"),
            patient_id: format!("p{:03}", at / 2),
            label: at / 2 % 2,
            subgroup: at / 2 % 2,
            ..Sample::default()
        };
        let samples: Vec<Sample> = (0..800).map(sample).collect();
        let blocks = vec![Some(0); 800];
        let of = |seed| {
            let mut shuffled = samples.clone();
            shuffle(&mut shuffled, &blocks, &Streams::new(seed));
            shuffled
        };
        let members = |samples: &[Sample]| -> BTreeSet<String> {
            let less = samples.iter().filter(|sample| sample.subgroup == LESS_PREVALENT);
            less.map(|sample| sample.sample_id.clone()).collect()
        };
        assert_eq!(of(1), of(1));
        assert_ne!(members(&of(1)), members(&of(2)));
        assert_ne!(members(&of(1)), members(&samples));
        // Hypergeometric: of 200 malignant patients 100 are less-prevalent, standard deviation 5; mean of 100 seeds.
        let positives = |seed| {
            let both = |sample: &&Sample| sample.subgroup == LESS_PREVALENT && sample.label == 1;
            of(seed).iter().filter(both).count() as f64 / 2.0
        };
        let mean = (0..100).map(positives).sum::<f64>() / 100.0;
        assert!((mean - 100.0).abs() < 2.0, "{mean}");
    }
}

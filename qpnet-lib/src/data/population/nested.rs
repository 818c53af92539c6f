//! Nested training sets: the same population with fewer dominant patients to learn from.
//!
//! 1. The patients of the dominant training part are grouped by label (by their rarest one, if
//!    they have several), and every group is shuffled with stream `nested` of its label.
//! 2. A patient stands where his own share of his group stands: the middle of his images, as a
//!    fraction of the group's. Sorted by that fraction, every beginning of the order has about
//!    the prevalence of the whole.
//! 3. The order does not depend on how many images are wanted, so a smaller training set is a
//!    subset of a larger one.

use super::loaded::Population;
use crate::data::cohort::exclusion::Exclusion;
use crate::data::rule::part::Part;
use crate::data::rule::role::DOMINANT;
use crate::data::split::error::SplitError;
use crate::data::split::nested::order;
use crate::rng::Streams;

/// `population` with at most `dominant_train` dominant training images: as many of the first
/// patients of a seeded order as fit, all their images each. Every other dominant training
/// image is in no part; nothing else changes. The images are shared, not copied.
///
/// # Errors
/// [`SplitError::TooFewToNest`] when there are not that many; [`SplitError::OneClass`] and its
/// like when the training images that remain lack what a model needs. 0 is allowed.
pub fn restrict(
    population: &Population,
    dominant_train: usize,
    streams: &Streams,
) -> Result<Population, SplitError> {
    let available = population.indices(Part::Train, Some(DOMINANT)).len();
    if dominant_train > available {
        return Err(SplitError::TooFewToNest { wanted: dominant_train, available });
    }
    let mut parts = population.parts.clone();
    let mut kept = 0;
    let mut full = false;
    for patient in order(&population.samples, &population.parts, streams) {
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
    let mut nested = Population { parts, exclusions, ..population.share() };
    nested.hash = nested.fingerprint(&[b"nested", population.hash.as_bytes()]);
    let emptied = [(Part::Train, DOMINANT)];
    nested.counted().check(if kept == 0 { &emptied } else { &[] })?;
    Ok(nested)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use proptest::prelude::*;
    use tch::{Device, Kind, Tensor};

    use super::*;
    use crate::data::cohort::sample::Sample;
    use crate::data::rule::role::{LESS_PREVALENT, SchemeInfo};
    use crate::data::rule::task::TaskKind;
    use crate::data::store::image_set::ImageSet;
    use crate::data::store::pack::PackUse;

    /// Patients given as (images, label), all dominant and in the train part, and around them
    /// what every part of the two subgroups needs.
    fn population(patients: &[(usize, usize)], classes: usize) -> Population {
        let mut samples = Vec::new();
        let mut parts = Vec::new();
        let mut add = |patient: String, label, subgroup, part| {
            let sample_id = format!("s{:04}", samples.len());
            samples.push(Sample { sample_id, patient_id: patient, label, subgroup, findings: Vec::new() });
            parts.push(Some(part));
        };
        for (number, &(images, label)) in patients.iter().enumerate() {
            for _ in 0..images {
                add(format!("p{number:04}"), label, DOMINANT, Part::Train);
            }
        }
        for part in Part::ALL {
            for subgroup in [DOMINANT, LESS_PREVALENT] {
                for label in 0..classes {
                    if (part, subgroup) != (Part::Train, DOMINANT) {
                        add(format!("{part}-{subgroup}-{label}"), label, subgroup, part);
                    }
                }
            }
        }
        let count = samples.len();
        Population {
            name: "toy".into(),
            title: String::new(),
            licence: String::new(),
            citation: String::new(),
            task: if classes == 2 { TaskKind::Binary } else { TaskKind::MultiClass },
            classes: (0..classes).map(|class| format!("c{class}")).collect(),
            scheme: SchemeInfo { name: "s".into(), subgroups: vec!["d".into(), "l".into()] },
            samples,
            parts,
            images: ImageSet::new(
                Tensor::zeros([count as i64, 1, 1, 1], (Kind::Uint8, Device::Cpu)),
                &[0.0],
                &[1.0],
            ),
            exclusions: Vec::new(),
            hash: "whole".into(),
            origin: crate::data::DataOrigin::default(),
            notes: Vec::new(),
            pack: PackUse::default(),
            contents: (0..count)
                .map(|at| {
                    let mut hash = [0; 32];
                    hash[..8].copy_from_slice(&(at as u64).to_le_bytes());
                    hash
                })
                .collect(),
        }
    }

    fn train(population: &Population) -> HashSet<usize> {
        population.indices(Part::Train, Some(DOMINANT)).into_iter().collect()
    }

    proptest! {
        #[test]
        fn smaller_sets_are_inside_larger_ones(
            patients in prop::collection::vec((1usize..4, 0usize..2), 8..60),
            sizes in (0.0f64..1.0, 0.0f64..1.0),
            seed in any::<u64>(),
        ) {
            let whole = population(&patients, 2);
            let available = train(&whole).len();
            let size = |share: f64| (share * available as f64) as usize;
            let (small, large) = (size(sizes.0.min(sizes.1)), size(sizes.0.max(sizes.1)));
            let streams = Streams::new(seed);
            // Very small sets may hold one class only, which is refused: nothing to compare then.
            let (Ok(a), Ok(b)) = (restrict(&whole, small, &streams), restrict(&whole, large, &streams)) else {
                return Ok(());
            };
            prop_assert!(train(&a).is_subset(&train(&b)));
            for (nested, size) in [(&a, small), (&b, large)] {
                let kept = train(nested);
                // A patient has at most three images: the next one did not fit.
                prop_assert!(kept.len() <= size && kept.len() + 3 > size);
                for at in 0..whole.samples.len() {
                    let sample = &whole.samples[at];
                    let dominant = sample.subgroup == DOMINANT && whole.parts[at] == Some(Part::Train);
                    prop_assert!(dominant || nested.parts[at] == whole.parts[at]);
                    let together = |other: &usize| {
                        whole.samples[*other].patient_id != sample.patient_id
                            || kept.contains(other) == kept.contains(&at)
                    };
                    prop_assert!(!dominant || train(&whole).iter().all(together), "a patient is divided");
                }
            }
        }

        #[test]
        fn the_order_of_the_table_does_not_matter(
            patients in prop::collection::vec((1usize..4, 0usize..2), 20..60),
            seed in any::<u64>(),
        ) {
            let whole = population(&patients, 2);
            let mut turned = population(&patients, 2);
            turned.samples.reverse();
            turned.parts.reverse();
            turned.contents.reverse();
            let size = train(&whole).len() / 2;
            let names = |population: &Population| -> HashSet<String> {
                train(population).into_iter().map(|at| population.samples[at].sample_id.clone()).collect()
            };
            let streams = Streams::new(seed);
            if let (Ok(a), Ok(b)) = (restrict(&whole, size, &streams), restrict(&turned, size, &streams)) {
                prop_assert_eq!(names(&a), names(&b));
            }
        }

        #[test]
        fn every_beginning_has_the_prevalence_of_the_whole(
            share in 0.1f64..0.9, size in 20usize..200, seed in any::<u64>(),
        ) {
            let labels = |at: usize| usize::from((at as f64) < share * 100.0);
            let patients: Vec<(usize, usize)> = (0..100).map(|at| (2, labels(at))).collect();
            let whole = population(&patients, 2);
            let of = |members: &HashSet<usize>| {
                members.iter().filter(|&&at| whole.samples[at].label == 1).count() as f64
            };
            let nested = train(&restrict(&whole, size, &Streams::new(seed)).expect("both classes"));
            let expected = of(&train(&whole)) / 200.0 * nested.len() as f64;
            // Within one patient of two images.
            prop_assert!((of(&nested) - expected).abs() <= 2.0, "{} {expected}", of(&nested));
        }
    }

    #[test]
    fn nothing_everything_and_too_much() {
        let whole = population(&[(2, 0), (2, 1), (1, 0), (3, 1)], 2);
        let streams = Streams::new(1);
        let none = restrict(&whole, 0, &streams).expect("divide and conquer");
        assert!(train(&none).is_empty());
        assert_eq!(none.exclusions[0].rows, 8);
        let all = restrict(&whole, 8, &streams).expect("all");
        assert_eq!((all.parts.clone(), all.exclusions.len()), (whole.parts.clone(), 0));
        let error = restrict(&whole, 9, &streams).expect_err("too many").to_string();
        assert!(error.contains("at most 8") && error.contains("got 9"), "{error}");
        let hashes: HashSet<String> = [whole, none, all].map(|population| population.hash).into();
        assert_eq!(hashes.len(), 3);
    }

    #[test]
    fn images_are_shared_and_seeds_differ() {
        let patients: Vec<(usize, usize)> = (0..60).map(|at| (1, at % 3)).collect();
        let whole = population(&patients, 3);
        let nested = |seed| restrict(&whole, 20, &Streams::new(seed)).expect("three classes");
        assert_eq!(nested(1).images.pixels().data_ptr(), whole.images.pixels().data_ptr());
        assert_eq!(train(&nested(1)), train(&nested(1)));
        assert_ne!(train(&nested(1)), train(&nested(2)));
        assert_ne!(nested(1).hash, nested(2).hash);
    }
}

//! Which samples a batch holds: the shares of every rule, and no sample twice within a pass or a batch.

use std::collections::{BTreeMap, BTreeSet};

use crate::people::people;
use proptest::prelude::*;
use qpnet_lib::data::{Manifest, SyntheticSizes};
use qpnet_lib::experiment::Profile;
use qpnet_lib::rng::Streams;
use qpnet_lib::train::{Batch, Cell, CellSampler, Sampling, training_members};
use tch::Device;

/// 60 dominant (15 positive) and 20 less-prevalent (5 positive) samples.
fn members() -> Vec<(Cell, usize)> {
    let cell = |i: usize| (usize::from(i >= 60), usize::from(i.is_multiple_of(4)));
    (0..80).map(|i| (cell(i), i)).collect()
}

fn counts(sampling: Sampling, batches: usize, size: usize) -> BTreeMap<Cell, usize> {
    let mut sampler = CellSampler::new(&members(), sampling, Streams::new(3).get("batches"));
    let cell_of: BTreeMap<usize, Cell> = members().iter().map(|&(cell, i)| (i, cell)).collect();
    let mut counts = BTreeMap::new();
    for position in (0..batches).flat_map(|_| sampler.batch(size)) {
        *counts.entry(cell_of[&position]).or_insert(0) += 1;
    }
    counts
}

#[test]
fn shares_are_those_of_the_rule() {
    let natural = counts(Sampling::Natural, 10, 8);
    assert_eq!(natural.values().copied().collect::<Vec<_>>(), [45, 15, 15, 5]);
    let class = counts(Sampling::ClassBalanced, 10, 8);
    assert_eq!(class.values().copied().collect::<Vec<_>>(), [30, 30, 10, 10]);
    let cell = counts(Sampling::CellBalanced, 10, 8);
    assert_eq!(cell.values().copied().collect::<Vec<_>>(), [20, 20, 20, 20]);
    let group = counts(Sampling::GroupBalanced, 10, 8);
    assert_eq!(group.values().copied().collect::<Vec<_>>(), [30, 10, 30, 10]);
    // Roots of the sizes: 6.708, 3.873, 3.873 and 2.236 of 16.690.
    let root = counts(Sampling::Weighted { exponent: 0.5 }, 100, 8);
    assert_eq!(root.values().copied().collect::<Vec<_>>(), [321, 186, 186, 107]);
}

#[test]
fn every_cell_is_in_every_cell_balanced_batch() {
    let mut sampler = CellSampler::new(&members(), Sampling::CellBalanced, Streams::new(3).get("batches"));
    for _ in 0..50 {
        let batch = sampler.batch(4);
        let less = batch.iter().filter(|&&i| i >= 60).count();
        let positive = batch.iter().filter(|&&i| i.is_multiple_of(4)).count();
        assert_eq!((less, positive), (2, 2));
    }
}

#[test]
fn a_natural_epoch_sees_every_sample_once() {
    let mut sampler = CellSampler::new(&members(), Sampling::Natural, Streams::new(5).get("batches"));
    let mut seen: Vec<usize> = (0..10).flat_map(|_| sampler.batch(8)).collect();
    seen.sort_unstable();
    assert_eq!(seen, (0..80).collect::<Vec<_>>());
}

#[test]
fn exponents_lead_from_natural_to_balanced_batches() {
    let drawn = |sampling| {
        let mut sampler = CellSampler::new(&members(), sampling, Streams::new(3).get("batches"));
        (0..20).flat_map(|_| sampler.batch(12)).collect::<Vec<_>>()
    };
    assert_eq!(drawn(Sampling::Weighted { exponent: 0.0 }), drawn(Sampling::Natural));
    assert_eq!(drawn(Sampling::Weighted { exponent: 1.0 }), drawn(Sampling::CellBalanced));
    assert_ne!(drawn(Sampling::Weighted { exponent: 0.5 }), drawn(Sampling::Natural));
}

#[test]
fn draws_with_replacement_have_equal_cells_on_average_and_not_in_every_batch() {
    let sampler = |seed: u64| {
        CellSampler::new(&members(), Sampling::WithReplacement, Streams::new(seed).get("batches"))
    };
    let drawn: Vec<usize> = (0..500).flat_map(|_| sampler(3).batch(0)).collect();
    assert!(drawn.is_empty());
    let mut one = sampler(3);
    let batches: Vec<Vec<usize>> = (0..500).map(|_| one.batch(8)).collect();
    assert_eq!(batches[0], sampler(3).batch(8), "the seed decides");
    assert_ne!(batches[0], sampler(4).batch(8));
    let cell_of: BTreeMap<usize, Cell> = members().iter().map(|&(cell, i)| (i, cell)).collect();
    let mut counts: BTreeMap<Cell, usize> = BTreeMap::new();
    for position in batches.iter().flatten() {
        *counts.entry(cell_of[position]).or_default() += 1;
    }
    // 4,000 draws: 1,000 a cell, with a standard deviation of 27.
    assert!(counts.len() == 4 && counts.values().all(|n| (880..=1120).contains(n)), "{counts:?}");
    // Equal cells in a batch of 8 are 3.8 % likely; an image twice among the five of a cell is common.
    let equal = |batch: &&Vec<usize>| {
        let in_cell = |cell: &Cell| batch.iter().filter(|i| cell_of[*i] == *cell).count();
        counts.keys().all(|cell| in_cell(cell) == 2)
    };
    let equal = batches.iter().filter(equal).count();
    assert!((3..=45).contains(&equal), "{equal}");
    let twice = batches.iter().filter(|batch| batch.iter().collect::<BTreeSet<_>>().len() < 8).count();
    assert!(twice > 100, "{twice}");
    assert!(Sampling::WithReplacement.balances_classes());
}

#[test]
fn weights_of_ones_own_are_shares_or_refused() {
    let rng = || Streams::new(3).get("batches");
    // Positive images weigh four times as much: 45, 60, 15 and 20 of 140.
    let weight = |(_, label): Cell, _| if label == 1 { 4.0 } else { 1.0 };
    let mut sampler = CellSampler::weighted(&members(), weight, rng()).expect("weights");
    let positive = sampler.batch(140).into_iter().filter(|position| position.is_multiple_of(4)).count();
    assert_eq!(positive, 80);
    for wrong in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        let error =
            CellSampler::weighted(&members(), |_, _| wrong, rng()).expect_err("no weight").to_string();
        assert!(error.contains("weight of a cell must be a finite number > 0, got"), "{error}");
    }
}

#[test]
fn samplings_are_written_as_words_and_checked() {
    #[derive(serde::Serialize, serde::Deserialize, PartialEq, Debug)]
    struct Holder {
        sampling: Sampling,
    }
    for (sampling, text) in [
        (Sampling::CellBalanced, "sampling = \"cell_balanced\"\n"),
        (Sampling::GroupBalanced, "sampling = \"group_balanced\"\n"),
        (Sampling::WithReplacement, "sampling = \"with_replacement\"\n"),
        (Sampling::Weighted { exponent: 0.5 }, "[sampling.weighted]\nexponent = 0.5\n"),
    ] {
        let holder = Holder { sampling };
        assert_eq!(toml::to_string(&holder).expect("text"), text);
        assert_eq!(toml::from_str::<Holder>(text).expect("read back"), holder);
    }
    let error = toml::from_str::<Holder>("sampling = \"balanced\"").expect_err("unknown").to_string();
    assert!(error.contains("unknown variant `balanced`") && error.contains("`group_balanced`"), "{error}");
    let manifest = Manifest::find("synthetic").expect("shipped");
    let mut config = Profile::Smoke.settings(&manifest).base;
    for (exponent, right) in [(0.0, true), (2.0, true), (2.1, false), (-0.1, false), (f64::NAN, false)] {
        config.sampling = Sampling::Weighted { exponent };
        let result = config.check().map_err(|error| error.to_string());
        assert_eq!(result.is_ok(), right, "{result:?}");
        if let Err(error) = result {
            assert!(error.contains("sampling.weighted.exponent must be between 0 and 2"), "{error}");
        }
    }
}

#[test]
fn draws_are_frozen() {
    // Another order is another training: a change of these numbers needs a reason.
    let first = |sampling| CellSampler::new(&members(), sampling, Streams::new(3).get("batches")).batch(8);
    let all = [Sampling::Natural, Sampling::ClassBalanced, Sampling::CellBalanced].map(first);
    let expected =
        [[35, 79, 33, 40, 49, 68, 39, 73], [24, 41, 60, 74, 8, 6, 48, 19], [60, 62, 4, 27, 68, 66, 56, 54]];
    assert_eq!(all, expected);
}

#[test]
fn a_batch_holds_no_sample_twice_where_the_cell_has_enough() {
    // Five images, two a batch: the third batch takes the last of one pass and the first of the next.
    let five: Vec<(Cell, usize)> = (0..10).map(|i| ((0, i / 5), i)).collect();
    let mut first = BTreeMap::new();
    for seed in 0..500 {
        let mut sampler = CellSampler::new(&five, Sampling::CellBalanced, Streams::new(seed).get("batches"));
        let batches: Vec<Vec<usize>> = (0..10).map(|_| sampler.batch(4)).collect();
        for batch in &batches {
            assert_eq!(batch.iter().collect::<BTreeSet<_>>().len(), 4, "seed {seed}: {batch:?}");
        }
        // Within the second pass the one that waited comes later: every image once.
        let second: BTreeSet<usize> =
            batches.iter().flatten().copied().filter(|&i| i < 5).skip(5).take(5).collect();
        assert_eq!(second.len(), 5, "seed {seed}");
        let of_first_cell: Vec<usize> = batches[2].iter().copied().filter(|&i| i < 5).collect();
        *first.entry(of_first_cell[1]).or_insert(0usize) += 1;
    }
    // Who begins a pass is still drawn by lot: 100 of 500 each, with a standard deviation of 9.
    assert!(first.len() == 5 && first.values().all(|n| (60..=140).contains(n)), "{first:?}");
    // Three images of which a batch takes four: one must occur twice, and only one.
    let three: Vec<(Cell, usize)> = (0..3).map(|i| ((0, 0), i)).collect();
    let mut sampler = CellSampler::new(&three, Sampling::CellBalanced, Streams::new(1).get("batches"));
    for _ in 0..20 {
        assert_eq!(sampler.batch(4).iter().collect::<BTreeSet<_>>().len(), 3);
    }
}

#[test]
fn a_batch_says_what_it_holds() {
    let sizes = SyntheticSizes { dominant_train: 60, less_train: 20, validation: [8, 8], test: [8, 8] };
    let people = people(16, sizes);
    let members = training_members(&people, &[0, 1]);
    for (sampling, expected) in [
        (Sampling::Natural, vec![((0, 0), 6), ((0, 1), 6), ((1, 0), 2), ((1, 1), 2)]),
        (Sampling::CellBalanced, vec![((0, 0), 4), ((0, 1), 4), ((1, 0), 4), ((1, 1), 4)]),
    ] {
        let positions = CellSampler::new(&members, sampling, Streams::new(1).get("batches")).batch(16);
        let batch = Batch::gather(&people, positions, Device::Cpu);
        assert_eq!(batch.counts().into_iter().collect::<Vec<_>>(), expected);
    }
    assert!(Batch::gather(&people, Vec::new(), Device::Cpu).counts().is_empty());
}

fn any_sampling() -> impl Strategy<Value = Sampling> {
    prop_oneof![
        Just(Sampling::Natural),
        Just(Sampling::ClassBalanced),
        Just(Sampling::CellBalanced),
        Just(Sampling::GroupBalanced),
        (0.0..=2.0).prop_map(|exponent| Sampling::Weighted { exponent }),
    ]
}

proptest! {
    #[test]
    fn within_a_pass_no_sample_is_drawn_twice(
        sizes in proptest::collection::vec(1usize..30, 1..5),
        batch in 1usize..40,
        sampling in any_sampling(),
        seed in 0u64..1000,
    ) {
        let cell_of: Vec<Cell> =
            sizes.iter().enumerate().flat_map(|(cell, &size)| vec![(cell / 2, cell % 2); size]).collect();
        let members: Vec<(Cell, usize)> = cell_of.iter().copied().zip(0..).collect();
        let mut sampler = CellSampler::new(&members, sampling, Streams::new(seed).get("batches"));
        let mut drawn: BTreeMap<Cell, Vec<usize>> = BTreeMap::new();
        for _ in 0..12 {
            let positions = sampler.batch(batch);
            prop_assert_eq!(positions.len(), batch);
            let mut of_cell: BTreeMap<Cell, Vec<usize>> = BTreeMap::new();
            for position in positions {
                of_cell.entry(cell_of[position]).or_default().push(position);
            }
            for (cell, taken) in of_cell {
                let size = cell_of.iter().filter(|other| **other == cell).count();
                let different = taken.iter().collect::<BTreeSet<_>>().len();
                prop_assert!(different == taken.len().min(size));
                drawn.entry(cell).or_default().extend(taken);
            }
        }
        for (cell, taken) in &drawn {
            let all: BTreeSet<usize> =
                (0..cell_of.len()).filter(|&position| cell_of[position] == *cell).collect();
            for pass in taken.chunks(all.len()) {
                let seen: BTreeSet<usize> = pass.iter().copied().collect();
                prop_assert_eq!(seen.len(), pass.len());
                prop_assert!(pass.len() < all.len() || seen == all);
            }
        }
    }
}

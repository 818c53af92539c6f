//! Batches drawn without replacement, with a stated share for every subgroup x label cell.

use std::collections::BTreeMap;

use rand::seq::SliceRandom;
use serde::{Deserialize, Serialize};

use crate::data::{Part, Population};
use crate::rng::Rng;

/// Subgroup and label.
pub type Cell = (usize, usize);

/// Which share of a batch a cell gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sampling {
    /// Its share of the training set.
    Natural,
    /// Subgroups as in the training set, classes equal within each subgroup: the paper's
    /// "equal benign–malignant ratio among the subgroups".
    ClassBalanced,
    /// All cells equal: subgroups *and* classes within them. QP-Net's, since its alignment
    /// terms would otherwise align prevalences.
    CellBalanced,
}

/// Draws batches: each cell is walked in a random order of its own and shuffled again when it
/// is exhausted, so that within one pass over a cell no sample is drawn twice. A batch in which
/// a pass ends and the next begins may hold a sample of both.
#[derive(Clone, Debug)]
pub struct CellSampler {
    cells: Vec<CellState>,
    drawn: u64,
    rng: Rng,
}

#[derive(Clone, Debug)]
struct CellState {
    share: f64,
    drawn: u64,
    order: Vec<usize>,
    next: usize,
}

/// The training samples of `subgroups` with their cells.
pub fn training_members(population: &Population, subgroups: &[usize]) -> Vec<(Cell, usize)> {
    let of = |&subgroup: &usize| population.indices(Part::Train, Some(subgroup));
    let with_cell = |position: usize| {
        let sample = &population.samples[position];
        ((sample.subgroup, sample.label), position)
    };
    subgroups.iter().flat_map(of).map(with_cell).collect()
}

impl CellSampler {
    /// A sampler over `members`, pairs of a cell and a position in the data set.
    pub fn new(members: &[(Cell, usize)], sampling: Sampling, rng: Rng) -> Self {
        let mut by_cell: BTreeMap<Cell, Vec<usize>> = BTreeMap::new();
        for &(cell, position) in members {
            by_cell.entry(cell).or_default().push(position);
        }
        let total = members.len() as f64;
        let in_subgroup = |subgroup| members.iter().filter(|((g, _), _)| *g == subgroup).count() as f64;
        let classes_in = |subgroup| by_cell.keys().filter(|(g, _)| *g == subgroup).count() as f64;
        let share = |&(subgroup, _): &Cell, size: usize| match sampling {
            Sampling::Natural => size as f64 / total,
            Sampling::ClassBalanced => in_subgroup(subgroup) / total / classes_in(subgroup),
            Sampling::CellBalanced => 1.0 / by_cell.len() as f64,
        };
        let state = |(cell, order): (&Cell, &Vec<usize>)| CellState {
            share: share(cell, order.len()),
            drawn: 0,
            order: order.clone(),
            next: order.len(), // shuffled before the first draw
        };
        Self { cells: by_cell.iter().map(state).collect(), drawn: 0, rng }
    }

    /// The positions of the next batch.
    ///
    /// Every slot goes to the cell that is furthest behind its share of all draws so far, so
    /// shares hold over a run even where `size * share` is no whole number.
    pub fn batch(&mut self, size: usize) -> Vec<usize> {
        let mut positions = Vec::with_capacity(size);
        for _ in 0..size {
            self.drawn += 1;
            let drawn = self.drawn as f64;
            let behind = |cell: &CellState| cell.share * drawn - cell.drawn as f64;
            let furthest = self.cells.iter_mut().max_by(|a, b| behind(a).total_cmp(&behind(b)));
            let Some(cell) = furthest else { break };
            if cell.next == cell.order.len() {
                cell.order.shuffle(&mut self.rng);
                cell.next = 0;
            }
            positions.push(cell.order[cell.next]);
            cell.next += 1;
            cell.drawn += 1;
        }
        positions
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::Streams;

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
    }

    #[test]
    fn every_cell_is_in_every_cell_balanced_batch() {
        let mut sampler =
            CellSampler::new(&members(), Sampling::CellBalanced, Streams::new(3).get("batches"));
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
}

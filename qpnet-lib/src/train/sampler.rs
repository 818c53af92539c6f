//! Batches drawn without replacement, with a stated share for every subgroup x label cell.

use std::collections::{BTreeMap, BTreeSet};

use rand::RngExt;
use rand::seq::SliceRandom;
use serde::{Deserialize, Serialize};

use super::ConfigError;
use super::config_error::require;
use crate::data::{Part, Population};
use crate::rng::Rng;

/// Subgroup and label.
pub type Cell = (usize, usize);

/// How many samples of each cell there are; cells without one are absent.
pub type CellCounts = BTreeMap<Cell, usize>;

/// Which share of a batch a cell gets.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Sampling {
    /// Its share of the training set.
    Natural,
    /// Subgroups as in the training set, classes equal within each subgroup: the paper's
    /// "equal benign–malignant ratio among the subgroups".
    ClassBalanced,
    /// All cells equal: subgroups *and* classes within them. QP-Net's, since its alignment
    /// terms would otherwise align prevalences.
    CellBalanced,
    /// Subgroups equal, classes within each as in the training set.
    GroupBalanced,
    /// An image of a cell of `n` images weighs `1 / n^exponent`: 0 is [`Self::Natural`], 1 is
    /// [`Self::CellBalanced`] (re-weighting by inverse prevalence), in between a compromise.
    Weighted {
        /// From 0 to 2.
        exponent: f64,
    },
    /// Every image is drawn on its own, **with** replacement, with a probability in proportion to
    /// `1 / n` of its cell: all cells equal on average, not in every batch.
    WithReplacement,
}

impl Sampling {
    /// Are the classes equal within each subgroup, so that a model learns from one half positive?
    pub fn balances_classes(self) -> bool {
        match self {
            Self::ClassBalanced | Self::CellBalanced | Self::WithReplacement => true,
            Self::Natural | Self::GroupBalanced | Self::Weighted { .. } => false,
        }
    }

    /// Check the exponent of [`Self::Weighted`].
    ///
    /// # Errors
    /// [`ConfigError`] with field, expectation and value.
    pub(super) fn check(self) -> Result<(), ConfigError> {
        match self {
            Self::Weighted { exponent } => {
                let holds = (0.0..=2.0).contains(&exponent);
                require("sampling.weighted.exponent", "between 0 and 2", exponent, holds)
            }
            _ => Ok(()),
        }
    }
}

/// Draws batches: each cell is walked in a random order of its own and shuffled again when it
/// is exhausted, so that within one pass over a cell no sample is drawn twice. Where a pass begins
/// within a batch, samples that the batch holds already wait for later in that pass: no batch holds a sample
/// twice, unless it takes more from a cell than the cell has. ([`Sampling::WithReplacement`] has no passes.)
#[derive(Clone, Debug)]
pub struct CellSampler {
    cells: Vec<CellState>,
    with_replacement: bool,
    drawn: u64,
    /// Batches drawn, this one included.
    batches: u64,
    rng: Rng,
}

#[derive(Clone, Debug)]
struct CellState {
    share: f64,
    drawn: u64,
    order: Vec<usize>,
    next: usize,
    /// The batch in which the present pass began.
    began: u64,
}

/// The training samples of `subgroups` with their cells.
pub fn training_members(population: &Population, subgroups: &[usize]) -> Vec<(Cell, usize)> {
    members_of(population, Part::Train, subgroups)
}

/// The samples of `part` and `subgroups` with their cells.
pub(super) fn members_of(population: &Population, part: Part, subgroups: &[usize]) -> Vec<(Cell, usize)> {
    let of = |&subgroup: &usize| population.indices(part, Some(subgroup));
    let with_cell = |position: usize| {
        let sample = &population.samples[position];
        ((sample.subgroup, sample.label), position)
    };
    subgroups.iter().flat_map(of).map(with_cell).collect()
}

fn by_cell(members: &[(Cell, usize)]) -> BTreeMap<Cell, Vec<usize>> {
    let mut by_cell: BTreeMap<Cell, Vec<usize>> = BTreeMap::new();
    for &(cell, position) in members {
        by_cell.entry(cell).or_default().push(position);
    }
    by_cell
}

impl CellSampler {
    /// A sampler over `members`, pairs of a cell and a position in the data set.
    pub fn new(members: &[(Cell, usize)], sampling: Sampling, rng: Rng) -> Self {
        let by_cell = by_cell(members);
        let total = members.len() as f64;
        let in_subgroup = |subgroup| members.iter().filter(|((g, _), _)| *g == subgroup).count() as f64;
        let classes_in = |subgroup| by_cell.keys().filter(|(g, _)| *g == subgroup).count() as f64;
        let groups: BTreeSet<usize> = by_cell.keys().map(|(subgroup, _)| *subgroup).collect();
        let weight = |size: usize, exponent: f64| (size as f64).powf(1.0 - exponent);
        let weights = |exponent| by_cell.values().map(|cell| weight(cell.len(), exponent)).sum::<f64>();
        let share = |&(subgroup, _): &Cell, size: usize| match sampling {
            Sampling::Natural => size as f64 / total,
            Sampling::ClassBalanced => in_subgroup(subgroup) / total / classes_in(subgroup),
            Sampling::CellBalanced | Sampling::WithReplacement => 1.0 / by_cell.len() as f64,
            Sampling::GroupBalanced => size as f64 / in_subgroup(subgroup) / groups.len() as f64,
            Sampling::Weighted { exponent } => weight(size, exponent) / weights(exponent),
        };
        let with_replacement = sampling == Sampling::WithReplacement;
        Self { with_replacement, ..Self::with_shares(&by_cell, |cell, size| share(&cell, size), rng) }
    }

    /// A sampler over `members` where an image of a cell of `n` images weighs `weight(cell, n)`:
    /// the cell's share of all draws is proportional to `n` times that.
    ///
    /// # Errors
    /// [`ConfigError`] for a weight that is not finite and above 0.
    pub fn weighted(
        members: &[(Cell, usize)],
        weight: impl Fn(Cell, usize) -> f64,
        rng: Rng,
    ) -> Result<Self, ConfigError> {
        let by_cell = by_cell(members);
        let of = |(&cell, order): (&Cell, &Vec<usize>)| weight(cell, order.len());
        by_cell.iter().map(of).try_for_each(|weight| ConfigError::positive("weight of a cell", weight))?;
        let total: f64 = by_cell.iter().map(|cell| of(cell) * cell.1.len() as f64).sum();
        Ok(Self::with_shares(&by_cell, |cell, size| weight(cell, size) * size as f64 / total, rng))
    }

    fn with_shares(
        by_cell: &BTreeMap<Cell, Vec<usize>>,
        share: impl Fn(Cell, usize) -> f64,
        rng: Rng,
    ) -> Self {
        let state = |(&cell, order): (&Cell, &Vec<usize>)| CellState {
            share: share(cell, order.len()),
            drawn: 0,
            order: order.clone(),
            next: order.len(), // shuffled before the first draw
            began: 0,
        };
        let cells = by_cell.iter().map(state).collect();
        Self { cells, with_replacement: false, drawn: 0, batches: 0, rng }
    }

    /// The positions of the next batch.
    ///
    /// Every slot goes to the cell that is furthest behind its share of all draws so far, so
    /// shares hold over a run even where `size * share` is no whole number.
    pub fn batch(&mut self, size: usize) -> Vec<usize> {
        if self.with_replacement && !self.cells.is_empty() {
            return (0..size).map(|_| self.any()).collect();
        }
        self.batches += 1;
        let batch = self.batches;
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
                cell.began = batch;
            }
            // Only a pass that began within this batch can meet what the batch holds already.
            let waits = |position: &usize| cell.began == batch && positions.contains(position);
            if let Some(ahead) = cell.order[cell.next..].iter().position(|position| !waits(position)) {
                cell.order[cell.next..=cell.next + ahead].rotate_right(1);
            }
            positions.push(cell.order[cell.next]);
            cell.next += 1;
            cell.drawn += 1;
        }
        positions
    }

    /// An image of a cell, both drawn with equal chances.
    fn any(&mut self) -> usize {
        let order = &self.cells[self.rng.random_range(0..self.cells.len())].order;
        order[self.rng.random_range(0..order.len())]
    }
}

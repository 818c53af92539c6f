//! Subsampling to the smallest subgroup x label cell, as a control.

use std::collections::BTreeMap;

use rand::seq::SliceRandom;

use super::{Batches, Erm, Method, Outputs, State, Terms};
use crate::data::Population;
use crate::model::QpNet;
use crate::rng::Streams;
use crate::train::{Batch, Cell, Sampling};

/// SUBG: every subgroup x label cell is cut down once, at random, to the size of the smallest one, and
/// the mean loss over what is left is minimised. It throws most dominant images away, which for a
/// transfer from Mixed only means that they are not seen again. It takes as many steps as every other
/// transfer, hence more passes over fewer images. Of several classes the smallest cell that has any
/// image decides.
///
/// # Source
/// Idrissi et al. 2022, *Simple data balancing achieves competitive worst-group-accuracy* (arXiv
/// 2110.14503), section 3.
#[derive(Clone, Copy, Debug, Default)]
pub struct Subg;

impl Method for Subg {
    fn loss(&mut self, net: &QpNet, batch: &Batch, outputs: &Outputs, state: State) -> Terms {
        Erm.loss(net, batch, outputs, state)
    }

    fn batches(&self) -> Batches {
        Batches::Own(Sampling::CellBalanced)
    }

    fn members(
        &mut self,
        all: Vec<(Cell, usize)>,
        _population: &Population,
        streams: &Streams,
    ) -> Vec<(Cell, usize)> {
        let mut cells: BTreeMap<Cell, Vec<usize>> = BTreeMap::new();
        for (cell, position) in all {
            cells.entry(cell).or_default().push(position);
        }
        let smallest = cells.values().map(Vec::len).min().unwrap_or(0);
        let mut rng = streams.get("subsample");
        for positions in cells.values_mut() {
            positions.shuffle(&mut rng);
            positions.truncate(smallest);
            positions.sort_unstable();
        }
        let with_cell =
            |(cell, positions): (Cell, Vec<usize>)| positions.into_iter().map(move |at| (cell, at));
        cells.into_iter().flat_map(with_cell).collect()
    }
}

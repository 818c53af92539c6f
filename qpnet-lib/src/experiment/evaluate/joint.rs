//! Subgroups resampled together: one draw of patients for all that is compared.

use super::LEVEL;
use super::cell::TestCell;
use crate::experiment::RunError;
use crate::rng::Streams;
use crate::stats::Estimate;
use crate::stats::bootstrap::{Bootstrap, Resampler};

/// The patients of one or more cells, stratified by subgroup and label.
pub(in crate::experiment) struct Joint {
    resampler: Resampler,
    /// Where the samples of each cell stand among all.
    ranges: Vec<std::ops::Range<usize>>,
}

impl Joint {
    pub(in crate::experiment) fn of(cells: &[&TestCell]) -> Result<Self, RunError> {
        let labels = 1 + cells.iter().flat_map(|cell| &cell.strata).max().copied().unwrap_or(0);
        let (mut clusters, mut strata, mut ranges) = (Vec::new(), Vec::new(), Vec::new());
        for (group, cell) in cells.iter().enumerate() {
            let begin = clusters.len();
            clusters.extend(&cell.clusters);
            strata.extend(cell.strata.iter().map(|label| group * labels + label));
            ranges.push(begin..clusters.len());
        }
        Ok(Self { resampler: Resampler::new(&clusters, &strata)?, ranges })
    }

    pub(in crate::experiment) fn patients(&self) -> usize {
        self.resampler.patients()
    }

    pub(in crate::experiment) fn bootstrap<'a>(&'a self, streams: &'a Streams) -> Bootstrap<'a> {
        Bootstrap::new(&self.resampler, streams).with_level(LEVEL)
    }

    /// The part of `weights` that belongs to a cell.
    pub(in crate::experiment) fn part<'a>(&self, weights: &'a [u32], cell: usize) -> &'a [u32] {
        &weights[self.ranges[cell].clone()]
    }

    pub(in crate::experiment) fn auc(
        &self,
        cell: &TestCell,
        streams: &Streams,
    ) -> Result<Estimate, RunError> {
        let auc = cell.auc()?;
        Ok(self.bootstrap(streams).estimate("AUC", |weights| auc(self.part(weights, 0)))?)
    }
}

//! Subgroups resampled together: one draw of patients for all that is compared.

use std::ops::Range;

use super::cell::TestCell;
use super::level::LEVEL;
use crate::experiment::RunError;
use crate::rng::Streams;
use crate::stats::Estimate;
use crate::stats::bootstrap::{Bootstrap, Measure, Resampler};

/// The patients of one or more cells. For an AUC, which takes the prevalence as given, they are stratified by subgroup
/// and label; for Brier scores, whose prevalence came by chance, by subgroup alone, as in an
/// [`audit`](fn@crate::audit::audit).
pub(in crate::experiment) struct Joint {
    resampler: Resampler,
    /// Stratified by subgroup alone.
    forecasts: Resampler,
    /// Where the samples of each cell stand among all.
    ranges: Vec<std::ops::Range<usize>>,
}

impl Joint {
    pub(in crate::experiment) fn of(cells: &[&TestCell]) -> Result<Self, RunError> {
        let labels = 1 + cells.iter().flat_map(|cell| &cell.strata).max().copied().unwrap_or(0);
        let (mut clusters, mut strata, mut ranges) = (Vec::new(), Vec::new(), Vec::new());
        let mut groups = Vec::new();
        for (group, cell) in cells.iter().enumerate() {
            let begin = clusters.len();
            clusters.extend(&cell.clusters);
            strata.extend(cell.strata.iter().map(|label| group * labels + label));
            groups.resize(clusters.len(), group);
            ranges.push(begin..clusters.len());
        }
        let [resampler, forecasts] = [strata, groups].map(|strata| Resampler::new(&clusters, &strata));
        Ok(Self { resampler: resampler?, forecasts: forecasts?, ranges })
    }

    pub(in crate::experiment) fn patients(&self) -> usize {
        self.resampler.patients()
    }

    pub(in crate::experiment) fn bootstrap<'a>(&'a self, streams: &'a Streams) -> Bootstrap<'a> {
        Bootstrap::new(&self.resampler, streams).with_level(LEVEL)
    }

    /// For measures of the probabilities.
    pub(super) fn forecasts<'a>(&'a self, streams: &'a Streams) -> Bootstrap<'a> {
        Bootstrap::new(&self.forecasts, streams).with_level(LEVEL)
    }

    /// A measure of the samples of each cell.
    pub(super) fn parts<'a>(&self, measures: &[&'a dyn Measure]) -> Vec<(&'a dyn Measure, Range<usize>)> {
        measures.iter().copied().zip(self.ranges.iter().cloned()).collect()
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
        Ok(self.bootstrap(streams).estimate_of("AUC", &self.parts(&[auc.as_ref()]), |auc| auc[0])?)
    }
}

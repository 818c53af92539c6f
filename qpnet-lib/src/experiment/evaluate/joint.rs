//! Subgroups resampled together: one draw of patients for all that is compared.

use std::ops::Range;

use super::LEVEL;
use super::cell::{Statistic, TestCell};
use crate::experiment::RunError;
use crate::metrics;
use crate::rng::Streams;
use crate::stats::bootstrap::{Bootstrap, Measure, Resampler};
use crate::stats::{self, Comparison, Estimate};

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

    /// First minus second cell.
    pub(in crate::experiment) fn disparity(
        &self,
        cells: [&TestCell; 2],
        streams: &Streams,
    ) -> Result<Estimate, RunError> {
        let [dominant, less] = [cells[0].auc()?, cells[1].auc()?];
        let parts = self.parts(&[dominant.as_ref(), less.as_ref()]);
        Ok(self.bootstrap(streams).estimate_of("disparity", &parts, |auc| metrics::gap(auc[0], auc[1]))?)
    }

    /// Over the cells whose AUC is defined; the others are named in the flag.
    pub(in crate::experiment) fn best_minus_worst(
        &self,
        cells: &[&TestCell],
        streams: &Streams,
    ) -> Result<Estimate, RunError> {
        let aucs: Vec<Statistic> = cells.iter().map(|cell| cell.auc()).collect::<Result<_, _>>()?;
        let is_defined = |&i: &usize| aucs[i].at(&vec![1; cells[i].len()]).is_some();
        let (defined, lost): (Vec<usize>, Vec<usize>) = (0..cells.len()).partition(is_defined);
        let values = |weights: &[u32]| -> Vec<f64> {
            defined.iter().map(|&i| aucs[i].at(self.part(weights, i)).unwrap_or(f64::NAN)).collect()
        };
        let bootstrap = self.bootstrap(streams);
        let n = self.ranges.last().map_or(0, |range| range.end);
        let drawn = bootstrap.replicate(values);
        let rows: Vec<&[f64]> = drawn.iter().map(Vec::as_slice).collect();
        let own = values(&vec![1; n]);
        let found = stats::best_minus_worst(&bootstrap, "best minus worst", &own, &rows, n)?;
        let names: Vec<&str> = lost.iter().map(|&i| cells[i].subgroup.as_str()).collect();
        let remark = format!("without {}, where the AUC is undefined", names.join(", "));
        Ok(found.flagged((!names.is_empty()).then_some(remark)))
    }

    /// Two methods on the same samples.
    pub(in crate::experiment) fn paired(
        &self,
        now: &TestCell,
        then: &TestCell,
        streams: &Streams,
    ) -> Result<Comparison, RunError> {
        let [a, b] = [now.auc()?, then.auc()?];
        let all = || self.ranges[0].clone();
        let parts: [(&dyn Measure, _); 2] = [(a.as_ref(), all()), (b.as_ref(), all())];
        Ok(self.bootstrap(streams).compare_of("AUC, paired", &parts, |auc| metrics::gap(auc[0], auc[1]))?)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;
    use crate::data::TaskKind;
    use crate::experiment::Prediction;

    fn row(subgroup: &str, number: usize, label: usize, score: f64) -> Prediction {
        Prediction {
            method: "mixed".into(),
            seed: 1,
            part: "test".into(),
            sample_id: format!("{subgroup}{number}"),
            patient_id: format!("{subgroup}{number}"),
            subgroup: subgroup.into(),
            label,
            findings: Vec::new(),
            scores: vec![score],
        }
    }

    #[test]
    fn a_subgroup_without_an_auc_is_left_out_and_named() {
        // Labels alternate; scores follow them in `a`, and do not in `b`; `c` has no positive.
        let rows: Vec<Prediction> = (0..24)
            .flat_map(|i| {
                let noise = (i * 7 % 24) as f64 / 24.0;
                let (label, follows) = (i % 2, i % 2 + usize::from(i % 5 == 0));
                [row("a", i, label, follows as f64 + noise), row("b", i, label, noise), row("c", i, 0, noise)]
            })
            .collect();
        let ids: HashMap<&str, usize> =
            rows.iter().enumerate().map(|(at, row)| (row.patient_id.as_str(), at)).collect();
        let cells = ["a", "b", "c"].map(|name| TestCell::of(&rows, "mixed", name, TaskKind::Binary, &ids));
        let streams = Streams::new(1);
        let found = |cells: &[&TestCell]| {
            Joint::of(cells).expect("joint").best_minus_worst(cells, &streams).expect("estimate")
        };
        let (two, three) = (found(&[&cells[0], &cells[1]]), found(&[&cells[0], &cells[1], &cells[2]]));
        assert_eq!(two.value, three.value);
        assert!(two.flag.is_none() && three.low.is_some());
        assert!(three.flag.expect("flag").contains("without c"));
    }
}

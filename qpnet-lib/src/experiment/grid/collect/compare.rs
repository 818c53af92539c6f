//! Means over seeds, and paired differences from the reference, of one point.

use super::folded::{Folded, FoldedAuc};
use crate::experiment::RunError;
use crate::experiment::evaluate::LEVEL;
use crate::experiment::grid::expand::Grid;
use crate::metrics;
use crate::rng::Streams;
use crate::stats::Estimate;
use crate::stats::crossed::{SeedTest, crossed};
use crate::stats::seeds::seed_spread;

/// Test scores of a method: by seed, then by subgroup.
pub(super) type Scores = Vec<Option<Vec<Folded>>>;

/// A point of the grid with what its seeds say together.
pub struct Compared {
    /// Number of the point; of folds the first one's.
    pub point: usize,
    /// AUC of every method in every subgroup.
    pub means: Vec<OverSeeds>,
    /// AUC of every method minus that of the reference.
    pub differences: Vec<OverSeeds>,
}

/// A method on a subgroup, over seeds.
pub struct OverSeeds {
    /// The method's key.
    pub method: String,
    /// The subgroup.
    pub subgroup: String,
    /// How many seeds it is over, of how many.
    pub seeds: (usize, usize),
    /// The mean; its interval is over seeds, and over patients too where all seeds have the same test samples.
    pub auc: Estimate,
    /// What its interval comes from; `None` without one.
    pub test: Option<SeedTest>,
}

impl Compared {
    pub(super) fn of(
        grid: &Grid,
        point: usize,
        subgroups: &[String],
        scores: &[Scores],
    ) -> Result<Self, RunError> {
        let methods = &grid.points[point].methods;
        let place = methods.iter().position(|spec| spec.key == grid.reference).unwrap_or_default();
        let (mut means, mut differences) = (Vec::new(), Vec::new());
        for (method, spec) in methods.iter().enumerate() {
            for (subgroup, name) in subgroups.iter().enumerate() {
                let own = of_subgroup(&scores[method], subgroup);
                let alone: Vec<(&Folded, Option<&Folded>)> =
                    own.iter().map(|(_, cell)| (*cell, None)).collect();
                let (method_key, subgroup_name) = (spec.key.clone(), name.clone());
                means.push(OverSeeds::of(grid, method_key, subgroup_name, &alone)?);
                if method == place {
                    continue;
                }
                let others = of_subgroup(&scores[place], subgroup);
                let pair = |&(seed, cell): &(usize, _)| {
                    let (_, other) = others.iter().find(|(own, _)| *own == seed)?;
                    Some((cell, Some(*other)))
                };
                let pairs: Vec<(&Folded, Option<&Folded>)> = own.iter().filter_map(pair).collect();
                differences.push(OverSeeds::of(grid, spec.key.clone(), name.clone(), &pairs)?);
            }
        }
        Ok(Self { point, means, differences })
    }
}

/// The seeds that have scores for a subgroup.
fn of_subgroup(scores: &Scores, subgroup: usize) -> Vec<(usize, &Folded)> {
    let seeds = scores.iter().enumerate();
    let cells = seeds.filter_map(|(seed, cells)| Some((seed, cells.as_ref()?.get(subgroup)?)));
    cells.filter(|(_, cell)| !cell.is_empty()).collect()
}

impl OverSeeds {
    /// Of the AUC, or where there is another cell beside each of the difference.
    fn of(
        grid: &Grid,
        method: String,
        subgroup: String,
        seeds: &[(&Folded, Option<&Folded>)],
    ) -> Result<Self, RunError> {
        let (auc, test) = match seeds.first() {
            None => (Estimate::undefined("AUC", 0, "no seed is complete"), None),
            Some((first, other)) => {
                let (name, range) = match other {
                    Some(_) => ("paired difference", (-1.0, 1.0)),
                    None => ("AUC", (0.0, 1.0)),
                };
                let pair = |(own, other): &(&Folded, Option<&Folded>)| -> Result<_, RunError> {
                    Ok((own.auc()?, other.map(Folded::auc).transpose()?))
                };
                let pairs: Vec<(FoldedAuc, Option<FoldedAuc>)> =
                    seeds.iter().map(pair).collect::<Result<_, _>>()?;
                let at = |seed: usize, weights: &[u32]| match &pairs[seed] {
                    (own, Some(other)) => metrics::gap(own.at(weights), other.at(weights)),
                    (own, None) => own.at(weights),
                };
                if grid.shares_data() {
                    let streams = Streams::new(grid.data_seed(0)).below("grid");
                    let joint = first.joint()?;
                    let found = crossed(&joint.bootstrap(&streams), seeds.len(), name, range, at)?;
                    (found.estimate, found.test)
                } else {
                    let value = |(seed, (own, _)): (usize, &(&Folded, _))| at(seed, &vec![1; own.len()]);
                    apart(name, range, first.len(), seeds.iter().enumerate().map(value))?
                }
            }
        };
        Ok(Self { method, subgroup, seeds: (seeds.len(), grid.seeds.len()), auc, test })
    }
}

/// The mean over seeds that have test samples of their own: what varies between them is all that is uncertain.
fn apart(
    name: &str,
    range: (f64, f64),
    n: usize,
    values: impl Iterator<Item = Option<f64>>,
) -> Result<(Estimate, Option<SeedTest>), RunError> {
    let one = |value: Option<f64>| match value {
        Some(value) => Estimate { se: Some(0.0), ..Estimate::bare(value, name, n) },
        None => Estimate::undefined(name, n, "undefined"),
    };
    let all: Vec<Estimate> = values.map(one).collect();
    let spread = seed_spread(&all, LEVEL)?;
    let mut mean = spread.mean;
    if spread.between_sd == Some(0.0) {
        let reason = Some("seeds do not differ: no interval".to_owned());
        mean = Estimate { low: None, high: None, se: None, reason, ..mean };
    }
    if let (Some(low), Some(high)) = (mean.low, mean.high)
        && (low < range.0 || high > range.1)
    {
        let (low, high) = (Some(low.max(range.0)), Some(high.min(range.1)));
        let cut = format!("cut at the ends of [{}, {}]", range.0, range.1);
        mean = Estimate { low, high, ..mean }.flagged(Some(cut));
    }
    let method = format!("{name}, mean of {} seeds with test samples of their own, Student's t", all.len());
    let test = mean.triple().zip(mean.se).map(|((value, ..), se)| SeedTest {
        value,
        patients: (0.0, f64::INFINITY),
        seeds: (se, all.len() as f64 - 1.0),
    });
    Ok((Estimate { method, ..mean }, test))
}

//! How far methods are above the re-weighting frontier, at every point.

use super::compare::{OverSeeds, Scores};
use super::folded::{Folded, FoldedAuc};
use crate::experiment::RunError;
use crate::experiment::evaluate::LEVEL;
use crate::experiment::grid::expand::Grid;
use crate::rng::Streams;
use crate::stats::crossed::SeedTest;
use crate::stats::frontier::{EQUIVALENCE, Gain, Place, Verdict, gains};
use crate::stats::multiplicity::holm;

/// Margins of the quasi-Pareto test beside the gain.
pub const MARGINS: [f64; 2] = [0.02, 0.01];

/// A method at a point, against the frontier.
pub struct AgainstFrontier {
    /// Number of the point.
    pub point: usize,
    /// The method's key.
    pub method: String,
    /// Seeds of the plan.
    pub of: usize,
    /// The gain.
    pub gain: Gain,
    /// Cells that are missing, of the method and of the frontier: `delta_25 of seed 103`.
    pub missing: Vec<String>,
    /// AUC of the dominant subgroup minus that of the reference; `None` of the reference itself.
    pub cost: Option<crate::stats::Estimate>,
    /// p-values of the quasi-Pareto claim against the reference, at [`MARGINS`].
    pub quasi_pareto: [Option<f64>; 2],
    /// Holm's p-value of "no gain", over the points of the method.
    pub p: Option<f64>,
    /// Holm's p-value of "no equivalence", over the points of the method.
    pub p_equivalence: Option<f64>,
    /// What the gain alone shows.
    pub verdict: Verdict,
    /// What it shows after Holm.
    pub verdict_holm: Verdict,
}

/// Where a training stands.
pub struct Placed {
    /// Number of the point.
    pub point: usize,
    /// Number of the method.
    pub method: usize,
    /// Number of the seed.
    pub seed: usize,
    /// Its AUC in both subgroups.
    pub place: Place,
}

/// All methods of a point that are not on the frontier, and where all trainings stand; verdicts are still of each alone.
/// Nothing where the plan has no frontier.
pub(super) fn against(
    grid: &Grid,
    point: usize,
    scores: &[Scores],
    differences: &[OverSeeds],
) -> Result<(Vec<AgainstFrontier>, Vec<Placed>), RunError> {
    let specs = &grid.points[point].methods;
    let methods: Vec<usize> = (0..specs.len()).filter(|m| !grid.frontier.contains(m)).collect();
    if grid.frontier.is_empty() {
        return Ok((Vec::new(), Vec::new()));
    }
    let order: Vec<usize> = grid.frontier.iter().chain(&methods).copied().collect();
    let of = |&method: &usize| -> Result<Vec<Option<Area<'_>>>, RunError> {
        scores[method].iter().map(|cells| pair(cells.as_ref())).collect()
    };
    let areas: Vec<Vec<Option<Area<'_>>>> = order.iter().map(of).collect::<Result<_, _>>()?;
    let has = |which: usize, seed: usize| areas[which][seed].is_some();
    let on = grid.frontier.len();
    let complete = |method: usize| -> Vec<usize> {
        let all = |seed: &usize| (0..on).chain([on + method]).all(|which| has(which, *seed));
        (0..grid.seeds.len()).filter(all).collect()
    };
    let seeds: Vec<Vec<usize>> = (0..methods.len()).map(complete).collect();
    let first = areas.iter().flatten().flatten().next();
    let joint = first.map(|area| Folded::together(&area.cells)).transpose()?;
    let streams = Streams::new(grid.data_seed(grid.seeds[0])).below("grid");
    let bootstrap = joint.as_ref().filter(|_| grid.shares_data()).map(|joint| joint.bootstrap(&streams));
    let at = |seed: usize, which: usize, weights: Option<&[u32]>| {
        let area = areas[which][seed].as_ref()?;
        let [dominant, less] = area.cells.map(Folded::len);
        let of = |subgroup: usize| match weights {
            Some(weights) if subgroup == 0 => area.auc[0].at(&weights[..dominant]),
            Some(weights) => area.auc[1].at(&weights[dominant..dominant + less]),
            None => area.auc[subgroup].at(&vec![1; area.cells[subgroup].len()]),
        };
        Some(Place { dominant: of(0)?, less: of(1)? })
    };
    let found = gains(bootstrap.as_ref(), LEVEL, on, &seeds, at)?;
    let own = |(which, &method): (usize, &usize)| {
        let placed = move |seed| Some(Placed { point, method, seed, place: at(seed, which, None)? });
        (0..grid.seeds.len()).filter_map(placed).collect::<Vec<_>>()
    };
    let mut places: Vec<Placed> = order.iter().enumerate().flat_map(own).collect();
    places.sort_by_key(|placed| (placed.seed, placed.method));
    let dominant = areas.iter().flatten().flatten().next().map(|area| area.cells[0].subgroup().to_owned());
    let of = |(number, gain): (usize, Gain)| -> Result<AgainstFrontier, RunError> {
        let key = &specs[methods[number]].key;
        let missing = |&which: &usize| {
            let key = &specs[order[which]].key;
            let lost = (0..grid.seeds.len()).filter(move |&seed| !has(which, seed));
            lost.map(move |seed| format!("{key} of seed {}", grid.seeds[seed])).collect::<Vec<_>>()
        };
        let whiches: Vec<usize> = (0..on).chain([on + number]).collect();
        let own = |is_dominant: bool| {
            let same = |name: &String| (dominant.as_ref() == Some(name)) == is_dominant;
            differences.iter().find(|over| over.method == *key && same(&over.subgroup))
        };
        let (cost, raised) = (own(true), own(false));
        let test = |over: Option<&OverSeeds>| over.and_then(|over| over.test);
        let claim = |margin: f64| quasi_pareto(test(raised), test(cost), margin);
        Ok(AgainstFrontier {
            point,
            method: key.clone(),
            of: grid.seeds.len(),
            missing: whiches.iter().flat_map(missing).collect(),
            cost: cost.map(|over| over.auc.clone()),
            quasi_pareto: MARGINS.map(claim),
            p: gain.p(),
            p_equivalence: gain.p_equivalence(EQUIVALENCE),
            verdict: gain.verdict(EQUIVALENCE)?,
            verdict_holm: Verdict::Undefined,
            gain,
        })
    };
    Ok((found.into_iter().enumerate().map(of).collect::<Result<_, _>>()?, places))
}

/// The larger p-value of "not better for the less-prevalent" and "worse by the margin or more for the dominant".
fn quasi_pareto(less: Option<SeedTest>, dominant: Option<SeedTest>, margin: f64) -> Option<f64> {
    Some(less?.p_above(0.0).max(dominant?.p_above(-margin)))
}

/// Adjust over the points of each method, and judge again.
pub(super) fn adjust(all: &mut [AgainstFrontier]) -> Result<(), RunError> {
    let mut methods: Vec<String> = all.iter().map(|own| own.method.clone()).collect();
    methods.sort();
    methods.dedup();
    for method in methods {
        let own: Vec<usize> = (0..all.len()).filter(|&at| all[at].method == method).collect();
        let of = |p: fn(&AgainstFrontier) -> Option<f64>| {
            holm(&own.iter().map(|&at| p(&all[at])).collect::<Vec<_>>())
        };
        let (p, equivalence) = (of(|own| own.p)?, of(|own| own.p_equivalence)?);
        for (place, at) in own.into_iter().enumerate() {
            let cell = &mut all[at];
            (cell.p, cell.p_equivalence) = (p[place], equivalence[place]);
            cell.verdict_holm = cell.gain.verdict_by(p[place], equivalence[place], EQUIVALENCE)?;
        }
    }
    Ok(())
}

/// Test samples of a training in both subgroups, with the areas over them.
struct Area<'a> {
    cells: [&'a Folded; 2],
    auc: [FoldedAuc; 2],
}

fn pair(cells: Option<&Vec<Folded>>) -> Result<Option<Area<'_>>, RunError> {
    let Some([dominant, less, ..]) = cells.map(Vec::as_slice) else { return Ok(None) };
    if dominant.is_empty() || less.is_empty() {
        return Ok(None);
    }
    Ok(Some(Area { cells: [dominant, less], auc: [dominant.auc()?, less.auc()?] }))
}

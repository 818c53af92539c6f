//! From finished cells to one table: a row a cell, subgroup and metric, and what is missing by name.

mod compare;
mod folded;
mod frontier;
mod table;

use std::collections::BTreeMap;

pub use compare::{Compared, OverSeeds};
pub use frontier::{AgainstFrontier, MARGINS, Placed};
pub use table::{frontier_table, index, missing, places_table, table, tuning_table};

use folded::Folded;

use super::cell::{Row, Work};
use super::error::GridError;
use super::expand::Grid;
use super::names::{CellId, Names};
use super::store::{GridStore, State};
use super::tuning::Tuning;
use crate::experiment::evaluate::Evaluation;
use crate::experiment::evaluate::cell::TestCell;
use crate::experiment::evaluate::measures::Measured;
use crate::experiment::folder::load_trained;
use crate::experiment::{RunError, Trained, seal};

/// What is collected of a grid.
pub struct Collected<'a> {
    /// The grid.
    pub grid: &'a Grid,
    /// The name of every row's cell.
    pub ids: Vec<CellId>,
    /// Measures of the rows that are complete.
    pub(super) measures: BTreeMap<usize, Vec<Measured>>,
    /// The rows that are not, and why.
    pub missing: BTreeMap<usize, String>,
    /// Comparisons with the reference, and means, over seeds.
    pub compared: Vec<Compared>,
    /// What was tuned, where the plan tunes.
    pub tuning: Option<&'a Tuning>,
    /// Methods against the frontier, where the plan has one.
    pub frontier: Vec<AgainstFrontier>,
    /// Where their trainings stand.
    pub places: Vec<Placed>,
}

/// Read every finished cell, check its bytes, measure, and compare with the reference. What is missing is named.
///
/// `each` hears how many rows are done.
///
/// # Errors
/// [`GridError::Run`] from the statistics, [`GridError::File`].
pub fn collect<'a>(
    grid: &'a Grid,
    names: &Names<'_>,
    store: &GridStore,
    tuning: Option<&'a Tuning>,
    each: &dyn Fn(usize, usize),
) -> Result<Collected<'a>, GridError> {
    let ids = names.all()?;
    let (measures, missing) = (BTreeMap::new(), BTreeMap::new());
    let (compared, frontier, places) = (Vec::new(), Vec::new(), Vec::new());
    let mut found = Collected { grid, ids, measures, missing, compared, frontier, places, tuning };
    let methods = grid.points[0].methods.len();
    for point in (0..grid.points.len()).step_by(grid.folds) {
        // The test scores of a point: by method, seed and subgroup, each over all folds.
        let mut scores: Vec<Vec<Option<Vec<Folded>>>> = Vec::new();
        let mut subgroups = Vec::new();
        for method in 0..methods {
            let mut of_method = Vec::new();
            for seed in 0..grid.seeds.len() {
                let mut folds: Vec<Vec<TestCell>> = Vec::new();
                for point in point..point + grid.folds {
                    each(found.measures.len() + found.missing.len(), grid.len());
                    let row = Row { point, seed, method };
                    let number = grid.number(row);
                    if grid.waits(row) {
                        found.missing.insert(number, "waits for tuning".to_owned());
                        continue;
                    }
                    match kept(names, store, row, found.ids[number])? {
                        Ok(trained) => {
                            let key = &grid.points[point].methods[method].key;
                            let evaluation =
                                Evaluation::of(&trained.config, &trained.origin, &trained.predictions);
                            found.measures.insert(number, evaluation.measures(key, &trained.predictions)?);
                            subgroups.clone_from(&trained.origin.data.subgroups);
                            let cells = 0..trained.origin.data.subgroups.len();
                            folds.push(cells.map(|subgroup| evaluation.cell(key, subgroup)).collect());
                        }
                        Err(reason) => {
                            found.missing.insert(number, reason);
                        }
                    }
                }
                of_method.push((folds.len() == grid.folds).then(|| by_subgroup(folds)));
            }
            scores.push(of_method);
        }
        let compared = Compared::of(grid, point, &subgroups, &scores)?;
        let (against, places) = frontier::against(grid, point, &scores, &compared.differences)?;
        found.frontier.extend(against);
        found.places.extend(places);
        found.compared.push(compared);
    }
    frontier::adjust(&mut found.frontier)?;
    Ok(found)
}

/// From cells by fold and subgroup to those of all folds by subgroup. Each fold has numbered its patients from 0, those of
/// its subgroups together.
fn by_subgroup(folds: Vec<Vec<TestCell>>) -> Vec<Folded> {
    let subgroups = folds.first().map_or(0, Vec::len);
    let mut turned: Vec<Vec<TestCell>> = (0..subgroups).map(|_| Vec::new()).collect();
    let mut first = 0;
    for mut fold in folds {
        for patient in fold.iter_mut().flat_map(|cell| &mut cell.clusters) {
            *patient += first;
        }
        first = fold.iter().flat_map(|cell| &cell.clusters).max().map_or(first, |most| most + 1);
        turned.iter_mut().zip(fold).for_each(|(of_subgroup, cell)| of_subgroup.push(cell));
    }
    turned.into_iter().map(Folded).collect()
}

/// The kept run of a row, or why there is none.
fn kept(
    names: &Names<'_>,
    store: &GridStore,
    row: Row,
    id: CellId,
) -> Result<Result<Trained, String>, GridError> {
    let damaged = |detail: &dyn std::fmt::Display| {
        let folder = store.folder(id);
        format!("damaged: {detail}; remove {} and run again: the cell is trained anew", folder.display())
    };
    match store.state(id)? {
        None => {
            let failed = store.failure(id).map(|failure| format!("failed: {}", failure.error));
            let waits = || -> Result<Option<String>, GridError> {
                let Work::Transfer(..) = names.grid().work(row) else { return Ok(None) };
                let start = names.start(row)?;
                let failed = store.failure(start);
                Ok(failed.map(|failure| format!("what it starts from, {start}, failed: {}", failure.error)))
            };
            let reason = if failed.is_some() { failed } else { waits()? };
            Ok(Err(reason.unwrap_or_else(|| "not trained".to_owned())))
        }
        Some(State::Damaged(detail)) => Ok(Err(damaged(&detail))),
        Some(State::Complete) => {
            let folder = store.folder(id);
            match seal::check(&folder, &names.key(row, &names.grid().work(row))?) {
                Ok(()) => Ok(Ok(load_trained(&folder)?)),
                Err(RunError::NotKept { detail, .. }) => Ok(Err(damaged(&detail))),
                Err(error) => Ok(Err(damaged(&error))),
            }
        }
    }
}

//! The tables as CSV, in the order of the plan.

use super::Collected;
use crate::experiment::folder::PREDICTIONS;
use crate::experiment::grid::cell::Row;
use crate::experiment::grid::columns::{AFTER, BEFORE, FRONTIER, PLACES, TUNING};
use crate::experiment::grid::expand::{Grid, Point};
use crate::experiment::grid::tuning::{Choice, Trial};
use crate::stats::frontier::EQUIVALENCE;

/// A number as it is read back to the same bits; empty where there is none.
fn number(value: Option<f64>) -> String {
    value.map_or_else(String::new, |value| value.to_string())
}

fn headers<'a>(grid: &'a Grid, after: &[&'a str]) -> Vec<&'a str> {
    let factors = grid.factors.iter().map(String::as_str);
    BEFORE.into_iter().chain(factors).chain(after.iter().copied()).collect()
}

/// What stands in the columns that say which cell it is, up to the method.
fn cell(found: &Collected<'_>, at: usize, row: Row) -> Vec<String> {
    let grid = found.grid;
    let point = &grid.points[row.point];
    let config = &point.config;
    let mut line = vec![found.ids[at].to_string(), config.data.clone(), config.scheme.clone()];
    line.push(config.dominant_train.map_or_else(String::new, |size| size.to_string()));
    line.extend(point.levels.iter().cloned());
    let seed = grid.seeds[row.seed];
    line.extend([seed.to_string(), grid.data_seed(seed).to_string()]);
    line.push(config.fold.map_or_else(String::new, |fold| fold.number().to_string()));
    line.push(point.methods[row.method].key.clone());
    line
}

/// What says which point it is.
fn place(point: &Point) -> Vec<String> {
    let config = &point.config;
    let size = config.dominant_train.map_or_else(String::new, |size| size.to_string());
    let begin = [config.data.clone(), config.scheme.clone(), size];
    begin.into_iter().chain(point.levels.iter().cloned()).collect()
}

/// The headers of a table whose rows begin with [`place`].
fn placed_headers(grid: &Grid, after: &[&str]) -> Vec<String> {
    let factors = grid.factors.iter().map(String::as_str);
    strings(BEFORE[1..].iter().copied().chain(factors).chain(after.iter().copied()).collect())
}

fn written(lines: impl IntoIterator<Item = Vec<String>>) -> Result<Vec<u8>, csv::Error> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    for line in lines {
        writer.write_record(line)?;
    }
    writer.into_inner().map_err(|error| error.into_error().into())
}

fn strings(headers: Vec<&str>) -> Vec<String> {
    headers.into_iter().map(str::to_owned).collect()
}

/// A row a cell, subgroup and metric, with every factor as a column.
///
/// # Errors
/// None but of memory.
pub fn table(found: &Collected<'_>) -> Result<Vec<u8>, csv::Error> {
    let rows = found.measures.iter().flat_map(|(&at, measures)| {
        let begin = cell(found, at, found.grid.row(at));
        measures.iter().map(move |measured| {
            let estimate = &measured.estimate;
            let bare = estimate.value.is_some() && estimate.low.is_none() && estimate.reason.is_none();
            let none = bare.then(|| "no interval of this measure is computed here".to_owned());
            let note: Vec<String> =
                [&estimate.reason, &estimate.flag, &none].into_iter().flatten().cloned().collect();
            let mut line = begin.clone();
            line.extend([measured.subgroup.clone(), measured.metric.to_owned()]);
            line.extend([estimate.value, estimate.low, estimate.high, estimate.se].map(number));
            line.extend([estimate.n, measured.patients, measured.positives].map(|count| count.to_string()));
            line.push(note.join("; "));
            line
        })
    });
    written(std::iter::once(strings(headers(found.grid, &AFTER))).chain(rows))
}

/// Where the predictions of every finished row are, from the folder of the store.
///
/// # Errors
/// None but of memory.
pub fn index(found: &Collected<'_>) -> Result<Vec<u8>, csv::Error> {
    let rows = found.measures.keys().map(|&at| {
        let mut line = cell(found, at, found.grid.row(at));
        line.push(format!("{}/{PREDICTIONS}", found.ids[at]));
        line
    });
    let headers = headers(found.grid, &["seed", "data_seed", "fold", "method", "predictions"]);
    written(std::iter::once(strings(headers)).chain(rows))
}

/// What is missing, and why.
///
/// # Errors
/// None but of memory.
pub fn missing(found: &Collected<'_>) -> Result<Vec<u8>, csv::Error> {
    let rows = found.missing.iter().map(|(&at, reason)| {
        let mut line = cell(found, at, found.grid.row(at));
        line.push(reason.clone());
        line
    });
    let headers = headers(found.grid, &["seed", "data_seed", "fold", "method", "reason"]);
    written(std::iter::once(strings(headers)).chain(rows))
}

/// Methods against the frontier: a row a point and method.
///
/// # Errors
/// None but of memory.
pub fn frontier_table(found: &Collected<'_>) -> Result<Vec<u8>, csv::Error> {
    let grid = found.grid;
    let rows = found.frontier.iter().map(|own| {
        let mut line = place(&grid.points[own.point]);
        let (gain, estimate) = (&own.gain, &own.gain.estimate);
        line.extend([own.method.clone(), gain.seeds.to_string(), own.of.to_string()]);
        let cost = own.cost.as_ref();
        let numbers =
            [estimate.value, estimate.low, estimate.high, estimate.se, gain.spread, gain.p(), own.p];
        line.extend(numbers.map(number));
        line.extend([gain.p_equivalence(EQUIVALENCE), own.p_equivalence].map(number));
        line.extend([own.verdict.to_string(), own.verdict_holm.to_string(), gain.outside.to_string()]);
        line.extend(
            [cost.and_then(|c| c.value), cost.and_then(|c| c.low), cost.and_then(|c| c.high)].map(number),
        );
        line.extend(own.quasi_pareto.map(number));
        let missing = (!own.missing.is_empty()).then(|| format!("missing: {}", own.missing.join(", ")));
        let note = [estimate.reason.clone(), estimate.flag.clone(), missing];
        line.push(note.into_iter().flatten().collect::<Vec<_>>().join("; "));
        line
    });
    written(std::iter::once(placed_headers(grid, &FRONTIER)).chain(rows))
}

/// Where every training of a plan with a frontier stands: a row a point, seed and method. Folds are averaged.
///
/// # Errors
/// None but of memory.
pub fn places_table(found: &Collected<'_>) -> Result<Vec<u8>, csv::Error> {
    let grid = found.grid;
    let rows = found.places.iter().map(|placed| {
        let point = &grid.points[placed.point];
        let mut line = place(point);
        line.push(point.methods[placed.method].key.clone());
        line.push(grid.frontier.contains(&placed.method).to_string());
        line.push(grid.seeds[placed.seed].to_string());
        line.extend([placed.place.dominant, placed.place.less].map(|auc| auc.to_string()));
        line
    });
    written(std::iter::once(placed_headers(grid, &PLACES)).chain(rows))
}

/// Every draw of tuning: a row a point, method and draw.
///
/// # Errors
/// None but of memory.
pub fn tuning_table(found: &Collected<'_>) -> Result<Vec<u8>, csv::Error> {
    let grid = found.grid;
    let Some(tuning) = found.tuning else { return Ok(Vec::new()) };
    let of_method = |(&(point, method), choice): (&(usize, usize), &Choice)| -> Vec<Vec<String>> {
        let Some(tuned) = tuning.methods.iter().find(|tuned| tuned.method == method) else {
            return Vec::new();
        };
        let point = &grid.points[point];
        let mut begin = place(point);
        begin.push(point.methods[method].key.clone());
        let row = |(draw, trial): (usize, &Trial)| {
            let mut line = begin.clone();
            line.extend([(draw + 1).to_string(), tuned.words(draw)]);
            line.extend(
                [trial.auc, choice.mixed]
                    .iter()
                    .flat_map(|auc| [0, 1].map(|g| number(auc.map(|auc| auc[g])))),
            );
            line.extend([trial.qualifies, choice.chosen == Some(draw)].map(|yes| yes.to_string()));
            line.push(trial.reason.clone().unwrap_or_default());
            line
        };
        choice.trials.iter().enumerate().map(row).collect()
    };
    let rows = tuning.choices.iter().flat_map(of_method);
    written(std::iter::once(placed_headers(grid, &TUNING)).chain(rows))
}

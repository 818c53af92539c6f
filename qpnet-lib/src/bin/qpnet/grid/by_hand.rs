//! `qpnet grid run --cell`: cells in this process, one after the other.

use std::process::ExitCode;

use qpnet_audit::program::{bad_use, print};
use qpnet_lib::clock::{Clock, Monotonic};
use qpnet_lib::experiment::Resources;
use qpnet_lib::experiment::grid::{CellId, GridError, Job, Outcome, Performer, jobs};
use serde_json::json;

use super::signals::{AGAIN, End, Ending};
use super::{Opened, time};
use crate::progress::listener;

/// The cell that `digits` begin the name of.
pub fn find<'a>(opened: &Opened, jobs: &'a [Job], digits: &str) -> anyhow::Result<&'a Job> {
    let like: Vec<&Job> = jobs.iter().filter(|job| job.id.to_string().starts_with(digits)).collect();
    match like.as_slice() {
        [job] if !digits.is_empty() => Ok(job),
        [] | [_] => {
            let other = CellId::parse(digits).is_some_and(|id| opened.store.folder(id).is_dir());
            let plan = opened.file().display().to_string();
            Err(bad_use(GridError::NoCell { plan, id: digits.to_owned(), other }))
        }
        many => Err(bad_use(format!("{} cells begin with {digits:?}: give more digits", many.len()))),
    }
}

/// Those of `cells` that are cells of tuning.
fn of_tuning(trials: &Opened, cells: &[String]) -> anyhow::Result<Vec<String>> {
    let names = trials.names()?;
    let jobs = jobs(&trials.grid, &names, &names.all()?)?;
    Ok(cells.iter().filter(|digits| find(trials, &jobs, digits).is_ok()).cloned().collect())
}

/// The grid that `cell` is of: that of tuning, or the plan's own.
pub fn of_cell(opened: Opened, cell: &str) -> anyhow::Result<Opened> {
    let Some(trials) = opened.trials() else { return Ok(opened) };
    let tunes = !of_tuning(&trials, &[cell.to_owned()])?.is_empty();
    Ok(if tunes { trials } else { opened })
}

/// Cells in this process: those of tuning, then the others.
pub fn by_hand(opened: &Opened, cells: &[String], json: bool, end: &End) -> anyhow::Result<ExitCode> {
    let trials = opened.trials();
    let tuned = trials.as_ref().map(|trials| of_tuning(trials, cells)).transpose()?.unwrap_or_default();
    let own: Vec<String> = cells.iter().filter(|digits| !tuned.contains(digits)).cloned().collect();
    let parts = trials.iter().map(|trials| (trials, &tuned)).chain([(opened, &own)]);
    let mut all: Vec<(CellId, Outcome, f64)> = Vec::new();
    for (part, cells) in parts.filter(|(_, cells)| !cells.is_empty()) {
        all.extend(done(part, cells, end)?);
    }
    print(&if json { as_json(&all) } else { all.iter().map(line).collect() })?;
    let failed = all.iter().any(|(_, outcome, _)| matches!(outcome, Outcome::Failed(_)));
    let again = all.iter().any(|(_, outcome, _)| matches!(outcome, Outcome::Elsewhere | Outcome::Stopped));
    Ok(match (failed, again) {
        (true, _) => ExitCode::FAILURE,
        (false, true) => ExitCode::from(AGAIN),
        (false, false) => ExitCode::SUCCESS,
    })
}

/// What became of `cells`, and after how many seconds.
fn done(opened: &Opened, cells: &[String], end: &End) -> anyhow::Result<Vec<(CellId, Outcome, f64)>> {
    let names = opened.names()?;
    let jobs = jobs(&opened.grid, &names, &names.all()?)?;
    let found: Vec<&Job> =
        cells.iter().map(|digits| find(opened, &jobs, digits)).collect::<Result<_, _>>()?;
    opened.store.prepare()?;
    let mut performer = Performer::new(&opened.grid, &names, &opened.store, opened.places.clone());
    let clock = Monotonic::start();
    let progress = Ending { listener: listener(), end: end.clone() };
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let with = Resources { device: &opened.device, clock: &clock, cores, progress: &progress };
    let mut all = Vec::new();
    for job in found {
        let begin = clock.seconds();
        let outcome = match job.is_start {
            true => performer.start(job.row, &with)?,
            false => performer.row(job.row, job.id, &with)?,
        };
        let stopped = outcome == Outcome::Stopped;
        all.push((job.id, outcome, clock.seconds() - begin));
        if stopped {
            break;
        }
    }
    Ok(all)
}

fn line((id, outcome, seconds): &(CellId, Outcome, f64)) -> String {
    let words = match outcome {
        Outcome::Trained => format!("trained ({})", time(*seconds)),
        Outcome::There => "there already".to_owned(),
        Outcome::Elsewhere => "another process is at work on it".to_owned(),
        Outcome::Stopped => "stopped: the same command goes on".to_owned(),
        Outcome::Failed(error) => format!("failed: {error}"),
    };
    format!("{id}: {words}\n")
}

fn as_json(all: &[(CellId, Outcome, f64)]) -> String {
    let cell = |(id, outcome, seconds): &(CellId, Outcome, f64)| {
        let (word, error) = match outcome {
            Outcome::Trained => ("trained", None),
            Outcome::There => ("there", None),
            Outcome::Elsewhere => ("elsewhere", None),
            Outcome::Stopped => ("stopped", None),
            Outcome::Failed(error) => ("failed", Some(error)),
        };
        json!({ "cell": id.to_string(), "outcome": word, "seconds": seconds, "error": error })
    };
    json!({ "cells": all.iter().map(cell).collect::<Vec<_>>() }).to_string() + "\n"
}

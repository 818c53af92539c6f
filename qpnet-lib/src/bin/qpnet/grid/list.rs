//! `qpnet grid list`.

use std::io::{BufWriter, ErrorKind, Write};
use std::process::ExitCode;

use clap::Args;
use qpnet_lib::experiment::grid::{Estimates, Job, Row, State, jobs};
use serde::Serialize;
use serde_json::json;

use super::{Common, Opened, time};

/// Arguments of `qpnet grid list`.
#[derive(Args)]
pub struct Arguments {
    #[command(flatten)]
    common: Common,
    /// A line of JSON a cell, and one for the whole at the end.
    #[arg(long)]
    json: bool,
}

/// A line of JSON.
#[derive(Serialize)]
struct Cell {
    cell: String,
    state: &'static str,
    needs: Option<String>,
    seconds: f64,
    words: String,
}

/// Print every cell; nothing is run.
pub fn execute(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    for opened in arguments.common.open()?.both() {
        match listed(&opened, arguments.json) {
            // A reader that has gone away (`| head`).
            Err(error)
                if error
                    .downcast_ref::<std::io::Error>()
                    .is_some_and(|e| e.kind() == ErrorKind::BrokenPipe) =>
            {
                break;
            }
            other => other?,
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn listed(opened: &Opened, json: bool) -> anyhow::Result<()> {
    let names = opened.names()?;
    let (grid, ids) = (&opened.grid, names.all()?);
    let jobs = jobs(grid, &names, &ids)?;
    let cells = opened.store.cells()?;
    let estimates = Estimates::of(grid, &opened.store, &jobs, &cells);
    let mut out = BufWriter::new(std::io::stdout().lock());
    let (mut missing, mut seconds, mut whole) = (0, 0.0, 0.0);
    for job in &jobs {
        let state = match cells.get(&job.id) {
            Some(State::Complete) => "complete",
            Some(State::Damaged(_)) => "damaged",
            None => "missing",
        };
        let own = estimates.seconds(grid, job);
        whole += own;
        if state != "complete" {
            (missing, seconds) = (missing + 1, seconds + own);
        }
        let needs = job.needs.map(|start| jobs[start].id);
        let words = words(opened, job);
        if json {
            let (cell, needs) = (job.id.to_string(), needs.map(|id| id.to_string()));
            serde_json::to_writer(&mut out, &Cell { cell, state, needs, seconds: own, words })
                .map_err(std::io::Error::from)?;
            out.write_all(b"\n")?;
        } else {
            let needs = needs.map_or_else(String::new, |id| format!(", needs {}", &id.to_string()[..8]));
            writeln!(out, "{}  {state:8}  {:>8}  {words}{needs}", job.id, time(own))?;
        }
    }
    for words in waiting(opened) {
        if json {
            writeln!(out, "{}", json!({"waits_for_tuning": words}))?;
        } else {
            writeln!(out, "waits for tuning  {words}")?;
        }
    }
    let (rows, count, from) = (ids.len(), jobs.len(), estimates.cells);
    if json {
        let line = json!({"rows": rows, "cells": count, "missing": missing, "seconds_missing": seconds,
            "seconds_all": whole, "calibrated_by": from, "store": opened.store.root()});
        writeln!(out, "{line}")?;
    } else {
        let by = match from {
            0 => "guessed: nothing is finished yet".to_owned(),
            _ => format!("by {from} finished cells"),
        };
        writeln!(
            out,
            "{rows} rows in {count} cells, {missing} to be trained: about {} on one core ({by}); {} in all",
            time(seconds),
            time(whole)
        )?;
    }
    Ok(out.flush()?)
}

/// The rows whose settings nobody knows yet: a line a point and method.
fn waiting(opened: &Opened) -> Vec<String> {
    let grid = &opened.grid;
    let mut all: Vec<(usize, usize)> = grid.waiting.iter().copied().collect();
    all.sort_unstable();
    let line = |(point, method)| {
        let first = grid.words(Row { point, seed: 0, method });
        let missing = opened.tuning.as_ref().and_then(|tuning| tuning.choices.get(&(point, method)));
        let left =
            missing.map_or(0, |choice| choice.trials.iter().filter(|trial| trial.auc.is_none()).count());
        let more = grid.seeds.len() - 1;
        format!("{first}, and {more} more seeds: {left} draws are not finished")
    };
    all.into_iter().map(line).collect()
}

/// A job for people.
pub fn words(opened: &Opened, job: &Job) -> String {
    let words = opened.grid.words(job.row);
    match (job.is_start, words.rsplit_once(", ")) {
        (true, Some((point, _))) => format!("{point}, start"),
        _ => words,
    }
}

//! `qpnet grid collect`.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use qpnet_audit::program::output::Output;
use qpnet_audit::program::print;
use qpnet_lib::experiment::grid::collect::{
    collect, frontier_table, index, missing, places_table, table, tuning_table,
};
use qpnet_lib::report::{grid_tables, latex};

use super::Common;
use crate::progress::Board;

const FILES: [&str; 8] = [
    "cells.csv",
    "missing.csv",
    "predictions.csv",
    "tables.md",
    "tables.tex",
    "frontier.csv",
    "places.csv",
    "tuning.csv",
];

/// Arguments of `qpnet grid collect`.
#[derive(Args)]
pub struct Arguments {
    #[command(flatten)]
    common: Common,
    /// Folder to write: cells.csv (a row a cell, subgroup and metric), predictions.csv (where predictions are),
    /// missing.csv, tables.md and tables.tex; where the plan has a frontier frontier.csv (gains and verdicts) and
    /// places.csv (both AUCs of every training); tuning.csv where it tunes.
    #[arg(long)]
    out: PathBuf,
    /// Write --out anew where it holds what was collected earlier.
    #[arg(long)]
    overwrite: bool,
    /// Cells that are missing are no failure: exit code 0. They are named all the same.
    #[arg(long)]
    partial: bool,
}

/// Collect what is there. Exit code 1 where a cell is missing.
pub fn execute(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let opened = arguments.common.look()?;
    let output = Output::take(&arguments.out, arguments.overwrite, &FILES)?;
    let names = opened.names()?;
    let board = Board::new(opened.grid.len(), 0);
    let found = collect(&opened.grid, &names, &opened.store, opened.tuning.as_ref(), &|done, _| {
        board.show(done, 0, "", "collected")
    })?;
    board.end();
    let tables = grid_tables(&found);
    let mut texts: Vec<Vec<u8>> = vec![
        table(&found)?,
        missing(&found)?,
        index(&found)?,
        tables.iter().map(|table| table.markdown() + "\n").collect::<String>().into_bytes(),
        tables.iter().map(|table| latex(table) + "\n").collect::<String>().into_bytes(),
    ];
    texts.push(frontier_table(&found)?);
    texts.push(places_table(&found)?);
    texts.push(tuning_table(&found)?);
    let asked = |name: &str| match name {
        "frontier.csv" | "places.csv" => !opened.grid.frontier.is_empty(),
        "tuning.csv" => opened.tuning.is_some(),
        _ => true,
    };
    output.write(|stage| {
        for (name, text) in FILES.into_iter().zip(&texts).filter(|(name, _)| asked(name)) {
            stage.write(name, text)?;
        }
        Ok(())
    })?;
    let (lost, of) = (found.missing.len(), opened.grid.len());
    let mut text = String::new();
    for (at, reason) in found.missing.iter().take(10) {
        text +=
            &format!("missing {}: {}: {reason}\n", found.ids[*at], opened.grid.words(opened.grid.row(*at)));
    }
    if lost > 10 {
        text += &format!("… and {} more: missing.csv has all\n", lost - 10);
    }
    text += &format!("{} of {of} rows collected, {lost} missing\n{}", of - lost, output.words());
    print(&text)?;
    Ok(if lost == 0 || arguments.partial { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

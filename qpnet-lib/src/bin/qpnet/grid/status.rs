//! `qpnet grid status`.

use std::collections::HashSet;
use std::process::ExitCode;

use clap::Args;
use qpnet_audit::program::print;
use qpnet_lib::experiment::grid::{CellId, State, jobs};
use serde_json::json;

use super::Common;

/// Arguments of `qpnet grid status`.
#[derive(Args)]
pub struct Arguments {
    #[command(flatten)]
    common: Common,
    /// One JSON object instead of words.
    #[arg(long)]
    json: bool,
}

/// Print how the cells stand.
pub fn execute(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let opened = arguments.common.look()?;
    let mut own: HashSet<CellId> = HashSet::new();
    for part in opened.trials().iter().chain([&opened]) {
        let names = part.names()?;
        own.extend(jobs(&part.grid, &names, &names.all()?)?.iter().map(|job| job.id));
    }
    let waiting = opened.grid.waiting_rows();
    let cells = opened.store.cells()?;
    let (held, left) = opened.store.begun()?;
    let count = |ids: &[CellId]| ids.iter().filter(|id| own.contains(id) && !cells.contains_key(id)).count();
    let (at_work, begun) = (count(&held), count(&left));
    let complete = own.iter().filter(|id| cells.get(id) == Some(&State::Complete)).count();
    let damaged: Vec<(CellId, &String)> = cells
        .iter()
        .filter_map(|(id, state)| match state {
            State::Damaged(detail) if own.contains(id) => Some((*id, detail)),
            _ => None,
        })
        .collect();
    let failures = opened.store.failures()?;
    let failed: Vec<_> =
        failures.iter().filter(|(id, _)| own.contains(id) && !cells.contains_key(id)).collect();
    let others = cells.keys().filter(|id| !own.contains(id)).count();
    if arguments.json {
        let failed: Vec<_> = failed
            .iter()
            .map(|(id, failure)| json!({"cell": id.to_string(), "error": failure.error, "attempts": failure.attempts}))
            .collect();
        let damaged: Vec<_> =
            damaged.iter().map(|(id, detail)| json!({"cell": id.to_string(), "error": detail})).collect();
        let all = json!({"cells": own.len(), "complete": complete, "at_work": at_work, "begun": begun,
            "failed": failed, "damaged": damaged, "of_other_plans": others, "rows_that_wait_for_tuning": waiting});
        print(&(serde_json::to_string_pretty(&all)? + "\n"))?;
        return Ok(ExitCode::SUCCESS);
    }
    let mut text = format!(
        "{} of {} cells are complete; {at_work} at work, {begun} begun and left, {} failed, {} damaged\n",
        complete,
        own.len(),
        failed.len(),
        damaged.len()
    );
    for (id, failure) in failed {
        text += &format!("failed {id} ({} times): {}\n", failure.attempts, failure.error);
    }
    for (id, detail) in damaged {
        text += &format!("damaged {id}: {detail}; remove the folder, and it is trained anew\n");
    }
    if waiting > 0 {
        text += &format!("{waiting} rows wait for tuning\n");
    }
    if others > 0 {
        text += &format!(
            "{others} cells of the store belong to another plan, program or machine (qpnet grid why)\n"
        );
    }
    print(&text)?;
    Ok(ExitCode::SUCCESS)
}

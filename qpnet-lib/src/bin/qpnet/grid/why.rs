//! `qpnet grid why`.

use std::process::ExitCode;

use clap::Args;
use qpnet_audit::program::print;
use qpnet_lib::experiment::RunError;
use qpnet_lib::experiment::grid::why::{Difference, most_like, nearest, parts};
use qpnet_lib::experiment::grid::{CellId, Job, State, jobs};

use super::by_hand::{find, of_cell};
use super::{Common, list};

/// Arguments of `qpnet grid why`.
#[derive(Args)]
pub struct Arguments {
    #[command(flatten)]
    common: Common,
    /// A cell, as `qpnet grid list` names it; its first digits suffice.
    cell: String,
    /// Print everything that the cell is named by.
    #[arg(long)]
    all: bool,
}

/// Print what the cell is named by, how it stands, and what the kept cell most like it has otherwise.
pub fn execute(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let opened = of_cell(arguments.common.look()?, &arguments.cell)?;
    let names = opened.names()?;
    let jobs = jobs(&opened.grid, &names, &names.all()?)?;
    let key_of = |job: &Job| match job.is_start {
        true => names.start_key(job.row),
        false => names.key(job.row, &opened.grid.work(job.row)),
    };
    let job = match find(&opened, &jobs, &arguments.cell) {
        Ok(job) => job,
        Err(error) => {
            // It may be a cell of another plan, or of this one before a change.
            let Some(id) = CellId::parse(&arguments.cell) else { return Err(error) };
            let Some(key) = opened.store.key(id) else { return Err(error) };
            let own =
                jobs.iter().map(|job| Ok((job.id, key_of(job)?))).collect::<Result<Vec<_>, RunError>>()?;
            let mut text = format!("{id} is in the store, and no cell of {}\n", opened.file().display());
            if let Some((like, found)) = most_like(&key, own) {
                text += &format!("most like it of this plan is {like}, in which these are otherwise:\n");
                found.iter().for_each(|difference| text += &line(difference));
            }
            print(&text)?;
            return Ok(ExitCode::SUCCESS);
        }
    };
    let key = key_of(job)?;
    let state = match (opened.store.state(job.id)?, opened.store.failure(job.id)) {
        (Some(State::Complete), _) => "it is complete: run does not train it again".to_owned(),
        (Some(State::Damaged(detail)), _) => format!("it is damaged ({detail}): remove the folder"),
        (None, Some(failure)) => format!("it failed ({} times): {}", failure.attempts, failure.error),
        (None, None) => "it is missing: run trains it".to_owned(),
    };
    let mut text = format!("{}: {}\n{state}\n", job.id, list::words(&opened, job));
    let all = parts(&key);
    text += &format!("it is named by {} values; another value of any makes it another cell\n", all.len());
    if arguments.all {
        all.iter().for_each(|(name, value)| text += &format!("  {name} = {value}\n"));
    }
    match nearest(&opened.store, &key, job.id)? {
        None => text += "the store has no other cell\n",
        Some((id, found)) => {
            text += &format!("most like it in the store is {id}, in which these are otherwise:\n");
            found.iter().for_each(|difference| text += &line(difference));
        }
    }
    print(&text)?;
    Ok(ExitCode::SUCCESS)
}

/// What another cell, there, has otherwise than the one that was asked for.
fn line((name, here, there): &Difference) -> String {
    let said = |value: &Option<String>| value.clone().unwrap_or_else(|| "nothing".to_owned());
    format!("  {name}: {} there, {} here\n", said(there), said(here))
}

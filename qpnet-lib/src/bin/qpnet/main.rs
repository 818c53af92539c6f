//! `qpnet`: the program. One file a verb.
//!
//! Exit codes: 0 done, 1 a problem was found or a run failed, 2 bad use, 75 stopped by a signal and to be called again.

mod ablate;
mod cka;
mod cuda;
mod curve;
mod data;
mod grid;
mod http;
mod progress;
mod run;
mod study;

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use qpnet_audit::program::{audit, guarded, pareto};
use qpnet_lib::train::is_out_of_memory;

/// Quasi-Pareto Improvement for diagnostic models that do worse on rare subgroups.
#[derive(Parser)]
#[command(
    name = "qpnet",
    version,
    arg_required_else_help = true,
    after_help = "Examples:\n  qpnet data list\n  qpnet run --data synthetic --scheme moderate --methods mixed,dc,qpi --profile smoke --seed 1 --out target/runs/first"
)]
struct Cli {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    /// List, show, fetch, verify, pack and split data sets, and look for leaks in a split.
    Data(data::Arguments),
    /// Train and evaluate methods on a data set, and keep the result as a folder.
    Run(Box<run::Arguments>),
    /// Thousands of trainings from one plan: list, run, look after and collect them.
    Grid(grid::Arguments),
    /// Compare every method and every part of QP-Net over several trainings.
    Ablate(ablate::Arguments),
    /// Measure a learning curve over the dominant training set and judge it.
    Curve(curve::Arguments),
    /// Compare the layers of networks before and after a transfer (CKA).
    Cka(cka::Arguments),
    /// Audit anybody's predictions: subgroups, gaps, methods, the quasi-Pareto claim.
    #[command(after_help = audit::help(NAME))]
    Audit(Box<audit::Arguments>),
    /// Judge a learning curve by the Pareto fairness criterion.
    #[command(after_help = pareto::help(NAME))]
    Pareto(Box<pareto::Arguments>),
}

const NAME: &str = env!("CARGO_BIN_NAME");

fn main() -> ExitCode {
    let cli = Cli::parse();
    guarded(NAME, out_of_memory, || {
        match &cli.verb {
            Verb::Data(arguments) => return data::execute(arguments),
            Verb::Grid(arguments) => return grid::execute(arguments),
            Verb::Ablate(arguments) => ablate::execute(arguments)?,
            Verb::Curve(arguments) => curve::execute(arguments)?,
            Verb::Cka(arguments) => cka::execute(arguments)?,
            Verb::Audit(arguments) => audit::execute(arguments, NAME)?,
            Verb::Pareto(arguments) => pareto::execute(arguments, NAME)?,
            Verb::Run(arguments) => run::execute(arguments)?,
        }
        Ok(ExitCode::SUCCESS)
    })
}

/// libtorch panics where memory does not suffice, which is no defect; the training says it with batch and size.
fn out_of_memory(words: &str) -> Option<String> {
    let remedy = "memory does not suffice: try a smaller --batch or --image-size";
    is_out_of_memory(words).then(|| format!("{remedy} ({words})"))
}

//! `qpnet`: the program. One file a verb.
//!
//! Exit codes: 0 done, 1 a problem was found or a run failed, 2 bad use.

mod ablate;
mod audit;
mod cuda;
mod data;
mod http;
mod output;
mod pareto;
mod progress;
mod run;

use std::io::{ErrorKind, Write};
use std::process::ExitCode;

use clap::{Parser, Subcommand};
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
    Run(run::Arguments),
    /// Compare every method and every part of QP-Net over several trainings.
    Ablate(ablate::Arguments),
    /// Audit anybody's predictions: subgroups, gaps, methods, the quasi-Pareto claim.
    Audit(audit::Arguments),
    /// Judge a learning curve by the Pareto fairness criterion.
    Pareto(pareto::Arguments),
}

fn main() -> ExitCode {
    // A panic is a defect of this program; its user is told so without a backtrace. Writing may
    // itself fail (a closed pipe), which must not become a second panic.
    std::panic::set_hook(Box::new(|info| {
        let words = message(info.payload());
        if is_out_of_memory(&words) {
            return; // no defect: the training says it with batch and size
        }
        let place = info.location().map_or(String::new(), |at| format!(" ({}:{})", at.file(), at.line()));
        let text = format!("qpnet: internal error{place}: {words}\n{PANIC_HINT}\n");
        let _ = std::io::stderr().write_all(text.as_bytes());
    }));
    let cli = Cli::parse();
    let outcome = std::panic::catch_unwind(|| match cli.verb {
        Verb::Data(arguments) => data::execute(&arguments),
        Verb::Ablate(arguments) => ablate::execute(&arguments).map(|()| ExitCode::SUCCESS),
        Verb::Audit(arguments) => audit::execute(&arguments).map(|()| ExitCode::SUCCESS),
        Verb::Pareto(arguments) => pareto::execute(&arguments).map(|()| ExitCode::SUCCESS),
        Verb::Run(arguments) => run::execute(&arguments).map(|()| ExitCode::SUCCESS),
    });
    match outcome {
        Ok(Ok(code)) => code,
        Ok(Err(error)) => {
            eprintln!("qpnet: {error:#}");
            if error.is::<BadUse>() { ExitCode::from(2) } else { ExitCode::FAILURE }
        }
        Err(panic) => {
            let words = message(panic.as_ref());
            if is_out_of_memory(&words) {
                eprintln!("qpnet: memory does not suffice: try a smaller --batch or --image-size ({words})");
            }
            ExitCode::FAILURE
        }
    }
}

const PANIC_HINT: &str = "qpnet: this is a defect of the program";

/// Write `text` to standard output; a reader that has gone away (`| head`) is no error.
fn print(text: &str) -> anyhow::Result<()> {
    match std::io::stdout().write_all(text.as_bytes()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(()),
    }
}

/// A word on the command line that means nothing; exit code 2, as clap has it for options.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct BadUse(String);

/// For `map_err` on what the command line says.
fn bad_use(error: impl std::fmt::Display) -> anyhow::Error {
    BadUse(error.to_string()).into()
}

/// The first lines of a panic's message; libtorch appends its own stack, which helps nobody.
fn message(payload: &dyn std::any::Any) -> String {
    let text = payload.downcast_ref::<String>().map(String::as_str);
    let text = text.or_else(|| payload.downcast_ref::<&str>().copied()).unwrap_or("no message");
    text.lines().take_while(|line| !line.starts_with("Exception raised from")).collect::<Vec<_>>().join(" ")
}

//! `qpnet`: the program. One file a verb.
//!
//! Exit codes: 0 done, 1 a problem was found or a run failed, 2 bad use.

mod progress;
mod run;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Quasi-Pareto Improvement for diagnostic models that do worse on rare subgroups.
#[derive(Parser)]
#[command(
    version,
    arg_required_else_help = true,
    after_help = "Example:\n  qpnet run --data synthetic --scheme moderate --methods mixed,dc,qpi --profile smoke --seed 1 --out target/runs/first"
)]
struct Cli {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    /// Train and evaluate methods on a data set, and keep the result as a folder.
    Run(run::Arguments),
}

fn main() -> ExitCode {
    // A panic is a defect of this program; its user is told so in one line.
    std::panic::set_hook(Box::new(|info| {
        let place = info.location().map_or(String::new(), |at| format!(" ({}:{})", at.file(), at.line()));
        eprintln!("qpnet: internal error{place}: {}", message(info.payload()));
        eprintln!(
            "qpnet: this is a defect of the program, or libtorch ran out of memory (try a smaller --image-size)"
        );
    }));
    let cli = Cli::parse();
    let outcome = std::panic::catch_unwind(|| match cli.verb {
        Verb::Run(arguments) => run::execute(&arguments),
    });
    match outcome {
        Ok(Ok(())) => ExitCode::SUCCESS,
        Ok(Err(error)) => {
            eprintln!("qpnet: {error:#}");
            ExitCode::FAILURE
        }
        Err(_) => ExitCode::FAILURE,
    }
}

/// The first lines of a panic's message; libtorch appends its own stack, which helps nobody.
fn message(payload: &dyn std::any::Any) -> String {
    let text = payload.downcast_ref::<String>().map(String::as_str);
    let text = text.or_else(|| payload.downcast_ref::<&str>().copied()).unwrap_or("no message");
    text.lines().take_while(|line| !line.starts_with("Exception raised from")).collect::<Vec<_>>().join(" ")
}

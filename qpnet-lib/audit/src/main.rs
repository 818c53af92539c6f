//! `qpnet-audit`: the verbs `audit` and `pareto` of `qpnet` for whoever trains nothing.

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use qpnet_audit::program::{audit, guarded, pareto};

/// Fairness audits of anybody's predictions and learning curves.
#[derive(Parser)]
#[command(
    name = "qpnet-audit",
    version,
    arg_required_else_help = true,
    after_help = "Examples:\n  qpnet-audit audit predictions.csv --label malignant --score p --group site --patient patient --out audit\n  qpnet-audit pareto curve.csv --dominant PTC --out pareto"
)]
struct Cli {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
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
    guarded(
        NAME,
        |_| None,
        || {
            match &cli.verb {
                Verb::Audit(arguments) => audit::execute(arguments, NAME)?,
                Verb::Pareto(arguments) => pareto::execute(arguments, NAME)?,
            }
            Ok(ExitCode::SUCCESS)
        },
    )
}

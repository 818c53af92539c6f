//! `qpnet data show`.

use std::process::ExitCode;

use clap::Args;
use qpnet_lib::report;

use qpnet_audit::program::print;

/// Arguments of `qpnet data show`.
#[derive(Args)]
#[command(after_help = "Exit code 0; 1 where the tables are here and no scheme can be counted.")]
pub struct Arguments {
    #[command(flatten)]
    data: super::DataSet,
    /// Print the manifest itself, as a beginning for one of your own.
    #[arg(long)]
    toml: bool,
}

/// Print the card of a data set, or its manifest.
pub fn execute(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let manifest = arguments.data.manifest()?;
    if arguments.toml {
        print(&manifest.text)?;
        return Ok(ExitCode::SUCCESS);
    }
    let (card, counted) = report::manifest_card(&manifest, arguments.data.root().as_deref());
    print(&card)?;
    Ok(super::code(counted))
}

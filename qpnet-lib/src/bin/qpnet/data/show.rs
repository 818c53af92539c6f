//! `qpnet data show`.

use std::process::ExitCode;

use clap::Args;
use qpnet_lib::report;

use crate::print;

/// Arguments of `qpnet data show`.
#[derive(Args)]
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
    } else {
        print(&report::manifest_card(&manifest, arguments.data.root().as_deref()))?;
    }
    Ok(ExitCode::SUCCESS)
}

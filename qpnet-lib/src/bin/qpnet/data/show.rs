//! `qpnet data show`.

use std::process::ExitCode;

use clap::Args;
use qpnet_lib::data::Manifest;
use qpnet_lib::report;

use crate::{bad_use, print};

/// Arguments of `qpnet data show`.
#[derive(Args)]
pub struct Arguments {
    /// A shipped manifest by name, or a path to a .toml file.
    data: String,
    #[command(flatten)]
    root: super::Root,
    /// Print the manifest itself, as a beginning for one of your own.
    #[arg(long)]
    toml: bool,
}

/// Print the card of a data set, or its manifest.
pub fn execute(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let manifest = Manifest::find(&arguments.data).map_err(bad_use)?;
    if arguments.toml {
        print(&manifest.text)?;
    } else {
        print(&report::manifest_card(&manifest, arguments.root.path().as_deref()))?;
    }
    Ok(ExitCode::SUCCESS)
}

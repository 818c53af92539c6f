//! `qpnet data verify`.

use std::process::ExitCode;

use clap::Args;
use qpnet_lib::data::{self, Manifest};
use qpnet_lib::report;
use qpnet_lib::train::{Event, counting};

use crate::progress::listener;
use crate::{bad_use, print};

/// Arguments of `qpnet data verify`.
#[derive(Args)]
#[command(after_help = "A file SHA256SUMS in the folder of the data set, as `sha256sum` writes it, is \
compared with the files,\nand so are the lengths and hashes that the manifest lists.\nExit code 0: nothing is wrong; 1: something is.")]
pub struct Arguments {
    /// A shipped manifest by name, or a path to a .toml file.
    data: String,
    #[command(flatten)]
    root: super::Root,
    /// One JSON object with every row that is wrong, instead of words.
    #[arg(long)]
    json: bool,
}

/// Look at every file.
pub fn execute(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let manifest = Manifest::find(&arguments.data).map_err(bad_use)?;
    let progress = listener();
    let advance = counting("images", progress.as_ref());
    let found = data::verify(&manifest, arguments.root.path().as_deref(), &advance)?;
    progress.on(Event::End);
    if arguments.json {
        print(&(serde_json::to_string_pretty(&found)? + "\n"))?;
    } else {
        print(&report::verification_words(&found, 20))?;
    }
    Ok(super::code(found.is_clean()))
}

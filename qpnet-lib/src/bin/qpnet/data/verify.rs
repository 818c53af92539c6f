//! `qpnet data verify`.

use std::process::ExitCode;

use clap::Args;
use qpnet_lib::data;
use qpnet_lib::report;
use qpnet_lib::train::{Event, counting};

use crate::progress::listener;
use qpnet_audit::program::print;

/// Arguments of `qpnet data verify`.
#[derive(Args)]
#[command(after_help = "A file SHA256SUMS in the folder of the data set, as `sha256sum` writes it, is \
compared with the files,\nand so are the lengths and hashes that the manifest lists.\nExit code 0: nothing is wrong; 1: something is.")]
pub struct Arguments {
    #[command(flatten)]
    data: super::DataSet,
    /// Also look for patients all of whose pictures look like another patient's: in at most this many of 256
    /// bits they differ. Takes several times as long.
    #[arg(long, value_parser = clap::value_parser!(u32).range(0..=64))]
    near: Option<u32>,
    /// One JSON object with every row that is wrong, instead of words.
    #[arg(long)]
    json: bool,
}

/// Look at every file.
pub fn execute(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let manifest = arguments.data.manifest()?;
    let progress = listener();
    let advance = counting("images", progress.as_ref());
    let found = data::verify_near(&manifest, arguments.data.root().as_deref(), arguments.near, &advance)?;
    progress.on(Event::End);
    if arguments.json {
        print(&(serde_json::to_string_pretty(&found)? + "\n"))?;
    } else {
        print(&report::verification_words(&found, 20))?;
    }
    Ok(super::code(found.is_clean()))
}

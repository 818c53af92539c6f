//! `qpnet data leaks`.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use qpnet_lib::data::{self, GivenSplit};
use qpnet_lib::report;
use qpnet_lib::train::{Event, counting};

use crate::progress::listener;
use qpnet_audit::program::{bad_use, print};

/// Arguments of `qpnet data leaks`.
#[derive(Args)]
#[command(after_help = "Patients come from the data set's own tables. Files are compared byte by byte, and \
with --near also by\nhow they look: by the 256 signs of a 16 x 16 picture's differences. Two pictures of one \
lesion, of one\nscanner's empty margin or of nothing in particular may look alike, so a pair is a hint to be \
looked at.\nExit code 0: nothing crosses; 1: something does.")]
pub struct Arguments {
    #[command(flatten)]
    data: super::DataSet,
    /// A CSV file with a split that somebody made [default: the split of `qpnet run`].
    #[arg(long)]
    split: Option<PathBuf>,
    /// Its column of sample ids.
    #[arg(long, default_value = "sample_id", requires = "split")]
    id: String,
    /// Its column of parts.
    #[arg(long, default_value = "part", requires = "split")]
    part: String,
    /// Of the split of `qpnet run`: the scheme [default: the manifest's own].
    #[arg(long, default_value = "", hide_default_value = true, conflicts_with = "split")]
    scheme: String,
    /// Of the split of `qpnet run`: the root seed.
    #[arg(long, default_value_t = 1, allow_negative_numbers = true, conflicts_with = "split")]
    seed: u64,
    /// Also look for pictures that differ in at most this many of 256 bits.
    #[arg(long, value_parser = clap::value_parser!(u32).range(0..=64))]
    near: Option<u32>,
    /// One JSON object with everything that was found, instead of words.
    #[arg(long)]
    json: bool,
}

/// Look for what crosses.
pub fn execute(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let manifest = arguments.data.manifest()?;
    manifest.scheme(&arguments.scheme).map_err(bad_use)?;
    let root = arguments.data.root();
    let progress = listener();
    let given = match &arguments.split {
        Some(path) => GivenSplit::read(path, &arguments.id, &arguments.part)?,
        None => {
            let partition = super::partition(
                &manifest,
                &super::options(&arguments.scheme, root.clone()),
                arguments.seed,
            )?;
            GivenSplit::of(&partition)
        }
    };
    let advance = counting("images", progress.as_ref());
    let audit = data::audit_split(&manifest, root.as_deref(), &given, arguments.near, &advance)?;
    progress.on(Event::End);
    if arguments.json {
        print(&(serde_json::to_string_pretty(&audit)? + "\n"))?;
    } else {
        print(&report::split_audit_words(&audit, 10))?;
    }
    Ok(super::code(audit.is_clean()))
}

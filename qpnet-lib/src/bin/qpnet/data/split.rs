//! `qpnet data split`.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use qpnet_lib::data::{self, LoadOptions, Manifest, OnUnreadable, SyntheticSizes};
use qpnet_lib::rng::Streams;
use qpnet_lib::train::{Event, counting};
use qpnet_lib::{fs, report};

use crate::progress::listener;
use crate::{bad_use, print};

/// Arguments of `qpnet data split`.
#[derive(Args)]
#[command(after_help = "The table has the columns sample_id, patient_id, subgroup, label, part, nested.\n\
Part is train, validation, test or none. The training set of a learning curve with at most n dominant\n\
images is: part = train, and nested empty or at most n. `qpnet run` with the same seed has this split.")]
pub struct Arguments {
    /// A shipped manifest by name, or a path to a .toml file.
    data: String,
    /// A subgrouping scheme of the manifest [default: the manifest's own].
    #[arg(long, default_value = "", hide_default_value = true)]
    scheme: String,
    /// The root seed.
    #[arg(long, default_value_t = 1, allow_negative_numbers = true)]
    seed: u64,
    #[command(flatten)]
    root: super::Root,
    /// File to write the table to; without it only the counts are printed.
    #[arg(long)]
    out: Option<PathBuf>,
}

/// Split, count, write.
pub fn execute(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let manifest = Manifest::find(&arguments.data).map_err(bad_use)?;
    manifest.scheme(&arguments.scheme).map_err(bad_use)?;
    let options = LoadOptions {
        scheme: arguments.scheme.clone(),
        image_size: 16, // of a synthetic population, which is drawn; its split does not depend on it
        synthetic: SyntheticSizes::default(),
        data_root: arguments.root.path(),
        on_unreadable: OnUnreadable::Fail,
    };
    let progress = listener();
    let advance = counting("files", progress.as_ref());
    let partition = data::partition(&manifest, &options, &Streams::new(arguments.seed), &advance)?;
    progress.on(Event::End);
    let mut text = report::partition_table(&partition).to_string();
    if let Some(path) = &arguments.out {
        fs::write_atomic(path, partition.csv().as_bytes())?;
        text += &format!("written to {}\n", path.display());
    }
    print(&text)?;
    Ok(ExitCode::SUCCESS)
}

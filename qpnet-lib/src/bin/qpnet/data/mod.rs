//! `qpnet data`: what there is to read, how to get it, whether it is whole, packed, how it is split,
//! whether that leaks.

mod fetch;
mod leaks;
mod list;
mod pack;
mod show;
mod split;
mod verify;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Subcommand};
use qpnet_lib::data::{self, LoadOptions, Manifest, OnUnreadable, Partition, SyntheticSizes};
use qpnet_lib::experiment;
use qpnet_lib::rng::Streams;
use qpnet_lib::train::{Event, counting};

use crate::progress::listener;
use qpnet_audit::program::bad_use;

const EXAMPLES: &str = "Examples:
  qpnet data list
  qpnet data show ham10000
  qpnet data fetch isic2019 --data-root .
  QPNET_DATA=/data qpnet data verify ham10000
  QPNET_DATA=/data qpnet data pack ham10000 --size 64 --cache /cache
  qpnet data split synthetic --seed 1 --out split.csv
  QPNET_DATA=/data qpnet data leaks ham10000 --scheme site --near 6
  QPNET_DATA=/data qpnet data leaks isic2019 --split theirs.csv --id image --part fold";

/// Arguments of `qpnet data`.
#[derive(Args)]
#[command(after_help = EXAMPLES, arg_required_else_help = true)]
pub struct Arguments {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    /// The data sets that this program knows, and whether they are here.
    List(list::Arguments),
    /// One data set: terms, task, schemes with their rules and counts.
    Show(show::Arguments),
    /// Download the files of an open data set; without --yes only say which.
    Fetch(fetch::Arguments),
    /// Check tables, counts, hashes, schemes, and decode every image.
    Verify(verify::Arguments),
    /// Decode the images once and keep them in a file for later runs.
    Pack(pack::Arguments),
    /// Write the split into train, validation and test as a table.
    Split(split::Arguments),
    /// Look for patients and images in more than one part of a split, ours or another.
    Leaks(leaks::Arguments),
}

/// The folder of the data sets.
#[derive(Args)]
struct Root {
    /// Folder of the data sets [default: the variable QPNET_DATA].
    #[arg(long)]
    data_root: Option<PathBuf>,
}

impl Root {
    fn path(&self) -> Option<PathBuf> {
        self.data_root.clone().or_else(experiment::data_root)
    }
}

/// Which data set, and where it lies.
#[derive(Args)]
struct DataSet {
    /// A shipped manifest by name, or a path to a .toml file.
    data: String,
    #[command(flatten)]
    root: Root,
}

impl DataSet {
    fn manifest(&self) -> anyhow::Result<Manifest> {
        Manifest::find(&self.data).map_err(bad_use)
    }

    fn root(&self) -> Option<PathBuf> {
        self.root.path()
    }
}

/// Do it. Exit code 1 where something is wrong with the data, or the split leaks.
pub fn execute(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    match &arguments.verb {
        Verb::List(arguments) => list::execute(arguments),
        Verb::Show(arguments) => show::execute(arguments),
        Verb::Fetch(arguments) => fetch::execute(arguments),
        Verb::Verify(arguments) => verify::execute(arguments),
        Verb::Pack(arguments) => pack::execute(arguments),
        Verb::Split(arguments) => split::execute(arguments),
        Verb::Leaks(arguments) => leaks::execute(arguments),
    }
}

/// 0 where all is well, 1 where something was found.
fn code(clean: bool) -> ExitCode {
    if clean { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// How a split is made; of a synthetic population, that of the default sizes.
fn options(scheme: &str, data_root: Option<PathBuf>) -> LoadOptions {
    LoadOptions {
        scheme: scheme.to_owned(),
        image_size: 16, // of a synthetic population, which is drawn; its split does not depend on it
        synthetic: SyntheticSizes::default(),
        data_root,
        fold: None,
        cache: None, // no image is opened
        on_unreadable: OnUnreadable::Fail,
    }
}

/// The split of `qpnet run`.
fn partition(manifest: &Manifest, options: &LoadOptions, seed: u64) -> anyhow::Result<Partition> {
    let progress = listener();
    let advance = counting("files", progress.as_ref());
    let partition = data::partition(manifest, options, &Streams::new(seed), &advance)?;
    progress.on(Event::End);
    Ok(partition)
}

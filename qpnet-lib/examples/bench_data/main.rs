//! How long images take from file to batch, against a torchvision `DataLoader`, and how much
//! memory that needs. data-manifests/CACHE.md has the figures.
//!
//! ```text
//! export QPNET_DATA=/data QPNET_BENCH_PYTHON=/venv/bin/python   # a Python with torchvision
//! cargo run --example bench_data -- speed --data ham10000 --size 64 --size 224
//! cargo run --example bench_data -- memory --data ham10000
//! cargo run --example bench_data -- prefetch --data ham10000
//! ```
#![allow(clippy::print_stdout)]

mod memory;
mod prefetch;
mod speed;

use std::path::PathBuf;

use clap::{Parser, Subcommand};

#[derive(Parser)]
struct Cli {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// Images a second: torchvision, decoding here, from a pack.
    Speed(speed::Arguments),
    /// Memory of this program with few and many images.
    Memory(memory::Arguments),
    /// A training with and without batches made ahead.
    Prefetch(prefetch::Arguments),
    /// One population, in a process of its own.
    #[command(hide = true)]
    MemoryOf(memory::One),
}

fn main() -> anyhow::Result<()> {
    match Cli::parse().what {
        What::Speed(arguments) => speed::execute(&arguments),
        What::Prefetch(arguments) => prefetch::execute(&arguments),
        What::Memory(arguments) => memory::execute(&arguments),
        What::MemoryOf(one) => memory::measure(&one),
    }
}

/// Where a data set is.
#[derive(clap::Args)]
struct Place {
    /// The folder of the data sets.
    #[arg(long, default_value_os_t = variable("QPNET_DATA"))]
    data_root: PathBuf,
    /// A data set of JPEG or PNG files with a manifest.
    #[arg(long, default_value = "ham10000")]
    data: String,
    /// One JSON object instead of Markdown.
    #[arg(long)]
    json: bool,
}

fn variable(name: &str) -> PathBuf {
    std::env::var_os(name).unwrap_or_default().into()
}

/// All image files of a data set, in the order of their names.
fn files(place: &Place) -> anyhow::Result<Vec<PathBuf>> {
    let manifest = qpnet_lib::data::Manifest::find(&place.data)?;
    let qpnet_lib::data::Source::Files(source) = &manifest.source else {
        anyhow::bail!("{} has no files", place.data);
    };
    let mut folders = vec![place.data_root.join(&source.folder)];
    let mut found = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path
                .extension()
                .is_some_and(|ending| ["jpg", "png"].iter().any(|known| ending == *known))
            {
                found.push(path);
            }
        }
    }
    found.sort();
    anyhow::ensure!(!found.is_empty(), "no images below {}", place.data_root.join(&source.folder).display());
    Ok(found)
}

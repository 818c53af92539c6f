//! `qpnet data pack`.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use qpnet_lib::clock::{Clock, Monotonic};
use qpnet_lib::data::{self, PackCheck, Packed};
use qpnet_lib::experiment;
use qpnet_lib::train::{Event, counting};
use serde_json::json;

use crate::progress::listener;
use qpnet_audit::program::{bad_use, print};

/// Arguments of `qpnet data pack`.
#[derive(Args)]
#[command(after_help = "Example:
  export QPNET_DATA=/data QPNET_CACHE=/cache
  qpnet data pack ham10000 --size 64
  qpnet run --data ham10000 --scheme site --profile small --out ham-site

`qpnet run` and notebooks with the same QPNET_CACHE then read the images from the pack, with the same numbers.
A pack whose table, manifest or image files have changed is not used: run this again. One that cannot
be made (an image is missing or cannot be decoded) names every row.
Exit code 0: the pack is there and valid; 1: it is not, or --check has found something.")]
pub struct Arguments {
    #[command(flatten)]
    data: super::DataSet,
    /// Side of the square images in pixels, as `qpnet run` uses it.
    #[arg(long, default_value_t = 64, value_parser = clap::value_parser!(i64).range(8..=2048))]
    size: i64,
    /// Folder of packs, made where it is missing [default: the variable QPNET_CACHE].
    #[arg(long)]
    cache: Option<PathBuf>,
    /// Make nothing; compare all pixels and image files with what was packed.
    #[arg(long)]
    check: bool,
    /// One JSON object instead of words.
    #[arg(long)]
    json: bool,
}

/// Make a pack, or look whether it is whole.
pub fn execute(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let manifest = arguments.data.manifest()?;
    let root = arguments.data.root();
    let cache = arguments.cache.clone().or_else(experiment::cache);
    let cache = cache.ok_or_else(|| bad_use("expected --cache FOLDER, or the variable QPNET_CACHE"))?;
    let (clock, progress) = (Monotonic::start(), listener());
    let advance = counting("images", progress.as_ref());
    let (text, fields, clean) = if arguments.check {
        let found = data::check_pack(&manifest, arguments.size, root.as_deref(), &cache, &advance)?;
        (check_words(&found), json!(found), found.problems.is_empty())
    } else {
        let made = data::pack(&manifest, arguments.size, root.as_deref(), &cache, &advance)?;
        (words(&made, clock.seconds()), json!(made), true)
    };
    progress.on(Event::End);
    if arguments.json {
        let mut fields = fields;
        fields["seconds"] = json!(clock.seconds());
        print(&(serde_json::to_string_pretty(&fields)? + "\n"))?;
    } else {
        print(&text)?;
    }
    Ok(super::code(clean))
}

fn words(pack: &Packed, seconds: f64) -> String {
    let Packed { bytes, images, side, .. } = pack;
    let file = pack.file.display();
    let size = format!("{images} images of {side} x {side}, {:.1} MiB", *bytes as f64 / f64::from(1 << 20));
    let before = pack.replaced.as_ref().map(|reason| format!("what was there was not used: {reason}\n"));
    let before = before.unwrap_or_default();
    if pack.made {
        format!("{before}{file}\n{size}, made in {seconds:.1} s\n")
    } else {
        format!("{file}\n{size}: a valid pack is there already\n")
    }
}

fn check_words(found: &PackCheck) -> String {
    let lines = found.problems.iter().take(20).map(|problem| format!("WRONG: {problem}\n"));
    let mut text = format!("{}\n", found.file.display()) + &lines.collect::<String>();
    match found.problems.len() {
        0 => text += &format!("{} images and their files: nothing is wrong\n", found.images),
        more @ 21.. => text += &format!("WRONG: and {} more (--json lists them all)\n", more - 20),
        _ => {}
    }
    text
}

//! How memory grows with the number of images, decoded and from a pack.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, ensure};
use qpnet_lib::data::{self, LoadOptions, Manifest, OnUnreadable, SyntheticSizes};
use qpnet_lib::rng::Streams;
use rand::seq::SliceRandom;
use serde_json::{Value, json};
use tch::Device;

#[derive(clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    place: super::Place,
    /// How many images; files of the data set are copied, again and again, to a temporary folder.
    #[arg(long, default_values_t = [1000, 20_000])]
    images: Vec<usize>,
    /// Side of the square images in pixels.
    #[arg(long, default_value_t = 64)]
    size: i64,
}

/// A population to load and pass through once.
#[derive(clap::Args)]
pub struct One {
    root: PathBuf,
    #[arg(long)]
    size: i64,
    #[arg(long)]
    cache: Option<PathBuf>,
}

const MANIFEST: &str = r#"
name = "many"
title = "Many"
kind = "files"
citation = "none"
licence = "none"
obtain = "none"
folder = "."
default_scheme = "half"
[table]
files = ["many.csv"]
[columns]
sample = "id"
patient = "id"
image = "id"
[label]
column = "dx"
positive = ["1"]
negative = ["0"]
[images]
roots = ["images"]
patterns = ["{image}.jpg"]
[images.rule]
channels = 3
[schemes.half]
title = "halves"
subgroups = [
    { name = "a", role = "dominant", where = [{ column = "half", in = ["a"] }] },
    { name = "b", role = "less-prevalent", where = [{ column = "half", in = ["b"] }] },
]
"#;

/// Kibibytes in /proc/self/status (Linux), by name.
const FIELDS: [&str; 3] = ["VmHWM", "RssAnon", "RssFile"];

pub fn execute(arguments: &Arguments) -> anyhow::Result<()> {
    let files = super::files(&arguments.place)?;
    let mut rows = Vec::new();
    for &images in &arguments.images {
        let root = tempfile::tempdir()?;
        copies(root.path(), &files, images)?;
        let cache = root.path().join("cache");
        let manifest = Manifest::parse("many.toml", MANIFEST)?;
        data::pack(&manifest, arguments.size, Some(root.path()), &cache, &|_, _| {})?;
        for packed in [false, true] {
            let mut command = Command::new(std::env::current_exe()?);
            command.arg("memory-of").arg(root.path()).args(["--size", &arguments.size.to_string()]);
            if packed {
                command.arg("--cache").arg(&cache);
            }
            let output = command.output()?;
            ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
            let memory: Value = serde_json::from_slice(&output.stdout)?;
            rows.push(json!({ "images": images, "packed": packed, "MiB": memory }));
        }
    }
    if arguments.place.json {
        println!("{}", serde_json::to_string_pretty(&json!({ "size": arguments.size, "rows": rows }))?);
        return Ok(());
    }
    println!("| images at {} px | from | most at any time | own memory | pages of files |", arguments.size);
    println!("|---|---|---|---|---|");
    for row in &rows {
        let from = if row["packed"] == true { "a pack" } else { "files" };
        let memory = FIELDS.map(|field| format!("{:.0} MiB", row["MiB"][field].as_f64().unwrap_or(f64::NAN)));
        println!("| {} | {from} | {} |", row["images"], memory.join(" | "));
    }
    Ok(())
}

/// A data set of so many files; a few bytes behind the end of the picture make each one another.
fn copies(root: &Path, files: &[PathBuf], images: usize) -> anyhow::Result<()> {
    fs::create_dir(root.join("images"))?;
    let mut table = String::from("id,dx,half\n");
    for (at, file) in files.iter().cycle().take(images).enumerate() {
        let mut bytes = fs::read(file)?;
        writeln!(table, "{at},{},{}", at % 2, ["a", "b"][at / 2 % 2])?;
        bytes.extend(at.to_string().bytes());
        fs::write(root.join(format!("images/{at}.jpg")), bytes)?;
    }
    Ok(fs::write(root.join("many.csv"), table)?)
}

/// Load, take every image once in batches of 64, and print what memory that took.
pub fn measure(one: &One) -> anyhow::Result<()> {
    let manifest = Manifest::parse("many.toml", MANIFEST)?;
    let options = LoadOptions {
        scheme: String::new(),
        image_size: one.size,
        synthetic: SyntheticSizes::default(),
        data_root: Some(one.root.clone()),
        fold: None,
        cache: one.cache.clone(),
        on_unreadable: OnUnreadable::Fail,
    };
    let population = data::load(&manifest, &options, &Streams::new(1), &|_, _| {})?;
    let mut order: Vec<usize> = (0..population.images.len()).collect();
    order.shuffle(&mut Streams::new(1).at("bench", 1));
    for at in order.chunks(64) {
        ensure!(population.images.batch(at, Device::Cpu).size()[0] as usize == at.len());
    }
    let status = fs::read_to_string("/proc/self/status").context("memory is measured on Linux only")?;
    let mebibytes = |field: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(field)?.strip_prefix(':'));
        let kibibytes = line?.trim().strip_suffix(" kB")?.parse::<f64>().ok();
        kibibytes.map(|kibibytes| kibibytes / 1024.0)
    };
    let memory: serde_json::Map<String, Value> =
        FIELDS.iter().map(|field| ((*field).to_owned(), json!(mebibytes(field)))).collect();
    println!("{}", Value::Object(memory));
    Ok(())
}

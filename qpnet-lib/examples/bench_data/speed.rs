//! Images a second, by three ways to the same batches.

use std::io::{Cursor, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context, bail, ensure};
use image::ImageReader;
use qpnet_lib::data::{
    self, FileSource, ImageFile, LoadOptions, Manifest, OnUnreadable, PackUse, Population, Source,
    SyntheticSizes, decode, decode_all,
};
use qpnet_lib::rng::Streams;
use rand::seq::SliceRandom;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tch::Device;

#[derive(clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    place: super::Place,
    /// Side of the square images in pixels.
    #[arg(long, default_values_t = [64, 224])]
    size: Vec<u32>,
    /// Worker processes there, threads here.
    #[arg(long, default_value_t = 2)]
    threads: usize,
    /// How often; the three take turns.
    #[arg(long, default_value_t = 3)]
    repeats: usize,
    /// At most so many images.
    #[arg(long, default_value_t = usize::MAX, hide_default_value = true)]
    images: usize,
    /// A Python with torchvision.
    #[arg(long, default_value_os_t = super::variable("QPNET_BENCH_PYTHON"))]
    python: PathBuf,
}

const BATCH: usize = 64;
const PASSES: usize = 3;
/// Enough to tell the steps of decoding apart.
const PROFILED: usize = 1000;

pub fn execute(arguments: &Arguments) -> anyhow::Result<()> {
    rayon::ThreadPoolBuilder::new().num_threads(arguments.threads).build_global()?;
    tch::set_num_threads(i32::try_from(arguments.threads)?);
    let place = &arguments.place;
    let plain = |path| ImageFile { path, masks: Vec::new() };
    let mut files: Vec<ImageFile> = super::files(place)?.into_iter().map(plain).collect();
    files.shuffle(&mut Streams::new(1).at("bench", 0));
    files.truncate(arguments.images);
    let manifest = Manifest::find(&place.data)?;
    let Source::Files(source) = &manifest.source else { bail!("{} has no files", place.data) };
    let verified = Instant::now();
    let found = data::verify(&manifest, Some(&place.data_root), &|_, _| {})?;
    let verified = verified.elapsed().as_secs_f64();

    let mut sizes = Vec::new();
    for &side in &arguments.size {
        let cache = tempfile::tempdir()?;
        let packing = Instant::now();
        let pack = data::pack(&manifest, side.into(), Some(&place.data_root), cache.path(), &|_, _| {})?;
        let packing = packing.elapsed().as_secs_f64();
        let population = load(&manifest, side, &place.data_root, cache.path())?;
        let (mut torchvision, mut decoded, mut packed, mut one) = (vec![], vec![], vec![], vec![]);
        let mut versions = Value::Null;
        for _ in 0..arguments.repeats {
            let rate = |begun: Instant, images: usize| images as f64 / begun.elapsed().as_secs_f64();
            if !arguments.python.as_os_str().is_empty() {
                let (seconds, of) = torchvision_pass(arguments, &files, side)?;
                torchvision.push(files.len() as f64 / seconds);
                versions = of;
            }
            // The threads decode; those of libtorch, which wait for work by spinning, would be in their way.
            tch::set_num_threads(1);
            let begun = Instant::now();
            for names in files.chunks(BATCH) {
                let batch = decode_all(names, source, side, true, &|_, _| {})?;
                ensure!(batch.failures.is_empty(), "{:?}", batch.failures);
                let all: Vec<usize> = (0..names.len()).collect();
                ensure!(batch.images.batch(&all, Device::Cpu).size()[0] as usize == names.len());
            }
            decoded.push(rate(begun, files.len()));
            let mut order: Vec<usize> = (0..population.images.len()).collect();
            order.shuffle(&mut Streams::new(1).at("bench", 1));
            order.truncate(files.len());
            // A pass is short: the first one reads the pages, three are timed.
            let pass = || {
                order.chunks(BATCH).map(|at| population.images.batch(at, Device::Cpu).size()[0]).sum::<i64>()
            };
            ensure!(pass() as usize == order.len());
            for (rates, threads) in [(&mut packed, arguments.threads), (&mut one, 1)] {
                tch::set_num_threads(i32::try_from(threads)?);
                let begun = Instant::now();
                for _ in 0..PASSES {
                    ensure!(pass() as usize == order.len());
                }
                rates.push(rate(begun, PASSES * order.len()));
            }
            tch::set_num_threads(i32::try_from(arguments.threads)?);
        }
        sizes.push(json!({
            "side": side,
            "torchvision": torchvision, "decoded": decoded, "packed": packed, "packed_one_thread": one,
            "pack_seconds": packing, "pack_bytes": pack.bytes,
            "milliseconds_an_image": steps(&files, source, side)?,
            "versions": versions,
        }));
    }
    let result = json!({
        "data": place.data, "images": files.len(), "image_sizes": found.sizes,
        "threads": arguments.threads, "verify_seconds": verified, "sizes": sizes,
    });
    if place.json {
        println!("{}", serde_json::to_string_pretty(&result)?);
    } else {
        print(&result);
    }
    Ok(())
}

fn load(manifest: &Manifest, side: u32, root: &Path, cache: &Path) -> anyhow::Result<Population> {
    let options = LoadOptions {
        scheme: String::new(),
        image_size: side.into(),
        synthetic: SyntheticSizes::default(),
        data_root: Some(root.to_owned()),
        fold: None,
        cache: Some(cache.to_owned()),
        on_unreadable: OnUnreadable::Fail,
    };
    let population = data::load(manifest, &options, &Streams::new(1), &|_, _| {})?;
    ensure!(matches!(population.pack, PackUse::Used(_)), "{:?}", population.pack);
    Ok(population)
}

/// Seconds of the second pass (the first one starts the workers), and versions.
fn torchvision_pass(arguments: &Arguments, files: &[ImageFile], side: u32) -> anyhow::Result<(f64, Value)> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/bench_data/torchvision_loader.py");
    let mut command = Command::new(&arguments.python);
    command.arg(script).args([side.to_string(), arguments.threads.to_string(), "2".into()]);
    // The Python has a libtorch of its own.
    command.env_remove("LD_LIBRARY_PATH").stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.spawn().with_context(|| arguments.python.display().to_string())?;
    let names: String = files.iter().map(|file| format!("{}\n", file.path.display())).collect();
    child.stdin.take().context("no standard input")?.write_all(names.as_bytes())?;
    let output = child.wait_with_output()?;
    ensure!(output.status.success(), "the DataLoader failed");
    let result: Value = serde_json::from_slice(&output.stdout)?;
    let seconds = result["seconds"][1].as_f64().context("no seconds")?;
    Ok((seconds, result["versions"].clone()))
}

/// Milliseconds of one thread for each step of an image.
fn steps(files: &[ImageFile], source: &FileSource, side: u32) -> anyhow::Result<Value> {
    let files = &files[..files.len().min(PROFILED)];
    let each = |begun: Instant| begun.elapsed().as_secs_f64() * 1e3 / files.len() as f64;
    let begun = Instant::now();
    let bytes = files.iter().map(|file| std::fs::read(&file.path)).collect::<Result<Vec<_>, _>>()?;
    let read = each(begun);
    let begun = Instant::now();
    let hashes: Vec<_> = bytes.iter().map(Sha256::digest).collect();
    let hash = each(begun);
    ensure!(hashes.len() == files.len());
    let begun = Instant::now();
    for bytes in &bytes {
        ImageReader::new(Cursor::new(bytes)).with_guessed_format()?.decode()?;
    }
    let jpeg = each(begun);
    let begun = Instant::now();
    for file in files {
        decode(file, &source.rule, None, side).map_err(anyhow::Error::msg)?;
    }
    let whole = each(begun);
    Ok(
        json!({ "read": read, "hash": hash, "jpeg": jpeg, "crop and resize": whole - read - hash - jpeg, "all": whole }),
    )
}

/// Key and title of each way to the same batches.
const WAYS: [(&str, &str); 4] = [
    ("torchvision", "torchvision"),
    ("decoded", "files, decoded here"),
    ("packed", "a pack"),
    ("packed_one_thread", "a pack, one thread"),
];

fn print(result: &Value) {
    println!(
        "{} images of {} ({}), {} threads or workers; `data verify` takes {:.1} s\n",
        result["images"],
        result["data"],
        result["image_sizes"],
        result["threads"],
        number(&result["verify_seconds"])
    );
    println!(
        "| size | batches from | images/s, middle (range) | to torchvision in its turn | best to best |"
    );
    println!("|---|---|---|---|---|");
    let sizes = result["sizes"].as_array().map(Vec::as_slice).unwrap_or_default();
    for size in sizes {
        let rates = |of: &str| size[of].as_array().into_iter().flatten().map(number).collect::<Vec<_>>();
        let best = |of: &[f64]| of.iter().copied().fold(f64::NAN, f64::max);
        let base = rates("torchvision");
        for (way, title) in WAYS {
            let own = rates(way);
            let ratios: Vec<f64> = own.iter().zip(&base).map(|(a, b)| a / b).collect();
            let best = best(&own) / best(&base);
            println!("| {} px | {title} | {} | {} | {best:.1} |", size["side"], span(&own), span(&ratios));
        }
        let mebibytes = number(&size["pack_bytes"]) / f64::from(1 << 20);
        println!("| | making the pack: {:.1} s, {mebibytes:.0} MiB | | | |", number(&size["pack_seconds"]));
    }
    println!("\nMilliseconds an image in one thread:");
    for size in sizes {
        println!("{} px: {}", size["side"], size["milliseconds_an_image"]);
    }
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or(f64::NAN)
}

/// The middle of some measurements, and their range.
fn span(values: &[f64]) -> String {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let digits = |value: f64| if value < 100.0 { format!("{value:.1}") } else { format!("{value:.0}") };
    match (sorted.first(), sorted.get(sorted.len() / 2), sorted.last()) {
        (Some(&low), Some(&middle), Some(&high)) => {
            format!("{} ({}–{})", digits(middle), digits(low), digits(high))
        }
        _ => "not measured".to_owned(),
    }
}

//! `qpnet ablate`: every method and every part of QP-Net on one data set, over several seeds.

use std::path::{Path, PathBuf};
use std::time::SystemTime;

use clap::Args;
use qpnet_lib::clock::Monotonic;
use qpnet_lib::data::Manifest;
use qpnet_lib::device::{DeviceChoice, choose};
use qpnet_lib::experiment::ablation::everything_config;
use qpnet_lib::experiment::{self, LazyPopulation, Places, Profile, Resources, RunError, RunStore};
use qpnet_lib::report::Study;
use qpnet_lib::stamp::Stamp;
use qpnet_lib::train::{Event, QpiConfig};

use crate::cuda::CudaArguments;
use crate::progress::listener;
use qpnet_audit::program::output::Output;
use qpnet_audit::program::{bad_use, print};

const HELP: &str = "\
All start from the same Mixed model, draw the same random numbers and take as many steps; the last epoch
is kept, so that losses are compared and not rules of selection. The folder gets report.html, report.md,
figures/ and, in runs/, one kept run a seed. It appears when all is done, or not at all; until then runs
are kept in OUT.runs, so that the same command goes on where it was interrupted. With --overwrite the runs
of an earlier report are used again and stay.

Examples:
  qpnet ablate --data synthetic --seeds 1,2 --out target/ablation
  QPNET_DATA=/data qpnet ablate --data ham10000 --scheme site --profile small --seeds 1,2,3 --out ham-ablation";

/// Arguments of `qpnet ablate`.
#[derive(Args)]
#[command(after_help = HELP)]
pub struct Arguments {
    /// A shipped manifest by name (synthetic, ham10000, …) or a path to a .toml file.
    #[arg(long)]
    data: String,
    /// A subgrouping scheme of the manifest [default: the manifest's own].
    #[arg(long)]
    scheme: Option<String>,
    /// Size of the experiment: smoke, small or paper.
    #[arg(long, default_value = "smoke")]
    profile: String,
    /// Seeds of training; the data are divided by seed 1.
    #[arg(long, value_delimiter = ',', default_values_t = [1, 2, 3])]
    seeds: Vec<u64>,
    /// Side of the square input in pixels, instead of the profile's.
    #[arg(long, value_parser = clap::value_parser!(i64).range(16..=1024))]
    image_size: Option<i64>,
    /// Epochs of every training, instead of the profile's.
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..))]
    epochs: Option<u32>,
    /// Folder of the data sets [default: the variable QPNET_DATA].
    #[arg(long)]
    data_root: Option<PathBuf>,
    /// auto, cpu, cuda or cuda:N.
    #[arg(long, default_value = "auto")]
    device: String,
    #[command(flatten)]
    cuda: CudaArguments,
    /// Folder to write; it must not exist yet, or be empty.
    #[arg(long)]
    out: PathBuf,
    /// Write --out anew where it holds an earlier report, which is removed then.
    #[arg(long)]
    overwrite: bool,
}

/// In the folder: the run of every seed.
const RUNS: &str = "runs";

/// Train what is not kept yet, then compare.
pub fn execute(arguments: &Arguments) -> anyhow::Result<()> {
    let Arguments { data, seeds, out, .. } = arguments;
    let choice: DeviceChoice = arguments.device.parse().map_err(bad_use)?;
    let manifest = Manifest::find(data).map_err(bad_use)?;
    let profile: Profile = arguments.profile.parse().map_err(bad_use)?;
    let asked = arguments.scheme.as_deref().unwrap_or_default(); // empty: the manifest's own
    let scheme = manifest.scheme(asked).map_err(bad_use)?.name.clone();
    let mut config = everything_config(data, &manifest, &scheme, profile);
    config.settings.image_size = arguments.image_size.unwrap_or(config.settings.image_size);
    for training in [&mut config.settings.base, &mut config.settings.transfer] {
        training.epochs = arguments.epochs.map_or(training.epochs, |epochs| epochs as usize);
    }
    config.cuda = arguments.cuda.settings();

    config.cuda.prepare()?;
    let output = Output::take(out, arguments.overwrite, &["figures", "report.html", "report.md", RUNS])?;
    let device = choose(choice)?;
    let (clock, progress) = (Monotonic::start(), listener());
    let data_root = arguments.data_root.clone().or_else(experiment::data_root);
    let mut population = LazyPopulation::new(&manifest, Places { data_root, cache: experiment::cache() });
    let cores = rayon::current_num_threads();
    let with = Resources { device: &device, clock: &clock, cores, progress: progress.as_ref() };
    let store = RunStore::new(unfinished(out));
    RunStore::new(out.join(RUNS)).copy_to(&store)?;
    let repeats = experiment::repeat(&config, seeds, &store, &mut population, &with);
    let repeats = repeats.map_err(|error| match error {
        RunError::SeedTwice(_) => bad_use(error),
        other => other.into(),
    })?;

    let study = Study::of(&repeats, QpiConfig::paper())?;
    let seeds: Vec<String> = seeds.iter().map(u64::to_string).collect();
    let seeds = seeds.join(",");
    let mut call =
        format!("qpnet ablate --data {data} --scheme {scheme} --profile {profile} --seeds {seeds}");
    if let Some(side) = arguments.image_size {
        call += &format!(" --image-size {side}");
    }
    if let Some(epochs) = arguments.epochs {
        call += &format!(" --epochs {epochs}");
    }
    let mut document = study.document(&call)?;
    let stamp = Stamp::new(SystemTime::now(), env!("CARGO_BIN_NAME"), std::env::args_os().skip(1));
    document.paragraph(format!("Made by qpnet {} at {}: {}", stamp.version, stamp.date, stamp.command));
    output.write(|stage| {
        for figure in document.figures() {
            figure.save(stage.path().join("figures"))?;
        }
        store.copy_to(&RunStore::new(stage.path().join(RUNS)))?;
        stage.write("report.md", document.markdown().as_bytes())?;
        Ok(stage.write("report.html", document.html().as_bytes())?)
    })?;
    if let Err(error) = store.clear() {
        progress.on(Event::Warning(&format!(
            "the report is kept; runs remain in {}: {error}",
            unfinished(out).display()
        )));
    }
    let (methods, effects) = (study.methods_table(), study.effects_table());
    print(&format!("{methods}\n{effects}\n{}\n{}", study.words(), output.words()))
}

/// Where finished runs are kept until all are: beside the folder, which is whole or absent.
fn unfinished(out: &Path) -> PathBuf {
    let name = out.file_name().unwrap_or_default().to_string_lossy();
    out.with_file_name(format!("{name}.{RUNS}"))
}

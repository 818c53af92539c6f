//! `qpnet run`: train and evaluate.

use std::path::{Path, PathBuf};
use std::time::SystemTime;

use clap::{Args, ValueEnum};
use qpnet_lib::clock::Monotonic;
use qpnet_lib::data::Manifest;
use qpnet_lib::device::{DeviceChoice, choose};
use qpnet_lib::experiment::{
    self, EPSILON_0, Environment, MethodSpec, Original, Places, Preset, Profile, Resources, RunConfig,
    StartWeights,
};
use qpnet_lib::model::{BackboneName, Layout};
use qpnet_lib::stamp::Stamp;
use qpnet_lib::train::{Event, Progress};
use qpnet_lib::{fs, report};

use crate::cuda::{CudaArguments, Switch};
use crate::progress::listener;
use qpnet_audit::program::{bad_use, print};

const EXAMPLES: &str = "Examples:
  qpnet run --data synthetic --out target/runs/first
  QPNET_DATA=/data qpnet run --data ham10000 --scheme site --profile small --seed 1 --out ham-site
  qpnet run --data my-clinic.toml --scheme sex --methods mixed,qpi --out my-run
  qpnet run --config my-run/config.toml --out my-run-again

Models are kept in OUT.checkpoints while they are trained. Interrupted at any moment, the same command
goes on where it was, to the same numbers; the folder is removed at the end.

The folder OUT holds predictions.csv, history.csv, summary.json, config.toml, environment.json
and the figure as svg, png and csv. It appears when the run is complete, or not at all. Where the
variable QPNET_CACHE names a folder, images come from the packs in it (`qpnet data pack`).";

/// Arguments of `qpnet run`.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct Arguments {
    /// A shipped manifest by name (synthetic, ham10000, …) or a path to a .toml file.
    #[arg(long, required_unless_present = "config")]
    data: Option<String>,
    /// Repeat the experiment of a kept run: its config.toml, in place of all that it says.
    #[arg(long, conflicts_with_all = ["data", "scheme", "methods", "profile", "preset", "seed", "image_size", "backbone", "threads", "batch", "flip", "rotate", "ema", "amp", "channels_last", "tf32", "nondeterministic", "lenient", "weights_prefix", "unreadable"])]
    config: Option<PathBuf>,
    /// A subgrouping scheme of the manifest [default: the manifest's own].
    #[arg(long)]
    scheme: Option<String>,
    /// Comma-separated list of mixed, dc, qpi, erm_plus, group_balanced, group_dro, subg, rwg,
    /// reweighted, focal, flsd, dwb, dann, mmd, bss, coral, dfr, kendall (README, "Methods").
    #[arg(long, default_value = "mixed,dc,qpi")]
    methods: String,
    /// Size of the experiment: smoke, small or paper.
    #[arg(long, default_value = "smoke")]
    profile: String,
    /// Constants of losses, heads and optimiser: paper, or public_code, those of the paper's public code.
    #[arg(long, default_value = "paper")]
    preset: String,
    /// Root seed of the split, the initial weights, the batches, everything.
    #[arg(long, default_value_t = 1, allow_negative_numbers = true)]
    seed: u64,
    /// Side of the square input in pixels, instead of the profile's.
    #[arg(long, value_parser = clap::value_parser!(i64).range(16..=1024))]
    image_size: Option<i64>,
    /// resnet, densenet121, efficientnet_b0 or efficientnet_lite0; in a small profile DenseNet and
    /// B0 are as narrow as its ResNet [default: resnet].
    #[arg(long)]
    backbone: Option<String>,
    /// Images in a batch, instead of the profile's; the smaller, the less memory.
    #[arg(long, value_parser = clap::value_parser!(u32).range(4..))]
    batch: Option<u32>,
    /// Start the backbone from this safetensors file, which must fit tensor by tensor
    /// (data-manifests/weights.toml names files and shows how they are made). With --config: where its
    /// weights are now; they must be the same bytes.
    #[arg(long, value_name = "FILE")]
    weights: Option<PathBuf>,
    /// Take of --weights what fits, and say what does not.
    #[arg(long, requires = "weights")]
    lenient: bool,
    /// What a wrapper put before the names in --weights, such as module. or backbone.; it is taken off, and
    /// names without it are left aside [default: nothing; an error names the prefix that would fit].
    #[arg(long, value_name = "PREFIX", requires = "weights")]
    weights_prefix: Option<String>,
    /// Mirror training images left and right [default: the manifest's, else on].
    #[arg(long, value_enum)]
    flip: Option<Switch>,
    /// Rotate training images by up to so many degrees [default: the manifest's, else 90, 0 for synthetic data].
    #[arg(long, value_name = "DEGREES", allow_negative_numbers = true)]
    rotate: Option<f64>,
    /// Validate, choose and keep an exponential moving average of the weights with this decay
    /// (such as 0.99) in their place [default: none].
    #[arg(long, value_name = "DECAY")]
    ema: Option<f64>,
    /// Compute the network in half precision; CUDA only. Not measured.
    #[arg(long)]
    amp: bool,
    /// Lay kernels out with the channels of a pixel side by side. Not measured on CUDA.
    #[arg(long)]
    channels_last: bool,
    #[command(flatten)]
    cuda: CudaArguments,
    /// Folder of the data sets [default: the variable QPNET_DATA].
    #[arg(long)]
    data_root: Option<PathBuf>,
    /// auto, cpu, cuda or cuda:N.
    #[arg(long, default_value = "auto")]
    device: String,
    /// Threads of libtorch on the processor, 0 for all cores; the numbers depend on it
    /// [default: 1, all cores for the profile paper].
    #[arg(long, value_parser = clap::value_parser!(u16).range(0..=1024))]
    threads: Option<u16>,
    /// What to do with an image that cannot be read.
    #[arg(long, value_enum, default_value_t = Unreadable::Fail)]
    unreadable: Unreadable,
    /// Write a checkpoint after so many steps too, and not only after every epoch.
    #[arg(long, value_name = "STEPS", value_parser = clap::value_parser!(u32).range(1..))]
    checkpoint_every: Option<u32>,
    /// Folder to write; it must not exist yet, or be empty.
    #[arg(long)]
    out: PathBuf,
    /// Print summary.json on standard output instead of tables.
    #[arg(long)]
    json: bool,
}

/// What to do with an image that cannot be read.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Unreadable {
    /// Stop and name it.
    Fail,
    /// Leave its row out, and say so.
    Skip,
}

/// What is to be done, on which data, and which run it repeats.
struct Task {
    config: RunConfig,
    manifest: Manifest,
    original: Option<Original>,
}

/// The experiment of `--config`, or of the words of the command line.
fn configuration(arguments: &Arguments, progress: &dyn Progress) -> anyhow::Result<Task> {
    let Some(path) = &arguments.config else {
        let (config, manifest) = worded(arguments)?;
        return Ok(Task { config, manifest, original: None });
    };
    let mut config = experiment::read_config(path).map_err(bad_use)?;
    let original = Original::beside(path)?;
    let Some(original) = original else {
        let manifest = Manifest::find(&config.data).map_err(bad_use)?;
        find_weights(&mut config, arguments.weights.as_deref())?;
        return Ok(Task { config, manifest, original: None });
    };
    let (manifest, note) = original.manifest(&config).map_err(bad_use)?;
    note.iter().for_each(|note| progress.on(Event::Warning(note)));
    let repeats = original.is_of(&config);
    if !repeats {
        let words = format!("{} was edited: this is no repeat of the run beside it", path.display());
        progress.on(Event::Note(&words));
    }
    find_weights(&mut config, arguments.weights.as_deref())?;
    Ok(Task { config, manifest, original: repeats.then_some(original) })
}

/// Weights of a kept configuration lie where they lay, or where the user says.
fn find_weights(config: &mut RunConfig, place: Option<&Path>) -> anyhow::Result<()> {
    match (&mut config.weights, place) {
        (None, None) => {}
        (None, Some(_)) => return Err(bad_use("--weights: the configuration of --config starts from none")),
        (Some(weights), Some(place)) => *weights = weights.moved_to(place)?,
        (Some(weights), None) if !weights.file.is_file() => anyhow::bail!(
            "the run starts from weights that are not there: {} (SHA-256 {}); --weights FILE says where they are now",
            weights.file.display(),
            weights.sha256
        ),
        (Some(_), None) => {}
    }
    Ok(())
}

fn worded(arguments: &Arguments) -> anyhow::Result<(RunConfig, Manifest)> {
    let data = arguments.data.as_deref().unwrap_or_default(); // clap has asked for it
    let manifest = Manifest::find(data).map_err(bad_use)?;
    let methods = MethodSpec::list(&arguments.methods).map_err(bad_use)?;
    let profile: Profile = arguments.profile.parse().map_err(bad_use)?;
    let preset: Preset = arguments.preset.parse().map_err(bad_use)?;
    let asked = arguments.scheme.as_deref().unwrap_or_default(); // empty: the manifest's own
    let scheme = manifest.scheme(asked).map_err(bad_use)?.name.clone();
    let mut config = RunConfig::new(data, &manifest, &scheme, &methods, profile, arguments.seed);
    config = config.with_preset(preset);
    if let Some(threads) = arguments.threads {
        config.threads = threads.into();
    }
    if let Some(word) = &arguments.backbone {
        let backbone: BackboneName = word.parse().map_err(bad_use)?;
        config.settings.model = config.settings.model.with_backbone(backbone);
    }
    if let Some(side) = arguments.image_size {
        config.settings.image_size = side;
    }
    if arguments.channels_last {
        config.settings.model.layout = Layout::ChannelsLast;
    }
    for training in [&mut config.settings.base, &mut config.settings.transfer] {
        training.batch = arguments.batch.map_or(training.batch, |images| images as usize);
        (training.ema, training.amp) = (arguments.ema, arguments.amp);
        let augment = &mut training.augment;
        augment.flip = arguments.flip.map_or(augment.flip, |switch| switch == Switch::On);
        augment.rotate_degrees = arguments.rotate.unwrap_or(augment.rotate_degrees);
        training.check().map_err(bad_use)?;
    }
    config.cuda = arguments.cuda.settings();
    config.skip_unreadable = arguments.unreadable == Unreadable::Skip;
    if let Some(file) = &arguments.weights {
        let prefix = arguments.weights_prefix.clone().unwrap_or_default();
        config.weights = Some(StartWeights { prefix, ..StartWeights::of(file, !arguments.lenient)? });
    }
    Ok((config, manifest))
}

/// Run the comparison and keep it.
pub fn execute(arguments: &Arguments) -> anyhow::Result<()> {
    let choice: DeviceChoice = arguments.device.parse().map_err(bad_use)?;
    let progress = listener();
    let Task { config, manifest, original } = configuration(arguments, progress.as_ref())?;
    config.cuda.prepare()?;
    let _lock = fs::Lock::of(&arguments.out)?;
    let unfinished = experiment::unfinished(&arguments.out);
    if arguments.out.join("summary.json").is_file() && unfinished.is_dir() {
        // Interrupted between the last two things that it does.
        std::fs::remove_dir_all(&unfinished)?;
    }
    fs::check_free(&arguments.out)?;
    let device = choose(choice)?;
    config.check_device(&device)?;

    let clock = Monotonic::start();
    let note = if device.note.is_empty() { String::new() } else { format!(" ({})", device.note) };
    eprintln!(
        "{}, scheme {}, profile {}, seed {}, on {}{note}",
        manifest.name, config.scheme, config.profile, config.seed, device.name
    );
    if let Some(weights) = &config.weights {
        let report = weights.tried(&config.settings.model)?;
        progress.on(Event::Note(&format!("weights of {}: {report}", weights.file.display())));
    }
    let data_root = arguments.data_root.clone().or_else(experiment::data_root);
    let places = Places { data_root, cache: experiment::cache() };
    let population = experiment::open(&config, &manifest, places, progress.as_ref())?;
    let nested = config.nested(&population)?;
    let population = nested.as_ref().unwrap_or(&population);
    if let Some(original) = &original {
        original.check(population)?;
    }
    let cores = rayon::current_num_threads();
    let with = Resources { device: &device, clock: &clock, cores, progress: progress.as_ref() };
    if unfinished.is_dir() {
        progress.on(Event::Note(&format!("going on with the unfinished run in {}", unfinished.display())));
    }
    let every = arguments.checkpoint_every.map(|steps| steps as usize);
    let checkpoints = experiment::checkpoints(&unfinished, &config, population, &device, every)?;
    if let Some(note) =
        original.as_ref().and_then(|original| original.machine_note(&Environment::of(&device)))
    {
        progress.on(Event::Warning(&note));
    }
    let mut run = experiment::run_kept(&config, population, &with, Some(&checkpoints))?;
    // A figure that cannot be drawn must not cost the run.
    let figure = report::auc_figure(&run.summary);
    let mut files = figure.as_ref().map_or_else(|_| Vec::new(), |figure| figure.files().to_vec());
    files.push(("manifest.toml".to_owned(), manifest.text.as_bytes()));
    run.summary.made =
        Some(Stamp::new(SystemTime::now(), env!("CARGO_BIN_NAME"), std::env::args_os().skip(1)));
    experiment::save(&run, &files, &arguments.out)?;
    if let Err(error) = checkpoints.remove() {
        progress.on(Event::Warning(&format!("the run is kept; its checkpoints remain: {error}")));
    }
    if let Some(original) = &original {
        progress.on(Event::Note(&original.compared(&arguments.out)?));
    }
    if let Err(error) = &figure {
        progress.on(Event::Warning(&format!("the run is kept without its figure: {error}")));
    }

    if arguments.json {
        return print(&(serde_json::to_string_pretty(&run.summary)? + "\n"));
    }
    let summary = &run.summary;
    let notes: String = summary.data.notes.iter().map(|note| format!("note: {note}\n")).collect();
    let mut text = format!("{}{notes}\n{}\n", report::counts_table(summary), report::auc_table(summary));
    if !summary.differences.is_empty() {
        text += &format!("{}\n", report::difference_table(summary));
    }
    if let Some(table) = report::decisions_table(summary) {
        text += &format!("{table}\n");
    }
    if let Some(words) = report::kept_mixed_words(summary) {
        text += &format!("{words}\n\n");
    }
    if summary.differences.iter().any(|pair| pair.method == "qpi") {
        text += &format!("{}\n", report::quasi_pareto_words(summary, EPSILON_0));
    }
    text += &format!("kept in {}\n", arguments.out.display());
    print(&text)
}

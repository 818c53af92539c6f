//! `qpnet curve`: a learning curve over the dominant training set, judged by the Pareto fairness criterion.

use std::path::PathBuf;
use std::time::SystemTime;

use clap::{Args, ValueEnum};
use qpnet_audit::program::output::Output;
use qpnet_audit::program::{bad_use, print};
use qpnet_lib::clock::Monotonic;
use qpnet_lib::data::Manifest;
use qpnet_lib::device::{DeviceChoice, choose};
use qpnet_lib::experiment::curve::{Curve, CurveConfig, CurvePoint, Regime, measure};
use qpnet_lib::experiment::{
    self, LazyPopulation, MethodSpec, Places, Profile, Resources, RunError, RunStore,
};
use qpnet_lib::report::{
    Document, curve_figure, curve_provenance_table, curve_table, pareto_table, pareto_words,
};
use qpnet_lib::stamp::Stamp;
use qpnet_lib::stats::pareto::Criterion;

use crate::cuda::CudaArguments;
use crate::progress::listener;

const HELP: &str = "\
Nested subsets of the dominant training set, each twice the one before; everything else is the same. The last
epoch is kept. The folder gets report.html, report.md, figures/ and curve.csv, which `qpnet pareto` reads.
Every training is kept in the store: the same command goes on where it was interrupted, a notebook with the
same words finds the same trainings, and the store of a grid can be named.

Examples:
  qpnet curve --data synthetic --out target/curve
  QPNET_DATA=/data qpnet curve --data ham10000 --scheme site --profile small --methods mixed,erm_plus --out ham-curve";

/// Arguments of `qpnet curve`.
#[derive(Args)]
#[command(after_help = HELP)]
pub struct Arguments {
    /// A shipped manifest by name (synthetic, ham10000, …) or a path to a .toml file.
    #[arg(long)]
    data: String,
    /// A subgrouping scheme of the manifest [default: the manifest's own].
    #[arg(long)]
    scheme: Option<String>,
    /// Comma-separated list of methods, as of `qpnet run`.
    #[arg(long, default_value = "mixed")]
    methods: String,
    /// Size of the experiment: smoke, small or paper.
    #[arg(long, default_value = "smoke")]
    profile: String,
    /// What stays equal from size to size.
    #[arg(long, value_enum, default_value_t = Equal::Steps)]
    regime: Equal,
    /// Seeds of training; the data are divided by seed 1 [default: the profile's].
    #[arg(long, value_delimiter = ',')]
    seeds: Vec<u64>,
    /// How many sizes [default: the profile's].
    #[arg(long, value_parser = clap::value_parser!(u32).range(2..=30))]
    points: Option<u32>,
    /// Side of the square input in pixels, instead of the profile's.
    #[arg(long, value_parser = clap::value_parser!(i64).range(16..=1024))]
    image_size: Option<i64>,
    /// Epochs of every training, instead of the profile's.
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..))]
    epochs: Option<u32>,
    /// The folder of kept trainings [default: the variable QPNET_RUNS, else runs].
    #[arg(long)]
    store: Option<PathBuf>,
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

/// What stays equal from size to size.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Equal {
    /// As many optimisation steps.
    Steps,
    /// As many passes over the training set.
    Epochs,
}

/// In the folder: the points, seed by seed.
const POINTS: &str = "curve.csv";

/// Train what is not kept yet, judge, write.
pub fn execute(arguments: &Arguments) -> anyhow::Result<()> {
    let choice: DeviceChoice = arguments.device.parse().map_err(bad_use)?;
    let manifest = Manifest::find(&arguments.data).map_err(bad_use)?;
    let config = configuration(arguments, &manifest)?;
    config.base.cuda.prepare()?;
    let known = ["figures", "report.html", "report.md", POINTS];
    let output = Output::take(&arguments.out, arguments.overwrite, &known)?;
    let device = choose(choice)?;
    let (clock, progress) = (Monotonic::start(), listener());
    let data_root = arguments.data_root.clone().or_else(experiment::data_root);
    let mut population = LazyPopulation::new(&manifest, Places { data_root, cache: experiment::cache() });
    let cores = rayon::current_num_threads();
    let with = Resources { device: &device, clock: &clock, cores, progress: progress.as_ref() };
    let store = arguments.store.clone().map_or_else(experiment::runs, RunStore::new);
    let curve = measure(&config, &store, &mut population, &with).map_err(|error| match error {
        RunError::SeedTwice(_) => bad_use(error),
        other => other.into(),
    })?;

    let criterion = Criterion::default();
    let judged = curve.judge(&criterion)?;
    let (table, findings) = (curve_table(&curve)?, pareto_table(&judged, &curve));
    let words = pareto_words(&judged, &curve, &criterion);
    let title = format!("Learning curve on {}, scheme {}", curve.data.title, config.base.scheme);
    let mut document = Document::new(title.clone());
    words.lines().for_each(|line| {
        document.paragraph(line);
    });
    document.figure(curve_figure(&curve, "curve", title)?).table(table.clone()).table(findings.clone());
    document.heading("Reproducibility").table(curve_provenance_table(&curve));
    let stamp = Stamp::new(SystemTime::now(), env!("CARGO_BIN_NAME"), std::env::args_os().skip(1));
    document.paragraph(format!("Made by qpnet {} at {}: {}", stamp.version, stamp.date, stamp.command));
    let points = csv(&curve)?;
    output.write(|stage| {
        for figure in document.figures() {
            figure.save(stage.path().join("figures"))?;
        }
        stage.write(POINTS, &points)?;
        stage.write("report.md", document.markdown().as_bytes())?;
        Ok(stage.write("report.html", document.html().as_bytes())?)
    })?;
    print(&format!("{table}\n{findings}\n{words}\n{}", output.words()))
}

fn configuration(arguments: &Arguments, manifest: &Manifest) -> anyhow::Result<CurveConfig> {
    let methods = MethodSpec::list(&arguments.methods).map_err(bad_use)?;
    let profile: Profile = arguments.profile.parse().map_err(bad_use)?;
    let asked = arguments.scheme.as_deref().unwrap_or_default(); // empty: the manifest's own
    let scheme = &manifest.scheme(asked).map_err(bad_use)?.name;
    let regime = match arguments.regime {
        Equal::Steps => Regime::FixedSteps,
        Equal::Epochs => Regime::FixedEpochs,
    };
    let mut config = CurveConfig::new(&arguments.data, manifest, scheme, &methods, profile, regime);
    if !arguments.seeds.is_empty() {
        config.seeds.clone_from(&arguments.seeds);
    }
    config.points = arguments.points.map_or(config.points, |points| points as usize);
    let settings = &mut config.base.settings;
    settings.image_size = arguments.image_size.unwrap_or(settings.image_size);
    for training in [&mut settings.base, &mut settings.transfer] {
        training.epochs = arguments.epochs.map_or(training.epochs, |epochs| epochs as usize);
    }
    config.base.cuda = arguments.cuda.settings();
    Ok(config)
}

/// A row a method, size, seed and subgroup.
fn csv(curve: &Curve) -> anyhow::Result<Vec<u8>> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(["method", "size", "seed", "subgroup", "auc"])?;
    for CurvePoint { method, subgroup, size, seeds, .. } in curve.points()? {
        for (seed, auc) in curve.config.seeds.iter().zip(&seeds) {
            let name = &curve.data.subgroups[subgroup];
            writer.write_record([&method, &size.to_string(), &seed.to_string(), name, &auc.to_string()])?;
        }
    }
    Ok(writer.into_inner()?)
}

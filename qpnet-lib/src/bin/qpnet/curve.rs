//! `qpnet curve`: a learning curve over the dominant training set, judged by the Pareto fairness criterion.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use qpnet_audit::program::{bad_use, print};
use qpnet_lib::clock::Monotonic;
use qpnet_lib::experiment::curve::{Curve, CurveConfig, CurvePoint, Regime, measure};
use qpnet_lib::experiment::{self, MethodSpec, Resources, RunStore};
use qpnet_lib::report::{
    Document, curve_figure, curve_provenance_table, curve_table, pareto_table, pareto_words,
};
use qpnet_lib::stats::pareto::Criterion;

use crate::progress::listener;
use crate::study::{Asked, StudyArguments, blame, write};

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
    #[command(flatten)]
    study: StudyArguments,
    /// Comma-separated list of methods, as of `qpnet run`.
    #[arg(long, default_value = "mixed")]
    methods: String,
    /// What stays equal from size to size.
    #[arg(long, value_enum, default_value_t = Equal::Steps)]
    regime: Equal,
    /// Seeds of training; the data are divided by seed 1 [default: the profile's].
    #[arg(long, value_delimiter = ',')]
    seeds: Vec<u64>,
    /// How many sizes [default: the profile's].
    #[arg(long, value_parser = clap::value_parser!(u32).range(2..=30))]
    points: Option<u32>,
    /// The folder of kept trainings [default: the variable QPNET_RUNS, else runs].
    #[arg(long)]
    store: Option<PathBuf>,
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
    let asked = arguments.study.asked()?;
    let config = configuration(arguments, &asked)?;
    let (output, device) = arguments.study.begin(&asked, &config.base, &[POINTS])?;
    let (clock, progress) = (Monotonic::start(), listener());
    let mut population = arguments.study.population(&asked);
    let cores = rayon::current_num_threads();
    let with = Resources { device: &device, clock: &clock, cores, progress: progress.as_ref() };
    let store = arguments.store.clone().map_or_else(experiment::runs, RunStore::new);
    let curve = measure(&config, &store, &mut population, &with).map_err(blame)?;

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
    let points = csv(&curve)?;
    write(&output, document, |stage| Ok(stage.write(POINTS, &points)?))?;
    print(&format!("{table}\n{findings}\n{words}\n{}", output.words()))
}

fn configuration(arguments: &Arguments, asked: &Asked) -> anyhow::Result<CurveConfig> {
    let methods = MethodSpec::list(&arguments.methods).map_err(bad_use)?;
    let regime = match arguments.regime {
        Equal::Steps => Regime::FixedSteps,
        Equal::Epochs => Regime::FixedEpochs,
    };
    let Asked { manifest, scheme, profile, .. } = asked;
    let mut config = CurveConfig::new(&arguments.study.data, manifest, scheme, &methods, *profile, regime);
    if !arguments.seeds.is_empty() {
        config.seeds.clone_from(&arguments.seeds);
    }
    config.points = arguments.points.map_or(config.points, |points| points as usize);
    arguments.study.apply(&mut config.base);
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

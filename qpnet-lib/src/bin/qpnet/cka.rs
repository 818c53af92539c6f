//! `qpnet cka`: which layers a transfer reuses.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use qpnet_audit::program::print;
use qpnet_lib::clock::Monotonic;
use qpnet_lib::experiment::cka_study::{CkaStudy, CkaStudyConfig, SecondStart, TransferKind, study};
use qpnet_lib::experiment::{self, Resources, RunStore};
use qpnet_lib::report::{
    Document, cka_auc_table, cka_difference_table, cka_figure, cka_provenance_table, cka_table, cka_words,
};

use crate::progress::listener;
use crate::study::{Asked, StudyArguments, blame, write};

const HELP: &str = "\
Two networks are brought to the less-prevalent subgroup: M_1 from a start that knows no labels (rotation prediction,
or the ImageNet weights of --weights), M_2 from a model of both subgroups. CKA compares every layer before and after
on one test image a patient; Delta CKA is M_2's minus M_1's. Chapter 05 explains it. The folder gets report.html,
report.md, figures/ and cka.csv (a row a transfer and layer). Every seed is kept in the store: the same command goes
on where it was interrupted, and a notebook with the same words finds the same studies.

Examples:
  qpnet cka --data synthetic --out target/cka
  QPNET_DATA=/data qpnet cka --data ham10000 --scheme site --profile small --seeds 1,2,3 --out ham-cka";

/// Arguments of `qpnet cka`.
#[derive(Args)]
#[command(after_help = HELP)]
pub struct Arguments {
    #[command(flatten)]
    study: StudyArguments,
    /// Seeds of training; the data are divided by seed 1 [default: the profile's].
    #[arg(long, value_delimiter = ',')]
    seeds: Vec<u64>,
    /// Start M_1 from these ImageNet weights of EfficientNet-Lite0, a .safetensors file.
    #[arg(long, value_name = "FILE")]
    weights: Option<PathBuf>,
    /// What M_2 is trained on before the transfer.
    #[arg(long, value_enum, default_value_t = Second::Mixed)]
    second: Second,
    /// At most so many test images, each of another patient [default: the profile's].
    #[arg(long, value_parser = clap::value_parser!(u32).range(8..))]
    images: Option<u32>,
    /// The folder of kept studies [default: the variable QPNET_RUNS, else runs].
    #[arg(long)]
    store: Option<PathBuf>,
}

/// What M_2 is trained on.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Second {
    /// Both subgroups.
    Mixed,
    /// The dominant subgroup, as the paper's Methods have it.
    Dominant,
}

/// In the folder: the layers.
const LAYERS: &str = "cka.csv";

/// Do what is not kept yet, compare, write.
pub fn execute(arguments: &Arguments) -> anyhow::Result<()> {
    let asked = arguments.study.asked()?;
    let config = configuration(arguments, &asked)?;
    let (output, device) = arguments.study.begin(&asked, &config.base, &[LAYERS])?;
    let (clock, progress) = (Monotonic::start(), listener());
    let mut population = arguments.study.population(&asked);
    let cores = rayon::current_num_threads();
    let with = Resources { device: &device, clock: &clock, cores, progress: progress.as_ref() };
    let store = arguments.store.clone().map_or_else(experiment::runs, RunStore::new);
    let found = study(&config, &store, &mut population, &with).map_err(blame)?;

    let words = cka_words(&found);
    let title = format!("CKA by layer on {}, scheme {}", found.data.title, config.base.scheme);
    let mut document = Document::new(title);
    document.paragraph(format!("M_1 is {}.", config.start.title()));
    words.lines().for_each(|line| {
        document.paragraph(line);
    });
    let (layers, differences) = (cka_table(&found), cka_difference_table(&found));
    document.figure(cka_figure(&found, "cka")?);
    document.table(cka_auc_table(&found)).table(layers.clone()).table(differences);
    document.heading("Reproducibility").table(cka_provenance_table(&found));
    let table = csv(&found)?;
    write(&output, document, |stage| Ok(stage.write(LAYERS, &table)?))?;
    print(&format!("{layers}\n{words}\n{}", output.words()))
}

fn configuration(arguments: &Arguments, asked: &Asked) -> anyhow::Result<CkaStudyConfig> {
    let Asked { manifest, scheme, profile, .. } = asked;
    let mut config = CkaStudyConfig::pretext(&arguments.study.data, manifest, scheme, *profile);
    if let Some(file) = &arguments.weights {
        config = config.efficientnet_lite0(file.clone()).map_err(qpnet_audit::program::bad_use)?;
    }
    if !arguments.seeds.is_empty() {
        config.seeds.clone_from(&arguments.seeds);
    }
    config.images = arguments.images.map_or(config.images, |images| images as usize);
    config.second = match arguments.second {
        Second::Mixed => SecondStart::Mixed,
        Second::Dominant => SecondStart::DominantOnly,
    };
    arguments.study.apply(&mut config.base);
    Ok(config)
}

/// A row a transfer and layer.
fn csv(study: &CkaStudy) -> anyhow::Result<Vec<u8>> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let header = ["transfer", "index", "layer", "cka_1", "cka_2", "delta", "low", "high", "p", "p_holm"];
    writer.write_record(header)?;
    for (kind, transfer) in TransferKind::ALL.iter().zip(&study.transfers) {
        for layer in &transfer.layers {
            let test = &layer.delta;
            let delta = &test.comparison.difference;
            let numbers = [
                layer.cka_1.value,
                layer.cka_2.value,
                delta.value,
                delta.low,
                delta.high,
                test.comparison.p,
                test.adjusted,
            ];
            let numbers = numbers.map(|number| number.map_or_else(String::new, |number| number.to_string()));
            let begin = [kind.title().to_owned(), test.index.to_string(), test.layer.clone()];
            writer.write_record(begin.into_iter().chain(numbers))?;
        }
    }
    Ok(writer.into_inner()?)
}

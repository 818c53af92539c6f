//! `qpnet ablate`: every method and every part of QP-Net on one data set, over several seeds.

use std::path::{Path, PathBuf};

use clap::Args;
use qpnet_audit::program::print;
use qpnet_lib::clock::Monotonic;
use qpnet_lib::experiment::ablation::everything_config;
use qpnet_lib::experiment::{self, Resources, RunStore};
use qpnet_lib::report::Study;
use qpnet_lib::train::{Event, QpiConfig};

use crate::progress::listener;
use crate::study::{Asked, StudyArguments, blame, write};

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
    #[command(flatten)]
    study: StudyArguments,
    /// Seeds of training; the data are divided by seed 1.
    #[arg(long, value_delimiter = ',', default_values_t = [1, 2, 3])]
    seeds: Vec<u64>,
}

/// In the folder: the run of every seed.
const RUNS: &str = "runs";

/// Train what is not kept yet, then compare.
pub fn execute(arguments: &Arguments) -> anyhow::Result<()> {
    let Arguments { study, seeds } = arguments;
    let StudyArguments { data, out, image_size, epochs, .. } = study;
    let asked = study.asked()?;
    let Asked { manifest, scheme, profile, .. } = &asked;
    let mut config = everything_config(data, manifest, scheme, *profile);
    study.apply(&mut config);
    let (output, device) = study.begin(&asked, &config, &[RUNS])?;
    let (clock, progress) = (Monotonic::start(), listener());
    let mut population = study.population(&asked);
    let cores = rayon::current_num_threads();
    let with = Resources { device: &device, clock: &clock, cores, progress: progress.as_ref() };
    let store = RunStore::new(unfinished(out));
    RunStore::new(out.join(RUNS)).copy_to(&store)?;
    let repeats = experiment::repeat(&config, seeds, &store, &mut population, &with).map_err(blame)?;

    let found = Study::of(&repeats, QpiConfig::paper())?;
    let seeds: Vec<String> = seeds.iter().map(u64::to_string).collect();
    let seeds = seeds.join(",");
    let mut call =
        format!("qpnet ablate --data {data} --scheme {scheme} --profile {profile} --seeds {seeds}");
    if let Some(side) = image_size {
        call += &format!(" --image-size {side}");
    }
    if let Some(epochs) = epochs {
        call += &format!(" --epochs {epochs}");
    }
    let document = found.document(&call)?;
    write(&output, document, |stage| Ok(store.copy_to(&RunStore::new(stage.path().join(RUNS)))?))?;
    if let Err(error) = store.clear() {
        progress.on(Event::Warning(&format!(
            "the report is kept; runs remain in {}: {error}",
            unfinished(out).display()
        )));
    }
    let (methods, effects) = (found.methods_table(), found.effects_table());
    print(&format!("{methods}\n{effects}\n{}\n{}", found.words(), output.words()))
}

/// Where finished runs are kept until all are: beside the folder, which is whole or absent.
fn unfinished(out: &Path) -> PathBuf {
    let name = out.file_name().unwrap_or_default().to_string_lossy();
    out.with_file_name(format!("{name}.{RUNS}"))
}

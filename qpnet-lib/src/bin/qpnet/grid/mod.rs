//! `qpnet grid`: a plan of many trainings, listed, run on as many processes as wanted, and collected.

mod by_hand;
mod collect;
mod ended;
mod found;
mod list;
mod message;
mod run;
mod signals;
mod status;
mod why;
mod worker;
mod workers;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, Subcommand};
use qpnet_audit::program::bad_use;
use qpnet_lib::device::{ChosenDevice, DeviceChoice, choose};
use qpnet_lib::experiment::grid::{Grid, GridError, GridStore, Names, Tuning, choose as choose_draws};
use qpnet_lib::experiment::{self, Places};
use qpnet_lib::fs;

const EXAMPLES: &str = "Examples:
  qpnet grid list plan.toml
  qpnet grid run plan.toml --jobs 2
  qpnet grid status plan.toml
  qpnet grid collect plan.toml --out results

A cell is one training. It is a folder of the store that is complete or absent, named by everything that can change
its result. Killed at any moment, the same command goes on; any number of processes and machines may share a store.
SIGTERM or SIGUSR1 end a run after a checkpoint with exit code 75. A plan:

  format = 1
  profile = \"smoke\"
  seeds = { from = 101, count = 5 }
  methods = [\"mixed\", \"qpi\", { word = \"qpi\", key = \"weak\", set = { \"gammas.mmd\" = 0.1 } }]
  sizes = [100, 400]                 # dominant training images
  [set]
  \"settings.transfer.selection\" = \"last\"
  [[data]]
  manifest = \"synthetic\"
  [[factors]]
  name = \"conflict\"
  path = \"population.conflict.1\"
  values = [1.4, 0.0, -0.8]

Methods that trace the re-weighting frontier, and equal tuning of strengths (qpnet-lib/GRIDS.md):

  [frontier]
  methods = [\"delta_50\", \"delta_25\", \"delta_0\"]
  [tuning]
  seeds = [1, 2]
  [tuning.ranges.qpi]
  \"gammas.mmd\" = [0.01, 10]";

/// Arguments of `qpnet grid`.
#[derive(Args)]
#[command(after_help = EXAMPLES, arg_required_else_help = true)]
pub struct Arguments {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    /// Every cell with its name, what it needs and how long it will take.
    List(list::Arguments),
    /// Train what is not there.
    Run(run::Arguments),
    /// How many cells are there, at work, failed and missing.
    Status(status::Arguments),
    /// One table of all that is there, and tables with paired intervals.
    Collect(collect::Arguments),
    /// What a cell is named by, and what would make it another.
    Why(why::Arguments),
}

/// Which grid, kept where, on which data and device.
#[derive(Args)]
struct Common {
    /// The plan, a .toml file.
    plan: PathBuf,
    /// The folder of the cells [default: the plan's, with the ending .grid].
    #[arg(long)]
    store: Option<PathBuf>,
    /// Folder of the data sets [default: the variable QPNET_DATA].
    #[arg(long)]
    data_root: Option<PathBuf>,
    /// auto, cpu, cuda or cuda:N.
    #[arg(long, default_value = "auto")]
    device: String,
}

/// A plan that was read, and its store.
struct Opened {
    grid: Grid,
    /// How its strengths are tuned, where the plan says so.
    tuning: Option<Tuning>,
    store: GridStore,
    places: Places,
    device: ChosenDevice,
}

impl Common {
    fn store(&self) -> PathBuf {
        self.store.clone().unwrap_or_else(|| self.plan.with_extension("grid"))
    }

    /// Open what is only looked at: a store that was named has to be there.
    fn look(&self) -> anyhow::Result<Opened> {
        match &self.store {
            Some(store) if !store.exists() => {
                Err(bad_use(format!("{} is not there: no store to look at", store.display())))
            }
            _ => self.open(),
        }
    }

    fn open(&self) -> anyhow::Result<Opened> {
        let choice: DeviceChoice = self.device.parse().map_err(bad_use)?;
        let file = self.plan.display().to_string();
        let text = String::from_utf8_lossy(&fs::read(&self.plan).map_err(bad_use)?).into_owned();
        let refuse = |error| match error {
            GridError::Plan { .. } => bad_use(error),
            other => other.into(),
        };
        let grid = Grid::parse(&file, &text).map_err(refuse)?;
        let tuning = Tuning::parse(&grid, &text).map_err(refuse)?;
        for point in &grid.points {
            point.config.cuda.prepare()?;
        }
        let store = GridStore::open(&self.store())?;
        let data_root = self.data_root.clone().or_else(experiment::data_root);
        let places = Places { data_root, cache: experiment::cache() };
        let mut opened = Opened { grid, tuning, store, places, device: choose(choice)? };
        // What tuning has chosen so far is part of the grid.
        if let Some(mut tuning) = opened.tuning.take() {
            let choices = {
                let names = Names::of(&tuning.grid, &opened.places, &opened.device)?;
                choose_draws(&tuning, &names, &opened.store)?
            };
            opened.grid = tuning.applied(opened.grid, choices);
            opened.tuning = Some(tuning);
        }
        Ok(opened)
    }
}

impl Opened {
    fn names(&self) -> anyhow::Result<Names<'_>> {
        Ok(Names::of(&self.grid, &self.places, &self.device)?)
    }

    /// The cells of tuning, where the plan asks for it.
    fn trials(&self) -> Option<Self> {
        let grid = self.tuning.as_ref()?.grid.clone();
        let (store, places, device) = (self.store.clone(), self.places.clone(), self.device.clone());
        Some(Self { grid, tuning: None, store, places, device })
    }

    /// Tuning, then the grid itself.
    fn both(self) -> Vec<Self> {
        self.trials().into_iter().chain([self]).collect()
    }

    fn file(&self) -> &Path {
        Path::new(&self.grid.file)
    }
}

/// Do it.
pub fn execute(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    match &arguments.verb {
        Verb::List(arguments) => list::execute(arguments),
        Verb::Run(arguments) => run::execute(arguments),
        Verb::Status(arguments) => status::execute(arguments),
        Verb::Collect(arguments) => collect::execute(arguments),
        Verb::Why(arguments) => why::execute(arguments),
    }
}

/// Seconds for people: `12 s`, `3 min`, `2.5 h`.
fn time(seconds: f64) -> String {
    match seconds {
        s if s < 10.0 => format!("{s:.1} s"),
        s if s < 120.0 => format!("{s:.0} s"),
        s if s < 7200.0 => format!("{:.0} min", s / 60.0),
        s => format!("{:.1} h", s / 3600.0),
    }
}

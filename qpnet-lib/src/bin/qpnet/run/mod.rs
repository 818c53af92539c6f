//! `qpnet run`: train and evaluate.

mod arguments;
mod configuration;

use std::time::SystemTime;

use qpnet_audit::program::{bad_use, print};
use qpnet_lib::clock::Monotonic;
use qpnet_lib::device::{DeviceChoice, choose};
use qpnet_lib::experiment::{self, EPSILON_0, Environment, Places, Resources};
use qpnet_lib::stamp::Stamp;
use qpnet_lib::train::Event;
use qpnet_lib::{fs, report};

use crate::progress::listener;
pub use arguments::Arguments;
use configuration::{Task, configuration};

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

//! How much is gained when batches are made ahead on another thread, where the processor trains.

use std::time::Instant;

use qpnet_lib::data::{self, LoadOptions, Manifest, OnUnreadable, Part, SyntheticSizes};
use qpnet_lib::experiment::Profile;
use qpnet_lib::model::QpNet;
use qpnet_lib::rng::Streams;
use qpnet_lib::train::{Erm, Setup, Silent, TrainConfig, fit};
use tch::Device;

#[derive(clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    place: super::Place,
    /// Side of the square images in pixels.
    #[arg(long, default_value_t = 64)]
    size: i64,
    /// Steps of a training.
    #[arg(long, default_value_t = 40)]
    steps: usize,
    /// How often; the two take turns.
    #[arg(long, default_value_t = 4)]
    repeats: usize,
}

pub fn execute(arguments: &Arguments) -> anyhow::Result<()> {
    let place = &arguments.place;
    let manifest = Manifest::find(&place.data)?;
    let options = LoadOptions {
        scheme: String::new(),
        image_size: arguments.size,
        synthetic: SyntheticSizes::default(),
        data_root: Some(place.data_root.clone()),
        fold: None,
        cache: None,
        on_unreadable: OnUnreadable::Fail,
    };
    let mut people = data::load(&manifest, &options, &Streams::new(1), &|_, _| {})?;
    // Validation would only dilute what is measured.
    people.parts.iter_mut().filter(|part| **part != Some(Part::Train)).for_each(|part| *part = None);
    let settings = Profile::Small.settings(&manifest);
    let config = TrainConfig { epochs: 1, steps_per_epoch: Some(arguments.steps), ..settings.base };
    println!("| threads | s, batches made in turn | s, made ahead | ratio |\n|---|---|---|---|");
    for threads in [1, 2] {
        tch::set_num_threads(threads);
        let mut seconds = [Vec::new(), Vec::new()];
        for _ in 0..arguments.repeats {
            for prefetch in [false, true] {
                let net = QpNet::new(&settings.model, 7, Device::Cpu)?;
                let setup = Setup {
                    model: "mixed",
                    population: &people,
                    subgroups: &[0, 1],
                    config,
                    device: Device::Cpu,
                    streams: Streams::new(5),
                    progress: &Silent,
                    prefetch,
                };
                let begun = Instant::now();
                fit(net, &mut Erm, None, &setup)?;
                seconds[usize::from(prefetch)].push(begun.elapsed().as_secs_f64());
            }
        }
        let [serial, ahead] = seconds.map(|times| times.into_iter().fold(f64::INFINITY, f64::min));
        println!("| {threads} | {serial:.2} | {ahead:.2} | {:.3} |", ahead / serial);
    }
    Ok(())
}

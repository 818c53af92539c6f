//! Several trainings at a time: the same numbers in the same order, and an error is one error.

use std::cell::RefCell;
use std::path::Path;

use qpnet_lib::clock::Frozen;
use qpnet_lib::data::{Manifest, SyntheticSizes};
use qpnet_lib::device::{DeviceChoice, choose};
use qpnet_lib::experiment::curve::{CurveConfig, Regime, measure};
use qpnet_lib::experiment::{
    LazyPopulation, MethodSpec, Profile, Repeats, Resources, RunConfig, RunError, RunStore, repeat,
};
use qpnet_lib::train::{Event, Progress, Silent};

/// Two methods in a few steps on a small synthetic population.
fn tiny() -> RunConfig {
    let manifest = Manifest::find("synthetic").expect("shipped");
    let methods = MethodSpec::list("mixed,qpi").expect("known");
    let mut config = RunConfig::new("synthetic", &manifest, "moderate", &methods, Profile::Smoke, 1);
    config.settings.image_size = 16;
    config.settings.synthetic =
        SyntheticSizes { dominant_train: 80, less_train: 40, validation: [40, 40], test: [60, 60] };
    for training in [&mut config.settings.base, &mut config.settings.transfer] {
        (training.epochs, training.steps_per_epoch, training.batch) = (2, Some(4), 16);
    }
    config
}

fn with<T>(cores: usize, progress: &dyn Progress, work: impl FnOnce(&Resources) -> T) -> T {
    let device = choose(DeviceChoice::Cpu).expect("cpu");
    work(&Resources { device: &device, clock: &Frozen(0.0), cores, progress })
}

fn repeated(
    config: &RunConfig,
    folder: &Path,
    cores: usize,
    progress: &dyn Progress,
) -> Result<Repeats, RunError> {
    let manifest = Manifest::find("synthetic").expect("shipped");
    let (store, mut data) = (RunStore::new(folder), LazyPopulation::new(&manifest, None));
    with(cores, progress, |with| repeat(config, &[1, 2, 3, 4], &store, &mut data, with))
}

/// Remembers what it hears, in words.
#[derive(Default)]
struct Heard(RefCell<Vec<String>>);

impl Progress for Heard {
    fn on(&self, event: Event<'_>) {
        self.0.borrow_mut().push(format!("{event:?}"));
    }
}

#[test]
fn three_at_a_time_give_the_bits_of_one_at_a_time() {
    let (one, three) = (tempfile::tempdir().expect("folder"), tempfile::tempdir().expect("folder"));
    let heard = Heard::default();
    let alone = repeated(&tiny(), one.path(), 1, &Silent).expect("repeats");
    let together = repeated(&tiny(), three.path(), 3, &heard).expect("repeats");
    assert_eq!(together.runs.len(), 4);
    for (seed, (a, b)) in (1..).zip(alone.runs.iter().zip(&together.runs)) {
        assert_eq!((a.config.seed, b.config.seed), (seed, seed), "in the order of the seeds");
        assert!(a == b, "seed {seed} differs");
    }
    let heard = heard.0.into_inner();
    let begin =
        heard.iter().position(|line| line.contains("4 trainings, percent\", steps: 400")).expect("a stage");
    let steps = |line: &String| line.strip_prefix("Step { done: ")?.split(',').next()?.parse::<usize>().ok();
    let steps: Vec<usize> = heard[begin..].iter().filter_map(steps).collect();
    assert!(steps.is_sorted() && steps.last() == Some(&400), "{heard:?}");
    assert!(steps.len() > 8, "trainings on their way are heard of: {heard:?}");
    assert_eq!(heard[begin..].iter().filter(|line| *line == "End").count(), 1, "{heard:?}");
}

#[test]
fn a_curve_puts_every_training_where_it_belongs() {
    let manifest = Manifest::find("synthetic").expect("shipped");
    let curve = CurveConfig { base: tiny(), regime: Regime::FixedSteps, points: 2, seeds: vec![1, 2] };
    let points = |cores: usize| {
        let folder = tempfile::tempdir().expect("folder");
        let mut data = LazyPopulation::new(&manifest, None);
        let store = RunStore::new(folder.path());
        let measured = with(cores, &Silent, |with| measure(&curve, &store, &mut data, with)).expect("curve");
        measured.points().expect("points")
    };
    assert!(points(1) == points(3), "the curve depends on the number of cores");
}

#[test]
fn an_error_of_one_training_is_the_error_of_all_and_leaves_nothing_half_done() {
    let folder = tempfile::tempdir().expect("folder");
    let mut config = tiny();
    config.settings.base.learning_rate = 1e30;
    let error = repeated(&config, folder.path(), 2, &Silent).expect_err("refused").to_string();
    assert!(error.contains("not finite"), "{error}");
    // Checkpoints may stay, from which the same error comes again; no run is there.
    let names =
        std::fs::read_dir(folder.path()).expect("folder").map(|entry| entry.expect("entry").file_name());
    let names: Vec<String> = names.map(|name| name.to_string_lossy().into_owned()).collect();
    assert!(names.iter().all(|name| name.starts_with('.') && name.ends_with(".checkpoints")), "{names:?}");
    let again = repeated(&config, folder.path(), 2, &Silent).expect_err("refused").to_string();
    assert!(again.contains("not finite"), "{again}");
}

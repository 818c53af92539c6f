//! All trainings of a curve, each kept.

use super::CurveConfig;
use crate::clock::Clock;
use crate::data::Part;
use crate::device::ChosenDevice;
use crate::experiment::evaluate::Evaluation;
use crate::experiment::evaluate::cell::TestCell;
use crate::experiment::{DataSummary, Environment, LazyPopulation, RunError, RunStore, check_seeds};
use crate::train::{Event, Progress};

/// A measured learning curve: the test scores of every method, size and seed.
pub struct Curve {
    /// What was asked.
    pub config: CurveConfig,
    /// The data, with the whole dominant training set.
    pub data: DataSummary,
    /// Versions and device of the first training.
    pub environment: Environment,
    /// Sizes of the dominant training set, ascending.
    pub sizes: Vec<usize>,
    /// `[method][subgroup][size][seed]` of dominant and less-prevalent.
    pub(super) cells: Vec<[Vec<Vec<TestCell>>; 2]>,
}

impl std::fmt::Debug for Curve {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Curve {{ data: {:?}, sizes: {:?} }}", self.data.name, self.sizes)
    }
}

/// Measure a curve. Trainings that are kept are not repeated, so an interrupted curve goes on
/// where it stopped.
///
/// # Errors
/// [`RunError`] from data, training or files.
pub fn measure(
    config: &CurveConfig,
    store: &RunStore,
    source: &mut LazyPopulation,
    device: &ChosenDevice,
    clock: &dyn Clock,
    progress: &dyn Progress,
) -> Result<Curve, RunError> {
    check_seeds(&config.seeds)?;
    let (sizes, data, runs) = {
        let population = source.of(&config.base, progress)?;
        let sizes = config.sizes(population.indices(Part::Train, Some(0)).len());
        let run = |&size: &usize| config.seeds.iter().map(move |&seed| (size, seed));
        let runs: Vec<_> =
            sizes.iter().flat_map(run).map(|(size, seed)| config.cell(population, size, seed)).collect();
        (sizes, DataSummary::of(population), runs)
    };
    let (methods, mut environment) = (&config.base.methods, None);
    let mut cells: Vec<[Vec<Vec<TestCell>>; 2]> = Vec::new();
    cells.resize_with(methods.len(), || [0, 1].map(|_| sizes.iter().map(|_| Vec::new()).collect()));
    progress.on(Event::Begin { stage: "learning curve", steps: runs.len() });
    for (done, run) in runs.iter().enumerate() {
        let trained = store.train(run, source, device, clock, &Quiet(progress))?;
        let evaluation = Evaluation::of(run, &trained.origin, &trained.predictions);
        for (method, cells) in methods.iter().zip(&mut cells) {
            let [dominant, less] = [0, 1].map(|subgroup| evaluation.cell(&method.key, subgroup));
            let size = done / config.seeds.len();
            cells[0][size].push(dominant);
            cells[1][size].push(less);
        }
        environment.get_or_insert(trained.origin.environment);
        let note = format!("{} dominant images, seed {}", run.dominant_train.unwrap_or_default(), run.seed);
        progress.on(Event::Step { done: done + 1, note: &note });
    }
    progress.on(Event::End);
    let environment = environment.ok_or(RunError::NoSizes)?;
    Ok(Curve { config: config.clone(), data, environment, sizes, cells })
}

/// Lets only warnings through: the curve counts trainings, not their steps.
struct Quiet<'a>(&'a dyn Progress);

impl Progress for Quiet<'_> {
    fn on(&self, event: Event<'_>) {
        if let Event::Warning(_) = event {
            self.0.on(event);
        }
    }
}

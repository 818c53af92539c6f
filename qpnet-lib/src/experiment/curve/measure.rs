//! All trainings of a curve, each kept.

use super::CurveConfig;
use crate::data::Part;
use crate::experiment::evaluate::Evaluation;
use crate::experiment::evaluate::cell::TestCell;
use crate::experiment::{
    DataSummary, Environment, LazyPopulation, MethodSpec, Resources, RunError, RunStore, check_seeds,
};
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
    with: &Resources,
) -> Result<Curve, RunError> {
    check_seeds(&config.seeds)?;
    let progress = with.progress;
    let (sizes, data, runs) = {
        let population = source.of(&config.base, progress)?;
        let sizes = config.sizes(population.indices(Part::Train, Some(0)).len());
        let run = |&size: &usize| config.seeds.iter().map(move |&seed| (size, seed));
        let runs: Vec<_> =
            sizes.iter().flat_map(run).map(|(size, seed)| config.cell(population, size, seed)).collect();
        (sizes, DataSummary::of(population), runs)
    };
    // Of every run, in order: the versions, and the cells by method.
    let mut found: Vec<Option<(Environment, Vec<[TestCell; 2]>)>> = runs.iter().map(|_| None).collect();
    let mut done = 0;
    progress.on(Event::Begin { stage: "learning curve", steps: runs.len() });
    store.each(&runs, source, &Resources { progress: &Quiet(progress), ..*with }, |number, trained| {
        let run = &runs[number];
        let evaluation = Evaluation::of(run, &trained.origin, &trained.predictions);
        let cells = |method: &MethodSpec| [0, 1].map(|subgroup| evaluation.cell(&method.key, subgroup));
        let cells = config.base.methods.iter().map(cells).collect();
        found[number] = Some((trained.origin.environment, cells));
        done += 1;
        let note = format!("{} dominant images, seed {}", run.dominant_train.unwrap_or_default(), run.seed);
        progress.on(Event::Step { done, note: &note });
        Ok(())
    })?;
    progress.on(Event::End);

    let mut environment = None;
    let mut cells: Vec<[Vec<Vec<TestCell>>; 2]> = Vec::new();
    cells.resize_with(config.base.methods.len(), || {
        [0, 1].map(|_| sizes.iter().map(|_| Vec::new()).collect())
    });
    for (number, (versions, methods)) in found.into_iter().flatten().enumerate() {
        let size = number / config.seeds.len();
        for (method, [dominant, less]) in cells.iter_mut().zip(methods) {
            method[0][size].push(dominant);
            method[1][size].push(less);
        }
        environment.get_or_insert(versions);
    }
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

//! Runs that are kept: one folder each, named by everything that can change its result.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Serialize;
use sha2::{Digest, Sha256};

use super::folder::{load_trained, save_trained};
use super::parallel::{Stage, in_parallel};
use super::seal;
use super::{
    Environment, LazyPopulation, MethodKind, MethodSpec, Resources, RunConfig, RunError, Trained,
    checkpoints, train_kept,
};
use crate::data::{self, Population};
use crate::fs::FolderError;
use crate::rng::Streams;
use crate::train::{Event, Progress};

/// A folder of kept runs.
///
/// A finished run is the folder `<root>/<key>`; it appears at once by a rename, so that a killed
/// run leaves nothing that could be taken for one, but checkpoints (`.<key>.checkpoints`) from which the
/// next attempt goes on. Asking again loads it. Statistics are not part
/// of it: they are made anew from the predictions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunStore {
    root: PathBuf,
}

/// An experiment of which the outcome is kept: it says all that its outcome depends on, but for
/// the data.
pub(super) trait Keep: Serialize + Sync {
    type Outcome: Send;

    /// Which data it is done on.
    fn data(&self) -> &RunConfig;

    /// How many stages it reports while it is done.
    fn stages(&self) -> usize;

    /// Do it on its population, as it is before the nested subset. What is interrupted may be kept
    /// in the folder `unfinished`.
    fn compute(
        &self,
        population: &Population,
        with: &Resources,
        unfinished: &Path,
    ) -> Result<Self::Outcome, RunError>;

    /// Write the outcome to a folder that does not exist yet and is named by `key`.
    fn save(&self, outcome: &Self::Outcome, key: &str, folder: &Path) -> Result<(), RunError>;

    /// Read what [`Self::save`] has written.
    fn load(folder: &Path) -> Result<Self::Outcome, RunError>;
}

/// The models of a comparison.
impl Keep for RunConfig {
    type Outcome = Trained;

    fn data(&self) -> &RunConfig {
        self
    }

    fn stages(&self) -> usize {
        let models = |spec: &MethodSpec| 1 + usize::from(spec.method == MethodKind::Dc);
        let unasked = self.methods.iter().all(|spec| spec.method != MethodKind::Mixed)
            && self.methods.iter().any(|spec| spec.method.is_transfer());
        self.methods.iter().map(models).sum::<usize>() + usize::from(unasked)
    }

    fn compute(
        &self,
        population: &Population,
        with: &Resources,
        unfinished: &Path,
    ) -> Result<Trained, RunError> {
        let nested = self.nested(population)?;
        let population = nested.as_ref().unwrap_or(population);
        let checkpoints = checkpoints(unfinished, self, population, with.device, None)?;
        train_kept(self, population, with, Some(&checkpoints))
    }

    fn save(&self, outcome: &Trained, key: &str, folder: &Path) -> Result<(), RunError> {
        save_trained(outcome, key, folder)
    }

    fn load(folder: &Path) -> Result<Trained, RunError> {
        load_trained(folder)
    }
}

impl RunConfig {
    /// The part of `population` that this experiment is done on, where it is not the whole.
    ///
    /// # Errors
    /// [`RunError::Data`] where the subset cannot be had.
    pub fn nested(&self, population: &Population) -> Result<Option<Population>, RunError> {
        let restrict = |n| data::nested::restrict(population, n, &Streams::new(self.seed));
        Ok(self.dominant_train.map(restrict).transpose()?)
    }
}

/// Everything an outcome depends on.
#[derive(Serialize)]
struct Ingredients<'a, C> {
    config: &'a C,
    /// Manifest, table and image files, or the generator's parameters.
    recipe: &'a str,
    /// [`Environment::deciding`].
    environment: BTreeMap<String, String>,
}

/// With its number among all that were asked for.
type Numbered<'a, E> = (usize, Pending<'a, E>);

/// An experiment that remains to be done.
pub(super) struct Pending<'a, E> {
    experiment: &'a E,
    /// What the folder is named by.
    key: String,
    folder: PathBuf,
}

impl RunStore {
    /// Runs below `root`, which need not exist yet.
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
    }

    /// Their folder.
    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    /// The kept run of `config`, or a new one that is kept.
    ///
    /// # Errors
    /// [`RunError`] from data, training or files. A kept folder that cannot be read, or is not what was kept
    /// there ([`RunError::NotKept`]), is an error that names it: it is never overwritten.
    pub fn train(
        &self,
        config: &RunConfig,
        source: &mut LazyPopulation,
        with: &Resources,
    ) -> Result<Trained, RunError> {
        let mut trained = None;
        let one = std::slice::from_ref(config);
        self.each(one, source, with, |_, outcome| {
            trained = Some(outcome);
            Ok(())
        })?;
        match trained {
            Some(trained) => Ok(trained),
            None => unreachable!("one experiment, one outcome"),
        }
    }

    /// Hand the outcome of every experiment to `take` with its number: kept ones first, then new
    /// ones as they are finished, several at a time where there are cores.
    ///
    /// # Errors
    /// [`RunError`] from data, the experiments, files or `take`; finished experiments stay kept.
    pub(super) fn each<E: Keep>(
        &self,
        experiments: &[E],
        source: &mut LazyPopulation,
        with: &Resources,
        mut take: impl FnMut(usize, E::Outcome) -> Result<(), RunError>,
    ) -> Result<(), RunError> {
        let mut pending: Vec<(String, Vec<Numbered<E>>)> = Vec::new(); // a group for each population
        for (number, experiment) in experiments.iter().enumerate() {
            // Before the key: it holds what libtorch has been told.
            let environment = experiment.data().begin(with.device)?;
            let recipe = source.recipe(experiment.data())?;
            let key = key(experiment, &recipe, &environment)?;
            let folder = self.root.join(name_of(&key));
            if folder.is_dir() {
                seal::check(&folder, &key)?;
                with.progress.on(Event::Note(&format!("kept run {} is used again", name_of(&key))));
                take(number, E::load(&folder)?)?;
                continue;
            }
            let job = (number, Pending { experiment, key, folder });
            match pending.iter_mut().find(|(other, _)| *other == recipe) {
                Some((_, group)) => group.push(job),
                None => pending.push((recipe, vec![job])),
            }
        }
        for (recipe, group) in pending {
            let data = group[0].1.experiment.data();
            let population = source.population(&recipe, data, with.progress)?;
            let workers = with.at_a_time(data, group.len());
            let contexts = (0..workers).map(|_| population.share()).collect();
            let stage = Stage { name: "trainings", parts: group[0].1.experiment.stages() };
            let Resources { device, clock, cores, progress } = *with; // a thread may not share `with`
            let cores = cores / workers;
            let work = |(_, job): &Numbered<E>, population: &Population, progress: &dyn Progress| {
                job.outcome(population, &Resources { device, clock, cores, progress })
            };
            in_parallel(&group, contexts, stage, progress, work, |at, outcome| take(group[at].0, outcome))?;
        }
        Ok(())
    }
}

impl<'a, E: Keep> Pending<'a, E> {
    /// One whose folder in `root` is named by `key`.
    pub(super) fn new(root: &Path, experiment: &'a E, key: String) -> Self {
        let folder = root.join(name_of(&key));
        Self { experiment, key, folder }
    }

    /// Do it, and keep it.
    pub(super) fn outcome(&self, population: &Population, with: &Resources) -> Result<E::Outcome, RunError> {
        let unfinished = unfinished_of(&self.folder);
        let outcome = self.experiment.compute(population, with, &unfinished)?;
        let saved = self.experiment.save(&outcome, &self.key, &self.folder);
        if self.folder.is_dir() {
            let _ = std::fs::remove_dir_all(&unfinished); // of no use any more, and of no harm
        }
        match saved {
            // Another process was faster; both have the same numbers.
            Err(RunError::Folder(FolderError::Exists(_) | FolderError::NotMoved { .. }))
                if self.folder.is_dir() =>
            {
                seal::check(&self.folder, &self.key)?;
                E::load(&self.folder)
            }
            Err(error) => Err(error),
            Ok(()) => Ok(outcome),
        }
    }
}

/// Where the models of a kept folder are until it is complete.
pub(super) fn unfinished_of(folder: &Path) -> PathBuf {
    let name = folder.file_name().unwrap_or_default().to_string_lossy();
    folder.with_file_name(format!(".{name}.checkpoints"))
}

/// What the keys of experiments on the same data and machine have in common, written once for many.
pub(super) struct Ending(String);

impl Ending {
    pub(super) fn new(recipe: &str, environment: &Environment) -> Result<Self, RunError> {
        let whole = key(&(), recipe, environment)?;
        Ok(Self(whole.strip_prefix("{\"config\":null").unwrap_or_default().to_owned()))
    }

    /// The key of `config`.
    pub(super) fn key(&self, config: &impl Serialize) -> Result<String, RunError> {
        let config = serde_json::to_string(config).map_err(|error| RunError::Config(error.to_string()))?;
        Ok(format!("{{\"config\":{config}{}", self.0))
    }
}

/// All that an outcome depends on, JSON.
fn key(config: &impl Serialize, recipe: &str, environment: &Environment) -> Result<String, RunError> {
    let ingredients = Ingredients { config, recipe, environment: environment.deciding() };
    serde_json::to_string(&ingredients).map_err(|error| RunError::Config(error.to_string()))
}

/// The name of a result: 32 hexadecimal digits of a SHA-256.
pub(super) fn name_of(key: &str) -> String {
    hexadecimal(&hash_of(key))
}

/// [`name_of`] as bytes.
pub(super) fn hash_of(key: &str) -> [u8; 16] {
    let digest = Sha256::digest(key);
    std::array::from_fn(|at| digest[at])
}

/// Two digits a byte.
pub(super) fn hexadecimal(bytes: &[u8]) -> String {
    let digit = |four: u8| char::from(b"0123456789abcdef"[usize::from(four)]);
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

#[cfg(test)]
mod tests {
    use super::super::environment::tests::each_part_changed;
    use super::*;
    use crate::data::Manifest;
    use crate::device::{DeviceChoice, choose};
    use crate::experiment::Profile;
    use std::collections::BTreeSet;

    fn config() -> RunConfig {
        let manifest = Manifest::find("synthetic").expect("shipped");
        RunConfig::new("synthetic", &manifest, "moderate", &[MethodSpec::mixed()], Profile::Smoke, 1)
    }

    #[test]
    fn everything_that_decides_is_in_the_key() {
        let config = config();
        let environment = config.begin(&choose(DeviceChoice::Cpu).expect("cpu")).expect("fine");
        let own = key(&config, "recipe", &environment).expect("key");
        let ending = Ending::new("recipe", &environment).expect("key");
        assert_eq!(ending.key(&config).expect("key"), own, "written at once or in two parts");
        assert_eq!(own, key(&config.clone(), "recipe", &environment.clone()).expect("key"));
        let mut keys = BTreeSet::from([own]);
        let mut expected = 1;
        let mut other = |what: &str, key: String| {
            expected += 1;
            keys.insert(key);
            assert_eq!(keys.len(), expected, "{what} is not in the key");
        };
        for (what, changed) in each_part_changed(&environment) {
            other(what, key(&config, "recipe", &changed).expect("key"));
        }
        other("the data", key(&config, "another recipe", &environment).expect("key"));
        let slower = {
            let mut c = config.clone();
            c.settings.base.learning_rate /= 2.0;
            c
        };
        other("the configuration", key(&slower, "recipe", &environment).expect("key"));
    }

    #[test]
    fn all_cores_are_as_many_as_there_are() {
        let all = RunConfig { threads: 0, ..config() };
        let environment = all.begin(&choose(DeviceChoice::Cpu).expect("cpu")).expect("fine");
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        assert_eq!(environment.threads, cores as i32, "the number in use is in the key, not the word for it");
    }
}

//! Runs that are kept: one folder each, named by everything that can change its result.

use std::path::PathBuf;

use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};

use super::folder::{load_result, load_trained, save_result, save_trained};
use super::{RunConfig, RunError, Trained, load_options, open, train};
use crate::clock::Clock;
use crate::data::{self, Manifest, OnUnreadable, Population};
use crate::device::ChosenDevice;
use crate::rng::Streams;
use crate::train::{Event, Progress};

/// A folder of kept runs.
///
/// A finished run is the folder `<root>/<key>`; it appears at once by a rename, so that a killed
/// run leaves nothing that could be taken for one. Asking again loads it. Statistics are not part
/// of it: they are made anew from the predictions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunStore {
    root: PathBuf,
}

/// Everything a run's predictions depend on.
#[derive(Serialize)]
struct Ingredients<'a, C> {
    config: &'a C,
    /// Manifest, table and image files, or the generator's parameters.
    recipe: &'a str,
    /// The library's sources that decide about predictions.
    sources: &'a str,
    libtorch: &'a str,
    platform: String,
    device: &'a str,
}

/// The data of a run, loaded only when something has to be trained.
pub struct LazyPopulation<'a> {
    /// The manifest of the configuration's data set.
    pub manifest: &'a Manifest,
    /// Folder of the data sets.
    pub data_root: Option<PathBuf>,
    loaded: Option<(String, Population)>,
}

impl<'a> LazyPopulation<'a> {
    /// Nothing is loaded yet.
    pub fn new(manifest: &'a Manifest, data_root: Option<PathBuf>) -> Self {
        Self { manifest, data_root, loaded: None }
    }

    /// The population of `config` before its nested subset.
    ///
    /// # Errors
    /// [`RunError::Data`].
    pub fn of(&mut self, config: &RunConfig, progress: &dyn Progress) -> Result<&Population, RunError> {
        let recipe = self.recipe(config)?;
        self.population(&recipe, config, progress)
    }

    fn recipe(&self, config: &RunConfig) -> Result<String, RunError> {
        let options = load_options(config, self.data_root.clone(), OnUnreadable::Fail);
        Ok(data::recipe_hash(self.manifest, &options, &Streams::new(config.data_seed))?)
    }

    /// The population of `config` before its nested subset; the last one is remembered.
    fn population(
        &mut self,
        recipe: &str,
        config: &RunConfig,
        progress: &dyn Progress,
    ) -> Result<&Population, RunError> {
        if self.loaded.as_ref().is_none_or(|(loaded, _)| loaded != recipe) {
            self.loaded = None; // before the next is opened: two may not fit into memory
            let root = self.data_root.clone();
            let population = open(config, self.manifest, root, OnUnreadable::Fail, progress)?;
            return Ok(&self.loaded.insert((recipe.to_owned(), population)).1);
        }
        match &self.loaded {
            Some((_, population)) => Ok(population),
            None => unreachable!("checked above"),
        }
    }
}

impl RunStore {
    /// Runs below `root`, which need not exist yet.
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
    }

    /// The kept result of another kind of experiment, or a new one that is kept: `config` says all
    /// of it, `data` loads its population.
    ///
    /// # Errors
    /// [`RunError`] from data, `compute` or files.
    pub(super) fn keep<C: Serialize, T: Serialize + DeserializeOwned>(
        &self,
        config: &C,
        data: &RunConfig,
        source: &mut LazyPopulation,
        device: &ChosenDevice,
        progress: &dyn Progress,
        compute: impl FnOnce(&Population) -> Result<T, RunError>,
    ) -> Result<T, RunError> {
        let recipe = source.recipe(data)?;
        let key = key(config, &recipe, device)?;
        let folder = self.root.join(&key);
        if folder.is_dir() {
            progress.on(Event::Note(&format!("kept result {key} is used again")));
            return load_result(&folder);
        }
        let result = compute(source.population(&recipe, data, progress)?)?;
        match save_result(config, &result, &folder) {
            Err(RunError::Exists(_) | RunError::NotMoved { .. }) if folder.is_dir() => load_result(&folder),
            Err(error) => Err(error),
            Ok(()) => Ok(result),
        }
    }

    /// The kept run of `config`, or a new one that is kept.
    ///
    /// # Errors
    /// [`RunError`] from data, training or files. A kept folder that cannot be read is an error
    /// that names it: it is never overwritten.
    pub fn train(
        &self,
        config: &RunConfig,
        source: &mut LazyPopulation,
        device: &ChosenDevice,
        clock: &dyn Clock,
        progress: &dyn Progress,
    ) -> Result<Trained, RunError> {
        let recipe = source.recipe(config)?;
        let key = key(config, &recipe, device)?;
        let folder = self.root.join(&key);
        if folder.is_dir() {
            progress.on(Event::Note(&format!("kept run {key} is used again")));
            return load_trained(&folder);
        }
        let population = source.population(&recipe, config, progress)?;
        let nested = match config.dominant_train {
            Some(n) => Some(data::nested::restrict(population, n, &Streams::new(config.seed))?),
            None => None,
        };
        let trained = train(config, nested.as_ref().unwrap_or(population), device, clock, progress)?;
        match save_trained(&trained, &folder) {
            // Another process was faster; both have the same numbers.
            Err(RunError::Exists(_) | RunError::NotMoved { .. }) if folder.is_dir() => load_trained(&folder),
            Err(error) => Err(error),
            Ok(()) => Ok(trained),
        }
    }
}

/// The name of a result: 32 hexadecimal digits of a SHA-256.
fn key(config: &impl Serialize, recipe: &str, device: &ChosenDevice) -> Result<String, RunError> {
    let ingredients = Ingredients {
        config,
        recipe,
        sources: env!("QPNET_SOURCES"),
        libtorch: env!("QPNET_LIBTORCH"),
        platform: format!("{} {}", std::env::consts::OS, std::env::consts::ARCH),
        device: &device.name,
    };
    let text = serde_json::to_vec(&ingredients).map_err(|error| RunError::Config(error.to_string()))?;
    Ok(Sha256::digest(&text)[..16].iter().map(|byte| format!("{byte:02x}")).collect())
}

//! The data of experiments, loaded only when something has to be computed.

use super::{Places, RunConfig, RunError, load_options, open};
use crate::data::{self, Manifest, Population};
use crate::rng::Streams;
use crate::train::Progress;

/// The data of a run, loaded only when something has to be trained.
pub struct LazyPopulation<'a> {
    /// The manifest of the configuration's data set.
    pub manifest: &'a Manifest,
    /// Where the data set is.
    pub places: Places,
    loaded: Option<(String, Population)>,
}

impl<'a> LazyPopulation<'a> {
    /// Nothing is loaded yet.
    pub fn new(manifest: &'a Manifest, places: impl Into<Places>) -> Self {
        Self { manifest, places: places.into(), loaded: None }
    }

    /// The population of `config` before its nested subset.
    ///
    /// # Errors
    /// [`RunError::Data`].
    pub fn of(&mut self, config: &RunConfig, progress: &dyn Progress) -> Result<&Population, RunError> {
        let recipe = self.recipe(config)?;
        self.population(&recipe, config, progress)
    }

    /// What the population of `config` is made from, hashed.
    pub(super) fn recipe(&self, config: &RunConfig) -> Result<String, RunError> {
        let options = load_options(config, self.places.clone());
        let manifest = config.manifest(self.manifest)?;
        Ok(data::recipe_hash(&manifest, &options, &Streams::new(config.data_seed))?)
    }

    /// [`Self::of`] with its recipe at hand; the last population is remembered.
    pub(super) fn population(
        &mut self,
        recipe: &str,
        config: &RunConfig,
        progress: &dyn Progress,
    ) -> Result<&Population, RunError> {
        if self.loaded.as_ref().is_none_or(|(loaded, _)| loaded != recipe) {
            self.loaded = None; // before the next is opened: two may not fit into memory
            let places = self.places.clone();
            let population = open(config, self.manifest, places, progress)?;
            return Ok(&self.loaded.insert((recipe.to_owned(), population)).1);
        }
        match &self.loaded {
            Some((_, population)) => Ok(population),
            None => unreachable!("checked above"),
        }
    }
}

//! What cells are called: the names of kept runs, for a whole grid at once.

use std::collections::HashMap;
use std::fmt::{self, Display, Formatter};
use std::sync::Arc;

use rayon::prelude::*;

use super::cell::{Row, Work};
use super::error::GridError;
use super::expand::Grid;
use crate::data::{self};
use crate::device::{ChosenDevice, CudaSettings};
use crate::experiment::kept::{Ending, hash_of, hexadecimal};
use crate::experiment::run::load_options;
use crate::experiment::{Environment, Places, RunConfig, RunError};
use crate::rng::Streams;

/// The name of a cell: that of its kept folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CellId(pub(super) [u8; 16]);

impl Display for CellId {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(&hexadecimal(&self.0))
    }
}

impl CellId {
    /// The name in 32 hexadecimal digits, as folders have it.
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.as_bytes();
        if digits.len() != 32
            || !text.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
        {
            return None;
        }
        let mut bytes = [0; 16];
        for (at, byte) in bytes.iter_mut().enumerate() {
            *byte = u8::from_str_radix(text.get(2 * at..2 * at + 2)?, 16).ok()?;
        }
        Some(Self(bytes))
    }
}

/// Data and machine of a cell, shared by all that have them in common.
#[derive(Clone)]
struct Ground {
    ending: Arc<Ending>,
    /// The same number, the same population.
    population: u32,
}

/// The names of the cells of a grid, for these data on this machine.
pub struct Names<'a> {
    grid: &'a Grid,
    /// Of every point and seed of the data.
    grounds: HashMap<(usize, u64), Ground>,
}

impl<'a> Names<'a> {
    /// Look at the data of every point; no image is opened.
    ///
    /// # Errors
    /// [`RunError`] from the data and from settings that the device does not have.
    pub fn of(grid: &'a Grid, places: &Places, device: &ChosenDevice) -> Result<Self, RunError> {
        let mut grounds = HashMap::new();
        let mut recipes: HashMap<String, (Arc<str>, u32)> = HashMap::new();
        let mut environments: HashMap<(usize, String), Environment> = HashMap::new();
        let mut endings: HashMap<(u32, usize, String), Arc<Ending>> = HashMap::new();
        let mut seeds: Vec<u64> = grid.seeds.iter().map(|&seed| grid.data_seed(seed)).collect();
        seeds.dedup();
        for (number, point) in grid.points.iter().enumerate() {
            let config = &point.config;
            config.check_device(device)?;
            let threads = config.threads_in_use();
            let cuda = cuda_words(config.cuda);
            let environment = match environments.get(&(threads, cuda.clone())) {
                Some(known) => known.clone(),
                None => {
                    let found = config.begin(device)?;
                    environments.insert((threads, cuda.clone()), found.clone());
                    found
                }
            };
            for &data_seed in &seeds {
                let own = RunConfig { data_seed, ..config.clone() };
                let count = recipes.len() as u32;
                // Tables of files are read once for all points that share them.
                let facts = (point.data, &own.scheme, own.settings.image_size, own.settings.synthetic);
                let facts = format!("{facts:?} {} {:?} {data_seed}", own.skip_unreadable, own.population);
                let (recipe, population) = match recipes.get(&facts) {
                    Some(known) => known.clone(),
                    None => {
                        let recipe = recipe(grid, point.data, &own, places)?;
                        let new = (Arc::from(recipe.as_str()), count);
                        recipes.insert(facts, new.clone());
                        new
                    }
                };
                let ending = match endings.get(&(population, threads, cuda.clone())) {
                    Some(known) => known.clone(),
                    None => {
                        let new = Arc::new(Ending::new(&recipe, &environment)?);
                        endings.insert((population, threads, cuda.clone()), new.clone());
                        new
                    }
                };
                grounds.insert((number, data_seed), Ground { ending, population });
            }
        }
        Ok(Self { grid, grounds })
    }

    /// The grid.
    pub fn grid(&self) -> &Grid {
        self.grid
    }

    fn ground(&self, row: Row) -> &Ground {
        let data_seed = self.grid.data_seed(self.grid.seeds[row.seed]);
        &self.grounds[&(row.point, data_seed)]
    }

    /// Cells of the same number have the same population, before nested subsets.
    pub fn population(&self, row: Row) -> u32 {
        self.ground(row).population
    }

    /// The text that the name is the hash of.
    ///
    /// # Errors
    /// [`RunError::Config`].
    pub fn key(&self, row: Row, work: &Work) -> Result<String, RunError> {
        let ending = &self.ground(row).ending;
        match work {
            Work::Start(start) => ending.key(start),
            Work::Alone(config) | Work::Transfer(config, _) => ending.key(config),
        }
    }

    /// The name of a row's cell.
    ///
    /// # Errors
    /// [`RunError::Config`].
    pub fn id(&self, row: Row) -> Result<CellId, RunError> {
        Ok(CellId(hash_of(&self.key(row, &self.grid.work(row))?)))
    }

    /// The name of what the transfers of a row's point and seed start from.
    ///
    /// # Errors
    /// [`RunError::Config`].
    pub fn start(&self, row: Row) -> Result<CellId, RunError> {
        Ok(CellId(hash_of(&self.start_key(row)?)))
    }

    /// The text that [`Self::start`] is the hash of.
    ///
    /// # Errors
    /// [`RunError::Config`].
    pub fn start_key(&self, row: Row) -> Result<String, RunError> {
        self.key(row, &Work::Start(self.grid.start(row.point, row.seed)))
    }

    /// The names of all rows, in their order. Rows that train the same have the same name.
    ///
    /// # Errors
    /// [`RunError::Config`].
    pub fn all(&self) -> Result<Vec<CellId>, GridError> {
        let rows = (0..self.grid.len()).into_par_iter().with_min_len(64);
        Ok(rows.map(|number| self.id(self.grid.row(number))).collect::<Result<_, RunError>>()?)
    }
}

fn cuda_words(cuda: CudaSettings) -> String {
    format!("{cuda:?}")
}

fn recipe(grid: &Grid, number: usize, config: &RunConfig, places: &Places) -> Result<String, RunError> {
    let manifest = config.manifest(&grid.manifests[number])?;
    let options = load_options(config, places.clone());
    Ok(data::recipe_hash(&manifest, &options, &Streams::new(config.data_seed))?)
}

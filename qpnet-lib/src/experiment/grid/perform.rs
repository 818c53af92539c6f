//! One cell, done: by whoever has its lock.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use super::cell::{Row, Work};
use super::error::GridError;
use super::expand::Grid;
use super::names::{CellId, Names};
use super::store::{GridStore, State};
use crate::experiment::kept::{Keep, Pending};
use crate::experiment::started::FromStart;
use crate::experiment::{LazyPopulation, Places, Resources, RunError, seal};
use crate::train::TrainError;

/// How often it is looked whether another process has finished a start.
const PAUSE: Duration = Duration::from_millis(200);

/// What came of a cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It was done now.
    Trained,
    /// It was there.
    There,
    /// Another process is at work on it.
    Elsewhere,
    /// The listener has asked for the end; a checkpoint is kept.
    Stopped,
    /// It failed, and the store says why.
    Failed(String),
}

/// Does cells, one after the other; the last population is remembered.
pub struct Performer<'a> {
    grid: &'a Grid,
    names: &'a Names<'a>,
    store: &'a GridStore,
    places: Places,
    /// Of the data set that was used last: two may not fit into memory.
    source: Option<(usize, LazyPopulation<'a>)>,
}

impl<'a> Performer<'a> {
    /// Nothing is loaded yet.
    pub fn new(grid: &'a Grid, names: &'a Names<'a>, store: &'a GridStore, places: Places) -> Self {
        Self { grid, names, store, places, source: None }
    }

    /// Do the cell of `row`, whose name is `id`, and before it what it starts from.
    ///
    /// # Errors
    /// [`GridError`] where the store cannot be written. What goes wrong in the cell is no error: it is recorded.
    pub fn row(&mut self, row: Row, id: CellId, with: &Resources) -> Result<Outcome, GridError> {
        self.cell(row, id, self.grid.work(row), with)
    }

    /// Do what the transfers of `row` start from.
    ///
    /// # Errors
    /// As [`Self::row`].
    pub fn start(&mut self, row: Row, with: &Resources) -> Result<Outcome, GridError> {
        self.cell(row, self.names.start(row)?, Work::Start(self.grid.start(row.point, row.seed)), with)
    }

    fn cell(&mut self, row: Row, id: CellId, work: Work, with: &Resources) -> Result<Outcome, GridError> {
        if self.store.state(id)? == Some(State::Complete) {
            return Ok(Outcome::There);
        }
        let Some(_lock) = self.store.lock(id)? else { return Ok(Outcome::Elsewhere) };
        match self.store.state(id)? {
            Some(State::Complete) => return Ok(Outcome::There), // done since
            Some(State::Damaged(detail)) => return self.failed(id, &self.not_kept(id, detail)),
            None => {}
        }
        if work.needs().is_some() {
            loop {
                match self.start(row, with)? {
                    Outcome::Elsewhere => std::thread::sleep(PAUSE),
                    Outcome::Failed(error) => {
                        return self.failed(id, &format!("what it starts from has failed: {error}"));
                    }
                    Outcome::Stopped => return Ok(Outcome::Stopped),
                    Outcome::Trained | Outcome::There => break,
                }
                if with.progress.stops() {
                    return Ok(Outcome::Stopped);
                }
            }
        }
        self.store.note("begun", Some(id))?;
        // A panic is this cell's alone; the lock is free again when it is over.
        let done = catch_unwind(AssertUnwindSafe(|| self.train(row, work, with)));
        match done.unwrap_or_else(|panic| Err(format!("panicked: {}", words(panic.as_ref())).into())) {
            Ok(()) => {
                self.store.succeed(id)?;
                Ok(Outcome::Trained)
            }
            Err(Fault::Stopped) => {
                self.store.note("stopped", Some(id))?;
                Ok(Outcome::Stopped)
            }
            Err(Fault::Failed(error)) => self.failed(id, &error),
        }
    }

    fn not_kept(&self, id: CellId, detail: String) -> String {
        RunError::NotKept { folder: self.store.folder(id), detail }.to_string()
    }

    fn failed(&self, id: CellId, error: &str) -> Result<Outcome, GridError> {
        self.store.fail(id, error)?;
        Ok(Outcome::Failed(error.to_owned()))
    }

    fn train(&mut self, row: Row, work: Work, with: &Resources) -> Result<(), Fault> {
        let key = self.names.key(row, &work)?;
        match work {
            Work::Start(start) => self.keep(row, &start, key, with),
            Work::Alone(run) => self.keep(row, &FromStart { run, start: None }, key, with),
            Work::Transfer(run, start) => {
                let folder = self.store.folder(self.names.start(row)?);
                seal::check(&folder, &self.names.start_key(row)?)?;
                self.keep(row, &FromStart { run, start: Some((*start, folder)) }, key, with)
            }
        }
    }

    fn keep<E: Keep>(
        &mut self,
        row: Row,
        experiment: &E,
        key: String,
        with: &Resources,
    ) -> Result<(), Fault> {
        let config = experiment.data();
        config.begin(with.device)?;
        let number = self.grid.points[row.point].data;
        if self.source.as_ref().is_none_or(|(loaded, _)| *loaded != number) {
            self.source = None;
        }
        let (_, source) = self.source.get_or_insert_with(|| {
            (number, LazyPopulation::new(&self.grid.manifests[number], self.places.clone()))
        });
        let population = source.of(config, with.progress)?;
        Pending::new(self.store.root(), experiment, key).outcome(population, with)?;
        Ok(())
    }
}

/// Why a cell is not complete.
enum Fault {
    Stopped,
    Failed(String),
}

impl From<RunError> for Fault {
    fn from(error: RunError) -> Self {
        match error {
            RunError::Train(TrainError::Stopped { .. }) => Self::Stopped,
            error => Self::Failed(error.to_string()),
        }
    }
}

impl From<String> for Fault {
    fn from(error: String) -> Self {
        Self::Failed(error)
    }
}

/// The first lines of a panic; libtorch appends a stack of its own.
fn words(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    let text = text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("without a message");
    text.lines().take_while(|line| !line.starts_with("Exception raised from")).collect::<Vec<_>>().join(" ")
}

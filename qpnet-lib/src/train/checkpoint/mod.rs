//! Trainings that can be interrupted at any moment and go on to the same bits.
//!
//! A checkpoint holds what the rest of a training depends on and cannot be made again: weights and
//! running statistics, now and of the best epoch so far; Adam's moments and steps; averaged weights;
//! the method's own state; scores of the dominant validation samples, from which delta follows; sums
//! of the log; the history; epoch and step. Made again, because they are functions of what is known:
//! the learning rate (of the epoch), samples and class weights of the method, the anchor (of Mixed's
//! weights), and random numbers. Of the latter, `drop_path` has a stream for every step, and the batches and
//! augmentations of the steps that are done are drawn again, without images, and thrown away.
//!
//! Early stop follows from the history, selection from the best epoch's AUCs. After the last step a checkpoint holds the
//! selected weights and the history, so that a finished model is not trained again.

mod error;
mod format;
mod identity;

use std::cell::Cell;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use tch::Tensor;

use super::amp::LossScale;
use super::delta_state::DeltaValue;
use super::{Candidate, History};
use crate::clock::Clock;
use crate::fs;

pub use error::CheckpointError;
pub use identity::Identity;

const IDENTITY: &str = "identity.json";

/// The folder with the checkpoints of the models of one run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoints {
    folder: PathBuf,
    identity: Identity,
    every: Option<usize>,
}

impl Checkpoints {
    /// The folder `folder` for trainings of this identity; made where it is not there. A checkpoint is
    /// written after each epoch, and within one after `every` so many steps.
    ///
    /// # Errors
    /// [`CheckpointError::Other`] where it has been begun for another identity.
    pub fn open(folder: &Path, identity: Identity, every: Option<usize>) -> Result<Self, CheckpointError> {
        let path = folder.join(IDENTITY);
        let is_model =
            |entry: std::fs::DirEntry| entry.path().extension().is_some_and(|e| e == "safetensors");
        // What failed before its first checkpoint stands in nobody's way.
        let begun = std::fs::read_dir(folder).is_ok_and(|entries| entries.flatten().any(is_model));
        if begun && path.exists() {
            identity.fits(String::from_utf8_lossy(&fs::read(&path)?).trim(), folder)?;
        } else {
            fs::write_atomic(&path, (identity.json() + "\n").as_bytes())?;
        }
        Ok(Self { folder: folder.to_owned(), identity, every })
    }

    /// Those that are kept in `folder` for good; nothing is written.
    ///
    /// # Errors
    /// [`CheckpointError::Other`] where `own`, the identity beside them, is not this one.
    pub fn kept(folder: &Path, own: &str, identity: Identity) -> Result<Self, CheckpointError> {
        identity.fits(own.trim(), folder)?;
        Ok(Self { folder: folder.to_owned(), identity, every: None })
    }

    /// What is written beside checkpoints of this identity.
    pub fn identity(&self) -> String {
        self.identity.json() + "\n"
    }

    /// The checkpoint of model `name`.
    pub fn of<'a>(&'a self, name: &str, clock: &'a dyn Clock) -> Checkpoint<'a> {
        let path = self.path(name);
        Checkpoint { path, of: self, clock, begun: clock.seconds(), earlier: Cell::new(0.0) }
    }

    /// Its file.
    pub fn path(&self, name: &str) -> PathBuf {
        let plain = |letter: char| if letter.is_ascii_alphanumeric() { letter } else { '_' };
        let name: String = name.chars().map(plain).collect();
        self.folder.join(format!("{name}.safetensors"))
    }

    /// Remove them all: the run is complete and kept.
    ///
    /// # Errors
    /// [`CheckpointError::File`].
    pub fn remove(self) -> Result<(), CheckpointError> {
        let gone = std::fs::remove_dir_all(&self.folder);
        Ok(gone.map_err(fs::FileError::on("remove", &self.folder))?)
    }
}

/// The checkpoint of one training.
pub struct Checkpoint<'a> {
    path: PathBuf,
    of: &'a Checkpoints,
    clock: &'a dyn Clock,
    begun: f64,
    earlier: Cell<f64>,
}

/// Where a training is: everything about it that is no tensor.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Position {
    /// Optimisation steps done.
    pub(super) steps: usize,
    /// Whether the training is over; weights are then the selected ones.
    pub(super) finished: bool,
    /// The epoch whose weights are the best so far.
    pub(super) best: Option<usize>,
    /// The AUCs by which it is.
    pub(super) best_candidate: Option<Candidate>,
    /// Delta of the present epoch, and how many steps its sums are over.
    pub(super) delta: Option<DeltaValue>,
    pub(super) summed: f64,
    /// Numbers a sample of the dominant scores.
    pub(super) width: usize,
    /// Whether the kernel's death was reported.
    pub(super) warned: bool,
    /// The scale of the loss in mixed precision.
    pub(super) scale: Option<LossScale>,
    /// As CSV, which keeps numbers that are not finite.
    pub(super) history: String,
    pub(super) seconds: f64,
}

/// A training at one moment.
#[derive(Debug, Default)]
pub(super) struct Snapshot {
    pub(super) position: Position,
    pub(super) history: History,
    /// By group and name.
    pub(super) tensors: BTreeMap<String, Tensor>,
}

impl Snapshot {
    /// Add tensors under `group`.
    pub(super) fn put(&mut self, group: &str, tensors: impl IntoIterator<Item = (String, Tensor)>) {
        self.tensors.extend(tensors.into_iter().map(|(name, tensor)| (format!("{group}/{name}"), tensor)));
    }

    /// The tensors of `group` by name.
    pub(super) fn group(&self, group: &str) -> BTreeMap<String, Tensor> {
        let of = |(name, tensor): (&String, &Tensor)| {
            let name = name.strip_prefix(group)?.strip_prefix('/')?;
            Some((name.to_owned(), tensor.shallow_clone()))
        };
        self.tensors.iter().filter_map(of).collect()
    }
}

impl Checkpoint<'_> {
    /// Whether one is due after `step` of an epoch that is not over.
    pub(super) fn is_due(&self, step: usize) -> bool {
        self.of.every.is_some_and(|every| step.is_multiple_of(every))
    }

    /// Seconds that the training has taken, those before interruptions included.
    pub fn seconds(&self) -> f64 {
        self.earlier.get() + self.clock.seconds() - self.begun
    }

    /// The training as it was last kept; `None` where it has not begun.
    pub(super) fn read(&self) -> Result<Option<Snapshot>, CheckpointError> {
        let Some((position, tensors)) = format::read(&self.path, &self.of.identity)? else { return Ok(None) };
        let position: Position = serde_json::from_str(&position).map_err(|error| self.damaged(&error))?;
        let mut rows = csv::Reader::from_reader(position.history.as_bytes());
        let history: Result<History, _> = rows.deserialize().collect();
        let history = history.map_err(|error| self.damaged(&error))?;
        self.earlier.set(position.seconds);
        Ok(Some(Snapshot { position, history, tensors }))
    }

    /// Keep the training, in place of how it was kept before.
    pub(super) fn write(&self, mut snapshot: Snapshot) -> Result<(), CheckpointError> {
        let mut rows = csv::Writer::from_writer(Vec::new());
        let written = snapshot.history.iter().try_for_each(|record| rows.serialize(record));
        written.map_err(|error| self.damaged(&error))?;
        let bytes = rows.into_inner().map_err(|error| self.damaged(&error))?;
        snapshot.position.history = String::from_utf8_lossy(&bytes).into_owned();
        snapshot.position.seconds = self.seconds();
        let position = serde_json::to_string(&snapshot.position).map_err(|error| self.damaged(&error))?;
        let tensors: Vec<(String, Tensor)> = snapshot.tensors.into_iter().collect();
        format::write(&self.path, &self.of.identity, &position, &tensors)
    }

    /// The error of a checkpoint with the right identity and checksum from which nothing can go on.
    pub(super) fn damaged(&self, detail: &dyn std::fmt::Display) -> CheckpointError {
        CheckpointError::Damaged { path: self.path.clone(), detail: detail.to_string() }
    }
}

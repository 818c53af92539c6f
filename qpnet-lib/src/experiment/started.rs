//! A Mixed model that is kept with its weights, and transfers from it: trained once for all of them.
//!
//! A transfer depends on its configuration alone, wherever its start was trained: its key is that of the run that
//! trains both. Only where the start is taken from differs, and that changes no bit.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::folder::{load_trained, save_started};
use super::kept::Keep;
use super::run::train_from;
use super::unfinished::identity_of;
use super::{MethodSpec, Resources, RunConfig, RunError, Trained, checkpoints};
use crate::data::{Manifest, Population};
use crate::device::ChosenDevice;
use crate::fs::read;
use crate::train::{Checkpoints, TrainError};

/// The name of the model in checkpoints.
const MODEL: &str = "mixed";
/// In a kept folder: the model, as a checkpoint of a finished training.
pub(super) const MODEL_FILE: &str = "mixed.safetensors";
/// What that checkpoint is known by.
pub(super) const IDENTITY_FILE: &str = "identity.json";

/// The Mixed model of an experiment, which is scored and kept with its weights.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Start {
    /// What it is trained by; what transfers are trained by is the profile's, and has no part in it.
    pub start: RunConfig,
}

/// Mixed, scored, and its weights.
pub(super) struct Started {
    pub(super) trained: Trained,
    pub(super) model: Vec<u8>,
    pub(super) identity: String,
}

impl RunConfig {
    /// This experiment without what has no part in a model that starts from initial weights, training `spec` alone.
    pub fn from_initial_weights(&self, spec: MethodSpec, manifest: &Manifest) -> Self {
        let mut config = Self { methods: vec![spec], ..self.clone() };
        config.settings.transfer = self.profile.settings(manifest).transfer;
        config
    }
}

impl Start {
    /// That of the transfers of `config` on the data set of `manifest`.
    pub fn of(config: &RunConfig, manifest: &Manifest) -> Self {
        Self { start: config.from_initial_weights(MethodSpec::mixed(), manifest) }
    }

    /// The kept model in `folder`, for transfers on `population`.
    fn kept_in(
        &self,
        folder: &Path,
        population: &Population,
        device: &ChosenDevice,
    ) -> Result<Checkpoints, RunError> {
        let own = String::from_utf8_lossy(&read(&folder.join(IDENTITY_FILE))?).into_owned();
        let identity = identity_of(&self.start, population, device)?;
        let kept = Checkpoints::kept(folder, &own, identity).map_err(TrainError::from)?;
        read(&kept.path(MODEL))?; // what is not there would be trained, and written into what is kept
        Ok(kept)
    }
}

impl Keep for Start {
    type Outcome = Started;

    fn data(&self) -> &RunConfig {
        &self.start
    }

    fn stages(&self) -> usize {
        self.start.stages()
    }

    fn compute(
        &self,
        population: &Population,
        with: &Resources,
        unfinished: &Path,
    ) -> Result<Started, RunError> {
        let nested = self.start.nested(population)?;
        let population = nested.as_ref().unwrap_or(population);
        let checkpoints = checkpoints(unfinished, &self.start, population, with.device, None)?;
        let trained = train_from(&self.start, population, with, Some(&checkpoints), None)?;
        let model = read(&checkpoints.path(MODEL))?;
        Ok(Started { trained, model, identity: checkpoints.identity() })
    }

    fn save(&self, outcome: &Started, key: &str, folder: &Path) -> Result<(), RunError> {
        let Started { trained, model, identity } = outcome;
        save_started(trained, &[(MODEL_FILE, model), (IDENTITY_FILE, identity.as_bytes())], key, folder)
    }

    fn load(folder: &Path) -> Result<Started, RunError> {
        let identity = String::from_utf8_lossy(&read(&folder.join(IDENTITY_FILE))?).into_owned();
        Ok(Started { trained: load_trained(folder)?, model: read(&folder.join(MODEL_FILE))?, identity })
    }
}

/// A run, with the place of a start where one is kept. It is known by the run alone.
pub(super) struct FromStart {
    pub(super) run: RunConfig,
    /// The start and its folder.
    pub(super) start: Option<(Start, PathBuf)>,
}

impl Serialize for FromStart {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.run.serialize(serializer)
    }
}

impl Keep for FromStart {
    type Outcome = Trained;

    fn data(&self) -> &RunConfig {
        &self.run
    }

    fn stages(&self) -> usize {
        self.run.stages()
    }

    fn compute(
        &self,
        population: &Population,
        with: &Resources,
        unfinished: &Path,
    ) -> Result<Trained, RunError> {
        let Some((start, folder)) = &self.start else {
            return self.run.compute(population, with, unfinished);
        };
        let nested = self.run.nested(population)?;
        let population = nested.as_ref().unwrap_or(population);
        let start = start.kept_in(folder, population, with.device)?;
        let checkpoints = checkpoints(unfinished, &self.run, population, with.device, None)?;
        train_from(&self.run, population, with, Some(&checkpoints), Some(&start))
    }

    fn save(&self, outcome: &Trained, key: &str, folder: &Path) -> Result<(), RunError> {
        self.run.save(outcome, key, folder)
    }

    fn load(folder: &Path) -> Result<Trained, RunError> {
        load_trained(folder)
    }
}

//! One seed of a study: a start, M_2 and six transfers, each compared with where it began.

use std::path::Path;

use serde::{Deserialize, Serialize};
use tch::Device;

use super::{CkaStudyConfig, SecondStart, Start, TransferKind, compared_images};
use crate::data::{DOMINANT, LESS_PREVALENT, Part, Population};
use crate::experiment::folder::{load_result, save_result};
use crate::experiment::kept::Keep;
use crate::experiment::start::check_bytes;
use crate::experiment::{DataSummary, Environment, Resources, RunConfig, RunError};
use crate::model::{QpNet, weights};
use crate::rng::Streams;
use crate::train::{
    Anchor, CkaImages, DeltaPart, Erm, Fitted, LayerCka, Method, Progress, Qpi, Setup, TrainConfig,
    TrainError, Transfer, auc_of, fit, layer_similarity, predict, prefetch_pays, rotation_start,
};

/// What one seed measured.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SeedStudy {
    /// Seed of training.
    pub seed: u64,
    /// Where M_1 came from, in words.
    pub start: String,
    /// `CKA_1` of every layer, by transfer.
    pub cka_1: [Vec<LayerCka>; 3],
    /// `CKA_2` of every layer, by transfer.
    pub cka_2: [Vec<LayerCka>; 3],
    /// Test AUC of M_2 on both subgroups.
    pub auc_before: [Option<f64>; 2],
    /// Test AUC after each transfer of M_1, `[transfer][subgroup]`: what M_1 has learned when it is
    /// compared. M_1 itself has no head for the diagnosis.
    pub auc_after_1: [[Option<f64>; 2]; 3],
    /// Test AUC after each transfer of M_2.
    pub auc_after_2: [[Option<f64>; 2]; 3],
}

/// A study of a single seed: what is kept.
#[derive(Serialize)]
pub(super) struct OneSeed {
    config: CkaStudyConfig,
    /// With others it is another result.
    transfers: [TransferKind; 3],
}

/// The data, the versions, and what was measured.
pub(super) type SeedOutcome = (DataSummary, Environment, SeedStudy);

impl OneSeed {
    /// The part of `config` that belongs to `seed`.
    pub(super) fn of(config: &CkaStudyConfig, seed: u64) -> Self {
        let base = config.base.repeated(seed);
        let config = CkaStudyConfig { base, seeds: vec![seed], ..config.clone() };
        Self { config, transfers: TransferKind::ALL }
    }
}

impl Keep for OneSeed {
    type Outcome = SeedOutcome;

    fn data(&self) -> &RunConfig {
        &self.config.base
    }

    fn stages(&self) -> usize {
        // The start, M_2, and every transfer of both.
        usize::from(matches!(self.config.start, Start::Pretext(_))) + 1 + 2 * self.transfers.len()
    }

    fn compute(
        &self,
        population: &Population,
        with: &Resources,
        _unfinished: &Path,
    ) -> Result<SeedOutcome, RunError> {
        let config = &self.config;
        config.base.use_threads();
        let nested = config.base.nested(population)?;
        let population = nested.as_ref().unwrap_or(population);
        let device = with.device.device;
        let images = compared_images(config, population);
        let (progress, seed) = (with.progress, config.base.seed);
        let study = Study { config, population, images, device, progress, seed };
        Ok((DataSummary::of(population), Environment::of(with.device), study.run()?))
    }

    fn save(&self, outcome: &SeedOutcome, key: &str, folder: &Path) -> Result<(), RunError> {
        save_result(&self.config, outcome, key, folder)
    }

    fn load(folder: &Path) -> Result<SeedOutcome, RunError> {
        load_result(folder)
    }
}

/// Trains and compares the networks of one seed.
struct Study<'a> {
    config: &'a CkaStudyConfig,
    population: &'a Population,
    /// One a patient.
    images: Vec<usize>,
    device: Device,
    progress: &'a dyn Progress,
    seed: u64,
}

impl Study<'_> {
    fn run(&self) -> Result<SeedStudy, RunError> {
        let (first, start) = self.start()?;
        let settings = &self.config.base.settings;
        let both: &[usize] = &[DOMINANT, LESS_PREVALENT];
        let trained_on = match self.config.second {
            SecondStart::Mixed => both,
            SecondStart::DominantOnly => &[DOMINANT],
        };
        let second = self.fit(&first, &mut Erm, None, &self.setup("M_2", trained_on, settings.base))?.net;
        let (mut cka_1, mut cka_2) = (Vec::new(), Vec::new());
        let (mut auc_after_1, mut auc_after_2) = (Vec::new(), Vec::new());
        for kind in TransferKind::ALL {
            let after = self.transferred(&first, &second, kind)?;
            cka_1.push(self.compare(&first, &after)?);
            auc_after_1.push(self.test_auc(&after)?);
            let after = self.transferred(&second, &second, kind)?;
            cka_2.push(self.compare(&second, &after)?);
            auc_after_2.push(self.test_auc(&after)?);
        }
        Ok(SeedStudy {
            seed: self.seed,
            start,
            cka_1: by_transfer(cka_1),
            cka_2: by_transfer(cka_2),
            auc_before: self.test_auc(&second)?,
            auc_after_1: by_transfer(auc_after_1),
            auc_after_2: by_transfer(auc_after_2),
        })
    }

    fn streams(&self) -> Streams {
        Streams::new(self.seed).below("cka")
    }

    fn start(&self) -> Result<(QpNet, String), RunError> {
        let model = &self.config.base.settings.model;
        match &self.config.start {
            Start::Pretext(pretext) => {
                let streams = self.streams();
                let made =
                    rotation_start(model, self.population, pretext, self.device, &streams, self.progress)?;
                let accuracy = made.history.last().map_or(f64::NAN, |epoch| epoch.accuracy);
                let words = format!(
                    "{} on {} training images, accuracy {accuracy:.2}; chance 0.25",
                    self.config.start.title(),
                    made.images
                );
                Ok((made.net, words))
            }
            Start::Weights { file, sha256 } => {
                check_bytes(file, sha256)?;
                let mut net = QpNet::new(model, self.streams().number("init"), self.device)
                    .map_err(TrainError::from)?;
                weights::load(&mut net, file, weights::LoadOptions::default())?;
                Ok((net, self.config.start.title()))
            }
        }
    }

    fn setup<'b>(&'b self, model: &'b str, subgroups: &'b [usize], config: TrainConfig) -> Setup<'b> {
        // Both networks go through the same batches.
        let streams = self.streams().below(if model == "M_2" { "second" } else { "transfer" });
        let (population, device, progress) = (self.population, self.device, self.progress);
        let prefetch = prefetch_pays(device);
        Setup { model, population, subgroups, config, device, streams, progress, prefetch }
    }

    fn fit(
        &self,
        from: &QpNet,
        method: &mut dyn Method,
        anchor: Option<&Anchor>,
        setup: &Setup,
    ) -> Result<Fitted, RunError> {
        let start = from.duplicate().map_err(TrainError::from)?;
        Ok(fit(start, method, anchor, setup)?)
    }

    fn transferred(&self, from: &QpNet, mixed: &QpNet, kind: TransferKind) -> Result<QpNet, RunError> {
        let settings = &self.config.base.settings;
        let fitted = match kind.qpi() {
            None => {
                let config = TrainConfig { sampling: settings.base.sampling, ..settings.transfer };
                let setup = self.setup("fine-tuning", &[LESS_PREVALENT], config);
                self.fit(from, &mut Erm, None, &setup)?
            }
            Some(config) => {
                let setup = self.setup(kind.title(), &[DOMINANT, LESS_PREVALENT], settings.transfer);
                let anchor = Anchor::measure(mixed, &setup, DeltaPart::Validation)?;
                let mut method = Qpi::new(config).map_err(TrainError::from)?;
                self.fit(from, &mut method, Some(&anchor), &setup)?
            }
        };
        Ok(fitted.net)
    }

    fn compare(&self, before: &QpNet, after: &QpNet) -> Result<Vec<LayerCka>, RunError> {
        let images = CkaImages { population: self.population, positions: &self.images, device: self.device };
        Ok(layer_similarity(Transfer { before, after }, images, &self.config.similarity)?)
    }

    fn test_auc(&self, net: &QpNet) -> Result<[Option<f64>; 2], RunError> {
        let auc = |subgroup: usize| {
            let positions = self.population.indices(Part::Test, Some(subgroup));
            auc_of(self.population, &positions, &predict(net, self.population, &positions, self.device))
        };
        Ok([auc(DOMINANT)?, auc(LESS_PREVALENT)?])
    }
}

/// The entries of a list filled over [`TransferKind::ALL`].
fn by_transfer<T>(values: Vec<T>) -> [T; 3] {
    match values.try_into() {
        Ok(values) => values,
        Err(_) => unreachable!("one value a kind of transfer"),
    }
}

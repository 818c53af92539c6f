//! A study over its seeds.

use super::CkaStudyConfig;
use super::seed::{SeedStudy, Study, TransferKind};
use crate::cka::{Jackknife, over_seeds};
use crate::device::ChosenDevice;
use crate::experiment::evaluate::LEVEL;
use crate::experiment::{DataSummary, Environment, LazyPopulation, RunError, RunStore};
use crate::stats::Estimate;
use crate::train::{LayerCka, Progress};

/// A finished study.
#[derive(Clone, Debug, PartialEq)]
pub struct CkaStudy {
    /// What was asked.
    pub config: CkaStudyConfig,
    /// The data.
    pub data: DataSummary,
    /// Versions and device.
    pub environment: Environment,
    /// What each seed measured.
    pub seeds: Vec<SeedStudy>,
}

/// One layer, over seeds and images.
#[derive(Clone, Debug, PartialEq)]
pub struct LayerResult {
    /// Counted from 1.
    pub index: usize,
    /// The layer's name.
    pub layer: String,
    /// Similarity of M_1 before and after.
    pub cka_1: Estimate,
    /// Similarity of M_2 before and after.
    pub cka_2: Estimate,
    /// `CKA_2 - CKA_1`.
    pub delta: Estimate,
}

/// One kind of transfer.
#[derive(Clone, Debug, PartialEq)]
pub struct TransferResult {
    /// Which.
    pub kind: TransferKind,
    /// Every layer.
    pub layers: Vec<LayerResult>,
}

/// Do the study; seeds that are kept are not repeated.
///
/// # Errors
/// [`RunError`] from data, training, CKA or files.
pub fn study(
    config: &CkaStudyConfig,
    store: &RunStore,
    source: &mut LazyPopulation,
    device: &ChosenDevice,
    progress: &dyn Progress,
) -> Result<CkaStudy, RunError> {
    let mut seeds = Vec::new();
    let mut data = None;
    for &seed in &config.seeds {
        let one = CkaStudyConfig { seeds: vec![seed], ..config.clone() };
        let (of_data, result) = store.keep(&one, &one.base, source, device, progress, |population| {
            tch::set_num_threads(one.base.threads.max(1) as i32);
            let study = Study { config: &one, population, device: device.device, progress, seed };
            Ok((DataSummary::of(population), study.run()?))
        })?;
        data.get_or_insert(of_data);
        seeds.push(result);
    }
    let data = data.ok_or(RunError::NoSeeds)?;
    Ok(CkaStudy { config: config.clone(), data, environment: Environment::of(device), seeds })
}

impl CkaStudy {
    /// Both transfers, averaged over seeds; intervals are over seeds and patients.
    ///
    /// # Errors
    /// [`RunError::Cka`].
    pub fn transfers(&self) -> Result<Vec<TransferResult>, RunError> {
        let transfer = |(at, kind): (usize, TransferKind)| {
            let layers = (0..self.seeds[0].cka_1[at].len()).map(|layer| self.layer(at, layer));
            Ok(TransferResult { kind, layers: layers.collect::<Result<_, RunError>>()? })
        };
        TransferKind::ALL.into_iter().enumerate().map(transfer).collect()
    }

    /// Delta CKA of QPI minus that of fine-tuning, layer by layer: the paper has it above 0.
    ///
    /// # Errors
    /// [`RunError::Cka`].
    pub fn qpi_minus_fine_tuning(&self) -> Result<Vec<Estimate>, RunError> {
        let layer = |layer: usize| {
            self.mean(|seed| {
                let of = |ckas: &[Vec<LayerCka>; 2], at: usize| ckas[at][layer].cka.clone();
                let [tuned, qpi] = [0, 1].map(|at| of(&seed.cka_2, at).zip(of(&seed.cka_1, at)));
                let ((qpi_2, qpi_1), (tuned_2, tuned_1)) = qpi.zip(tuned)?;
                Jackknife::combine(&[(1.0, &qpi_2), (-1.0, &qpi_1), (-1.0, &tuned_2), (1.0, &tuned_1)]).ok()
            })
        };
        (0..self.seeds[0].cka_1[0].len()).map(layer).collect()
    }

    fn layer(&self, transfer: usize, layer: usize) -> Result<LayerResult, RunError> {
        let LayerCka { index, layer: name, .. } = &self.seeds[0].cka_1[transfer][layer];
        let first = |seed: &SeedStudy| seed.cka_1[transfer][layer].cka.clone();
        let second = |seed: &SeedStudy| seed.cka_2[transfer][layer].cka.clone();
        let delta =
            |seed: &SeedStudy| Jackknife::combine(&[(1.0, &second(seed)?), (-1.0, &first(seed)?)]).ok();
        Ok(LayerResult {
            index: *index,
            layer: name.clone(),
            cka_1: self.mean(first)?,
            cka_2: self.mean(second)?,
            delta: self.mean(delta)?,
        })
    }

    /// Undefined where a seed's is.
    fn mean(&self, of: impl Fn(&SeedStudy) -> Option<Jackknife>) -> Result<Estimate, RunError> {
        let all: Option<Vec<Jackknife>> = self.seeds.iter().map(of).collect();
        match all {
            Some(all) => Ok(over_seeds(&all.iter().collect::<Vec<_>>(), LEVEL)?),
            None => Ok(Estimate::undefined("jackknife", 0, "a layer says the same of every image")),
        }
    }
}

//! Everything that determines a run's numbers.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::{Environment, MethodSpec, Profile, RunError, Settings, StartWeights};
use crate::data::synthetic::Params;
use crate::data::{Fold, Manifest, ManifestError};
use crate::device::{ChosenDevice, CudaSettings};
use crate::train::{Batches, Sampling, TrainError};

/// More threads than any machine has cores for: a number above is a mistake.
const MOST_THREADS: usize = 1024;

/// `Ok` when there are seeds and none occurs twice: a seed twice is no second repeat.
///
/// # Errors
/// [`RunError::NoSeeds`], [`RunError::SeedTwice`].
pub(super) fn check_seeds(seeds: &[u64]) -> Result<(), RunError> {
    let twice = seeds.iter().enumerate().find(|&(i, seed)| seeds[..i].contains(seed));
    match twice {
        _ if seeds.is_empty() => Err(RunError::NoSeeds),
        Some((_, &seed)) => Err(RunError::SeedTwice(seed)),
        None => Ok(()),
    }
}

/// The configuration of a run, written beside its results as `config.toml`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RunConfig {
    /// The data set as it was asked for: a shipped manifest's name or a path to a `.toml`.
    pub data: String,
    /// Name of the subgrouping scheme.
    pub scheme: String,
    /// The profile that `settings` come from.
    pub profile: Profile,
    /// Root seed of training: initial weights, batches, augmentation, nested subsets.
    pub seed: u64,
    /// Root seed of the data: the split, and what a synthetic population is drawn from. Repeats
    /// of an experiment share it, so that they are scored on the same test samples.
    pub data_seed: u64,
    /// Train on so many dominant images only, a nested subset (a point of a learning curve).
    pub dominant_train: Option<usize>,
    /// One fold of a cross-fitting, `2/5`; absent: the usual split.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fold: Option<Fold>,
    /// Threads of libtorch on the processor; 0: all cores. Sums are taken in another order on
    /// another number of threads, so it is part of what determines the numbers.
    pub threads: usize,
    /// Leave out rows whose image cannot be read, instead of stopping at the first.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub skip_unreadable: bool,
    /// How libtorch computes on CUDA.
    #[serde(default, skip_serializing_if = "CudaSettings::are_usual")]
    pub cuda: CudaSettings,
    /// Pretrained weights of the backbone; absent: drawn.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub weights: Option<StartWeights>,
    /// What nodules are drawn with, in place of the numbers of the scheme.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub population: Option<Params>,
    /// What the profile means for this data set.
    pub settings: Settings,
    /// The methods compared; keys differ.
    pub methods: Vec<MethodSpec>,
}

impl RunConfig {
    /// The settings of `profile` for `manifest` (found by `data`), one seed for training and data.
    pub fn new(
        data: &str,
        manifest: &Manifest,
        scheme: &str,
        methods: &[MethodSpec],
        profile: Profile,
        seed: u64,
    ) -> Self {
        Self {
            data: data.to_owned(),
            scheme: scheme.to_owned(),
            profile,
            seed,
            data_seed: seed,
            dominant_train: None,
            fold: None,
            threads: profile.threads(),
            skip_unreadable: false,
            cuda: CudaSettings::default(),
            weights: None,
            population: None,
            settings: profile.settings(manifest),
            methods: methods.to_vec(),
        }
    }

    /// The same experiment, trained again from another seed on the same data.
    pub fn repeated(&self, seed: u64) -> Self {
        Self { seed, ..self.clone() }
    }

    /// `manifest` as this experiment reads it.
    ///
    /// # Errors
    /// [`RunError::Data`] where nothing is drawn, or a number makes no sense.
    pub(super) fn manifest<'a>(&self, manifest: &'a Manifest) -> Result<Cow<'a, Manifest>, RunError> {
        match self.population {
            None => Ok(Cow::Borrowed(manifest)),
            Some(params) => {
                let noisy = params.label_noise != [0.0, 0.0];
                if self.fold.is_some() && noisy && params.clean_test {
                    let message = "must be false with folds: every image is a test image once".to_owned();
                    let (file, key) = (manifest.file.clone(), "population.clean_test".to_owned());
                    return Err(ManifestError::Rule { file, key, message }.into());
                }
                Ok(Cow::Owned(manifest.drawn_with(&self.scheme, params)?))
            }
        }
    }

    /// The kind of batches that a method is trained on.
    pub fn sampling(&self, spec: &MethodSpec) -> Sampling {
        let Settings { base, transfer, .. } = &self.settings;
        match spec.method.objective().map(|method| method.batches()) {
            Ok(Batches::Own(sampling)) => sampling,
            Ok(Batches::Mixed) => base.sampling,
            // A setting that makes no sense is refused where the method is trained.
            Ok(Batches::QpNet) | Err(_) => transfer.sampling,
        }
    }

    /// Does a method learn as if classes were equally frequent, by its batches or by its weights?
    pub fn balances_classes(&self, spec: &MethodSpec) -> bool {
        let by_weights = || spec.method.objective().is_ok_and(|method| method.weighs_classes_alike());
        self.sampling(spec).balances_classes() || by_weights()
    }

    /// Threads that libtorch will use on this machine.
    pub(super) fn threads_in_use(&self) -> usize {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        if self.threads == 0 { cores } else { self.threads }
    }

    /// Every experiment states its own number of threads. libtorch has one for each thread of the program, which
    /// the first question there takes from what any thread said last: it is asked before it is told.
    pub(super) fn use_threads(&self) {
        let _of_another = tch::get_num_threads();
        tch::set_num_threads(self.threads_in_use() as i32);
    }

    /// Check what can be checked without data, and tell libtorch how to compute: threads, and what is asked of
    /// CUDA. Every experiment begins here, whoever asks for it.
    ///
    /// # Errors
    /// Those of [`Self::check`] and [`Self::check_device`]; [`RunError::Device`] where the environment or an
    /// earlier experiment of the process has CUDA compute otherwise.
    pub(super) fn begin(&self, device: &ChosenDevice) -> Result<Environment, RunError> {
        self.check()?;
        self.check_device(device)?;
        self.cuda.apply(device)?;
        self.use_threads();
        Ok(Environment::of(device))
    }

    /// Check what depends on the device: what is asked of CUDA is no setting of a processor.
    ///
    /// # Errors
    /// [`RunError::Device`], [`RunError::Train`].
    pub fn check_device(&self, device: &ChosenDevice) -> Result<(), RunError> {
        self.cuda.check(device)?;
        let Settings { base, transfer, .. } = &self.settings;
        let checked = base.check_device(device.device).and(transfer.check_device(device.device));
        Ok(checked.map_err(TrainError::from)?)
    }

    /// Check what the types cannot say; the settings are checked where they are used.
    ///
    /// # Errors
    /// [`RunError::MethodTwice`], [`RunError::Threads`].
    pub fn check(&self) -> Result<(), RunError> {
        if self.threads > MOST_THREADS {
            return Err(RunError::Threads { got: self.threads, most: MOST_THREADS });
        }
        for (i, spec) in self.methods.iter().enumerate() {
            if self.methods[..i].iter().any(|other| other.key == spec.key) {
                return Err(RunError::MethodTwice(spec.key.clone()));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_number_of_threads_is_that_of_the_experiment_whatever_others_say() {
        let manifest = Manifest::find("synthetic").expect("shipped");
        let config =
            RunConfig::new("synthetic", &manifest, "moderate", &[MethodSpec::mixed()], Profile::Smoke, 1);
        let told = |threads: usize| {
            let config = RunConfig { threads, ..config.clone() };
            config.use_threads();
            (threads as i32, tch::get_num_threads())
        };
        for round in 0..200 {
            let (one, three) = std::thread::scope(|scope| {
                let (one, three) = (scope.spawn(|| told(1)), scope.spawn(|| told(3)));
                (one.join().expect("no panic"), three.join().expect("no panic"))
            });
            for (said, used) in [one, three] {
                assert_eq!(used, said, "round {round}");
            }
        }
    }
}

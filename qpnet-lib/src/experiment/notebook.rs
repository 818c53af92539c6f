//! The same experiments from a notebook: one call a step, whole progress lines on standard
//! output, data from `QPNET_DATA`, their packs from `QPNET_CACHE`.

use std::path::PathBuf;

use super::cka_study::{CkaStudy, CkaStudyConfig, study};
use super::curve::{Curve, CurveConfig, Regime, measure};
use super::{
    LazyPopulation, MethodSpec, Places, Profile, Repeats, Resources, Run, RunConfig, RunError, RunStore,
    open, repeat,
};
use crate::clock::Monotonic;
use crate::data::{self, Manifest, Population, Survey};
use crate::device::{ChosenDevice, DeviceChoice, choose};
use crate::train::{Lines, Progress};

/// The configuration that `qpnet run` makes of the same words.
///
/// `data` is a shipped manifest's name or a path to a `.toml`, `methods` a list such as
/// `mixed,dc,qpi`.
///
/// # Errors
/// [`RunError`] naming the word and what it may be.
pub fn configure(
    data: &str,
    scheme: &str,
    methods: &str,
    profile: Profile,
    seed: u64,
) -> Result<RunConfig, RunError> {
    let manifest = Manifest::find(data)?;
    let scheme = &manifest.scheme(scheme)?.name;
    Ok(RunConfig::new(data, &manifest, scheme, &MethodSpec::list(methods)?, profile, seed))
}

/// Load the population of `config`.
///
/// # Errors
/// [`RunError::Data`] naming file, row and remedy.
pub fn population(config: &RunConfig) -> Result<Population, RunError> {
    open(config, &Manifest::find(&config.data)?, places(), &lines())
}

/// The comparison of `config`, with the numbers of `qpnet run` for the same words: trained now, or
/// loaded when a finished run of everything the same is kept.
///
/// # Errors
/// [`RunError`] from data, training or statistics.
pub fn compare(config: &RunConfig) -> Result<Run, RunError> {
    let manifest = Manifest::find(&config.data)?;
    let mut data = LazyPopulation::new(&manifest, places());
    here(config, |with| runs().train(config, &mut data, with)?.summarised())
}

/// The comparison of `config` from several seeds of training, on the same data.
///
/// # Errors
/// [`RunError`] from data, training or statistics.
pub fn compare_repeatedly(config: &RunConfig, seeds: &[u64]) -> Result<Repeats, RunError> {
    let manifest = Manifest::find(&config.data)?;
    let mut data = LazyPopulation::new(&manifest, places());
    here(config, |with| repeat(config, seeds, &runs(), &mut data, with))
}

/// The trainings of a profile's learning curve over the dominant training set.
///
/// # Errors
/// [`RunError`] from unknown data, schemes or methods.
pub fn curve_config(
    data: &str,
    scheme: &str,
    methods: &str,
    profile: Profile,
    regime: Regime,
) -> Result<CurveConfig, RunError> {
    let manifest = Manifest::find(data)?;
    let scheme = manifest.scheme(scheme)?.name.clone();
    Ok(CurveConfig::new(data, &manifest, &scheme, &MethodSpec::list(methods)?, profile, regime))
}

/// A learning curve, measured now or where it was left off: every finished training is kept.
///
/// # Errors
/// [`RunError`] from data, training or files.
pub fn measure_curve(config: &CurveConfig) -> Result<Curve, RunError> {
    let manifest = Manifest::find(&config.base.data)?;
    let mut population = LazyPopulation::new(&manifest, places());
    here(&config.base, |with| measure(config, &runs(), &mut population, with))
}

/// [`measure_curve`] of [`curve_config`].
///
/// # Errors
/// [`RunError`] from unknown names, data, training or files.
pub fn learning_curve(
    data: &str,
    scheme: &str,
    methods: &str,
    profile: Profile,
    regime: Regime,
) -> Result<Curve, RunError> {
    measure_curve(&curve_config(data, scheme, methods, profile, regime)?)
}

/// A CKA study, done now or where it was left off: every finished seed is kept.
///
/// # Errors
/// [`RunError`] from data, training, CKA or files.
pub fn cka_study(config: &CkaStudyConfig) -> Result<CkaStudy, RunError> {
    let manifest = Manifest::find(&config.base.data)?;
    let mut population = LazyPopulation::new(&manifest, places());
    here(&config.base, |with| study(config, &runs(), &mut population, with))
}

/// The study of a profile from a pretext-trained start.
///
/// # Errors
/// [`RunError`] naming the word and what it may be.
pub fn configure_cka(data: &str, scheme: &str, profile: Profile) -> Result<CkaStudyConfig, RunError> {
    let manifest = Manifest::find(data)?;
    let scheme = manifest.scheme(scheme)?.name.clone();
    Ok(CkaStudyConfig::pretext(data, &manifest, &scheme, profile))
}

/// What the tables of the data set `data` say under `scheme`, without its images.
///
/// # Errors
/// [`RunError::Data`] naming file, row and remedy.
pub fn survey(data: &str, scheme: &str) -> Result<Survey, RunError> {
    Ok(data::survey(&Manifest::find(data)?, scheme, data_root().as_deref())?)
}

/// The pretrained weights `weights/<name>/<name>.safetensors` below `QPNET_DATA`, where they are.
pub fn pretrained_weights(name: &str) -> Option<PathBuf> {
    let file = data_root()?.join("weights").join(name).join(format!("{name}.safetensors"));
    file.is_file().then_some(file)
}

/// The kept runs: below the variable `QPNET_RUNS`, else below `runs`.
pub fn runs() -> RunStore {
    RunStore::new(std::env::var_os("QPNET_RUNS").map_or_else(|| "runs".into(), PathBuf::from))
}

/// Whether the folder of the data set `data` is below `QPNET_DATA`.
///
/// # Errors
/// [`RunError::Data`] for an unknown data set.
pub fn is_present(data: &str) -> Result<bool, RunError> {
    Ok(Manifest::find(data)?.is_present(data_root().as_deref()))
}

/// The folder of the data sets: the variable `QPNET_DATA`, where it is set and not empty.
pub fn data_root() -> Option<PathBuf> {
    folder("QPNET_DATA")
}

/// The folder of packs: the variable `QPNET_CACHE`, where it is set and not empty.
pub fn cache() -> Option<PathBuf> {
    folder("QPNET_CACHE")
}

fn places() -> Places {
    Places { data_root: data_root(), cache: cache() }
}

fn folder(variable: &str) -> Option<PathBuf> {
    std::env::var_os(variable).filter(|value| !value.is_empty()).map(PathBuf::from)
}

/// Do `work` of `config` with the best device there is and with as many cores as rayon fills, which the
/// variable `RAYON_NUM_THREADS` limits.
fn here<T>(config: &RunConfig, work: impl FnOnce(&Resources) -> Result<T, RunError>) -> Result<T, RunError> {
    config.cuda.prepare()?; // before the first question to libtorch about devices
    let device: ChosenDevice = choose(DeviceChoice::Auto)?;
    let (clock, progress, cores) = (Monotonic::start(), lines(), rayon::current_num_threads());
    work(&Resources { device: &device, clock: &clock, cores, progress: &progress })
}

#[allow(clippy::print_stdout)] // a cell shows what goes to standard output
fn lines() -> impl Progress {
    Lines::new(Monotonic::start(), |line| println!("{line}"))
}

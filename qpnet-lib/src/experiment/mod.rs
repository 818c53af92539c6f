//! Experiments: configuration in, a [`Run`] out; a run is kept as one folder.

pub mod ablation;
mod case_mix;
pub mod cka_study;
mod classes;
mod config;
mod contrast;
pub mod curve;
mod environment;
mod error;
mod evaluate;
mod folder;
pub mod grid;
mod kept;
mod kept_copy;
mod lazy;
mod methods;
mod models;
mod notebook;
mod original;
mod parallel;
mod places;
mod predictions;
mod preset;
mod profile;
mod repeats;
mod resources;
mod run;
mod seal;
mod start;
mod started;
mod summary;
mod trained;
mod unfinished;

pub use case_mix::{CaseMixError, case_mix};
pub use classes::{ClassGap, class_gaps};
pub use config::RunConfig;
use config::check_seeds;
pub use contrast::MainEffect;
pub use environment::Environment;
pub use error::RunError;
pub use folder::{load, read_config, save};
pub use kept::RunStore;
pub use lazy::LazyPopulation;
pub use methods::{MethodKind, MethodSpec};
pub use notebook::{
    cache, cka_study, compare, compare_repeatedly, configure, configure_cka, curve_config, data_root,
    is_present, learning_curve, measure_curve, population, pretrained_weights, runs, survey,
};
pub use original::Original;
pub use places::Places;
pub use predictions::Prediction;
pub use preset::Preset;
pub use profile::{EPSILON_0, Profile, Settings};
pub use repeats::{RepeatedAuc, RepeatedDifference, RepeatedMethod, Repeats, repeat};
pub use resources::Resources;
pub use run::{Run, open, run, run_kept, train, train_kept};
pub use start::StartWeights;
pub use started::Start;
pub use summary::{
    BrierSummary, CellSummary, DataSummary, DecisionCell, DecisionSummary, Disparities, MethodSummary,
    PairedSummary, SubgroupSummary, Summary,
};
pub use trained::{Origin, Trained, Training};
pub use unfinished::{checkpoints, unfinished};

use run::load_options;

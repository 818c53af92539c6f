//! Experiments: configuration in, a [`Run`] out; a run is kept as one folder.

mod config;
mod environment;
mod error;
mod methods;
mod notebook;
mod predictions;
mod profile;
mod run;
mod scored;
mod store;
mod summary;

pub use config::RunConfig;
pub use environment::Environment;
pub use error::RunError;
pub use methods::{MethodKind, MethodSpec};
pub use notebook::{compare, configure, data_root, is_present, population};
pub use predictions::Prediction;
pub use profile::{EPSILON_0, Profile, Settings};
pub use run::{Run, open, run};
pub use scored::Training;
pub use store::{check_free, load, save};
pub use summary::{
    CellSummary, DataSummary, Disparities, MethodSummary, PairedSummary, SubgroupSummary, Summary,
};

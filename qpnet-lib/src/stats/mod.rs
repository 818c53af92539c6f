//! Intervals and tests on plain slices.
//!
//! | question | samples independent | several images per patient or lesion |
//! |---|---|---|
//! | one AUC | [`delong::single`] | [`obuchowski::single`] |
//! | two models, same samples | [`delong::paired`] | [`obuchowski::paired`] |
//! | one model, two subgroups | [`delong::unpaired`] | [`obuchowski::unpaired`] |
//!
//! The left column covers too rarely on data of the right column: images of one lesion
//! repeat each other, and count as if they did not.

mod auc_inference;
pub mod bootstrap;
mod comparison;
pub mod delong;
mod error;
mod estimate;
pub mod interval;
pub mod normal;
pub mod obuchowski;
mod placement;

pub use bootstrap::{Bootstrap, Interval, Resampler, paper_ci};
pub use comparison::Comparison;
pub use error::StatsError;
pub use estimate::Estimate;
pub use interval::Form;

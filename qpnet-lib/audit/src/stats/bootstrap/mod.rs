//! Bootstrap over patients, stratified, for any statistic of weighted samples.
//!
//! A replicate draws as many patients from each stratum as it holds, with replacement, and
//! takes all samples of a patient along; what reaches the statistic is how often each sample
//! was drawn. Replicate `b` has the random stream `("bootstrap", b)` of its own, so results
//! depend neither on the number of threads nor on the order of samples.
//!
//! | question | method of [`Bootstrap`] |
//! |---|---|
//! | one AUC, Brier score or macro AUC | [`auc`](Bootstrap::auc), [`brier`](Bootstrap::brier), [`macro_auc`](Bootstrap::macro_auc) |
//! | two subgroups | [`gap`](Bootstrap::gap) |
//! | best minus worst of many subgroups | [`disparity`](Bootstrap::disparity) |
//! | two methods on the same patients | [`paired`](Bootstrap::paired) |
//! | many statistics of one draw of patients | [`replicate`](Bootstrap::replicate), then [`summarise`](Bootstrap::summarise), [`contrast`](Bootstrap::contrast) |
//! | the same with a jackknife that is linear in samples | [`estimate_of`](Bootstrap::estimate_of), [`compare_of`](Bootstrap::compare_of) |
//! | anything else | [`estimate`](Bootstrap::estimate), [`compare`](Bootstrap::compare) |
//!
//! The seed reaches every method through [`Streams`](crate::rng::Streams); two statistics under the
//! same streams see the same patients, so that their replicates may be subtracted.
//!
//! # Source
//! Davison and Hinkley, *Bootstrap Methods and their Application*, 1997, chapters 2, 3 and 5.

mod columns;
mod engine;
mod lanes;
pub mod limits;
mod measure;
mod paper;
mod quantile;
mod ranked;
mod reading;
mod resampler;
mod spread;
mod statistics;
mod widening;
mod words;

pub use engine::Bootstrap;
pub(crate) use lanes::{Counts, LANES, add_drawn};
pub use limits::Interval;
pub use measure::{Measure, WeightedMean};
pub use paper::paper_ci;
pub use resampler::Resampler;
pub use spread::Spread;
pub(super) use widening::Widening;

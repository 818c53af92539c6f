//! Measures of performance on plain slices: no tensors, no tables, no files.
//!
//! A measure that does not exist (an AUC of one class) is `None`, never 0 or 0.5; input that
//! makes no sense (lengths that differ, NaN) is an error that names the place.

mod auc;
mod brier;
mod disparity;
mod error;
mod outcomes;
mod rank;

pub use auc::auc;
pub use brier::{brier, brier_skill};
pub use disparity::{Disparity, disparity, gap};
pub use error::MetricError;
pub use outcomes::Outcomes;
pub use rank::midranks;

pub(crate) use error::check;
pub(crate) use rank::sorted;

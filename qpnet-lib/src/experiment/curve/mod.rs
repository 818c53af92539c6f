//! Learning curves over the size of the dominant training set (Figs 2c, 4d, 6c, 7c).
//!
//! Nested subsets of the dominant training set, everything else fixed: the less-prevalent
//! training set, validation, both test sets. `K` sizes, `S` seeds of training, several methods.

mod config;
mod judge;
mod measure;

pub use config::{CurveConfig, Regime};
pub use judge::{CurvePoint, MethodJudgement};
pub use measure::{Curve, measure};

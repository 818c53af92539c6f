//! The Pareto fairness criterion: as the training set of the dominant subgroup grows, neither
//! subgroup's test performance falls (Figs 2c, 4d, 6c, 7c).
//!
//! A [`LearningCurve`] holds one subgroup's performance at `K` sizes and `S` seeds, with its
//! uncertainty; a [`Criterion`] asks three questions about it and judges two curves together.
//!
//! | question | function |
//! |---|---|
//! | how far does the curve fall | [`max_drop`] |
//! | is the fall more than chance | [`LearningCurve::violation`] |
//! | is it surely smaller than matters | [`LearningCurve::upper_bound`] |
//! | from which size on does it fall | [`LearningCurve::onset`] |
//! | violated, satisfied or undecided | [`Criterion::judge`] |
//!
//! The simulated level of the test stands at [`LearningCurve::violation`].

mod bound;
mod criterion;
mod curve;
mod draws;
mod drop;
mod isotonic;
mod onset;
mod profile;
mod spread;
mod violation;

pub use criterion::{Criterion, Finding, Judgement, Verdict};
pub use curve::LearningCurve;
pub use drop::{MaxDrop, max_drop};
pub use isotonic::isotonic;
pub use onset::Onset;
pub use spread::SeedNoise;
pub use violation::Violation;

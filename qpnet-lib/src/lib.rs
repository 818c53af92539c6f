//! Quasi-Pareto Improvement (QPI) for diagnostic models that do worse on rare subgroups.
//!
//! The library computes what Yao, Dai et al. describe in *Enhancing the fairness of AI
//! prediction models by Quasi-Pareto improvement among heterogeneous thyroid nodule
//! population* (Nature Communications 15:1958, 2024): a model trained on everybody
//! ([Mixed](train)), its transfer with QP-Net, the evaluation of both with intervals, and
//! the figures. Equation numbers in this documentation are the paper's.
//!
//! The modules are floors of one house; a module imports only from floors below its own:
//!
//! | floor | modules |
//! |---|---|
//! | 6 | [`report`] |
//! | 5 | [`figure`] |
//! | 4 | [`experiment`], [`audit`] |
//! | 3 | [`train`] |
//! | 2 | [`loss`], [`model`], [`cka`], [`data`] |
//! | 1 | [`metrics`], [`stats`] |
//! | 0 | [`rng`], [`device`], [`clock`], [`fs`], [`heap`], [`stamp`], `words` |
//!
//! Notebooks import [`prelude`] and nothing else.

pub mod cka;
pub mod data;
pub mod device;
pub mod experiment;
pub mod heap;
pub mod loss;
pub mod model;
pub mod prelude;
pub mod report;
pub mod train;

pub use qpnet_audit::{audit, clock, figure, fs, metrics, rng, stamp, stats, words};

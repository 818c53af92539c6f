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
//! | 9 | [`report`]: tables, words and figures of runs, curves, CKA |
//! | 8 | [`experiment`]: runs, repeats, curves, CKA studies, and what is kept of them |
//! | 7 | [`train`]: one training by one method, from batch to checkpoint |
//! | 6 | [`loss`], [`model`], [`cka`], [`data`] |
//! | 5 | [`device`], [`heap`] |
//! | 4 | the audit's report (its tables and documents are [`report`]'s too) |
//! | 3 | [`figure`]: drawings with their numbers |
//! | 2 | [`audit`]: anybody's predictions and learning curves |
//! | 1 | [`metrics`], [`stats`]: on plain slices |
//! | 0 | [`rng`], [`clock`], [`fs`], [`stamp`], [`words`] |
//!
//! Floors 0 to 4 are the crate `qpnet_audit`, which needs no libtorch, no tables and no decoders; here its modules have
//! the same names. Notebooks import [`prelude`] and nothing else.

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

//! Linear centred kernel alignment: how alike two layers represent the same images (equation 21).
//!
//! ```text
//! CKA(X, Y) = HSIC(K, L) / sqrt(HSIC(K, K) HSIC(L, L)),   K = X Xᵀ, L = Y Yᵀ              (21)
//! ```
//! Where: `X (n, p)` and `Y (n, q)` are the activations of the same `n` images; `K` and `L` are
//! centred. The estimators of HSIC:
//!
//! | function | HSIC | for |
//! |---|---|---|
//! | [`biased`] | `tr(K H L H) / (n - 1)^2`, Gretton's | comparison with the literature; tends to 1 for any two layers wider than `n` |
//! | [`debiased`] | `HSIC_1`, a U-statistic | the value to report; needs `n >= 4` |
//! | [`Minibatch`] | `HSIC_1`, its three parts averaged over batches before the ratio | more images than fit at once |
//!
//! Intervals come from a delete-a-group [`Jackknife`] of `HSIC_1`, whose module says why not from
//! a bootstrap. How convolutional activations become rows is [`Spatial`]'s matter.
//!
//! # Source
//! Kornblith et al. 2019 (arXiv 1905.00414): CKA. Song et al., JMLR 13:1393, 2012, equation 5:
//! `HSIC_1`. Nguyen et al. 2021 (arXiv 2010.15327): minibatches. Neyshabur et al. 2020 (arXiv
//! 2008.11687): feature reuse in transfer.

mod activation;
mod error;
mod features;
mod full_batch;
mod gram;
mod hsic;
mod jackknife;
mod minibatch;
mod seeds;

pub use activation::Spatial;
pub use error::CkaError;
pub use full_batch::{biased, debiased};
pub use gram::Gram;
pub use jackknife::Jackknife;
pub use minibatch::Minibatch;
pub use seeds::{cka_over_seeds, over_seeds, test_over_seeds};

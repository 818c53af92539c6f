//! The terms of QP-Net's objective, one equation per file; tensors in, tensors out.
//!
//! ```text
//! L      = L_y + L_DA                                              (1, 11)
//! L_y    = delta L_domi + (1 - delta) L_less                       (2, 12)
//! L_DA   = -gamma_d L_d + gamma_MMD L_MMD + gamma_BSS L_BSS        (3, 15)
//! ```
//!
//! and the losses of the methods that QP-Net is compared with. No file here knows a data set or a
//! network. Subgroups travel as an integer vector `d (b)`: 0 = dominant, 1 = less-prevalent.

mod adversarial;
mod bss;
mod class;
mod coral;
mod decision;
mod delta;
mod dwb;
mod focal;
mod group_dro;
mod minimax;
mod mmd;
mod reversal;
mod reweighting;
mod task;
mod total;
mod uncertainty;

pub use adversarial::{DISCRIMINATOR_CHANCE, ramp, subgroup_accuracy, subgroup_loss};
pub use bss::bss;
pub use class::{ClassLoss, class_loss, sample_loss, subgroup_means};
pub use coral::coral;
pub use delta::{adaptive_delta, adaptive_delta_se};
pub use dwb::{dwb_loss, dwb_weights};
pub use focal::{flsd53_loss, focal_loss};
pub use group_dro::{GroupWeights, group_dro};
pub use minimax::Search;
pub use mmd::{DEAD_KERNEL, Estimator, Kernel, Mmd, mmd};
pub use reversal::reverse_gradient;
pub use reweighting::{inverse_frequency, reweighted};
pub use task::{Task, UNKNOWN};
pub use total::{DomainSettings, DomainTerms, Gammas, domain_loss};
pub use uncertainty::uncertainty_weighted;

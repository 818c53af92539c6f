//! The domain-adaptation loss put together (equations 3 and 15).

use tch::Tensor;

use super::{Estimator, Kernel, Mmd, bss, mmd, reverse_gradient, subgroup_loss};

/// The weights of the domain-adaptation terms; a weight of 0 switches its term off.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Gammas {
    /// Of the adversarial term `L_d`.
    pub d: f64,
    /// Of `L_MMD`.
    pub mmd: f64,
    /// Of `L_BSS`.
    pub bss: f64,
}

/// The terms of `L_DA` for one batch.
#[derive(Debug)]
pub struct DomainTerms {
    /// What is added to `L_y`: `L_d(F_d(R(z))) + gamma_MMD L_MMD + gamma_BSS L_BSS`. Its value
    /// has `+L_d`; the reversal `R` gives the features the gradient `-gamma_d dL_d/dz`.
    pub total: Tensor,
    /// `L_d`, detached.
    pub adversarial: Tensor,
    /// The discriminator's logits `(b, 1)`, detached.
    pub subgroup_logits: Tensor,
    /// `L_MMD`, detached.
    pub mmd: Tensor,
    /// Mean off-diagonal kernel value of the MMD.
    pub mean_kernel: Tensor,
    /// `L_BSS`, detached.
    pub bss: Tensor,
}

/// Settings of the terms besides their weights.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DomainSettings {
    /// Kernel of the MMD.
    pub kernel: Kernel,
    /// Estimator of the MMD.
    pub estimator: Estimator,
    /// How many of the smallest singular values BSS takes.
    pub bss_k: i64,
    /// Whether both subgroups weigh the same in `L_d`.
    pub balanced_discriminator: bool,
}

impl Default for DomainSettings {
    fn default() -> Self {
        Self {
            kernel: Kernel::default(),
            estimator: Estimator::default(),
            bss_k: 1,
            balanced_discriminator: true,
        }
    }
}

/// Domain-adaptation loss of a batch.
///
/// # Formula
/// ```text
/// L_DA = -gamma_d L_d + gamma_MMD L_MMD + gamma_BSS L_BSS
/// ```
/// as a saddle point: `w_d` minimises `L_d` (factor 1), `w_z` receives `-gamma_d dL_d/dw_z`.
/// Terms of weight 0 are computed without a gradient, for the log; `L_d` trains `w_d` all the same.
///
/// # Shapes
/// `z (b, D)`, `subgroup (b)` of 0/1 on the device of `z`; `discriminator` maps `(b, D)` to
/// `(b, 1)`.
///
/// # Source
/// Yao, Dai et al. 2024, equations 3 and 15.
pub fn domain_loss(
    z: &Tensor,
    subgroup: &Tensor,
    discriminator: impl Fn(&Tensor) -> Tensor,
    gammas: Gammas,
    settings: DomainSettings,
) -> DomainTerms {
    let subgroup_logits = discriminator(&reverse_gradient(z, gammas.d)); // (b, 1)
    let adversarial = subgroup_loss(&subgroup_logits, subgroup, settings.balanced_discriminator);
    let part = |of: i64| z.index_select(0, &subgroup.eq(of).nonzero().view([-1]));
    let Mmd { loss: mmd_loss, mean_kernel } =
        with_gradient(gammas.mmd != 0.0, || mmd(&part(0), &part(1), settings.kernel, settings.estimator));
    let bss_loss = with_gradient(gammas.bss != 0.0, || bss(z, settings.bss_k));
    DomainTerms {
        total: &adversarial + gammas.mmd * &mmd_loss + gammas.bss * &bss_loss,
        adversarial: adversarial.detach(),
        subgroup_logits: subgroup_logits.detach(),
        mmd: mmd_loss.detach(),
        mean_kernel,
        bss: bss_loss.detach(),
    }
}

fn with_gradient<T>(wanted: bool, compute: impl FnOnce() -> T) -> T {
    if wanted { compute() } else { tch::no_grad(compute) }
}

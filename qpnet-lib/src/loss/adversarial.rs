//! The subgroup classifier's loss (equation 16) and its schedule.

use tch::{Kind, Reduction, Tensor};

/// Accuracy of a discriminator that has nothing to go by.
pub const DISCRIMINATOR_CHANCE: f64 = 0.5;

/// Loss of the subgroup predictor.
///
/// # Formula
/// ```text
/// L_d = (1/b) sum_i w_i ( -d_i log s(a_i) - (1 - d_i) log(1 - s(a_i)) )
/// ```
/// Where: `a` is the logit, `s` the logistic function, and `w_i = b / (2 b_{d_i})` when
/// `balanced` (so that both subgroups weigh the same in an unbalanced batch), else 1. An
/// absent subgroup leaves `w_i = 1` for the other.
///
/// # Shapes
/// `logits (b, 1)` or `(b)`, `subgroup (b)` of 0/1; result: scalar.
///
/// # Source
/// Yao, Dai et al. 2024, equation 16 (the paper's sum taken as a mean over the batch).
pub fn subgroup_loss(logits: &Tensor, subgroup: &Tensor, balanced: bool) -> Tensor {
    let logits = logits.view([-1]); // (b)
    let target = subgroup.to_kind(logits.kind()).view([-1]); // (b)
    let weight = balanced.then(|| balance_weights(&target));
    logits.binary_cross_entropy_with_logits(&target, weight.as_ref(), None::<&Tensor>, Reduction::Mean)
}

fn balance_weights(target: &Tensor) -> Tensor {
    let kind = target.kind();
    let size = target.size1().unwrap_or(0) as f64;
    let ones = target.sum(kind);
    let zeros: Tensor = size - &ones;
    let both: Tensor = ones.clamp_max(1.0) * zeros.clamp_max(1.0); // 1 where both are there, else 0
    let of_one: Tensor = (size / 2.0) / ones.clamp_min(1.0);
    let of_zero: Tensor = (size / 2.0) / zeros.clamp_min(1.0);
    let weight: Tensor = target * of_one + (1.0 - target) * of_zero;
    let neither: Tensor = 1.0 - &both;
    &both * weight + neither
}

/// Share of samples whose subgroup the discriminator gets right, subgroups weighing the same.
///
/// Near [`DISCRIMINATOR_CHANCE`] the adversary finds nothing: either the features are aligned
/// or the groups never differed. A scalar tensor; 0.5 where a subgroup is absent.
pub fn subgroup_accuracy(logits: &Tensor, subgroup: &Tensor) -> Tensor {
    let logits = logits.detach().view([-1]);
    let target = subgroup.to_kind(Kind::Float).view([-1]);
    let hit = logits.gt(0.0).to_kind(Kind::Float).eq_tensor(&target).to_kind(Kind::Float);
    let ones = target.sum(Kind::Float);
    let zeros: Tensor = target.size1().unwrap_or(0) as f64 - &ones;
    let both: Tensor = ones.clamp_max(1.0) * zeros.clamp_max(1.0);
    let of_one = (&hit * &target).sum(Kind::Float) / ones.clamp_min(1.0);
    let other: Tensor = 1.0 - &target;
    let of_zero = (&hit * other).sum(Kind::Float) / zeros.clamp_min(1.0);
    let neither: Tensor = 1.0 - &both;
    &both * (of_one + of_zero) * 0.5 + neither * DISCRIMINATOR_CHANCE
}

/// The optional warm-up of the reversal strength.
///
/// # Formula
/// `l_p = 2 / (1 + exp(-10 p)) - 1` with training progress `p` from 0 to 1.
///
/// # Source
/// Ganin et al. 2016 (JMLR 17:59), section 5.2.2.
pub fn ramp(progress: f64) -> f64 {
    2.0 / (1.0 + (-10.0 * progress).exp()) - 1.0
}

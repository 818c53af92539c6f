//! The class loss, weighted between the two subgroups (equations 2 and 12).

use tch::{Reduction, Tensor};

/// What a label is, and with it which loss and which score belong to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Task {
    /// One of `C` classes (binary: `C = 2`): softmax cross-entropy on logits.
    SingleLabel,
    /// Any of `C` findings: binary cross-entropy with logits, averaged over findings.
    MultiLabel,
}

/// The weighted class loss and its two parts.
#[derive(Debug)]
pub struct ClassLoss {
    /// `L_y`, a scalar that carries the gradient.
    pub total: Tensor,
    /// `L_domi`, detached; 0 where the batch has no dominant sample.
    pub dominant: Tensor,
    /// `L_less`, detached; 0 where the batch has no less-prevalent sample.
    pub less_prevalent: Tensor,
}

/// The loss of every sample, unreduced.
///
/// Logits go in as they leave the network: neither sigmoid nor softmax may come before,
/// since both losses apply it themselves.
///
/// # Shapes
/// `logits (b, C)`, `labels (b)` of integers or `(b, C)` of 0/1 reals, result `(b)`.
pub fn sample_loss(logits: &Tensor, labels: &Tensor, task: Task) -> Tensor {
    match task {
        Task::SingleLabel => logits.cross_entropy_loss(labels, None::<Tensor>, Reduction::None, -100, 0.0),
        Task::MultiLabel => logits
            .binary_cross_entropy_with_logits(labels, None::<Tensor>, None::<Tensor>, Reduction::None)
            .mean_dim(-1, false, logits.kind()),
    }
}

/// Weighted class loss.
///
/// # Formula
/// ```text
/// L_y = delta * mean_{i in domi} l_i + (1 - delta) * mean_{i in less} l_i
/// ```
/// The parts are **means** over their subgroup: sums would let the imbalance of the batch
/// swamp delta. Where a subgroup is absent its term is dropped and the other has weight 1.
///
/// # Shapes
/// `logits (b, C)`, `labels (b)` or `(b, C)`, `subgroup (b)` of 0 (dominant) and 1.
///
/// # Source
/// Yao, Dai et al. 2024, equations 2 and 12.
pub fn class_loss(logits: &Tensor, labels: &Tensor, subgroup: &Tensor, delta: f64, task: Task) -> ClassLoss {
    let losses = sample_loss(logits, labels, task); // (b)
    let less = subgroup.to_kind(losses.kind()); // (b)
    let domi: Tensor = 1.0 - &less;
    let (mean_domi, has_domi) = mean_where(&losses, &domi);
    let (mean_less, has_less) = mean_where(&losses, &less);
    // Presence is kept a tensor so that the loss asks a GPU for no number.
    let weight_domi = &has_domi * (1.0 - &has_less * (1.0 - delta));
    let weight_less = &has_less * (1.0 - &has_domi * delta);
    ClassLoss {
        total: weight_domi * &mean_domi + weight_less * &mean_less,
        dominant: mean_domi.detach(),
        less_prevalent: mean_less.detach(),
    }
}

/// The mean of `losses` where `mask` is 1, and whether there is any (both scalars).
fn mean_where(losses: &Tensor, mask: &Tensor) -> (Tensor, Tensor) {
    let count = mask.sum(losses.kind());
    let present = count.clamp_max(1.0).detach();
    ((losses * mask).sum(losses.kind()) / count.clamp_min(1.0), present)
}

//! The class loss, weighted between the two subgroups (equations 2 and 12).

use tch::Tensor;

use super::decision::{decision_loss, over_findings};
use super::task::Task;

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
/// `logits (b, C)`, `labels (b)` of integers or `(b, C)` of the reals 0, 1 and [`UNKNOWN`](super::UNKNOWN), result
/// `(b)`. A sample's mean is over its known findings; without any its loss is 0.
pub fn sample_loss(logits: &Tensor, labels: &Tensor, task: Task) -> Tensor {
    let (losses, known) = decision_loss(logits, labels, task);
    over_findings(losses, known)
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
    let [(mean_domi, has_domi), (mean_less, has_less)] = subgroup_means(&losses, subgroup);
    // Presence is kept a tensor so that the loss asks a GPU for no number.
    let weight_domi = &has_domi * (1.0 - &has_less * (1.0 - delta));
    let weight_less = &has_less * (1.0 - &has_domi * delta);
    ClassLoss {
        total: weight_domi * &mean_domi + weight_less * &mean_less,
        dominant: mean_domi.detach(),
        less_prevalent: mean_less.detach(),
    }
}

/// The mean loss of the dominant and of the less-prevalent subgroup, and whether the batch has any of it
/// (0 or 1, without gradient); the mean of none is 0.
///
/// # Shapes
/// `losses (b)`, `subgroup (b)` of 0 and 1; scalars.
pub fn subgroup_means(losses: &Tensor, subgroup: &Tensor) -> [(Tensor, Tensor); 2] {
    let less = subgroup.to_kind(losses.kind()); // (b)
    let domi: Tensor = 1.0 - &less;
    [mean_where(losses, &domi), mean_where(losses, &less)]
}

/// The mean of `losses` where `mask` is 1, and whether there is any (both scalars).
fn mean_where(losses: &Tensor, mask: &Tensor) -> (Tensor, Tensor) {
    let count = mask.sum(losses.kind());
    let present = count.clamp_max(1.0).detach();
    ((losses * mask).sum(losses.kind()) / count.clamp_min(1.0), present)
}

#[cfg(test)]
mod tests {
    use super::super::UNKNOWN;
    use super::*;

    #[test]
    fn unknown_findings_leave_no_trace() {
        let logits = Tensor::from_slice(&[0.0f64, 3.0, 5.0, 5.0]).view([2, 2]).set_requires_grad(true);
        let unknown = f64::from(UNKNOWN);
        let labels = Tensor::from_slice(&[1.0, unknown, unknown, unknown]).view([2, 2]);
        let losses = sample_loss(&logits, &labels, Task::MultiLabel);
        assert!((losses.double_value(&[0]) - 2f64.ln()).abs() < 1e-12);
        assert_eq!(losses.double_value(&[1]), 0.0);
        losses.sum(tch::Kind::Double).backward();
        let gradient = logits.grad();
        assert!((gradient.double_value(&[0, 0]) + 0.5).abs() < 1e-12);
        for place in [[0, 1], [1, 0], [1, 1]] {
            assert_eq!(gradient.double_value(&place), 0.0);
        }
    }
}

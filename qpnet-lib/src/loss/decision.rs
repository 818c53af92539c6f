//! The loss of every single decision: a sample's class, or one of its findings.

use tch::{Reduction, Tensor};

use super::task::{Task, UNKNOWN};

/// `-log p_t` of every decision, `p_t` the probability given to what is true; and which findings
/// are known (1) or not (0).
///
/// # Shapes
/// `logits (b, C)`; of a single label `(b)` and `None`, of findings `(b, C)` twice.
pub(super) fn decision_loss(logits: &Tensor, labels: &Tensor, task: Task) -> (Tensor, Option<Tensor>) {
    match task {
        Task::SingleLabel => {
            (logits.cross_entropy_loss(labels, None::<Tensor>, Reduction::None, -100, 0.0), None)
        }
        Task::MultiLabel => {
            let known = labels.ne(f64::from(UNKNOWN)).to_kind(logits.kind()); // (b, C)
            let losses = logits.binary_cross_entropy_with_logits(
                &(labels * &known),
                None::<Tensor>,
                None::<Tensor>,
                Reduction::None,
            );
            (losses, Some(known))
        }
    }
}

/// The losses of samples from those of their decisions: the mean over a sample's known findings, 0
/// without any.
///
/// # Shapes
/// `losses (b)` and `None`, or `(b, C)` twice; result `(b)`.
pub(super) fn over_findings(losses: Tensor, known: Option<Tensor>) -> Tensor {
    match known {
        None => losses,
        Some(known) => {
            let losses: Tensor = losses * &known;
            let sum = |t: &Tensor| t.sum_dim_intlist(-1, false, losses.kind()); // (b)
            sum(&losses) / sum(&known).clamp_min(1.0)
        }
    }
}

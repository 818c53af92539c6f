//! Focal losses: what is decided rightly already weighs less.

use tch::Tensor;

use super::Task;
use super::decision::{decision_loss, over_findings};

/// Below this probability of the truth [`flsd53_loss`] takes the larger exponent.
const HARD: f64 = 0.2;

/// Focal loss of every sample, unreduced.
///
/// # Formula
/// ```text
/// l_i = -(1 - p_t)^gamma log p_t
/// ```
/// Where: `p_t` is the probability that the model gives to the true class, or to the true state of
/// a finding; `gamma` is 0 (cross-entropy) or at least 1, as in between the gradient at `p_t = 1`
/// is not finite. The gradient passes through `(1 - p_t)^gamma` too.
///
/// # Shapes
/// `logits (b, C)`, `labels` as in [`sample_loss`](super::sample_loss), result `(b)`: of several
/// findings the mean over the known ones.
///
/// # Source
/// Lin et al. 2017, *Focal loss for dense object detection* (arXiv 1708.02002), equation 4.
pub fn focal_loss(logits: &Tensor, labels: &Tensor, gamma: f64, task: Task) -> Tensor {
    let (nll, known) = decision_loss(logits, labels, task);
    over_findings(missing(&nll).pow_tensor_scalar(gamma) * nll, known)
}

/// Focal loss with an exponent that depends on the sample, FLSD-53; unreduced.
///
/// # Formula
/// ```text
/// l_i = -(1 - p_t)^g log p_t,     g = 5 where p_t < 0.2, else 3
/// ```
/// The exponent is a step function of `p_t` and has no gradient; the loss jumps at 0.2.
///
/// # Shapes
/// As [`focal_loss`].
///
/// # Source
/// Mukhoti et al. 2020, *Calibrating deep neural networks using focal loss* (arXiv 2002.09437),
/// section 4 (sample-dependent gamma).
pub fn flsd53_loss(logits: &Tensor, labels: &Tensor, task: Task) -> Tensor {
    let (nll, known) = decision_loss(logits, labels, task);
    let missing = missing(&nll);
    let hard = missing.detach().gt(1.0 - HARD);
    let weight = missing.pow_tensor_scalar(5).where_self(&hard, &missing.pow_tensor_scalar(3));
    over_findings(weight * nll, known)
}

/// `1 - p_t` from `-log p_t`, to all digits where `p_t` is nearly 1.
pub(super) fn missing(nll: &Tensor) -> Tensor {
    -(-nll).expm1()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::loss::{UNKNOWN, sample_loss};

    /// Logits `(0, a)` give class 0 the probability `p`.
    fn logits(p: f64) -> Tensor {
        Tensor::from_slice(&[0.0, (1.0 / p - 1.0).ln()]).view([1, 2])
    }

    fn value(losses: &Tensor) -> f64 {
        losses.double_value(&[0])
    }

    #[test]
    fn a_half_and_a_tenth_by_hand() {
        let label = Tensor::from_slice(&[0i64]);
        // p = 1/2: (1/2)^3 ln 2. p = 1/10 is hard: (9/10)^5 ln 10.
        let expected = 2f64.ln() / 8.0;
        assert!((value(&focal_loss(&logits(0.5), &label, 3.0, Task::SingleLabel)) - expected).abs() < 1e-15);
        assert!((value(&flsd53_loss(&logits(0.5), &label, Task::SingleLabel)) - expected).abs() < 1e-15);
        let expected = 0.9f64.powi(5) * 10f64.ln();
        assert!((value(&flsd53_loss(&logits(0.1), &label, Task::SingleLabel)) - expected).abs() < 1e-14);
        let expected = 0.9f64.powi(3) * 10f64.ln();
        assert!((value(&focal_loss(&logits(0.1), &label, 3.0, Task::SingleLabel)) - expected).abs() < 1e-14);
    }

    #[test]
    fn without_an_exponent_it_is_cross_entropy_and_unknown_findings_leave_no_trace() {
        let logits = Tensor::from_slice(&[0.3f64, -2.0, 1.5, 0.0]).view([2, 2]).set_requires_grad(true);
        let labels = Tensor::from_slice(&[1.0, f64::from(UNKNOWN), 0.0, 1.0]).view([2, 2]);
        let plain = sample_loss(&logits, &labels, Task::MultiLabel);
        let focal = focal_loss(&logits, &labels, 0.0, Task::MultiLabel);
        assert!((plain - focal).abs().max().double_value(&[]) < 1e-15);
        focal_loss(&logits, &labels, 3.0, Task::MultiLabel).sum(tch::Kind::Double).backward();
        assert_eq!(logits.grad().double_value(&[0, 1]), 0.0);
        assert!(logits.grad().double_value(&[0, 0]) < 0.0);
    }

    #[test]
    fn certainty_has_no_loss_and_a_finite_gradient() {
        let logits = Tensor::from_slice(&[800.0f64, -800.0]).view([1, 2]).set_requires_grad(true);
        let right = Tensor::from_slice(&[0i64]);
        for loss in [
            focal_loss(&logits, &right, 1.0, Task::SingleLabel),
            focal_loss(&logits, &right, 3.0, Task::SingleLabel),
            flsd53_loss(&logits, &right, Task::SingleLabel),
        ] {
            assert_eq!(value(&loss), 0.0);
            loss.sum(tch::Kind::Double).backward();
            assert_eq!(logits.grad().abs().max().double_value(&[]), 0.0);
        }
    }
}

//! The dynamically weighted balanced loss.

use tch::Tensor;

use super::Task;
use super::decision::{decision_loss, over_findings};
use super::focal::missing;

/// The class weights from the classes' numbers of training samples.
///
/// # Formula
/// `w_c = ln(max_j n_j / n_c) + 1`: 1 for the most frequent class, and slowly more for rarer ones. A
/// class without a sample, which no batch can hold, is taken as having one.
///
/// # Examples
/// ```
/// use qpnet_lib::loss::dwb_weights;
/// let weights = dwb_weights(&[100, 10]);
/// assert_eq!(weights[0], 1.0);
/// assert!((weights[1] - 3.302585).abs() < 1e-6);
/// ```
pub fn dwb_weights(counts: &[usize]) -> Vec<f64> {
    let most = counts.iter().copied().max().unwrap_or(1).max(1) as f64;
    counts.iter().map(|&count| (most / count.max(1) as f64).ln() + 1.0).collect()
}

/// Dynamically weighted balanced loss of every sample, unreduced.
///
/// # Formula
/// ```text
/// l_i = -w_y^(1 - p_iy) log p_iy - sum_j p_ij (1 - p_ij)
/// ```
/// Where: `y` is the true class, `p_ij` the probability of class `j`, `w` of [`dwb_weights`]. A
/// finding is a question of two classes, its absence and its presence. The gradient passes through
/// the exponent.
///
/// # The regulariser's sign
/// It is subtracted, which rewards probabilities away from 0 and 1 and so holds back over-confidence. The
/// Brier score of a sample is `sum_j (p_ij - y_ij)^2 = 2 (1 - p_iy) - sum_j p_ij (1 - p_ij)`: with this
/// sign the regulariser is the part of it that does not see the truth. Added, it would reward certainty,
/// right or wrong. The article's full text was not at hand for this edition: the sign is that of our
/// specification and of this identity; of three public implementations one subtracts it, one leaves it
/// out, and one has another term. The loss may be negative: with weight 1 and two classes it is least,
/// -0.097, at `p_iy = 0.809`, so that it does not drive probabilities to 1.
///
/// # Shapes
/// `logits (b, C)`, `labels` as in [`sample_loss`](super::sample_loss), `weights (C)`, or for findings
/// `(C, 2)`: of absence and presence. Result `(b)`, of several findings the mean over the known ones.
///
/// # Source
/// Fernando & Tsokos 2021, *Dynamically weighted balanced loss: class imbalanced learning and
/// confidence calibration of deep neural networks* (IEEE TNNLS 33:2940, doi 10.1109/TNNLS.2020.3047335).
pub fn dwb_loss(logits: &Tensor, labels: &Tensor, weights: &Tensor, task: Task) -> Tensor {
    let (nll, known) = decision_loss(logits, labels, task);
    let (weight, regulariser) = match task {
        Task::SingleLabel => {
            let p = logits.softmax(-1, logits.kind()); // (b, C)
            let variance: Tensor = &p * (1.0 - &p);
            (weights.index_select(0, labels), variance.sum_dim_intlist(-1, false, logits.kind())) // (b)
        }
        Task::MultiLabel => {
            let p = logits.sigmoid(); // (b, C)
            let present = labels.gt(0.5).to_kind(logits.kind());
            let (absence, presence) = (weights.select(1, 0), weights.select(1, 1)); // (C)
            let variance: Tensor = 2.0 * &p * (1.0 - &p);
            (&absence + &present * (presence - &absence), variance) // (b, C)
        }
    };
    let dynamic = (weight.log() * missing(&nll)).exp();
    over_findings(dynamic * nll - regulariser, known)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::loss::UNKNOWN;

    #[test]
    fn thirds_by_hand() {
        // p = (2/3, 1/3), w = (1, ln 4 + 1): regulariser 2 * 2/9.
        let logits = Tensor::from_slice(&[2f64.ln(), 0.0]).view([1, 2]);
        let weights = Tensor::from_slice(&dwb_weights(&[40, 10]));
        let of = |label: i64| {
            let labels = Tensor::from_slice(&[label]);
            dwb_loss(&logits, &labels, &weights, Task::SingleLabel).double_value(&[0])
        };
        assert!((of(0) - (1.5f64.ln() - 4.0 / 9.0)).abs() < 1e-15);
        let rare = (4f64.ln() + 1.0).powf(2.0 / 3.0) * 3f64.ln() - 4.0 / 9.0;
        assert!((of(1) - rare).abs() < 1e-15);
    }

    #[test]
    fn a_finding_is_a_question_of_two_classes() {
        let weights = dwb_weights(&[30, 10]);
        let pairs = Tensor::from_slice(&weights).view([1, 2]);
        let a = 0.7;
        let two = Tensor::from_slice(&[0.0, a]).view([1, 2]);
        for present in [0i64, 1] {
            let class = Tensor::from_slice(&[present]);
            let finding = Tensor::from_slice(&[present as f64]).view([1, 1]);
            let one = dwb_loss(&two, &class, &Tensor::from_slice(&weights), Task::SingleLabel);
            let logit = Tensor::from_slice(&[a]).view([1, 1]);
            let other = dwb_loss(&logit, &finding, &pairs, Task::MultiLabel);
            assert!((one.double_value(&[0]) - other.double_value(&[0])).abs() < 1e-15);
        }
        let unknown = Tensor::from_slice(&[f64::from(UNKNOWN)]).view([1, 1]);
        let logit = Tensor::from_slice(&[a]).view([1, 1]);
        assert_eq!(dwb_loss(&logit, &unknown, &pairs, Task::MultiLabel).double_value(&[0]), 0.0);
    }

    #[test]
    fn the_regulariser_is_the_brier_score_but_for_a_term_in_the_truth() {
        let logits = Tensor::from_slice(&[0.4f64, -1.0, 2.0]).view([1, 3]);
        let p = logits.softmax(-1, tch::Kind::Double);
        let equal = Tensor::from_slice(&dwb_weights(&[7, 7, 7]));
        for y in 0..3 {
            let at = |j: i64| p.double_value(&[0, j]);
            let brier: f64 = (0..3).map(|j| (at(j) - f64::from(u8::from(j == y))).powi(2)).sum();
            let loss = dwb_loss(&logits, &Tensor::from_slice(&[y]), &equal, Task::SingleLabel);
            let expected = -at(y).ln() + brier - 2.0 * (1.0 - at(y));
            assert!((loss.double_value(&[0]) - expected).abs() < 1e-14);
        }
    }

    #[test]
    fn the_least_loss_is_short_of_certainty() {
        // -1/p - 2 + 4 p = 0 at p = (1 + sqrt 5) / 4.
        let p = (1.0 + 5f64.sqrt()) / 4.0;
        let logits = Tensor::from_slice(&[0.0, (1.0 / p - 1.0).ln()]).view([1, 2]).set_requires_grad(true);
        let weights = Tensor::from_slice(&[1.0f64, 1.0]);
        let loss = dwb_loss(&logits, &Tensor::from_slice(&[0i64]), &weights, Task::SingleLabel);
        assert!((loss.double_value(&[0]) + 0.097).abs() < 1e-3, "{loss}");
        loss.sum(tch::Kind::Double).backward();
        assert!(logits.grad().abs().max().double_value(&[]) < 1e-14);
    }

    #[test]
    fn a_class_without_samples_has_a_finite_weight() {
        assert!(dwb_weights(&[5, 0]).iter().all(|weight| weight.is_finite()));
        assert_eq!(dwb_weights(&[0, 0]), [1.0, 1.0]);
    }
}

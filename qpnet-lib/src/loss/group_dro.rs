//! GroupDRO's objective and the update of its weights.

use tch::Tensor;

/// The objective of a batch and the weights of the next one.
#[derive(Debug)]
pub struct GroupWeights {
    /// `sum_g q_g l_g`, a scalar that carries the gradient.
    pub total: Tensor,
    /// The updated weights `q (G)`, detached, sum 1.
    pub q: Tensor,
    /// Mean loss of every group `(G)`, detached; 0 where the batch has none of it.
    pub losses: Tensor,
}

/// GroupDRO of a batch.
///
/// # Formula
/// ```text
/// l_g = mean_{i in g} l_i    q_g <- q_g exp(eta l_g) / sum_h q_h exp(eta l_h)    L = sum_g q_g l_g
/// ```
/// `q` is updated before it weighs, and carries no gradient. The weight of a group that is
/// absent from the batch changes by the normalisation only.
///
/// # Shapes
/// `losses (b)`, `group (b)` of `0..G`, `q (G)`.
///
/// # Source
/// Sagawa et al. 2020, arXiv 1911.08731, algorithm 1.
pub fn group_dro(losses: &Tensor, group: &Tensor, q: &Tensor, eta: f64) -> GroupWeights {
    let membership = group.one_hot(q.size()[0]).to_kind(losses.kind()); // (b, G)
    let count = membership.sum_dim_intlist(0, false, losses.kind()).clamp_min(1.0); // (G)
    let means = losses.unsqueeze(0).matmul(&membership).squeeze_dim(0) / count; // (G)
    let raised = q * (eta * means.detach()).exp();
    let q = &raised / raised.sum(raised.kind());
    GroupWeights { total: (&q * &means).sum(losses.kind()), losses: means.detach(), q: q.detach() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_follow_the_losses_and_sum_to_one() {
        // l = (1.5, 4): q = (e^0.15, e^0.4) / sum with eta 0.1.
        let losses = Tensor::from_slice(&[1.0f64, 2.0, 4.0]).set_requires_grad(true);
        let group = Tensor::from_slice(&[0i64, 0, 1]);
        let q = Tensor::from_slice(&[0.5f64, 0.5]);
        let GroupWeights { total, q, losses: means } = group_dro(&losses, &group, &q, 0.1);
        let (a, b) = (0.15f64.exp(), 0.4f64.exp());
        let expected = [a / (a + b), b / (a + b)];
        for g in 0..2 {
            assert!((q.double_value(&[g]) - expected[g as usize]).abs() < 1e-12);
        }
        assert!((means.double_value(&[0]) - 1.5).abs() < 1e-12);
        assert!((total.double_value(&[]) - (expected[0] * 1.5 + expected[1] * 4.0)).abs() < 1e-12);
        // The gradient is q_g / n_g: the update of q adds nothing to it.
        total.backward();
        let gradient = losses.grad();
        for (i, wanted) in [expected[0] / 2.0, expected[0] / 2.0, expected[1]].into_iter().enumerate() {
            assert!((gradient.double_value(&[i as i64]) - wanted).abs() < 1e-12);
        }
    }

    #[test]
    fn an_absent_group_keeps_its_share_of_the_rest() {
        let losses = Tensor::from_slice(&[1.0f64, 1.0]);
        let group = Tensor::from_slice(&[0i64, 0]);
        let q = Tensor::from_slice(&[0.2f64, 0.8]);
        let result = group_dro(&losses, &group, &q, 1.0);
        let raised = 0.2 * 1f64.exp();
        assert!((result.q.double_value(&[0]) - raised / (raised + 0.8)).abs() < 1e-12);
        assert_eq!(result.losses.double_value(&[1]), 0.0);
    }
}

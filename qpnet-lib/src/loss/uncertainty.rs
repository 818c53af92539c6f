//! Weighting several losses by their learnt uncertainty.

use tch::Tensor;

/// The sum of several losses, each weighted by an uncertainty that is learnt with the network.
///
/// # Formula
/// ```text
/// L = sum_k ( exp(-s_k) l_k + s_k / 2 ),     s_k = log sigma_k^2
/// ```
/// over the losses that are present. For a fixed `l_k` the best `s_k` is `log(2 l_k)`: the larger a loss
/// stays, the less it weighs, which is not what protects a subgroup that does worse. The gradient reaches
/// the losses with factor `exp(-s_k)`, and `s_k` with `1/2 - exp(-s_k) l_k`.
///
/// # Shapes
/// `losses (K)` >= 0, `log_variances (K)`, `present (K)` of 0 and 1; result: scalar.
///
/// # Source
/// Kendall, Gal & Cipolla 2018, *Multi-task learning using uncertainty to weigh losses for scene geometry
/// and semantics* (arXiv 1705.07115), equation 10 (classification: `l / sigma^2 + log sigma`).
pub fn uncertainty_weighted(losses: &Tensor, log_variances: &Tensor, present: &Tensor) -> Tensor {
    let terms: Tensor = (-log_variances).exp() * losses + 0.5 * log_variances; // (K)
    (terms * present).sum(losses.kind())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(losses: &[f64], s: &[f64], present: &[f64]) -> f64 {
        let [losses, s, present] = [losses, s, present].map(Tensor::from_slice);
        uncertainty_weighted(&losses, &s, &present).double_value(&[])
    }

    #[test]
    fn the_best_uncertainty_is_that_of_twice_the_loss() {
        // At s = ln 2l the term is 1/2 + ln(2l)/2.
        let best = (2.0 * 0.7f64).ln();
        let at = |s: f64| value(&[0.7], &[s], &[1.0]);
        assert!((at(best) - (0.5 + best / 2.0)).abs() < 1e-15);
        assert!(at(best) < at(best + 0.01) && at(best) < at(best - 0.01));
        assert!((value(&[0.3, 2.0], &[0.0, 0.0], &[1.0, 1.0]) - 2.3).abs() < 1e-15);
    }

    #[test]
    fn what_is_absent_learns_nothing() {
        let s = Tensor::from_slice(&[0.4f64, -0.2]).set_requires_grad(true);
        let losses = Tensor::from_slice(&[0.5f64, 0.0]).set_requires_grad(true);
        uncertainty_weighted(&losses, &s, &Tensor::from_slice(&[1.0f64, 0.0])).backward();
        assert!((s.grad().double_value(&[0]) - (0.5 - (-0.4f64).exp() * 0.5)).abs() < 1e-15);
        assert_eq!(s.grad().double_value(&[1]), 0.0);
        assert!((losses.grad().double_value(&[0]) - (-0.4f64).exp()).abs() < 1e-15);
        assert_eq!(losses.grad().double_value(&[1]), 0.0);
    }
}

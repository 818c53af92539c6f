//! Re-weighting the loss by inverse frequency.

use tch::Tensor;

/// The weight of a sample of each cell, from the cells' numbers of training samples.
///
/// # Formula
/// `w_c = N / (K n_c)`, `N` samples in `K` cells that have any: over the training set the weights have
/// mean 1, and every cell has the same sum. An empty cell has weight 0.
///
/// # Examples
/// ```
/// use qpnet_lib::loss::inverse_frequency;
/// assert_eq!(inverse_frequency(&[6, 2, 0]), [8.0 / 12.0, 2.0, 0.0]);
/// ```
pub fn inverse_frequency(counts: &[usize]) -> Vec<f64> {
    let total = counts.iter().sum::<usize>() as f64;
    let cells = counts.iter().filter(|&&count| count > 0).count() as f64;
    let weight = |&count: &usize| if count == 0 { 0.0 } else { total / (cells * count as f64) };
    counts.iter().map(weight).collect()
}

/// The re-weighted loss of a batch.
///
/// # Formula
/// ```text
/// L = (1/b) sum_i w_i l_i
/// ```
/// Divided by `b` and not by the batch's sum of weights: over batches drawn as the data are, it is then
/// on average the mean of the cells' mean losses.
///
/// # Shapes
/// `losses (b)`, `weights (b)`; result: scalar. The weights carry no gradient.
///
/// # Source
/// Shimodaira 2000 (J Stat Plan Inference 90:227); for subgroup x label cells Idrissi et al. 2022
/// (arXiv 2110.14503), section 3.
pub fn reweighted(losses: &Tensor, weights: &Tensor) -> Tensor {
    (losses * weights.detach()).mean(losses.kind())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn over_the_training_set_it_is_the_mean_of_the_cells_means() {
        // Cells (1, 2, 3), (7): means 2 and 7.
        let weights = inverse_frequency(&[3, 1]);
        let of_samples = Tensor::from_slice(&[weights[0], weights[0], weights[0], weights[1]]);
        let losses = Tensor::from_slice(&[1.0f64, 2.0, 3.0, 7.0]).set_requires_grad(true);
        let loss = reweighted(&losses, &of_samples);
        assert!((loss.double_value(&[]) - 4.5).abs() < 1e-15);
        loss.backward();
        assert!((losses.grad().double_value(&[0]) - 1.0 / 6.0).abs() < 1e-15);
        assert!((losses.grad().double_value(&[3]) - 0.5).abs() < 1e-15);
    }

    #[test]
    fn no_sample_no_weight() {
        assert_eq!(inverse_frequency(&[]), [0.0; 0]);
        assert_eq!(inverse_frequency(&[0, 0]), [0.0, 0.0]);
    }
}

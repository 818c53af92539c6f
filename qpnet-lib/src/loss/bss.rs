//! Batch Spectral Shrinkage: the smallest singular values of the features (equation 20).

use tch::Tensor;

/// Sum of squares of the `k` smallest singular values of the batch's feature matrix.
///
/// # Formula
/// ```text
/// L_BSS = sum_{i=1}^{k} sigma_i^2,     sigma_1 <= sigma_2 <= ... the singular values of Z
/// ```
/// `Z` is not centred and has `r = min(b, D)` singular values; `k` above `r` takes all of them.
/// The gradient `2 sum_i sigma_i u_i v_i^T` needs no differences of singular values, so it is
/// finite for repeated and for zero ones.
///
/// # Shapes
/// `z (b, D)`; result: scalar.
///
/// # Source
/// Yao, Dai et al. 2024, equation 20; Chen et al. 2019 (NeurIPS), equation 7.
pub fn bss(z: &Tensor, k: i64) -> Tensor {
    // `svd` and not `linalg_svdvals`: tch wants a driver name there, which only CUDA accepts.
    let (_, sigma, _) = z.svd(true, true); // (r), descending
    let r = sigma.size()[0];
    let k = k.clamp(0, r);
    sigma.narrow(0, r - k, k).square().sum(z.kind())
}

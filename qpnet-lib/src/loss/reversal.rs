//! Gradient reversal, which turns the saddle point of the adversarial term into one descent.

use tch::Tensor;

/// Identity in the forward pass, `-lambda` times the gradient in the backward pass.
///
/// # Formula
/// ```text
/// R(z) = (1 + lambda) * stop_gradient(z) - lambda * z
/// ```
/// The value is `z`; the derivative is `-lambda`. No custom autograd function is needed.
///
/// With `L_d(F_d(R(z)))` in the total, `w_d` descends `L_d` with its full gradient while
/// `w_z` receives `-lambda * dL_d/dw_z`: the minus of equation 3.
///
/// # Shapes
/// Any; the result has the shape of `z`.
///
/// # Source
/// Ganin & Lempitsky 2015 (arXiv 1409.7495), section 3.
pub fn reverse_gradient(z: &Tensor, lambda: f64) -> Tensor {
    (1.0 + lambda) * z.detach() - lambda * z
}

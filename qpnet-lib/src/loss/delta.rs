//! The adaptive weight between the subgroups' class losses (equations 13 and 14).

/// The weight delta of the dominant subgroup.
///
/// # Formula
/// ```text
/// delta = 1 / (1 + exp((A_domi - A_mix) / sigma))
/// ```
/// `a_domi` is the AUC of the current model on the dominant part of the validation set,
/// `a_mix` that of the Mixed model on the same images. While the dominant subgroup does as
/// well as under Mixed, delta is 1/2; as it loses, delta rises towards 1 and protects it.
/// `sigma` (> 0) is the loss at which delta has risen to 0.731.
///
/// # Examples
/// ```
/// use qpnet_lib::loss::adaptive_delta;
/// assert_eq!(adaptive_delta(0.90, 0.90, 0.05), 0.5);
/// assert!((adaptive_delta(0.85, 0.90, 0.05) - 0.7310586).abs() < 1e-7);
/// ```
///
/// # Source
/// Yao, Dai et al. 2024, equations 13 and 14.
pub fn adaptive_delta(a_domi: f64, a_mix: f64, sigma: f64) -> f64 {
    1.0 / (1.0 + ((a_domi - a_mix) / sigma).exp())
}

/// Standard error of delta that comes from the standard error of `A_domi - A_mix`.
///
/// First-order propagation: `se(delta) = delta (1 - delta) / sigma * se(A_domi - A_mix)`.
pub fn adaptive_delta_se(delta: f64, difference_se: f64, sigma: f64) -> f64 {
    delta * (1.0 - delta) / sigma * difference_se
}

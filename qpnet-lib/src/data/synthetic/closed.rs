//! What the best possible reader of the two cues would reach, in closed form.
//!
//! The cues of an image are `N(t mu_g, tau^2 I)` with `t` = -1 or +1 and
//! `tau^2 = 1 + image_sd^2`, so every linear score has a known AUC in every subgroup.

use statrs::distribution::{ContinuousCDF, Normal};

use crate::data::rule::params::Params;

/// Means `(mu_E, mu_X)` of subgroup `g` (0 dominant, 1 less-prevalent).
fn means(params: &Params, g: usize) -> [f64; 2] {
    [params.shared[g], params.conflict[g]]
}

/// AUC in subgroup `g` of the linear score `direction . (E, X)`.
///
/// # Formula
/// `A_g(w) = Phi(sqrt(2) (w . mu_g) / (tau |w|))`
///
/// Where: `w` the direction, `mu_g` the subgroup's means, `tau` the cues' standard deviation.
pub fn linear_auc(params: &Params, direction: [f64; 2], g: usize) -> f64 {
    let mu = means(params, g);
    let length = direction[0].hypot(direction[1]);
    let tau = params.image_sd.hypot(1.0);
    Normal::standard().cdf(2f64.sqrt() * (direction[0] * mu[0] + direction[1] * mu[1]) / (tau * length))
}

/// AUC of the best score that knows the subgroup: the direction is the subgroup's own mean.
pub fn bayes_auc(params: &Params, g: usize) -> f64 {
    linear_auc(params, means(params, g), g)
}

/// AUC of the shared cue alone.
pub fn shared_cue_auc(params: &Params, g: usize) -> f64 {
    linear_auc(params, [1.0, 0.0], g)
}

/// AUC in both subgroups of one score for all, with infinite data at the ratio
/// `rho = n_dominant / n_less` (infinity is allowed): the theory behind Fig 2c.
///
/// # Formula
/// `w = (rho mu_dominant + mu_less) / (1 + rho)`
pub fn group_blind_auc(params: &Params, rho: f64) -> [f64; 2] {
    let share = if rho.is_infinite() { 1.0 } else { rho / (1.0 + rho) };
    let (dominant, less) = (means(params, 0), means(params, 1));
    let direction = [0, 1].map(|cue| share * dominant[cue] + (1.0 - share) * less[cue]);
    [0, 1].map(|g| linear_auc(params, direction, g))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::rule::conflict::Conflict;

    /// The table is printed with four decimals.
    const PRINTED: f64 = 0.000_051;

    #[test]
    fn agrees_with_the_published_table() {
        let params = Params::preset(Conflict::Moderate);
        let near = |got: f64, expected: f64| assert!((got - expected).abs() < PRINTED, "{got} {expected}");
        near(bayes_auc(&params, 0), 0.9952);
        near(bayes_auc(&params, 1), 0.9807);
        near(shared_cue_auc(&params, 1), 0.9609);
        let table = [
            (0.0, 0.6935, 0.9807),
            (0.5, 0.9517, 0.9652),
            (1.0, 0.9839, 0.9295),
            (2.0, 0.9925, 0.8582),
            (4.0, 0.9945, 0.7802),
            (8.0, 0.9950, 0.7245),
            (16.0, 0.9951, 0.6921),
            (32.0, 0.9952, 0.6749),
            (6400.0 / 120.0, 0.9952, 0.6678),
            (f64::INFINITY, 0.9952, 0.6569),
        ];
        for (rho, dominant, less) in table {
            let got = group_blind_auc(&params, rho);
            near(got[0], dominant);
            near(got[1], less);
        }
    }
}

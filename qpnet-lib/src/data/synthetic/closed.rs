//! What the best possible reader of the two cues would reach, in closed form.
//!
//! The cues of an image are `N(t mu_g, tau^2 I)` with `t` = -1 or +1 and
//! `tau^2 = 1 + image_sd^2`, so every linear score has a known AUC in every subgroup. Prevalence and label noise change
//! neither these AUCs nor the best direction of a subgroup: they change which direction one score for both subgroups
//! takes ([`group_blind_auc`]), and what is seen where the test labels are noisy too ([`noisy_auc`]).

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
/// `rho = n_dominant / n_less` of training images (infinity is allowed): the theory behind Fig 2c.
///
/// # Formula
/// `w = (m_1 - m_0) / 2`, `m_y` the mean of the cues where the recorded label is `y`:
/// `m_1 = sum_g s_g a_g mu_g / sum_g s_g r_g`, `m_0 = -sum_g s_g b_g mu_g / sum_g s_g (1 - r_g)`
///
/// Where: `s_g` the subgroup's share of the training images, `p` its prevalence and `e` its label noise,
/// `r = p (1 - e) + (1 - p) e` its recorded prevalence, `a = p (1 - e) - (1 - p) e`, `b = (1 - p)(1 - e) - p e`.
/// At prevalence 0.5 it is `w ~ rho (1 - 2 e_dominant) mu_dominant + (1 - 2 e_less) mu_less`: noise in a subgroup has it
/// count for less, as fewer images would. At prevalence 0.5 without noise `w = (rho mu_dominant + mu_less) / (1 + rho)`.
pub fn group_blind_auc(params: &Params, rho: f64) -> [f64; 2] {
    let share = if rho.is_infinite() { 1.0 } else { rho / (1.0 + rho) };
    let shares = [share, 1.0 - share];
    let (mut sums, mut counts) = ([[0.0; 2]; 2], [0.0; 2]);
    for g in [0, 1] {
        let (p, e) = (params.prevalence[g], params.label_noise[g]);
        let recorded = recorded_prevalence(params, g);
        counts[0] += shares[g] * (1.0 - recorded);
        counts[1] += shares[g] * recorded;
        for cue in [0, 1] {
            let mu = means(params, g)[cue];
            sums[0][cue] -= shares[g] * ((1.0 - p) * (1.0 - e) - p * e) * mu;
            sums[1][cue] += shares[g] * (p * (1.0 - e) - (1.0 - p) * e) * mu;
        }
    }
    let direction = [0, 1].map(|cue| (sums[1][cue] / counts[1] - sums[0][cue] / counts[0]) / 2.0);
    [0, 1].map(|g| linear_auc(params, direction, g))
}

/// Share of the recorded positives in subgroup `g`.
///
/// # Formula
/// `r = p (1 - e) + (1 - p) e`
pub fn recorded_prevalence(params: &Params, g: usize) -> f64 {
    let (p, e) = (params.prevalence[g], params.label_noise[g]);
    p * (1.0 - e) + (1.0 - p) * e
}

/// AUC against recorded labels of subgroup `g` of a score whose AUC against the truth is `auc`.
///
/// A recorded positive is a true one with probability `u`, a recorded negative a true one with probability `v`. A pair
/// of them is ordered as the truth says (`u v`), the other way round (`(1 - u)(1 - v)`), or both are of one true class
/// and either order is as likely:
/// `u v A + (1 - u)(1 - v)(1 - A) + (u (1 - v) + (1 - u) v) / 2`.
///
/// # Formula
/// `A_noisy = 1/2 + (u + v - 1)(A - 1/2)`, `u = p (1 - e) / r`, `v = (1 - p)(1 - e) / (1 - r)`
///
/// Where: `p` prevalence, `e` label noise, `r` as in [`recorded_prevalence`]. At `p = 0.5` the factor is `1 - 2 e`. It
/// is positive for `e < 1/2`, so the best score stays the best: noise lowers what a *noisy* test can show, and nothing
/// of what a clean test shows. Without noise the AUC does not depend on the prevalence, nor does the best direction.
pub fn noisy_auc(params: &Params, g: usize, auc: f64) -> f64 {
    let (p, e, r) = (params.prevalence[g], params.label_noise[g], recorded_prevalence(params, g));
    let (u, v) = (p * (1.0 - e) / r, (1.0 - p) * (1.0 - e) / (1.0 - r));
    0.5 + (u + v - 1.0) * (auc - 0.5)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::rule::conflict::Conflict;
    use crate::data::synthetic::render::Patient;
    use crate::metrics::WeightedAuc;
    use crate::rng::Streams;

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

    /// Cues of 200,000 images of subgroup `g`, one a patient, with the truth and the recorded label.
    fn latents(params: &Params, g: usize) -> Vec<([f64; 2], bool, bool)> {
        let streams = Streams::new(17).below(if g == 0 { "dominant" } else { "less" });
        let mut rng = streams.get("latents");
        let mut one = |index: usize| {
            let patient = Patient::draw(params, g, index, &mut rng);
            (patient.cues(params, &mut rng), patient.truth == 1, patient.label == 1)
        };
        (0..200_000).map(&mut one).collect()
    }

    fn auc(latents: &[([f64; 2], bool, bool)], direction: [f64; 2], recorded: bool) -> f64 {
        let labels: Vec<bool> =
            latents.iter().map(|(_, truth, label)| if recorded { *label } else { *truth }).collect();
        let score = |(cues, ..): &([f64; 2], bool, bool)| direction[0] * cues[0] + direction[1] * cues[1];
        let scores: Vec<f64> = latents.iter().map(score).collect();
        let counts = vec![1; latents.len()];
        WeightedAuc::new(&labels, &scores).expect("finite").at(&counts).expect("both classes")
    }

    #[test]
    fn prevalence_and_noise_do_what_the_closed_forms_say() {
        let params = Params {
            prevalence: [0.5, 0.2],
            label_noise: [0.05, 0.15],
            ..Params::preset(Conflict::Moderate)
        };
        // Of 200,000 images an AUC near 0.98 has a standard error of 0.0003, at a prevalence of 0.2 of 0.0005.
        let near = |got: f64, expected: f64| assert!((got - expected).abs() < 0.003, "{got} {expected}");
        let both = [0, 1].map(|g| latents(&params, g));
        for (g, latents) in both.iter().enumerate() {
            let share = |own: fn(&([f64; 2], bool, bool)) -> bool| {
                latents.iter().filter(|latent| own(latent)).count() as f64 / 200_000.0
            };
            assert_eq!(share(|(_, truth, _)| *truth), params.prevalence[g]);
            near(share(|(.., label)| *label), recorded_prevalence(&params, g));
            let own = means(&params, g);
            near(auc(latents, own, false), bayes_auc(&params, g));
            near(auc(latents, own, true), noisy_auc(&params, g, bayes_auc(&params, g)));
            // No direction beside it does better, against either label.
            for turn in [-0.4f64, 0.4] {
                let other =
                    [turn.cos() * own[0] - turn.sin() * own[1], turn.sin() * own[0] + turn.cos() * own[1]];
                for recorded in [false, true] {
                    assert!(auc(latents, other, recorded) < auc(latents, own, recorded));
                }
            }
        }
        // One score for both: the difference of the means over the recorded classes.
        for rho in [1.0, 4.0] {
            let (mut sums, mut counts) = ([[0.0; 2]; 2], [0.0; 2]);
            for (latents, weight) in both.iter().zip([rho, 1.0]) {
                for (cues, _, label) in latents {
                    let class = usize::from(*label);
                    counts[class] += weight;
                    for cue in [0, 1] {
                        sums[class][cue] += weight * cues[cue];
                    }
                }
            }
            let direction = [0, 1].map(|cue| sums[1][cue] / counts[1] - sums[0][cue] / counts[0]);
            for (g, expected) in group_blind_auc(&params, rho).into_iter().enumerate() {
                near(auc(&both[g], direction, false), expected);
            }
        }
    }

    #[test]
    fn noise_in_a_subgroup_is_fewer_images_of_it_for_one_score() {
        let preset = Params::preset(Conflict::Moderate);
        let noisy = Params { label_noise: [0.0, 0.15], ..preset };
        for rho in [0.5, 4.0, 53.3] {
            // 1 - 2 e = 0.7.
            let (with, fewer) = (group_blind_auc(&noisy, rho), group_blind_auc(&preset, rho / 0.7));
            assert!((with[0] - fewer[0]).abs() < 1e-12 && (with[1] - fewer[1]).abs() < 1e-12);
        }
        // What a test with noisy labels would show of the best reader of the less-prevalent subgroup: 0.5 + 0.7 (0.9807 - 0.5).
        assert!((noisy_auc(&noisy, 1, bayes_auc(&noisy, 1)) - 0.8365).abs() < 1e-4);
        assert_eq!(noisy_auc(&preset, 1, 0.9), 0.9);
    }
}

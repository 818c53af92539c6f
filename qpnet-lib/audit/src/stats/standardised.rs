//! An AUC at the mix of cases of another subgroup: who is told from whom is made alike before two are compared.
//!
//! A subgroup with harder cases has a lower AUC though the model serves it as well. Positives and negatives of the
//! subgroup are weighted, each to the shares that strata (such as the diagnosis) have among those of the reference.
//!
//! # Formula
//! `A* = sum_s sum_t p_s q_t A_st`, with `A_st` the AUC of the subgroup's positives of stratum `s` against its
//! negatives of stratum `t`, `p_s` and `q_t` the shares of strata among the reference's positives and negatives. It is
//! the AUC with weights `p_s / W_s`, `q_t / W_t`, where `W` is the subgroup's weight in the stratum.
//!
//! Strata count that both have, the subgroup with two patients or more of the outcome there; the AUC of the reference
//! is that of its own samples in them.
//!
//! **Error.** Both shares and AUCs come from samples. With placements `V_i` under these weights and their means
//! `M_ys` in the strata, a patient of the subgroup contributes `p_s` times the move of `M_ys` when it is left out, a
//! patient of the reference the move of `mean_j M_ys(j)` over the reference's samples `j`; a patient of both
//! contributes both. With one stratum it is the error of an AUC as it stands ([`obuchowski`](super::obuchowski)).
//!
//! # Source
//! Janes and Pepe, Biometrika 96:371, 2009 (AUC adjusted for covariates); Liu, Mao and Wang, arXiv 2511.14992, 2025
//! (weights on both sides of the AUC, to a target population); the error as named with the contributions.

use super::StatsError;
use super::contributions::{Contributions, Strata};
use super::placement::Placements;
use crate::metrics::Outcomes;

mod samples;

pub use samples::Stratified;
use samples::{Kept, Table, check};

/// A stratum of one outcome that is not compared.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LeftOut {
    /// The stratum.
    pub stratum: usize,
    /// Positives, or negatives.
    pub positive: bool,
    /// Its share among the reference's of the outcome.
    pub reference: f64,
    /// Its share among the subgroup's.
    pub own: f64,
    /// Patients of the subgroup there.
    pub patients: usize,
}

/// A subgroup at the mix of cases of the reference.
#[derive(Clone, Debug)]
pub struct Standardised {
    /// The AUC of the reference on the strata that both have.
    pub reference: Contributions,
    /// That of the subgroup at the reference's shares of them.
    pub own: Contributions,
    /// Strata of negatives and of positives that both have.
    pub strata: [usize; 2],
    /// What is not compared, by outcome and stratum.
    pub left_out: Vec<LeftOut>,
    /// Kish's effective number of the subgroup's negatives and positives, `(sum w)^2 / sum w^2`.
    pub effective: [f64; 2],
    /// Samples of the subgroup that are compared.
    pub samples: usize,
}

impl Standardised {
    /// The share of the reference's negatives and positives, and of the subgroup's, in strata that both have.
    pub fn kept(&self) -> [[f64; 2]; 2] {
        let lost = |positive: bool, of: fn(&LeftOut) -> f64| -> f64 {
            self.left_out.iter().filter(|out| out.positive == positive).map(of).sum()
        };
        let of = |share: fn(&LeftOut) -> f64| [false, true].map(|positive| 1.0 - lost(positive, share));
        [of(|out| out.reference), of(|out| out.own)]
    }
}

/// `own` at the mix of cases of `reference`; `None` where an outcome has no stratum that both have.
///
/// # Errors
/// Slices that differ in length; scores that are not finite.
///
/// # Examples
/// ```
/// use qpnet_audit::stats::standardised::{Stratified, standardised};
/// // All of the reference's positives are easy, half of the subgroup's.
/// let reference = Stratified {
///     labels: &[true, true, false, false],
///     scores: &[0.9, 0.8, 0.1, 0.2],
///     patients: &[0, 1, 2, 3],
///     weights: None,
///     strata: &[0, 0, 0, 0],
/// };
/// let own = Stratified {
///     labels: &[true, true, true, true, false, false],
///     scores: &[0.9, 0.7, 0.1, 0.2, 0.3, 0.4],
///     patients: &[4, 5, 6, 7, 8, 9],
///     weights: None,
///     strata: &[0, 0, 1, 1, 0, 0],
/// };
/// let found = standardised(reference, own)?.expect("easy ones in both");
/// assert_eq!((found.own.value, found.left_out[0].own), (1.0, 0.5));
/// # Ok::<(), qpnet_audit::stats::StatsError>(())
/// ```
pub fn standardised(
    reference: Stratified<'_>,
    own: Stratified<'_>,
) -> Result<Option<Standardised>, StatsError> {
    check(&reference)?;
    check(&own)?;
    let count = reference.strata.iter().chain(own.strata).max().map_or(0, |most| most + 1);
    let (theirs, ours) = (Table::of(&reference, count), Table::of(&own, count));
    let both = |stratum: usize, y: usize| {
        theirs.weights[stratum][y] > 0.0 && ours.weights[stratum][y] > 0.0 && ours.patients[stratum][y] > 1
    };
    let mut left_out = Vec::new();
    for y in [1, 0] {
        for stratum in (0..count).filter(|&stratum| !both(stratum, y)) {
            let [reference, own] = [&theirs, &ours].map(|table| table.share(stratum, y));
            if reference > 0.0 || own > 0.0 {
                let patients = ours.patients[stratum][y];
                left_out.push(LeftOut { stratum, positive: y == 1, reference, own, patients });
            }
        }
    }
    let strata = [0, 1].map(|y| (0..count).filter(|&stratum| both(stratum, y)).count());
    if strata.contains(&0) {
        return Ok(None);
    }
    let kept = |given: &Stratified<'_>| -> Kept {
        let own = (0..given.labels.len()).filter(|&i| both(given.strata[i], usize::from(given.labels[i])));
        Kept::of(given, own)
    };
    let (them, us) = (kept(&reference), kept(&own));
    let (theirs, ours) = (Table::of(&them.given(), count), Table::of(&us.given(), count));
    let shares: Vec<[f64; 2]> = (0..count).map(|stratum| [0, 1].map(|y| theirs.share(stratum, y))).collect();
    let weight = |i: usize| {
        let (stratum, y) = (us.strata[i], usize::from(us.labels[i]));
        us.weight(i) * shares[stratum][y] / ours.weights[stratum][y]
    };
    let weights: Vec<f64> = (0..us.labels.len()).map(weight).collect();
    let (Some(placed), Some(theirs_placed)) =
        (Placements::weighted(&us.labels, &us.scores, &weights)?, them.placements()?)
    else {
        return Ok(None);
    };
    let mut means = vec![[0.0; 2]; count];
    for i in 0..us.labels.len() {
        let (stratum, y) = (us.strata[i], usize::from(us.labels[i]));
        means[stratum][y] += us.weight(i) * placed.values[i] / ours.weights[stratum][y];
    }
    // What each sample of the reference asks of the subgroup: the mean placement in its stratum.
    let asked = (0..them.labels.len()).map(|j| means[them.strata[j]][usize::from(them.labels[j])]);
    let asked = Placements { auc: placed.auc, values: asked.collect(), outcomes: Outcomes::of(&them.labels) };
    let of = |placements: &Placements| {
        Contributions::of(&them.labels, &them.patients, them.weights.as_deref(), placements)
    };
    let within = Contributions::of_strata(Strata {
        values: &placed.values,
        labels: &us.labels,
        patients: &us.patients,
        weights: us.weights.as_deref(),
        strata: &us.strata,
        shares: &shares,
    });
    let effective = [false, true].map(|label| {
        let own = || (0..weights.len()).filter(|&i| us.labels[i] == label).map(|i| weights[i]);
        own().sum::<f64>().powi(2) / own().map(|w| w * w).sum::<f64>()
    });
    Ok(Some(Standardised {
        reference: of(&theirs_placed),
        own: Contributions::combined(&[(1.0, &of(&asked)), (1.0, &within)]),
        strata,
        left_out,
        effective,
        samples: us.labels.len(),
    }))
}

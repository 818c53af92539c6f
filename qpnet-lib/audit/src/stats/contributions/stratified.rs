//! Contributions to a mean over strata whose shares are fixed from outside.

use std::collections::BTreeMap;

use super::side::{Moments, Side, Sum, design};
use super::{Contributions, numbered};
use crate::stats::interval::Units;

/// Samples of one kind, each in a stratum; values are whatever is to be averaged.
#[derive(Clone, Copy)]
pub(in crate::stats) struct Strata<'a> {
    pub values: &'a [f64],
    pub labels: &'a [bool],
    pub patients: &'a [usize],
    pub weights: Option<&'a [f64]>,
    pub strata: &'a [usize],
    /// The share of a stratum among negatives and among positives.
    pub shares: &'a [[f64; 2]],
}

/// What the samples of one stratum and outcome add up to, by patient.
struct Block {
    share: f64,
    sums: BTreeMap<usize, Sum>,
}

impl Contributions {
    /// Of `sum_y sum_s p_ys (mean of the values of stratum s and outcome y)`, around its own value, so that
    /// `value` is 0.
    ///
    /// # Formula
    /// `d_c = sum_ys p_ys sqrt((I_ys - 1) / I_ys) a_cys / (W_ys (1 - h_cys))` with `a_cys` the sum of the patient's
    /// deviations from the mean of the stratum, `h_cys` the share in its weight `W_ys`, `I_ys` its patients: as
    /// [`Contributions`] in each stratum, with degrees of freedom from the quadratic form whose blocks are `p_ys^2`
    /// times those of the strata. A stratum of one patient adds nothing, and must not be given.
    pub(in crate::stats) fn of_strata(given: Strata<'_>) -> Self {
        let (order, slots) = numbered(given.patients);
        let weight = |i: usize| given.weights.map_or(1.0, |weights| weights[i]);
        let mut means: BTreeMap<(bool, usize), [f64; 2]> = BTreeMap::new();
        for i in 0..given.values.len() {
            let own = means.entry((given.labels[i], given.strata[i])).or_default();
            own[0] += weight(i) * given.values[i];
            own[1] += weight(i);
        }
        let mut blocks: BTreeMap<(bool, usize), Block> = BTreeMap::new();
        for (i, &slot) in slots.iter().enumerate() {
            let (label, stratum) = (given.labels[i], given.strata[i]);
            let [sum, total] = means[&(label, stratum)];
            let share = given.shares[stratum][usize::from(label)];
            let block =
                blocks.entry((label, stratum)).or_insert_with(|| Block { share, sums: BTreeMap::new() });
            block.sums.entry(slot).or_default().add(weight(i), given.values[i] - sum / total);
        }
        let mut parts: Vec<(usize, f64)> = order.into_iter().map(|patient| (patient, 0.0)).collect();
        let sides = [false, true].map(|positive| {
            let own: Vec<&Block> =
                blocks.range((positive, 0)..=(positive, usize::MAX)).map(|(_, block)| block).collect();
            side(positive, &own, &mut parts)
        });
        parts.sort_unstable_by_key(|&(patient, _)| patient);
        let moments = Moments::of(&parts);
        Self { value: 0.0, parts, moments, sides: sides.to_vec(), identical: false }
    }
}

/// One outcome over its strata; what each patient adds is added to `parts`.
fn side(positive: bool, blocks: &[&Block], parts: &mut [(usize, f64)]) -> Side {
    let (mut held, mut moved) = (vec![0.0; parts.len()], vec![0.0; parts.len()]);
    let (mut samples, mut trace, mut square) = (0, 0.0, 0.0);
    for Block { share, sums } in blocks {
        let own: Vec<Sum> = sums.values().copied().collect();
        let (stratum, scale) = Side::of(positive, &own);
        let total: f64 = own.iter().map(|sum| sum.weight).sum();
        for (&slot, sum) in sums {
            held[slot] += share * sum.weight / total;
            moved[slot] += share * sum.moved(scale);
        }
        samples += stratum.units.samples;
        let shares: Vec<f64> = own.iter().map(|sum| sum.weight / total).filter(|h| *h > 0.0).collect();
        if shares.len() > 1 {
            let count = shares.len() as f64;
            let factor = share * share * (count - 1.0) / count;
            let (t, s) = design(&shares);
            trace += factor * t;
            square += factor * factor * s;
        }
    }
    parts.iter_mut().zip(&moved).for_each(|(part, moved)| part.1 += moved);
    let shares: Vec<f64> = held.into_iter().filter(|h| *h > 0.0).collect();
    let variance = moved.iter().map(|moved| moved * moved).sum();
    let df = if square > 0.0 { trace * trace / square } else { 1.0 };
    Side { positive, units: Units::of(&shares, samples), variance, df }
}

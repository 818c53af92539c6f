//! What every patient contributes to the error of an AUC, of a difference or of a mean of AUCs.

use super::interval::{Area, Units};
use super::placement::Placements;
use std::collections::HashMap;

mod held;
mod side;
mod slots;
mod stratified;

pub(super) use held::Held;
use side::{Moments, Side, Sum};
pub(super) use slots::Slots;
pub(super) use stratified::Strata;

/// The contributions of patients, and what is known of their number.
///
/// # Formula
/// Patient `c` has the sums `a_c` of `w (V10 - A)` over its positives, `b_c` of `w (V01 - A)` over its
/// negatives, and the shares `h_c` and `g_c` of the weight of all `m` positives and all `n` negatives:
///
/// `d_c = sqrt(f10) a_c / (m (1 - h_c)) + sqrt(f01) b_c / (n (1 - g_c))`, `var A = sum_c d_c^2`
///
/// with `f = (I - 1) / I` over the `I` patients that have the outcome. Without the factor
/// `1 / (1 - h_c)` a patient who holds most of the positives draws the AUC to itself, seems to lie near
/// it, and the variance is too small: `a_c / (m (1 - h_c))` is how far the mean of placements moves
/// when the patient is left out. Patients of equal shares have Obuchowski's variance, one sample each
/// has DeLong's, both exactly.
///
/// **Degrees of freedom.** The smaller of two, and at least 1:
/// - what the contributions show, `2 (sum d^2)^2 / sum d^4 - 1`: few if few contributions carry the sum;
/// - what the shares allow, `nu (1 - 1 / e)`. If the means of patients vary alike, the outcome's part of
///   the variance is `sum_c s_c (u_c - sum_k h_k u_k)^2`, `s_c = (h_c / (1 - h_c))^2`, a quadratic form
///   `u' M u`, and `nu = tr(M)^2 / tr(M^2)`; the parts are put together by Satterthwaite's rule and
///   never exceed the number of patients minus 1. `e` is the effective number of patients, the harmonic
///   mean of `1 / sum h^2` over the parts by their variance; `1 - 1 / e` allows for placements that are
///   bounded rather than normal, which shows with three or four patients.
///
/// # Source
/// Obuchowski, Biometrics 53:567, 1997. Leaving out as a correction of clustered variances (CR3): Bell and
/// McCaffrey, Survey Methodology 28:169, 2002; MacKinnon, Nielsen and Webb, J Appl Econometrics 38:671, 2023.
/// Degrees of freedom from the quadratic form: Satterthwaite, Biometrics Bulletin 2:110, 1946; Pustejovsky and
/// Tipton, J Bus Econ Stat 36:672, 2018. Effective number of clusters: Carter, Schnepel and Steigerwald,
/// Rev Econ Stat 99:698, 2017.
///
/// Not taken: CR2, which is unbiased if images of a patient are independent, and half as large as the truth
/// if they are not and one patient holds most; Kenward and Roger's variance, which believes a model of the
/// correlation; t with the number of patients minus 1, which is too narrow for one large patient.
#[derive(Clone, Debug)]
pub struct Contributions {
    /// The AUC, mean, or difference.
    pub value: f64,
    /// Patient and `d`, by ascending patient; empty once they were dropped.
    parts: Vec<(usize, f64)>,
    moments: Moments,
    /// Both outcomes of every AUC that takes part.
    sides: Vec<Side>,
    /// Of a difference: whether both order all samples alike.
    identical: bool,
}

impl Contributions {
    /// Of an AUC or of a difference of two on the same samples; `patients[i]` is any number, `weights`
    /// are absent where all samples count alike.
    pub(super) fn of(
        labels: &[bool],
        patients: &[usize],
        weights: Option<&[f64]>,
        placements: &Placements,
    ) -> Self {
        let (order, slots) = numbered(patients);
        let mut sums = vec![[Sum::default(); 2]; order.len()];
        for (i, &slot) in slots.iter().enumerate() {
            let weight = weights.map_or(1.0, |weights| weights[i]);
            sums[slot][usize::from(labels[i])].add(weight, placements.values[i] - placements.auc);
        }
        let sides = [false, true].map(|positive| {
            let own: Vec<Sum> = sums.iter().map(|sums| sums[usize::from(positive)]).collect();
            Side::of(positive, &own)
        });
        let mut parts: Vec<(usize, f64)> = order.into_iter().map(|patient| (patient, 0.0)).collect();
        for (side, scale) in sides {
            for (part, sums) in parts.iter_mut().zip(&sums) {
                part.1 += sums[usize::from(side.positive)].moved(scale);
            }
        }
        parts.sort_unstable_by_key(|&(patient, _)| patient);
        let identical = placements.vanish();
        let moments = Moments::of(&parts);
        Self { value: placements.auc, parts, moments, sides: sides.map(|(side, _)| side).to_vec(), identical }
    }

    /// Of the weighted mean of `values` over samples: one side of the formula, `a_c` the sums of
    /// `w (x - mean)`; `None` without weight.
    pub fn of_mean(values: &[f64], patients: &[usize], weights: Option<&[f64]>) -> Option<Self> {
        let weight = |i: usize| weights.map_or(1.0, |weights| weights[i]);
        let total: f64 = (0..values.len()).map(weight).sum();
        let value = (0..values.len()).map(|i| weight(i) * values[i]).sum::<f64>() / total;
        let (order, slots) = numbered(patients);
        let mut sums = vec![Sum::default(); order.len()];
        for (i, &slot) in slots.iter().enumerate() {
            sums[slot].add(weight(i), values[i] - value);
        }
        if total <= 0.0 {
            return None;
        }
        let mut found = Self::of_sums(value, &sums);
        found.parts.iter_mut().for_each(|part| part.0 = order[part.0]);
        found.parts.sort_unstable_by_key(|&(patient, _)| patient);
        Some(found)
    }

    /// Of a mean `value` from the sums of patients, numbered by their places.
    fn of_sums(value: f64, sums: &[Sum]) -> Self {
        let (side, scale) = Side::of(true, sums);
        let parts: Vec<(usize, f64)> =
            sums.iter().enumerate().map(|(patient, sum)| (patient, sum.moved(scale))).collect();
        Self { value, moments: Moments::of(&parts), parts, sides: vec![side], identical: false }
    }

    /// `sum_i f_i X_i`. Patients are numbered over all terms alike.
    pub fn combined(terms: &[(f64, &Self)]) -> Self {
        let scaled = |(factor, term): &(f64, &Self)| -> Vec<(usize, f64)> {
            term.parts.iter().map(|&(patient, d)| (patient, factor * d)).collect()
        };
        let mut all: Vec<(usize, f64)> = terms.iter().flat_map(scaled).collect();
        all.sort_by_key(|&(patient, _)| patient);
        let one = |own: &[(usize, f64)]| (own[0].0, own.iter().map(|&(_, d)| d).sum());
        let side = |(factor, term): &(f64, &Self)| -> Vec<Side> {
            term.sides.iter().map(|s| Side { variance: factor * factor * s.variance, ..*s }).collect()
        };
        let parts: Vec<(usize, f64)> = all.chunk_by(|a, b| a.0 == b.0).map(one).collect();
        Self {
            value: terms.iter().map(|(factor, term)| factor * term.value).sum(),
            moments: Moments::of(&parts),
            parts,
            sides: terms.iter().flat_map(side).collect(),
            identical: terms.iter().all(|(_, term)| term.identical),
        }
    }

    /// The mean of AUCs, or of differences, over classes; `None` of none, or if one is missing.
    pub fn mean(found: Vec<Option<Self>>) -> Option<Self> {
        let all: Vec<Self> = found.into_iter().collect::<Option<_>>()?;
        let share = 1.0 / all.len() as f64;
        let terms: Vec<(f64, &Self)> = all.iter().map(|term| (share, term)).collect();
        (!terms.is_empty()).then(|| Self::combined(&terms))
    }

    /// Of one minus the value.
    pub fn mirrored(&self) -> Self {
        let parts = self.parts.iter().map(|&(patient, d)| (patient, -d)).collect();
        Self { value: 1.0 - self.value, parts, ..self.clone() }
    }

    /// The covariance with `other`, by the patients who belong to both.
    pub fn covariance(&self, other: &Self) -> f64 {
        let (mut sum, mut at) = (0.0, 0);
        for &(patient, d) in &self.parts {
            while other.parts.get(at).is_some_and(|part| part.0 < patient) {
                at += 1;
            }
            if let Some(part) = other.parts.get(at).filter(|part| part.0 == patient) {
                sum += d * part.1;
            }
        }
        sum
    }

    /// The correlation with `other`; 0 where a variance is 0.
    pub fn correlation(&self, other: &Self) -> f64 {
        let root = (self.moments.squares * other.moments.squares).sqrt();
        if root > 0.0 { (self.covariance(other) / root).clamp(-1.0, 1.0) } else { 0.0 }
    }

    /// Without the parts, for those who share no patients with anybody: correlations are 0 then.
    pub fn alone(self) -> Self {
        Self { parts: Vec::new(), ..self }
    }

    /// The degrees of freedom that the shares of a single mean allow, whatever its contributions show.
    pub fn allowed(&self) -> f64 {
        let of =
            |side: &Side| side.df.min(self.moments.units as f64 - 1.0) * (1.0 - 1.0 / side.units.effective);
        self.sides.first().map_or(1.0, of).max(1.0)
    }

    /// The variance with its degrees of freedom, for intervals and tests.
    pub fn area(&self) -> Area {
        self.moments.area(self.value, &self.sides, self.identical)
    }
}

/// [`Contributions::area`] where each sample is a patient of its own.
pub(super) fn independent(labels: &[bool], placements: &Placements) -> Area {
    let mut sums = [[0.0; 2]; 2];
    for (&label, value) in labels.iter().zip(&placements.values) {
        let square = (value - placements.auc).powi(2);
        let own = &mut sums[usize::from(label)];
        own[0] += square;
        own[1] += square * square;
    }
    let (m, n) = (placements.outcomes.positives, placements.outcomes.negatives);
    let side = |positive: bool, count: usize| {
        // f / (k (1 - 1 / k))^2 = 1 / (k (k - 1))
        let k = count as f64;
        let factor = if count > 1 { 1.0 / (k * (k - 1.0)) } else { 0.0 };
        let [squares, fourth] = sums[usize::from(positive)];
        let units = Units { samples: count, count, effective: k, largest: 1.0 / k };
        (Side { positive, units, variance: factor * squares, df: k - 1.0 }, factor * factor * fourth)
    };
    let [(negative, a), (positive, b)] = [side(false, n), side(true, m)];
    let moments = Moments { squares: negative.variance + positive.variance, fourth: a + b, units: m + n };
    moments.area(placements.auc, &[negative, positive], placements.vanish())
}

/// Distinct numbers by first appearance, and the place of each sample's among them.
pub(super) fn numbered(patients: &[usize]) -> (Vec<usize>, Vec<usize>) {
    let most = patients.iter().max().copied().unwrap_or_default();
    let mut order = Vec::new();
    let mut next = |id: usize| {
        order.push(id);
        order.len() - 1
    };
    let slots = if most < 16 * patients.len() + 1024 {
        let mut known = vec![usize::MAX; most + 1];
        let mut slot = |&id: &usize| {
            if known[id] == usize::MAX {
                known[id] = next(id);
            }
            known[id]
        };
        patients.iter().map(&mut slot).collect()
    } else {
        let mut known = HashMap::new();
        patients.iter().map(|&id| *known.entry(id).or_insert_with(|| next(id))).collect()
    };
    (order, slots)
}

#[cfg(test)]
mod tests {
    use super::side::design_df;
    use super::*;
    use approx::assert_abs_diff_eq;

    fn of(labels: &[bool], scores: &[f64], patients: &[usize]) -> Contributions {
        let placements = Placements::of(labels, scores).expect("valid").expect("both outcomes");
        Contributions::of(labels, patients, None, &placements)
    }

    const LABELS: [bool; 8] = [true, true, true, false, false, false, true, false];
    const SCORES: [f64; 8] = [0.9, 0.4, 0.6, 0.5, 0.2, 0.7, 0.8, 0.1];

    #[test]
    fn a_contribution_is_the_move_of_a_mean_when_the_patient_is_left_out() {
        let (labels, patients) = (LABELS, [0, 0, 1, 2, 3, 3, 4, 4]);
        let placements = Placements::of(&labels, &SCORES).expect("valid").expect("both");
        let found = of(&labels, &SCORES, &patients);
        let without = |patient: usize, outcome: bool| {
            let kept: Vec<f64> = (0..8)
                .filter(|&i| patients[i] != patient && labels[i] == outcome)
                .map(|i| placements.values[i])
                .collect();
            placements.auc - kept.iter().sum::<f64>() / kept.len() as f64
        };
        // Three patients have positives, three have negatives.
        let root = (2.0f64 / 3.0).sqrt();
        for &(patient, d) in &found.parts {
            let expected = root * (without(patient, true) + without(patient, false));
            assert_abs_diff_eq!(d, expected, epsilon = 1e-14);
        }
    }

    #[test]
    fn the_degrees_of_shares_are_those_of_the_matrix() {
        assert_abs_diff_eq!(design_df(&[0.2; 5]), 4.0, epsilon = 1e-12);
        let h: [f64; 4] = [0.6, 0.2, 0.15, 0.05];
        let squares: f64 = h.iter().map(|h| h * h).sum();
        let (mut trace, mut square) = (0.0, 0.0);
        let s = h.map(|h: f64| (h / (1.0 - h)).powi(2));
        for c in 0..4 {
            trace += s[c] * (1.0 - 2.0 * h[c] + squares);
            for k in 0..4 {
                let dot = f64::from(u8::from(c == k)) - h[c] - h[k] + squares;
                square += s[c] * s[k] * dot * dot;
            }
        }
        assert_abs_diff_eq!(design_df(&h), trace * trace / square, epsilon = 1e-12);
        // One patient with nearly all: hardly more than one degree.
        assert!(design_df(&[0.9, 0.05, 0.05]) < 1.1);
    }

    #[test]
    fn a_difference_with_oneself_has_no_variance_and_equal_parts_add_up() {
        let one = of(&LABELS, &SCORES, &[0, 1, 2, 3, 4, 5, 6, 7]);
        let none = Contributions::combined(&[(1.0, &one), (-1.0, &one)]);
        assert_eq!((none.value, none.area().variance), (0.0, Some(0.0)));
        assert_abs_diff_eq!(one.correlation(&one), 1.0, epsilon = 1e-12);
        let mean = Contributions::combined(&[(0.5, &one), (0.5, &one)]);
        let (a, b) = (mean.area(), one.area());
        assert_abs_diff_eq!(a.variance.expect("defined"), b.variance.expect("defined"), epsilon = 1e-15);
        // Others' patients: variances add.
        let apart = of(&LABELS, &SCORES, &[10, 11, 12, 13, 14, 15, 16, 17]);
        let gap = Contributions::combined(&[(1.0, &one), (-1.0, &apart)]);
        assert_abs_diff_eq!(
            gap.area().variance.expect("both"),
            2.0 * b.variance.expect("one"),
            epsilon = 1e-15
        );
        assert_eq!(one.covariance(&apart), 0.0);
    }

    #[test]
    fn weights_of_one_change_nothing_and_numbers_may_be_anything() {
        let patients = [3, 1, 3, 0, 1, 2, 2, 4];
        let placements = Placements::of(&LABELS, &SCORES).expect("valid").expect("both");
        let plain = of(&LABELS, &SCORES, &patients).area();
        let weighted = Contributions::of(&LABELS, &patients, Some(&[1.0; 8]), &placements).area();
        assert_eq!((plain.variance, plain.df), (weighted.variance, weighted.df));
        let far = patients.map(|id| usize::MAX - id);
        let far = of(&LABELS, &SCORES, &far).area();
        assert_abs_diff_eq!(plain.variance.expect("v"), far.variance.expect("v"), epsilon = 1e-15);
    }
}

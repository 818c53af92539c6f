//! Samples in strata, and what strata hold of them.

use crate::metrics::MetricError;
use crate::stats::placement::Placements;

/// Samples, each in a stratum; the numbers of patients are those of both subgroups.
#[derive(Clone, Copy, Debug)]
pub struct Stratified<'a> {
    /// Outcomes.
    pub labels: &'a [bool],
    /// Scores.
    pub scores: &'a [f64],
    /// The patient of each.
    pub patients: &'a [usize],
    /// How much each counts; all alike unless said.
    pub weights: Option<&'a [f64]>,
    /// The stratum of each, from 0.
    pub strata: &'a [usize],
}

/// Weight and patients of negatives and positives in every stratum.
pub(super) struct Table {
    pub(super) weights: Vec<[f64; 2]>,
    pub(super) patients: Vec<[usize; 2]>,
}

impl Table {
    pub(super) fn of(given: &Stratified<'_>, count: usize) -> Self {
        let mut found = Self { weights: vec![[0.0; 2]; count], patients: vec![[0; 2]; count] };
        let mut met: Vec<(usize, usize, usize)> = Vec::with_capacity(given.labels.len());
        for i in 0..given.labels.len() {
            let (stratum, y) = (given.strata[i], usize::from(given.labels[i]));
            let weight = given.weights.map_or(1.0, |weights| weights[i]);
            found.weights[stratum][y] += weight;
            if weight > 0.0 {
                met.push((stratum, y, given.patients[i]));
            }
        }
        met.sort_unstable();
        met.dedup();
        met.iter().for_each(|&(stratum, y, _)| found.patients[stratum][y] += 1);
        found
    }

    /// The share of a stratum among samples of the outcome; 0 of none.
    pub(super) fn share(&self, stratum: usize, y: usize) -> f64 {
        let total: f64 = self.weights.iter().map(|own| own[y]).sum();
        if total > 0.0 { self.weights[stratum][y] / total } else { 0.0 }
    }
}

/// The samples of strata that both have.
pub(super) struct Kept {
    pub(super) labels: Vec<bool>,
    pub(super) scores: Vec<f64>,
    pub(super) patients: Vec<usize>,
    pub(super) weights: Option<Vec<f64>>,
    pub(super) strata: Vec<usize>,
}

impl Kept {
    pub(super) fn of(given: &Stratified<'_>, own: impl Iterator<Item = usize>) -> Self {
        let own: Vec<usize> = own.collect();
        Self {
            labels: own.iter().map(|&i| given.labels[i]).collect(),
            scores: own.iter().map(|&i| given.scores[i]).collect(),
            patients: own.iter().map(|&i| given.patients[i]).collect(),
            weights: given.weights.map(|weights| own.iter().map(|&i| weights[i]).collect()),
            strata: own.iter().map(|&i| given.strata[i]).collect(),
        }
    }

    pub(super) fn given(&self) -> Stratified<'_> {
        let Self { labels, scores, patients, weights, strata } = self;
        Stratified { labels, scores, patients, weights: weights.as_deref(), strata }
    }

    pub(super) fn weight(&self, i: usize) -> f64 {
        self.weights.as_ref().map_or(1.0, |weights| weights[i])
    }

    pub(super) fn placements(&self) -> Result<Option<Placements>, MetricError> {
        match &self.weights {
            None => Placements::of(&self.labels, &self.scores),
            Some(weights) => Placements::weighted(&self.labels, &self.scores, weights),
        }
    }
}

/// One of everything for each label, scores finite.
pub(super) fn check(given: &Stratified<'_>) -> Result<(), MetricError> {
    let expected = given.labels.len();
    let weighted = given.weights.map_or(expected, <[f64]>::len);
    let lengths = [
        ("the slice of patients", given.patients.len()),
        ("the slice of weights", weighted),
        ("the slice of strata", given.strata.len()),
    ];
    for (what, got) in lengths {
        if expected != got {
            return Err(MetricError::LengthMismatch { what, expected, got });
        }
    }
    crate::metrics::check(given.labels, given.scores)
}

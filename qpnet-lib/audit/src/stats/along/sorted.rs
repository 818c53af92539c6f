//! Samples in the order of their scores, and a measure of them under the weights of one point.

use super::super::contributions::{Contributions, Slots, numbered};
use crate::math::exp;
use crate::metrics::{MetricError, finite, sorted};

/// Fewest effective patients of an outcome.
pub const EFFECTIVE: f64 = 10.0;
/// Fewest patients of an outcome within one bandwidth.
pub const NEAR: usize = 5;

/// What is found along an attribute.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Measure {
    /// Area under the ROC curve.
    Auc,
    /// Share of positives that score so much or more.
    Sensitivity(f64),
    /// Mean outcome minus mean probability.
    Calibration,
}

/// Samples with an attribute, one entry a sample.
#[derive(Clone, Copy, Debug)]
pub struct Measured<'a> {
    /// Outcome.
    pub labels: &'a [bool],
    /// Score, or probability.
    pub scores: &'a [f64],
    /// Patient, any number.
    pub patients: &'a [usize],
    /// How much it counts; all alike without.
    pub weights: Option<&'a [f64]>,
    /// The attribute.
    pub at: &'a [f64],
}

/// One sample.
#[derive(Clone, Copy)]
struct Sample {
    at: f64,
    score: f64,
    weight: f64,
    patient: u32,
    positive: bool,
    /// Whether it is the last of its score.
    last: bool,
}

/// By ascending score.
pub(super) struct Sorted {
    samples: Vec<Sample>,
    pub(super) patients: usize,
}

/// A measure at one point.
pub(super) struct Local {
    /// `None` where an outcome has no weight.
    pub(super) found: Option<(Contributions, Vec<f64>)>,
    /// Variance that probabilities imply.
    pub(super) implied: f64,
    /// Effective negatives and positives, by patient.
    pub(super) effective: [f64; 2],
    /// Patients of each within one bandwidth.
    pub(super) near: [usize; 2],
}

impl Sorted {
    pub(super) fn of(given: &Measured<'_>) -> Result<Self, MetricError> {
        let Measured { labels, scores, patients, weights, at } = *given;
        let expected = labels.len();
        let lengths = [
            ("the slice of scores", scores.len()),
            ("the slice of patients", patients.len()),
            ("the slice of weights", weights.map_or(expected, <[f64]>::len)),
            ("the slice of the attribute", at.len()),
        ];
        if let Some((what, got)) = lengths.into_iter().find(|(_, got)| *got != expected) {
            return Err(MetricError::LengthMismatch { what, expected, got });
        }
        finite(scores)?;
        finite(at)?;
        let (order, slots) = numbered(patients);
        let mut samples = Vec::with_capacity(expected);
        for tied in sorted(scores).chunk_by(|a, b| a.0 == b.0) {
            for (place, &(score, i)) in tied.iter().enumerate() {
                samples.push(Sample {
                    at: at[i],
                    score,
                    weight: weights.map_or(1.0, |weights| weights[i]),
                    patient: slots[i] as u32,
                    positive: labels[i],
                    last: place + 1 == tied.len(),
                });
            }
        }
        Ok(Self { samples, patients: order.len() })
    }

    /// `measure` at `x`; without a bandwidth all samples count as they are.
    pub(super) fn at(&self, measure: Measure, x: f64, bandwidth: Option<f64>) -> Local {
        let weight = |sample: &Sample| match bandwidth {
            Some(h) => {
                let u = (sample.at - x) / h;
                sample.weight * exp(-u * u / 2.0)
            }
            None => sample.weight,
        };
        let weights: Vec<f64> = self.samples.iter().map(weight).collect();
        let mut slots = Slots::new(self.patients);
        let mut totals = [0.0; 2];
        for (sample, w) in self.samples.iter().zip(&weights) {
            totals[usize::from(sample.positive)] += w;
        }
        let found = match measure {
            Measure::Auc => self.auc(&weights, totals, &mut slots),
            Measure::Sensitivity(threshold) => {
                let hit = |sample: &Sample| f64::from(u8::from(sample.score >= threshold));
                self.mean(&weights, &mut slots, hit, true)
            }
            Measure::Calibration => {
                let miss = |sample: &Sample| f64::from(u8::from(sample.positive)) - sample.score;
                self.mean(&weights, &mut slots, miss, false)
            }
        };
        let total: f64 = totals.iter().sum();
        let variance = |(sample, w): (&Sample, &f64)| w * w * sample.score * (1.0 - sample.score);
        let implied = match measure {
            Measure::Calibration if total > 0.0 => {
                self.samples.iter().zip(&weights).map(variance).sum::<f64>() / (total * total)
            }
            _ => 0.0,
        };
        let (effective, near) = self.support(&weights, x, bandwidth);
        Local { found, implied, effective, near }
    }

    fn auc(&self, weights: &[f64], [n, m]: [f64; 2], slots: &mut Slots) -> Option<(Contributions, Vec<f64>)> {
        if m <= 0.0 || n <= 0.0 {
            return None;
        }
        // Up to each tie: weight of negatives and of positives, its own, and the pairs that are won.
        let (mut below, mut tied, mut won) = ([0.0; 2], [0.0; 2], 0.0);
        let mut ends = Vec::new();
        for (sample, w) in self.samples.iter().zip(weights) {
            tied[usize::from(sample.positive)] += w;
            if sample.last {
                won += tied[1] * (below[0] + tied[0] / 2.0);
                ends.push((below, tied));
                below = [below[0] + tied[0], below[1] + tied[1]];
                tied = [0.0; 2];
            }
        }
        let (auc, mut tie) = (won / (m * n), 0);
        for (sample, &w) in self.samples.iter().zip(weights) {
            let (below, tied) = ends[tie];
            let placement = match sample.positive {
                true => (below[0] + tied[0] / 2.0) / n,
                false => ((m - below[1] - tied[1] / 2.0) / m).max(0.0),
            };
            slots.add(sample.patient as usize, usize::from(sample.positive), w, placement - auc);
            tie += usize::from(sample.last);
        }
        Some(slots.read(auc, &[0, 1]))
    }

    /// The mean of `value`, over positives only or over all.
    fn mean(
        &self,
        weights: &[f64],
        slots: &mut Slots,
        value: impl Fn(&Sample) -> f64,
        positives: bool,
    ) -> Option<(Contributions, Vec<f64>)> {
        let own = || self.samples.iter().zip(weights).filter(|(sample, _)| !positives || sample.positive);
        let total: f64 = own().map(|(_, w)| w).sum();
        if total <= 0.0 {
            return None;
        }
        let mean = own().map(|(sample, w)| w * value(sample)).sum::<f64>() / total;
        own().for_each(|(sample, &w)| slots.add(sample.patient as usize, 1, w, value(sample) - mean));
        Some(slots.read(mean, &[1]))
    }

    fn support(&self, weights: &[f64], x: f64, bandwidth: Option<f64>) -> ([f64; 2], [usize; 2]) {
        let mut held = vec![([0.0; 2], [false; 2]); self.patients];
        for (sample, w) in self.samples.iter().zip(weights) {
            let (own, within) = &mut held[sample.patient as usize];
            let outcome = usize::from(sample.positive);
            own[outcome] += w;
            within[outcome] |= *w > 0.0 && bandwidth.is_none_or(|h| (sample.at - x).abs() <= h);
        }
        let effective = [0, 1].map(|outcome| {
            let sum: f64 = held.iter().map(|(own, _)| own[outcome]).sum();
            let squares: f64 = held.iter().map(|(own, _)| own[outcome] * own[outcome]).sum();
            if squares > 0.0 { sum * sum / squares } else { 0.0 }
        });
        let near = [0, 1].map(|outcome| held.iter().filter(|(_, within)| within[outcome]).count());
        (effective, near)
    }
}

impl Measure {
    /// Whether negatives, and positives, must be enough by themselves.
    pub(super) fn needs(self) -> [bool; 2] {
        match self {
            Self::Auc => [true, true],
            Self::Sensitivity(_) => [false, true],
            Self::Calibration => [false, false],
        }
    }
}

//! One method on one subgroup, for one yes-or-no question.

use serde::Serialize;

use super::calibration::Calibration;
use super::inference::{self, Known};
use super::{AuditError, AuditOptions, Predictions};
use crate::metrics::Outcomes;
use crate::stats::{Bootstrap, Estimate};

/// The samples of one method and subgroup whose outcome is known, by ascending sample.
#[derive(Clone, Debug, Default)]
pub(crate) struct Cell {
    pub(crate) samples: Vec<u32>,
    pub(crate) labels: Vec<bool>,
    pub(crate) scores: Vec<f64>,
    pub(crate) patients: Vec<usize>,
    /// 1 where no column says how much samples count.
    pub(crate) weights: Vec<f64>,
}

/// What is known of a method on a subgroup.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CellAudit {
    /// The method.
    pub method: String,
    /// The subgroup.
    pub group: String,
    /// The class or finding, against the rest; of one yes-or-no question none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub class: Option<String>,
    /// Samples whose outcome is known.
    pub samples: usize,
    /// Kish's effective number of them, `(sum w)^2 / sum w^2`, where samples are weighted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub effective_samples: Option<f64>,
    /// Patients, or samples where no column says.
    pub patients: usize,
    /// Samples labelled positive.
    pub positives: usize,
    /// Area under the ROC curve.
    pub auc: Estimate,
    /// Average precision.
    pub average_precision: Estimate,
    /// Share of positives called positive.
    pub sensitivity: Estimate,
    /// Share of negatives called negative.
    pub specificity: Estimate,
    /// Share called positive, which demographic parity compares.
    pub positive_rate: Estimate,
    /// What only probabilities have.
    pub calibration: Option<Calibration>,
    /// Why its numbers are uncertain beyond their intervals.
    pub flag: Option<String>,
}

impl Cell {
    /// What `predictions` say of these three.
    pub(crate) fn of(predictions: &Predictions, method: u32, group: u32, class: usize) -> Self {
        let Predictions { samples, scores, .. } = predictions;
        let (width, mut cell) = (predictions.width(), Self::default());
        for row in predictions.rows_of(method, group) {
            let sample = row.sample as usize;
            let Some(label) = samples.targets[sample * width + class] else { continue };
            cell.samples.push(row.sample);
            cell.labels.push(label);
            cell.scores.push(scores[row.at as usize * width + class]);
            cell.patients.push(samples.patients[sample] as usize);
            cell.weights.push(samples.weights[sample]);
        }
        cell
    }

    /// Its places by ascending score, those of one score in the order of samples.
    pub(super) fn by_score(&self) -> Vec<u32> {
        let mut order: Vec<(f64, u32)> = self.scores.iter().copied().zip(0..).collect();
        order.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        order.into_iter().map(|(_, place)| place).collect()
    }

    /// Its samples that are also in `other`, and the scores of both there.
    pub(super) fn shared(&self, other: &Self) -> (Self, Vec<f64>) {
        let (mut own, mut scores, mut at) = (Self::default(), Vec::new(), 0);
        for i in 0..self.samples.len() {
            while other.samples.get(at).is_some_and(|sample| *sample < self.samples[i]) {
                at += 1;
            }
            if other.samples.get(at) == Some(&self.samples[i]) {
                own.samples.push(self.samples[i]);
                own.labels.push(self.labels[i]);
                own.scores.push(self.scores[i]);
                own.patients.push(self.patients[i]);
                own.weights.push(self.weights[i]);
                scores.push(other.scores[at]);
            }
        }
        (own, scores)
    }

    /// The audit of the cell, from what patients contribute and average precision on every replicate.
    #[allow(clippy::too_many_arguments)] // one call, all of it needed
    pub(super) fn audit(
        &self,
        predictions: &Predictions,
        names: (&str, &str, Option<&String>),
        known: &Known,
        (precision, replicates): (f64, &[f64]),
        bootstrap: &Bootstrap<'_>,
        calibration: Option<Calibration>,
        options: &AuditOptions,
    ) -> Result<CellAudit, AuditError> {
        let (Self { labels, weights, .. }, level) = (self, options.level);
        let value = Some(precision).filter(|value| value.is_finite());
        let mut precision = bootstrap.share("average precision", value, replicates)?;
        precision.n = labels.len();
        let outcomes = Outcomes::of(labels);
        let (method, group, class) = names;
        let squares: f64 = weights.iter().map(|weight| weight * weight).sum();
        Ok(CellAudit {
            method: method.to_owned(),
            group: group.to_owned(),
            class: class.cloned(),
            samples: labels.len(),
            effective_samples: (predictions.weighted && squares > 0.0)
                .then(|| weights.iter().sum::<f64>().powi(2) / squares),
            patients: self.distinct_patients(),
            positives: outcomes.positives,
            auc: inference::single(predictions, labels, known.auc.as_ref(), level)?,
            average_precision: precision,
            sensitivity: known.sensitivity.estimate("sensitivity", level)?,
            specificity: known.false_positive_rate.mirrored().estimate("specificity", level)?,
            positive_rate: known.positive_rate.estimate("positive rate", level)?,
            calibration,
            flag: outcomes.undefined().or(outcomes.flag()),
        })
    }

    pub(super) fn distinct_patients(&self) -> usize {
        let mut own = self.patients.clone();
        own.sort_unstable();
        own.dedup();
        own.len()
    }
}

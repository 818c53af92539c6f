//! What is found of one method on one subgroup, for one yes-or-no question.

use serde::Serialize;

use super::calibration::Calibration;
use super::cell::Cell;
use super::inference::{self, Known};
use super::predictions::Predictions;
use super::spread::Spread;
use super::{AuditError, AuditOptions};
use crate::metrics::Outcomes;
use crate::stats::{Bootstrap, Estimate};

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
    /// Of several trainings or readers: the two errors of the AUC.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub spread: Option<Spread>,
    /// Why its numbers are uncertain beyond their intervals.
    pub flag: Option<String>,
}

impl CellAudit {
    /// Of a cell, from what its patients contribute and average precision on every replicate.
    #[allow(clippy::too_many_arguments)] // one call, all of it needed
    pub(super) fn of(
        cell: &Cell,
        predictions: &Predictions,
        names: (&str, &str, Option<&String>),
        known: &Known,
        (precision, replicates): (f64, &[f64]),
        bootstrap: &Bootstrap<'_>,
        calibration: Option<Calibration>,
        options: &AuditOptions,
    ) -> Result<Self, AuditError> {
        let (Cell { labels, weights, .. }, level) = (cell, options.level);
        let value = Some(precision).filter(|value| value.is_finite());
        let mut precision = bootstrap.share("average precision", value, replicates)?;
        precision.n = labels.len();
        let outcomes = Outcomes::of(labels);
        let (method, group, class) = names;
        let squares: f64 = weights.iter().map(|weight| weight * weight).sum();
        Ok(Self {
            method: method.to_owned(),
            group: group.to_owned(),
            class: class.cloned(),
            samples: labels.len(),
            effective_samples: (predictions.weighted && squares > 0.0)
                .then(|| weights.iter().sum::<f64>().powi(2) / squares),
            patients: cell.distinct_patients(),
            positives: outcomes.positives,
            auc: inference::single(predictions, labels, known.auc.as_ref(), level)?,
            average_precision: precision,
            sensitivity: known.sensitivity.estimate("sensitivity", level)?,
            specificity: known.false_positive_rate.mirrored().estimate("specificity", level)?,
            positive_rate: known.positive_rate.estimate("positive rate", level)?,
            calibration,
            spread: None,
            flag: outcomes.undefined().or(outcomes.flag()),
        })
    }
}

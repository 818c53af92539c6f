//! One method on one subgroup.

use serde::Serialize;

use super::table::Row;
use super::{AuditError, AuditOptions};
use crate::metrics::{Outcomes, WeightedAuc, WeightedCalibration, WeightedCalibrationError};
use crate::rng::Streams;
use crate::stats::{Bootstrap, Estimate, Interval, Resampler, obuchowski, proportion};

/// The samples of one method and subgroup, by ascending sample.
#[derive(Clone, Debug, Default)]
pub(super) struct Cell {
    pub(super) samples: Vec<u32>,
    pub(super) labels: Vec<bool>,
    pub(super) scores: Vec<f64>,
    pub(super) patients: Vec<usize>,
}

/// What is known of a method on a subgroup.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CellAudit {
    /// The method.
    pub method: String,
    /// The subgroup.
    pub group: String,
    /// Samples.
    pub samples: usize,
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

/// How good the probabilities are.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Calibration {
    /// Mean squared error.
    pub brier: Estimate,
    /// What is saved of the error of "always say the prevalence".
    pub skill: Estimate,
    /// Expected calibration error; biased upwards in small subgroups.
    pub error: Estimate,
    /// 1 is right, below 1 the probabilities are too extreme.
    pub slope: Estimate,
    /// 0 is right, above 0 the probabilities are too low on the whole.
    pub in_the_large: Estimate,
}

impl Cell {
    /// Of rows in any order.
    pub(super) fn of(mut rows: Vec<Row>) -> Self {
        rows.sort_unstable_by_key(|row| row.sample);
        Self {
            samples: rows.iter().map(|row| row.sample).collect(),
            labels: rows.iter().map(|row| row.label).collect(),
            scores: rows.iter().map(|row| row.score).collect(),
            patients: rows.iter().map(|row| row.patient as usize).collect(),
        }
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
                scores.push(other.scores[at]);
            }
        }
        (own, scores)
    }

    pub(super) fn audit(
        &self,
        method: &str,
        group: &str,
        options: &AuditOptions,
        streams: &Streams,
    ) -> Result<CellAudit, AuditError> {
        let Self { labels, scores, patients, .. } = self;
        let level = options.level;
        let resampler = Resampler::by_cell(patients, &vec![0; labels.len()], labels)?;
        let streams = streams.below(group);
        let bootstrap = Bootstrap::new(&resampler, &streams)
            .with_level(level)
            .with_replicates(options.replicates_for(labels.len()))
            .with_interval(Interval::Percentile);
        let called: Vec<bool> = scores.iter().map(|score| *score >= options.threshold).collect();
        let share = |name: &str, keep: &dyn Fn(usize) -> bool, hit: &dyn Fn(usize) -> bool| {
            let kept: Vec<usize> = (0..labels.len()).filter(|&i| keep(i)).collect();
            let hits: Vec<bool> = kept.iter().map(|&i| hit(i)).collect();
            let clusters: Vec<usize> = kept.iter().map(|&i| patients[i]).collect();
            proportion::single(name, &hits, &clusters, level)
        };
        let sorted = WeightedAuc::new(labels, scores)?;
        let outcomes = Outcomes::of(labels);
        Ok(CellAudit {
            method: method.to_owned(),
            group: group.to_owned(),
            samples: labels.len(),
            patients: resampler.patients(),
            positives: outcomes.positives,
            auc: obuchowski::single(labels, scores, patients, level)?,
            average_precision: bootstrap.estimate("average precision", |w| sorted.average_precision(w))?,
            sensitivity: share("sensitivity", &|i| labels[i], &|i| called[i])?,
            specificity: share("specificity", &|i| !labels[i], &|i| !called[i])?,
            positive_rate: share("positive rate", &|_| true, &|i| called[i])?,
            calibration: options.probabilities.then(|| self.calibration(&bootstrap, options)).transpose()?,
            flag: outcomes.undefined().or(outcomes.flag()),
        })
    }

    fn calibration(
        &self,
        bootstrap: &Bootstrap<'_>,
        options: &AuditOptions,
    ) -> Result<Calibration, AuditError> {
        let Self { labels, scores, .. } = self;
        let line = WeightedCalibration::new(labels, scores)?;
        let error = WeightedCalibrationError::new(labels, scores, options.bins)?;
        let squares: Vec<f64> =
            labels.iter().zip(scores).map(|(&y, p)| (p - f64::from(u8::from(y))).powi(2)).collect();
        let skill = |weights: &[u32]| {
            let (mut total, mut positives, mut sum) = (0.0, 0.0, 0.0);
            for (i, &w) in weights.iter().enumerate() {
                let w = f64::from(w);
                total += w;
                positives += if labels[i] { w } else { 0.0 };
                sum += w * squares[i];
            }
            let rate = positives / total;
            (rate > 0.0 && rate < 1.0).then(|| 1.0 - sum / total / (rate * (1.0 - rate)))
        };
        // Replicates of an error lie above it as it lies above the truth: the basic form turns
        // them round.
        let basic = bootstrap.clone().with_interval(Interval::Basic);
        let mut error = basic.estimate("calibration error", |w| error.at(w))?;
        error.low = error.low.map(|low| low.max(0.0));
        error.high = error.high.zip(error.value).map(|(high, value)| high.max(value));
        Ok(Calibration {
            brier: bootstrap.brier(labels, scores)?,
            skill: bootstrap.estimate("Brier skill", skill)?,
            error,
            slope: bootstrap.estimate("calibration slope", |w| line.at(w).map(|line| line.slope))?,
            in_the_large: bootstrap
                .estimate("calibration in the large", |w| line.at(w).map(|line| line.in_the_large))?,
        })
    }
}

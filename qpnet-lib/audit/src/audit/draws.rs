//! The patients of a subgroup, ready to be drawn.

use super::question::AuditTask;
use super::{AuditError, AuditOptions, Predictions};
use crate::rng::Streams;
use crate::stats::{Bootstrap, Interval, Resampler};

/// Which replicates a subgroup gets.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Strata {
    /// As many patients of every outcome as the data have: by label, by class, or by whether any finding
    /// is there. For measures of the ranking, which take the prevalence as given.
    Outcomes,
    /// All patients alike. For measures of the probabilities: where positives came by chance, their
    /// number is part of what is uncertain ([`Resampler::by_cell`]).
    None,
}

/// What a bootstrap of a subgroup needs. Patients are drawn within the subgroup; each kind of strata has a
/// random stream of its own.
pub(crate) struct Draws {
    /// Place of each sample of the table among those of the subgroup.
    pub(crate) places: Vec<u32>,
    resampler: Resampler,
    streams: Streams,
    replicates: usize,
    level: f64,
}

impl Draws {
    pub(crate) fn of(
        predictions: &Predictions,
        group: u32,
        kind: Strata,
        options: &AuditOptions,
    ) -> Result<Self, AuditError> {
        let (samples, width) = (&predictions.samples, predictions.width());
        let (mut places, mut patients, mut strata) = (vec![u32::MAX; samples.len()], Vec::new(), Vec::new());
        for sample in (0..samples.len()).filter(|&sample| samples.groups[sample] == group) {
            places[sample] = patients.len() as u32;
            patients.push(samples.patients[sample] as usize);
            let targets = &samples.targets[sample * width..(sample + 1) * width];
            let class = targets.iter().position(|&target| target == Some(true));
            strata.push(match (kind, predictions.task) {
                (Strata::None, _) => 0,
                (Strata::Outcomes, AuditTask::MultiClass) => class.unwrap_or_default(),
                (Strata::Outcomes, AuditTask::Binary | AuditTask::MultiLabel) => usize::from(class.is_some()),
            });
        }
        let own = Streams::new(options.seed).below("audit").below(&predictions.groups[group as usize]);
        Ok(Self {
            places,
            resampler: Resampler::new(&patients, &strata)?,
            streams: match kind {
                Strata::Outcomes => own,
                Strata::None => own.below("all patients"),
            },
            replicates: options.replicates_for(samples.len()),
            level: options.level,
        })
    }

    /// The slot of the patient of a sample of the table, which is in the subgroup.
    pub(crate) fn slot(&self, sample: u32) -> u32 {
        self.resampler.slots()[self.places[sample as usize] as usize]
    }

    /// Patients of the subgroup.
    pub(crate) fn patients(&self) -> usize {
        self.resampler.patients()
    }

    /// Samples of the subgroup.
    pub(crate) fn samples(&self) -> usize {
        self.resampler.samples()
    }

    /// With percentile limits.
    pub(crate) fn bootstrap(&self) -> Bootstrap<'_> {
        Bootstrap::new(&self.resampler, &self.streams)
            .with_level(self.level)
            .with_replicates(self.replicates)
            .with_interval(Interval::Percentile)
    }
}

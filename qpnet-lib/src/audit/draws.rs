//! The patients of a subgroup, ready to be drawn.

use super::question::AuditTask;
use super::{AuditError, AuditOptions, Predictions};
use crate::rng::Streams;
use crate::stats::{Bootstrap, Interval, Resampler};

/// What a bootstrap of a subgroup needs. Patients are drawn within the subgroup, and stratified by
/// outcome: by label, by class, or by whether any finding is there.
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
        options: &AuditOptions,
    ) -> Result<Self, AuditError> {
        let (samples, width) = (&predictions.samples, predictions.width());
        let (mut places, mut patients, mut strata) = (vec![u32::MAX; samples.len()], Vec::new(), Vec::new());
        for sample in (0..samples.len()).filter(|&sample| samples.groups[sample] == group) {
            places[sample] = patients.len() as u32;
            patients.push(samples.patients[sample] as usize);
            let targets = &samples.targets[sample * width..(sample + 1) * width];
            let class = targets.iter().position(|&target| target == Some(true));
            strata.push(match predictions.task {
                AuditTask::MultiClass => class.unwrap_or_default(),
                AuditTask::Binary | AuditTask::MultiLabel => usize::from(class.is_some()),
            });
        }
        let name = &predictions.groups[group as usize];
        Ok(Self {
            places,
            resampler: Resampler::new(&patients, &strata)?,
            streams: Streams::new(options.seed).below("audit").below(name),
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

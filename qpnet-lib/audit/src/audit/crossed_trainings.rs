//! Trainings of a method are crossed with patients: they have scored the same samples.

use super::AuditError;
use super::predictions::Predictions;
use super::trainings::Trainings;

impl Predictions {
    /// Refuse trainings of a method that have not scored the same samples: they are crossed with patients.
    pub(super) fn crossed_trainings(&self, trainings: &Trainings) -> Result<(), AuditError> {
        for (method, name) in trainings.methods.iter().enumerate() {
            let own = trainings.of_method(method);
            let of = |training: usize| -> Vec<u32> {
                let mut samples: Vec<u32> = self
                    .rows
                    .iter()
                    .filter(|row| row.method as usize == training)
                    .map(|row| row.sample)
                    .collect();
                samples.sort_unstable();
                samples
            };
            let Some((&(first, training), others)) = own.split_first() else { continue };
            let expected = of(training);
            for &(seed, training) in others {
                let found = of(training);
                if found == expected {
                    continue;
                }
                let lacks =
                    |a: &[u32], b: &[u32]| a.iter().find(|sample| b.binary_search(sample).is_err()).copied();
                let (sample, who) = match lacks(&expected, &found) {
                    Some(sample) => (sample, seed),
                    None => (lacks(&found, &expected).unwrap_or_default(), first),
                };
                let line = self.samples.line(sample);
                let message = format!(
                    "column {}: {} of {name} has not scored the sample of row {line} ({} samples with {}, {} with {}); \
                     trainings of one method are crossed with patients and score the same samples",
                    trainings.column,
                    trainings.seeds[who],
                    expected.len(),
                    trainings.seeds[first],
                    found.len(),
                    trainings.seeds[seed]
                );
                return Err(AuditError::Whole { file: self.file.clone(), message });
            }
        }
        Ok(())
    }
}

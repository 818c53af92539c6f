//! One subgroup's learning curve with its two sources of error: patients and seeds.

use super::spread::{Imitation, SeedNoise, average, covariance, minus, shape};
use crate::metrics::{MetricError, WeightedAuc};
use crate::rng::Streams;
use crate::stats::{Bootstrap, StatsError};

/// Performance at `K` sizes, averaged over `S` seeds, with replicates of its error.
///
/// Patients are resampled jointly for all `K S` predictions, because all of them are measured on
/// one test set. The measure is a parameter: any function of the weights of samples.
#[derive(Clone, Debug)]
pub struct LearningCurve {
    sizes: Vec<usize>,
    /// Mean over seeds, by size.
    mean: Vec<f64>,
    /// Curve of each seed minus the mean, `[S][K]`.
    residuals: Vec<Vec<f64>>,
    /// Error of the mean by patients, `[B][K]`; without patients one row of zeroes per replicate.
    patients: Vec<Vec<f64>>,
    /// Covariance over patients of what is a seed's own, `[K][K]`.
    interaction: Vec<Vec<f64>>,
    /// Replicates in which the measure was undefined somewhere.
    lost: usize,
    streams: Streams,
}

impl LearningCurve {
    /// A curve of any measure: `measure(size, seed, weights)` is computed on the data (weights 1)
    /// and on each replicate of `bootstrap`, whose patients are those of this subgroup's test
    /// set. Replicates in which it is undefined are left out ([`LearningCurve::lost`]).
    ///
    /// # Errors
    /// [`StatsError::Curve`] with fewer than two sizes or without seeds; [`StatsError::Point`]
    /// where the measure is undefined on the data; [`StatsError::Replicates`] when fewer than
    /// two are left.
    pub fn of_measure(
        sizes: &[usize],
        seeds: usize,
        bootstrap: &Bootstrap<'_>,
        measure: impl Fn(usize, usize, &[u32]) -> Option<f64> + Sync,
    ) -> Result<Self, StatsError> {
        let all = vec![1; bootstrap.resampler.samples()];
        let row = |size: usize| -> Result<Vec<f64>, StatsError> {
            let at = |seed| measure(size, seed, &all).ok_or(StatsError::Point { size, seed });
            (0..seeds).map(at).collect()
        };
        let table: Vec<Vec<f64>> = (0..sizes.len()).map(row).collect::<Result<_, _>>()?;
        let mut found = Self::of_table(sizes, &table, bootstrap.replicates, bootstrap.streams)?;
        // Deviations from the data, `[S][K]`.
        let deviation = |weights: &[u32]| -> Option<Vec<Vec<f64>>> {
            let at = |seed, size: usize| Some(measure(size, seed, weights)? - table[size][seed]);
            (0..seeds).map(|seed| (0..sizes.len()).map(|size| at(seed, size)).collect()).collect()
        };
        let deviations: Vec<Vec<Vec<f64>>> = bootstrap.replicate(deviation).into_iter().flatten().collect();
        let patients: Vec<Vec<f64>> = deviations.iter().map(|rows| average(rows)).collect();
        if patients.len() < 2 {
            return Err(StatsError::Replicates(patients.len()));
        }
        found.lost = bootstrap.replicates - patients.len();
        for (rows, mean) in deviations.iter().zip(&patients) {
            let own = covariance(&rows.iter().map(|row| minus(row, mean)).collect::<Vec<_>>());
            for (sum, row) in found.interaction.iter_mut().flatten().zip(own.iter().flatten()) {
                *sum += row / patients.len() as f64;
            }
        }
        found.patients = patients;
        Ok(found)
    }

    /// A curve of the AUC.
    ///
    /// # Shapes
    /// `scores` is `[K][S][n]`, `labels` `[n]`.
    ///
    /// # Errors
    /// As [`LearningCurve::of_measure`]; lengths differ, a score is not finite.
    pub fn of_predictions(
        sizes: &[usize],
        labels: &[bool],
        scores: &[Vec<Vec<f64>>],
        bootstrap: &Bootstrap<'_>,
    ) -> Result<Self, StatsError> {
        let seeds = shape(sizes, scores)?;
        let (expected, got) = (bootstrap.resampler.samples(), labels.len());
        if expected != got {
            return Err(MetricError::LengthMismatch { what: "the slice of labels", expected, got }.into());
        }
        let sort = |row: &Vec<Vec<f64>>| row.iter().map(|s| WeightedAuc::new(labels, s)).collect();
        let sorted: Vec<Vec<WeightedAuc>> = scores.iter().map(sort).collect::<Result<_, _>>()?;
        Self::of_measure(sizes, seeds, bootstrap, |size, seed, w| sorted[size][seed].at(w))
    }

    /// A curve of values without predictions: only seeds vary, and what the test set adds is
    /// unknown. Statements hold for this test set, not for its population.
    ///
    /// # Shapes
    /// `table` is `[K][S]`.
    ///
    /// # Errors
    /// As [`LearningCurve::of_measure`]; a value is not finite.
    pub fn of_table(
        sizes: &[usize],
        table: &[Vec<f64>],
        replicates: usize,
        streams: &Streams,
    ) -> Result<Self, StatsError> {
        let seeds = shape(sizes, table)?;
        if replicates < 2 {
            return Err(StatsError::Replicates(replicates));
        }
        let mut values = table.iter().flatten().enumerate();
        if let Some((index, &value)) = values.find(|(_, value)| !value.is_finite()) {
            return Err(MetricError::NotFinite { index, value }.into());
        }
        let mean: Vec<f64> = table.iter().map(|row| row.iter().sum::<f64>() / seeds as f64).collect();
        let residual = |seed: usize| table.iter().zip(&mean).map(|(row, mean)| row[seed] - mean).collect();
        Ok(Self {
            sizes: sizes.to_vec(),
            residuals: (0..seeds).map(residual).collect(),
            patients: vec![vec![0.0; sizes.len()]; replicates],
            interaction: vec![vec![0.0; sizes.len()]; sizes.len()],
            mean,
            lost: 0,
            streams: streams.clone(),
        })
    }

    /// The sizes, as given.
    pub fn sizes(&self) -> &[usize] {
        &self.sizes
    }

    /// Mean over seeds at each size.
    pub fn mean(&self) -> &[f64] {
        &self.mean
    }

    /// Number of seeds.
    pub fn seeds(&self) -> usize {
        self.residuals.len()
    }

    /// Replicates left out because the measure was undefined in them.
    pub fn lost(&self) -> usize {
        self.lost
    }

    /// Error of the mean by patients, one row per replicate.
    pub(super) fn patient_errors(&self) -> &[Vec<f64>] {
        &self.patients
    }

    /// Curve of each seed minus the mean.
    pub(super) fn residuals(&self) -> &[Vec<f64>] {
        &self.residuals
    }

    /// Replicates of the error of the mean: that of patients, `A_k(w) - A_k`, and that of seeds, as
    /// [`SeedNoise`] imitates it, with nothing counted twice.
    pub(super) fn errors(&self, noise: SeedNoise) -> Vec<Vec<f64>> {
        let seeds = Imitation::of(&self.residuals, &self.interaction, &self.patients, noise);
        let replicate = |(b, patients): (u64, &Vec<f64>)| {
            let mut error = patients.clone();
            seeds.add(&mut error, &mut self.streams.at("pareto seeds", b));
            error
        };
        (0u64..).zip(&self.patients).map(replicate).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes_are_checked() {
        let streams = Streams::new(2);
        let of = |sizes: &[usize], table: &[Vec<f64>]| LearningCurve::of_table(sizes, table, 9, &streams);
        assert!(of(&[1], &[vec![0.5]]).is_err());
        assert!(of(&[1, 2], &[vec![0.5]]).is_err());
        assert!(of(&[1, 2], &[vec![], vec![]]).is_err());
        let error = of(&[1, 2], &[vec![0.5, 0.6], vec![0.5]]).expect_err("a hole");
        assert!(error.to_string().contains("1 where 2 are expected"), "{error}");
        assert!(of(&[1, 2], &[vec![0.5], vec![f64::NAN]]).is_err());
    }
}

//! One subgroup's learning curve with its two sources of error: patients and seeds.

use super::draws::Draws;
use super::spread::{Imitation, SeedNoise, average, covariance, minus, shape};
use crate::metrics::{MetricError, WeightedAuc};
use crate::rng::Streams;
use crate::stats::bootstrap::Widening;
use crate::stats::{Bootstrap, StatsError};
use crate::threads;

/// Draws behind a p-value, which is then known to 0.002 at 0.07.
const DRAWS: u64 = 20_000;

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
    /// Covariance over patients of the mean, `[K][K]`, as few of them ask for.
    patients: Vec<Vec<f64>>,
    /// Degrees of freedom of it; infinite without patients.
    df: f64,
    /// Why too few patients carry the curve for any statement.
    few: Option<String>,
    /// Covariance over patients of what is a seed's own, `[K][K]`.
    interaction: Vec<Vec<f64>>,
    /// Replicates in which the measure was undefined somewhere.
    lost: usize,
    streams: Streams,
    /// Draws behind a p-value.
    draws: u64,
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
        let (wider, df) = match Widening::of(bootstrap.resampler) {
            Ok(widening) => (widening.ratio.powi(2), widening.df),
            Err(reason) => {
                found.few = Some(reason);
                (1.0, f64::INFINITY)
            }
        };
        for (rows, mean) in deviations.iter().zip(&patients) {
            let own = covariance(&rows.iter().map(|row| minus(row, mean)).collect::<Vec<_>>());
            for (sum, row) in found.interaction.iter_mut().flatten().zip(own.iter().flatten()) {
                *sum += wider * row / patients.len() as f64;
            }
        }
        let level = average(&patients);
        let around = covariance(&patients.iter().map(|row| minus(row, &level)).collect::<Vec<_>>());
        found.patients = around.iter().map(|row| row.iter().map(|c| wider * c).collect()).collect();
        found.df = df;
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
        let mut residuals: Vec<Vec<f64>> = (0..seeds).map(residual).collect();
        // The order of seeds is that of their names, on which nothing may depend.
        residuals.sort_by(|a, b| {
            let mut pairs = a.iter().zip(b).map(|(a, b)| a.total_cmp(b));
            pairs.find(|order| order.is_ne()).unwrap_or(std::cmp::Ordering::Equal)
        });
        Ok(Self {
            sizes: sizes.to_vec(),
            residuals,
            patients: vec![vec![0.0; sizes.len()]; sizes.len()],
            df: f64::INFINITY,
            few: None,
            interaction: vec![vec![0.0; sizes.len()]; sizes.len()],
            mean,
            lost: 0,
            streams: streams.clone(),
            draws: DRAWS,
        })
    }

    /// With another number of draws behind a p-value than 20,000, for simulations of the test.
    pub fn with_draws(self, draws: u64) -> Self {
        Self { draws, ..self }
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

    /// Why too few patients carry the curve for any statement.
    pub(super) fn few(&self) -> Option<&String> {
        self.few.as_ref()
    }

    /// Variance over patients of the difference of two sizes, with its degrees of freedom.
    pub(super) fn patient_variance(&self, i: usize, j: usize) -> (f64, f64) {
        let c = &self.patients;
        ((c[i][i] + c[j][j] - c[i][j] - c[j][i]).max(0.0), self.df)
    }

    /// Curve of each seed minus the mean.
    pub(super) fn residuals(&self) -> &[Vec<f64>] {
        &self.residuals
    }

    /// Draws of the error of the mean: that of patients, Student's with the covariance of the bootstrap, and that of
    /// seeds, as [`SeedNoise`] imitates it, with nothing counted twice. There are as many of them however many
    /// replicates the bootstrap has, and the names of seeds do not matter: so that a p-value does not depend on either.
    pub(super) fn errors(&self, noise: SeedNoise) -> Vec<Vec<f64>> {
        let seeds = Imitation::of(&self.residuals, &self.interaction, &self.patients, noise);
        let patients = Draws::of(&self.patients, self.df);
        let draw = |b: usize| {
            let mut rng = self.streams.at("pareto", b as u64);
            let mut error = patients.draw(&mut rng);
            seeds.add(&mut error, &mut rng);
            error
        };
        threads::count(0..self.draws as usize, draw)
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

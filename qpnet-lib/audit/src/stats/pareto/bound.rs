//! Is the fall surely smaller than matters? An upper bound of the true largest fall.

use super::curve::LearningCurve;
use crate::stats::StatsError;
use crate::stats::crossed::SeedTest;
use crate::stats::normal::two_sided_factor;

impl LearningCurve {
    /// An upper confidence bound of the true `T = max_{i<j} (mu_i - mu_j)+`; `None` with one
    /// seed, whose noise nobody knows.
    ///
    /// # Formula
    /// `U = max(0, max_{i<j} (A_i - A_j + c_ij))`: `c_ij` the one-sided quantile of `v_ij T_p + u_ij T_s` of
    /// [`SeedTest`], `v` the standard deviation over patients of the difference of sizes `i` and `j`, widened for few
    /// patients and with their degrees of freedom, `u` its standard error between seeds on `S - 1`. What a seed does
    /// on these patients is in both and counts twice: a bound may be too wide, not too narrow. `None` too where fewer
    /// than five effective patients carry an outcome.
    ///
    /// Whichever pair has the true largest fall, `U` is at least this pair's own bound: the
    /// statement "every fall is below the tolerance" is an intersection, and each of its parts
    /// is tested at the full level. So neither the search over pairs nor the upward bias of `T`
    /// needs a correction; both only make the bound wider than necessary.
    ///
    /// Simulated in `the_upper_bound_covers` of `tests/statistics/pareto.rs`, with S = 2, 3 and 5, and with 8 patients
    /// of positives.
    ///
    /// # Errors
    /// [`StatsError::Level`] unless `0.5 <= level < 1`.
    ///
    /// # Source
    /// Berger, Technometrics 24:295, 1982 (intersection-union).
    pub fn upper_bound(&self, level: f64) -> Result<Option<f64>, StatsError> {
        // The two-sided level whose factor is the one-sided one wanted.
        let two_sided = 2.0 * level - 1.0;
        if two_sided != 0.0 {
            two_sided_factor(two_sided).map_err(|_| StatsError::Level(level))?;
        }
        if self.seeds() < 2 || self.few().is_some() {
            return Ok(None);
        }
        let (mean, seeds) = (self.mean(), self.seeds() as f64);
        let mut bound = 0.0f64;
        for j in 1..mean.len() {
            for i in 0..j {
                let difference = |row: &Vec<f64>| row[i] - row[j];
                let (v, df) = self.patient_variance(i, j);
                let u = variance(self.residuals().iter().map(difference)) / seeds;
                let (patients, seeds) = ((v.sqrt(), df), (u.sqrt(), seeds - 1.0));
                // Without any spread there are no degrees of freedom, and nothing to widen.
                let wider = if two_sided == 0.0 || v + u == 0.0 {
                    0.0
                } else {
                    SeedTest { value: 0.0, patients, seeds }.half(two_sided)?
                };
                bound = bound.max(mean[i] - mean[j] + wider);
            }
        }
        Ok(Some(bound))
    }
}

/// Sample variance, divisor `n - 1`.
fn variance(values: impl Iterator<Item = f64> + Clone) -> f64 {
    let n = values.clone().count() as f64;
    let mean = values.clone().sum::<f64>() / n;
    values.map(|v| (v - mean).powi(2)).sum::<f64>() / (n - 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::Streams;

    #[test]
    fn bound_by_hand_and_one_seed_has_none() {
        let curve =
            |table: &[Vec<f64>]| LearningCurve::of_table(&[1, 2], table, 9, &Streams::new(1)).expect("valid");
        // Differences of the two seeds: 0.02 and 0.06; mean 0.04, variance of the mean 0.0004,
        // t of one degree of freedom at 95 % one-sided: 6.3137515.
        let found = curve(&[vec![0.82, 0.86], vec![0.80, 0.80]]).upper_bound(0.95).expect("level");
        assert!((found.expect("two seeds") - (0.04 + 0.02 * 6.313_751_514_675_04)).abs() < 1e-8);
        let half = curve(&[vec![0.82, 0.86], vec![0.80, 0.80]]).upper_bound(0.5).expect("level");
        assert!((half.expect("two seeds") - 0.04).abs() < 1e-12);
        assert_eq!(curve(&[vec![0.82], vec![0.80]]).upper_bound(0.95), Ok(None));
        assert!(curve(&[vec![0.82], vec![0.80]]).upper_bound(1.0).is_err());
        let rising = curve(&[vec![0.5, 0.5], vec![0.9, 0.9]]).upper_bound(0.95).expect("level");
        assert_eq!(rising, Some(0.0));
    }
}

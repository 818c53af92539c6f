//! Many statistics of one draw of patients: replicates first, estimates from them afterwards.
//!
//! [`Bootstrap::estimate`] draws patients for one statistic. Where a table needs dozens on the same
//! samples, [`Bootstrap::replicate`] computes all of them on each draw, and these functions read
//! one column after the other.

use super::engine::{Bootstrap, Sides};
use super::limits::Interval;
use super::reading::Reading;
use super::widening::Widening;
use crate::stats::normal::two_sided_factor;
use crate::stats::{Comparison, Estimate, StatsError};

impl Bootstrap<'_> {
    /// The estimate that `replicates` of `value` give, where an undefined one is NaN; otherwise as
    /// [`Bootstrap::estimate`]. Limits are basic ones if the bootstrap says so, else percentiles:
    /// BCa needs the statistic itself.
    ///
    /// # Errors
    /// [`StatsError::Level`].
    pub fn summarise(
        &self,
        name: &str,
        value: Option<f64>,
        replicates: &[f64],
    ) -> Result<Estimate, StatsError> {
        Ok(self.column(name, value, replicates)?.0.difference)
    }

    /// As [`Bootstrap::summarise`] for a difference, with the test of [`Bootstrap::compare`].
    ///
    /// # Errors
    /// As [`Bootstrap::summarise`].
    pub fn contrast(
        &self,
        name: &str,
        value: Option<f64>,
        replicates: &[f64],
    ) -> Result<Comparison, StatsError> {
        Ok(self.column(name, value, replicates)?.0)
    }

    /// One-sided p-value of "the difference is `bound` or less": the level at which the lower limit of
    /// [`Bootstrap::contrast`] touches `bound`. `None` where that has no interval.
    ///
    /// # Errors
    /// As [`Bootstrap::summarise`].
    pub fn p_above(
        &self,
        value: Option<f64>,
        replicates: &[f64],
        bound: f64,
    ) -> Result<Option<f64>, StatsError> {
        let (found, sorted) = self.column("", value, replicates)?;
        let Some((value, ..)) = found.difference.triple() else { return Ok(None) };
        let reading = match self.form() {
            Interval::Basic => Reading::basic(value, &sorted),
            Interval::Percentile | Interval::Bca => Reading::percentile(&sorted),
        };
        Ok(Widening::of(self.resampler).ok().map(|widening| Sides::of(&reading, &widening, bound).above))
    }

    fn form(&self) -> Interval {
        match self.interval {
            Interval::Basic => Interval::Basic,
            Interval::Percentile | Interval::Bca => Interval::Percentile,
        }
    }

    fn column(
        &self,
        name: &str,
        value: Option<f64>,
        replicates: &[f64],
    ) -> Result<(Comparison, Vec<f64>), StatsError> {
        two_sided_factor(self.level)?;
        let known: Vec<f64> = replicates.iter().copied().filter(|t| t.is_finite()).collect();
        self.read(name, self.form(), value, (replicates.len(), known), || None)
    }
}

#[cfg(test)]
mod tests {
    use crate::metrics::WeightedAuc;
    use crate::rng::Streams;
    use crate::stats::bootstrap::{Bootstrap, Interval, Resampler};

    #[test]
    fn columns_give_what_single_statistics_give() {
        let labels: Vec<bool> = (0..60).map(|i| i % 3 == 0).collect();
        let a: Vec<f64> = (0..60).map(|i| f64::from(i * 7 % 11) - f64::from(i % 3)).collect();
        let b: Vec<f64> = (0..60).map(|i| f64::from(i * 5 % 13) - f64::from(i % 3)).collect();
        let patients: Vec<usize> = (0..60).map(|i| i / 3).collect();
        let resampler = Resampler::by_cell(&patients, &[0; 60], &labels).expect("lengths");
        let streams = Streams::new(3);
        let sorted = [&a, &b].map(|scores| WeightedAuc::new(&labels, scores).expect("valid"));
        for form in [Interval::Percentile, Interval::Basic] {
            let bootstrap = Bootstrap::new(&resampler, &streams).with_interval(form).with_replicates(300);
            let columns = bootstrap.replicate(|w| [0, 1].map(|m| sorted[m].at(w).unwrap_or(f64::NAN)));
            let one = vec![1; 60];
            let [first, second] = [0, 1].map(|m| sorted[m].at(&one).expect("both"));
            let own: Vec<f64> = columns.iter().map(|row| row[0]).collect();
            let found = bootstrap.summarise("AUC", Some(first), &own).expect("valid");
            assert_eq!(found, bootstrap.estimate("AUC", |w| sorted[0].at(w)).expect("valid"));
            let gaps: Vec<f64> = columns.iter().map(|row| row[0] - row[1]).collect();
            let found = bootstrap.contrast("gap", Some(first - second), &gaps).expect("valid");
            let by = bootstrap.compare("gap", |w| Some(sorted[0].at(w)? - sorted[1].at(w)?)).expect("valid");
            assert_eq!(found, by);
        }
        let bootstrap = Bootstrap::new(&resampler, &streams);
        let none = bootstrap.summarise("x", Some(1.0), &[f64::NAN, f64::NAN, 1.0]).expect("valid");
        assert!(none.low.is_none() && none.reason.expect("reason").contains("2 of 3 replicates"));
        assert_eq!(bootstrap.contrast("x", None, &[1.0, 2.0]).expect("valid").p, None);
    }
}

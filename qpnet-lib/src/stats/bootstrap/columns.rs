//! Many statistics of one draw of patients: replicates first, estimates from them afterwards.
//!
//! [`Bootstrap::estimate`] draws patients for one statistic. Where a table needs dozens on the same
//! samples, [`Bootstrap::replicate`] computes all of them on each draw, and these functions read
//! one column after the other.

use super::engine::{Bootstrap, tested};
use super::limits::{self, Interval};
use crate::stats::normal::percent;
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
        Ok(self.read(name, value, replicates)?.0)
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
        let (difference, sorted) = self.read(name, value, replicates)?;
        Ok(tested(difference, &sorted))
    }

    fn read(
        &self,
        name: &str,
        value: Option<f64>,
        replicates: &[f64],
    ) -> Result<(Estimate, Vec<f64>), StatsError> {
        let basic = self.interval == Interval::Basic;
        let form = if basic { Interval::Basic.name() } else { Interval::Percentile.name() };
        let (count, n) = (replicates.len(), self.resampler.samples());
        let level = percent(self.level);
        let method = format!("{name}, bootstrap over patients, {form}, {count} replicates, {level}");
        let mut sorted: Vec<f64> = replicates.iter().copied().filter(|t| t.is_finite()).collect();
        sorted.sort_unstable_by(f64::total_cmp);
        let found = match basic {
            true => limits::basic(value.unwrap_or_default(), &sorted, self.level)?,
            false => limits::percentile(&sorted, self.level)?,
        };
        let Some(value) = value else {
            let none = Estimate::undefined(method, n, "the statistic is undefined on the data");
            return Ok((none, Vec::new()));
        };
        let lost = count - sorted.len();
        let Some((low, high)) = found.filter(|_| 2 * lost <= count && sorted.len() > 1) else {
            let mut bare = Estimate::bare(value, method, n);
            bare.reason = Some(format!("undefined in {lost} of {count} replicates: no interval"));
            return Ok((bare, sorted));
        };
        let mut estimate = Estimate::new(value, low, high, method, n);
        let mean = sorted.iter().sum::<f64>() / sorted.len() as f64;
        let squares: f64 = sorted.iter().map(|t| (t - mean).powi(2)).sum();
        estimate.se = Some((squares / (sorted.len() as f64 - 1.0)).sqrt());
        let lost = (lost > 0).then(|| format!("{lost} of {count} replicates undefined, left out"));
        let same = (sorted.first() == sorted.last()).then(|| "all replicates are equal".to_owned());
        let outside = !(low..=high).contains(&value);
        let outside = outside.then(|| "the value lies outside its interval".to_owned());
        let flags = [lost, same, outside, self.resampler.flag()];
        Ok((flags.into_iter().fold(estimate, Estimate::flagged), sorted))
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

//! Replicates of a statistic, and the estimate or test they give.

use super::limits::{self, Interval};
use super::resampler::Resampler;
use crate::rng::Streams;
use crate::stats::normal::percent;
use crate::stats::{Comparison, Estimate, StatsError};
use rayon::prelude::*;

/// A bootstrap with its settings: 2,000 replicates, BCa limits at 95 % unless told otherwise.
///
/// # Examples
/// ```
/// use qpnet_lib::rng::Streams;
/// use qpnet_lib::stats::bootstrap::{Bootstrap, Resampler};
/// let labels: Vec<bool> = (0..40).map(|i| i % 2 == 0).collect();
/// let scores: Vec<f64> = (0..40).map(|i| f64::from(i % 2) * -0.2 + f64::from(i % 7) / 10.0).collect();
/// let patients: Vec<usize> = (0..40).map(|i| i / 2).collect();
/// let resampler = Resampler::by_cell(&patients, &[0; 40], &labels)?;
/// let streams = Streams::new(7);
/// let found = Bootstrap::new(&resampler, &streams).auc(&labels, &scores)?;
/// let (value, low, high) = found.triple().expect("defined");
/// assert!(low < value && value < high && found.se.is_some());
/// # Ok::<(), qpnet_lib::stats::StatsError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Bootstrap<'a> {
    pub(in crate::stats) resampler: &'a Resampler,
    pub(in crate::stats) streams: &'a Streams,
    /// Number of replicates.
    pub replicates: usize,
    /// Confidence level.
    pub level: f64,
    /// How limits are read off the replicates.
    pub interval: Interval,
}

impl<'a> Bootstrap<'a> {
    /// Replicates unless told otherwise.
    pub const REPLICATES: usize = 2000;

    /// The bootstrap of these patients; replicate `b` draws from stream `("bootstrap", b)`.
    pub fn new(resampler: &'a Resampler, streams: &'a Streams) -> Self {
        let interval = Interval::default();
        Self { resampler, streams, replicates: Self::REPLICATES, level: 0.95, interval }
    }

    /// With another number of replicates.
    pub fn with_replicates(self, replicates: usize) -> Self {
        Self { replicates, ..self }
    }

    /// With another confidence level.
    pub fn with_level(self, level: f64) -> Self {
        Self { level, ..self }
    }

    /// With another form of interval.
    pub fn with_interval(self, interval: Interval) -> Self {
        Self { interval, ..self }
    }

    /// Anything computed on each replicate, in the order of replicates: how often each sample
    /// was drawn goes in.
    pub fn replicate<T: Send>(&self, statistic: impl Fn(&[u32]) -> T + Sync) -> Vec<T> {
        self.numbered(|_, weights| statistic(weights))
    }

    /// As [`Bootstrap::replicate`]; the number of the replicate goes in too, for those who draw
    /// more than patients.
    pub(in crate::stats) fn numbered<T: Send>(&self, statistic: impl Fn(u64, &[u32]) -> T + Sync) -> Vec<T> {
        let samples = self.resampler.samples();
        let one = |weights: &mut Vec<u32>, b: u64| {
            self.resampler.draw(&mut self.streams.at("bootstrap", b), weights);
            statistic(b, weights)
        };
        (0..self.replicates as u64).into_par_iter().map_init(|| vec![0; samples], one).collect()
    }

    /// The statistic on the data with its interval. `name` is what stands in the method, such
    /// as `AUC`. The standard error is the standard deviation of the replicates.
    ///
    /// Replicates on which the statistic is undefined are left out and counted in the flag;
    /// when they are more than half, there is no interval. Where BCa does not exist, percentile
    /// limits are given and flagged.
    ///
    /// # Errors
    /// [`StatsError::Level`]; [`StatsError::Replicates`] with fewer than 2.
    pub fn estimate(
        &self,
        name: &str,
        statistic: impl Fn(&[u32]) -> Option<f64> + Sync,
    ) -> Result<Estimate, StatsError> {
        Ok(self.run(name, &statistic, |_, weights| statistic(weights))?.0)
    }

    /// As [`Bootstrap::estimate`] for a difference, with a test of "no difference".
    ///
    /// # Formula
    /// `p = (1 + #{|d* - d| >= |d|}) / (B + 1)`: the replicates, moved from `d` to 0, stand for
    /// the distribution under the null; the data count as one replicate more, so that p is
    /// never 0. `z = d / se`, for orientation: p does not come from it. A difference that is 0
    /// has `z = 0`, `p = 1`.
    ///
    /// # Errors
    /// As [`Bootstrap::estimate`].
    pub fn compare(
        &self,
        name: &str,
        statistic: impl Fn(&[u32]) -> Option<f64> + Sync,
    ) -> Result<Comparison, StatsError> {
        let (difference, sorted) = self.run(name, &statistic, |_, weights| statistic(weights))?;
        Ok(tested(difference, &sorted))
    }

    /// The estimate, and the defined replicates in ascending order.
    pub(in crate::stats) fn run(
        &self,
        name: &str,
        statistic: impl Fn(&[u32]) -> Option<f64> + Sync,
        replicate: impl Fn(u64, &[u32]) -> Option<f64> + Sync,
    ) -> Result<(Estimate, Vec<f64>), StatsError> {
        let whole = || statistic(&vec![1; self.resampler.samples()]);
        let replicates = || self.numbered(&replicate);
        self.run_with(name, whole, replicates, || self.resampler.leave_one_out(&statistic))
    }

    /// As [`Bootstrap::run`], with the value on the data, on every replicate, and, by stratum, with
    /// one patient left out, which is asked for only if the interval needs it.
    pub(super) fn run_with(
        &self,
        name: &str,
        whole: impl FnOnce() -> Option<f64>,
        replicates: impl FnOnce() -> Vec<Option<f64>>,
        left_out: impl FnOnce() -> Vec<Vec<Option<f64>>>,
    ) -> Result<(Estimate, Vec<f64>), StatsError> {
        // Checks the level before anything is computed.
        limits::percentile(&[], self.level)?;
        if self.replicates < 2 {
            return Err(StatsError::Replicates(self.replicates));
        }
        let (count, n) = (self.replicates, self.resampler.samples());
        let method = |form: &str| {
            let level = percent(self.level);
            format!("{name}, bootstrap over patients, {form}, {count} replicates, {level}")
        };
        let form = self.interval.name();
        let Some(value) = whole() else {
            let none = Estimate::undefined(method(form), n, "the statistic is undefined on the data");
            return Ok((none, Vec::new()));
        };
        let mut sorted: Vec<f64> = replicates().into_iter().flatten().collect();
        sorted.sort_unstable_by(f64::total_cmp);
        let lost = count - sorted.len();
        if 2 * lost > count || sorted.len() < 2 {
            let mut bare = Estimate::bare(value, method(form), n);
            bare.reason = Some(format!("undefined in {lost} of {count} replicates: no interval"));
            return Ok((bare, sorted));
        }
        let found = match self.interval {
            Interval::Percentile => limits::percentile(&sorted, self.level)?,
            Interval::Basic => limits::basic(value, &sorted, self.level)?,
            Interval::Bca => {
                let left_out = left_out().into_iter().map(|stratum| stratum.into_iter().collect());
                let jackknife: Option<Vec<Vec<f64>>> = left_out.collect();
                match jackknife {
                    Some(jackknife) => limits::bca(value, &sorted, &jackknife, self.level)?,
                    None => None,
                }
            }
        };
        let form = if found.is_some() { form } else { "percentile" };
        let instead = found.is_none().then(|| "BCa does not exist: percentile limits".to_owned());
        let (low, high) = match found {
            Some(limits) => limits,
            None => limits::percentile(&sorted, self.level)?.unwrap_or((value, value)),
        };
        let mut estimate = Estimate::new(value, low, high, method(form), n);
        estimate.se = Some(deviation(&sorted));
        let lost = (lost > 0).then(|| format!("{lost} of {count} replicates undefined, left out"));
        let outside = !(low..=high).contains(&value);
        let outside = outside.then(|| "the value lies outside its interval".to_owned());
        let same = (sorted.first() == sorted.last()).then(|| "all replicates are equal".to_owned());
        let flags = [lost, instead, same, outside, self.resampler.flag()];
        Ok((flags.into_iter().fold(estimate, Estimate::flagged), sorted))
    }
}

/// The test of "no difference" from the replicates of a difference: see [`Bootstrap::compare`].
pub(super) fn tested(difference: Estimate, replicates: &[f64]) -> Comparison {
    let tested = difference.value.filter(|_| difference.low.is_some());
    let p = tested.map(|d| {
        // Rounding must not hide that a replicate is exactly as far away.
        let far = replicates.iter().filter(|&&t| (t - d).abs() >= d.abs() - 1e-12).count();
        (1.0 + far as f64) / (1.0 + replicates.len() as f64)
    });
    let z = tested.zip(difference.se).and_then(|(d, se)| match se {
        _ if d == 0.0 => Some(0.0),
        se if se > 0.0 => Some(d / se),
        _ => None,
    });
    Comparison { p: p.filter(|_| z.is_some()), z, df: None, difference }
}

/// Standard deviation with divisor `n - 1`.
fn deviation(values: &[f64]) -> f64 {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    (values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / (n - 1.0)).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn share(weights: &[u32]) -> Option<f64> {
        let total: u32 = weights.iter().sum();
        (weights[0] > 0).then(|| f64::from(weights[0]) / f64::from(total))
    }

    #[test]
    fn undefined_replicates_are_counted_and_too_many_forbid_an_interval() {
        let streams = Streams::new(5);
        let resampler = Resampler::new(&[0, 1, 2], &[0; 3]).expect("lengths");
        let bootstrap = Bootstrap::new(&resampler, &streams).with_interval(Interval::Percentile);
        let found = bootstrap.estimate("share", share).expect("valid");
        assert!(found.flag.expect("flag").contains("of 2000 replicates undefined"));
        // Undefined unless every patient is drawn: in 7 of 9 replicates.
        let all = |w: &[u32]| w.iter().all(|&w| w > 0).then_some(1.0);
        let found = bootstrap.estimate("all", all).expect("valid");
        assert_eq!((found.value, found.low), (Some(1.0), None));
        assert!(found.reason.expect("reason").contains("no interval"));
        let none = bootstrap.compare("none", |_| None).expect("valid");
        assert_eq!((none.difference.value, none.p), (None, None));
    }

    #[test]
    fn settings_are_checked() {
        let streams = Streams::new(5);
        let resampler = Resampler::new(&[0, 1, 2], &[0; 3]).expect("lengths");
        let bootstrap = Bootstrap::new(&resampler, &streams);
        let error = bootstrap.clone().with_replicates(1).estimate("x", share).expect_err("1");
        assert_eq!(error, StatsError::Replicates(1));
        assert!(bootstrap.with_level(1.0).estimate("x", share).is_err());
    }
}

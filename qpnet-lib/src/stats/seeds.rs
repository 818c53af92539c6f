//! Several trainings that differ by their seed: how much of the uncertainty is theirs.
//!
//! All seeds are measured on the same test set, so that the error of the test set does not
//! shrink with the number of seeds: it is common to all of them.

use super::bootstrap::{Bootstrap, Interval};
use super::normal::{percent, two_sided_factor};
use super::student::student_factor;
use super::{Estimate, StatsError};
use rand::RngExt;

/// Between-seed and within-seed uncertainty of one measure.
#[derive(Clone, Debug, PartialEq)]
pub struct SeedSpread {
    /// Number of seeds.
    pub seeds: usize,
    /// Standard deviation between seeds (divisor `S - 1`); `None` with one seed.
    pub between_sd: Option<f64>,
    /// Standard error within a seed: root mean square over seeds; `None` when one lacks it.
    pub within_se: Option<f64>,
    /// Uncertainty of a single training, `sqrt(between^2 + within^2)`.
    pub total: Option<f64>,
    /// The mean over seeds. Its `se` is `sqrt(between^2 / S + within^2)`.
    pub mean: Estimate,
}

/// Split the uncertainty of a measure over seeds; the samples of all estimates are the same.
/// A seed without a value makes the mean undefined: seeds are not dropped.
///
/// # Formula
/// `A = mean_s A_s`, `b^2 = sum (A_s - A)^2 / (S - 1)`, `w^2 = mean_s se_s^2`,
/// `se(A)^2 = b^2 / S + w^2`, limits `A ± t se(A)` with Student's t of Satterthwaite's
/// `(b^2 / S + w^2)^2 / ((b^2 / S)^2 / (S - 1))` degrees of freedom, `w` counting as known.
/// What seed and test set do *together* is in both parts: the sum errs on the wide side.
///
/// # Errors
/// [`StatsError::Level`].
///
/// # Examples
/// ```
/// use qpnet_lib::stats::{Estimate, seeds::seed_spread};
/// let run = |auc| Estimate { se: Some(0.03), ..Estimate::new(auc, 0.7, 0.9, "DeLong 95 %", 400) };
/// let found = seed_spread(&[run(0.75), run(0.83)], 0.95)?;
/// assert!((found.between_sd.expect("two seeds") - 0.08 / 2f64.sqrt()).abs() < 1e-12);
/// assert!((found.mean.se.expect("se") - 0.05).abs() < 1e-12);
/// # Ok::<(), qpnet_lib::stats::StatsError>(())
/// ```
pub fn seed_spread(estimates: &[Estimate], level: f64) -> Result<SeedSpread, StatsError> {
    let seeds = estimates.len();
    let count = seeds as f64;
    two_sided_factor(level)?;
    let n = estimates.iter().map(|e| e.n).max().unwrap_or_default();
    let method = format!("mean of {seeds} seeds, between and within, {}", percent(level));
    let ses: Option<Vec<f64>> = estimates.iter().map(|e| e.se).collect();
    let within = ses.filter(|_| seeds > 0).map(|s| s.iter().map(|se| se * se).sum::<f64>() / count);
    let none = |reason: String| SeedSpread {
        seeds,
        between_sd: None,
        within_se: within.map(f64::sqrt),
        total: None,
        mean: Estimate::undefined(method.clone(), n, reason),
    };
    let values: Option<Vec<f64>> = estimates.iter().map(|e| e.value).collect();
    let Some(values) = values.filter(|values| !values.is_empty()) else {
        let missing = estimates.iter().filter(|e| e.value.is_none()).count();
        return Ok(none(format!("{missing} of {seeds} seeds have no value")));
    };
    let value = values.iter().sum::<f64>() / count;
    let between = values.iter().map(|v| (v - value).powi(2)).sum::<f64>() / (count - 1.0);
    let between = (seeds > 1).then_some(between);
    let mut mean = Estimate::bare(value, method.clone(), n);
    match between.zip(within) {
        Some((b, w)) => {
            let variance = b / count + w;
            let df = variance.powi(2) / ((b / count).powi(2) / (count - 1.0));
            // Without any spread there are no degrees of freedom, and nothing to widen.
            let half = if variance > 0.0 { student_factor(level, df)? * variance.sqrt() } else { 0.0 };
            (mean.low, mean.high, mean.se) = (Some(value - half), Some(value + half), Some(variance.sqrt()));
        }
        None if between.is_none() => mean.reason = Some("one seed: no spread between seeds".into()),
        None => mean.reason = Some("a seed has no standard error".into()),
    }
    Ok(SeedSpread {
        seeds,
        between_sd: between.map(f64::sqrt),
        within_se: within.map(f64::sqrt),
        total: between.zip(within).map(|(b, w)| (b + w).sqrt()),
        mean,
    })
}

/// Hierarchical bootstrap of the mean over seeds: seeds are drawn, then patients, the same
/// ones for every seed, as the test set is common. `statistic` gets the seed and how often
/// each sample was drawn. Limits are percentile or, if asked for, basic ones (BCa is not
/// defined for two levels).
///
/// # Formula
/// With weights `w` and drawn seeds `s_1 ... s_S`:
/// `A* = mean_s A_s(w) + sqrt(S / (S - 1)) (mean_i A_{s_i}(w) - mean_s A_s(w))`. Without the
/// root the spread between seeds would be too small by `(S - 1) / S`, by half for two seeds.
///
/// With very few seeds the *shape* stays poor (two seeds give three different means), and the
/// limits are too narrow where seeds differ more than the test set is uncertain: use
/// [`seed_spread`] there, whose Student factor knows about it.
///
/// # Errors
/// As [`Bootstrap::estimate`].
pub fn hierarchical(
    bootstrap: &Bootstrap<'_>,
    seeds: usize,
    name: &str,
    statistic: impl Fn(usize, &[u32]) -> Option<f64> + Sync,
) -> Result<Estimate, StatsError> {
    let all = |weights: &[u32]| -> Option<Vec<f64>> { (0..seeds).map(|s| statistic(s, weights)).collect() };
    let mean = |values: Vec<f64>| (seeds > 0).then(|| values.iter().sum::<f64>() / seeds as f64);
    let value = |weights: &[u32]| mean(all(weights)?);
    let replicate = |b: u64, weights: &[u32]| {
        let values = all(weights)?;
        let mut rng = bootstrap.streams.at("bootstrap seeds", b);
        let drawn: f64 = (0..seeds).map(|_| values[rng.random_range(0..seeds)]).sum();
        let (centre, count) = (mean(values)?, seeds as f64);
        let widen = (count / (count - 1.0)).sqrt();
        Some(centre + widen * (drawn / count - centre))
    };
    let form = match bootstrap.interval {
        Interval::Basic => Interval::Basic,
        Interval::Percentile | Interval::Bca => Interval::Percentile,
    };
    let name = format!("{name}, mean of {seeds} seeds");
    let bootstrap = bootstrap.clone().with_interval(form);
    if seeds < 2 {
        let all = vec![1; bootstrap.resampler.samples()];
        let found = value(&all).map(|v| Estimate::bare(v, name.clone(), all.len()));
        let mut found = found.unwrap_or_else(|| Estimate::undefined(name, all.len(), ""));
        found.reason = Some("fewer than two seeds: no spread between seeds".into());
        return Ok(found);
    }
    Ok(bootstrap.run(&name, value, replicate)?.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::Streams;
    use crate::stats::Resampler;

    fn run(value: Option<f64>, se: Option<f64>) -> Estimate {
        Estimate { value, se, ..Estimate::undefined("m", 10, "") }
    }

    #[test]
    fn one_seed_and_missing_values_are_explained() {
        let one = seed_spread(&[run(Some(0.8), Some(0.1))], 0.95).expect("level");
        assert_eq!((one.mean.value, one.between_sd, one.within_se), (Some(0.8), None, Some(0.1)));
        assert!(one.mean.low.is_none() && one.mean.reason.is_some());
        let lost = seed_spread(&[run(Some(0.8), None), run(None, None)], 0.95).expect("level");
        assert_eq!(lost.mean.reason.as_deref(), Some("1 of 2 seeds have no value"));
        assert_eq!(seed_spread(&[], 0.95).expect("level").mean.value, None);
    }

    #[test]
    fn two_equal_seeds_add_nothing_to_the_patients() {
        let streams = Streams::new(3);
        let patients: Vec<usize> = (0..50).collect();
        let resampler = Resampler::new(&patients, &[0; 50]).expect("lengths");
        let bootstrap = Bootstrap::new(&resampler, &streams).with_interval(Interval::Percentile);
        let mean = |w: &[u32]| Some((0..50).map(|i| f64::from(w[i]) * i as f64).sum::<f64>() / 50.0);
        let plain = bootstrap.estimate("mean", mean).expect("valid");
        let twice = hierarchical(&bootstrap, 2, "mean", |_, w| mean(w)).expect("valid");
        assert_eq!(plain.triple(), twice.triple());
        let apart = hierarchical(&bootstrap, 2, "mean", |s, w| Some(mean(w)? + 50.0 * s as f64));
        let (wide, narrow) = (apart.expect("valid").se.expect("se"), plain.se.expect("se"));
        // The spread of the mean of two seeds 50 apart is 25.
        assert!((wide.hypot(0.0) - narrow.hypot(25.0)).abs() < 1.0, "{wide} {narrow}");
        assert!(hierarchical(&bootstrap, 1, "mean", |_, w| mean(w)).expect("valid").low.is_none());
    }
}

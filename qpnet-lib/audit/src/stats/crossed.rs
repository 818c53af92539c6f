//! The mean of several trainings on one test set: seeds and patients are crossed, and both are few.

use super::bootstrap::{Bootstrap, Widening};
use super::normal::{percent, two_sided_factor};
use super::student::{student_factor, upper_student_p};
use super::{Estimate, StatsError};
use crate::math::hypot;

/// Nodes over one half of a distribution.
const NODES: usize = 64;

/// The mean over seeds with its interval, and what it is tested by.
#[derive(Clone, Debug, PartialEq)]
pub struct Crossed {
    /// The mean over seeds with its interval.
    pub estimate: Estimate,
    /// What limits and p-values come from; `None` where there is no interval.
    pub test: Option<SeedTest>,
}

/// A mean with an error of patients and one of seeds, each a Student's t of its own.
///
/// # Formula
/// `(A - truth) ~ s_p T_p + s_s T_s`, independent Student's of their degrees of freedom: the distribution of Behrens
/// and Fisher. Its tail is the mean of that of the larger part over the quantiles of the smaller one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SeedTest {
    /// The mean.
    pub value: f64,
    /// Standard error by patients, with its degrees of freedom.
    pub patients: (f64, f64),
    /// Standard error by seeds, with its degrees of freedom.
    pub seeds: (f64, f64),
}

impl SeedTest {
    /// One-sided p-value of "the true mean is `bound` or less".
    pub fn p_above(&self, bound: f64) -> f64 {
        self.tail(self.value - bound, &self.nodes())
    }

    /// Two-sided p-value of "the true mean is 0": the level at which the interval touches 0.
    pub fn p(&self) -> f64 {
        (2.0 * self.tail(self.value.abs(), &self.nodes())).min(1.0)
    }

    /// Half of the interval's width.
    pub(super) fn half(&self, level: f64) -> Result<f64, StatsError> {
        let nodes = self.nodes();
        let (tail, [small, large]) = ((1.0 - level) / 2.0, self.parts());
        // At most what both parts are apart from 0, each at half the tail.
        let outer = (1.0 + level) / 2.0;
        let mut below = 0.0;
        let mut above = small.0 * student_factor(outer, small.1)? + large.0 * student_factor(outer, large.1)?;
        for _ in 0..45 {
            let middle = (below + above) / 2.0;
            *(if self.tail(middle, &nodes) > tail { &mut below } else { &mut above }) = middle;
        }
        Ok(above)
    }

    /// The part with the smaller standard error, and the other.
    fn parts(&self) -> [(f64, f64); 2] {
        let (a, b) = (self.patients, self.seeds);
        if a.0 <= b.0 { [a, b] } else { [b, a] }
    }

    /// Quantiles of the smaller part in its upper half with their weights, closer together in the tail.
    fn nodes(&self) -> Vec<(f64, f64)> {
        let [(se, df), _] = self.parts();
        let node = |k: usize| {
            let left = 1.0 - (k as f64 + 0.5) / NODES as f64;
            let factor = student_factor(1.0 - left.powi(3), df).unwrap_or(f64::INFINITY);
            (se * factor, 3.0 * left.powi(2) / NODES as f64)
        };
        if se == 0.0 { Vec::new() } else { (0..NODES).map(node).collect() }
    }

    /// `P(s_p T_p + s_s T_s > distance)`.
    fn tail(&self, distance: f64, nodes: &[(f64, f64)]) -> f64 {
        let [_, (se, df)] = self.parts();
        let beyond = |x: f64| upper_student_p((distance - x) / se, df);
        if nodes.is_empty() {
            return beyond(0.0);
        }
        let total: f64 = nodes.iter().map(|(_, weight)| weight).sum();
        nodes.iter().map(|&(x, weight)| weight * (beyond(x) + beyond(-x))).sum::<f64>() / (2.0 * total)
    }
}

/// The mean of a measure over seeds of training, all measured on one test set, whose patients are drawn together.
/// `statistic` gets the seed and how often each sample was drawn; `range` is what the measure can be.
///
/// # Formula
/// `A = mean_s A_s`. Patients: the standard deviation of `mean_s A_s(w)` over draws `w`, widened for few patients.
/// Seeds: `b / sqrt(S)`, `b` the standard deviation between seeds (divisor `S - 1`), on `S - 1` degrees of freedom.
/// The limits are `A ± c` with the quantile `c` of the sum of both ([`SeedTest`]). What a seed does on these
/// patients is in both parts: the interval errs on the wide side.
///
/// Simulated chance of an interval above the truth, nominal 2.5 %, in percent (150 patients; 1,000 draws each,
/// known to ±0.5; `cargo run --release --example simulate -- seeds`), by the share of seeds in the variance:
///
/// | seeds | all | two thirds | a third | little | percentile limits of drawn seeds and patients, all |
/// |---|---|---|---|---|---|
/// | 2 | 2.9 | 1.1 | 0.9 | 0.9 | 21.7 |
/// | 3 | 2.4 | 1.8 | 1.2 | 1.4 | 8.9 |
/// | 5 | 2.4 | 1.4 | 2.3 | 1.7 | 6.0 |
/// | 10 | 2.5 | 2.3 | 2.0 | 1.9 | 4.9 |
///
/// Satterthwaite's degrees of freedom for the sum are not taken: with two seeds whose values happen to agree they
/// are many, and the interval is too narrow just then.
///
/// # Errors
/// As [`Bootstrap::estimate`].
///
/// # Source
/// Behrens, Landw Jb 68:807, 1929; Fisher, Ann Eugenics 6:391, 1935; that it is conservative: Robinson, Ann Stat
/// 4:963, 1976.
pub fn crossed(
    bootstrap: &Bootstrap<'_>,
    seeds: usize,
    name: &str,
    range: (f64, f64),
    statistic: impl Fn(usize, &[u32]) -> Option<f64> + Sync,
) -> Result<Crossed, StatsError> {
    two_sided_factor(bootstrap.level)?;
    if bootstrap.replicates < 2 {
        return Err(StatsError::Replicates(bootstrap.replicates));
    }
    let n = bootstrap.resampler.samples();
    let (count, level) = (bootstrap.replicates, percent(bootstrap.level));
    let method = format!(
        "{name}, mean of {seeds} seeds, Student's t of seeds and of patients ({count} bootstrap replicates), {level}"
    );
    let all = |weights: &[u32]| -> Option<Vec<f64>> { (0..seeds).map(|s| statistic(s, weights)).collect() };
    let mean = |values: &[f64]| values.iter().sum::<f64>() / seeds as f64;
    let values = all(&vec![1; n]).filter(|values| !values.is_empty());
    let Some(values) = values else {
        let none = Estimate::undefined(method, n, "the statistic is undefined on the data");
        return Ok(Crossed { estimate: none, test: None });
    };
    let value = mean(&values);
    let bare = |reason: &str| {
        let bare = Estimate::bare(value, method.clone(), n);
        Ok(Crossed { estimate: Estimate { reason: Some(reason.to_owned()), ..bare }, test: None })
    };
    if seeds < 2 {
        return bare("fewer than two seeds: no spread between seeds");
    }
    let widening = match Widening::of(bootstrap.resampler) {
        Ok(widening) => widening,
        Err(reason) => return bare(&reason),
    };
    let drawn = bootstrap.replicate(|weights| all(weights).map(|values| mean(&values)));
    let drawn: Vec<f64> = drawn.into_iter().flatten().collect();
    let lost = count - drawn.len();
    if 2 * lost > count || drawn.len() < 2 {
        return bare(&format!("undefined in {lost} of {count} replicates: no interval"));
    }
    let patients = deviation(&drawn) * widening.ratio;
    let between = deviation(&values) / (seeds as f64).sqrt();
    if patients.max(between) <= 1e-12 {
        return bare("neither seeds nor replicates differ: no interval");
    }
    let test = SeedTest { value, patients: (patients, widening.df), seeds: (between, seeds as f64 - 1.0) };
    let half = test.half(bootstrap.level)?;
    let (low, high) = (value - half, value + half);
    let mut estimate = Estimate::new(value, low.max(range.0), high.min(range.1), method, n);
    estimate.se = Some(hypot(patients, between));
    let cut =
        (low < range.0 || high > range.1).then(|| format!("cut at the ends of [{}, {}]", range.0, range.1));
    let still = (patients <= 1e-12)
        .then(|| "equal in all replicates: the interval is that of seeds alone".to_owned());
    let lost = (lost > 0).then(|| format!("{lost} of {count} replicates undefined, left out"));
    let estimate = [cut, still, lost].into_iter().fold(estimate, Estimate::flagged);
    Ok(Crossed { estimate, test: Some(test) })
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
    use crate::rng::Streams;
    use crate::stats::Resampler;

    #[test]
    fn one_part_alone_is_students_and_both_are_as_tabulated() {
        let of = |patients, seeds| SeedTest { value: 0.0, patients, seeds };
        let seeds_only = of((0.0, 50.0), (1.0, 4.0)).half(0.95).expect("level");
        assert!((seeds_only - 2.776_445_105).abs() < 1e-6, "{seeds_only}");
        // The difference of two means with 6 and 12 degrees of freedom and equal errors: 2.301 standard errors
        // (Fisher and Yates' table VI at 45 degrees).
        let half = std::f64::consts::FRAC_1_SQRT_2;
        let both = of((half, 6.0), (half, 12.0)).half(0.95).expect("level");
        assert!((both - 2.301).abs() < 0.003, "{both}");
        // p is where the interval touches.
        let at = SeedTest { value: both, ..of((half, 6.0), (half, 12.0)) };
        assert!((at.p() - 0.05).abs() < 1e-9 && (at.p_above(0.0) - 0.025).abs() < 1e-9);
        assert!((at.p_above(2.0 * both) - 0.975).abs() < 1e-9);
    }

    #[test]
    fn equal_seeds_add_nothing_to_the_patients_and_those_apart_do() {
        let patients: Vec<usize> = (0..50).collect();
        let resampler = Resampler::new(&patients, &[0; 50]).expect("lengths");
        let streams = Streams::new(3);
        let bootstrap = Bootstrap::new(&resampler, &streams);
        let mean = |w: &[u32]| Some((0..50).map(|i| f64::from(w[i]) * i as f64).sum::<f64>() / 50.0);
        let infinite = (f64::NEG_INFINITY, f64::INFINITY);
        let twice = crossed(&bootstrap, 2, "mean", infinite, |_, w| mean(w)).expect("valid");
        // The mean of 0 to 49: standard error sqrt(50 51 / 12 / 50), Student's factor of 49.
        let (se, (value, low, high)) = (2.0616, twice.estimate.triple().expect("interval"));
        assert!((twice.estimate.se.expect("se") - se).abs() < 0.1, "{twice:?}");
        assert!((high - value - 2.0096 * se).abs() < 0.2 && (value - low - 2.0096 * se).abs() < 0.2);
        let apart = |s: usize, w: &[u32]| Some(mean(w)? + 50.0 * s as f64);
        let apart = crossed(&bootstrap, 2, "mean", infinite, apart).expect("valid").estimate;
        // The spread of the mean of two seeds 50 apart is 25, on one degree of freedom.
        assert!((apart.se.expect("se") - 25f64.hypot(se)).abs() < 0.1, "{apart:?}");
        assert!(apart.half_widths().expect("interval").1 > 12.7 * 25.0);
    }

    #[test]
    fn what_has_no_spread_has_no_interval() {
        let patients: Vec<usize> = (0..40).collect();
        let resampler = Resampler::new(&patients, &[0; 40]).expect("lengths");
        let streams = Streams::new(2);
        let bootstrap = Bootstrap::new(&resampler, &streams).with_replicates(50);
        let found = |seeds: usize, of: fn(usize, &[u32]) -> Option<f64>| {
            crossed(&bootstrap, seeds, "x", (0.0, 1.0), of).expect("valid")
        };
        let none = found(1, |_, _| Some(0.5));
        assert!(none.test.is_none() && none.estimate.reason.is_some_and(|why| why.contains("two seeds")));
        let none = found(3, |_, _| Some(0.5));
        assert!(none.estimate.low.is_none() && none.estimate.reason.is_some());
        let seeds = found(3, |seed, _| Some(0.4 + 0.1 * seed as f64));
        assert!(seeds.estimate.flag.is_some_and(|flag| flag.contains("seeds alone")));
        assert_eq!(found(2, |_, _| None).estimate.value, None);
        let cut = found(2, |seed, w| Some(if seed == 0 { 0.99 } else { 0.9 } + 1e-4 * f64::from(w[0])));
        assert_eq!(cut.estimate.high, Some(1.0));
    }
}

//! The gain over the frontier: seeds and patients drawn together.

use super::curve::Place;
use super::seen::Seen;
use crate::math::hypot;
use crate::stats::bootstrap::{Bootstrap, Widening};
use crate::stats::crossed::SeedTest;
use crate::stats::normal::{percent, two_sided_factor};
use crate::stats::{Estimate, StatsError};

/// The gain of a method with what it is tested by.
#[derive(Clone, Debug, PartialEq)]
pub struct Gain {
    /// `D` with its interval.
    pub estimate: Estimate,
    /// What limits and p-values come from; `None` where there is no interval.
    pub test: Option<SeedTest>,
    /// What each seed contributes, in the order of the seeds: the jackknife's pseudo-values, whose mean is near `D`.
    pub by_seed: Vec<f64>,
    /// Standard deviation of what one seed contributes; `None` of fewer than two.
    pub spread: Option<f64>,
    /// Seeds behind it.
    pub seeds: usize,
    /// Share of seeds in which the method is outside the range of the frontier of that seed.
    pub outside: f64,
    /// Whether it is so on average.
    pub mean_outside: bool,
    /// The point of the frontier, by number, that on average has as much or more of both.
    pub dominated_by: Option<usize>,
    /// Equal to what the frontier has in every seed: the same model under another name.
    pub identical: bool,
}

impl Gain {
    /// Of nothing, and why.
    fn undefined(reason: &str) -> Self {
        Self {
            estimate: Estimate::undefined(NAME, 0, reason),
            test: None,
            by_seed: Vec::new(),
            spread: None,
            seeds: 0,
            outside: 0.0,
            mean_outside: false,
            dominated_by: None,
            identical: false,
        }
    }
}

const NAME: &str = "gain over the re-weighting frontier";

/// The gain of several methods over one frontier, with the same draws of patients.
///
/// `at` is the place of number `which` (the `frontier` points first, then the methods) in a seed, on samples that count
/// as often as they are drawn (`None`: once each). `seeds` has for every method the seeds in which it and the whole
/// frontier are known. Without a `bootstrap` every seed has test samples of its own, and what varies over seeds is all
/// that is uncertain.
///
/// # Formula
/// `D = less(M) - F(dominant(M))`, where places of the method and of the frontier `F` are means over the `S` seeds.
/// Seeds: `D_s = S D - (S - 1) D_(-s)` without seed `s`, variance `V_s = var(D_s) / S` on `S - 1` degrees of freedom.
/// Patients: the variance of `D(w)` over draws `w`, widened for few of them. Limits are those of the sum of two
/// Student's t ([`SeedTest`]). What a seed does on these patients is in both parts: taking it off once, estimated from
/// the jackknife's parts, took off too much (91 % of nominal 95 % covered between two points with 20 seeds).
///
/// # Errors
/// [`StatsError::Level`], [`StatsError::Replicates`].
///
/// # Source
/// The jackknife over seeds: Tukey, Ann Math Statist 29:614, 1958.
pub fn gains(
    bootstrap: Option<&Bootstrap<'_>>,
    level: f64,
    frontier: usize,
    seeds: &[Vec<usize>],
    at: impl Fn(usize, usize, Option<&[u32]>) -> Option<Place> + Sync,
) -> Result<Vec<Gain>, StatsError> {
    two_sided_factor(level)?;
    if let Some(few) = bootstrap.filter(|bootstrap| bootstrap.replicates < 2) {
        return Err(StatsError::Replicates(few.replicates));
    }
    let all = 1 + seeds.iter().flatten().copied().max().unwrap_or(0);
    // Every place once, then what each method makes of them.
    let places = |weights: Option<&[u32]>| -> Vec<Vec<Option<Place>>> {
        let used = |seed: usize| seeds.iter().any(|own| own.contains(&seed));
        let of = |seed| (0..frontier + seeds.len()).map(|which| at(seed, which, weights)).collect();
        (0..all).map(|seed| if used(seed) { of(seed) } else { Vec::new() }).collect()
    };
    let own = places(None);
    let found: Vec<Option<Seen>> =
        seeds.iter().enumerate().map(|(m, own_seeds)| Seen::of(&own, own_seeds, frontier, m)).collect();
    let drawn: Vec<Vec<Option<f64>>> = bootstrap.map_or_else(Vec::new, |bootstrap| {
        bootstrap.replicate(|weights| {
            let drawn = places(Some(weights));
            let of = |(m, own): (usize, &Vec<usize>)| Some(Seen::of(&drawn, own, frontier, m)?.value);
            seeds.iter().enumerate().map(of).collect()
        })
    });
    let of = |(m, seen): (usize, Option<Seen>)| match seen {
        None => Ok(Gain::undefined("no seed has the method and the whole frontier")),
        Some(seen) => {
            let drawn: Vec<f64> = drawn.iter().filter_map(|all| all[m]).collect();
            seen.gain(bootstrap, level, &drawn)
        }
    };
    found.into_iter().enumerate().map(of).collect()
}

impl Seen {
    fn gain(self, bootstrap: Option<&Bootstrap<'_>>, level: f64, drawn: &[f64]) -> Result<Gain, StatsError> {
        let Self { value, by_seed, outside, mean_outside, dominated_by, identical } = self;
        let seeds = by_seed.len();
        let name = percent(level);
        let (n, method) = match bootstrap {
            Some(bootstrap) => (
                bootstrap.resampler.samples(),
                format!(
                    "{NAME}, {seeds} seeds, Student's t of seeds and of patients ({} bootstrap replicates), {name}",
                    bootstrap.replicates
                ),
            ),
            None => (0, format!("{NAME}, {seeds} seeds with test samples of their own, Student's t, {name}")),
        };
        let spread = (seeds > 1).then(|| variance(&by_seed).sqrt());
        let bare = |reason: String| Gain {
            estimate: Estimate { reason: Some(reason), ..Estimate::bare(value, method.clone(), n) },
            test: None,
            by_seed: by_seed.clone(),
            spread,
            seeds,
            outside,
            mean_outside,
            dominated_by,
            identical,
        };
        let Some(spread) = spread else {
            return Ok(bare("fewer than two seeds: no spread between seeds".to_owned()));
        };
        if identical && value == 0.0 {
            return Ok(bare(
                "the same model as a point of the frontier in every seed: no interval".to_owned(),
            ));
        }
        let between = spread / (seeds as f64).sqrt();
        let (mut patients, mut df, mut lost) = (0.0, f64::INFINITY, 0);
        if let Some(bootstrap) = bootstrap {
            let widening = match Widening::of(bootstrap.resampler) {
                Ok(widening) => widening,
                Err(reason) => return Ok(bare(reason)),
            };
            lost = bootstrap.replicates - drawn.len();
            if 2 * lost > bootstrap.replicates || drawn.len() < 2 {
                return Ok(bare(format!(
                    "undefined in {lost} of {} replicates: no interval",
                    bootstrap.replicates
                )));
            }
            (patients, df) = (variance(drawn).sqrt() * widening.ratio, widening.df);
        }
        if patients.max(between) <= 1e-12 {
            return Ok(bare("neither seeds nor replicates differ: no interval".to_owned()));
        }
        let test = SeedTest { value, patients: (patients, df), seeds: (between, seeds as f64 - 1.0) };
        let half = test.half(level)?;
        let mut estimate =
            Estimate::new(value, (value - half).max(-1.0), (value + half).min(1.0), method.clone(), n);
        estimate.se = Some(hypot(patients, between));
        let out = (outside > 0.0).then(|| {
            format!("outside the range of the frontier in {:.0} % of seeds: the nearest end", 100.0 * outside)
        });
        let lost = (lost > 0).then(|| format!("{lost} replicates undefined, left out"));
        let estimate = [out, lost].into_iter().fold(estimate, Estimate::flagged);
        Ok(Gain { estimate, test: Some(test), ..bare(String::new()) })
    }
}

/// With divisor `n - 1`; 0 of fewer than two.
pub(super) fn variance(values: &[f64]) -> f64 {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    if values.len() < 2 { 0.0 } else { values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / (n - 1.0) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::Streams;
    use crate::stats::Resampler;
    use crate::stats::student::student_factor;

    fn place(dominant: f64, less: f64) -> Place {
        Place { dominant, less }
    }

    /// Two points and a method, in seeds that move all of a model, or its less-prevalent AUC alone.
    fn moved(seed: usize, which: usize) -> Place {
        let shift = [0.0, 0.01, -0.02, 0.03][seed];
        let own = [0.004, -0.002, 0.001, 0.005][seed];
        match which {
            0 => place(0.9 + shift, 0.8 + shift),
            1 => place(0.8 + shift, 0.84 + shift),
            _ => place(0.85 + shift, 0.83 + shift + own),
        }
    }

    fn alone(seeds: Vec<usize>, at: fn(usize, usize) -> Place) -> Gain {
        let found = gains(None, 0.95, 2, &[seeds], |seed, which, _| Some(at(seed, which)));
        found.expect("valid").remove(0)
    }

    #[test]
    fn what_a_seed_does_to_all_models_cancels_and_the_rest_is_students() {
        let found = alone(vec![0, 1, 2, 3], moved);
        // 0.83 - 0.82, and the mean of the own parts; their standard deviation.
        let own = [0.004, -0.002, 0.001, 0.005];
        let mean = own.iter().sum::<f64>() / 4.0;
        let (value, low, high) = found.estimate.triple().expect("interval");
        assert!((value - 0.01 - mean).abs() < 1e-12);
        let sd = variance(&own).sqrt();
        assert!((found.spread.expect("seeds") - sd).abs() < 1e-12);
        let half = student_factor(0.95, 3.0).expect("level") * sd / 2.0;
        assert!((high - value - half).abs() < 1e-8 && (value - low - half).abs() < 1e-8);
        assert_eq!((found.outside, found.mean_outside, found.dominated_by), (0.0, false, None));
        let turned = alone(vec![3, 1, 0, 2], moved).estimate;
        assert!((turned.value.expect("value") - value).abs() < 1e-14);
        assert!((turned.low.expect("low") - low).abs() < 1e-12);
    }

    #[test]
    fn the_same_model_gains_exactly_nothing_and_one_seed_has_no_interval() {
        let same = alone(vec![0, 1, 2, 3], |seed, which| moved(seed, which.min(1)));
        assert!(same.identical && same.estimate.value == Some(0.0) && same.test.is_none());
        let one = alone(vec![2], moved);
        assert!(
            one.estimate.low.is_none() && one.estimate.reason.is_some_and(|why| why.contains("two seeds"))
        );
        let none = alone(vec![], moved);
        assert_eq!(none.estimate.value, None);
    }

    #[test]
    fn outside_is_flagged_and_less_of_both_is_seen() {
        let out = alone(vec![0, 1], |seed, which| {
            if which < 2 { moved(seed, which) } else { place(0.7, 0.83 + 0.001 * seed as f64) }
        });
        assert!(out.mean_outside && out.outside == 1.0 && out.dominated_by == Some(1));
        assert!(out.estimate.flag.is_some_and(|flag| flag.contains("100 % of seeds")));
    }

    #[test]
    fn patients_that_move_all_seeds_alike_are_the_patients_part() {
        // The method's less-prevalent AUC is a mean over patients, the same in all seeds, plus a seed's own.
        let patients: Vec<usize> = (0..50).collect();
        let resampler = Resampler::new(&patients, &[0; 50]).expect("lengths");
        let streams = Streams::new(5);
        let bootstrap = Bootstrap::new(&resampler, &streams);
        let at = |seed: usize, which: usize, weights: Option<&[u32]>| {
            let count = |i: usize| weights.map_or(1.0, |w| f64::from(w[i]));
            let mean = (0..50).map(|i| count(i) * i as f64 * 1e-3).sum::<f64>() / 50.0;
            let base = moved(seed, which);
            Some(if which == 2 { place(base.dominant, base.less + mean) } else { base })
        };
        let test =
            gains(Some(&bootstrap), 0.95, 2, &[vec![0, 1, 2, 3]], at).expect("valid")[0].test.expect("test");
        // The mean of 0 to 49: standard error sqrt(50 51 / 12 / 50).
        assert!((test.patients.0 - 2.0616e-3).abs() < 1e-4, "{test:?}");
        assert!((test.seeds.0 - variance(&[0.004, -0.002, 0.001, 0.005]).sqrt() / 2.0).abs() < 1e-9);
    }
}

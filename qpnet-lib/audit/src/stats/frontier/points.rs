//! The gain over several points: its mean, and how it changes with what varies between them.

use super::gain::{Gain, variance};
use crate::stats::student::student_factor;
use crate::stats::{Estimate, StatsError};

/// The mean gain over points, in seeds that have test samples of their own: what no point shows alone. All gains are of
/// the same seeds in the same order.
///
/// # Formula
/// `sum D / P` over `P` points; its error as that of [`slope`].
///
/// # Errors
/// [`StatsError::Level`].
pub fn mean_gain(gains: &[&Gain], level: f64) -> Result<Estimate, StatsError> {
    let weights = vec![1.0 / gains.len() as f64; gains.len()];
    sum("mean gain over the re-weighting frontier", &weights, gains, level)
}

/// The least-squares slope of the gain on `x`, a number for every point, in seeds that have test samples of their own.
///
/// Points share their seeds: what a seed contributes to all of them gives one slope, and these vary as seeds do. In a
/// balanced grid the slope on one factor is the same whether the others are in the model or not.
///
/// # Formula
/// `B(D) = sum((x - mean x) D) / sum((x - mean x)^2)`; the value is that of the gains, its error from `B(D_s)` of the
/// pseudo-values `D_s` of each of `S` seeds: variance `var(B(D_s)) / S` on `S - 1` degrees of freedom.
///
/// # Errors
/// [`StatsError::Level`].
///
/// # Panics
/// Where `x` and `gains` are not as long as each other.
pub fn slope(x: &[f64], gains: &[&Gain], level: f64) -> Result<Estimate, StatsError> {
    const NAME: &str = "slope of the gain over the re-weighting frontier";
    assert_eq!(x.len(), gains.len(), "a number for every point");
    let mean = x.iter().sum::<f64>() / x.len() as f64;
    let spread: f64 = x.iter().map(|x| (x - mean).powi(2)).sum();
    if x.is_empty() || spread <= 0.0 {
        return Ok(Estimate::undefined(NAME, 0, "a slope needs two places"));
    }
    let weights: Vec<f64> = x.iter().map(|x| (x - mean) / spread).collect();
    sum(NAME, &weights, gains, level)
}

/// A weighted sum of gains, with its error over the seeds that they share.
fn sum(name: &str, weights: &[f64], gains: &[&Gain], level: f64) -> Result<Estimate, StatsError> {
    let undefined = |reason: &str| Ok(Estimate::undefined(name, 0, reason));
    let seeds = gains.first().map_or(0, |gain| gain.by_seed.len());
    if gains.iter().any(|gain| gain.by_seed.len() != seeds) {
        return undefined("points rest on different numbers of seeds");
    }
    if gains.iter().any(|gain| gain.test.is_some_and(|test| test.patients.0 > 0.0)) {
        return undefined("points share patients, whose part of the error is not known over several points");
    }
    let values: Option<Vec<f64>> = gains.iter().map(|gain| gain.estimate.value).collect();
    let Some(values) = values.filter(|values| !values.is_empty()) else {
        return undefined("a point has no gain");
    };
    let of = |y: &dyn Fn(usize) -> f64| weights.iter().enumerate().map(|(p, w)| w * y(p)).sum::<f64>();
    let value = of(&|p| values[p]);
    let method = format!("{name}, {} points, {seeds} seeds, Student's t", gains.len());
    if seeds < 2 {
        let reason = Some("fewer than two seeds: no spread between seeds".to_owned());
        return Ok(Estimate { reason, ..Estimate::bare(value, method, 0) });
    }
    let by_seed: Vec<f64> = (0..seeds).map(|s| of(&|p| gains[p].by_seed[s])).collect();
    let se = (variance(&by_seed) / seeds as f64).sqrt();
    let half = student_factor(level, seeds as f64 - 1.0)? * se;
    let mut estimate = Estimate::new(value, value - half, value + half, method, 0);
    estimate.se = Some(se);
    Ok(estimate)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::crossed::SeedTest;
    use crate::stats::frontier::{Place, gains};

    /// Two points of the frontier and a method that is `rise` above it, in three seeds that move it.
    fn gain(rise: f64, own: [f64; 3]) -> Gain {
        let at = |seed: usize, which: usize, _: Option<&[u32]>| {
            Some(match which {
                0 => Place { dominant: 0.9, less: 0.7 },
                1 => Place { dominant: 0.8, less: 0.8 },
                _ => Place { dominant: 0.85, less: 0.75 + rise + own[seed] },
            })
        };
        gains(None, 0.95, 2, &[vec![0, 1, 2]], at).expect("valid").remove(0)
    }

    #[test]
    fn it_is_least_squares_with_students_limits_over_seeds() {
        let own = [[0.01, -0.01, 0.0], [0.0, 0.02, -0.02], [-0.03, 0.0, 0.03]];
        let found: Vec<Gain> = [0.0, 0.1, 0.4].iter().zip(own).map(|(rise, own)| gain(*rise, own)).collect();
        let all: Vec<&Gain> = found.iter().collect();
        let slope = slope(&[1.0, 2.0, 3.0], &all, 0.95).expect("level");
        let (value, low, high) = slope.triple().expect("interval");
        assert!((value - 0.2).abs() < 1e-12);
        // Slopes of the seeds: half of third minus first, beside 0.2.
        let by_seed = [-0.02, 0.005, 0.015];
        let se = (variance(&by_seed) / 3.0).sqrt();
        let half = student_factor(0.95, 2.0).expect("level") * se;
        assert!((low - value + half).abs() < 1e-9 && (high - value - half).abs() < 1e-9);
        assert!((slope.se.expect("seeds") - se).abs() < 1e-9);
    }

    #[test]
    fn the_mean_over_points_varies_as_the_mean_of_a_seed() {
        let own = [[0.01, -0.01, 0.0], [0.03, 0.02, -0.05]];
        let found = [gain(0.0, own[0]), gain(0.2, own[1])];
        let mean = mean_gain(&[&found[0], &found[1]], 0.95).expect("level");
        let (value, low, _) = mean.triple().expect("interval");
        assert!((value - 0.1).abs() < 1e-12);
        let se = (variance(&[0.02, 0.005, -0.025]) / 3.0).sqrt();
        assert!((value - low - student_factor(0.95, 2.0).expect("level") * se).abs() < 1e-9);
        assert_eq!(mean_gain(&[], 0.95).expect("level").value, None);
    }

    #[test]
    fn what_varies_with_the_seed_alone_is_no_slope() {
        let own = [0.01, -0.04, 0.02];
        let found = [gain(0.1, own), gain(0.1, own)];
        let (value, low, high) =
            slope(&[0.0, 1.0], &[&found[0], &found[1]], 0.95).expect("level").triple().expect("interval");
        assert!(value.abs() < 1e-12 && (high - low).abs() < 1e-9);
    }

    #[test]
    fn one_place_or_other_seeds_have_none() {
        let (one, two) = (gain(0.1, [0.01, 0.02, 0.0]), gain(0.1, [0.0, 0.01, 0.03]));
        assert_eq!(slope(&[2.0, 2.0], &[&one, &one], 0.95).expect("level").value, None);
        let patients = |test: SeedTest| SeedTest { patients: (0.01, 50.0), ..test };
        let shared = Gain { test: one.test.map(patients), ..one.clone() };
        let reason = mean_gain(&[&shared, &two], 0.95).expect("level").reason;
        assert!(reason.is_some_and(|why| why.contains("share patients")));
        let fewer = Gain { by_seed: vec![0.1], ..one.clone() };
        let reason = slope(&[1.0, 2.0], &[&one, &fewer], 0.95).expect("level").reason;
        assert!(reason.is_some_and(|why| why.contains("different numbers of seeds")));
    }
}

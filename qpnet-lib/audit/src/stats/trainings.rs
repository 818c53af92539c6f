//! The mean of several trainings, or readers, from what patients contribute to each.

use super::crossed::{Crossed, SeedTest};
use super::interval::{Area, FEWEST};
use super::normal::{percent, two_sided_factor};
use super::{Contributions, Estimate, StatsError};
use crate::math::hypot;

/// What is too small to be an error.
const LEAST: f64 = 1e-12;

/// The mean over trainings of a measure, or of a difference, of which `found` has one entry a training; all are measured on
/// the same samples. `range` is what the measure can be, `n` the number of samples.
///
/// # Formula
/// As [`crossed`](fn@super::crossed::crossed): `A = mean_s A_s`, an error `s_p` of patients and one `b / sqrt(S)` of
/// trainings, each with a Student's t of its own ([`SeedTest`]). Here `s_p^2 = sum_c (mean_s d_cs)^2` comes from the
/// contributions `d_cs` of patients ([`Contributions`]), without a bootstrap; its degrees of freedom are those of the
/// mean and at most those of a single training: more trainings are not more patients. What a training does on these
/// patients is in both parts: the interval errs on the wide side.
///
/// Simulated: `cargo run --release --example simulate -- trainings` prints coverage by the number of trainings and by how
/// far they are apart; the designs are in `tests/simulation/trainings.rs`.
///
/// # Errors
/// [`StatsError::Level`].
///
/// # Source
/// As of [`crossed`](fn@super::crossed::crossed); readers and patients as crossed random factors: Obuchowski and Rockette,
/// Commun Stat Simul Comput 24:285, 1995.
pub fn trainings(
    name: &str,
    found: &[Contributions],
    range: (f64, f64),
    level: f64,
    n: usize,
) -> Result<Crossed, StatsError> {
    two_sided_factor(level)?;
    let count = found.len();
    let method =
        format!("{name}, mean of {count}, Student's t of trainings and of patients, {}", percent(level));
    let Some(mean) = Contributions::mean(found.iter().cloned().map(Some).collect()) else {
        return Ok(Crossed { estimate: Estimate::undefined(method, n, "no training"), test: None });
    };
    let (value, area) = (mean.value, mean.area());
    let between = spread(&found.iter().map(|own| own.value).collect::<Vec<_>>());
    let bare = |reason: String| {
        let bare = Estimate::bare(value, method.clone(), n);
        Ok(Crossed { estimate: Estimate { reason: Some(reason), ..bare }, test: None })
    };
    let Some(between) = between else {
        return bare("a single training: no spread between trainings".to_owned());
    };
    if let Some(reason) = few(&area) {
        return bare(reason);
    }
    let patients = area.variance.unwrap_or_default().sqrt();
    let seeds = between / (count as f64).sqrt();
    if found.iter().all(|own| own.area().identical) {
        let alike = Estimate::new(value, value, value, method, n);
        let remark = "both order all pairs alike: interval without width".to_owned();
        return Ok(Crossed { estimate: alike.flagged(Some(remark)), test: None });
    }
    if patients.max(seeds) <= LEAST {
        return bare("neither trainings nor patients differ: no interval".to_owned());
    }
    let single = found.iter().map(|own| own.area().df).fold(1.0, f64::max);
    let test =
        SeedTest { value, patients: (patients, area.df.min(single)), seeds: (seeds, count as f64 - 1.0) };
    let half = test.half(level)?;
    let (low, high) = (value - half, value + half);
    let mut estimate = Estimate::new(value, low.max(range.0), high.min(range.1), method, n);
    estimate.se = Some(hypot(patients, seeds));
    let cut = low < range.0 || high > range.1;
    let cut = cut.then(|| format!("cut at the ends of [{}, {}]", range.0, range.1));
    let estimate = [cut, area.flag()].into_iter().fold(estimate, Estimate::flagged);
    Ok(Crossed { estimate, test: Some(test) })
}

/// Standard deviation with divisor `n - 1`; `None` of fewer than two.
fn spread(values: &[f64]) -> Option<f64> {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let squares: f64 = values.iter().map(|v| (v - mean).powi(2)).sum();
    (values.len() > 1).then(|| (squares / (n - 1.0)).sqrt())
}

/// Why there is no interval. A mean has positives only, as it counts.
fn few(area: &Area) -> Option<String> {
    let mean = area.negatives.count == 0;
    match mean {
        true => (area.positives.count < FEWEST)
            .then(|| format!("{} patients: no interval below {FEWEST}", area.positives.count)),
        false => area.without_limits(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Means of `values` of ten patients of two samples.
    fn of(values: impl Fn(usize) -> f64) -> Contributions {
        let values: Vec<f64> = (0..20).map(values).collect();
        let patients: Vec<usize> = (0..20).map(|i| i / 2).collect();
        Contributions::of_mean(&values, &patients, None).expect("samples")
    }

    #[test]
    fn equal_trainings_have_the_error_of_patients_and_equal_patients_that_of_trainings() {
        let one = of(|i| (i / 2) as f64 / 10.0);
        let twice = trainings("mean", &[one.clone(), one.clone()], (0.0, 1.0), 0.95, 20).expect("level");
        let test = twice.test.expect("a test");
        let area = one.area();
        assert!((test.patients.0 - area.variance.expect("patients").sqrt()).abs() < 1e-15);
        assert!((test.patients.1 - area.df).abs() < 1e-12 && test.seeds == (0.0, 1.0));
        // Nothing between patients: Student's t of trainings alone.
        let flat = |value: f64| of(move |_| value);
        let found =
            trainings("mean", &[flat(0.4), flat(0.5), flat(0.6)], (0.0, 1.0), 0.95, 20).expect("level");
        let (value, low, high) = found.estimate.triple().expect("an interval");
        let half = 4.302_652_729_911 * 0.1 / 3f64.sqrt();
        assert!((value - 0.5).abs() < 1e-12 && (high - low - 2.0 * half).abs() < 1e-6, "{low} {high}");
    }

    #[test]
    fn one_training_and_no_patients_have_no_interval() {
        let found =
            trainings("mean", &[of(|i| i as f64 / 20.0)], (0.0, 1.0), 0.95, 20).expect("level").estimate;
        assert!(found.value.is_some() && found.low.is_none());
        assert!(found.reason.expect("why").contains("no spread between trainings"));
        let none = trainings("mean", &[], (0.0, 1.0), 0.95, 0).expect("level").estimate;
        assert_eq!(none.value, None);
        let flat = of(|_| 0.5);
        let found = trainings("mean", &[flat.clone(), flat], (0.0, 1.0), 0.95, 20).expect("level").estimate;
        assert!(found.reason.expect("why").contains("neither trainings nor patients differ"));
        assert!(trainings("mean", &[], (0.0, 1.0), 1.0, 0).is_err());
    }
}

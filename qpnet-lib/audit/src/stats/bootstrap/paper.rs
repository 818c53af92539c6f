//! The interval of the paper, for comparison only.

use crate::metrics::{Outcomes, WeightedAuc};
use crate::rng::Streams;
use crate::stats::normal::{percent, two_sided_factor};
use crate::stats::{Estimate, StatsError};
use rand::RngExt;

/// Resamples the paper draws.
pub const RESAMPLES: usize = 5;

/// Images in each.
pub const IMAGES: usize = 1000;

/// The interval of the paper: "resampling from the test set five times, each time 1000 images
/// with replacement", centred at the mean of the five. **For comparison only**: its width has
/// no relation to the size of the test set, and images of a patient count as independent. At
/// 300 test images it covers 31 to 63 % instead of 95, at 1,000 images 53 to 85 %.
///
/// The paper does not say how five numbers become an interval; here the limits are those of
/// a mean, `mean ± z sd / sqrt(5)`, which is how "centred around the mean value" reads.
/// The value is the mean of the five, not the AUC. Resamples without both outcomes are counted
/// in the flag; with fewer than two left the estimate is undefined.
///
/// # Errors
/// As [`delong::single`](crate::stats::delong::single).
pub fn paper_ci(
    labels: &[bool],
    scores: &[f64],
    level: f64,
    streams: &Streams,
) -> Result<Estimate, StatsError> {
    let factor = two_sided_factor(level)?;
    let (sorted, n) = (WeightedAuc::new(labels, scores)?, labels.len());
    let method = format!("{RESAMPLES} resamples of {IMAGES} images (as in the paper), {}", percent(level));
    if let Some(reason) = Outcomes::of(labels).undefined() {
        return Ok(Estimate::undefined(method, n, reason));
    }
    let resample = |b: u64| {
        let (mut rng, mut weights) = (streams.at("paper_ci", b), vec![0u32; n]);
        for _ in 0..IMAGES {
            weights[rng.random_range(0..n)] += 1;
        }
        sorted.at(&weights)
    };
    let found: Vec<f64> = (0..RESAMPLES as u64).filter_map(resample).collect();
    let lost = RESAMPLES - found.len();
    let flag = (lost > 0).then(|| format!("{lost} of {RESAMPLES} resamples undefined, left out"));
    if found.len() < 2 {
        return Ok(Estimate::undefined(method, n, "fewer than two resamples are defined").flagged(flag));
    }
    let count = found.len() as f64;
    let mean = found.iter().sum::<f64>() / count;
    let variance = found.iter().map(|a| (a - mean).powi(2)).sum::<f64>() / (count - 1.0);
    let se = (variance / count).sqrt();
    let mut estimate = Estimate::new(mean, mean - factor * se, mean + factor * se, method, n);
    estimate.se = Some(se);
    Ok(estimate.flagged(flag).flagged(Some("for comparison only: covers too rarely".into())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_too_narrow_and_says_so() {
        let labels: Vec<bool> = (0..100).map(|i| i % 2 == 0).collect();
        let scores: Vec<f64> = (0..100).map(|i| f64::from((i * 37) % 101)).collect();
        let found = paper_ci(&labels, &scores, 0.95, &Streams::new(1)).expect("valid");
        let honest = crate::stats::delong::single(&labels, &scores, 0.95).expect("valid");
        assert!(found.se < honest.se.map(|se| se / 3.0), "{found:?} {honest:?}");
        assert!(found.flag.expect("flag").contains("comparison only"));
        let none = paper_ci(&[true], &[0.5], 0.95, &Streams::new(1)).expect("valid");
        assert_eq!(none.reason.as_deref(), Some("no negatives among 1 samples"));
    }
}

//! What happened against what was said, as a smooth line with a band.

use super::super::StatsError;
use super::curve::along;
use super::grid::{bandwidth, grid};
use super::sorted::{Measure, Measured};
use crate::math::exp;
use crate::metrics::midranks;
use crate::rng::Streams;

/// A point of a smooth calibration curve.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CalibrationPoint {
    /// Mean probability of the samples near it, as they count.
    pub predicted: f64,
    /// Mean outcome of the same.
    pub observed: f64,
    /// Lower limit of the band.
    pub low: f64,
    /// Upper limit of the band.
    pub high: f64,
}

/// The smooth calibration curve of probabilities, with a band that holds all of it at `level`: where the diagonal leaves
/// the band, probabilities are wrong. Points without enough patients are left out; `at` of `given` is not used.
///
/// # Formula
/// Samples count by a Gaussian kernel on the scale of their middle ranks `(r_i - 1/2) / n` among the probabilities, with
/// the [bandwidth](fn@super::bandwidth) and the grid of an attribute with these values: as many neighbours everywhere,
/// whatever the shape of the distribution, and the same curve of logits as of probabilities. Mean probability and mean outcome under the same
/// weights differ by nothing but chance where probabilities are right, so that smoothing moves the curve along the
/// diagonal and not away from it. The band is that of observed minus predicted ([`along`](fn@along)).
///
/// # Errors
/// As [`along`](fn@along).
///
/// # Examples
/// ```
/// use qpnet_audit::{rng::Streams, stats::along::{Measured, calibration_curve}};
/// let patients: Vec<usize> = (0..400).collect();
/// let scores: Vec<f64> = patients.iter().map(|&i| (i % 20) as f64 / 20.0 + 0.025).collect();
/// // Twenty of each probability, of whom as many as it says have the outcome, up to half of one.
/// let labels: Vec<bool> = patients.iter().map(|&i| ((i / 20) as f64 + 0.5) / 20.0 < scores[i]).collect();
/// let given = Measured { labels: &labels, scores: &scores, patients: &patients, weights: None, at: &[] };
/// let found = calibration_curve(given, 0.95, &Streams::new(1))?;
/// assert!(found.iter().all(|point| (point.observed - point.predicted).abs() < 0.026));
/// assert!(found.iter().all(|point| (point.low..=point.high).contains(&point.predicted)));
/// # Ok::<(), qpnet_audit::stats::StatsError>(())
/// ```
///
/// # Source
/// Smooth calibration curves: Austin and Steyerberg, Stat Med 33:517, 2014; neighbours by rank as of loess: Cleveland, JASA
/// 74:829, 1979; the band as of [`along`](fn@along).
pub fn calibration_curve(
    given: Measured<'_>,
    level: f64,
    streams: &Streams,
) -> Result<Vec<CalibrationPoint>, StatsError> {
    let n = given.scores.len() as f64;
    let ranks: Vec<f64> = midranks(given.scores)?.into_iter().map(|rank| (rank - 0.5) / n).collect();
    let width = if ranks.is_empty() { None } else { bandwidth(&ranks, given.patients) };
    let points = grid(&ranks, width.unwrap_or(1.0));
    let measured = Measured { at: &ranks, ..given };
    let found = along(measured, Measure::Calibration, (&points, width), level, streams)?;
    let mean = |x: f64| {
        let (mut sum, mut total) = (0.0, 0.0);
        for (i, rank) in ranks.iter().enumerate() {
            let u = width.map_or(0.0, |h| (rank - x) / h);
            let w = given.weights.map_or(1.0, |weights| weights[i]) * exp(-u * u / 2.0);
            sum += w * given.scores[i];
            total += w;
        }
        sum / total
    };
    let point = |(x, value, low, high): (f64, f64, f64, f64)| {
        let predicted = mean(x);
        let within = |difference: f64| (predicted + difference).clamp(0.0, 1.0);
        CalibrationPoint { predicted, observed: within(value), low: within(low), high: within(high) }
    };
    Ok(found.drawn().map(point).collect())
}

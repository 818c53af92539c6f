//! What figures of an audit draw: ROC curves with bands, reliability with intervals, densities.

use super::cell::Cell;
use super::{AuditError, AuditOptions, Predictions};
use crate::metrics::{self, DensityBin};
use crate::rng::Streams;
use crate::stats::along::{CalibrationPoint, Measured, calibration_curve};
use crate::stats::roc_band::{BandPoint, Scored, roc_band};
use crate::stats::{Estimate, proportion};

/// False positive rates at which a curve is drawn: a hundredth apart.
const GRID: u32 = 100;
/// Bins of a density.
const DENSITY_BINS: usize = 20;

/// A bin of a reliability diagram.
#[derive(Clone, Debug, PartialEq)]
pub struct ReliabilityPoint {
    /// Mean probability that was said.
    pub forecast: f64,
    /// Rate of positives that was seen, with Wilson's interval at the effective size.
    pub rate: Estimate,
}

/// The ROC curve of a method on a subgroup for one class or finding (0 without them), with
/// pointwise limits over patients; `None` where an outcome is missing.
///
/// # Errors
/// [`AuditError::Stats`].
pub fn roc(
    predictions: &Predictions,
    options: &AuditOptions,
    (method, group, class): (usize, usize, usize),
) -> Result<Option<Vec<BandPoint>>, AuditError> {
    let cell = Cell::of(predictions, method as u32, group as u32, class);
    let grid: Vec<f64> = (0..=GRID).map(|at| f64::from(at) / f64::from(GRID)).collect();
    let Cell { labels, scores, patients, weights, .. } = &cell;
    Ok(roc_band(Scored { labels, scores, patients, weights }, options.level, &grid)?)
}

/// Rate of positives against the mean probability, in at most `options.bins` bins of as many
/// samples; empty without samples.
///
/// # Errors
/// [`AuditError::Metric`] for scores that are no probabilities.
pub fn reliability(
    predictions: &Predictions,
    options: &AuditOptions,
    (method, group, class): (usize, usize, usize),
) -> Result<Vec<ReliabilityPoint>, AuditError> {
    let cell = Cell::of(predictions, method as u32, group as u32, class);
    let bins = metrics::reliability(&cell.labels, &cell.scores, options.bins)?;
    let order = cell.by_score();
    let (mut points, mut begin) = (Vec::new(), 0);
    for bin in bins {
        let own = || order[begin..begin + bin.n].iter().map(|&i| i as usize);
        let hits: Vec<bool> = own().map(|i| cell.labels[i]).collect();
        let weights: Vec<f64> = own().map(|i| cell.weights[i]).collect();
        let patients: Vec<usize> = own().map(|i| cell.patients[i]).collect();
        let said: f64 = own().map(|i| cell.weights[i] * cell.scores[i]).sum();
        begin += bin.n;
        let total: f64 = weights.iter().sum();
        if total > 0.0 {
            let rate = proportion::weighted("rate of positives", &hits, &weights, &patients, options.level)?;
            points.push(ReliabilityPoint { forecast: said / total, rate });
        }
    }
    Ok(points)
}

/// The smooth calibration curve of a method on a subgroup, with one band; empty where patients are too few.
///
/// # Errors
/// [`AuditError::Stats`].
pub fn calibration(
    predictions: &Predictions,
    options: &AuditOptions,
    (method, group, class): (usize, usize, usize),
) -> Result<Vec<CalibrationPoint>, AuditError> {
    let cell = Cell::of(predictions, method as u32, group as u32, class);
    let Cell { labels, scores, patients, weights, .. } = &cell;
    let weights = predictions.weighted.then_some(weights.as_slice());
    let streams = Streams::new(options.seed).below("calibration");
    Ok(calibration_curve(Measured { labels, scores, patients, weights, at: &[] }, options.level, &streams)?)
}

/// Density of the scores of the positives and of the negatives: a histogram of 20 equal widths
/// over [0, 1], or, of scores that are no probabilities, over the range of the method's scores.
///
/// # Errors
/// [`AuditError::Metric`].
pub fn densities(
    predictions: &Predictions,
    options: &AuditOptions,
    (method, group, class): (usize, usize, usize),
) -> Result<[Vec<DensityBin>; 2], AuditError> {
    let range = if options.probabilities { (0.0, 1.0) } else { range(predictions, method, class) };
    let cell = Cell::of(predictions, method as u32, group as u32, class);
    let of = |wanted: bool| {
        let own = (0..cell.labels.len()).filter(|&i| cell.labels[i] == wanted);
        let (scores, weights): (Vec<f64>, Vec<f64>) = own.map(|i| (cell.scores[i], cell.weights[i])).unzip();
        metrics::density(&scores, &weights, range, DENSITY_BINS)
    };
    Ok([of(true)?, of(false)?])
}

/// Lowest and highest score of a method; a single one stands in the middle.
fn range(predictions: &Predictions, method: usize, class: usize) -> (f64, f64) {
    let width = predictions.width();
    let own = predictions.rows.iter().filter(|row| row.method as usize == method);
    let scores = own.map(|row| predictions.scores[row.at as usize * width + class]);
    let (low, high) = scores
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), score| (low.min(score), high.max(score)));
    if low < high { (low, high) } else { (low - 0.5, high + 0.5) }
}

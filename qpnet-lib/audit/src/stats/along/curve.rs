//! The curve with its band.

use super::super::StatsError;
use super::super::contributions::Contributions;
use super::super::interval::Form;
use super::super::normal::{two_sided_factor, two_sided_p};
use super::super::proportion::Rate;
use super::super::student::student_factor;
use super::sorted::{EFFECTIVE, Local, Measure, Measured, NEAR, Sorted};
use super::supremum::critical;
use crate::rng::Streams;
use crate::threads;
use serde::Serialize;

/// A measure at one value of the attribute.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Point {
    /// The value of the attribute.
    pub at: f64,
    /// The measure; `None` without enough support.
    pub value: Option<f64>,
    /// Its standard error.
    pub se: Option<f64>,
    /// Degrees of freedom of the standard error.
    pub df: Option<f64>,
    /// Lower limit of the band.
    pub low: Option<f64>,
    /// Upper limit of the band.
    pub high: Option<f64>,
    /// Effective negatives and positives, by patient.
    pub effective: [f64; 2],
    /// Why it is not drawn.
    pub reason: Option<String>,
}

/// A measure along an attribute.
#[derive(Clone, Debug, PartialEq)]
pub struct Curve {
    /// One for each value of the grid.
    pub points: Vec<Point>,
    /// How many standard errors the band reaches, if these were known; `None` without a band.
    pub factor: Option<f64>,
    /// The level of each point's own interval.
    pub pointwise: Option<f64>,
    /// Correlations of the errors of the points that have one, in their order.
    pub correlations: Vec<Vec<f64>>,
}

impl Curve {
    /// Values with limits: `(x, value, low, high)`.
    pub fn drawn(&self) -> impl Iterator<Item = (f64, f64, f64, f64)> {
        self.points.iter().filter_map(|point| Some((point.at, point.value?, point.low?, point.high?)))
    }

    /// Whether a horizontal line lies in the band; if not, the measure changes along the attribute. `None` without a band.
    pub fn constant(&self) -> Option<bool> {
        let (low, high) = self.drawn().fold((f64::NEG_INFINITY, f64::INFINITY), |(low, high), point| {
            (low.max(point.2), high.min(point.3))
        });
        self.factor.map(|_| low <= high)
    }
}

/// `measure` at every point of `grid`, with a band that holds all of the curve at `level`. Without a bandwidth the kernel
/// is flat: every point is the measure of all samples.
///
/// # Errors
/// Slices of other lengths, values that are not finite; [`StatsError::Level`].
///
/// # Examples
/// ```
/// use qpnet_audit::{rng::Streams, stats::along::{Measure, Measured, along}};
/// let patients: Vec<usize> = (0..200).collect();
/// let at: Vec<f64> = patients.iter().map(|&i| (i % 50) as f64).collect();
/// let labels: Vec<bool> = patients.iter().map(|i| i % 2 == 0).collect();
/// let scores: Vec<f64> = patients.iter().map(|&i| ((i * 37) % 101) as f64 / 101.0).collect();
/// let given = Measured { labels: &labels, scores: &scores, patients: &patients, weights: None, at: &at };
/// let grid = [10.0, 25.0, 40.0];
/// let found = along(given, Measure::Auc, (&grid, Some(8.0)), 0.95, &Streams::new(1))?;
/// assert!(found.drawn().count() == 3 && found.factor > Some(1.96));
/// # Ok::<(), qpnet_audit::stats::StatsError>(())
/// ```
pub fn along(
    given: Measured<'_>,
    measure: Measure,
    (grid, bandwidth): (&[f64], Option<f64>),
    level: f64,
    streams: &Streams,
) -> Result<Curve, StatsError> {
    two_sided_factor(level)?;
    let sorted = Sorted::of(&given)?;
    let locals: Vec<Local> =
        threads::count(0..grid.len(), |place| sorted.at(measure, grid[place], bandwidth));
    let mut points = Vec::with_capacity(grid.len());
    // Of the points that have an error: place, and what patients contribute.
    let mut known: Vec<(usize, Contributions, Vec<f64>)> = Vec::new();
    for (place, (&at, local)) in grid.iter().zip(locals).enumerate() {
        let (effective, reason) = (local.effective, missing(&local, measure));
        let mut point =
            Point { at, value: None, se: None, df: None, low: None, high: None, effective, reason };
        if let (None, Some((found, parts))) = (&point.reason, local.found) {
            let area = found.area();
            point.value = Some(found.value);
            let variance = area.variance.map(|variance| variance.max(local.implied));
            (point.se, point.df) = (variance.map(f64::sqrt), Some(area.df));
            // What shows no spread has limits too, and an error that has nothing to do with those of other points. Of a mean
            // without any there are none.
            if point.se > Some(0.0) || measure != Measure::Calibration {
                known.push((place, found, parts));
            }
        }
        points.push(point);
    }
    let correlations = correlations(&known);
    let alone = if known.is_empty() { None } else { Some(critical(&correlations, level, streams)?) };
    let pointwise = alone.map(|factor| 1.0 - two_sided_p(factor));
    let own = pointwise.unwrap_or(level);
    for (place, found, _) in known {
        let point = &mut points[place];
        let limits = limits(measure, &found, (point.se, point.df), own)?;
        (point.low, point.high) = (Some(limits.0), Some(limits.1));
    }
    for point in &mut points {
        if point.value.is_some() && point.low.is_none() {
            point.reason = Some("its patients show no spread: no limits".to_owned());
        }
    }
    Ok(Curve { points, factor: alone, pointwise, correlations })
}

/// Why a point is not drawn.
fn missing(local: &Local, measure: Measure) -> Option<String> {
    let [negatives, positives] = local.effective;
    let few = |what: &str, effective: f64, near: usize| {
        let short = effective < EFFECTIVE || near < NEAR;
        short.then(|| format!("{effective:.1} effective patients with {what}, {near} within one bandwidth"))
    };
    let [n, m] = measure.needs();
    let both = negatives + positives;
    let by_positives = m.then(|| few("positives", positives, local.near[1])).flatten();
    let by_negatives = n.then(|| few("negatives", negatives, local.near[0])).flatten();
    let of_all = || few("any outcome", both, local.near[0] + local.near[1]);
    by_positives.or(by_negatives).or_else(of_all)
}

fn correlations(known: &[(usize, Contributions, Vec<f64>)]) -> Vec<Vec<f64>> {
    let n = known.len();
    let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
    let rows: Vec<Vec<f64>> =
        threads::count(0..n, |i| (0..=i).map(|j| dot(&known[i].2, &known[j].2)).collect());
    let of = |i: usize, j: usize| {
        let (a, b) = (i.max(j), i.min(j));
        let scale = (rows[a][a] * rows[b][b]).sqrt();
        match (i == j, scale > 0.0) {
            (true, _) => 1.0,
            (false, true) => (rows[a][b] / scale).clamp(-1.0, 1.0),
            (false, false) => 0.0,
        }
    };
    (0..n).map(|i| (0..n).map(|j| of(i, j)).collect()).collect()
}

fn limits(
    measure: Measure,
    found: &Contributions,
    (se, df): (Option<f64>, Option<f64>),
    level: f64,
) -> Result<(f64, f64), StatsError> {
    let area = found.area();
    match measure {
        Measure::Auc => {
            let limits = area.limits(level, Form::LogitT)?;
            Ok((limits.low, limits.high))
        }
        Measure::Sensitivity(_) => {
            let samples = area.positives.samples;
            Rate::of_contributions(found.clone(), samples).limits(level)
        }
        Measure::Calibration => {
            let half = student_factor(level, df.unwrap_or(1.0))? * se.unwrap_or_default();
            Ok(((found.value - half).max(-1.0), (found.value + half).min(1.0)))
        }
    }
}

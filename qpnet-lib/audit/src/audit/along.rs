//! Measures of every method along a continuous attribute, over all scored subgroups together.

use serde::Serialize;

use super::cell::Cell;
use super::cell_audit::CellAudit;
use super::{AuditError, AuditOptions, Predictions};
use crate::rng::Streams;
use crate::stats::along::{Curve, GridRule, Measure, Measured, Point, along, grid};
use crate::threads;

/// What was found along an attribute.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AlongAudit {
    /// The column.
    pub column: String,
    /// Samples of scored subgroups whose value is known.
    pub samples: usize,
    /// Those whose value is not known: they are in no curve.
    pub unknown: usize,
    /// The bandwidth of the kernel; `None` where all patients have the same value, and all samples count as they are.
    pub bandwidth: Option<f64>,
    /// Where it comes from.
    pub rule: &'static str,
    /// The smallest and the largest value.
    pub range: [f64; 2],
    /// Points of the grid.
    pub grid: usize,
    /// By method, class and measure.
    pub curves: Vec<AlongCurve>,
}

/// A measure of a method along the attribute.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AlongCurve {
    /// The method.
    pub method: String,
    /// The class or finding, against the rest; of one yes-or-no question none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub class: Option<String>,
    /// `AUC`, `sensitivity` or `observed minus predicted`.
    pub measure: &'static str,
    /// How many standard errors the band reaches, if these were known; `None` without a band.
    pub factor: Option<f64>,
    /// Whether a horizontal line lies in the band: if not, the measure changes along the attribute.
    pub constant: Option<bool>,
    /// One for each value of the grid; those that are not drawn say why.
    pub points: Vec<Point>,
}

/// Names of the measures, which words and figures know them by.
pub const MEASURES: [&str; 3] = ["AUC", "sensitivity", "observed minus predicted"];

/// Along the attribute of `predictions`, over the subgroups of `order`; `None` where nobody asked. `cells` tell which
/// methods have calibration.
pub(super) fn of(
    predictions: &Predictions,
    order: &[usize],
    cells: &[CellAudit],
    options: &AuditOptions,
) -> Result<Option<AlongAudit>, AuditError> {
    if predictions.along.is_empty() {
        return Ok(None);
    }
    let samples = &predictions.samples;
    let scored = |sample: &usize| order.contains(&(samples.groups[*sample] as usize));
    let own: Vec<usize> = (0..samples.len()).filter(scored).collect();
    let (known, unknown): (Vec<usize>, Vec<usize>) =
        own.iter().partition(|&&sample| !samples.along[sample].is_nan());
    let values: Vec<f64> = known.iter().map(|&sample| samples.along[sample]).collect();
    if values.is_empty() {
        let message = format!("column {}: no sample that is scored has a value (--along)", predictions.along);
        return Err(AuditError::Whole { file: predictions.file.clone(), message });
    }
    let patients: Vec<usize> = known.iter().map(|&sample| samples.patients[sample] as usize).collect();
    let rule = options.bandwidth.map_or(GridRule::Values, GridRule::Given);
    let bandwidth = rule.bandwidth(&values, &patients);
    let points = grid(&values, bandwidth.unwrap_or(1.0));
    let mut asked = Vec::new();
    for method in 0..predictions.methods.len() {
        let name = &predictions.methods[method];
        let calibrated = cells.iter().any(|cell| &cell.method == name && cell.calibration.is_some());
        for class in 0..predictions.width() {
            asked.push((method, class, Measure::Auc));
            asked.extend(options.threshold.map(|threshold| (method, class, Measure::Sensitivity(threshold))));
            asked.extend(calibrated.then_some((method, class, Measure::Calibration)));
        }
    }
    let streams = Streams::new(options.seed).below("along");
    let one = |&(method, class, measure): &(usize, usize, Measure)| {
        let cell = pooled(predictions, order, method as u32, class);
        let at: Vec<f64> = cell.samples.iter().map(|&sample| samples.along[sample as usize]).collect();
        let given = Measured {
            labels: &cell.labels,
            scores: &cell.scores,
            patients: &cell.patients,
            weights: predictions.weighted.then_some(&cell.weights),
            at: &at,
        };
        let found = along(given, measure, (&points, bandwidth), options.level, &streams)?;
        let constant = found.constant();
        let Curve { points, factor, .. } = found;
        Ok::<_, AuditError>(AlongCurve {
            method: predictions.methods[method].clone(),
            class: predictions.classes.get(class).cloned(),
            measure: MEASURES[match measure {
                Measure::Auc => 0,
                Measure::Sensitivity(_) => 1,
                Measure::Calibration => 2,
            }],
            factor,
            constant,
            points,
        })
    };
    let curves = threads::try_map(&asked, one)?;
    let least = values.iter().copied().fold(f64::INFINITY, f64::min);
    let most = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    Ok(Some(AlongAudit {
        column: predictions.along.clone(),
        samples: known.len(),
        unknown: unknown.len(),
        bandwidth,
        rule: rule.words(),
        range: [least, most],
        grid: points.len(),
        curves,
    }))
}

/// All samples of a method whose attribute and outcome are known.
fn pooled(predictions: &Predictions, order: &[usize], method: u32, class: usize) -> Cell {
    let mut all = Cell::default();
    for &group in order {
        let cell = Cell::of(predictions, method, group as u32, class);
        let known = |&i: &usize| !predictions.samples.along[cell.samples[i] as usize].is_nan();
        all = all.with(&cell.part((0..cell.samples.len()).filter(known)));
    }
    all
}

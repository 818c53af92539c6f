//! Drawings of an audit.

use super::name;
use crate::audit::{Audit, Predictions};
use crate::figure::{Figure, FigureError, Forest, Lines};
use crate::metrics::{self, RocPoint};
use crate::report::ReportError;

/// More points than this a curve cannot be told apart on paper.
const MOST_POINTS: usize = 400;

/// AUC of every method on every subgroup.
///
/// # Errors
/// [`ReportError`] from the drawing.
pub fn audit_forest(audit: &Audit) -> Result<Figure, ReportError> {
    let percent = 100.0 * audit.level;
    let mut forest =
        Forest::new("auc", "AUC of every subgroup").x_label(format!("AUC ({percent:.0} % interval)"));
    for method in &audit.methods {
        forest = forest.heading(method.clone());
        for cell in audit.cells.iter().filter(|cell| &cell.method == method) {
            forest = forest.row(cell.group.clone(), cell.auc.clone());
        }
    }
    let caption = format!(
        "AUC of {}; subgroups of {}, the dominant one first. Obuchowski's variance over patients.",
        audit.methods.join(", "),
        name(audit)
    );
    Ok(forest.caption(caption).draw()?)
}

/// ROC curves of `method`, one a subgroup that has both outcomes; `None` when none has.
///
/// # Errors
/// [`ReportError`] from the drawing.
pub fn roc_figure(
    audit: &Audit,
    predictions: &Predictions,
    method: &str,
    place: usize,
) -> Result<Option<Figure>, ReportError> {
    let mut lines = Lines::new(format!("roc_{}", place + 1), format!("ROC curves, {method}"))
        .x_label("false positive rate")
        .y_label("true positive rate");
    let mut any = false;
    for cell in audit.cells.iter().filter(|cell| cell.method == method) {
        let (labels, scores) = predictions.of(method, &cell.group);
        if let Some(curve) = metrics::roc(&labels, &scores)? {
            any = true;
            let point = |point: &RocPoint| (point.false_positive_rate, point.true_positive_rate);
            lines = lines.series(cell.group.clone(), thinned(&curve).map(point));
        }
    }
    let caption = format!("ROC curves of {method} in the subgroups of {}.", name(audit));
    Ok(any.then(|| lines.caption(caption).draw()).transpose()?)
}

/// At most [`MOST_POINTS`] of a curve, both ends among them.
fn thinned(curve: &[RocPoint]) -> impl Iterator<Item = &RocPoint> {
    let step = curve.len().div_ceil(MOST_POINTS).max(1);
    let last = curve.len() - 1;
    curve.iter().enumerate().filter(move |(at, _)| at % step == 0 || *at == last).map(|(_, point)| point)
}

/// Reliability diagram of `method`: what happened against what was said, one curve a subgroup.
///
/// # Errors
/// [`ReportError`] from the drawing.
pub fn reliability_figure(
    audit: &Audit,
    predictions: &Predictions,
    method: &str,
    place: usize,
    bins: usize,
) -> Result<Figure, ReportError> {
    let mut lines = Lines::new(format!("reliability_{}", place + 1), format!("Reliability, {method}"))
        .x_label("probability that was said")
        .y_label("rate of positives")
        .series("calibrated", [(0.0, 0.0), (1.0, 1.0)]);
    for cell in audit.cells.iter().filter(|cell| cell.method == method) {
        let (labels, scores) = predictions.of(method, &cell.group);
        let points = metrics::reliability(&labels, &scores, bins)?;
        lines = lines.series(cell.group.clone(), points.iter().map(|bin| (bin.forecast, bin.rate)));
    }
    let caption = format!(
        "Rate of positives against the mean probability in at most {bins} bins of equal mass; {method}, subgroups \
         of {}. On the diagonal, probabilities are right.",
        name(audit)
    );
    let drawn: Result<Figure, FigureError> = lines.caption(caption).draw();
    Ok(drawn?)
}

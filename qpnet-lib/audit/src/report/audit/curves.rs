//! ROC curves, reliability and densities of an audit.

use super::sheet::Sheet;
use crate::audit::{Audit, AuditOptions, Predictions, densities, reliability, roc, smooth_calibration};
use crate::figure::{Figure, LineStyle, Lines};
use crate::report::ReportError;
use crate::stats::BandPoint;
use crate::stats::along::CalibrationPoint;

/// ROC curves of the method at `place` with pointwise bands, one a subgroup that has both
/// outcomes; `None` when none has.
///
/// # Errors
/// [`ReportError`] from the statistics or the drawing.
pub fn roc_figure(
    audit: &Audit,
    predictions: &Predictions,
    options: &AuditOptions,
    place: usize,
) -> Result<Option<Figure>, ReportError> {
    let sheet = Sheet { audit, predictions, method: place };
    let caption = format!(
        "ROC curves; bands hold the sensitivity at each false positive rate with {:.0} % confidence (patients \
         resampled, vertical averaging), one point at a time.",
        100.0 * audit.level
    );
    sheet.bands(
        ("roc", "ROC curves"),
        &caption,
        ["false positive rate", "true positive rate", "chance"],
        |group, class| {
            let curve = roc(predictions, options, (place, group, class))?;
            let corner = |p: &BandPoint| (p.false_positive_rate, p.true_positive_rate, p.low, p.high);
            Ok(curve.map(|curve| curve.iter().map(corner).collect()))
        },
    )
}

/// Reliability diagram of the method at `place`: what happened against what was said, one curve a
/// subgroup.
///
/// # Errors
/// [`ReportError`] from the statistics or the drawing.
pub fn reliability_figure(
    audit: &Audit,
    predictions: &Predictions,
    options: &AuditOptions,
    place: usize,
) -> Result<Option<Figure>, ReportError> {
    let sheet = Sheet { audit, predictions, method: place };
    let caption = format!(
        "Rate of positives against the mean probability in at most {} bins of as many samples, with {:.0} % \
         intervals (Wilson at the effective size). On the dashed line, probabilities are right.",
        options.bins,
        100.0 * audit.level
    );
    let words = ["probability that was said", "rate of positives", "calibrated"];
    sheet.bands(("reliability", "Reliability"), &caption, words, |group, class| {
        let points = reliability(predictions, options, (place, group, class))?;
        let corners = points.iter().filter_map(|point| {
            let (rate, low, high) = point.rate.triple()?;
            Some((point.forecast, rate, low, high))
        });
        Ok(Some(corners.collect()))
    })
}

/// Smooth calibration curves of the method at `place`, one a subgroup with its band; `None` where none has enough patients.
///
/// # Errors
/// [`ReportError`] from the statistics or the drawing.
pub fn calibration_figure(
    audit: &Audit,
    predictions: &Predictions,
    options: &AuditOptions,
    place: usize,
) -> Result<Option<Figure>, ReportError> {
    let sheet = Sheet { audit, predictions, method: place };
    let caption = format!(
        "Mean outcome against mean probability of neighbours (Gaussian kernel over the ranks of probabilities). Each band holds \
         its whole curve with {:.0} % confidence, patients as units: where the dashed line leaves it, probabilities are wrong.",
        100.0 * audit.level
    );
    let words = ["probability that was said", "rate of positives", "calibrated"];
    sheet.bands(("calibration", "Calibration curves"), &caption, words, |group, class| {
        let points = smooth_calibration(predictions, options, (place, group, class))?;
        let corner = |point: &CalibrationPoint| (point.predicted, point.observed, point.low, point.high);
        Ok((!points.is_empty()).then(|| points.iter().map(corner).collect()))
    })
}

/// Where the scores of positives and negatives lie: a panel a subgroup, or, of several classes or
/// findings, a panel a class with a pair of lines a subgroup.
///
/// # Errors
/// [`ReportError`] from the statistics or the drawing.
pub fn density_figure(
    audit: &Audit,
    predictions: &Predictions,
    options: &AuditOptions,
    place: usize,
) -> Result<Option<Figure>, ReportError> {
    let sheet = Sheet { audit, predictions, method: place };
    let caption = "Densities of the scores: histograms of 20 equal widths, each of area 1, drawn through the \
                   middles of their bins. Solid: positives, dashed: negatives.";
    let pair = |mut lines: Lines, group: usize, class: usize, names: [String; 2]| {
        let mut drawn = Vec::new();
        let found = densities(predictions, options, (place, group, class))?;
        let kinds = names.into_iter().zip([LineStyle::Solid, LineStyle::Dashed]);
        for (bins, (name, style)) in found.iter().zip(kinds).filter(|(bins, _)| !bins.is_empty()) {
            let middles = bins.iter().map(|bin| ((bin.low + bin.high) / 2.0, bin.density));
            lines = lines.series(name, middles.collect::<Vec<_>>());
            drawn.push(style);
        }
        Ok::<_, ReportError>((lines, drawn))
    };
    let axes = |lines: Lines| lines.x_label("score").y_label("density").zero_line();
    if predictions.classes.is_empty() {
        let panel = |name: &str, group: usize, colour: usize| {
            let names = ["positive", "negative"].map(str::to_owned);
            let (lines, styles) = pair(axes(Lines::new("subgroup", name)), group, 0, names)?;
            Ok((!styles.is_empty()).then(|| lines.colours(vec![colour; styles.len()]).styles(styles)))
        };
        return sheet.by_group(("density", "Scores"), caption, panel);
    }
    sheet.figure(("density", "Scores"), caption, |class, lines| {
        let (mut lines, mut colours, mut styles) = (axes(lines), Vec::new(), Vec::new());
        for (name, group, colour) in sheet.groups() {
            let names = ["positive", "negative"].map(|label| format!("{name}, {label}"));
            let (more, drawn) = pair(lines, group, class, names)?;
            lines = more;
            colours.extend(vec![colour; drawn.len()]);
            styles.extend(drawn);
        }
        Ok((!colours.is_empty()).then(|| lines.colours(colours).styles(styles)))
    })
}

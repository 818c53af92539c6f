//! Anybody's learning curves, judged: table, words, figure.

use super::audit::sentence;
use super::{FindingTable, ReportError, Table, method_words};
use crate::audit::CurveAudit;
use crate::figure::{Figure, LineStyle, Lines};

/// Colours of the methods as places in the theme's list.
const COLOURS: [usize; 6] = [2, 6, 3, 1, 4, 5];

/// The largest fall of every curve with its tests.
pub fn judged_curves_table(judged: &CurveAudit) -> Table {
    let summary = &judged.summary;
    let title =
        format!("Pareto fairness criterion: {} sizes × {} seeds", summary.sizes.len(), summary.seeds.len());
    let mut table = FindingTable::new(title);
    for entry in &judged.methods {
        table.findings(&entry.method, &summary.groups, &entry.judgement, &summary.sizes);
    }
    let mut table = table.done(None);
    table.note(scope(judged));
    table
}

/// One paragraph a method, the verdict first; then what a reader must know.
pub fn judged_curves_words(judged: &CurveAudit) -> String {
    let (summary, criterion) = (&judged.summary, judged.criterion());
    let paragraph = |entry: &crate::audit::JudgedCurve| {
        method_words(&entry.method, &entry.judgement, &summary.groups, &summary.sizes, &criterion)
    };
    let notes = summary.notes.iter().map(|note| format!("Note: {}", sentence(note)));
    judged.methods.iter().map(paragraph).chain(notes).collect::<Vec<_>>().join("\n")
}

/// Mean over seeds by size with its interval: one colour a method, or of a single method one a
/// subgroup; the dominant subgroup solid, the other dashed.
///
/// # Errors
/// [`ReportError`] from the drawing.
pub fn judged_curves_figure(judged: &CurveAudit) -> Result<Figure, ReportError> {
    let summary = &judged.summary;
    let [dominant, less] = &summary.groups;
    let measure = if summary.measure.eq_ignore_ascii_case("auc") { "AUC" } else { &summary.measure };
    let mut lines = Lines::new("curve", format!("{measure} over the size of the dominant training set"))
        .x_label("dominant training images")
        .y_label(measure);
    if summary.sizes.iter().all(|&size| size > 0) {
        lines = lines.log_x();
    }
    let (mut colours, mut styles) = (Vec::new(), Vec::new());
    let alone = judged.methods.len() == 1;
    for (entry, at) in judged.methods.iter().zip(0..) {
        let colour = |subgroup: usize| COLOURS[(at + if alone { subgroup } else { 0 }) % COLOURS.len()];
        let kinds = [(colour(0), LineStyle::Solid), (colour(1), LineStyle::Dashed)];
        for ((points, group), (colour, style)) in entry.points.iter().zip(&summary.groups).zip(kinds) {
            let label = if alone { group.clone() } else { format!("{}, {group}", entry.method) };
            let corner = |(&size, point): (&usize, &crate::stats::Estimate)| {
                let [value, low, high] =
                    [point.value, point.low, point.high].map(|number| number.unwrap_or(f64::NAN));
                (size as f64, value, low, high)
            };
            lines = lines.band(label, summary.sizes.iter().zip(points).map(corner).collect::<Vec<_>>());
            colours.push(colour);
            styles.push(style);
        }
    }
    let over = if summary.from_predictions { "seeds and patients" } else { "seeds" };
    let caption = format!(
        "{measure}, mean over {} seeds, as the dominant training set ({dominant}) grows. Solid: {dominant}, dashed: \
         {less}. Bands: {:.0} % interval over {over}.",
        summary.seeds.len(),
        100.0 * (1.0 - summary.alpha)
    );
    Ok(lines.colours(colours).styles(styles).caption(caption).draw()?)
}

/// What statements hold for.
fn scope(judged: &CurveAudit) -> &'static str {
    match judged.summary.from_predictions {
        true => "patients are resampled jointly for all trainings, seeds in blocks",
        false => "only seeds vary: statements hold for this test set, not for its population",
    }
}

//! The map: a matrix of two factors, a panel a size, in each cell the gain with its verdict and its seeds.

use crate::experiment::grid::tables::VerdictRow;
use crate::figure::{Figure, FigureError, Heat, HeatCell, HeatScale, Panels};
use crate::stats::frontier::{EQUIVALENCE, Verdict};

/// Gains from here on have the full colour.
const FULL: f64 = 3.0 * EQUIVALENCE;

/// Which factor goes where; `data`, `scheme` and `size` are such.
#[derive(Clone, Copy, Debug)]
pub struct MapAxes<'a> {
    /// From left to right.
    pub x: &'a str,
    /// From top to bottom.
    pub y: &'a str,
    /// From panel to panel.
    pub panel: &'a str,
}

/// The map of one method; levels stand in the order of the rows.
///
/// # Errors
/// [`FigureError`], as without a row of the method.
pub fn verdict_map(
    rows: &[VerdictRow],
    method: &str,
    axes: MapAxes<'_>,
    name: &str,
) -> Result<Figure, FigureError> {
    let own: Vec<&VerdictRow> = rows.iter().filter(|row| row.method == method).collect();
    let levels = |factor: &str| {
        let mut levels: Vec<String> = Vec::new();
        for level in own.iter().filter_map(|row| row.place.level(factor)) {
            if !levels.contains(&level) {
                levels.push(level);
            }
        }
        levels
    };
    let (columns, lines) = (levels(axes.x), levels(axes.y));
    let is = |row: &VerdictRow, factor: &str, level: &String| row.place.level(factor).as_ref() == Some(level);
    let mut sheet = Panels::new(name, format!("Gain of {method} over the re-weighting frontier"));
    for panel in levels(axes.panel) {
        let mut heat = Heat::new(name, format!("{} {panel}", axes.panel))
            .columns(columns.clone())
            .x_label(axes.x)
            .y_label(axes.y)
            .scale(HeatScale::Diverging { centre: 0.0 })
            .range(-FULL, FULL)
            .measure("gain D")
            .decimals(3);
        for line in &lines {
            let cells = columns.iter().map(|column| {
                let at = |row: &&&VerdictRow| {
                    is(row, axes.panel, &panel) && is(row, axes.y, line) && is(row, axes.x, column)
                };
                own.iter().find(at).map_or_else(|| HeatCell::undefined("no such cell"), |row| cell(row))
            });
            heat = heat.row(line.clone(), cells.collect::<Vec<_>>());
        }
        sheet = sheet.panel(heat);
    }
    let (least, most) =
        own.iter().fold((usize::MAX, 0), |(a, b), row| (a.min(row.seeds.0), b.max(row.seeds.0)));
    let seeds = if least == most { most.to_string() } else { format!("{least} to {most}") };
    sheet
        .columns(2)
        .caption(format!(
            "Gain D and its verdict, {seeds} seeds a cell; each test at 2.5 %, a star where the verdict stands after Holm. \
             adds: above what one weight reaches; beaten: one weight has as much or more of both; knob: shown to be \
             within {EQUIVALENCE} of it; costs: below; open: nothing is shown. °: in most seeds outside the range of the \
             frontier, whose nearest end is taken.",
        ))
        .draw()
}

fn cell(row: &VerdictRow) -> HeatCell {
    let Some(value) = row.gain.value else {
        return HeatCell::undefined(row.gain.reason.clone().unwrap_or_default());
    };
    if row.verdict == Verdict::Undefined {
        let reason = row.gain.reason.clone().unwrap_or_default();
        return HeatCell::undefined(format!("D = {value:.3}, {reason}"));
    }
    let outside = if row.outside > 0.5 { "°" } else { "" };
    HeatCell::Told(value, format!("{}{outside} ({})", words(row), row.seeds.0))
}

/// The verdict in a word, with a star where something is shown and stands after Holm.
pub(super) fn words(row: &VerdictRow) -> String {
    let shown = !matches!(row.verdict, Verdict::Undecided { .. } | Verdict::Undefined);
    let star = if shown && row.verdict == row.verdict_holm { "*" } else { "" };
    format!("{}{star}", row.verdict.word())
}

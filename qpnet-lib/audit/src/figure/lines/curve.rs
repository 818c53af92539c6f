//! The curves themselves: areas behind, lines with gaps and markers before them.

use super::super::canvas::Canvas;
use super::content::{LineContent, LineSeries, LineStyle};
use super::plot::Plot;

/// Opacity of an area: three of them above each other still show the grid.
const OPACITY: f64 = 0.18;
/// A curve with more points than this has no markers.
const MARKED: usize = 25;
const MARKER: f64 = 2.6;
const WIDTH: f64 = 1.8;

/// Draw the area of every series that has limits, piece by piece between gaps.
pub(super) fn draw_bands(chart: &LineContent, plot: &Plot, canvas: &mut Canvas) {
    for (s, series) in chart.series.iter().enumerate() {
        let Some(limits) = &series.limits else { continue };
        let points = series.points.iter().zip(limits);
        let corners: Vec<[f64; 4]> = points.map(|(&(x, y), &(low, high))| [x, y, low, high]).collect();
        for piece in corners.split(|corner| corner.iter().any(|number| !number.is_finite())) {
            let lower = piece.iter().map(|&[x, _, low, _]| plot.at((x, low)));
            let upper = piece.iter().map(|&[x, _, _, high]| plot.at((x, high)));
            let edge: Vec<_> = upper.chain(lower.rev()).collect();
            let area = match edge[..] {
                // A single point has an interval but no area.
                [(x, a), (_, b)] => vec![(x - 3.0, a), (x + 3.0, a), (x + 3.0, b), (x - 3.0, b)],
                _ => edge,
            };
            canvas.area(area, chart.colour(s), OPACITY);
        }
    }
}

/// Draw every curve; the end of its last piece.
pub(super) fn draw_curves(chart: &LineContent, plot: &Plot, canvas: &mut Canvas) -> Vec<Option<(f64, f64)>> {
    chart.series.iter().enumerate().map(|(s, series)| draw_curve(chart, s, series, plot, canvas)).collect()
}

fn draw_curve(
    chart: &LineContent,
    s: usize,
    series: &LineSeries,
    plot: &Plot,
    canvas: &mut Canvas,
) -> Option<(f64, f64)> {
    let colour = chart.colour(s);
    let mut last = None;
    for piece in series.points.split(|(x, y)| !(x.is_finite() && y.is_finite())) {
        let piece: Vec<_> = piece.iter().map(|&point| plot.at(point)).collect();
        if piece.len() == 1 || series.points.len() <= MARKED {
            for &point in &piece {
                canvas.dot(point, MARKER, colour);
            }
        }
        last = piece.last().copied().or(last);
        match chart.style(s) {
            LineStyle::Solid => canvas.stroke(piece, WIDTH, colour),
            LineStyle::Dashed => canvas.dashed_path(&piece, WIDTH, colour),
        }
    }
    last
}

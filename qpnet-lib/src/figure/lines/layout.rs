//! Where everything of a line chart stands.

use super::super::canvas::{Anchor, Font};
use super::*;
use plotters::style::RGBColor;

const PLOT: (f64, f64) = (460.0, 250.0);
const LEFT: f64 = 72.0;
/// Widest label at the end of a curve.
const LABEL_WIDTH: f64 = 170.0;

struct Plot {
    x: Axis,
    y: Axis,
    top: f64,
}

impl Plot {
    fn at(&self, (x, y): (f64, f64)) -> (f64, f64) {
        let (right, up) = (self.x.share(x), self.y.share(y).clamp(0.0, 1.0));
        (LEFT + 6.0 + right * (PLOT.0 - 12.0), self.top + (1.0 - up) * PLOT.1)
    }

    fn bottom(&self) -> f64 {
        self.top + PLOT.1
    }
}

fn extent(values: impl Iterator<Item = f64>) -> (f64, f64) {
    values.fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), v| (a.min(v), b.max(v)))
}

/// Draw the chart; the size of the sheet.
pub(super) fn draw(chart: &Lines, canvas: &mut Canvas) -> (f64, f64) {
    let font = Font::new(theme::TICK, theme::INK);
    let labels: Vec<String> = chart.series.iter().map(|s| font.shorten(&s.label, LABEL_WIDTH)).collect();
    let label_width = labels.iter().map(|l| font.width(l)).fold(0.0, f64::max);
    let width = LEFT + PLOT.0 + 16.0 + label_width + frame::EDGE;

    let top = frame::heading(canvas, &chart.words.title, width) + 8.0;
    let level = chart.level.iter().map(|(y, _)| *y).filter(|y| y.is_finite());
    let (x_low, x_high) = extent(chart.finite().map(|(x, _)| x));
    let (y_low, y_high) = extent(chart.finite().map(|(_, y)| y).chain(level));
    let whole = chart.finite().all(|(x, _)| x.fract() == 0.0);
    let x = if whole { Axis::whole(x_low, x_high, 8) } else { Axis::exact(x_low, x_high, 8) };
    let plot = Plot { x, y: Axis::round(y_low, y_high, 6), top };
    draw_axes(chart, &plot, canvas);
    draw_guides(chart, &plot, canvas);

    let mut ends = Vec::new();
    for (s, series) in chart.series.iter().enumerate() {
        let last = draw_curve(&plot, canvas, &series.points, colour_of(chart, s));
        if let Some(last) = last {
            ends.push((last.1, s));
        }
    }
    spread(&mut ends, font.line(), plot.top, plot.bottom());
    for (y, s) in ends {
        let left = LEFT + PLOT.0 + 4.0;
        canvas.rectangle((left, y - 1.5), (left + 8.0, y + 1.5), theme::colour(colour_of(chart, s)));
        canvas.text(labels[s].as_str(), (left + 12.0, y + theme::TICK * 0.36), font, Anchor::Left);
    }
    let below = plot.bottom() + 44.0;
    (width, frame::closing(canvas, &[], &chart.footer, below, width))
}

/// A single curve is drawn in the second colour: the first is the grey of a baseline.
fn colour_of(chart: &Lines, series: usize) -> usize {
    if chart.series.len() == 1 { 2 } else { series }
}

fn draw_axes(chart: &Lines, plot: &Plot, canvas: &mut Canvas) {
    let font = Font::new(theme::TICK, theme::INK);
    let (right, bottom) = (LEFT + PLOT.0, plot.bottom());
    for &tick in &plot.y.ticks {
        let y = plot.at((plot.x.low, tick)).1;
        canvas.segment((LEFT, y), (right, y), 0.8, theme::GRID);
        canvas.segment((LEFT - 4.0, y), (LEFT, y), 1.0, theme::INK);
        canvas.text(plot.y.label(tick), (LEFT - 7.0, y + theme::TICK * 0.36), font, Anchor::Right);
    }
    for &tick in &plot.x.ticks {
        let x = plot.at((tick, plot.y.low)).0;
        canvas.segment((x, bottom), (x, bottom + 4.0), 1.0, theme::INK);
        canvas.text(plot.x.label(tick), (x, bottom + 6.0 + theme::TICK), font, Anchor::Middle);
    }
    canvas.stroke(vec![(LEFT, plot.top), (LEFT, bottom), (right, bottom)], 1.0, theme::INK);
    let font = Font::new(theme::LABEL, theme::INK);
    let label = font.shorten(&chart.x_label, PLOT.0);
    canvas.text(label, (LEFT + PLOT.0 / 2.0, bottom + 36.0), font, Anchor::Middle);
    let label = font.shorten(&chart.y_label, PLOT.1);
    canvas.upwards(label, (frame::EDGE + theme::LABEL - 2.0, plot.top + PLOT.1 / 2.0), font);
}

fn draw_guides(chart: &Lines, plot: &Plot, canvas: &mut Canvas) {
    let font = Font::new(theme::NOTE, theme::MUTED);
    if let Some((y, label)) = chart.level.as_ref().filter(|(y, _)| y.is_finite()) {
        let y = plot.at((plot.x.low, *y)).1;
        canvas.dashed((LEFT, y), (LEFT + PLOT.0, y), 1.0, theme::MUTED);
        canvas.text(font.shorten(label, PLOT.0 / 2.0), (LEFT + 6.0, y - 4.0), font, Anchor::Left);
    }
    let inside = |x: f64| (plot.x.low..=plot.x.high).contains(&x);
    if let Some((x, label)) = chart.mark.as_ref().filter(|(x, _)| inside(*x)) {
        let share = plot.x.share(*x);
        let x = plot.at((*x, plot.y.low)).0;
        canvas.dashed((x, plot.top), (x, plot.bottom()), 1.0, theme::MUTED);
        let label = font.shorten(label, PLOT.0 * 0.45);
        let (at, anchor) = if share < 0.5 { (x + 5.0, Anchor::Left) } else { (x - 5.0, Anchor::Right) };
        canvas.text(label, (at, plot.top + theme::NOTE), font, anchor);
    }
}

/// The curve with its gaps; the end of its last piece.
fn draw_curve(plot: &Plot, canvas: &mut Canvas, points: &[(f64, f64)], series: usize) -> Option<(f64, f64)> {
    let colour: RGBColor = theme::colour(series);
    let mut last = None;
    for piece in points.split(|(x, y)| !(x.is_finite() && y.is_finite())) {
        let piece: Vec<_> = piece.iter().map(|&point| plot.at(point)).collect();
        if piece.len() == 1 || points.len() <= 25 {
            for &point in &piece {
                canvas.dot(point, 2.6, colour);
            }
        }
        last = piece.last().copied().or(last);
        canvas.stroke(piece, 1.8, colour);
    }
    last
}

/// Move labels apart so that none overlaps, as little as possible, inside `top..bottom`.
fn spread(ends: &mut [(f64, usize)], distance: f64, top: f64, bottom: f64) {
    ends.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    let distance = distance.min((bottom - top) / ends.len().max(1) as f64);
    for _ in 0..200 {
        for i in 1..ends.len() {
            let overlap = distance - (ends[i].0 - ends[i - 1].0);
            if overlap > 0.0 {
                ends[i - 1].0 -= overlap / 2.0;
                ends[i].0 += overlap / 2.0;
            }
        }
        for (i, end) in ends.iter_mut().enumerate() {
            end.0 = end.0.max(top + i as f64 * distance);
        }
        for (i, end) in ends.iter_mut().rev().enumerate() {
            end.0 = end.0.min(bottom - i as f64 * distance);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_do_not_overlap() {
        let mut ends = vec![(10.0, 0), (10.0, 1), (11.0, 2), (100.0, 3)];
        spread(&mut ends, 14.0, 0.0, 120.0);
        assert!(ends.windows(2).all(|w| w[1].0 - w[0].0 > 13.9), "{ends:?}");
        assert_eq!(ends[3].0, 100.0);
    }
}

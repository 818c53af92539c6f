//! Where everything of a line chart stands.

use super::super::axis::Axis;
use super::super::canvas::{Anchor, Canvas};
use super::super::chart::Room;
use super::super::font::Font;
use super::super::ticks::TickLabels;
use super::super::{frame, theme};
use super::content::{LineContent, LineSeries};
use super::plot::Plot;
use super::{curve, ends};

/// Width and height of the plot of a figure alone on its sheet.
const PLOT: (f64, f64) = (460.0, 250.0);
/// Narrowest plot of a panel.
const NARROWEST: f64 = 180.0;
const LEFT: f64 = 72.0;
/// Distance between the plot and the labels at the ends of curves.
const GAP: f64 = 16.0;

fn extent(values: impl Iterator<Item = f64>) -> (f64, f64) {
    values.fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), v| (a.min(v), b.max(v)))
}

/// Draw the chart; the size of the sheet.
pub(super) fn draw(chart: &LineContent, room: &Room<'_>, canvas: &mut Canvas) -> (f64, f64) {
    let ends = ends::Ends::new(chart, room);
    let height = PLOT.1.max(ends.height());
    let y = y_axis(chart, height);
    let left = frame::left_of(&y, LEFT);
    let around = left + GAP + ends.width + frame::EDGE;
    let plot_width = room.width.map_or(PLOT.0, |width| (width - around).max(NARROWEST));
    let width = around + plot_width;
    let top = frame::heading(canvas, room, width) + 8.0;
    let plot = Plot { x: x_axis(chart, plot_width), y, left, top, size: (plot_width, height) };

    let labels = draw_axes(chart, &plot, canvas);
    curve::draw_bands(chart, &plot, canvas);
    draw_guides(chart, &plot, canvas);
    let last = curve::draw_curves(chart, &plot, canvas);
    ends.draw(chart, &last, (plot.right() + 4.0, plot.top, plot.bottom()), canvas);

    let missing: Vec<&str> =
        chart.series.iter().filter(|s| s.finite().next().is_none()).map(|s| s.label.as_str()).collect();
    let note =
        (!missing.is_empty()).then(|| format!("Not drawn, without a finite point: {}.", missing.join(", ")));
    let name = if chart.x_label.trim().is_empty() { 0.0 } else { 20.0 };
    let below = plot.bottom() + 24.0 + name + labels;
    (width, frame::closing(canvas, note.as_slice(), &room.words.footer, below, width))
}

fn x_axis(chart: &LineContent, width: f64) -> Axis {
    let named = chart.ticks.iter().map(|(x, _)| *x).filter(|x| x.is_finite());
    let places: Vec<f64> = chart.finite().map(|(x, _)| x).chain(named).collect();
    let (low, high) = extent(places.iter().copied());
    let wanted = (width / 57.5).round().max(2.0) as usize;
    if chart.logarithmic {
        Axis::logarithmic(&places)
    } else if !chart.ticks.is_empty() {
        Axis::exact(low, high, wanted)
    } else if places.iter().all(|x| x.fract() == 0.0) {
        Axis::whole(low, high, wanted)
    } else {
        Axis::exact(low, high, wanted)
    }
}

fn y_axis(chart: &LineContent, height: f64) -> Axis {
    let level = chart.level.iter().map(|(y, _)| *y).filter(|y| y.is_finite());
    let zero = chart.zero.then_some(0.0);
    let limits = chart.series.iter().flat_map(LineSeries::finite_limits).flat_map(|(low, high)| [low, high]);
    let (low, high) = extent(chart.finite().map(|(_, y)| y).chain(limits).chain(level).chain(zero));
    Axis::round(low, high, (height / 42.0).round() as usize)
}

/// Draw both axes; the height that the labels below take beyond one line.
fn draw_axes(chart: &LineContent, plot: &Plot, canvas: &mut Canvas) -> f64 {
    let font = Font::new(theme::TICK, theme::INK);
    let (left, right, bottom) = (plot.left, plot.right(), plot.bottom());
    for &tick in &plot.y.ticks {
        let y = plot.at((plot.x.low, tick)).1;
        canvas.segment((left, y), (right, y), 0.8, theme::GRID);
        canvas.segment((left - 4.0, y), (left, y), 1.0, theme::INK);
        canvas.text(plot.y.label(tick), (left - 7.0, y + theme::TICK * 0.36), font, Anchor::Right);
    }
    let place = |x: f64| plot.at((x, plot.y.low)).0;
    let labels = if chart.ticks.is_empty() {
        let numbers = plot.x.ticks.iter().map(|&x| (place(x), plot.x.label(x)));
        TickLabels::numbers(numbers.collect(), font)
    } else {
        let named = chart.ticks.iter().filter(|(x, _)| x.is_finite());
        TickLabels::names(named.map(|(x, name)| (place(*x), name.clone())).collect(), font, left)
    };
    labels.draw(bottom, font, canvas);
    canvas.stroke(vec![(left, plot.top), (left, bottom), (right, bottom)], 1.0, theme::INK);
    let font = Font::new(theme::LABEL, theme::INK);
    let (width, height) = plot.size;
    let label = font.shorten(&chart.x_label, width);
    let beyond = labels.beyond_one_line();
    canvas.text(label, (left + width / 2.0, bottom + 36.0 + beyond), font, Anchor::Middle);
    let label = font.shorten(&chart.y_label, height);
    let middle = (frame::EDGE + theme::LABEL - 2.0, plot.top + height / 2.0);
    canvas.upwards(label, middle, font, Anchor::Middle);
    beyond
}

fn draw_guides(chart: &LineContent, plot: &Plot, canvas: &mut Canvas) {
    let font = Font::new(theme::NOTE, theme::MUTED);
    let (width, _) = plot.size;
    if chart.zero {
        let y = plot.at((plot.x.low, 0.0)).1;
        canvas.segment((plot.left, y), (plot.right(), y), 1.0, theme::INK);
    }
    if let Some((y, label)) = chart.level.as_ref().filter(|(y, _)| y.is_finite()) {
        let y = plot.at((plot.x.low, *y)).1;
        canvas.dashed((plot.left, y), (plot.right(), y), 1.0, theme::MUTED);
        canvas.text(font.shorten(label, width - 12.0), (plot.left + 6.0, y - 4.0), font, Anchor::Left);
    }
    // The name of the mark stands at the top, unless that of the level is there.
    let level = chart.level.as_ref().map(|(y, _)| plot.at((plot.x.low, *y)).1);
    let crowded = level.is_some_and(|y| y < plot.top + 2.5 * theme::NOTE);
    let base = if crowded { plot.bottom() - 5.0 } else { plot.top + theme::NOTE };
    let inside = |x: f64| (plot.x.low..=plot.x.high).contains(&x);
    if let Some((x, label)) = chart.mark.as_ref().filter(|(x, _)| inside(*x)) {
        let share = plot.x.share(*x);
        let x = plot.at((*x, plot.y.low)).0;
        canvas.dashed((x, plot.top), (x, plot.bottom()), 1.0, theme::MUTED);
        let label = font.shorten(label, width * 0.45);
        let (at, anchor) = if share < 0.5 { (x + 5.0, Anchor::Left) } else { (x - 5.0, Anchor::Right) };
        canvas.text(label, (at, base), font, anchor);
    }
}

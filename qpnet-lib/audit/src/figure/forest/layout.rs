//! Where everything of a forest plot stands.

use super::super::axis::Axis;
use super::super::canvas::{Anchor, Canvas};
use super::super::chart::Room;
use super::super::font::Font;
use super::super::notes::Notes;
use super::super::ticks::TickLabels;
use super::super::{frame, theme};
use super::content::{ForestContent, Row};
use super::guides;
use crate::stats::Estimate;
use plotters::style::RGBColor;

/// Width of the plot of a figure alone on its sheet.
const PLOT: f64 = 300.0;
/// Narrowest plot of a panel.
const NARROWEST: f64 = 150.0;
/// Widest name of a row; a panel has less room.
const WIDEST: f64 = 230.0;
const MOST_LINES: usize = 3;
/// Distance between columns.
const GAP: f64 = 14.0;
/// Distance between the edge of the plot and the ends of its axis.
const INSET: f64 = 8.0;
/// Free height above and below the text of a row.
const PADDING: f64 = 8.0;

/// The rows in logical pixels.
pub(super) struct Plot {
    axis: Axis,
    left: f64,
    width: f64,
    top: f64,
    bottom: f64,
}

impl Plot {
    pub(super) fn x(&self, value: f64) -> f64 {
        let share = self.axis.share(value).clamp(0.0, 1.0);
        self.left + INSET + share * (self.width - 2.0 * INSET)
    }

    fn right(&self) -> f64 {
        self.left + self.width
    }
}

/// A row with its text: name in lines, numbers.
struct Line<'a> {
    name: Vec<String>,
    font: Font,
    numbers: String,
    estimate: Option<&'a Estimate>,
    height: f64,
}

/// Draw the plot; the size of the sheet.
pub(super) fn draw(chart: &ForestContent, room: &Room<'_>, canvas: &mut Canvas) -> (f64, f64) {
    let mut notes = Notes::default();
    let widest = room.width.map_or(WIDEST, |width| (width * 0.28).clamp(80.0, WIDEST));
    let lines = lines(chart, widest, &mut notes);
    let names = lines.iter().filter(|line| line.estimate.is_some());
    let names = names.flat_map(|l| l.name.iter().map(|n| l.font.width(n))).fold(0.0, f64::max);
    let numbers = lines.iter().map(|line| line.font.width(&line.numbers)).fold(0.0, f64::max);
    let left = frame::EDGE + names + GAP;
    let around = left + GAP + numbers + frame::EDGE;
    let plot_width = room.width.map_or(PLOT, |width| (width - around).max(NARROWEST));
    let width = around + plot_width;

    let top = frame::heading(canvas, room, width) + 2.0;
    let mut plot = Plot { axis: axis(chart, plot_width), left, width: plot_width, top, bottom: top };
    let guides = guides::names(chart, |x| plot.x(x), width);
    plot.top += guides.height;
    plot.bottom = plot.top + lines.iter().map(|line| line.height).sum::<f64>();
    let bottom = plot.bottom;
    draw_guides(chart, &plot, canvas);
    guides.draw(plot.top, canvas);
    draw_axis(chart, &plot, width, canvas);
    draw_rows(chart, &lines, &plot, canvas);

    let labels = chart.full_labels();
    let labels: Vec<&str> = labels.iter().map(String::as_str).collect();
    let mut below = notes.lines(&labels, &[""]);
    if let Some(methods) = frame::methods(chart.estimates()) {
        below.insert(0, format!("Intervals: {methods}."));
    }
    let name = if chart.x_label.trim().is_empty() { 0.0 } else { 20.0 };
    (width, frame::closing(canvas, &below, &room.words.footer, bottom + 26.0 + name, width))
}

fn lines<'a>(chart: &'a ForestContent, widest: f64, notes: &mut Notes) -> Vec<Line<'a>> {
    let mut place = 0;
    let line = |row: &'a Row| match row {
        Row::Heading(label) => {
            let font = Font::new(theme::TICK, theme::INK).bold();
            let name = font.lines(label, widest + PLOT / 3.0, 2);
            let height = name.len() as f64 * font.line() + PADDING;
            Line { name, font, numbers: String::new(), estimate: None, height }
        }
        Row::Estimate(label, estimate) => {
            let font = Font::new(theme::TICK, theme::INK);
            let name = font.lines(label, widest, MOST_LINES);
            let height = name.len() as f64 * font.line() + PADDING;
            let numbers = numbers(chart, estimate) + &notes.about((place, 0), estimate);
            place += 1;
            Line { name, font, numbers, estimate: Some(estimate), height }
        }
    };
    chart.rows.iter().map(line).collect()
}

/// `0.051 [0.012, 0.090]`, or a dash.
fn numbers(chart: &ForestContent, estimate: &Estimate) -> String {
    let Some(value) = estimate.value.filter(|value| value.is_finite()) else {
        return "—".into();
    };
    let value = chart.text(value);
    match interval(estimate) {
        Some((low, high)) => {
            let open = if low.is_finite() { '[' } else { '(' };
            let close = if high.is_finite() { ']' } else { ')' };
            format!("{value} {open}{}, {}{close}", chart.text(low), chart.text(high))
        }
        None => value,
    }
}

/// The interval, infinite where it has one limit only.
fn interval(estimate: &Estimate) -> Option<(f64, f64)> {
    let (low, high) = (estimate.low, estimate.high);
    let known = [low, high].iter().flatten().all(|limit| !limit.is_nan()) && low.or(high).is_some();
    known.then(|| (low.unwrap_or(f64::NEG_INFINITY), high.unwrap_or(f64::INFINITY)))
}

fn axis(chart: &ForestContent, width: f64) -> Axis {
    let values = chart.estimates().filter(|e| e.value.is_some_and(f64::is_finite));
    let values = values.flat_map(|e| [e.value, e.low, e.high]).flatten().filter(|v| v.is_finite());
    let all = values.chain(chart.guides().map(|(x, _)| *x));
    let (low, high) = all.fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), v| (a.min(v), b.max(v)));
    let (low, high) = if low.is_finite() { (low, high) } else { (-1.0, 1.0) };
    Axis::round(low, high, (width / 60.0).round() as usize)
}

fn draw_guides(chart: &ForestContent, plot: &Plot, canvas: &mut Canvas) {
    let base = chart.reference.as_ref().map_or(0.0, |(x, _)| *x);
    let margin = chart.margin.as_ref().filter(|(x, _)| x.is_finite());
    if let Some((x, _)) = margin {
        let (from, to) = (plot.x(*x), if *x <= base { plot.right() } else { plot.left });
        let corners = vec![(from, plot.top), (to, plot.top), (to, plot.bottom), (from, plot.bottom)];
        canvas.area(corners, theme::colour(3), 0.12);
        canvas.dashed((from, plot.top), (from, plot.bottom), 1.0, theme::MUTED);
    }
    let reference = chart.reference.as_ref().filter(|(x, _)| x.is_finite());
    if let Some((x, _)) = reference {
        canvas.segment((plot.x(*x), plot.top), (plot.x(*x), plot.bottom), 1.0, theme::INK);
    }
}

fn draw_axis(chart: &ForestContent, plot: &Plot, width: f64, canvas: &mut Canvas) {
    let font = Font::new(theme::TICK, theme::INK);
    canvas.segment((plot.left, plot.bottom), (plot.right(), plot.bottom), 1.0, theme::INK);
    let ticks = plot.axis.ticks.iter().map(|&tick| (plot.x(tick), plot.axis.label(tick)));
    TickLabels::numbers(ticks.collect(), font).draw(plot.bottom, font, canvas);
    let font = Font::new(theme::LABEL, theme::INK);
    // The name may be wider than the plot, up to the edge of the sheet.
    let middle = plot.left + plot.width / 2.0;
    let label = font.shorten(&chart.x_label, 2.0 * (middle.min(width - middle) - frame::EDGE));
    canvas.text(label, (middle, plot.bottom + 36.0), font, Anchor::Middle);
}

fn draw_rows(chart: &ForestContent, lines: &[Line<'_>], plot: &Plot, canvas: &mut Canvas) {
    let (mut y, mut place) = (plot.top, 0);
    for line in lines {
        let middle = y + line.height / 2.0;
        let first = y + PADDING / 2.0 + line.font.line() / 2.0 + theme::TICK * 0.36;
        canvas.paragraph(&line.name, (frame::EDGE, first), line.font, Anchor::Left);
        let at = (plot.right() + GAP, middle + theme::TICK * 0.36);
        canvas.text(line.numbers.as_str(), at, line.font, Anchor::Left);
        if let Some(estimate) = line.estimate {
            draw_estimate(estimate, plot, middle, chart.colour(place), canvas);
            place += 1;
        }
        y += line.height;
    }
}

fn draw_estimate(estimate: &Estimate, plot: &Plot, y: f64, colour: RGBColor, canvas: &mut Canvas) {
    let Some(value) = estimate.value.filter(|value| value.is_finite()) else { return };
    if let Some((low, high)) = interval(estimate) {
        for (limit, edge, back) in [(low, plot.left, 5.0), (high, plot.right(), -5.0)] {
            if limit.is_finite() {
                let x = plot.x(limit);
                canvas.segment((plot.x(value), y), (x, y), 1.6, colour);
                canvas.segment((x, y - 4.0), (x, y + 4.0), 1.6, colour);
            } else {
                canvas.segment((plot.x(value), y), (edge, y), 1.6, colour);
                canvas.stroke(vec![(edge + back, y - 4.0), (edge, y), (edge + back, y + 4.0)], 1.6, colour);
            }
        }
    }
    let x = plot.x(value);
    canvas.rectangle((x - 4.0, y - 4.0), (x + 4.0, y + 4.0), colour);
}

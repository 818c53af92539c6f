//! Where everything of a bar chart stands.

use super::super::axis::{Axis, thousands};
use super::super::canvas::{Anchor, Canvas};
use super::super::chart::Room;
use super::super::font::Font;
use super::super::notes::Notes;
use super::super::{frame, theme};
use super::content::{BarAxis, BarContent, BarGroup};
use crate::stats::Estimate;
use plotters::style::RGBColor;

const PLOT_HEIGHT: f64 = 250.0;
/// Room above the axis for the value on a bar that reaches its end.
const HEADROOM: f64 = 20.0;
/// Room below the axis for the value below a bar that goes downwards.
const FOOTROOM: f64 = 18.0;
const BAR: f64 = 32.0;
const SLOT: f64 = 44.0;
const LEFT: f64 = 66.0;
/// Room right of the plot for the name of the line at 0.5.
const RIGHT: f64 = 50.0;
const CHANCE: f64 = 0.5;

/// Finite numbers only: a NaN in an estimate is drawn as undefined, not as a wrong place.
fn finite(value: Option<f64>) -> Option<f64> {
    value.filter(|v| v.is_finite())
}

fn scale(chart: &BarContent) -> Axis {
    let numbers = || chart.estimates().flat_map(|e| [e.value, e.low, e.high]).filter_map(finite);
    let low = numbers().fold(f64::INFINITY, f64::min);
    let high = numbers().fold(f64::NEG_INFINITY, f64::max);
    match chart.axis {
        BarAxis::Performance => {
            let floor = if low >= 0.45 { 0.4 } else { (low * 10.0 - 0.5).floor() / 10.0 };
            let floor = if low.is_finite() { floor.min(0.4) } else { 0.4 };
            // An AUC stays within [0, 1]; another measure may not.
            let floor = if low < 0.0 { floor } else { floor.max(0.0) };
            Axis::round(floor, high.max(1.0), 6)
        }
        BarAxis::Difference if low.is_finite() => Axis::round(low.min(0.0), high.max(0.0), 6),
        BarAxis::Difference => Axis::exact(0.0, 1.0, 5),
    }
}

/// The frame of the plot in logical pixels.
struct Plot {
    axis: Axis,
    left: f64,
    top: f64,
    right: f64,
    footroom: f64,
}

impl Plot {
    fn y(&self, value: f64) -> f64 {
        let share = self.axis.share(value).clamp(0.0, 1.0);
        self.top + HEADROOM + (1.0 - share) * (PLOT_HEIGHT - HEADROOM - self.footroom)
    }

    fn bottom(&self) -> f64 {
        self.top + PLOT_HEIGHT
    }
}

/// Draw the chart; the size of the sheet.
pub(super) fn draw(chart: &BarContent, room: &Room<'_>, canvas: &mut Canvas) -> (f64, f64) {
    let (groups, bars) = (chart.groups.len() as f64, chart.series.len() as f64);
    let axis = scale(chart);
    let left = frame::left_of(&axis, LEFT);
    let margin = if chart.axis == BarAxis::Performance { RIGHT } else { 0.0 };
    let alone = if chart.groups.len() == 1 { 300.0 } else { 430.0 };
    let wanted = room.width.map_or(alone, |width| width - left - margin - frame::EDGE);
    let group_width = (bars * SLOT + 28.0).max(104.0).max(wanted / groups);
    let plot_width = groups * group_width;
    let width = left + plot_width + margin + frame::EDGE;

    let mut top = frame::heading(canvas, room, width);
    let entries: Vec<(&str, RGBColor)> =
        chart.series.iter().enumerate().map(|(s, (label, _))| (label.as_str(), chart.colour(s))).collect();
    top = frame::legend(canvas, &entries, left, top, plot_width);
    let footroom = if axis.low < 0.0 { FOOTROOM } else { 0.0 };
    let plot = Plot { axis, left, top, right: left + plot_width, footroom };
    draw_axis(chart, &plot, canvas);

    let mut notes = Notes::default();
    let mut lowest = plot.bottom();
    for (g, group) in chart.groups.iter().enumerate() {
        let centre = left + (g as f64 + 0.5) * group_width;
        for (s, (_, estimates)) in chart.series.iter().enumerate() {
            let x = centre + (s as f64 - (bars - 1.0) / 2.0) * SLOT;
            let mark = notes.about((g, s), &estimates[g]);
            draw_bar(&plot, canvas, x, &estimates[g], chart.colour(s), &mark);
        }
        lowest = lowest.max(draw_group(group, canvas, centre, plot.bottom(), group_width - 10.0));
    }
    let groups: Vec<&str> = chart.groups.iter().map(|group| group.label.as_str()).collect();
    let series: Vec<&str> = chart.series.iter().map(|(label, _)| label.as_str()).collect();
    let mut lines = notes.lines(&groups, &series);
    if let Some(line) = below_bars(chart, &plot.axis) {
        lines.insert(0, line);
    }
    (width, frame::closing(canvas, &lines, &room.words.footer, lowest + 4.0, width))
}

/// Names the interval and, when bars do not start at zero, where they start.
fn below_bars(chart: &BarContent, axis: &Axis) -> Option<String> {
    let mut parts = Vec::new();
    if let Some(methods) = frame::methods(chart.estimates()) {
        parts.push(format!("Error bars: {methods}."));
    }
    if axis.low > 0.0 {
        parts.push(format!("The vertical axis starts at {:.1}.", axis.low));
    }
    (!parts.is_empty()).then(|| parts.join(" "))
}

fn draw_axis(chart: &BarContent, plot: &Plot, canvas: &mut Canvas) {
    let tick_font = Font::new(theme::TICK, theme::INK);
    let middle = theme::TICK * 0.36;
    for &tick in &plot.axis.ticks {
        let y = plot.y(tick);
        canvas.segment((plot.left, y), (plot.right, y), 0.8, theme::GRID);
        canvas.segment((plot.left - 4.0, y), (plot.left, y), 1.0, theme::INK);
        canvas.text(plot.axis.label(tick), (plot.left - 7.0, y + middle), tick_font, Anchor::Right);
    }
    let ends = [(plot.left, plot.y(plot.axis.high)), (plot.left, plot.bottom())];
    canvas.stroke(ends.to_vec(), 1.0, theme::INK);
    let right = plot.right;
    let inside = plot.axis.low < CHANCE && CHANCE < plot.axis.high;
    if chart.axis == BarAxis::Performance && inside {
        let y = plot.y(CHANCE);
        canvas.dashed((plot.left, y), (right, y), 1.0, theme::MUTED);
        let font = Font::new(theme::NOTE, theme::MUTED);
        canvas.text("chance", (right + 5.0, y + theme::NOTE * 0.36), font, Anchor::Left);
    }
    let zero = plot.y(0.0_f64.max(plot.axis.low));
    canvas.segment((plot.left, zero), (right, zero), 1.0, theme::INK);
    let label = chart.y_label.as_deref().unwrap_or(match chart.axis {
        BarAxis::Performance => "AUC",
        BarAxis::Difference => "difference in AUC",
    });
    let font = Font::new(theme::LABEL, theme::INK);
    let label = font.shorten(label, PLOT_HEIGHT);
    canvas.upwards(label, (frame::EDGE + theme::LABEL, plot.top + PLOT_HEIGHT / 2.0), font, Anchor::Middle);
}

fn draw_bar(plot: &Plot, canvas: &mut Canvas, x: f64, estimate: &Estimate, colour: RGBColor, mark: &str) {
    let base = plot.y(0.0_f64.clamp(plot.axis.low, plot.axis.high));
    let value_font = Font::new(theme::NOTE, theme::INK);
    let Some(value) = finite(estimate.value) else {
        let (low, high) = (base, base - 46.0);
        canvas.rectangle((x - BAR / 2.0, high - 16.0), (x + BAR / 2.0, low - 0.5), theme::PAPER);
        canvas.hatched((x - BAR / 2.0, high), (x + BAR / 2.0, low), theme::VOID);
        canvas.text(format!("—{mark}"), (x, high - 5.0), value_font, Anchor::Middle);
        return;
    };
    let y = plot.y(value);
    canvas.rectangle((x - BAR / 2.0, y), (x + BAR / 2.0, base), colour);
    let (mut top, mut bottom) = (y.min(base), y.max(base));
    if let Some((low, high)) = finite(estimate.low).zip(finite(estimate.high)) {
        let (low, high) = (plot.y(low), plot.y(high));
        canvas.segment((x, low), (x, high), 1.2, theme::INK);
        for end in [low, high] {
            canvas.segment((x - 5.0, end), (x + 5.0, end), 1.2, theme::INK);
        }
        (top, bottom) = (top.min(high), bottom.max(low));
    }
    let text = theme::decimal(value, 3) + mark;
    let y = if value < 0.0 { bottom + theme::NOTE + 3.0 } else { top - 5.0 };
    let half = value_font.width(&text) / 2.0 + 1.0;
    canvas.rectangle((x - half, y - theme::NOTE * 0.8), (x + half, y + 1.0), theme::PAPER);
    canvas.text(text, (x, y), value_font, Anchor::Middle);
}

fn draw_group(group: &BarGroup, canvas: &mut Canvas, x: f64, bottom: f64, width: f64) -> f64 {
    let font = Font::new(theme::LABEL, theme::INK);
    let mut y = bottom + theme::LABEL + 6.0;
    let lines = font.lines(&group.label, width, 3);
    if !group.label.is_empty() {
        y = canvas.paragraph(&lines, (x, y), font, Anchor::Middle);
    }
    let font = Font::new(theme::NOTE, theme::MUTED);
    let counts = [
        group.n.map(|n| format!("n = {}", thousands(n))),
        group.positives.map(|p| format!("{} positive", thousands(p))),
    ];
    for line in counts.into_iter().flatten() {
        canvas.text(font.shorten(&line, width), (x, y), font, Anchor::Middle);
        y += font.line();
    }
    y - theme::NOTE + 2.0
}

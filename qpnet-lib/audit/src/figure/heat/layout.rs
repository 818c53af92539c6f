//! Where everything of a matrix stands.

use super::super::axis::Axis;
use super::super::canvas::{Anchor, Canvas};
use super::super::chart::Room;
use super::super::font::Font;
use super::super::notes::Notes;
use super::super::ticks::TickLabels;
use super::super::{frame, theme};
use super::content::{HeatCell, HeatContent};
use super::scale::{Colours, ink_on};

/// Width of the cells of a figure alone on its sheet.
const GRID: f64 = 420.0;
/// Widest name of a row; a panel has less room.
const WIDEST: f64 = 170.0;
const MOST_LINES: usize = 2;
/// Widest cell.
const CELL: f64 = 96.0;
/// Least height of a cell.
const LOW: f64 = 30.0;
/// Least height of a cell with words below its number.
const TOLD: f64 = 44.0;
/// The bar of colours: width, and least height.
const BAR: (f64, f64) = (13.0, 90.0);
/// Distance between the cells and the bar.
const GAP: f64 = 18.0;

/// The cells in logical pixels.
struct Grid {
    left: f64,
    top: f64,
    cell: (f64, f64),
}

impl Grid {
    fn corner(&self, row: usize, column: usize) -> (f64, f64) {
        (self.left + column as f64 * self.cell.0, self.top + row as f64 * self.cell.1)
    }
}

/// Draw the matrix; the size of the sheet.
pub(super) fn draw(chart: &HeatContent, room: &Room<'_>, canvas: &mut Canvas) -> (f64, f64) {
    let mut notes = Notes::default();
    let texts = texts(chart, &mut notes);
    let font = Font::new(theme::TICK, theme::INK);
    let widest = room.width.map_or(WIDEST, |width| (width * 0.28).clamp(80.0, WIDEST));
    let names: Vec<_> = chart.rows.iter().map(|(label, _)| font.lines(label, widest, MOST_LINES)).collect();
    let name_width = names.iter().flatten().map(|line| font.width(line)).fold(0.0, f64::max);
    let y_name = if chart.y_label.trim().is_empty() { 0.0 } else { theme::LABEL + 8.0 };
    let left = frame::EDGE + y_name + name_width + 8.0;
    let colours = Colours::of(chart);
    let bar_width = colours.as_ref().map_or(0.0, |colours| bar_width(chart, colours));

    let around = left + bar_width + frame::EDGE;
    let columns = chart.columns.len() as f64;
    let grid_width = room.width.map_or(GRID, |width| width - around);
    let small = Font::new(theme::NOTE, theme::INK);
    let words = chart.rows.iter().flat_map(|(_, cells)| cells).filter_map(HeatCell::words);
    let widths =
        texts.iter().flatten().map(|text| font.width(text)).chain(words.map(|text| small.width(text)));
    let needed = widths.fold(0.0, f64::max) + 10.0;
    let cell_width = (grid_width / columns).min(CELL).max(needed);
    let cell_height = LOW.max(MOST_LINES as f64 * font.line() + 2.0).min(LOW.max(cell_width * 0.6));
    let cell_height = if chart.is_told() { cell_height.max(TOLD) } else { cell_height };
    // Below a narrow matrix the words still need a line of some length.
    let width = (around + columns * cell_width).max(room.width.unwrap_or(320.0));

    let top = frame::heading(canvas, room, width) + 8.0;
    let grid = Grid { left, top, cell: (cell_width, cell_height) };
    draw_cells(chart, &grid, &texts, colours.as_ref(), canvas);
    for (r, lines) in names.iter().enumerate() {
        let middle = grid.corner(r, 0).1 + cell_height / 2.0;
        let first = middle - (lines.len() as f64 - 1.0) / 2.0 * font.line() + theme::TICK * 0.36;
        canvas.paragraph(lines, (left - 8.0, first), font, Anchor::Right);
    }
    let (right, bottom) = grid.corner(chart.rows.len(), chart.columns.len());
    let column = |(c, name): (usize, &String)| (grid.corner(0, c).0 + cell_width / 2.0, name.clone());
    let labels = TickLabels::names(chart.columns.iter().enumerate().map(column).collect(), font, left);
    labels.draw(bottom, font, canvas);
    let mut lowest = bottom + 24.0 + labels.beyond_one_line();
    let font = Font::new(theme::LABEL, theme::INK);
    let centre = ((left + right) / 2.0, (top + bottom) / 2.0);
    if !chart.x_label.trim().is_empty() {
        let label = font.shorten(&chart.x_label, right - left);
        canvas.text(label, (centre.0, lowest + theme::LABEL), font, Anchor::Middle);
        lowest += 20.0;
    }
    let label = font.shorten(&chart.y_label, bottom - top);
    canvas.upwards(label, (frame::EDGE + theme::LABEL - 2.0, centre.1), font, Anchor::Middle);
    if let Some(colours) = colours {
        let height = (bottom - top).max(BAR.1);
        draw_bar(chart, &colours, (right + GAP, top), height, canvas);
        lowest = lowest.max(top + height + 8.0);
    }
    let rows: Vec<&str> = chart.rows.iter().map(|(label, _)| label.as_str()).collect();
    let columns: Vec<&str> = chart.columns.iter().map(String::as_str).collect();
    let notes = notes.lines(&rows, &columns);
    (width, frame::closing(canvas, &notes, &room.words.footer, lowest, width))
}

/// What is written in every cell.
fn texts(chart: &HeatContent, notes: &mut Notes) -> Vec<Vec<String>> {
    let decimals = chart.decimals.unwrap_or(2);
    let mut text = |place: (usize, usize), cell: &HeatCell| match cell {
        HeatCell::Value(value) | HeatCell::Told(value, _) if value.is_finite() => {
            theme::decimal(*value, decimals)
        }
        HeatCell::Value(_) | HeatCell::Told(..) => {
            format!("—{}", notes.add(place, "not a finite number", true))
        }
        HeatCell::Undefined(reason) => format!("—{}", notes.add(place, reason, true)),
    };
    let row = |(r, (_, cells)): (usize, &(String, Vec<HeatCell>))| {
        cells.iter().enumerate().map(|(c, cell)| text((r, c), cell)).collect()
    };
    chart.rows.iter().enumerate().map(row).collect()
}

fn draw_cells(
    chart: &HeatContent,
    grid: &Grid,
    texts: &[Vec<String>],
    colours: Option<&Colours>,
    canvas: &mut Canvas,
) {
    let (width, height) = grid.cell;
    for (r, (_, cells)) in chart.rows.iter().enumerate() {
        for (c, cell) in cells.iter().enumerate() {
            let (x, y) = grid.corner(r, c);
            let ground = cell.value().zip(colours).map(|(value, colours)| colours.at(value));
            let ink = ground.map_or(theme::INK, ink_on);
            let font = Font::new(theme::TICK, ink);
            let (middle, mut base) = (x + width / 2.0, y + height / 2.0 + theme::TICK * 0.36);
            match ground {
                Some(ground) => canvas.rectangle((x, y), (x + width, y + height), ground),
                None => {
                    canvas.hatched((x, y), (x + width, y + height), theme::VOID);
                    let half = font.width(&texts[r][c]) / 2.0 + 3.0;
                    let corner = (middle - half, base - theme::TICK);
                    canvas.rectangle(corner, (middle + half, base + 4.0), theme::PAPER);
                }
            }
            if let Some(words) = cell.words().filter(|_| ground.is_some()) {
                base -= 0.6 * theme::NOTE;
                let below = (middle, base + 1.35 * theme::NOTE);
                canvas.text(words, below, Font::new(theme::NOTE, ink), Anchor::Middle);
            }
            canvas.text(texts[r][c].as_str(), (middle, base), font, Anchor::Middle);
        }
    }
    let (right, bottom) = grid.corner(chart.rows.len(), chart.columns.len());
    for r in 0..=chart.rows.len() {
        let y = grid.corner(r, 0).1;
        canvas.segment((grid.left, y), (right, y), 0.8, theme::PAPER);
    }
    for c in 0..=chart.columns.len() {
        let x = grid.corner(0, c).0;
        canvas.segment((x, grid.top), (x, bottom), 0.8, theme::PAPER);
    }
}

fn bar_axis(colours: &Colours) -> Axis {
    Axis::exact(colours.low, colours.high, 4)
}

/// The bar with its numbers and its name, from the cells to the edge.
fn bar_width(chart: &HeatContent, colours: &Colours) -> f64 {
    let name = if chart.measure.trim().is_empty() { 0.0 } else { theme::LABEL + 8.0 };
    let axis = bar_axis(colours);
    let font = Font::new(theme::NOTE, theme::INK);
    let numbers = axis.ticks.iter().map(|&tick| font.width(&axis.label(tick))).fold(0.0, f64::max);
    GAP + BAR.0 + 7.0 + numbers + name
}

fn draw_bar(chart: &HeatContent, colours: &Colours, (x, top): (f64, f64), height: f64, canvas: &mut Canvas) {
    const STEPS: usize = 64;
    let axis = bar_axis(colours);
    let y = |share: f64| top + (1.0 - share) * height;
    for step in 0..STEPS {
        let (from, to) = (step as f64 / STEPS as f64, (step + 1) as f64 / STEPS as f64);
        let value = colours.low + (from + to) / 2.0 * (colours.high - colours.low);
        canvas.rectangle((x, y(from)), (x + BAR.0, y(to)), colours.at(value));
    }
    let corners = [(x, top), (x + BAR.0, top), (x + BAR.0, top + height), (x, top + height), (x, top)];
    canvas.stroke(corners.to_vec(), 0.7, theme::MUTED);
    let font = Font::new(theme::NOTE, theme::INK);
    let mut right = x + BAR.0;
    for &tick in &axis.ticks {
        let at = y(axis.share(tick));
        let label = axis.label(tick);
        canvas.segment((x + BAR.0, at), (x + BAR.0 + 3.0, at), 1.0, theme::INK);
        right = right.max(x + BAR.0 + 7.0 + font.width(&label));
        canvas.text(label, (x + BAR.0 + 7.0, at + theme::NOTE * 0.36), font, Anchor::Left);
    }
    let font = Font::new(theme::LABEL, theme::INK);
    let label = font.shorten(&chart.measure, height);
    canvas.upwards(label, (right + theme::LABEL + 4.0, top + height / 2.0), font, Anchor::Middle);
}

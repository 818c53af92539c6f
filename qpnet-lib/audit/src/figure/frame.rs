//! What surrounds every drawing: heading, legend, notes and footer.

use super::axis::Axis;
use super::canvas::{Anchor, Canvas};
use super::chart::Room;
use super::font::Font;
use super::theme;
use crate::stats::Estimate;
use plotters::style::RGBColor;

/// Distance of everything from the edge of the sheet.
pub(super) const EDGE: f64 = 16.0;

/// The panel's letter and the title, wrapped to the sheet; the next free y.
pub(super) fn heading(canvas: &mut Canvas, room: &Room<'_>, width: f64) -> f64 {
    let mut left = EDGE;
    if let Some(letter) = room.letter {
        let font = Font::new(theme::LETTER, theme::INK).bold();
        canvas.text(letter, (EDGE, EDGE + theme::TITLE), font, Anchor::Left);
        left += font.width(letter) + 10.0;
    }
    let title = &room.words.title;
    let em = if room.letter.is_some() { theme::PANEL } else { theme::TITLE };
    let font = Font::new(em, theme::INK).bold();
    let lines = font.wrap(title, width - left - EDGE);
    if room.letter.is_none() && title.trim().is_empty() {
        return EDGE;
    }
    let next = canvas.paragraph(&lines, (left, EDGE + theme::TITLE), font, Anchor::Left);
    next - font.line() + 12.0
}

/// Room left of a vertical axis for its name and the labels of its ticks, at least `least`.
pub(super) fn left_of(axis: &Axis, least: f64) -> f64 {
    let font = Font::new(theme::TICK, theme::INK);
    let widest = axis.ticks.iter().map(|&tick| font.width(&axis.label(tick))).fold(0.0, f64::max);
    least.max(EDGE + theme::LABEL + 6.0 + widest + 7.0)
}

/// Swatches with names, in as many rows as needed; the next free y.
pub(super) fn legend(
    canvas: &mut Canvas,
    entries: &[(&str, RGBColor)],
    left: f64,
    top: f64,
    width: f64,
) -> f64 {
    const SWATCH: f64 = 12.0;
    let font = Font::new(theme::TICK, theme::INK);
    let (mut x, mut y) = (left, top + theme::TICK);
    for (name, colour) in entries {
        let name = font.shorten(name, width - SWATCH - 6.0);
        let needed = SWATCH + 6.0 + font.width(&name);
        if x > left && x + needed > left + width {
            (x, y) = (left, y + font.line() + 4.0);
        }
        canvas.rectangle((x, y - SWATCH + 2.0), (x + SWATCH, y + 2.0), *colour);
        canvas.text(name, (x + SWATCH + 6.0, y), font, Anchor::Left);
        x += needed + 20.0;
    }
    y + 8.0
}

/// The methods of all intervals, each named once: `DeLong 95 %; BCa 95 %`.
pub(super) fn methods<'a>(estimates: impl Iterator<Item = &'a Estimate>) -> Option<String> {
    let mut methods: Vec<&str> = Vec::new();
    for e in estimates.filter(|e| e.value.is_some() && (e.low.is_some() || e.high.is_some())) {
        if !methods.contains(&e.method.as_str()) {
            methods.push(&e.method);
        }
    }
    (!methods.is_empty()).then(|| methods.join("; "))
}

/// Notes and the footer below a drawing; the height of the sheet.
pub(super) fn closing(canvas: &mut Canvas, notes: &[String], footer: &str, top: f64, width: f64) -> f64 {
    let font = Font::new(theme::NOTE, theme::MUTED);
    let mut y = top + theme::NOTE;
    for note in notes.iter().map(String::as_str).chain([footer]) {
        if !note.trim().is_empty() {
            let lines = font.wrap(note, width - 2.0 * EDGE);
            y = canvas.paragraph(&lines, (EDGE, y), font, Anchor::Left) + 2.0;
        }
    }
    y - theme::NOTE + EDGE * 0.6
}

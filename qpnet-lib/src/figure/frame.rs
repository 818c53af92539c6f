//! What surrounds every drawing: heading, legend, notes and footer.

use super::canvas::{Anchor, Canvas, Font};
use super::theme;
use plotters::style::RGBColor;

/// Distance of everything from the edge of the sheet.
pub(super) const EDGE: f64 = 16.0;

/// Title, wrapped to the sheet; the next free y.
pub(super) fn heading(canvas: &mut Canvas, title: &str, width: f64) -> f64 {
    let font = Font::new(theme::TITLE, theme::INK).bold();
    let lines = font.wrap(title, width - 2.0 * EDGE);
    if title.trim().is_empty() {
        return EDGE;
    }
    let next = canvas.paragraph(&lines, (EDGE, EDGE + theme::TITLE), font, Anchor::Left);
    next - font.line() + 12.0
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

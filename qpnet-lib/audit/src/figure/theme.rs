//! Colours, sizes and the name of the font.

use plotters::style::RGBColor;

/// Name of the bundled font.
pub(super) const FAMILY: &str = "DejaVu Sans";

/// Fall-backs of an SVG viewer without that font; Verdana has nearly the same widths.
pub(super) const FAMILIES: &str = "DejaVu Sans, Verdana, sans-serif";

/// Text and axes.
pub(super) const INK: RGBColor = RGBColor(0x22, 0x22, 0x22);
/// Notes and footers.
pub(super) const MUTED: RGBColor = RGBColor(0x5f, 0x5f, 0x5f);
/// Grid lines.
pub(super) const GRID: RGBColor = RGBColor(0xe2, 0xe2, 0xe2);
/// Hatching of slots without a value.
pub(super) const VOID: RGBColor = RGBColor(0xb4, 0xb4, 0xb4);
/// The sheet.
pub(super) const PAPER: RGBColor = RGBColor(0xff, 0xff, 0xff);

/// Okabe and Ito's colours, told apart with every common colour vision; repeated when used up.
pub(super) fn colour(index: usize) -> RGBColor {
    const COLOURS: [RGBColor; 7] = [
        RGBColor(0x8c, 0x8c, 0x8c),
        RGBColor(0xe6, 0x9f, 0x00),
        RGBColor(0x00, 0x72, 0xb2),
        RGBColor(0x00, 0x9e, 0x73),
        RGBColor(0xcc, 0x79, 0xa7),
        RGBColor(0x56, 0xb4, 0xe9),
        RGBColor(0xd5, 0x5e, 0x00),
    ];
    COLOURS[index % COLOURS.len()]
}

/// Em sizes in logical pixels: the letter of a panel.
pub(super) const LETTER: f64 = 17.0;
/// Titles of panels.
pub(super) const PANEL: f64 = 13.0;
/// Titles of figures.
pub(super) const TITLE: f64 = 14.5;
/// Axis labels and names of groups.
pub(super) const LABEL: f64 = 12.0;
/// Ticks, legends.
pub(super) const TICK: f64 = 11.0;
/// Notes, values on bars.
pub(super) const NOTE: f64 = 10.0;

/// A number with `decimals`, a true minus sign, and no sign before zero.
pub(super) fn decimal(value: f64, decimals: usize) -> String {
    let text = format!("{value:.decimals$}");
    let digits = text.trim_start_matches('-');
    if digits.len() < text.len() && digits.contains(|c: char| c.is_ascii_digit() && c != '0') {
        return format!("−{digits}");
    }
    digits.to_owned()
}

//! A list of shapes in logical pixels.

use super::font::Font;
use crate::math::hypot;
use plotters::style::RGBColor;

/// Where a text is held.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Anchor {
    Left,
    Middle,
    Right,
}

/// One thing to draw, in logical pixels from the upper left corner.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Shape {
    Stroke { points: Vec<(f64, f64)>, width: f64, colour: RGBColor },
    Fill { points: Vec<(f64, f64)>, colour: RGBColor, opacity: f64 },
    Dot { centre: (f64, f64), radius: f64, colour: RGBColor },
    Text(Text),
}

/// A line of text.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Text {
    pub text: String,
    /// A point on the base line.
    pub at: (f64, f64),
    pub font: Font,
    pub anchor: Anchor,
    /// Turned by 90 degrees about `at`, to be read from below.
    pub upwards: bool,
}

/// A sheet being drawn on: text lies above everything else.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Canvas {
    pub(super) shapes: Vec<Shape>,
}

impl Canvas {
    /// All texts.
    pub(super) fn texts(&self) -> impl Iterator<Item = &Text> {
        self.shapes.iter().filter_map(|shape| match shape {
            Shape::Text(text) => Some(text),
            _ => None,
        })
    }

    pub(super) fn stroke(&mut self, points: Vec<(f64, f64)>, width: f64, colour: RGBColor) {
        if points.len() > 1 {
            self.shapes.push(Shape::Stroke { points, width, colour });
        }
    }

    pub(super) fn segment(&mut self, from: (f64, f64), to: (f64, f64), width: f64, colour: RGBColor) {
        self.stroke(vec![from, to], width, colour);
    }

    /// A straight dashed line.
    pub(super) fn dashed(&mut self, from: (f64, f64), to: (f64, f64), width: f64, colour: RGBColor) {
        self.dashed_path(&[from, to], width, colour);
    }

    /// A dashed line through `points`; the dashes run on around corners.
    pub(super) fn dashed_path(&mut self, points: &[(f64, f64)], width: f64, colour: RGBColor) {
        let (dash, gap) = (5.0, 4.0);
        let (mut drawing, mut rest) = (true, dash);
        let mut piece: Vec<_> = points.first().copied().into_iter().collect();
        for pair in points.windows(2) {
            let (mut from, to) = (pair[0], pair[1]);
            loop {
                let length = hypot(to.0 - from.0, to.1 - from.1);
                if length.is_nan() || length < rest {
                    rest -= length;
                    if drawing {
                        piece.push(to);
                    }
                    break;
                }
                let t = rest / length;
                from = (from.0 + t * (to.0 - from.0), from.1 + t * (to.1 - from.1));
                piece.push(from);
                if drawing {
                    self.stroke(std::mem::take(&mut piece), width, colour);
                }
                drawing = !drawing;
                rest = if drawing { dash } else { gap };
            }
        }
        if drawing {
            self.stroke(piece, width, colour);
        }
    }

    /// A translucent area with the corners `points`.
    pub(super) fn area(&mut self, points: Vec<(f64, f64)>, colour: RGBColor, opacity: f64) {
        if points.len() > 2 {
            self.shapes.push(Shape::Fill { points, colour, opacity });
        }
    }

    /// A filled rectangle with opposite corners.
    pub(super) fn rectangle(&mut self, a: (f64, f64), b: (f64, f64), colour: RGBColor) {
        let points = vec![a, (b.0, a.1), b, (a.0, b.1)];
        self.shapes.push(Shape::Fill { points, colour, opacity: 1.0 });
    }

    /// An empty slot: a hatched rectangle with a thin outline.
    pub(super) fn hatched(&mut self, a: (f64, f64), b: (f64, f64), colour: RGBColor) {
        let (left, right) = (a.0.min(b.0), a.0.max(b.0));
        let (top, bottom) = (a.1.min(b.1), a.1.max(b.1));
        let (width, height) = (right - left, bottom - top);
        let mut offset = 6.0;
        while offset < width + height {
            // The diagonal x + y = offset inside the rectangle.
            let from = (left + offset.min(width), top + (offset - width).max(0.0));
            let to = (left + (offset - height).max(0.0), top + offset.min(height));
            self.segment(from, to, 0.7, colour);
            offset += 6.0;
        }
        let corners = [(left, top), (right, top), (right, bottom), (left, bottom), (left, top)];
        self.stroke(corners.to_vec(), 0.7, colour);
    }

    pub(super) fn dot(&mut self, centre: (f64, f64), radius: f64, colour: RGBColor) {
        self.shapes.push(Shape::Dot { centre, radius, colour });
    }

    pub(super) fn text(&mut self, text: impl Into<String>, at: (f64, f64), font: Font, anchor: Anchor) {
        let text = printable(&text.into());
        self.shapes.push(Shape::Text(Text { text, at, font, anchor, upwards: false }));
    }

    /// Text read from below, held at `at`.
    pub(super) fn upwards(&mut self, text: impl Into<String>, at: (f64, f64), font: Font, anchor: Anchor) {
        let text = printable(&text.into());
        self.shapes.push(Shape::Text(Text { text, at, font, anchor, upwards: true }));
    }

    /// Lines of text below each other; the base line of the next.
    pub(super) fn paragraph(&mut self, lines: &[String], at: (f64, f64), font: Font, anchor: Anchor) -> f64 {
        let mut y = at.1;
        for line in lines {
            self.text(line.as_str(), (at.0, y), font, anchor);
            y += font.line();
        }
        y
    }

    /// The same, larger or smaller.
    pub(super) fn scaled(mut self, scale: f64) -> Self {
        let moved = |point: &mut (f64, f64)| *point = (point.0 * scale, point.1 * scale);
        for shape in &mut self.shapes {
            match shape {
                Shape::Stroke { points, width, .. } => {
                    points.iter_mut().for_each(moved);
                    *width *= scale;
                }
                Shape::Fill { points, .. } => points.iter_mut().for_each(moved),
                Shape::Dot { centre, radius, .. } => {
                    moved(centre);
                    *radius *= scale;
                }
                Shape::Text(text) => {
                    moved(&mut text.at);
                    text.font.em *= scale;
                }
            }
        }
        self
    }

    /// Put another sheet onto this one, its upper left corner at `corner`.
    pub(super) fn place(&mut self, sheet: Canvas, corner: (f64, f64)) {
        let moved = |point: &mut (f64, f64)| *point = (point.0 + corner.0, point.1 + corner.1);
        self.shapes.extend(sheet.shapes.into_iter().map(|mut shape| {
            match &mut shape {
                Shape::Stroke { points, .. } | Shape::Fill { points, .. } => {
                    points.iter_mut().for_each(moved)
                }
                Shape::Dot { centre, .. } => moved(centre),
                Shape::Text(text) => moved(&mut text.at),
            }
            shape
        }));
    }
}

/// `text` without the control characters that XML does not allow.
pub(super) fn printable(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

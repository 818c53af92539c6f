//! A list of shapes in logical pixels, and the measuring of text.

use super::text::Typeface;
use plotters::style::RGBColor;

/// Where a text is held.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Anchor {
    Left,
    Middle,
    Right,
}

/// Size, weight and colour of a text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Font {
    pub em: f64,
    pub bold: bool,
    pub colour: RGBColor,
}

impl Font {
    pub fn new(em: f64, colour: RGBColor) -> Self {
        Self { em, bold: false, colour }
    }

    pub fn bold(self) -> Self {
        Self { bold: true, ..self }
    }

    /// Distance of base lines.
    pub fn line(&self) -> f64 {
        (self.em * 1.32).round()
    }

    /// Width of `text` in logical pixels.
    pub fn width(&self, text: &str) -> f64 {
        let guess = || text.chars().count() as f64 * 0.6;
        let ems = Typeface::load().map_or_else(|_| guess(), |face| face.width(text, self.bold));
        ems * self.em
    }

    /// Break `text` into lines no wider than `width`: between words, inside a word only when
    /// it alone is too long.
    pub fn wrap(&self, text: &str, width: f64) -> Vec<String> {
        let mut lines = vec![String::new()];
        for word in text.split_whitespace() {
            for (part, joined) in self.pieces(word, width) {
                let last = lines.len() - 1;
                let space = if lines[last].is_empty() || joined { "" } else { " " };
                let longer = format!("{}{space}{part}", lines[last]);
                if lines[last].is_empty() || (!joined && self.width(&longer) <= width) {
                    lines[last] = longer;
                } else {
                    lines.push(part);
                }
            }
        }
        lines
    }

    fn pieces(&self, word: &str, width: f64) -> Vec<(String, bool)> {
        let mut pieces = vec![(String::new(), false)];
        for letter in word.chars() {
            let last = pieces.len() - 1;
            let longer = format!("{}{letter}", pieces[last].0);
            if pieces[last].0.is_empty() || self.width(&longer) <= width {
                pieces[last].0 = longer;
            } else {
                pieces.push((letter.to_string(), true));
            }
        }
        pieces
    }

    /// `text`, shortened with an ellipsis to fit `width`.
    pub fn shorten(&self, text: &str, width: f64) -> String {
        if self.width(text) <= width {
            return text.to_owned();
        }
        // No letter is narrower than a quarter of an em: what lies beyond cannot fit.
        let most = (width / self.em * 4.0).max(1.0) as usize;
        let letters: Vec<char> = text.chars().take(most).collect();
        (1..=letters.len())
            .rev()
            .map(|keep| format!("{}…", letters[..keep].iter().collect::<String>().trim_end()))
            .find(|short| self.width(short) <= width)
            .unwrap_or_else(|| "…".into())
    }
}

/// One thing to draw, in logical pixels from the upper left corner.
#[derive(Clone, Debug)]
pub(super) enum Shape {
    Stroke { points: Vec<(f64, f64)>, width: f64, colour: RGBColor },
    Fill { points: Vec<(f64, f64)>, colour: RGBColor },
    Dot { centre: (f64, f64), radius: f64, colour: RGBColor },
    Text(Text),
}

/// A line of text.
#[derive(Clone, Debug)]
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
#[derive(Clone, Debug, Default)]
pub(super) struct Canvas {
    pub shapes: Vec<Shape>,
}

impl Canvas {
    /// All texts.
    pub fn texts(&self) -> impl Iterator<Item = &Text> {
        self.shapes.iter().filter_map(|shape| match shape {
            Shape::Text(text) => Some(text),
            _ => None,
        })
    }

    pub fn stroke(&mut self, points: Vec<(f64, f64)>, width: f64, colour: RGBColor) {
        if points.len() > 1 {
            self.shapes.push(Shape::Stroke { points, width, colour });
        }
    }

    pub fn segment(&mut self, from: (f64, f64), to: (f64, f64), width: f64, colour: RGBColor) {
        self.stroke(vec![from, to], width, colour);
    }

    /// A straight dashed line.
    pub fn dashed(&mut self, from: (f64, f64), to: (f64, f64), width: f64, colour: RGBColor) {
        let length = (to.0 - from.0).hypot(to.1 - from.1);
        let (dash, gap) = (5.0, 4.0);
        let point = |d: f64| {
            let t = (d / length).min(1.0);
            (from.0 + t * (to.0 - from.0), from.1 + t * (to.1 - from.1))
        };
        let mut start = 0.0;
        while start < length {
            self.segment(point(start), point(start + dash), width, colour);
            start += dash + gap;
        }
    }

    /// A filled rectangle with opposite corners.
    pub fn rectangle(&mut self, a: (f64, f64), b: (f64, f64), colour: RGBColor) {
        let points = vec![a, (b.0, a.1), b, (a.0, b.1)];
        self.shapes.push(Shape::Fill { points, colour });
    }

    /// An empty slot: a hatched rectangle with a thin outline.
    pub fn hatched(&mut self, a: (f64, f64), b: (f64, f64), colour: RGBColor) {
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

    pub fn dot(&mut self, centre: (f64, f64), radius: f64, colour: RGBColor) {
        self.shapes.push(Shape::Dot { centre, radius, colour });
    }

    pub fn text(&mut self, text: impl Into<String>, at: (f64, f64), font: Font, anchor: Anchor) {
        let text = printable(&text.into());
        self.shapes.push(Shape::Text(Text { text, at, font, anchor, upwards: false }));
    }

    /// Text read from below, centred at `at`.
    pub fn upwards(&mut self, text: impl Into<String>, at: (f64, f64), font: Font) {
        let anchor = Anchor::Middle;
        let text = printable(&text.into());
        self.shapes.push(Shape::Text(Text { text, at, font, anchor, upwards: true }));
    }

    /// Lines of text below each other; the base line of the next.
    pub fn paragraph(&mut self, lines: &[String], at: (f64, f64), font: Font, anchor: Anchor) -> f64 {
        let mut y = at.1;
        for line in lines {
            self.text(line.as_str(), (at.0, y), font, anchor);
            y += font.line();
        }
        y
    }
}

/// `text` without the control characters that XML does not allow.
pub(super) fn printable(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

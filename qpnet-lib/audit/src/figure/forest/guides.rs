//! The names of the lines through all rows of a forest plot.

use super::super::canvas::{Anchor, Canvas};
use super::super::font::Font;
use super::super::{frame, theme};
use super::content::ForestContent;

/// Height of a row of names.
const ROW: f64 = 16.0;

/// The names with their places; heights are above the first row of the plot.
pub(super) struct Names {
    names: Vec<(String, f64, Anchor, f64)>,
    /// What they take.
    pub(super) height: f64,
}

/// The names on one row, pointing away from each other so that they never meet; on two where that would
/// cut one.
pub(super) fn names(chart: &ForestContent, x_of: impl Fn(f64) -> f64, width: f64) -> Names {
    let font = Font::new(theme::NOTE, theme::MUTED);
    let [margin, reference] =
        [&chart.margin, &chart.reference].map(|guide| guide.as_ref().filter(|(x, _)| x.is_finite()));
    let base = chart.reference.as_ref().map_or(0.0, |(x, _)| *x);
    let margin_is_left = margin.is_none_or(|(x, _)| *x <= base);
    let both = [(margin, margin_is_left), (reference, !margin_is_left)];
    let guides: Vec<(f64, &str, bool)> = both
        .into_iter()
        .filter_map(|(guide, left)| guide.map(|(x, name)| (x_of(*x), name.as_str(), left)))
        .collect();
    let room = |x: f64, left: bool| if left { x + 2.0 - frame::EDGE } else { width - frame::EDGE - x };
    // Each name begins two pixels beyond its line.
    let apart = guides.windows(2).all(|pair| (pair[0].0 - pair[1].0).abs() >= 6.0);
    let beside = apart && guides.iter().all(|&(x, name, left)| font.width(name) <= room(x, left));
    let name = |(row, &(x, name, left)): (usize, &(f64, &str, bool))| {
        if beside {
            let (at, anchor) = if left { (x + 2.0, Anchor::Right) } else { (x - 2.0, Anchor::Left) };
            return (name.to_owned(), at, anchor, 5.0);
        }
        // Around its line, as far as the sheet goes.
        let name = font.shorten(name, width - 2.0 * frame::EDGE);
        let taken = font.width(&name);
        let at = (x - taken / 2.0).min(width - frame::EDGE - taken).max(frame::EDGE);
        (name, at, Anchor::Left, 5.0 + ROW * row as f64)
    };
    let names: Vec<_> = guides.iter().enumerate().map(name).collect();
    let rows = if beside { names.len().min(1) } else { names.len() };
    Names { names, height: ROW * rows as f64 }
}

impl Names {
    /// Write them above `top`.
    pub(super) fn draw(&self, top: f64, canvas: &mut Canvas) {
        let font = Font::new(theme::NOTE, theme::MUTED);
        for (name, x, anchor, above) in &self.names {
            canvas.text(name.as_str(), (*x, top - above), font, *anchor);
        }
    }
}

//! The names of the curves, beside their ends.

use super::super::canvas::{Anchor, Canvas};
use super::super::chart::Room;
use super::super::font::Font;
use super::super::theme;
use super::content::{LineContent, LineStyle};

/// Widest name; a panel has less room.
const WIDEST: f64 = 170.0;
/// Length of the piece of line before a name.
const SWATCH: f64 = 8.0;
/// Lines of a name.
const MOST_LINES: usize = 3;
/// Free height between names.
const PADDING: f64 = 3.0;

/// The names, broken into lines.
pub(super) struct Ends {
    names: Vec<Vec<String>>,
    pub width: f64,
}

fn font() -> Font {
    Font::new(theme::TICK, theme::INK)
}

impl Ends {
    pub fn new(chart: &LineContent, room: &Room<'_>) -> Self {
        let font = font();
        let widest = room.width.map_or(WIDEST, |width| (width * 0.27).clamp(90.0, WIDEST));
        let names: Vec<_> = chart.series.iter().map(|s| font.lines(&s.label, widest, MOST_LINES)).collect();
        let width = names.iter().flatten().map(|line| font.width(line)).fold(0.0, f64::max);
        Self { names, width }
    }

    fn heights(&self) -> impl Iterator<Item = f64> {
        self.names.iter().map(|lines| lines.len() as f64 * font().line() + PADDING)
    }

    /// What all names take below each other.
    pub fn height(&self) -> f64 {
        self.heights().sum()
    }

    /// Write every name at `left`, as near as possible to the `last` point of its curve,
    /// between `top` and `bottom`.
    pub fn draw(
        &self,
        chart: &LineContent,
        last: &[Option<(f64, f64)>],
        (left, top, bottom): (f64, f64, f64),
        canvas: &mut Canvas,
    ) {
        let font = font();
        let places = last.iter().zip(self.heights()).enumerate();
        let mut ends: Vec<End> =
            places.filter_map(|(s, (last, height))| Some(End { y: (*last)?.1, height, series: s })).collect();
        spread(&mut ends, top, bottom);
        for End { y, series, .. } in ends {
            let swatch = [(left, y), (left + SWATCH, y)];
            match chart.style(series) {
                LineStyle::Solid => {
                    canvas.rectangle((left, y - 1.5), (left + SWATCH, y + 1.5), chart.colour(series));
                }
                LineStyle::Dashed => {
                    for dash in [left, left + SWATCH - 3.0] {
                        canvas.rectangle((dash, y - 1.5), (dash + 3.0, y + 1.5), chart.colour(series));
                    }
                }
            }
            let lines = &self.names[series];
            let first = y - (lines.len() as f64 - 1.0) / 2.0 * font.line() + theme::TICK * 0.36;
            canvas.paragraph(lines, (swatch[1].0 + 4.0, first), font, Anchor::Left);
        }
    }
}

#[derive(Debug)]
struct End {
    /// Middle of the name.
    y: f64,
    height: f64,
    series: usize,
}

/// Move names apart so that none overlaps, as little as possible, inside `top..bottom`.
///
/// With the heights above each name taken off, the places must not decrease: the nearest such
/// sequence is the isotonic regression, found by pooling adjacent violators.
fn spread(ends: &mut [End], top: f64, bottom: f64) {
    ends.sort_by(|a, b| a.y.total_cmp(&b.y).then(a.series.cmp(&b.series)));
    let total: f64 = ends.iter().map(|end| end.height).sum();
    let mut above = 0.0;
    let mut blocks: Vec<(f64, usize)> = Vec::new();
    for end in ends.iter() {
        blocks.push((end.y - end.height / 2.0 - above, 1));
        above += end.height;
        while let [.., (a, m), (b, n)] = blocks[..] {
            if a <= b {
                break;
            }
            blocks.truncate(blocks.len() - 2);
            blocks.push(((a * m as f64 + b * n as f64) / (m + n) as f64, m + n));
        }
    }
    let shifts = blocks.iter().flat_map(|&(shift, n)| std::iter::repeat_n(shift, n));
    let mut above = 0.0;
    for (end, shift) in ends.iter_mut().zip(shifts) {
        end.y = shift.min(bottom - total).max(top) + above + end.height / 2.0;
        above += end.height;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(ys: &[f64], height: f64, bottom: f64) -> Vec<f64> {
        let end = |(series, &y)| End { y, height, series };
        let mut ends: Vec<_> = ys.iter().enumerate().map(end).collect();
        spread(&mut ends, 0.0, bottom);
        ends.iter().map(|end| end.y).collect()
    }

    #[test]
    fn names_do_not_overlap_and_move_little() {
        let moved = places(&[10.0, 10.0, 11.0, 100.0], 14.0, 120.0);
        assert!(moved.windows(2).all(|w| w[1] - w[0] > 13.999), "{moved:?}");
        assert!((moved[0] - 7.0).abs() < 1e-9, "stays inside: {moved:?}");
        assert_eq!(moved[3], 100.0);
        // Three names around 60 with the mean kept.
        assert_eq!(places(&[60.0, 60.0, 60.0], 10.0, 200.0), [50.0, 60.0, 70.0]);
        assert_eq!(places(&[119.0, 120.0], 10.0, 120.0), [105.0, 115.0]);
    }
}

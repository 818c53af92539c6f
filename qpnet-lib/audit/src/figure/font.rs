//! Measuring, wrapping and shortening of text.

use super::text::Typeface;
use plotters::style::RGBColor;

/// Size, weight and colour of a text.
#[derive(Clone, Copy, Debug, PartialEq)]
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

    /// At most `most` lines no wider than `width`; the last is shortened when there is more.
    pub fn lines(&self, text: &str, width: f64, most: usize) -> Vec<String> {
        let mut lines = self.wrap(text, width);
        if lines.len() > most {
            let rest = lines.split_off(most - 1).join(" ");
            lines.push(self.shorten(&format!("{rest}…"), width));
        }
        lines
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

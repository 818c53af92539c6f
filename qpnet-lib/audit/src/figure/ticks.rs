//! Labels below a horizontal axis that never overlap.

use super::canvas::{Anchor, Canvas};
use super::font::Font;
use super::frame::EDGE;
use super::theme;

/// Longest turned name.
const LONGEST: f64 = 130.0;
/// Least distance between names beside each other.
const GAP: f64 = 8.0;

/// The ticks, and the labels that have room, at places in logical pixels.
pub(super) struct TickLabels {
    ticks: Vec<f64>,
    labels: Vec<(f64, String)>,
    /// Height of the labels when they are turned.
    turned: Option<f64>,
}

impl TickLabels {
    /// Numbers stand upright; where they are too close, some stay without.
    pub fn numbers(ticks: Vec<(f64, String)>, font: Font) -> Self {
        let mut labels: Vec<(f64, String)> = Vec::new();
        for (x, label) in &ticks {
            let fits = |(last, before): &(f64, String)| distance(font, before, label) <= x - last;
            if labels.last().is_none_or(fits) {
                labels.push((*x, label.clone()));
            }
        }
        Self { ticks: ticks.into_iter().map(|(x, _)| x).collect(), labels, turned: None }
    }

    /// Names stand upright when all fit, right of the edge of the sheet too; else they are
    /// turned, and every second, third … is left out where even that is too close.
    pub fn names(mut ticks: Vec<(f64, String)>, font: Font, left: f64) -> Self {
        ticks.sort_by(|a, b| a.0.total_cmp(&b.0));
        let places = ticks.iter().map(|(x, _)| *x).collect();
        let beside = ticks.windows(2).all(|w| distance(font, &w[0].1, &w[1].1) <= w[1].0 - w[0].0);
        let room = 2.0 * (left - EDGE);
        if beside && ticks.iter().all(|(_, name)| font.width(name) <= room) {
            return Self { ticks: places, labels: ticks, turned: None };
        }
        let fits = |step: usize| {
            let kept: Vec<f64> = ticks.iter().step_by(step).map(|(x, _)| *x).collect();
            kept.windows(2).all(|w| w[1] - w[0] >= font.em * 1.15)
        };
        let step = (1..ticks.len()).find(|&step| fits(step)).unwrap_or(ticks.len().max(1));
        let kept = ticks.into_iter().step_by(step);
        let labels: Vec<_> = kept.map(|(x, name)| (x, font.shorten(&name, LONGEST))).collect();
        let height = labels.iter().map(|(_, name)| font.width(name)).fold(0.0, f64::max);
        Self { ticks: places, labels, turned: Some(height) }
    }

    /// The height of the labels beyond that of one line.
    pub fn beyond_one_line(&self) -> f64 {
        self.turned.map_or(0.0, |height| (height - theme::TICK).max(0.0))
    }

    pub fn draw(&self, bottom: f64, font: Font, canvas: &mut Canvas) {
        for &x in &self.ticks {
            canvas.segment((x, bottom), (x, bottom + 4.0), 1.0, theme::INK);
        }
        for (x, label) in &self.labels {
            if self.turned.is_some() {
                canvas.upwards(label.as_str(), (x + font.em * 0.36, bottom + 8.0), font, Anchor::Right);
            } else {
                canvas.text(label.as_str(), (*x, bottom + 6.0 + font.em), font, Anchor::Middle);
            }
        }
    }
}

/// What two labels beside each other take from middle to middle.
fn distance(font: Font, a: &str, b: &str) -> f64 {
    (font.width(a) + font.width(b)) / 2.0 + GAP
}

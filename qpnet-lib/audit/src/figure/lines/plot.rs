//! The frame of a line chart.

use super::super::axis::Axis;

/// Distance between the vertical axis and the first point.
const INSET: f64 = 6.0;

/// The frame of the plot in logical pixels.
pub(super) struct Plot {
    pub x: Axis,
    pub y: Axis,
    pub left: f64,
    pub top: f64,
    pub size: (f64, f64),
}

impl Plot {
    pub fn at(&self, (x, y): (f64, f64)) -> (f64, f64) {
        let (right, up) = (self.x.share(x), self.y.share(y).clamp(0.0, 1.0));
        let (width, height) = self.size;
        (self.left + INSET + right * (width - 2.0 * INSET), self.top + (1.0 - up) * height)
    }

    pub fn bottom(&self) -> f64 {
        self.top + self.size.1
    }

    pub fn right(&self) -> f64 {
        self.left + self.size.0
    }
}

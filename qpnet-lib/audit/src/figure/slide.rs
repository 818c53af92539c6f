//! Drawings for slides: 16 by 9, a chart each, in letters that are read from the last row.

use super::canvas::Canvas;
use super::error::FigureError;
use super::render;

/// Logical pixels of a slide; charts are laid out for its width, so that their letters are large on it.
pub(super) const SIZE: (f64, f64) = (640.0, 360.0);
/// Pixels per logical pixel: 1920 x 1080.
const SCALE: u32 = 3;

/// A chart alone on a sheet of 16 by 9.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Slide(Canvas);

impl Slide {
    /// A drawing of this size, as large as fits, in the middle.
    pub(super) fn of(drawn: Canvas, (width, height): (f64, f64)) -> Self {
        let scale = (SIZE.0 / width).min(SIZE.1 / height);
        let corner = ((SIZE.0 - width * scale) / 2.0, (SIZE.1 - height * scale) / 2.0);
        let mut sheet = Canvas::default();
        sheet.place(drawn.scaled(scale), corner);
        Self(sheet)
    }

    /// 1920 x 1080 pixels.
    pub(super) fn png(&self) -> Result<Vec<u8>, FigureError> {
        render::png(&self.0, (SIZE.0 as u32, SIZE.1 as u32), SCALE)
    }
}

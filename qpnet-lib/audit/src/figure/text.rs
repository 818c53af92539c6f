//! Measuring and rasterising text with the bundled font.
//!
//! plotters 0.3.7 drops the left bearing of every glyph when it draws into a bitmap, which
//! makes uneven gaps between letters ("Mi xed"). So the PNG's glyphs are placed here, from
//! the same font file and to a fraction of a pixel; the SVG leaves text to its viewer.

use super::error::FigureError;
use ab_glyph::{Font, FontRef, PxScale, ScaleFont, point};

static REGULAR: &[u8] = include_bytes!("../../assets/DejaVuSans.ttf");
static BOLD: &[u8] = include_bytes!("../../assets/DejaVuSans-Bold.ttf");

/// The font in both weights; parsed per drawing, since notebook cells do not share statics.
pub(super) struct Typeface {
    regular: FontRef<'static>,
    bold: FontRef<'static>,
}

impl Typeface {
    pub fn load() -> Result<Self, FigureError> {
        let parse = |bytes| {
            FontRef::try_from_slice(bytes)
                .map_err(|_| FigureError::Draw("the bundled font cannot be read".into()))
        };
        Ok(Self { regular: parse(REGULAR)?, bold: parse(BOLD)? })
    }

    fn weight(&self, bold: bool) -> &FontRef<'static> {
        if bold { &self.bold } else { &self.regular }
    }

    /// Width of `text` at one pixel per em.
    pub fn width(&self, text: &str, bold: bool) -> f64 {
        let font = self.weight(bold).as_scaled(self.scale(1.0, bold));
        let mut previous = None;
        let advance = |c: char| {
            let id = font.glyph_id(c);
            let kern = previous.replace(id).map_or(0.0, |last| font.kern(last, id));
            f64::from(font.h_advance(id) + kern)
        };
        text.chars().map(advance).sum()
    }

    /// Call `dot(dx, dy, coverage)` for every pixel of `text`, relative to the left end of its
    /// base line, which lies `shift` pixels right of a pixel's edge.
    pub fn raster(&self, text: &str, bold: bool, em: f64, shift: f64, mut dot: impl FnMut(i32, i32, f32)) {
        let scale = self.scale(em, bold);
        let font = self.weight(bold).as_scaled(scale);
        let (mut x, mut previous) = (shift as f32, None);
        for c in text.chars() {
            let id = font.glyph_id(c);
            x += previous.replace(id).map_or(0.0, |last| font.kern(last, id));
            let glyph = id.with_scale_and_position(scale, point(x, 0.0));
            if let Some(outline) = font.outline_glyph(glyph) {
                let corner = outline.px_bounds().min;
                let (left, top) = (corner.x as i32, corner.y as i32);
                outline.draw(|i, j, coverage| dot(left + i as i32, top + j as i32, coverage));
            }
            x += font.h_advance(id);
        }
    }

    /// ab_glyph measures sizes by the height of a line, typography by the em.
    fn scale(&self, em: f64, bold: bool) -> PxScale {
        let font = self.weight(bold);
        let units = font.units_per_em().unwrap_or(2048.0);
        PxScale::from(em as f32 * font.height_unscaled() / units)
    }
}

//! A decoded picture on its way to a tensor: its pixels, and the part of them that is used.

use image::DynamicImage;

use super::grey;
use super::resize::Window;
use crate::data::rule::image_rule::ImageRule;

/// Interleaved 8-bit pixels, 1 or 3 channels, of which a rectangle is used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Frame {
    pixels: Vec<u8>,
    stride: usize,
    channels: usize,
    area: Area,
}

/// A rectangle of pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Area {
    /// First column.
    pub left: usize,
    /// First row.
    pub top: usize,
    /// Columns.
    pub width: usize,
    /// Rows.
    pub height: usize,
}

impl Area {
    /// The smallest rectangle around `members` of a grid of `width` columns, row by row; `None`
    /// where there is none.
    pub fn around(members: &[bool], width: usize) -> Option<Self> {
        let rows = members.chunks(width).enumerate().filter(|(_, row)| row.contains(&true));
        let (top, bottom) = (rows.clone().next()?.0, rows.clone().next_back()?.0);
        let first = rows.clone().filter_map(|(_, row)| row.iter().position(|&member| member)).min()?;
        let last = rows.filter_map(|(_, row)| row.iter().rposition(|&member| member)).max()?;
        Some(Self { left: first, top, width: last + 1 - first, height: bottom + 1 - top })
    }

    /// `padding` more on every side, within `width x height`.
    pub fn padded(self, padding: usize, width: usize, height: usize) -> Self {
        let (left, top) = (self.left.saturating_sub(padding), self.top.saturating_sub(padding));
        let right = (self.left + self.width).saturating_add(padding).min(width);
        let bottom = (self.top + self.height).saturating_add(padding).min(height);
        Self { left, top, width: right - left, height: bottom - top }
    }
}

impl Frame {
    /// All of `picture`, by the rules of [`grey::bytes`].
    ///
    /// # Errors
    /// Those of [`grey::bytes`].
    pub fn new(picture: DynamicImage, rule: &ImageRule) -> Result<Self, String> {
        let (width, height) = (picture.width() as usize, picture.height() as usize);
        let pixels = grey::bytes(picture, rule)?;
        let area = Area { left: 0, top: 0, width, height };
        Ok(Self { pixels, stride: width, channels: rule.channels, area })
    }

    /// The part that is used.
    pub fn area(&self) -> Area {
        self.area
    }

    /// Use only `area`, which is counted from the corner of the part used so far.
    pub fn crop(&mut self, area: Area) {
        self.area = Area { left: self.area.left + area.left, top: self.area.top + area.top, ..area };
    }

    /// The largest channel of every pixel of the part in use, row by row.
    pub fn brightness(&self) -> Vec<u8> {
        let Area { left, top, width, height } = self.area;
        let row = |y: usize| {
            let start = ((top + y) * self.stride + left) * self.channels;
            &self.pixels[start..start + width * self.channels]
        };
        let brightest = |pixel: &[u8]| pixel.iter().copied().max().unwrap_or_default();
        (0..height).flat_map(|y| row(y).chunks_exact(self.channels).map(brightest)).collect()
    }

    /// Set to zero whatever of the part in use is not in `kept`, row by row.
    pub fn keep(&mut self, kept: &[bool]) {
        let Area { left, top, width, .. } = self.area;
        for (y, row) in kept.chunks(width).enumerate() {
            let start = ((top + y) * self.stride + left) * self.channels;
            let pixels = self.pixels[start..start + width * self.channels].chunks_exact_mut(self.channels);
            pixels.zip(row).filter(|(_, kept)| !**kept).for_each(|(pixel, _)| pixel.fill(0));
        }
    }

    /// The part in use, ready to be resampled.
    pub fn window(&self) -> Window<'_> {
        let Area { left, top, width, height } = self.area;
        Window {
            pixels: &self.pixels,
            stride: self.stride,
            channels: self.channels,
            left,
            top,
            width,
            height,
        }
    }
}

//! One image file to one `u8` array: limits first, then decoding, orientation, resizing, crop.

use std::io::Cursor;
use std::path::Path;

use image::imageops::FilterType;
use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits};
use serde::Deserialize;
use sha2::{Digest, Sha256};

/// SHA-256 of an image file's bytes.
pub type ContentHash = [u8; 32];

/// How an image becomes a tensor; `[images.rule]` of a manifest.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ImageRule {
    /// 1 (grey) or 3 (RGB).
    pub channels: usize,
    /// Mean of each channel on the scale 0 … 1, subtracted.
    pub mean: Vec<f64>,
    /// Standard deviation of each channel on the scale 0 … 1, divided by.
    pub std: Vec<f64>,
    /// How the rectangle becomes a square.
    pub fit: Fit,
    /// A file with more pixels is refused before it is decoded.
    pub max_pixels: u64,
    /// A longer file is refused before it is read.
    pub max_bytes: u64,
}

/// How a rectangle becomes a square of `size x size`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fit {
    /// Shorter side to `size`, then the centre: keeps proportions, loses the margins.
    #[default]
    CropCentre,
    /// Both sides to `size`: keeps everything, changes proportions.
    Stretch,
}

impl Default for ImageRule {
    fn default() -> Self {
        Self {
            channels: 3,
            mean: vec![0.485, 0.456, 0.406],
            std: vec![0.229, 0.224, 0.225],
            fit: Fit::default(),
            max_pixels: 64 << 20,
            max_bytes: 64 << 20,
        }
    }
}

impl ImageRule {
    /// Say what is wrong with the rule.
    ///
    /// # Errors
    /// Expected, got and remedy in words.
    pub fn check(&self) -> Result<(), String> {
        let count = self.channels;
        if count != 1 && count != 3 {
            return Err(format!("channels is {count}; expected 1 or 3"));
        }
        if self.mean.len() != count || self.std.len() != count {
            return Err(format!(
                "mean and std have {} and {} values; expected {count}",
                self.mean.len(),
                self.std.len()
            ));
        }
        if self.std.iter().any(|value| !value.is_finite() || *value <= 0.0) {
            return Err("std has a value that is not positive".into());
        }
        Ok(())
    }
}

/// A decoded image.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decoded {
    /// `(c, size, size)` in row-major order.
    pub pixels: Vec<u8>,
    /// Of the file, so that it depends on neither size nor rule.
    pub hash: ContentHash,
}

/// Read and decode `path` to `rule.channels x size x size`.
///
/// # Errors
/// The reason in words; the caller knows the row.
pub fn decode(path: &Path, rule: &ImageRule, size: u32) -> Result<Decoded, String> {
    let length = std::fs::metadata(path).map_err(|error| format!("cannot be read: {error}"))?.len();
    if length > rule.max_bytes {
        return Err(format!(
            "has {length} bytes; expected at most {} (images.rule.max_bytes)",
            rule.max_bytes
        ));
    }
    let bytes = std::fs::read(path).map_err(|error| format!("cannot be read: {error}"))?;
    let picture = open(&bytes, rule)?;
    Ok(Decoded { pixels: to_pixels(&picture, rule, size), hash: Sha256::digest(&bytes).into() })
}

/// Decode within the limits and turn upright by EXIF.
fn open(bytes: &[u8], rule: &ImageRule) -> Result<DynamicImage, String> {
    let reader =
        ImageReader::new(Cursor::new(bytes)).with_guessed_format().map_err(|error| error.to_string())?;
    let format = match reader.format() {
        Some(format @ (ImageFormat::Jpeg | ImageFormat::Png)) => format,
        _ => return Err(format!("is no JPEG or PNG file: it begins with {}", beginning(bytes))),
    };
    if format == ImageFormat::Jpeg && is_cut_off(bytes) {
        return Err("is cut off: the JPEG ends before its end marker".into());
    }
    let broken = |error: image::ImageError| format!("cannot be decoded: {error}");
    let mut decoder = reader.into_decoder().map_err(broken)?;
    let (width, height) = decoder.dimensions();
    let pixels = u64::from(width) * u64::from(height);
    if pixels == 0 || pixels > rule.max_pixels {
        let most = rule.max_pixels;
        return Err(format!("is {width} x {height}; expected 1 to {most} pixels (images.rule.max_pixels)"));
    }
    let mut limits = Limits::default();
    // Four channels of 16 bits, and as much again for the decoder's own buffers.
    limits.max_alloc = Some(rule.max_pixels.saturating_mul(16));
    decoder.set_limits(limits).map_err(broken)?;
    let orientation = decoder.orientation().map_err(broken)?;
    let mut picture = DynamicImage::from_decoder(decoder).map_err(broken)?;
    picture.apply_orientation(orientation);
    Ok(picture)
}

/// Does a JPEG stop in the middle?
///
/// The decoder paints the missing part grey and is content. Inside the picture's data the byte
/// FF is always escaped, so the last start-of-scan marker (FF DA) must be followed by an
/// end-of-image marker (FF D9); one in an embedded thumbnail comes before.
fn is_cut_off(bytes: &[u8]) -> bool {
    let last = |marker: u8| bytes.windows(2).rposition(|pair| pair == [0xff, marker]);
    match (last(0xda), last(0xd9)) {
        (Some(scan), Some(end)) => end < scan,
        _ => true,
    }
}

fn beginning(bytes: &[u8]) -> String {
    let head = &bytes[..bytes.len().min(16)];
    if head.is_empty() {
        "nothing (the file is empty)".into()
    } else {
        format!("\"{}\"", head.escape_ascii())
    }
}

/// 16 bits are rounded to 8, grey is repeated or colour weighted, as the rule has channels.
fn to_pixels(picture: &DynamicImage, rule: &ImageRule, size: u32) -> Vec<u8> {
    let (left, top, width, height) = crop(picture.width(), picture.height(), rule.fit);
    // Cropping before resizing computes only what is kept.
    let window = picture.crop_imm(left, top, width, height);
    let small = |picture: DynamicImage| {
        if (width, height) == (size, size) {
            picture
        } else {
            picture.resize_exact(size, size, FilterType::CatmullRom)
        }
    };
    if rule.channels == 1 {
        return small(DynamicImage::ImageLuma8(window.into_luma8())).into_luma8().into_raw();
    }
    let interleaved = small(DynamicImage::ImageRgb8(window.into_rgb8())).into_rgb8().into_raw();
    let plane = (size * size) as usize;
    let mut pixels = vec![0; 3 * plane];
    for (at, rgb) in interleaved.chunks_exact(3).enumerate() {
        for channel in 0..3 {
            pixels[channel * plane + at] = rgb[channel];
        }
    }
    pixels
}

/// The window `(left, top, width, height)` that becomes the square.
fn crop(width: u32, height: u32, fit: Fit) -> (u32, u32, u32, u32) {
    match fit {
        Fit::Stretch => (0, 0, width, height),
        Fit::CropCentre => {
            let side = width.min(height);
            ((width - side) / 2, (height - side) / 2, side, side)
        }
    }
}

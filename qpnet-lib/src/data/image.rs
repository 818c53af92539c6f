//! One image file to one `u8` array: limits first, then decoding, orientation, resizing, crop.

use std::io::Cursor;
use std::path::Path;

use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits};
use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::resize::{Window, resize};

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
        // Pixels run from 0 to 1 here; statistics on the scale of 0 to 255 would flatten them.
        if self.mean.iter().any(|value| !(0.0..=1.0).contains(value)) {
            return Err(format!("mean is {:?}; expected values from 0 to 1", self.mean));
        }
        if self.std.iter().any(|value| *value <= 0.0 || !(0.0..=1.0).contains(value)) {
            return Err(format!("std is {:?}; expected values above 0, at most 1", self.std));
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
    let (picture, hash) = picture(path, rule)?;
    Ok(Decoded { pixels: to_pixels(picture, rule, size), hash })
}

/// Read `path` within the limits, upright and at its own size, with the hash of the file.
///
/// # Errors
/// As [`decode`].
pub(super) fn picture(path: &Path, rule: &ImageRule) -> Result<(DynamicImage, ContentHash), String> {
    let bytes = read(path, rule)?;
    let picture = open(&bytes, rule)?;
    Ok((picture, Sha256::digest(&bytes).into()))
}

/// The hash of the file at `path`, which is not decoded.
///
/// # Errors
/// As [`decode`], of what can be known without decoding.
pub(super) fn content_hash(path: &Path, rule: &ImageRule) -> Result<ContentHash, String> {
    Ok(Sha256::digest(read(path, rule)?).into())
}

fn read(path: &Path, rule: &ImageRule) -> Result<Vec<u8>, String> {
    let length = std::fs::metadata(path).map_err(|error| format!("cannot be read: {error}"))?.len();
    if length > rule.max_bytes {
        return Err(format!(
            "has {length} bytes; expected at most {} (images.rule.max_bytes)",
            rule.max_bytes
        ));
    }
    std::fs::read(path).map_err(|error| format!("cannot be read: {error}"))
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
fn to_pixels(picture: DynamicImage, rule: &ImageRule, size: u32) -> Vec<u8> {
    let (width, height) = (picture.width() as usize, picture.height() as usize);
    let interleaved =
        if rule.channels == 1 { picture.into_luma8().into_raw() } else { picture.into_rgb8().into_raw() };
    let whole = Window {
        pixels: &interleaved,
        stride: width,
        channels: rule.channels,
        left: 0,
        top: 0,
        width,
        height,
    };
    let side = width.min(height);
    let window = match rule.fit {
        Fit::Stretch => whole,
        Fit::CropCentre => {
            Window { left: (width - side) / 2, top: (height - side) / 2, width: side, height: side, ..whole }
        }
    };
    resize(&window, size as usize)
}

#[cfg(test)]
mod tests {
    use image::{GrayImage, ImageBuffer, Luma, Rgb, RgbImage};

    use super::*;

    fn rule(channels: usize) -> ImageRule {
        ImageRule { channels, mean: vec![0.5; channels], std: vec![0.5; channels], ..ImageRule::default() }
    }

    fn png(picture: &DynamicImage) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        picture.write_to(&mut bytes, ImageFormat::Png).expect("png");
        bytes.into_inner()
    }

    fn decoded(bytes: &[u8], channels: usize, size: u32) -> Vec<u8> {
        to_pixels(open(bytes, &rule(channels)).expect("image"), &rule(channels), size)
    }

    #[test]
    fn depths_and_channels_are_unified() {
        let grey = png(&GrayImage::from_pixel(12, 9, Luma([77])).into());
        assert_eq!(decoded(&grey, 3, 4), [77; 48]);
        let deep: ImageBuffer<Luma<u16>, Vec<u16>> = ImageBuffer::from_pixel(12, 9, Luma([77 * 257]));
        assert_eq!(decoded(&png(&deep.into()), 1, 4), [77; 16]);
        let colour = png(&RgbImage::from_pixel(12, 9, Rgb([10, 20, 30])).into());
        let planes = decoded(&colour, 3, 2);
        assert_eq!(planes, [10, 10, 10, 10, 20, 20, 20, 20, 30, 30, 30, 30]);
    }

    #[test]
    fn the_centre_is_kept_or_everything_is_stretched() {
        // Left and right quarters black, the middle white.
        let stripes = GrayImage::from_fn(40, 20, |x, _| Luma([if (10..30).contains(&x) { 255 } else { 0 }]));
        let bytes = png(&stripes.into());
        assert_eq!(decoded(&bytes, 1, 20), [255; 400]);
        let stretched = ImageRule { fit: Fit::Stretch, ..rule(1) };
        let pixels = to_pixels(open(&bytes, &stretched).expect("image"), &stretched, 20);
        assert_eq!((pixels[0], pixels[10], pixels[19]), (0, 255, 0));
    }

    #[test]
    fn exif_orientation_is_obeyed() {
        let half = RgbImage::from_fn(32, 32, |x, _| Rgb([if x < 16 { 250 } else { 5 }; 3]));
        let mut bytes = Cursor::new(Vec::new());
        half.write_to(&mut bytes, ImageFormat::Jpeg).expect("jpeg");
        let plain = bytes.into_inner();
        // An APP1 segment whose only entry is orientation 6: turn by 90 degrees clockwise.
        let tiff = b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0";
        let length = (2 + 6 + tiff.len()) as u16;
        let segment = [&b"\xff\xe1"[..], &length.to_be_bytes(), b"Exif\0\0", tiff].concat();
        let turned = [&plain[..2], &segment, &plain[2..]].concat();
        let (plain, turned) = (decoded(&plain, 1, 8), decoded(&turned, 1, 8));
        assert!(plain[0] > 200 && plain[7] < 50 && plain[56] > 200);
        assert!(turned[0] > 200 && turned[7] > 200 && turned[56] < 50);
    }
}

//! One file to one upright picture: limits first, then decoding and orientation.

use std::io::Cursor;
use std::path::Path;

use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits};
use sha2::{Digest, Sha256};

use super::jpeg;
use crate::data::rule::content_hash::ContentHash;
use crate::data::rule::image_rule::ImageRule;

/// Read `path` within the limits, upright and at its own size, with the hash of the file.
///
/// # Errors
/// The reason in words; the caller knows the row.
pub(in crate::data) fn picture(path: &Path, rule: &ImageRule) -> Result<(DynamicImage, ContentHash), String> {
    picture_in(path, rule, &[ImageFormat::Jpeg, ImageFormat::Png])
}

/// [`picture`] in one of `formats`.
///
/// # Errors
/// As [`picture`].
pub(super) fn picture_in(
    path: &Path,
    rule: &ImageRule,
    formats: &[ImageFormat],
) -> Result<(DynamicImage, ContentHash), String> {
    let bytes = read(path, rule)?;
    let picture = open(&bytes, rule, formats)?;
    Ok((picture, Sha256::digest(&bytes).into()))
}

/// The hash of the file at `path`, which is not decoded.
///
/// # Errors
/// As [`picture`], of what can be known without decoding.
pub(in crate::data) fn content_hash(path: &Path, rule: &ImageRule) -> Result<ContentHash, String> {
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
fn open(bytes: &[u8], rule: &ImageRule, formats: &[ImageFormat]) -> Result<DynamicImage, String> {
    let reader =
        ImageReader::new(Cursor::new(bytes)).with_guessed_format().map_err(|error| error.to_string())?;
    let Some(format) = reader.format().filter(|format| formats.contains(format)) else {
        let names: Vec<String> = formats.iter().map(|format| format!("{format:?}").to_uppercase()).collect();
        return Err(format!("is no {} file: it begins with {}", names.join(" or "), beginning(bytes)));
    };
    if let Some(reason) = jpeg::refused(bytes).filter(|_| format == ImageFormat::Jpeg) {
        return Err(reason);
    }
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

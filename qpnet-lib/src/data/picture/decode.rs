//! One image file to one `u8` array: decoding, mask, main region, fit, resizing.

use super::frame::Frame;
use super::mask::Mask;
use super::open::picture;
use super::region;
use super::resize::{Window, resize};
use crate::data::cohort::image_file::ImageFile;
use crate::data::rule::mask::MaskRule;

pub use crate::data::rule::content_hash::ContentHash;
pub use crate::data::rule::image_rule::{Fit, ImageRule, Region};

/// A decoded image.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decoded {
    /// `(c, size, size)` in row-major order.
    pub pixels: Vec<u8>,
    /// Of the file, so that it depends on neither size nor rule.
    pub hash: ContentHash,
    /// Of the files of the masks that were used.
    pub masks: Vec<ContentHash>,
}

/// Read and decode `file` to `rule.channels x size x size`, with its masks where it has any.
///
/// # Errors
/// The reason in words; the caller knows the row.
pub fn decode(
    file: &ImageFile,
    rule: &ImageRule,
    masks: Option<&MaskRule>,
    size: u32,
) -> Result<Decoded, String> {
    let (picture, hash) = picture(&file.path, rule)?;
    let mut frame = Frame::new(picture, rule)?;
    let mut hashes = Vec::new();
    if let Some(masks) = masks
        && let Some(mask) = Mask::of(&file.masks, rule, frame.area().width, frame.area().height)?
    {
        mask.apply(masks, &mut frame);
        hashes = mask.hashes;
    }
    Ok(Decoded { pixels: to_pixels(frame, rule, size), hash, masks: hashes })
}

/// The region that the rule names, as a square.
fn to_pixels(mut frame: Frame, rule: &ImageRule, size: u32) -> Vec<u8> {
    if rule.region == Region::Main {
        region::keep_main(&mut frame);
    }
    let whole = frame.window();
    let side = whole.width.min(whole.height);
    let window = match rule.fit {
        Fit::Stretch => whole,
        Fit::CropCentre => Window {
            left: whole.left + (whole.width - side) / 2,
            top: whole.top + (whole.height - side) / 2,
            width: side,
            height: side,
            ..whole
        },
    };
    resize(&window, size as usize)
}

//! Masks: which pixels of an image show the object, drawn by people or found by another program.

use std::path::{Path, PathBuf};

use image::ImageFormat;
use sha2::{Digest, Sha256};

use super::frame::{Area, Frame};
use super::grey::luma;
use super::open::picture_in;
use crate::data::rule::content_hash::ContentHash;
use crate::data::rule::image_rule::ImageRule;
use crate::data::rule::mask::{MaskRule, MaskUse};

/// A mask as it was read, or several of one image together.
pub(in crate::data) struct Mask {
    width: usize,
    height: usize,
    /// Row by row: 128 to 255 of 255 is the object, or 1 where nothing is larger.
    object: Vec<bool>,
    /// Does its file hold 0 and 1 only?
    pub of_ones: bool,
    /// Of the files.
    pub hashes: Vec<ContentHash>,
}

/// One hash for the masks of an image: zeros without any, that of the only one, or that of them all.
pub(in crate::data) fn joint_hash(hashes: &[ContentHash]) -> ContentHash {
    match hashes {
        [] => ContentHash::default(),
        [only] => *only,
        several => Sha256::digest(several.concat()).into(),
    }
}

impl Mask {
    /// Read the mask at `path` within the limits of `rule`.
    ///
    /// # Errors
    /// Path and reason in words: unreadable, of another format, too large, empty.
    pub fn read(path: &Path, rule: &ImageRule) -> Result<Self, String> {
        let named = |reason: String| format!("mask {} {reason}", path.display());
        const FORMATS: [ImageFormat; 3] = [ImageFormat::Png, ImageFormat::Gif, ImageFormat::Jpeg];
        let (picture, hash) = picture_in(path, rule, &FORMATS).map_err(named)?;
        let (width, height) = (picture.width() as usize, picture.height() as usize);
        // A 16-bit mask of 0 and 1 would become one of zeros.
        let deep = picture.color().bytes_per_pixel() / picture.color().channel_count() > 1;
        let ones = deep && picture.to_luma16().as_raw().iter().all(|&value| value <= 1);
        let values = match ones {
            true => picture.into_luma16().into_raw().into_iter().map(|value| value as u8).collect(),
            false => luma(picture, rule.grey).into_raw(),
        };
        let largest = values.iter().copied().max().unwrap_or_default();
        let of_ones = largest == 1;
        let least = if of_ones { 1 } else { 128 };
        if largest < least {
            return Err(named(format!(
                "has no pixel of the object: its largest value is {largest} of 255; expected 128 or more where the \
                 object is, or a mask of 0 and 1"
            )));
        }
        let object = values.into_iter().map(|value| value >= least).collect();
        Ok(Self { width, height, object, of_ones, hashes: vec![hash] })
    }

    /// The masks at `paths` laid over each other, on an image of this size; `None` without any.
    ///
    /// # Errors
    /// As [`Self::read`] and [`Self::fits`].
    pub fn of(
        paths: &[PathBuf],
        rule: &ImageRule,
        width: usize,
        height: usize,
    ) -> Result<Option<Self>, String> {
        let mut joined: Option<Self> = None;
        for path in paths {
            let mask = Self::read(path, rule)?;
            mask.fits(path, width, height)?;
            joined = Some(match joined {
                None => mask,
                Some(mut all) => {
                    all.object.iter_mut().zip(&mask.object).for_each(|(all, one)| *all |= one);
                    all.of_ones |= mask.of_ones;
                    all.hashes.extend(mask.hashes);
                    all
                }
            });
        }
        Ok(joined)
    }

    /// Whether it lies pixel on pixel on an image of this size.
    ///
    /// # Errors
    /// Both sizes in words.
    pub fn fits(&self, path: &Path, width: usize, height: usize) -> Result<(), String> {
        if (self.width, self.height) == (width, height) {
            return Ok(());
        }
        let own = format!("{} x {}", self.width, self.height);
        Err(format!("mask {} is {own}; expected {width} x {height}, the size of the image", path.display()))
    }

    /// Do to `frame`, whose size is the mask's, what `rule` says.
    pub(super) fn apply(&self, rule: &MaskRule, frame: &mut Frame) {
        match rule.apply {
            MaskUse::BackgroundToZero => frame.keep(&self.object),
            MaskUse::CropToMask => {
                if let Some(area) = Area::around(&self.object, self.width) {
                    frame.crop(area.padded(rule.padding, self.width, self.height));
                }
            }
        }
    }
}

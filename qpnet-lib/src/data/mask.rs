//! Masks: which pixels of an image show the object, drawn by people or found by another program.

use std::path::Path;

use image::ImageFormat;
use serde::Deserialize;

use super::frame::{Area, Frame};
use super::image_rule::ImageRule;
use super::picture::{ContentHash, picture_in};

/// Where masks are and what is done with them; `[images.masks]` of a manifest.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MaskRule {
    /// Folders below the data set's folder, tried in order.
    pub roots: Vec<String>,
    /// File names with `{image}` or `{stem}` in them, tried in order; the latter is the last part
    /// of the image's name without its ending.
    pub patterns: Vec<String>,
    /// What the mask does.
    pub apply: MaskUse,
    /// Pixels around the mask's bounding box that are kept with it, up to the image's border.
    #[serde(default)]
    pub padding: usize,
    /// An image without a mask is an error, or else it is used whole.
    #[serde(default = "yes")]
    pub required: bool,
}

/// What a mask does to its image.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MaskUse {
    /// Pixels outside the mask become zero; the size stays.
    BackgroundToZero,
    /// The image is cropped to the mask's bounding box and the padding; no pixel changes.
    CropToMask,
}

fn yes() -> bool {
    true
}

impl MaskRule {
    /// Say what is wrong with the rule.
    ///
    /// # Errors
    /// The key, and expected, got and remedy in words.
    pub(super) fn check(&self) -> Result<(), (&'static str, String)> {
        let named = |pattern: &&String| !pattern.contains("{image}") && !pattern.contains("{stem}");
        if let Some(pattern) = self.patterns.iter().find(named) {
            return Err((
                "images.masks.patterns",
                format!("{pattern:?} contains neither {{image}} nor {{stem}}"),
            ));
        }
        if self.apply == MaskUse::BackgroundToZero && self.padding > 0 {
            return Err(("images.masks.padding", "belongs to apply = \"crop-to-mask\" only".to_owned()));
        }
        Ok(())
    }
}

/// A mask as it was read.
pub(super) struct Mask {
    width: usize,
    height: usize,
    /// Row by row: 128 to 255 of 255 is the object.
    object: Vec<bool>,
    /// Of the file.
    pub hash: ContentHash,
}

impl Mask {
    /// Read the mask at `path` within the limits of `rule`.
    ///
    /// # Errors
    /// Path and reason in words: unreadable, neither PNG nor GIF, too large, empty.
    pub fn read(path: &Path, rule: &ImageRule) -> Result<Self, String> {
        let named = |reason: String| format!("mask {} {reason}", path.display());
        let (picture, hash) = picture_in(path, rule, &[ImageFormat::Png, ImageFormat::Gif]).map_err(named)?;
        let (width, height) = (picture.width() as usize, picture.height() as usize);
        let object: Vec<bool> =
            picture.into_luma8().into_raw().into_iter().map(|value| value >= 128).collect();
        if !object.contains(&true) {
            return Err(named("has no pixel of the object: every one is darker than half".to_owned()));
        }
        Ok(Self { width, height, object, hash })
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
    pub fn apply(&self, rule: &MaskRule, frame: &mut Frame) {
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

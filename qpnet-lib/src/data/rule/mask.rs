//! `[images.masks]` of a manifest: where masks are, and what they do to their images.

use serde::Deserialize;

/// Where masks are and what is done with them; `[images.masks]` of a manifest.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MaskRule {
    /// Folders below the data set's folder, tried in order.
    pub roots: Vec<String>,
    /// File names with `{image}` or `{stem}` in them, tried in order; the latter is the last part
    /// of the image's name without its ending.
    pub patterns: Vec<String>,
    /// Join all masks that an image has among `roots` and `patterns`; else the first one is used.
    #[serde(default)]
    pub join: bool,
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
    pub(in crate::data) fn check(&self) -> Result<(), (&'static str, String)> {
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

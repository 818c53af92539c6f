//! `[images.rule]` of a manifest: how an image becomes a tensor.

use serde::Deserialize;

/// How an image becomes a tensor; `[images.rule]` of a manifest.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ImageRule {
    /// 1 (grey) or 3 (RGB).
    pub channels: usize,
    /// How colour becomes grey, where there is one channel.
    pub grey: Grey,
    /// Bits of a 16-bit file that are used, from the lowest: 12 for the values 0 to 4,095. Files of 8 bits
    /// are not concerned.
    pub bits: u32,
    /// Mean of each channel on the scale 0 … 1, subtracted.
    pub mean: Vec<f64>,
    /// Standard deviation of each channel on the scale 0 … 1, divided by.
    pub std: Vec<f64>,
    /// Which part of the picture is used.
    pub region: Region,
    /// How the rectangle becomes a square.
    pub fit: Fit,
    /// A file with more pixels is refused before it is decoded.
    pub max_pixels: u64,
    /// A longer file is refused before it is read.
    pub max_bytes: u64,
}

/// How colour becomes grey.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Grey {
    /// 0.299, 0.587, 0.114: what Pillow's mode `L` and torchvision's `rgb_to_grayscale` do.
    #[default]
    Bt601,
    /// 0.2126, 0.7152, 0.0722, the weights of high-definition video.
    Bt709,
}

/// Which part of a picture is used, before it becomes a square.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Region {
    /// All of it.
    #[default]
    Whole,
    /// Of an ultrasound frame the picture without the text around it: the largest lit region, zero
    /// outside, cropped to its bounding box. A black frame stays whole.
    Main,
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
            grey: Grey::default(),
            bits: 16,
            mean: vec![0.485, 0.456, 0.406],
            std: vec![0.229, 0.224, 0.225],
            region: Region::default(),
            fit: Fit::default(),
            max_pixels: 64 << 20,
            max_bytes: 64 << 20,
        }
    }
}

impl ImageRule {
    /// What decides about grey values, for hashes: a manifest that does not say it has defaults.
    pub(in crate::data) fn words(&self) -> String {
        let Self { channels, grey, bits, .. } = self;
        if *channels == 1 { format!("{grey:?} {bits}") } else { format!("{bits}") }
    }

    /// Say what is wrong with the rule.
    ///
    /// # Errors
    /// Expected, got and remedy in words.
    pub fn check(&self) -> Result<(), String> {
        let count = self.channels;
        if count != 1 && count != 3 {
            return Err(format!("channels is {count}; expected 1 or 3"));
        }
        if !(8..=16).contains(&self.bits) {
            return Err(format!("bits is {}; expected 8 to 16, the bits used of a 16-bit file", self.bits));
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

//! Pictures that look alike though their files differ: resized, re-encoded, cropped a little.

use std::fmt::Display;

use image::DynamicImage;
use image_hasher::{HashAlg, Hasher, HasherConfig};
use rayon::prelude::*;
use serde::Serialize;

/// Bits of a perceptual hash: the signs of 16 x 16 horizontal differences of brightness.
pub const BITS: u32 = 256;

/// A perceptual hash.
pub type Look = [u64; (BITS / 64) as usize];

/// Two samples of different parts whose pictures look alike.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct NearPair {
    /// Sample and part.
    pub first: (String, String),
    /// Sample and part.
    pub second: (String, String),
    /// Bits in which the hashes differ.
    pub distance: u32,
}

/// Makes perceptual hashes.
pub struct Eye(Hasher);

impl Default for Eye {
    fn default() -> Self {
        Self(HasherConfig::new().hash_size(16, 16).hash_alg(HashAlg::Gradient).to_hasher())
    }
}

impl Eye {
    /// How `picture` looks.
    pub fn look(&self, picture: &DynamicImage) -> Look {
        let mut look = Look::default();
        for (at, byte) in self.0.hash_image(picture).as_bytes().iter().enumerate() {
            look[at / 8] |= u64::from(*byte) << (8 * (at % 8));
        }
        look
    }
}

/// Bits in which two hashes differ, 0 to [`BITS`].
pub fn distance(a: &Look, b: &Look) -> u32 {
    a.iter().zip(b).map(|(a, b)| (a ^ b).count_ones()).sum()
}

/// All pairs of samples in different parts whose hashes differ in at most `most` bits, nearest
/// first. `named` gives sample and part of each hash. Every pair is compared: 25,000 samples
/// take about a second.
pub fn pairs<P: Eq + Display + Sync>(looks: &[Look], named: &[(&str, P)], most: u32) -> Vec<NearPair> {
    let name = |at: usize| (named[at].0.to_owned(), named[at].1.to_string());
    let mut found: Vec<(u32, usize, usize)> = (0..looks.len())
        .into_par_iter()
        .flat_map_iter(|a| {
            ((a + 1)..looks.len())
                .filter(move |&b| named[a].1 != named[b].1)
                .map(move |b| (distance(&looks[a], &looks[b]), a, b))
                .filter(move |(distance, ..)| *distance <= most)
        })
        .collect();
    found.sort_unstable();
    found.into_iter().map(|(distance, a, b)| NearPair { first: name(a), second: name(b), distance }).collect()
}

#[cfg(test)]
mod tests {
    use image::imageops::FilterType;
    use image::{GrayImage, Luma};

    use super::*;

    /// Smooth blobs at places that `seed` decides.
    fn picture(seed: u32) -> DynamicImage {
        let blob = |x: u32, y: u32, k: u32| {
            let centre = |step: u32| f64::from((seed * step + k * 37) % 90 + 15);
            let (dx, dy) = (f64::from(x) - centre(29), f64::from(y) - centre(53));
            90.0 * (-(dx * dx + dy * dy) / 300.0).exp()
        };
        let shade = |x, y| Luma([(20.0 + (0..4).map(|k| blob(x, y, k)).sum::<f64>()).min(255.0) as u8]);
        GrayImage::from_fn(120, 120, shade).into()
    }

    #[test]
    fn a_resized_copy_looks_alike_and_another_picture_does_not() {
        let eye = Eye::default();
        let copy = picture(1).resize_exact(70, 70, FilterType::Triangle);
        let looks = [eye.look(&picture(1)), eye.look(&copy), eye.look(&picture(2)), eye.look(&picture(3))];
        assert!(distance(&looks[0], &looks[1]) <= 10, "{}", distance(&looks[0], &looks[1]));
        assert!(distance(&looks[0], &looks[2]) > 40, "{}", distance(&looks[0], &looks[2]));
        let named = [("a", "train"), ("a small", "test"), ("b", "test"), ("c", "train")];
        let found = pairs(&looks, &named, 10);
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!((found[0].first.0.as_str(), found[0].second.1.as_str()), ("a", "test"));
        let same_part = [("a", "train"), ("a small", "train"), ("b", "test"), ("c", "train")];
        assert!(pairs(&looks, &same_part, 10).is_empty());
    }
}

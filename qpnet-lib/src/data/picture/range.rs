//! Which values the pixels of a picture have: whether it can be seen at all.

use image::DynamicImage;

use super::grey::largest;
use crate::data::rule::image_rule::ImageRule;

/// At most so much of 255 is nearly black, and as much below white nearly white.
const MARGIN: f64 = 16.5;

/// The smallest and the largest value of a picture, in its own depth; opacity does not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::data) struct Range {
    pub darkest: u16,
    pub brightest: u16,
    /// 8 or 16.
    pub bits: u32,
}

impl Range {
    /// Of all pixels and channels of `picture`.
    pub fn of(picture: &DynamicImage) -> Self {
        fn ends<T: Copy + Ord + Into<u16>>(values: &[T], channels: usize, used: usize) -> (u16, u16) {
            // Without opacity all values in one go, which is much faster than pixel by pixel.
            let (least, most) = if channels == used {
                (values.iter().copied().min(), values.iter().copied().max())
            } else {
                let seen = || values.chunks_exact(channels).flat_map(|pixel| &pixel[..used]).copied();
                (seen().min(), seen().max())
            };
            (least.map_or(0, Into::into), most.map_or(0, Into::into))
        }
        let colour = picture.color();
        let channels = usize::from(colour.channel_count());
        let used = channels - usize::from(colour.has_alpha());
        let bytes = picture.as_bytes();
        let deep = usize::from(colour.bytes_per_pixel()) > channels;
        let (darkest, brightest) = if deep {
            let wide = match picture {
                DynamicImage::ImageLuma16(picture) => picture.as_raw(),
                DynamicImage::ImageLumaA16(picture) => picture.as_raw(),
                DynamicImage::ImageRgb16(picture) => picture.as_raw(),
                DynamicImage::ImageRgba16(picture) => picture.as_raw(),
                // 32-bit pictures come from formats that are not read.
                _ => return Self { darkest: 0, brightest: u16::MAX, bits: 16 },
            };
            ends(wide, channels, used)
        } else {
            ends(bytes, channels, used)
        };
        Self { darkest, brightest, bits: if deep { 16 } else { 8 } }
    }

    /// What is wrong with a picture of these values under `rule`; `None`: something can be seen.
    pub fn fault(&self, rule: &ImageRule) -> Option<String> {
        let most = if self.bits == 8 { 255 } else { largest(rule.bits) };
        let scaled = |value: u16| f64::from(value) * 255.0 / f64::from(most);
        let Self { darkest, brightest, .. } = *self;
        if brightest > most {
            let bits = rule.bits;
            return Some(format!(
                "has the value {brightest}; expected at most {most} (images.rule.bits = {bits})"
            ));
        }
        if darkest == brightest {
            return Some(format!("is constant: every pixel is {darkest} of {most}"));
        }
        if scaled(brightest) < MARGIN {
            return Some(format!("is nearly black: its largest value is {brightest} of {most}"));
        }
        if scaled(darkest) > 255.0 - MARGIN {
            return Some(format!("is nearly white: its smallest value is {darkest} of {most}"));
        }
        None
    }
}

/// The values of all pictures of a data set together.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::data) struct Ranges {
    /// Of the pictures of 8 bits, and of 16: how many, the smallest and the largest value.
    seen: [Option<(usize, u16, u16)>; 2],
}

impl Ranges {
    /// One more picture.
    pub fn add(&mut self, range: &Range) {
        let seen = &mut self.seen[usize::from(range.bits > 8)];
        let (count, darkest, brightest) = seen.unwrap_or((0, u16::MAX, 0));
        *seen = Some((count + 1, darkest.min(range.darkest), brightest.max(range.brightest)));
    }

    /// The range in use, in words.
    pub fn words(&self) -> Vec<String> {
        let line = |(seen, most): (&Option<(usize, u16, u16)>, u16)| {
            let (count, darkest, brightest) = (*seen)?;
            let bits = if most == 255 { 8 } else { 16 };
            Some(format!(
                "pixel values {darkest} to {brightest} of {most} in {count} pictures of {bits} bits"
            ))
        };
        self.seen.iter().zip([255, u16::MAX]).filter_map(line).collect()
    }

    /// Pictures of 16 bits that leave a part of them unused, beyond what `rule` knows.
    pub fn fault(&self, rule: &ImageRule) -> Option<String> {
        let (count, _, brightest) = self.seen[1]?;
        let used = (16 - brightest.leading_zeros()).max(8);
        let share = (u32::from(largest(rule.bits)) + 1) / (1 << used);
        (used < rule.bits && share >= 2).then(|| {
            format!(
                "the {count} pictures of 16 bits have values up to {brightest} of {} only, and become {share} times \
                 too dark: set images.rule.bits = {used} in the manifest",
                largest(rule.bits)
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use image::{GrayImage, ImageBuffer, Luma, LumaA, Rgba};

    use super::*;

    fn rule(bits: u32) -> ImageRule {
        ImageRule { bits, channels: 1, ..ImageRule::default() }
    }

    fn deep(values: &[u16]) -> DynamicImage {
        ImageBuffer::<Luma<u16>, _>::from_raw(values.len() as u32, 1, values.to_vec()).expect("size").into()
    }

    #[test]
    fn twelve_bits_in_sixteen_are_noticed_picture_by_picture_and_together() {
        let range = Range::of(&deep(&[0, 800, 4080]));
        assert_eq!(range, Range { darkest: 0, brightest: 4080, bits: 16 });
        let words = range.fault(&rule(16)).expect("dark");
        assert_eq!(words, "is nearly black: its largest value is 4080 of 65535");
        assert_eq!(range.fault(&rule(12)), None);
        let mut all = Ranges::default();
        all.add(&range);
        all.add(&Range::of(&deep(&[10, 2000])));
        let words = all.fault(&rule(16)).expect("unused bits");
        assert!(words.contains("values up to 4080") && words.contains("16 times too dark"), "{words}");
        assert!(words.contains("images.rule.bits = 12"), "{words}");
        assert_eq!(all.fault(&rule(12)), None);
        assert_eq!(all.words(), ["pixel values 0 to 4080 of 65535 in 2 pictures of 16 bits"]);
        let words = Range::of(&deep(&[0, 5000])).fault(&rule(12)).expect("13 bits");
        assert!(words.contains("expected at most 4095"), "{words}");
    }

    #[test]
    fn black_white_and_constant_pictures_are_told_from_those_one_can_see() {
        let shades = |a: u8, b: u8| {
            DynamicImage::from(GrayImage::from_fn(2, 1, |x, _| Luma([if x == 0 { a } else { b }])))
        };
        for (a, b, expected) in [
            (7, 7, Some("is constant: every pixel is 7 of 255")),
            (0, 16, Some("is nearly black")),
            (0, 17, None),
            (239, 255, Some("is nearly white: its smallest value is 239")),
            (238, 255, None),
        ] {
            let fault = Range::of(&shades(a, b)).fault(&rule(16));
            assert_eq!(fault.is_some(), expected.is_some(), "{a} {b}: {fault:?}");
            assert!(fault.unwrap_or_default().starts_with(expected.unwrap_or_default()));
        }
    }

    #[test]
    fn opacity_is_no_brightness() {
        let picture = ImageBuffer::from_pixel(3, 2, Rgba([3u8, 9, 4, 255]));
        assert_eq!(Range::of(&picture.into()), Range { darkest: 3, brightest: 9, bits: 8 });
        let picture = ImageBuffer::from_pixel(3, 2, LumaA([5u16, 65535]));
        assert_eq!(Range::of(&picture.into()), Range { darkest: 5, brightest: 5, bits: 16 });
    }
}

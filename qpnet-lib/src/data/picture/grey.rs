//! From a decoded picture to eight bits, and from colour to grey.

use image::{DynamicImage, GrayImage, RgbImage};

use crate::data::rule::image_rule::{Grey, ImageRule};

impl Grey {
    /// Weights of red, green and blue in 65,536ths; their sum is 65,536, so that grey stays as it is.
    fn weights(self) -> [u32; 3] {
        match self {
            Self::Bt601 => [19_595, 38_470, 7_471],
            Self::Bt709 => [13_933, 46_871, 4_732],
        }
    }

    /// The brightness of `picture`.
    ///
    /// # Formula
    /// `floor((a R + b G + c B) / 65536 + 1/2)` with whole `a`, `b`, `c`; for [`Self::Bt601`] Pillow's integers, so
    /// that pixels are Pillow's to the bit.
    pub fn of(self, picture: &RgbImage) -> GrayImage {
        let [red, green, blue] = self.weights();
        let grey = |rgb: &[u8; 3]| {
            let sum = red * u32::from(rgb[0]) + green * u32::from(rgb[1]) + blue * u32::from(rgb[2]);
            ((sum + 0x8000) >> 16) as u8
        };
        let pixels: Vec<u8> = picture.as_raw().as_chunks::<3>().0.iter().map(grey).collect();
        // One byte a pixel, as many pixels as there were.
        GrayImage::from_raw(picture.width(), picture.height(), pixels).unwrap_or_default()
    }
}

/// The pixels of `picture`, row by row, with `rule.channels` interleaved bytes each. Opacity is
/// dropped; grey is repeated, or colour weighted by `rule.grey`; 16 bits are scaled to 8 by `rule.bits`.
///
/// # Errors
/// A 16-bit picture with a value that its bits do not allow.
pub(in crate::data) fn bytes(picture: DynamicImage, rule: &ImageRule) -> Result<Vec<u8>, String> {
    let picture = eight_bits(picture, rule.bits)?;
    if rule.channels == 3 {
        return Ok(picture.into_rgb8().into_raw());
    }
    Ok(luma(picture, rule.grey).into_raw())
}

/// The brightness of an 8-bit picture, or of one of 16 bits that uses all of them.
pub(super) fn luma(picture: DynamicImage, grey: Grey) -> GrayImage {
    if picture.color().has_color() { grey.of(&picture.into_rgb8()) } else { picture.into_luma8() }
}

/// A 16-bit picture of which the lower `bits` are used, scaled to 8 bits; any other as it is.
fn eight_bits(picture: DynamicImage, bits: u32) -> Result<DynamicImage, String> {
    let most = largest(bits);
    if most == u16::MAX {
        return Ok(picture); // which the conversions scale by 257
    }
    let scaled = |values: &[u16]| -> Result<Vec<u8>, String> {
        let scale = |&value: &u16| ((u32::from(value) * 255 + u32::from(most) / 2) / u32::from(most)) as u8;
        match values.iter().max() {
            Some(&value) if value > most => {
                Err(format!("has the value {value}; expected at most {most} (images.rule.bits = {bits})"))
            }
            _ => Ok(values.iter().map(scale).collect()),
        }
    };
    let (width, height) = (picture.width(), picture.height());
    Ok(match &picture {
        DynamicImage::ImageLuma16(_) | DynamicImage::ImageLumaA16(_) => {
            GrayImage::from_raw(width, height, scaled(picture.into_luma16().as_raw())?)
                .unwrap_or_default()
                .into()
        }
        DynamicImage::ImageRgb16(_) | DynamicImage::ImageRgba16(_) => {
            RgbImage::from_raw(width, height, scaled(picture.into_rgb16().as_raw())?)
                .unwrap_or_default()
                .into()
        }
        _ => picture,
    })
}

/// The largest value of so many bits.
pub(in crate::data) fn largest(bits: u32) -> u16 {
    (u32::from(u16::MAX) >> (16 - bits.min(16))) as u16
}

#[cfg(test)]
mod tests {
    use image::{ImageBuffer, Luma, Rgb};

    use super::*;

    #[test]
    fn colours_are_weighed_as_pillow_weighs_them() {
        // Pillow 11.3: Image.new("RGB", (1, 1), colour).convert("L").getpixel((0, 0)).
        let golden = [
            ([255, 0, 0], 76),
            ([0, 255, 0], 150),
            ([0, 0, 255], 29),
            ([255, 255, 0], 226),
            ([200, 160, 140], 170),
            ([12, 200, 77], 130),
            ([1, 2, 3], 2),
        ];
        for (colour, expected) in golden {
            let grey = Grey::Bt601.of(&RgbImage::from_pixel(1, 1, Rgb(colour)));
            assert_eq!(grey.get_pixel(0, 0).0, [expected], "{colour:?}");
        }
        let green = RgbImage::from_pixel(1, 1, Rgb([0, 255, 0]));
        assert_eq!(Grey::Bt709.of(&green).get_pixel(0, 0).0, [182]);
        for (grey, value) in
            [Grey::Bt601, Grey::Bt709].into_iter().flat_map(|grey| (0..=255).map(move |v| (grey, v)))
        {
            let same = grey.of(&RgbImage::from_pixel(1, 1, Rgb([value; 3])));
            assert_eq!(same.get_pixel(0, 0).0, [value], "{grey:?} moves a grey pixel");
        }
    }

    fn rule(bits: u32, channels: usize) -> ImageRule {
        ImageRule { bits, channels, ..ImageRule::default() }
    }

    fn deep(values: &[u16]) -> DynamicImage {
        ImageBuffer::<Luma<u16>, _>::from_raw(values.len() as u32, 1, values.to_vec()).expect("size").into()
    }

    #[test]
    fn twelve_bits_in_sixteen_use_the_whole_range() {
        let values = [0, 8, 2048, 4080, 4095];
        assert_eq!(bytes(deep(&values), &rule(12, 1)), Ok(vec![0, 0, 128, 254, 255]));
        assert_eq!(bytes(deep(&values), &rule(16, 1)), Ok(vec![0, 0, 8, 16, 16]));
        assert_eq!(bytes(deep(&[4095]), &rule(12, 3)), Ok(vec![255; 3]));
        let error = bytes(deep(&[4095, 4096]), &rule(12, 1)).expect_err("13 bits");
        assert!(error.contains("has the value 4096; expected at most 4095"), "{error}");
        let colour = ImageBuffer::<Rgb<u16>, _>::from_raw(1, 1, vec![4095, 0, 2048]).expect("size");
        assert_eq!(bytes(DynamicImage::from(colour), &rule(12, 3)), Ok(vec![255, 0, 128]));
        // Eight bits are eight bits.
        let plain = GrayImage::from_pixel(1, 1, Luma([200]));
        assert_eq!(bytes(plain.into(), &rule(12, 1)), Ok(vec![200]));
    }
}

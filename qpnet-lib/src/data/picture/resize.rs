//! Resampling of 8-bit images as torchvision resizes: bilinear, antialiased.

use fast_image_resize::images::{TypedCroppedImage, TypedImage, TypedImageRef};
use fast_image_resize::pixels::{U8, U8x3};
use fast_image_resize::{FilterType, PixelTrait, ResizeAlg, ResizeOptions, Resizer};

/// A window of an interleaved 8-bit image: `row[(left + x) * channels + channel]`.
#[derive(Clone, Copy, Debug)]
pub struct Window<'a> {
    /// All pixels of the image, row-major, channels interleaved.
    pub pixels: &'a [u8],
    /// Width of the whole image.
    pub stride: usize,
    /// 1 or 3.
    pub channels: usize,
    /// First column of the window.
    pub left: usize,
    /// First row of the window.
    pub top: usize,
    /// Columns of the window.
    pub width: usize,
    /// Rows of the window.
    pub height: usize,
}

/// Resample `window` to a square by a triangle, which is widened by as much as the picture shrinks;
/// nothing outside the window counts.
///
/// # Shapes
/// `(channels, size, size)`, row-major.
///
/// # Source
/// `torchvision.transforms.v2.Resize`, bilinear with antialiasing (its default): within one level of it
/// (`tests/golden/resized.py`).
pub fn resize(window: &Window<'_>, size: usize) -> Vec<u8> {
    if window.channels == 1 {
        return square::<U8>(window, size).pixels().iter().map(|pixel| pixel.0).collect();
    }
    let square = square::<U8x3>(window, size);
    (0..3).flat_map(|channel| square.pixels().iter().map(move |pixel| pixel.0[channel])).collect()
}

/// The square with its channels interleaved. Of one kind of pixel: asked for whichever an image has, the library is
/// compiled here for all twelve, a third of this crate.
fn square<P: PixelTrait + Default>(window: &Window<'_>, size: usize) -> TypedImage<'static, P> {
    let Window { pixels, stride, channels, left, top, width, height } = *window;
    let rows = pixels.len() / (stride * channels);
    let mut square = TypedImage::new(size as u32, size as u32);
    let triangle = ResizeOptions::new().resize_alg(ResizeAlg::Convolution(FilterType::Bilinear));
    // A window of the options' would be resampled with the pixels around it.
    let resized = TypedImageRef::<P>::from_buffer(stride as u32, rows as u32, pixels)
        .map_err(|error| error.to_string())
        .and_then(|picture| {
            TypedCroppedImage::from_ref(&picture, left as u32, top as u32, width as u32, height as u32)
                .map_err(|error| error.to_string())
                .and_then(|window| {
                    let resized = Resizer::new().resize_typed(&window, &mut square, &triangle);
                    resized.map_err(|error| error.to_string())
                })
        });
    if let Err(reason) = resized {
        unreachable!("a window lies in its picture: {reason}");
    }
    square
}

#[cfg(test)]
mod tests {
    use image::imageops;
    use image::{Rgb, RgbImage};

    use super::*;

    fn picture(width: u32, height: u32) -> RgbImage {
        let wave = |t: f64| (127.0 + 120.0 * t.sin()) as u8;
        RgbImage::from_fn(width, height, |x, y| {
            let (x, y) = (f64::from(x), f64::from(y));
            Rgb([wave(x * 0.3), wave(y * 0.2 + x * 0.1), wave(x * y * 0.01)])
        })
    }

    fn whole(picture: &RgbImage) -> Window<'_> {
        let (width, height) = (picture.width() as usize, picture.height() as usize);
        Window { pixels: picture.as_raw(), stride: width, channels: 3, left: 0, top: 0, width, height }
    }

    #[test]
    fn agrees_with_the_image_crate() {
        for (width, height, size) in [(200, 150, 64), (150, 150, 32), (40, 30, 64), (64, 64, 64)] {
            let picture = picture(width, height);
            let expected = imageops::resize(&picture, size, size, imageops::FilterType::Triangle);
            let got = resize(&whole(&picture), size as usize);
            let plane = (size * size) as usize;
            for (at, pixel) in expected.pixels().enumerate() {
                for channel in 0..3 {
                    let difference = i16::from(pixel.0[channel]) - i16::from(got[channel * plane + at]);
                    assert!(difference.abs() <= 1, "{width} x {height} to {size}, pixel {at}: {difference}");
                }
            }
        }
    }

    #[test]
    fn a_window_is_the_cropped_picture() {
        let picture = picture(90, 60);
        let cropped = imageops::crop_imm(&picture, 15, 0, 60, 60).to_image();
        let window = Window { left: 15, width: 60, ..whole(&picture) };
        assert_eq!(resize(&window, 24), resize(&whole(&cropped), 24));
        // The same size is the same picture.
        let same = resize(&whole(&cropped), 60);
        assert!(cropped.pixels().enumerate().all(|(at, pixel)| pixel.0[1] == same[3600 + at]));
    }
}

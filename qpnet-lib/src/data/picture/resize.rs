//! Resampling of 8-bit images with an antialiased cubic (Catmull–Rom) filter.
//!
//! The same filter as in the `image` crate, which took four fifths of the loading time: here
//! rows are combined first, in loops over contiguous memory, and only the window that is kept
//! is computed.

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

/// Which inputs make one output, and how much of each.
struct Taps {
    first: usize,
    weights: Vec<f32>,
}

/// Catmull–Rom: 1 at 0, 0 at every other whole number, 0 beyond 2.
fn cubic(x: f64) -> f64 {
    let x = x.abs();
    if x < 1.0 {
        (1.5 * x - 2.5) * x * x + 1.0
    } else if x < 2.0 {
        ((-0.5 * x + 2.5) * x - 4.0) * x + 2.0
    } else {
        0.0
    }
}

/// One [`Taps`] for each of `outputs` positions over `inputs` samples.
fn taps(inputs: usize, outputs: usize) -> Vec<Taps> {
    let ratio = inputs as f64 / outputs as f64;
    // When shrinking, the filter is widened to cover all inputs: no aliasing.
    let widen = ratio.max(1.0);
    (0..outputs)
        .map(|output| {
            let centre = (output as f64 + 0.5) * ratio;
            let first = (centre - 2.0 * widen).floor().max(0.0) as usize;
            let last = ((centre + 2.0 * widen).ceil() as usize).min(inputs).max(first + 1);
            let raw: Vec<f64> = (first..last).map(|i| cubic((i as f64 + 0.5 - centre) / widen)).collect();
            let sum: f64 = raw.iter().sum();
            Taps { first, weights: raw.iter().map(|weight| (weight / sum) as f32).collect() }
        })
        .collect()
}

/// Resample `window` to a square.
///
/// # Shapes
/// `(channels, size, size)`, row-major.
pub fn resize(window: &Window<'_>, size: usize) -> Vec<u8> {
    let channels = window.channels;
    let (down, across) = (taps(window.height, size), taps(window.width, size));
    let mut out = vec![0u8; channels * size * size];
    let mut line = vec![0f32; window.width * channels];
    for (y, vertical) in down.iter().enumerate() {
        line.fill(0.0);
        for (k, weight) in vertical.weights.iter().enumerate() {
            let start = ((window.top + vertical.first + k) * window.stride + window.left) * channels;
            let row = &window.pixels[start..start + line.len()];
            for (sum, pixel) in line.iter_mut().zip(row) {
                *sum += weight * f32::from(*pixel);
            }
        }
        for (x, horizontal) in across.iter().enumerate() {
            let mut sums = [0f32; 3];
            let inputs = line[horizontal.first * channels..].chunks_exact(channels);
            for (weight, pixel) in horizontal.weights.iter().zip(inputs) {
                for (sum, value) in sums.iter_mut().zip(pixel) {
                    *sum += weight * value;
                }
            }
            for (channel, sum) in sums.iter().take(channels).enumerate() {
                out[(channel * size + y) * size + x] = nearest(*sum);
            }
        }
    }
    out
}

/// `value.round() as u8`, whose call for every value took a fifth of the time. The cubic may
/// overshoot at edges, which `as` and the addition saturate; the subtraction is exact.
fn nearest(value: f32) -> u8 {
    let whole = value as u8;
    whole.saturating_add(u8::from(value - f32::from(whole) >= 0.5))
}

#[cfg(test)]
mod tests {
    use image::imageops::{self, FilterType};
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
            let expected = imageops::resize(&picture, size, size, FilterType::CatmullRom);
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
    fn values_are_rounded_as_the_standard_library_rounds_them() {
        // Bit patterns all over the range, both signs, infinities and NaN among them.
        for bits in (0..=u32::MAX).step_by(9973) {
            let value = f32::from_bits(bits);
            assert_eq!(nearest(value), value.round() as u8, "{value}");
        }
        for whole in -2..=258_i16 {
            let half = f32::from(whole) + 0.5;
            for value in [f32::from(whole), half, half.next_up(), half.next_down()] {
                assert_eq!(nearest(value), value.round() as u8, "{value}");
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

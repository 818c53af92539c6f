//! The main region of an ultrasound frame: the picture itself, without the text around it.
//!
//! 1. A pixel is lit when its largest channel is above [`NEAR_BLACK`].
//! 2. Lit pixels at most two columns and rows apart belong together. The component with the
//!    most pixels is the picture; letters, markers and scale bars are components of their own.
//! 3. The picture's bays that are narrower than five pixels are closed, its holes are
//!    filled: dark pixels among them belong to it, and so does whatever a hole holds.
//! 4. Everything else becomes zero, and the frame is cropped to the component's bounding box.
//!
//! A frame without a component of at least one pixel in [`SMALLEST`] (all black, or nothing but
//! text) stays as it is. So does one that is lit up to its borders.
//!
//! Doing it twice is doing it once: closing by squares of the width that links pixels can reach no
//! pixel of another component, so what is kept has the same largest component again. Anything lit
//! more than two pixels away from the picture changes nothing while it is smaller.
//!
//! # Source
//! The paper "utilized nnU-net to automatically crop each image, preserving the main image portion
//! while removing the textual information at the edges" and "augmented those images with a
//! background with pixel values set to 0". Its network and the masks it learnt from are not public.
//! This rule needs neither and finds the same part where the surroundings are black. It differs
//! where they are not: text that touches the picture or lies within it stays, a frame on a grey
//! background stays whole, and dark tissue that is open to the border becomes zero, which it nearly
//! was. Where better masks exist, `[images.masks]` takes them.

use super::frame::{Area, Frame};
use super::grid::Grid;

/// Brightest black: video recorders put black at 16 of 255, and JPEG scatters a little around text.
const NEAR_BLACK: u8 = 16;

/// A picture has at least one of so many pixels of its frame.
const SMALLEST: usize = 100;

/// Keep the main region of `frame`, zero around it, cropped to its bounding box.
pub(super) fn keep_main(frame: &mut Frame) {
    let Area { width, height, .. } = frame.area();
    let lit = frame.brightness().into_iter().map(|value| value > NEAR_BLACK).collect();
    let picture = Grid { cells: lit, width, height }.largest();
    let size = picture.cells.iter().filter(|member| **member).count();
    let Some(bounds) = Area::around(&picture.cells, width).filter(|_| size * SMALLEST >= width * height)
    else {
        return;
    };
    frame.keep(&picture.closed().filled().cells);
    frame.crop(bounds);
}

#[cfg(test)]
mod tests {
    use image::{DynamicImage, GrayImage, Luma, Rgb, RgbImage};
    use proptest::prelude::*;

    use super::*;
    use crate::data::rule::image_rule::ImageRule;

    const WIDTH: u32 = 160;
    const HEIGHT: u32 = 120;

    /// A fan of speckle, some of it black, from (30, 20) to (130, 99).
    fn speckle(x: u32, y: u32) -> Option<u8> {
        let (right, down) = (f64::from(x) - 80.0, f64::from(y) + 20.0);
        let angle = right.atan2(down).abs();
        let inside = (40.0..=119.5).contains(&right.hypot(down)) && angle <= 0.44;
        // Knuth's multiplicative hash, then every ninth pixel nearly black.
        let noise = (y * WIDTH + x).wrapping_mul(2_654_435_761) >> 20;
        inside.then(|| if noise.is_multiple_of(9) { (noise % 7) as u8 } else { 30 + (noise % 200) as u8 })
    }

    /// The fan alone on black.
    fn fan() -> GrayImage {
        GrayImage::from_fn(WIDTH, HEIGHT, |x, y| Luma([speckle(x, y).unwrap_or(0)]))
    }

    /// Strokes like letters: 3 x 5 pixels each with gaps between them.
    fn write(picture: &mut GrayImage, left: u32, top: u32, letters: u32) {
        for letter in 0..letters {
            for (dx, dy) in [(0, 0), (1, 0), (2, 0), (0, 1), (0, 2), (1, 2), (0, 3), (0, 4), (1, 4), (2, 4)] {
                picture.put_pixel(left + 5 * letter + dx, top + dy, Luma([255]));
            }
        }
    }

    fn framed(picture: DynamicImage, channels: usize) -> Frame {
        Frame::new(picture, &ImageRule { channels, ..ImageRule::default() }).expect("8 bits")
    }

    fn kept(picture: impl Into<DynamicImage>, channels: usize) -> Frame {
        let mut frame = framed(picture.into(), channels);
        keep_main(&mut frame);
        frame
    }

    /// The pixels in use, as a picture.
    fn shown(frame: &Frame) -> GrayImage {
        let Area { width, height, .. } = frame.area();
        GrayImage::from_raw(width as u32, height as u32, frame.brightness()).expect("size")
    }

    fn lit_bounds(picture: &GrayImage) -> Area {
        let lit: Vec<bool> = picture.pixels().map(|pixel| pixel.0[0] > NEAR_BLACK).collect();
        Area::around(&lit, picture.width() as usize).expect("lit")
    }

    /// The fan with text left, above and below, and a scale bar at the right.
    fn labelled() -> GrayImage {
        let mut picture = fan();
        write(&mut picture, 2, 50, 5);
        write(&mut picture, 40, 4, 16);
        write(&mut picture, 20, 112, 24);
        for y in 10..110 {
            picture.put_pixel(154, y, Luma([180]));
            if y % 10 == 0 {
                (150..154).for_each(|x| picture.put_pixel(x, y, Luma([180])));
            }
        }
        picture
    }

    #[test]
    fn text_and_scale_go_and_the_fan_stays_pixel_for_pixel() {
        let frame = kept(labelled(), 1);
        let bounds = lit_bounds(&fan());
        assert_eq!(frame.area(), bounds);
        let got = shown(&frame);
        let (mut lit, mut dark, mut lost) = (0, 0, 0);
        for y in 0..HEIGHT {
            for x in 0..WIDTH {
                let inside =
                    |start: usize, size: usize, at: u32| (start..start + size).contains(&(at as usize));
                let shown = inside(bounds.left, bounds.width, x) && inside(bounds.top, bounds.height, y);
                let got = shown.then(|| got.get_pixel(x - bounds.left as u32, y - bounds.top as u32).0[0]);
                match speckle(x, y) {
                    None => assert!(matches!(got, None | Some(0)), "{x} {y}: {got:?}"),
                    Some(value) if value > NEAR_BLACK => {
                        lit += 1;
                        assert_eq!(got, Some(value), "{x} {y}");
                    }
                    Some(value) if value > 0 => {
                        dark += 1;
                        // Open to the surroundings: only on the very edge of the fan.
                        if got != Some(value) {
                            lost += 1;
                            let near = |a: u32| a - 1..=a + 1;
                            let edge = near(y).any(|y| near(x).any(|x| speckle(x, y).is_none()));
                            assert!(edge && matches!(got, None | Some(0)), "{x} {y}: {got:?}");
                        }
                    }
                    Some(_) => {}
                }
            }
        }
        assert!(lit > 4000 && dark > 400 && lost < dark / 20, "{lit} {dark} {lost}");
    }

    #[test]
    fn what_touches_the_fan_or_lies_in_it_stays() {
        let mut picture = fan();
        write(&mut picture, 70, 60, 4);
        let inside = shown(&kept(picture.clone(), 1));
        assert_eq!(inside.pixels().filter(|pixel| pixel.0[0] == 255).count(), 40);
        // Two pixels below the fan's lowest row belong to it, three do not.
        let lowest = lit_bounds(&fan());
        let (x, bottom) = (80, (lowest.top + lowest.height - 1) as u32);
        for (distance, more) in [(2, 2), (3, 0)] {
            let mut picture = fan();
            picture.put_pixel(x, bottom + distance, Luma([255]));
            assert_eq!(kept(picture, 1).area().height, lowest.height + more, "{distance}");
        }
    }

    #[test]
    fn lit_to_its_borders_or_black_it_stays_whole() {
        let full = GrayImage::from_fn(40, 30, |x, y| Luma([(17 + (x * 7 + y * 13) % 200) as u8]));
        assert_eq!(shown(&kept(full.clone(), 1)), full);
        for shade in [0, NEAR_BLACK] {
            let black = GrayImage::from_pixel(40, 30, Luma([shade]));
            assert_eq!(shown(&kept(black.clone(), 1)), black, "no error, and nothing to keep");
        }
        let mut letters = GrayImage::new(WIDTH, HEIGHT);
        write(&mut letters, 10, 10, 12);
        assert_eq!(shown(&kept(letters.clone(), 1)), letters, "a letter is no picture");
    }

    #[test]
    fn colour_counts_by_its_brightest_channel() {
        // Blue is 0.07 of the brightness that people see.
        let flow = RgbImage::from_fn(60, 40, |x, y| {
            let inside = (10..50).contains(&x) && (5..35).contains(&y);
            Rgb(if inside { [0, 3, 60] } else { [0, 0, 0] })
        });
        let mut labelled = flow.clone();
        (2..6).for_each(|x| labelled.put_pixel(x, 20, Rgb([255, 255, 0])));
        let frame = kept(labelled, 3);
        assert_eq!(frame.area(), Area { left: 10, top: 5, width: 40, height: 30 });
        assert!(frame.brightness().iter().all(|&value| value == 60));
    }

    #[test]
    fn a_part_of_a_frame_is_treated_as_a_frame() {
        let mut frame = framed(labelled().into(), 1);
        frame.crop(Area { left: 10, top: 10, width: 140, height: 95 });
        keep_main(&mut frame);
        assert_eq!((frame.area(), shown(&frame)), (lit_bounds(&fan()), shown(&kept(fan(), 1))));
    }

    /// Speckle of any density: many components, holes and bays.
    fn noise() -> impl Strategy<Value = GrayImage> {
        (8u32..40, 8u32..40, 1u8..=9).prop_flat_map(|(width, height, density)| {
            let shade = (0u8..10, any::<u8>());
            proptest::collection::vec(shade, (width * height) as usize).prop_map(move |shades| {
                let value = |(dice, value): (u8, u8)| if dice < density { value } else { 0 };
                GrayImage::from_raw(width, height, shades.into_iter().map(value).collect()).expect("size")
            })
        })
    }

    proptest! {
        #[test]
        fn twice_is_once(picture in noise()) {
            let once = shown(&kept(picture, 1));
            prop_assert_eq!(shown(&kept(once.clone(), 1)), once);
        }

        #[test]
        fn text_outside_changes_nothing(
            places in proptest::collection::vec((0u32..WIDTH - 3, 0u32..HEIGHT - 5), 1..12),
        ) {
            let mut picture = fan();
            let bounds = lit_bounds(&fan());
            for (left, top) in places {
                let clear = |start: usize, size: usize, from: u32, to: u32| {
                    (to as usize) + 2 < start || from as usize > start + size + 1
                };
                // Beside the fan's bounding box: the letter spans 3 x 5 pixels.
                if clear(bounds.left, bounds.width, left, left + 2) || clear(bounds.top, bounds.height, top, top + 4) {
                    write(&mut picture, left, top, 1);
                }
            }
            prop_assert_eq!(shown(&kept(picture, 1)), shown(&kept(fan(), 1)));
        }
    }
}

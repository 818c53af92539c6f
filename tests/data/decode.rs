//! Files of every kind become the same pixels: depths, colours, palettes, orientations, sizes.

use std::fs;
use std::io::Cursor;
use std::path::{Path, PathBuf};

use image::codecs::png::PngEncoder;
use image::{DynamicImage, GrayImage, ImageBuffer, ImageEncoder, ImageFormat, Luma, LumaA, Rgb, RgbImage};
use qpnet_lib::data::ImageFile;
use qpnet_lib::data::{Decoded, Fit, Grey, ImageRule, decode};
use tempfile::TempDir;

fn rule(channels: usize) -> ImageRule {
    ImageRule { channels, mean: vec![0.5; channels], std: vec![0.5; channels], ..ImageRule::default() }
}

fn encoded(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, format).expect("encoded");
    bytes.into_inner()
}

fn png(picture: impl Into<DynamicImage>) -> Vec<u8> {
    encoded(&picture.into(), ImageFormat::Png)
}

fn file(path: PathBuf) -> ImageFile {
    ImageFile { path, masks: Vec::new() }
}

fn read(bytes: &[u8], rule: &ImageRule, size: u32) -> Result<Decoded, String> {
    let folder = TempDir::new().expect("folder");
    let path = folder.path().join("picture");
    fs::write(&path, bytes).expect("write");
    decode(&file(path), rule, None, size)
}

fn pixels(bytes: &[u8], channels: usize, size: u32) -> Vec<u8> {
    read(bytes, &rule(channels), size).expect("decoded").pixels
}

/// Written by Pillow: `tests/golden/pictures/make.py`.
fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/golden/pictures").join(name)
}

#[test]
fn depths_and_channels_are_unified() {
    let grey = png(GrayImage::from_pixel(12, 9, Luma([77])));
    assert_eq!(pixels(&grey, 3, 4), [77; 48]);
    assert_eq!(
        pixels(&encoded(&GrayImage::from_pixel(16, 16, Luma([77])).into(), ImageFormat::Jpeg), 1, 4),
        [77; 16]
    );
    let deep: ImageBuffer<Luma<u16>, Vec<u16>> = ImageBuffer::from_pixel(12, 9, Luma([77 * 257]));
    assert_eq!(pixels(&png(deep), 1, 4), [77; 16]);
    let planes: Vec<u8> = [10, 20, 30].into_iter().flat_map(|value| [value; 4]).collect();
    assert_eq!(pixels(&png(RgbImage::from_pixel(12, 9, Rgb([10, 20, 30]))), 3, 2), planes);
    // 16 bits are rounded: 10.4, 19.6 and 30 of 255.
    let deep = [(10.4 * 257.0) as u16, (19.6 * 257.0) as u16, 30 * 257];
    let deep: ImageBuffer<Rgb<u16>, Vec<u16>> = ImageBuffer::from_pixel(12, 9, Rgb(deep));
    assert_eq!(pixels(&png(deep.clone()), 3, 2), planes);
    // Rec. 709: 0.2126 R + 0.7152 G + 0.0722 B of 10, 20, 30 is 18.6.
    let grey = pixels(&png(deep), 1, 2);
    assert!(grey.iter().all(|value| (18..=19).contains(value)), "{grey:?}");
}

#[test]
fn opacity_is_dropped() {
    let shades: ImageBuffer<LumaA<u8>, Vec<u8>> =
        ImageBuffer::from_fn(8, 8, |x, _| LumaA([90, if x < 4 { 0 } else { 255 }]));
    assert_eq!(pixels(&png(shades), 1, 8), [90; 64]);
    let deep: ImageBuffer<LumaA<u16>, Vec<u16>> = ImageBuffer::from_pixel(8, 8, LumaA([90 * 257, 1000]));
    assert_eq!(pixels(&png(deep), 3, 2), [90; 12]);
}

#[test]
fn palettes_inks_and_progressive_files_are_read_as_pillow_reads_them() {
    let colours = [[250, 10, 20], [0, 200, 30], [5, 60, 240], [120, 120, 120]];
    let inks = [[255, 255, 255], [0, 255, 255], [255, 127, 0], [131, 106, 143]];
    for (name, expected, tolerance) in [
        ("palette.png", colours, 0),
        ("palette_transparent.png", colours, 0),
        ("progressive.jpg", colours, 3),
        ("cmyk.jpg", inks, 6),
    ] {
        let got = decode(&file(fixture(name)), &rule(3), None, 32).expect(name).pixels;
        for (quarter, colour) in expected.iter().enumerate() {
            let (x, y) = (8 + 16 * (quarter % 2), 8 + 16 * (quarter / 2));
            for (channel, value) in colour.iter().enumerate() {
                let found = i32::from(got[(channel * 32 + y) * 32 + x]);
                assert!(
                    (found - value).abs() <= tolerance,
                    "{name}, quarter {quarter}, channel {channel}: {found}"
                );
            }
        }
    }
    // A GIF is a mask, never an image.
    let error = decode(&file(fixture("two_frames.gif")), &rule(1), None, 32).expect_err("gif");
    assert!(error.starts_with("is no JPEG or PNG file: it begins with \"GIF8"), "{error}");
}

/// 16 blocks of 8 x 8 pixels, each with a grey of its own: no symmetry is left.
fn blocks() -> GrayImage {
    GrayImage::from_fn(32, 32, |x, y| Luma([(10 + 15 * (4 * (y / 8) + x / 8)) as u8]))
}

/// TIFF of one entry: the orientation.
fn exif(orientation: u8) -> Vec<u8> {
    let mut tiff = b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\0\0\0\0\0\0\0".to_vec();
    tiff[19] = orientation;
    tiff
}

fn jpeg_with(orientation: u8) -> Vec<u8> {
    let plain = encoded(&blocks().into(), ImageFormat::Jpeg);
    let tiff = exif(orientation);
    let length = (2 + 6 + tiff.len()) as u16;
    [&plain[..2], b"\xff\xe1", &length.to_be_bytes(), b"Exif\0\0", &tiff, &plain[2..]].concat()
}

fn png_with(orientation: u8) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = PngEncoder::new(&mut bytes);
    encoder.set_exif_metadata(exif(orientation)).expect("metadata");
    encoder.write_image(blocks().as_raw(), 32, 32, image::ExtendedColorType::L8).expect("png");
    bytes
}

#[test]
fn all_orientations_are_turned_upright() {
    // Where EXIF 2.3 puts the first row and the first column of the file, seen upright.
    let places = [
        ("top", "left"),
        ("top", "right"),
        ("bottom", "right"),
        ("bottom", "left"),
        ("left", "top"),
        ("right", "top"),
        ("right", "bottom"),
        ("left", "bottom"),
    ];
    for (orientation, (first_row, first_column)) in (1..).zip(places) {
        let mut expected = [[0u8; 4]; 4];
        for row in 0..4 {
            for column in 0..4 {
                let (mut x, mut y) = (0, 0);
                for (side, distance) in [(first_row, row), (first_column, column)] {
                    match side {
                        "top" => y = distance,
                        "bottom" => y = 3 - distance,
                        "left" => x = distance,
                        _ => x = 3 - distance,
                    }
                }
                expected[y][x] = (10 + 15 * (4 * row + column)) as u8;
            }
        }
        for (kind, bytes) in [("JPEG", jpeg_with(orientation)), ("PNG", png_with(orientation))] {
            let got = pixels(&bytes, 1, 32);
            for (y, row) in expected.iter().enumerate() {
                for (x, value) in row.iter().enumerate() {
                    let found = got[(8 * y + 4) * 32 + 8 * x + 4];
                    assert!(found.abs_diff(*value) <= 2, "{kind} {orientation}, block {x} {y}: {found}");
                }
            }
        }
    }
    assert_eq!(pixels(&png_with(1), 1, 32), *blocks().as_raw());
}

#[test]
fn limits_hold_before_anything_is_decoded() {
    let mut bomb = encoded(&blocks().into(), ImageFormat::Jpeg);
    // Height and width of the start-of-frame marker, which no checksum guards.
    let frame = bomb.windows(2).position(|pair| pair == [0xff, 0xc0]).expect("baseline");
    bomb[frame + 5..frame + 9].copy_from_slice(&[0xea, 0x60, 0xea, 0x60]);
    let error = read(&bomb, &rule(1), 8).expect_err("3.6 gigapixels");
    assert_eq!(error, "is 60000 x 60000; expected 1 to 67108864 pixels (images.rule.max_pixels)");
    let few = ImageRule { max_pixels: 32 * 32 - 1, ..rule(1) };
    let error = read(&png(blocks()), &few, 8).expect_err("one too many");
    assert_eq!(error, "is 32 x 32; expected 1 to 1023 pixels (images.rule.max_pixels)");
    let short = ImageRule { max_bytes: 100, ..rule(1) };
    let error = read(&png(blocks()), &short, 8).expect_err("too long");
    assert!(error.ends_with("bytes; expected at most 100 (images.rule.max_bytes)"), "{error}");
}

#[test]
fn the_centre_is_kept_or_everything_is_stretched() {
    // Left and right quarters black, the middle white.
    let stripes = png(GrayImage::from_fn(40, 20, |x, _| Luma([if (10..30).contains(&x) { 255 } else { 0 }])));
    assert_eq!(pixels(&stripes, 1, 20), [255; 400]);
    let stretched = ImageRule { fit: Fit::Stretch, ..rule(1) };
    let got = read(&stripes, &stretched, 20).expect("decoded").pixels;
    assert_eq!((got[0], got[10], got[19]), (0, 255, 0));
}

#[test]
fn the_papers_sizes_are_made_of_larger_and_of_smaller_pictures() {
    for (width, height) in [(1024, 768), (600, 450), (200, 150)] {
        let ramp = RgbImage::from_fn(width, height, |x, y| {
            let (right, down) = (f64::from(x) / f64::from(width), f64::from(y) / f64::from(height));
            Rgb([(20.0 + 200.0 * right) as u8, (20.0 + 200.0 * down) as u8, 100])
        });
        let bytes = png(ramp);
        for size in [224u32, 512] {
            let stretched = ImageRule { fit: Fit::Stretch, ..rule(3) };
            let got = read(&bytes, &stretched, size).expect("decoded").pixels;
            let side = size as usize;
            assert_eq!(got.len(), 3 * side * side);
            for at in (0..side * side).step_by(997) {
                let place = |at: usize| 20.0 + 200.0 * (at as f64 + 0.5) / side as f64;
                let expected = [place(at % side), place(at / side), 100.0];
                for (channel, expected) in expected.into_iter().enumerate() {
                    let found = f64::from(got[channel * side * side + at]);
                    assert!((found - expected).abs() <= 2.0, "{width} to {size} at {at}: {found} {expected}");
                }
            }
        }
    }
}

#[test]
fn grey_of_colour_is_pillows_and_the_rule_says_so() {
    let colours = [[255, 0, 0], [0, 255, 0], [0, 0, 255], [200, 160, 140]];
    // Pillow 11.3, convert("L"); and by the weights of BT.709.
    for (colour, by_601, by_709) in
        [(colours[0], 76, 54), (colours[1], 150, 182), (colours[2], 29, 18), (colours[3], 170, 167)]
    {
        let picture = png(RgbImage::from_pixel(12, 9, Rgb(colour)));
        assert_eq!(pixels(&picture, 1, 4), [by_601; 16], "{colour:?}");
        let other = ImageRule { grey: Grey::Bt709, ..rule(1) };
        assert_eq!(read(&picture, &other, 4).expect("decoded").pixels, [by_709; 16], "{colour:?}");
    }
}

#[test]
fn twelve_bits_in_sixteen_are_scaled_by_rule() {
    let deep: ImageBuffer<Luma<u16>, Vec<u16>> = ImageBuffer::from_pixel(12, 9, Luma([4080]));
    let twelve = ImageRule { bits: 12, ..rule(1) };
    assert_eq!(pixels(&png(deep.clone()), 1, 4), [16; 16]);
    assert_eq!(read(&png(deep), &twelve, 4).expect("decoded").pixels, [254; 16]);
    let more: ImageBuffer<Luma<u16>, Vec<u16>> = ImageBuffer::from_pixel(12, 9, Luma([5000]));
    let error = read(&png(more), &twelve, 4).expect_err("13 bits");
    assert!(error.contains("has the value 5000; expected at most 4095"), "{error}");
}

#[test]
fn jpegs_that_are_not_read_are_called_what_they_are() {
    let plain = encoded(&GrayImage::from_pixel(16, 16, Luma([77])).into(), ImageFormat::Jpeg);
    let frame =
        plain.windows(2).position(|pair| pair[0] == 0xff && matches!(pair[1], 0xc0..=0xc2)).expect("frame");
    for (marker, precision, words) in [
        (0xc3, 8, "is a lossless JPEG (marker FFC3)"),
        (0xc9, 8, "is an arithmetic-coded JPEG"),
        (0xf7, 8, "is a JPEG-LS file"),
        (0xc1, 12, "is a 12-bit JPEG"),
    ] {
        let mut spoilt = plain.clone();
        (spoilt[frame + 1], spoilt[frame + 4]) = (marker, precision);
        let error = read(&spoilt, &rule(1), 8).expect_err(words);
        assert!(error.starts_with(words), "{error}");
    }
}

//! Pictures resized as torchvision resizes them.

use std::fs;
use std::path::Path;

use image::{GrayImage, Luma, Rgb, RgbImage};
use qpnet_lib::data::{Fit, ImageFile, ImageRule, decode};
use serde_json::Value;

/// SplitMix64's output for `state`.
fn split_mix(state: u64) -> u64 {
    let mut z = state.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

fn wave(t: u64, p: u64) -> u64 {
    (t % (2 * p)).abs_diff(p) * 255 / p
}

/// The pictures of `tests/golden/resized.py`.
fn value(kind: &str, x: u32, y: u32, channel: usize, width: u32) -> u8 {
    let (x, y, c) = (u64::from(x), u64::from(y), channel as u64);
    let noise = split_mix((y * u64::from(width) + x) * 3 + c + 1) >> 56;
    let value = match kind {
        "noise" => noise,
        "lines" if (7 * x + 3 * y).is_multiple_of(31) => 230,
        "lines" => 20,
        _ => (2 * wave(x + 3 * c, 37) + wave(y, 23) + wave(x + y, 61)) / 5 + noise / 8,
    };
    u8::try_from(value).expect("a level")
}

fn whole(case: &Value, name: &str) -> u64 {
    case[name].as_u64().expect("a whole number")
}

#[test]
fn photographs_hair_lines_and_noise_are_torchvisions_within_one_level() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/golden/resized.json");
    let golden: Value = serde_json::from_slice(&fs::read(path).expect("golden")).expect("JSON");
    let step = whole(&golden, "step") as usize;
    let folder = tempfile::tempdir().expect("tempdir");
    let path = folder.path().join("picture.png");
    let mut compared = 0;
    for case in golden["cases"].as_array().expect("cases") {
        let kind = case["kind"].as_str().expect("a word");
        let (width, height) = (whole(case, "width") as u32, whole(case, "height") as u32);
        let (channels, size) = (whole(case, "channels") as usize, whole(case, "size") as u32);
        let at = |x, y, channel| value(kind, x, y, channel, width);
        if channels == 1 {
            GrayImage::from_fn(width, height, |x, y| Luma([at(x, y, 0)])).save(&path).expect("written");
        } else {
            RgbImage::from_fn(width, height, |x, y| Rgb([0, 1, 2].map(|channel| at(x, y, channel))))
                .save(&path)
                .expect("written");
        }
        let rule = ImageRule {
            channels,
            mean: vec![0.5; channels],
            std: vec![0.5; channels],
            fit: Fit::Stretch,
            ..ImageRule::default()
        };
        let file = ImageFile { path: path.clone(), masks: Vec::new() };
        let got = decode(&file, &rule, None, size).expect("decoded").pixels;
        let expected = case["pixels"].as_array().expect("pixels");
        assert_eq!(expected.len(), got.len().div_ceil(step));
        for (at, (got, expected)) in got.iter().step_by(step).zip(expected).enumerate() {
            let off = i64::from(*got) - expected.as_i64().expect("a level");
            assert!(off.abs() <= 1, "{kind} {width} x {height} to {size}, value {}: off by {off}", at * step);
            compared += 1;
        }
    }
    assert!(compared > 40_000, "{compared}");
}

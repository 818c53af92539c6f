//! Pictures with masks beside them.

use std::path::{Path, PathBuf};

use image::{GrayImage, ImageFormat, Luma};
use qpnet_lib::data::{
    self, DataError, LoadOptions, Manifest, OnUnreadable, Population, SyntheticSizes, recipe_hash,
};
use qpnet_lib::rng::Streams;

use crate::toy;

pub const ZERO: &str =
    r#"masks = { roots = ["masks"], patterns = ["{stem}.gif", "{stem}.png"], apply = "background-to-zero" }"#;
pub const CROP: &str = r#"masks = { roots = ["masks"], patterns = ["{stem}.gif", "{stem}.png"], apply = "crop-to-mask", padding = 2 }"#;

pub const WIDTH: u32 = 20;
pub const HEIGHT: u32 = 16;

/// The manifest with `masks`, a line below `[images]`.
pub fn manifest_text(masks: &str) -> String {
    let text = toy::MANIFEST.replace("\"images\"", "\".\"").replace("{image}.png", "pictures/{image}.png");
    text.replace("max_pixels = 10000 }", &format!("max_pixels = 10000 }}\n{masks}"))
}

/// Pixels of the picture of row `index`, all lit and all different from row to row.
pub fn shade(index: u32, x: u32, y: u32) -> u8 {
    20 + ((x * 3 + y * 5 + index * 2) % 200) as u8
}

/// Columns 6 to 11 and rows 4 to 9: with two pixels of padding a square of ten.
pub fn covers(x: u32, y: u32) -> bool {
    (6..12).contains(&x) && (4..10).contains(&y)
}

/// 40 pictures in `pictures/`, their masks in `masks/`.
pub struct Toy(toy::Toy);

impl Toy {
    pub fn new() -> Self {
        let mut toy = toy::Toy::empty();
        std::fs::create_dir_all(toy.path("toy/pictures")).expect("mkdir");
        std::fs::create_dir_all(toy.path("toy/masks")).expect("mkdir");
        for index in 0..40u32 {
            let (sex, dx) = (["m", "f"][index as usize % 2], ["good", "bad"][index as usize / 2 % 2]);
            toy.rows.push(format!("s{index},s{index},{dx},{sex},50"));
            let picture = GrayImage::from_fn(WIDTH, HEIGHT, |x, y| Luma([shade(index, x, y)]));
            picture.save(toy.path(&format!("toy/pictures/s{index}.png"))).expect("png");
        }
        toy.save();
        let toy = Self(toy);
        for index in 0..40 {
            toy.mask(index, "gif", WIDTH, HEIGHT, |x, y| if covers(x, y) { 255 } else { 0 });
        }
        toy
    }

    pub fn root(&self) -> &Path {
        self.0.root.path()
    }

    /// A path below the folder of the data set.
    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path("toy").join(name)
    }

    pub fn mask(&self, index: u32, ending: &str, width: u32, height: u32, value: impl Fn(u32, u32) -> u8) {
        let picture = GrayImage::from_fn(width, height, |x, y| Luma([value(x, y)]));
        let format = if ending == "gif" { ImageFormat::Gif } else { ImageFormat::Png };
        let path = self.path(&format!("masks/s{index}.{ending}"));
        // GIF has no grey: its encoder takes colours.
        let picture = image::DynamicImage::from(picture).into_rgba8();
        picture.save_with_format(path, format).expect("mask");
    }

    pub fn manifest(&self, masks: &str) -> Manifest {
        Manifest::parse("toy.toml", &manifest_text(masks)).expect("manifest")
    }

    pub fn options(&self, on_unreadable: OnUnreadable) -> LoadOptions {
        LoadOptions {
            scheme: "sex".into(),
            image_size: 10,
            synthetic: SyntheticSizes::default(),
            data_root: Some(self.root().to_owned()),
            fold: None,
            cache: None,
            on_unreadable,
        }
    }

    pub fn load(&self, masks: &str, on_unreadable: OnUnreadable) -> Result<Population, DataError> {
        data::load(&self.manifest(masks), &self.options(on_unreadable), &Streams::new(1), &|_, _| {})
    }

    pub fn error(&self, masks: &str) -> String {
        self.load(masks, OnUnreadable::Fail).expect_err("bad mask").to_string()
    }

    pub fn recipe(&self, masks: &str) -> String {
        let options = self.options(OnUnreadable::Fail);
        recipe_hash(&self.manifest(masks), &options, &Streams::new(1)).expect("recipe")
    }
}

/// The 8-bit pixels of a sample.
pub fn pixels(population: &Population, id: &str) -> Vec<u8> {
    let at = population.samples.iter().position(|sample| sample.sample_id == id).expect("sample");
    let image = population.images.pixels().get(at as i64).contiguous().view([-1]);
    Vec::<u8>::try_from(image).expect("bytes")
}

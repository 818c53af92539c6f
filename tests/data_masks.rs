//! Masks of images: found, applied, part of every hash, and told when they are wrong.

#![allow(clippy::print_stdout)]

use std::fs;
use std::path::PathBuf;

use image::{GrayImage, ImageFormat, Luma};
use qpnet_lib::data::{
    self, DataError, ImageFile, LoadOptions, Manifest, OnUnreadable, PackUse, Population, SyntheticSizes,
    recipe_hash, verify,
};
use qpnet_lib::rng::Streams;
use tempfile::TempDir;

const MANIFEST: &str = r#"
name = "toy"
title = "Toy"
kind = "files"
citation = "none"
licence = "none"
obtain = "make it"
folder = "toy"
default_scheme = "sex"

[table]
files = ["toy.csv"]

[columns]
sample = "id"
patient = "id"
image = "file"

[label]
column = "dx"
positive = ["bad"]
negative = ["good"]

[images]
roots = ["."]
patterns = ["{image}"]
rule = { channels = 1, mean = [0.5], std = [0.5], max_pixels = 10000 }
MASKS
[schemes.sex]
title = "sex"
subgroups = [
    { name = "male", role = "dominant", where = [{ column = "sex", in = ["m"] }] },
    { name = "female", role = "less-prevalent", where = [{ column = "sex", in = ["f"] }] },
]
"#;

const ZERO: &str =
    r#"masks = { roots = ["masks"], patterns = ["{stem}.gif", "{stem}.png"], apply = "background-to-zero" }"#;
const CROP: &str = r#"masks = { roots = ["masks"], patterns = ["{stem}.gif", "{stem}.png"], apply = "crop-to-mask", padding = 2 }"#;

const WIDTH: u32 = 20;
const HEIGHT: u32 = 16;

/// Pixels of the picture of row `index`, all lit and all different from row to row.
fn shade(index: u32, x: u32, y: u32) -> u8 {
    20 + ((x * 3 + y * 5 + index * 2) % 200) as u8
}

/// Columns 6 to 11 and rows 4 to 9: with two pixels of padding a square of ten.
fn covers(x: u32, y: u32) -> bool {
    (6..12).contains(&x) && (4..10).contains(&y)
}

/// 40 pictures in `pictures/`, their masks in `masks/`.
struct Toy(TempDir);

impl Toy {
    fn new() -> Self {
        let toy = Self(tempfile::tempdir().expect("tempdir"));
        fs::create_dir_all(toy.path("pictures")).expect("mkdir");
        fs::create_dir_all(toy.path("masks")).expect("mkdir");
        let mut rows = String::from("id,file,dx,sex\n");
        for index in 0..40u32 {
            let (sex, dx) = (["m", "f"][index as usize % 2], ["good", "bad"][index as usize / 2 % 2]);
            rows += &format!("s{index},pictures/s{index}.png,{dx},{sex}\n");
            let picture = GrayImage::from_fn(WIDTH, HEIGHT, |x, y| Luma([shade(index, x, y)]));
            picture.save(toy.path(&format!("pictures/s{index}.png"))).expect("png");
            toy.mask(index, "gif", WIDTH, HEIGHT, |x, y| if covers(x, y) { 255 } else { 0 });
        }
        fs::write(toy.path("toy.csv"), rows).expect("table");
        toy
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join("toy").join(name)
    }

    fn mask(&self, index: u32, ending: &str, width: u32, height: u32, value: impl Fn(u32, u32) -> u8) {
        let picture = GrayImage::from_fn(width, height, |x, y| Luma([value(x, y)]));
        let format = if ending == "gif" { ImageFormat::Gif } else { ImageFormat::Png };
        let path = self.path(&format!("masks/s{index}.{ending}"));
        // GIF has no grey: its encoder takes colours.
        let picture = image::DynamicImage::from(picture).into_rgba8();
        picture.save_with_format(path, format).expect("mask");
    }

    fn manifest(&self, masks: &str) -> Manifest {
        Manifest::parse("toy.toml", &MANIFEST.replace("MASKS", masks)).expect("manifest")
    }

    fn options(&self, on_unreadable: OnUnreadable) -> LoadOptions {
        LoadOptions {
            scheme: "sex".into(),
            image_size: 10,
            synthetic: SyntheticSizes::default(),
            data_root: Some(self.0.path().to_owned()),
            cache: None,
            on_unreadable,
        }
    }

    fn load(&self, masks: &str, on_unreadable: OnUnreadable) -> Result<Population, DataError> {
        data::load(&self.manifest(masks), &self.options(on_unreadable), &Streams::new(1), &|_, _| {})
    }

    fn error(&self, masks: &str) -> String {
        self.load(masks, OnUnreadable::Fail).expect_err("bad mask").to_string()
    }

    fn recipe(&self, masks: &str) -> String {
        let options = self.options(OnUnreadable::Fail);
        recipe_hash(&self.manifest(masks), &options, &Streams::new(1)).expect("recipe")
    }
}

/// The 8-bit pixels of a sample.
fn pixels(population: &Population, id: &str) -> Vec<u8> {
    let at = population.samples.iter().position(|sample| sample.sample_id == id).expect("sample");
    let image = population.images.pixels().get(at as i64).contiguous().view([-1]);
    Vec::<u8>::try_from(image).expect("bytes")
}

fn assert_says(error: &str, words: &[&str]) {
    for word in words {
        assert!(error.contains(word), "{word:?} is not in: {error}");
    }
}

#[test]
fn the_picture_is_cropped_to_the_mask_and_its_surroundings() {
    let toy = Toy::new();
    let population = toy.load(CROP, OnUnreadable::Fail).expect("good");
    for index in [0, 7, 39] {
        // A square of the size that was asked for: nothing is resampled.
        let expected: Vec<u8> = (0..100).map(|at| shade(index, 4 + at % 10, 2 + at / 10)).collect();
        assert_eq!(pixels(&population, &format!("s{index}")), expected);
    }
}

#[test]
fn what_the_mask_does_not_cover_becomes_zero() {
    let toy = Toy::new();
    // Black from 127 downwards, the object from 128 upwards; in a PNG this time.
    fs::remove_file(toy.path("masks/s3.gif")).expect("remove");
    toy.mask(3, "png", WIDTH, HEIGHT, |x, y| if covers(x, y) { 128 } else { 127 });
    let population = toy.load(ZERO, OnUnreadable::Fail).expect("good");
    for index in [0, 3] {
        let masked = GrayImage::from_fn(WIDTH, HEIGHT, |x, y| {
            Luma([if covers(x, y) { shade(index, x, y) } else { 0 }])
        });
        fs::create_dir_all(toy.path("expected")).expect("mkdir");
        let path = toy.path("expected/picture.png");
        masked.save(&path).expect("png");
        let data::Source::Files(files) = &toy.manifest("").source else { panic!("files") };
        let expected =
            data::image::decode(&ImageFile { path, mask: None }, &files.rule, None, 10).expect("decoded");
        assert_eq!(pixels(&population, &format!("s{index}")), expected.pixels, "s{index}");
    }
}

#[test]
fn the_main_region_is_looked_for_in_what_the_mask_leaves() {
    let toy = Toy::new();
    let main =
        |masks: &str| MANIFEST.replace("MASKS", masks).replace("max_pixels", "region = \"main\", max_pixels");
    let manifest = Manifest::parse("toy.toml", &main(ZERO)).expect("manifest");
    let options = LoadOptions { image_size: 8, ..toy.options(OnUnreadable::Fail) };
    let population = data::load(&manifest, &options, &Streams::new(1), &|_, _| {}).expect("good");
    // 6 x 6 pixels are enlarged, and none of them is black.
    assert!(pixels(&population, "s5").iter().all(|value| *value >= 20));
    let unknown = main(ZERO).replace("\"main\"", "\"sector\"");
    let error = Manifest::parse("toy.toml", &unknown).expect_err("unknown").to_string();
    assert_says(&error, &["unknown variant `sector`", "`whole`", "`main`"]);
}

#[test]
fn a_mask_changes_the_hashes_of_those_who_use_it() {
    let toy = Toy::new();
    let hashes = |masks: &str| (toy.load(masks, OnUnreadable::Fail).expect("good").hash, toy.recipe(masks));
    let (without, with) = (hashes(""), hashes(ZERO));
    assert_ne!(with.0, without.0);
    assert_ne!(with.1, without.1);
    // The same mask, one pixel larger; the file is as long as before or not, but it is a new one.
    toy.mask(3, "gif", WIDTH, HEIGHT, |x, y| if covers(x, y) || (x, y) == (12, 4) { 255 } else { 0 });
    let changed = hashes(ZERO);
    assert_ne!(changed.0, with.0);
    assert_ne!(changed.1, with.1);
    assert_eq!(hashes(""), without, "nobody looks at the masks");
    assert_eq!(hashes(ZERO), changed, "and they can be had again");
}

#[test]
fn a_missing_mask_is_an_error_a_gap_or_nothing() {
    let toy = Toy::new();
    fs::remove_file(toy.path("masks/s3.gif")).expect("remove");
    let words = ["toy.csv: row 5", "no mask of image \"pictures/s3.png\";", "masks/s3.gif", "masks/s3.png"];
    assert_says(&toy.error(CROP), &words);
    assert_says(&toy.error(CROP), &["images.masks.required = false", "--unreadable skip"]);
    fs::remove_file(toy.path("masks/s8.gif")).expect("remove");
    assert_says(&toy.error(CROP), &["row 5", "(and 1 more)"]);
    let skipped = toy.load(CROP, OnUnreadable::Skip).expect("skipped");
    assert_eq!(skipped.samples.len(), 38);
    assert!(skipped.notes.iter().any(|note| note == "skipped row 5: no mask of image \"pictures/s3.png\""));
    assert_eq!(skipped.exclusions[0].reason, "image or mask missing or unreadable (skipped)");
    assert_eq!(skipped.exclusions[0].rows, 2);
    let optional = CROP.replace("padding", "required = false, padding");
    let whole = toy.load(&optional, OnUnreadable::Fail).expect("used whole");
    assert_eq!(whole.samples.len(), 40);
    let plain = toy.load("", OnUnreadable::Fail).expect("no masks");
    assert_eq!(pixels(&whole, "s3"), pixels(&plain, "s3"));
    assert_ne!(pixels(&whole, "s4"), pixels(&plain, "s4"));
    fs::remove_dir_all(toy.path("masks")).expect("remove");
    let nothing = toy.load(CROP, OnUnreadable::Skip).expect_err("nothing is left").to_string();
    assert_says(&nothing, &["row 2", "(and 39 more)"]);
}

#[test]
fn wrong_masks_are_named_with_row_and_reason() {
    let whole = |_, _| 255;
    for (spoil, words) in [
        (
            Box::new(|toy: &Toy| toy.mask(3, "gif", 24, 16, whole)) as Box<dyn Fn(&Toy)>,
            vec!["is 24 x 16; expected 20 x 16, the size of the image"],
        ),
        (
            Box::new(|toy| toy.mask(3, "gif", WIDTH, HEIGHT, |_, _| 127)),
            vec!["has no pixel of the object", "darker than half"],
        ),
        (
            Box::new(|toy| toy.mask(3, "gif", 101, 100, whole)),
            vec!["is 101 x 100; expected 1 to 10000 pixels"],
        ),
        (
            Box::new(|toy| fs::write(toy.path("masks/s3.gif"), "GIF89a").expect("write")),
            vec!["cannot be decoded"],
        ),
        (
            Box::new(|toy| {
                let picture = GrayImage::from_pixel(WIDTH, HEIGHT, Luma([255]));
                picture.save_with_format(toy.path("masks/s3.gif"), ImageFormat::Jpeg).expect("jpeg");
            }),
            vec!["is no PNG or GIF file"],
        ),
    ] {
        let toy = Toy::new();
        spoil(&toy);
        for rule in [ZERO, CROP] {
            let error = toy.error(rule);
            assert_says(&error, &["toy.csv: row 5: ", "pictures/s3.png: mask ", "masks/s3.gif "]);
            assert_says(&error, &words);
        }
        assert_eq!(toy.load(CROP, OnUnreadable::Skip).expect("skipped").samples.len(), 39);
        let found = verify(&toy.manifest(CROP), Some(toy.0.path()), &|_, _| {}).expect("verified");
        assert!(!found.is_clean());
        assert_eq!((found.images, found.problems.len(), found.problems[0].row), (40, 1, 5));
        assert_says(&found.problems[0].problem, &words);
    }
}

#[test]
fn verify_lists_what_is_missing_and_counts_what_may_be() {
    let toy = Toy::new();
    fs::remove_file(toy.path("masks/s3.gif")).expect("remove");
    fs::remove_file(toy.path("pictures/s5.png")).expect("remove");
    let look = |masks: &str| verify(&toy.manifest(masks), Some(toy.0.path()), &|_, _| {}).expect("verified");
    let found = look(CROP);
    let problems: Vec<(usize, &str)> =
        found.problems.iter().map(|problem| (problem.row, problem.problem.as_str())).collect();
    assert_eq!(problems, [(5, "has no mask"), (7, "no such file")]);
    let optional = look(&CROP.replace("padding", "required = false, padding"));
    assert_eq!(optional.problems.len(), 1);
    assert!(optional.notes.contains(&"1 of 39 images have no mask and are used whole".to_owned()));
}

#[cfg(unix)]
#[test]
fn a_link_out_of_the_folder_is_refused() {
    let toy = Toy::new();
    let outside = toy.0.path().join("secret.gif");
    fs::rename(toy.path("masks/s3.gif"), &outside).expect("rename");
    std::os::unix::fs::symlink(&outside, toy.path("masks/s3.gif")).expect("link");
    let words = ["row 5", "\"pictures/s3.png\" has a mask that is a link to", "secret.gif"];
    assert_says(&toy.error(CROP), &words);
    let skip = toy.load(CROP, OnUnreadable::Skip).expect_err("never skipped").to_string();
    assert_says(&skip, &words);
    let found = verify(&toy.manifest(CROP), Some(toy.0.path()), &|_, _| {}).expect("verified");
    assert_says(&found.problems[0].problem, &["has a mask that is a link to"]);
}

#[test]
fn rules_of_masks_are_checked() {
    for (from, to, words) in [
        ("\"masks\"", "\"../masks\"", ["images.masks.roots", "leads out of the data folder"]),
        ("[\"masks\"]", "[]", ["images.masks.roots", "is empty"]),
        ("\"{stem}.png\"", "\"mask.png\"", ["images.masks.patterns", "neither {image} nor {stem}"]),
        ("crop-to-mask", "background-to-zero", ["images.masks.padding", "crop-to-mask"]),
        ("crop-to-mask", "crop", ["unknown variant `crop`", "`background-to-zero`"]),
        ("padding = 2", "padding = -2", ["toy.toml:28", "integer `-2`"]),
        ("padding", "border", ["unknown field `border`", "`required`"]),
    ] {
        assert!(CROP.contains(from), "{from}");
        let text = MANIFEST.replace("MASKS", &CROP.replacen(from, to, 1));
        assert_says(&Manifest::parse("toy.toml", &text).expect_err(to).to_string(), &words);
    }
}

/// The first frame of a moving GIF is the mask.
#[test]
fn two_frames_are_one_mask() {
    let toy = Toy::new();
    let picture = GrayImage::from_pixel(32, 32, Luma([100]));
    picture.save(toy.path("pictures/s3.png")).expect("png");
    let fixture = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../tests/golden/pictures/two_frames.gif");
    fs::copy(fixture, toy.path("masks/s3.gif")).expect("copy");
    let zero = toy.load(ZERO, OnUnreadable::Fail).expect("good");
    let got = pixels(&zero, "s3");
    // Quarters of 0, 127, 128 and 255: the lower half is the object.
    assert_eq!((got[0], got[9], got[90], got[99]), (0, 0, 100, 100), "{got:?}");
}

/// DDTI's masks lie on its crops; what cropping to them does is told in `data-manifests/README.md`.
#[test]
fn ddti_can_be_cropped_to_its_masks() {
    let Some(root) =
        std::env::var_os("QPNET_DATA").map(PathBuf::from).filter(|root| root.join("ddti").is_dir())
    else {
        println!("skipped: QPNET_DATA holds no ddti");
        return;
    };
    let text = Manifest::find("ddti").expect("shipped").text;
    let masks = |apply: &str| {
        let rule = format!(
            "[images.masks]\nroots = [\"mask\"]\npatterns = [\"{{stem}}.gif\"]\napply = \"{apply}\"\n\n[split]"
        );
        Manifest::parse("ddti.toml", &text.replace("[split]", &rule)).expect("manifest")
    };
    let options = LoadOptions {
        scheme: "age".into(),
        image_size: 64,
        synthetic: SyntheticSizes::default(),
        data_root: Some(root.clone()),
        cache: None,
        on_unreadable: OnUnreadable::Skip,
    };
    let load =
        |manifest: &Manifest| data::load(manifest, &options, &Streams::new(1), &|_, _| {}).expect("DDTI");
    let plain = load(&Manifest::find("ddti").expect("shipped"));
    for apply in ["background-to-zero", "crop-to-mask"] {
        let manifest = masks(apply);
        let found = verify(&manifest, Some(&root), &|_, _| {}).expect("verified");
        // Seven masks of its labelled crops are black.
        assert_eq!((found.images, found.problems.len()), (456, 7));
        assert!(found.problems.iter().all(|wrong| wrong.problem.contains("no pixel of the object")));
        let population = load(&manifest);
        assert_eq!(population.samples.len(), 449);
        assert_ne!(population.hash, plain.hash);
        let mean =
            |population: &Population| population.images.pixels().mean(tch::Kind::Double).double_value(&[]);
        println!("{apply}: mean {:.1}, {:.1} without masks", mean(&population), mean(&plain));
        assert!(mean(&population) < mean(&plain), "nodules are darker than what surrounds them");
    }
}

#[test]
fn a_pack_has_the_masks_in_its_pixels_and_notices_another() {
    let toy = Toy::new();
    let (root, cache) = (toy.0.path().to_owned(), toy.path("../cache"));
    let pack = || data::pack(&toy.manifest(CROP), 10, Some(&root), &cache, &|_, _| {}).expect("packed");
    let packed = || {
        let options = LoadOptions { cache: Some(cache.clone()), ..toy.options(OnUnreadable::Fail) };
        data::load(&toy.manifest(CROP), &options, &Streams::new(1), &|_, _| {}).expect("packed")
    };
    let file = pack().file;
    let (decoded, from_pack) = (toy.load(CROP, OnUnreadable::Fail).expect("decoded"), packed());
    assert_eq!(from_pack.pack, PackUse::Used(file.clone()));
    assert_eq!((&from_pack.hash, from_pack.images.pixels()), (&decoded.hash, decoded.images.pixels()));
    let check = data::check_pack(&toy.manifest(CROP), 10, Some(&root), &cache, &|_, _| {}).expect("check");
    assert!(check.problems.is_empty(), "{check:?}");

    // Another mask, other pixels; none, where none is needed, as well.
    toy.mask(3, "gif", WIDTH, HEIGHT, |x, _| if x < 9 { 255 } else { 0 });
    let unfit = |population: &Population, expected: &str| {
        let PackUse::Unfit(reason) = &population.pack else { panic!("{:?}", population.pack) };
        assert!(reason.contains(expected), "{reason}");
    };
    let now = packed();
    unfit(&now, "s3.gif has changed since it was made");
    assert_ne!(now.hash, decoded.hash);
    assert!(pack().made);
    assert_eq!((packed().pack, packed().hash), (PackUse::Used(file), now.hash));
    fs::rename(toy.path("masks/s3.gif"), toy.path("masks/s3.png.away")).expect("rename");
    toy.mask(3, "png", WIDTH, HEIGHT, |x, _| if x < 9 { 255 } else { 0 });
    unfit(&packed(), "s3.png has another mask since it was made");
}

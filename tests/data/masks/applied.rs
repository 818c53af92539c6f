//! What masks do to pixels, hashes and packs.

use std::fs;
use std::path::PathBuf;

use image::{GrayImage, Luma};
use qpnet_lib::data::{
    self, ImageFile, LoadOptions, Manifest, OnUnreadable, PackUse, Population, SyntheticSizes, verify,
};
use qpnet_lib::rng::Streams;

use super::harness::{CROP, HEIGHT, Toy, WIDTH, ZERO, covers, manifest_text, pixels, shade};
use crate::toy::assert_says;

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
            data::decode(&ImageFile { path, masks: Vec::new() }, &files.rule, None, 10).expect("decoded");
        assert_eq!(pixels(&population, &format!("s{index}")), expected.pixels, "s{index}");
    }
}

#[test]
fn the_main_region_is_looked_for_in_what_the_mask_leaves() {
    let toy = Toy::new();
    let main = |masks: &str| manifest_text(masks).replace("max_pixels", "region = \"main\", max_pixels");
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
        fold: None,
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
    let (root, cache) = (toy.root().to_owned(), toy.path("../cache"));
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

#[test]
fn several_masks_are_joined_where_the_manifest_says_so() {
    let toy = Toy::new();
    // The second mask of s3 lies two columns right of the first: their box is 8 x 6.
    toy.mask(3, "png", WIDTH, HEIGHT, |x, y| if x >= 2 && covers(x - 2, y) { 255 } else { 0 });
    let joined = CROP.replace("apply", "join = true, apply");
    let recipes = [CROP, &joined].map(|rule| toy.recipe(rule));
    assert_ne!(recipes[0], recipes[1]);
    let [first, both] = [CROP, &joined].map(|rule| toy.load(rule, OnUnreadable::Fail).expect("good"));
    assert_eq!(pixels(&first, "s4"), pixels(&both, "s4"), "one mask is one mask");
    assert_ne!(pixels(&first, "s3"), pixels(&both, "s3"));
    assert_ne!(first.hash, both.hash);
    // Exactly what one mask of both would give.
    let union = Toy::new();
    let either = |x: u32, y: u32| covers(x, y) || (x >= 2 && covers(x - 2, y));
    union.mask(3, "gif", WIDTH, HEIGHT, |x, y| if either(x, y) { 255 } else { 0 });
    let union = union.load(CROP, OnUnreadable::Fail).expect("good");
    assert_eq!(pixels(&union, "s3"), pixels(&both, "s3"));
    // A pack of joined masks gives the same pixels, and knows when a second mask is gone.
    let cache = toy.path("cache");
    let manifest = toy.manifest(&joined);
    data::pack(&manifest, 10, Some(toy.root()), &cache, &|_, _| {}).expect("packed");
    let options = LoadOptions { cache: Some(cache), ..toy.options(OnUnreadable::Fail) };
    let load = || data::load(&manifest, &options, &Streams::new(1), &|_, _| {}).expect("good");
    let packed = load();
    assert!(matches!(packed.pack, PackUse::Used(_)), "{:?}", packed.pack);
    assert_eq!((packed.hash.clone(), pixels(&packed, "s3")), (both.hash.clone(), pixels(&both, "s3")));
    let found = verify(&toy.manifest(CROP), Some(toy.root()), &|_, _| {}).expect("verified");
    assert!(found.is_clean(), "{:?}", found.problems);
    let note = found.notes.iter().find(|note| note.contains("neither a mask in use")).expect("told");
    assert_says(note, &["1 picture files", "masks/s3.png", "say join = true"]);
    let found = verify(&manifest, Some(toy.root()), &|_, _| {}).expect("verified");
    assert!(!found.notes.iter().any(|note| note.contains("neither a mask in use")), "{:?}", found.notes);
    fs::remove_file(toy.path("masks/s3.png")).expect("remove");
    assert!(matches!(load().pack, PackUse::Unfit(reason) if reason.contains("another mask")));
}

#[test]
fn jpeg_masks_are_cut_at_half_and_masks_of_ones_are_known() {
    let toy = Toy::new();
    let whole = toy.load(CROP, OnUnreadable::Fail).expect("good");
    for index in 0..40 {
        fs::remove_file(toy.path(&format!("masks/s{index}.gif"))).expect("remove");
        toy.mask(index, "png", WIDTH, HEIGHT, |x, y| u8::from(covers(x, y)));
    }
    let ones = toy.load(CROP, OnUnreadable::Fail).expect("masks of 0 and 1");
    assert_eq!(pixels(&ones, "s9"), pixels(&whole, "s9"));
    let found = verify(&toy.manifest(CROP), Some(toy.root()), &|_, _| {}).expect("verified");
    let told = "40 masks hold 0 and 1 only: what is not 0 is the object".to_owned();
    assert!(found.is_clean() && found.notes.contains(&told), "{:?}", found.notes);
    // 0 and 2 are neither.
    toy.mask(9, "png", WIDTH, HEIGHT, |x, y| 2 * u8::from(covers(x, y)));
    assert_says(
        &toy.error(CROP),
        &["masks/s9.png has no pixel of the object: its largest value is 2 of 255"],
    );
    let jpeg = CROP.replace("{stem}.gif", "{stem}.jpg");
    for index in 0..40 {
        let mask = GrayImage::from_fn(WIDTH, HEIGHT, |x, y| Luma([if covers(x, y) { 255 } else { 0 }]));
        mask.save(toy.path(&format!("masks/s{index}.jpg"))).expect("jpeg");
    }
    let cut = toy.load(&jpeg, OnUnreadable::Fail).expect("JPEG masks");
    assert_eq!(pixels(&cut, "s9"), pixels(&whole, "s9"), "ringing of JPEG stays below half");
}

//! Masks that are missing, wrong, elsewhere; rules that make no sense.

use std::fs;

use qpnet_lib::data::{Manifest, OnUnreadable, verify};

use super::harness::{CROP, HEIGHT, Toy, WIDTH, ZERO, manifest_text, pixels};
use crate::toy::assert_says;

#[test]
fn a_missing_mask_is_an_error_a_gap_or_nothing() {
    let toy = Toy::new();
    fs::remove_file(toy.path("masks/s3.gif")).expect("remove");
    let words = ["toy.csv: row 5", "no mask of image \"s3\";", "masks/s3.gif", "masks/s3.png"];
    assert_says(&toy.error(CROP), &words);
    assert_says(&toy.error(CROP), &["images.masks.required = false", "--unreadable skip"]);
    fs::remove_file(toy.path("masks/s8.gif")).expect("remove");
    assert_says(&toy.error(CROP), &["row 5", "(and 1 more)"]);
    let skipped = toy.load(CROP, OnUnreadable::Skip).expect("skipped");
    assert_eq!(skipped.samples.len(), 38);
    assert!(skipped.notes.iter().any(|note| note == "skipped row 5: no mask of image \"s3\""));
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
            vec!["has no pixel of the object", "its largest value is 127 of 255"],
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
            Box::new(|toy| fs::write(toy.path("masks/s3.gif"), "BM6").expect("write")),
            vec!["is no PNG or GIF or JPEG file"],
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
        let found = verify(&toy.manifest(CROP), Some(toy.root()), &|_, _| {}).expect("verified");
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
    let look = |masks: &str| verify(&toy.manifest(masks), Some(toy.root()), &|_, _| {}).expect("verified");
    let found = look(CROP);
    let problems: Vec<(usize, &str)> =
        found.problems.iter().map(|problem| (problem.row, problem.problem.as_str())).collect();
    assert_eq!(problems.iter().map(|(row, _)| *row).collect::<Vec<_>>(), [5, 7], "{problems:?}");
    assert!(problems[0].1.starts_with("has no mask; looked for ") && problems[0].1.contains("masks/s3.png"));
    assert!(problems[1].1.starts_with("no such file; looked for "), "{problems:?}");
    let optional = look(&CROP.replace("padding", "required = false, padding"));
    assert_eq!(optional.problems.len(), 1);
    assert!(optional.notes.contains(&"1 of 39 images have no mask and are used whole".to_owned()));
}

#[cfg(unix)]
#[test]
fn a_link_out_of_the_folder_is_refused() {
    let toy = Toy::new();
    let outside = toy.root().join("secret.gif");
    fs::rename(toy.path("masks/s3.gif"), &outside).expect("rename");
    std::os::unix::fs::symlink(&outside, toy.path("masks/s3.gif")).expect("link");
    let words = ["row 5", "\"s3\" has a mask that is a link to", "secret.gif"];
    assert_says(&toy.error(CROP), &words);
    let skip = toy.load(CROP, OnUnreadable::Skip).expect_err("never skipped").to_string();
    assert_says(&skip, &words);
    let found = verify(&toy.manifest(CROP), Some(toy.root()), &|_, _| {}).expect("verified");
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
        ("padding = 2", "padding = -2", ["toy.toml:29", "integer `-2`"]),
        ("padding", "border", ["unknown field `border`", "`required`"]),
    ] {
        assert!(CROP.contains(from), "{from}");
        let text = manifest_text(&CROP.replacen(from, to, 1));
        assert_says(&Manifest::parse("toy.toml", &text).expect_err(to).to_string(), &words);
    }
}

//! What `verify` and `show` tell of a data set: pictures nobody can see, copies, columns that tell.

use std::fs;

use image::{GrayImage, ImageBuffer, Luma};
use qpnet_lib::data::{Manifest, Verification, survey, verify, verify_near};

use crate::toy::{MANIFEST, Toy, assert_says, picture, text};

fn verified(toy: &Toy) -> Verification {
    let manifest = Manifest::parse("toy.toml", &toy.manifest).expect("manifest");
    verify(&manifest, Some(toy.root.path()), &|_, _| {}).expect("verified")
}

fn small() -> Toy {
    let toy = Toy::new(20, 2);
    toy.save();
    toy
}

#[test]
fn pictures_that_nobody_can_see_are_named() {
    let toy = small();
    assert!(verified(&toy).is_clean());
    assert_eq!(verified(&toy).values.len(), 1);
    GrayImage::from_pixel(48, 48, Luma([90])).save(toy.image("s3.png")).expect("constant");
    GrayImage::from_fn(48, 48, |x, _| Luma([(x % 9) as u8])).save(toy.image("s4.png")).expect("black");
    GrayImage::from_fn(48, 48, |x, _| Luma([250 + (x % 5) as u8])).save(toy.image("s5.png")).expect("white");
    let problems = verified(&toy).problems;
    let words: Vec<(usize, &str)> =
        problems.iter().map(|problem| (problem.row, problem.problem.as_str())).collect();
    assert_eq!(
        words,
        [
            (5, "is constant: every pixel is 90 of 255"),
            (6, "is nearly black: its largest value is 8 of 255"),
            (7, "is nearly white: its smallest value is 250 of 255"),
        ]
    );
}

#[test]
fn twelve_bits_in_sixteen_are_noticed_and_the_rule_mends_it() {
    let mut toy = small();
    for at in 0..40 {
        let deep = |x: u32, y: u32| Luma([u16::from(picture(at).get_pixel(x, y).0[0]) * 16]);
        let picture: ImageBuffer<Luma<u16>, Vec<u16>> = ImageBuffer::from_fn(48, 48, deep);
        picture.save(toy.image(&format!("s{at}.png"))).expect("16 bits");
    }
    let found = verified(&toy);
    assert_eq!(found.problems.len(), 40, "nearly black");
    assert_says(
        &found.faults[0],
        &["the 40 pictures of 16 bits", "16 times too dark", "images.rule.bits = 12"],
    );
    assert_says(&found.values[0], &["of 65535 in 40 pictures of 16 bits"]);
    toy.manifest = MANIFEST.replace("channels = 1", "channels = 1, bits = 12");
    assert!(verified(&toy).is_clean(), "{:?}", verified(&toy).problems);
}

#[test]
fn every_bad_row_is_named() {
    let mut toy = small();
    toy.rows[3] = ",p1,good,f,23".to_owned();
    toy.rows[7] = "s7,p3,odd,f,27".to_owned();
    toy.rows[9] = "s8,p4,good,m,29".to_owned();
    toy.rows[11] = "s11,,bad,f,31".to_owned();
    fs::remove_file(toy.image("s20.png")).expect("remove");
    toy.save();
    let found = verified(&toy);
    let words: Vec<String> =
        found.problems.iter().map(|problem| format!("{} {}", problem.row, problem.problem)).collect();
    assert_eq!(words.len(), 5, "{words:?}");
    for (said, expected) in words.iter().zip([
        "5 column \"id\" is empty; expected a unique sample id",
        "9 column \"dx\" has \"odd\"; expected good (negative) or bad (positive)",
        "11 rows 10 and 11 both have the sample id \"s8\"",
        "13 column \"patient\" is empty",
        "22 no such file; looked for ",
    ]) {
        assert!(said.starts_with(expected), "{said}");
    }
    assert_eq!((found.rows, found.images), (36, 35));
    let said = text(&toy.qpnet(&["data", "verify", "toy.toml"]));
    assert_says(&said, &["WRONG: row 5: column \"id\" is empty", "WRONG: row 22: s20: no such file"]);
}

#[test]
fn whole_patients_that_are_copies_are_found() {
    let toy = small();
    // p5 is p2 under another id; p7 shares one picture with p1.
    for (from, to) in [(4, 11), (5, 10), (2, 14)] {
        fs::copy(toy.image(&format!("s{from}.png")), toy.image(&format!("s{to}.png"))).expect("copy");
    }
    let found = verified(&toy);
    let names: Vec<(&str, &str)> =
        found.copies.iter().map(|copy| (copy.patient.as_str(), copy.of.as_str())).collect();
    assert_eq!(names, [("p5", "p2")]);
    let note =
        "1 patients are copies of others, byte for byte (first: \"p5\", whose 2 images are all \"p2\"'s too)";
    assert!(found.notes.iter().any(|said| said == note), "{:?}", found.notes);
    // Re-encoded, it is found by its look.
    for at in [10, 11] {
        let copy = image::open(toy.image(&format!("s{at}.png"))).expect("png");
        copy.resize_exact(40, 40, image::imageops::FilterType::Triangle)
            .save(toy.image(&format!("s{at}.png")))
            .expect("png");
    }
    assert!(verified(&toy).copies.is_empty());
    let manifest = Manifest::parse("toy.toml", &toy.manifest).expect("manifest");
    let near = verify_near(&manifest, Some(toy.root.path()), Some(16), &|_, _| {}).expect("verified");
    assert!(
        near.copies.iter().any(|copy| [copy.patient.as_str(), &copy.of] == ["p2", "p5"]),
        "{:?}",
        near.copies
    );
}

#[test]
fn a_column_that_tells_the_label_in_one_subgroup_is_named() {
    let mut toy = Toy::empty();
    fs::create_dir_all(toy.path("toy")).expect("mkdir");
    toy.header = "id,patient,dx,sex,age,how,scanner";
    for at in 0..400 {
        let (male, bad) = (at % 2 == 0, at / 2 % 4 == 0);
        // Men without a disease are followed up, mostly; all women had a biopsy.
        let how = if male && !bad && at % 5 != 0 { "follow-up" } else { "biopsy" };
        let scanner = if male { "A" } else { ["B", "A", "B", "B", "B", "B", "B"][at % 7] };
        let (dx, sex) = (if bad { "bad" } else { "good" }, if male { "m" } else { "f" });
        toy.rows.push(format!("s{at},p{at},{dx},{sex},{},{how},{scanner}", 30 + at % 40));
    }
    toy.save();
    let manifest = Manifest::parse("toy.toml", &toy.manifest).expect("manifest");
    let notes = survey(&manifest, "sex", Some(toy.root.path())).expect("counted").notes.join("\n");
    assert_says(&notes, &["column how alone tells the label with an AUC of 0.9", "in male, 0.500 in female"]);
    assert_says(&notes, &["column scanner alone tells the subgroup of scheme sex with an AUC of 0.9"]);
    assert!(!notes.contains("column sex") && !notes.contains("column age"), "{notes}");
    let card = text(&toy.qpnet(&["data", "show", "toy.toml"]));
    assert_says(&card, &["column how alone tells the label"]);
}

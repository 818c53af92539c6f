//! Bad input as a user meets it: exit code, one message that names row and remedy, nothing written.

use std::collections::BTreeSet;
use std::fs;

use crate::tiny;
use crate::toy::{AGE, MANIFEST, Toy, assert_says, text};
use image::{GrayImage, RgbImage};

fn run() -> Vec<&'static str> {
    [&tiny::run("toy.toml", "2")[..], &["--out", "out"]].concat()
}

/// 60 patients with a picture each.
fn whole() -> Toy {
    Toy::new(60, 1)
}

/// `qpnet` ends with `code` and one message that has `words`; it leaves no output.
fn refused(toy: &Toy, arguments: &[&str], code: i32, words: &[&str]) {
    let output = toy.qpnet(arguments);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(code), "{arguments:?}: {said}");
    let messages: Vec<&str> = said.lines().filter(|line| line.starts_with("qpnet: ")).collect();
    assert_eq!(messages.len(), 1, "{said}");
    assert_says(messages[0], words);
    assert!(!said.contains("backtrace") && !said.contains("panicked") && !said.contains("internal error"));
    assert!(!toy.path("out").exists(), "{arguments:?} left an output");
}

/// The run of the toy as it stands, and its split, are refused because of a table.
fn bad_table(toy: &Toy, words: &[&str]) {
    toy.save();
    refused(toy, &run(), 1, words);
    refused(toy, &["data", "split", "toy.toml"], 1, words);
}

#[test]
fn bad_images_end_a_run_and_are_listed_by_verify() {
    let toy = whole();
    toy.save();
    let noisy = RgbImage::from_fn(90, 90, |x, y| image::Rgb([(x * y) as u8, (x ^ y) as u8, (x * 7) as u8]));
    noisy.save(toy.image("whole.jpg")).expect("jpeg");
    let jpeg = fs::read(toy.image("whole.jpg")).expect("read");
    // A header that claims 60,000 x 60,000 pixels over a few bytes of data.
    GrayImage::new(64, 64).save(toy.image("bomb.png")).expect("png");
    let mut bomb = fs::read(toy.image("bomb.png")).expect("read");
    bomb[16..24].copy_from_slice(&[0, 0, 0xea, 0x60, 0, 0, 0xea, 0x60]);
    let sum = png_crc(&bomb[12..29]);
    bomb[29..33].copy_from_slice(&sum.to_be_bytes());
    let png = fs::read(toy.image("s12.png")).expect("read");
    let cases: [(usize, &str, &[u8], &str); 5] = [
        (3, "jpg", &jpeg[..jpeg.len() / 2], "is cut off"),
        (7, "png", &bomb, "is 60000 x 60000; expected 1 to 10000 pixels"),
        (8, "jpg", b"not an image at all", "is no JPEG or PNG file: it begins with \"not an image at"),
        (11, "jpg", b"", "the file is empty"),
        (12, "png", &png[..png.len() / 2], "cannot be decoded"),
    ];
    for (at, ending, bytes, reason) in cases {
        let name = format!("s{at}.png");
        let kept = fs::read(toy.image(&name)).expect("read");
        fs::remove_file(toy.image(&name)).expect("remove");
        let spoilt = toy.image(&format!("s{at}.{ending}"));
        fs::write(&spoilt, bytes).expect("write");
        refused(&toy, &run(), 1, &[&format!("toy.csv: row {}", at + 2), reason, "--unreadable skip"]);
        let (code, found) = toy.json(&["data", "verify", "toy.toml"]);
        assert_eq!((code, found["problems"].as_array().map(Vec::len)), (Some(1), Some(1)), "{found}");
        assert_eq!(found["problems"][0]["row"], at + 2);
        fs::remove_file(spoilt).expect("remove");
        fs::write(toy.image(&name), kept).expect("write");
    }
    assert_eq!(toy.json(&["data", "verify", "toy.toml"]).0, Some(0), "whole again");
}

/// CRC-32 as PNG has it: a wrong sum would be refused before the size is looked at.
fn png_crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0u32, |crc, &byte| {
        (0..8).fold(crc ^ u32::from(byte), |crc, _| (crc >> 1) ^ (0xedb8_8320 * (crc & 1)))
    })
}

#[test]
fn paths_that_lead_out_are_refused_in_tables_and_manifests() {
    let mut toy = whole();
    let row = std::mem::replace(&mut toy.rows[0], "../../secret,p0,good,m,20".into());
    bad_table(&toy, &["toy.csv: row 2", "\"../../secret\"", "inside the data folder"]);
    let skip = [&run()[..], &["--unreadable", "skip"]].concat();
    refused(&toy, &skip, 1, &["row 2", "inside the data folder"]);
    toy.rows[0] = row;
    for (from, to, key) in [
        ("folder = \"toy\"", "folder = \"../toy\"", "folder"),
        ("files = [\"toy.csv\"]", "files = [\"/etc/passwd\"]", "table.files"),
        ("roots = [\"images\"]", "roots = [\"../..\"]", "images.roots"),
        ("patterns = [\"{image}.png\"", "patterns = [\"../{image}.png\"", "images.patterns"),
    ] {
        toy.manifest = MANIFEST.replace(from, to);
        assert_ne!(toy.manifest, MANIFEST, "{from}");
        toy.save();
        let words = [&format!("toy.toml: {key}: ")[..], "leads out of the data folder"];
        refused(&toy, &run(), 2, &words);
        refused(&toy, &["data", "verify", "toy.toml"], 2, &words);
    }
}

#[cfg(unix)]
#[test]
fn links_that_lead_out_are_refused_and_never_skipped() {
    let toy = whole();
    toy.save();
    let outside = toy.path("secret.png");
    fs::rename(toy.image("s0.png"), &outside).expect("rename");
    std::os::unix::fs::symlink(&outside, toy.image("s0.png")).expect("link");
    let words = ["toy.csv: row 2", "\"s0\"", "is a link to", "inside the data folder"];
    refused(&toy, &run(), 1, &words);
    refused(&toy, &[&run()[..], &["--unreadable", "skip"]].concat(), 1, &words);
}

#[test]
fn malformed_tables_name_the_row() {
    let toy = whole();
    toy.save();
    let table = toy.table();
    let spoilt = |bytes: &[u8], words: &[&str]| {
        fs::write(toy.path("toy/toy.csv"), bytes).expect("table");
        refused(&toy, &run(), 1, words);
        refused(&toy, &["data", "split", "toy.toml", "--tables-only"], 1, words);
    };
    spoilt(table.replace(",dx,", ",diagnosis,").as_bytes(), &["no column \"dx\"", "\"diagnosis\""]);
    spoilt(table.replace(",age", ",sex").as_bytes(), &["row 1", "columns 4 and 5 are both called \"sex\""]);
    spoilt(table.replace(",sex,", ",Sex,").as_bytes(), &["no column \"sex\"", "did you mean \"Sex\"?"]);
    spoilt(
        &table.replace("s3,", "s\u{e9},").chars().map(|c| c as u8).collect::<Vec<u8>>(),
        &["toy.csv: row 5", "is not UTF-8"],
    );
    spoilt(table.replace("s4,p4", "s4,p4,").as_bytes(), &["row 6", "has 6 fields; expected 5"]);
    spoilt(table.replace("s4,p4", "s4,\"p4").as_bytes(), &["row 6", "never closed"]);
    spoilt(table.replace("s4,p4", "s4,p\"4").as_bytes(), &["row 6", "a quote in the middle of a field"]);
    spoilt(table.replace('\n', "\r").as_bytes(), &["row 1", "carriage return without a line feed"]);
    let long = table.replace("s5,", &format!("{},", "x".repeat(10 << 20)));
    spoilt(long.as_bytes(), &["row 7", "longer than 1048576 bytes"]);
    spoilt(b"", &["the table is empty"]);
    spoilt(b"id,patient,dx,sex,age\n", &["selects none of the 0 rows"]);
}

#[test]
fn windows_line_ends_and_a_byte_order_mark_change_nothing() {
    let toy = whole();
    toy.save();
    let split = |name: &str| {
        let output = toy.qpnet(&["data", "split", "toy.toml", "--out", name]);
        assert!(output.status.success(), "{}", text(&output));
        fs::read_to_string(toy.path(name)).expect("split")
    };
    let plain = split("plain.csv");
    let windows = format!("\u{feff}{}", toy.table().replace('\n', "\r\n"));
    fs::write(toy.path("toy/toy.csv"), windows).expect("table");
    fs::write(toy.path("toy.toml"), MANIFEST.replace('\n', "\r\n")).expect("manifest");
    assert_eq!(split("windows.csv"), plain);
}

#[test]
fn manifests_that_are_not_utf_8_name_the_line() {
    let toy = whole();
    toy.save();
    let latin: Vec<u8> =
        MANIFEST.replace("title = \"Toy\"", "title = \"T\u{f6}y\"").chars().map(|c| c as u8).collect();
    fs::write(toy.path("toy.toml"), latin).expect("manifest");
    refused(&toy, &run(), 2, &["toy.toml:3: is not UTF-8; save the manifest as UTF-8"]);
}

#[test]
fn empty_ages_are_counted() {
    let mut toy = whole();
    toy.manifest = MANIFEST.replace("default_scheme = \"sex\"", "default_scheme = \"age\"") + AGE;
    for at in [0, 4, 9] {
        let age = format!(",{}", 20 + at);
        toy.rows[at] = toy.rows[at].replace(&age, if at == 4 { ",NA" } else { "," });
    }
    toy.save();
    let counted = "left out: 3 rows, age missing or in no subgroup of scheme age";
    for arguments in [&["data", "split", "toy.toml"][..], &["data", "show", "toy.toml"]] {
        let output = toy.qpnet(arguments);
        assert!(output.status.success(), "{}", text(&output));
        assert_says(&text(&output), &[counted]);
    }
}

/// Parts of the rows of `patient` in the split of `qpnet data split`, and what it printed.
fn parts_of(toy: &Toy, patient: &str) -> (BTreeSet<String>, String) {
    toy.save();
    let output = toy.qpnet(&["data", "split", "toy.toml", "--out", "split.csv"]);
    assert!(output.status.success(), "{}", text(&output));
    let table = fs::read_to_string(toy.path("split.csv")).expect("split");
    let rows = table.lines().map(|line| line.split(',').collect::<Vec<&str>>());
    let mine = rows.filter(|cells| cells[1] == patient).map(|cells| cells[4].to_owned());
    (mine.collect(), text(&output))
}

#[test]
fn contradictory_labels_of_a_patient_are_noted_or_refused() {
    let mut toy = Toy::new(40, 2);
    toy.rows[5] = toy.rows[5].replace(",bad,", ",good,");
    toy.rows[9] = toy.rows[9].replace(",good,", ",bad,");
    let note = "2 patients have images of different labels (first: \"p2\" in rows 6 and 7)";
    let (parts, said) = parts_of(&toy, "p2");
    assert_eq!(parts.len(), 1, "{said}");
    assert_says(&said, &[note]);
    for verb in ["show", "verify"] {
        assert_says(&text(&toy.qpnet(&["data", verb, "toy.toml"])), &[note]);
    }
    toy.manifest = MANIFEST.replace("[label]", "[label]\none_per_patient = true");
    bad_table(
        &toy,
        &[
            "toy.csv: rows 6 and 7",
            "patient \"p2\" is \"positive\" and \"negative\"",
            "expected one label a patient",
        ],
    );
}

#[test]
fn a_patient_in_two_subgroups_is_noted_and_never_divided() {
    let mut toy = Toy::new(40, 2);
    toy.manifest = MANIFEST.replace("default_scheme = \"sex\"", "default_scheme = \"age\"") + AGE;
    // A birthday between two pictures.
    toy.rows[6] = toy.rows[6].replace(",26", ",59");
    toy.rows[7] = toy.rows[7].replace(",27", ",60");
    let (parts, said) = parts_of(&toy, "p3");
    assert_eq!(parts.len(), 1, "{said}");
    let note = "1 patients have images in more than one subgroup (first: \"p3\" in rows 8 and 9)";
    assert_says(&said, &[note, "no patient and no image is in two parts"]);
    assert_says(&text(&toy.qpnet(&["data", "show", "toy.toml"])), &[note]);
    assert_says(&text(&toy.qpnet(&["data", "verify", "toy.toml"])), &[&format!("note: scheme age: {note}")]);
    assert_eq!(toy.qpnet(&["data", "leaks", "toy.toml"]).status.code(), Some(0));
}

#[test]
fn a_scheme_that_selects_nobody_says_its_rules() {
    let mut toy = whole();
    toy.manifest = MANIFEST.replace("[\"m\"]", "[\"man\"]").replace("[\"f\"]", "[\"woman\"]");
    bad_table(&toy, &["scheme \"sex\" selects none of the 60 rows", "male: sex = man", "check its rules"]);
}

/// Every row that a run skips stands in its summary and on the terminal, and no other.
#[test]
fn what_is_skipped_is_listed_row_by_row() {
    let toy = whole();
    toy.save();
    fs::remove_file(toy.image("s3.png")).expect("remove");
    let png = fs::read(toy.image("s4.png")).expect("read");
    fs::write(toy.image("s4.png"), &png[..png.len() / 2]).expect("cut");
    fs::rename(toy.image("s5.png"), toy.image("s5.txt")).expect("rename");
    fs::write(toy.image("s5.jpg"), "not an image").expect("write");
    GrayImage::new(200, 200).save(toy.image("s6.png")).expect("png");
    fs::write(toy.image("s8.png"), "").expect("empty");
    refused(&toy, &run(), 1, &["toy.csv: row 5"]);
    let output = toy.qpnet(&[&run()[..], &["--unreadable", "skip"]].concat());
    assert!(output.status.success(), "{}", text(&output));
    let summary = fs::read(toy.path("out/summary.json")).expect("summary");
    let summary: serde_json::Value = serde_json::from_slice(&summary).expect("JSON");
    let notes: Vec<&str> =
        summary["data"]["notes"].as_array().expect("list").iter().filter_map(|note| note.as_str()).collect();
    let skipped: Vec<&str> = notes.into_iter().filter(|note| note.starts_with("skipped row ")).collect();
    for (row, reason) in [
        (5, "no image \"s3\""),
        (6, "s4.png: cannot be decoded"),
        (7, "s5.jpg: is no JPEG or PNG file"),
        (8, "s6.png: is 200 x 200"),
        (10, "s8.png: is no JPEG or PNG file: it begins with nothing"),
    ] {
        let line = skipped.iter().find(|note| note.starts_with(&format!("skipped row {row}: ")));
        let line = line.unwrap_or_else(|| panic!("row {row} is not in {skipped:?}"));
        assert!(line.contains(reason), "{line}");
        assert_says(&String::from_utf8_lossy(&output.stdout), &[line]);
    }
    assert_eq!(skipped.len(), 5, "{skipped:?}");
    assert_eq!(
        summary["data"]["exclusions"],
        serde_json::json!([{ "reason": "image missing or unreadable (skipped)", "rows": 5 }])
    );
    let scored = fs::read_to_string(toy.path("out/predictions.csv")).expect("predictions");
    assert!(["s3", "s4", "s5", "s6", "s8"].iter().all(|id| !scored.contains(&format!(",{id},"))));
}

//! `qpnet data`: verify, split and leaks on files that are whole, and on files that are not.

use std::fs;
use std::path::Path;

use crate::toy::{EXPECTED, MANIFEST, Toy, picture, text};
use image::imageops::FilterType;
use sha2::{Digest, Sha256};

/// 80 pictures of 40 patients, two of each, and how many of both there should be.
fn whole() -> Toy {
    let mut toy = Toy::new(40, 2);
    toy.manifest = format!("{EXPECTED}{MANIFEST}");
    toy.save();
    toy
}

fn sum(path: &Path) -> String {
    Sha256::digest(fs::read(path).expect("read")).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn what_is_whole_is_verified() {
    let toy = whole();
    let listed: String = (0..80)
        .map(|at| format!("{}  ./images/s{at}.png\n", sum(&toy.image(&format!("s{at}.png")))))
        .collect();
    fs::write(toy.path("toy/SHA256SUMS"), listed).expect("sums");
    let (code, found) = toy.json(&["data", "verify", "toy.toml"]);
    assert_eq!(code, Some(0), "{found}");
    assert_eq!((&found["rows"], &found["patients"], &found["images"]), (&80.into(), &40.into(), &80.into()));
    assert_eq!((&found["sums"], &found["sizes"][0][0]), (&80.into(), &"48 x 48".into()));
    assert_eq!(found["schemes"][0]["subgroups"], serde_json::json!([["male", 40], ["female", 40]]));
    assert!(text(&toy.qpnet(&["data", "verify", "toy.toml"])).contains("nothing is wrong"));
}

#[test]
fn what_is_wrong_is_found_row_by_row() {
    let toy = whole();
    let listed =
        format!("{}  images/s3.png\n{}  images/gone.png\n", sum(&toy.image("s3.png")), "00".repeat(32));
    fs::write(toy.path("toy/SHA256SUMS"), listed).expect("sums");
    picture(4).save(toy.image("s3.png")).expect("another picture");
    fs::remove_file(toy.image("s5.png")).expect("remove");
    let whole = fs::read(toy.image("s7.png")).expect("read");
    fs::write(toy.image("s7.png"), &whole[..whole.len() / 2]).expect("cut");
    let (code, found) = toy.json(&["data", "verify", "toy.toml"]);
    assert_eq!(code, Some(1));
    let problems: Vec<(u64, &str)> = found["problems"]
        .as_array()
        .expect("list")
        .iter()
        .map(|problem| (problem["row"].as_u64().expect("row"), problem["problem"].as_str().expect("words")))
        .collect();
    assert_eq!(problems.len(), 4, "{problems:?}");
    assert!(problems[0].0 == 7 && problems[0].1.starts_with("no such file; looked for "), "{problems:?}");
    assert!(problems[0].1.contains("images/s5.png, ") && problems[0].1.ends_with("images/s5.jpg"));
    assert!(problems[1].0 == 9 && problems[1].1.contains("cannot be decoded"), "{problems:?}");
    assert!(problems[2].0 == 1 && problems[2].1.contains("not the one that was listed"), "{problems:?}");
    assert!(problems[3].0 == 2 && problems[3].1.contains("missing"), "{problems:?}");
    let words = text(&toy.qpnet(&["data", "verify", "toy.toml"]));
    assert!(words.contains("WRONG: row 7: s5: no such file"), "{words}");
    assert!(!words.contains("nothing is wrong"), "{words}");
}

#[test]
fn files_that_the_manifest_lists_are_compared() {
    let toy = whole();
    let list = |entries: String| {
        fs::write(toy.path("toy.toml"), format!("{}{entries}", toy.manifest)).expect("manifest")
    };
    let entry = |path: &str, sha256: &str| format!("[[files]]\npath = \"{path}\"\nsha256 = \"{sha256}\"\n");
    let (table, image) = (sum(&toy.path("toy/toy.csv")), sum(&toy.image("s3.png")));
    // An archive that was removed once it was unpacked is no fault.
    let gone = entry("images.zip", &table);
    let bytes = fs::metadata(toy.path("toy/toy.csv")).expect("table").len();
    let length = format!("bytes = {bytes}\n");
    list(gone.clone() + &entry("toy.csv", &table) + &length + &entry("images/s3.png", &image));
    let (code, found) = toy.json(&["data", "verify", "toy.toml"]);
    assert_eq!(
        (code, &found["listed"], &found["sums"]),
        (Some(0), &2.into(), &serde_json::Value::Null),
        "{found}"
    );
    let words = text(&toy.qpnet(&["data", "verify", "toy.toml"]));
    assert!(words.contains("2 files compared with the manifest's list"), "{words}");

    list(gone + &entry("images/s3.png", &table) + "[[files]]\npath = \"toy.csv\"\nbytes = 7\n");
    let (code, found) = toy.json(&["data", "verify", "toy.toml"]);
    assert_eq!((code, &found["listed"]), (Some(1), &2.into()));
    let problem = |at: usize| (&found["problems"][at]["row"], &found["problems"][at]["problem"]);
    let hash = format!("toy.toml: expected sha256 {table}, got {image}: get the file again");
    let length = format!("toy.toml: the file has {bytes} bytes; expected 7: get it again");
    assert_eq!([problem(0), problem(1)], [(&2.into(), &hash.into()), (&3.into(), &length.into())]);
}

#[test]
fn counts_and_schemes_are_compared() {
    let toy = whole();
    let spoilt =
        toy.manifest.replace("samples = 80", "samples = 81").replace("column = \"sex\"", "column = \"sexe\"");
    fs::write(toy.path("toy.toml"), spoilt).expect("manifest");
    let output = toy.qpnet(&["data", "verify", "toy.toml"]);
    let words = text(&output);
    assert_eq!(output.status.code(), Some(1), "{words}");
    assert!(words.contains("has 80 labelled images; the complete data set has 81"), "{words}");
    assert!(
        words.contains("scheme sex: cannot be used") && words.contains("did you mean \"sex\"?"),
        "{words}"
    );
}

#[test]
fn the_split_is_written_once_and_does_not_leak() {
    let toy = whole();
    let output = toy.qpnet(&["data", "split", "toy.toml", "--seed", "3", "--out", "split.csv"]);
    assert!(output.status.success(), "{}", text(&output));
    let table = fs::read_to_string(toy.path("split.csv")).expect("table");
    assert_eq!(table.lines().count(), 81);
    assert!(table.starts_with("sample_id,patient_id,subgroup,label,part,nested\ns0,p0,male,0,"), "{table}");
    let (code, audit) = toy.json(&["data", "leaks", "toy.toml", "--split", "split.csv"]);
    assert_eq!((code, &audit["images"]), (Some(0), &80.into()), "{audit}");
    let (code, own) = toy.json(&["data", "leaks", "toy.toml", "--seed", "3"]);
    assert_eq!((code, &own["parts"]), (Some(0), &audit["parts"]));
    let other = toy.qpnet(&["data", "split", "toy.toml", "--seed", "4", "--out", "other.csv"]);
    assert!(other.status.success());
    assert_ne!(table, fs::read_to_string(toy.path("other.csv")).expect("table"));
}

#[test]
fn a_split_without_both_classes_is_told() {
    let toy = whole();
    let table = fs::read_to_string(toy.path("toy/toy.csv")).expect("table");
    fs::write(toy.path("toy/toy.csv"), table.replace("bad,f", "good,f")).expect("table");
    let words = text(&toy.qpnet(&["data", "split", "toy.toml"]));
    assert!(
        words.contains("female has one class in the test part: `qpnet run` refuses this scheme"),
        "{words}"
    );
    assert!(!words.lines().any(|line| line.starts_with("male has one class")), "{words}");
}

#[test]
fn leaks_of_another_split_are_found() {
    let toy = whole();
    // Patient p0 is in two parts; s10 and s20 are one file; s31 is a resized copy of s30.
    fs::copy(toy.image("s10.png"), toy.image("s20.png")).expect("copy");
    let small = image::imageops::resize(&picture(30), 40, 40, FilterType::Triangle);
    small.save(toy.image("s31.png")).expect("png");
    let part = |at: usize| match at {
        1 | 20 | 21 | 31 => "test",
        79 => "",
        _ => "train",
    };
    let rows: String = (0..80).map(|at| format!("s{at},{}\n", part(at))).collect();
    fs::write(toy.path("theirs.csv"), format!("image,fold\n{rows}stranger,train\n")).expect("split");
    let arguments = ["data", "leaks", "toy.toml", "--split", "theirs.csv", "--id", "image", "--part", "fold"];
    let (code, audit) = toy.json(&[&arguments[..], &["--near", "12"]].concat());
    assert_eq!(code, Some(1));
    let keys: Vec<&str> = audit["report"]["patients"]
        .as_array()
        .expect("list")
        .iter()
        .map(|shared| shared["key"].as_str().expect("key"))
        .collect();
    assert_eq!(keys, ["p0", "p15"], "{audit}");
    assert_eq!(
        audit["report"]["images"][0]["samples"],
        serde_json::json!([["s10", "train"], ["s20", "test"]])
    );
    let near = audit["near"].as_array().expect("list");
    let has = |a: &str, b: &str| near.iter().any(|pair| pair["first"][0] == a && pair["second"][0] == b);
    assert!(has("s10", "s20") && has("s30", "s31"), "{audit}");
    assert!(near.len() <= 4, "most pairs do not look alike: {audit}");
    let notes = audit["notes"].to_string();
    assert!(notes.contains("1 ids are not labelled samples") && notes.contains("row 82"), "{notes}");
    assert!(notes.contains("1 labelled samples are in no part"), "{notes}");
    let words = text(&toy.qpnet(&arguments));
    assert!(
        words.contains("2 patients in more than one part") && words.contains("p0: s0 in train, s1 in test")
    );
}

#[test]
fn bad_use_and_bad_splits_are_one_line() {
    let toy = whole();
    fs::write(toy.path("theirs.csv"), "image,fold\nx,train\n").expect("split");
    let cases: [(&[&str], i32, &str); 6] = [
        (&["verify", "toyy"], 2, "unknown data set"),
        (&["verify", "synthetic"], 1, "read from files"),
        (&["split", "toy.toml", "--scheme", "sx"], 2, "no scheme \"sx\""),
        (&["leaks", "toy.toml", "--split", "theirs.csv"], 1, "no column \"sample_id\""),
        (
            &["leaks", "toy.toml", "--split", "theirs.csv", "--id", "image", "--part", "fold"],
            1,
            "row 2: \"x\"",
        ),
        (&["leaks", "toy.toml", "--split", "absent.csv"], 1, "check the path"),
    ];
    for (arguments, code, words) in cases {
        let output = toy.qpnet(&[&["data"], arguments].concat());
        let said = text(&output);
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {said}");
        assert!(said.contains(words) && !said.contains("backtrace"), "{arguments:?}: {said}");
    }
}

#[test]
fn data_sets_are_listed_and_shown() {
    let toy = whole();
    let (code, list) = toy.json(&["data", "list"]);
    assert_eq!(code, Some(0));
    let names: Vec<&str> =
        list["data"].as_array().expect("list").iter().filter_map(|entry| entry["name"].as_str()).collect();
    assert!(names.contains(&"synthetic") && names.contains(&"ham10000"), "{names:?}");
    let card = text(&toy.qpnet(&["data", "show", "toy.toml"]));
    assert!(
        card.contains("dominant: male (sex = m)") && card.contains("Scheme sex in 80 labelled rows"),
        "{card}"
    );
    fs::write(toy.path("spoilt.toml"), toy.manifest.replace("\"dx\"", "\"diagnosis\"")).expect("manifest");
    let output = toy.qpnet(&["data", "show", "spoilt.toml"]);
    assert_eq!(output.status.code(), Some(1), "{}", text(&output));
    assert!(text(&output).contains("not counted: ") && text(&output).contains("no column \"diagnosis\""));
    let absent = text(&toy.qpnet(&["data", "show", "ham10000"]));
    assert!(absent.contains("10.7910/DVN/DBW86T") && absent.contains("not counted"), "{absent}");
    assert_eq!(
        String::from_utf8_lossy(&toy.qpnet(&["data", "show", "toy.toml", "--toml"]).stdout),
        toy.manifest
    );
}

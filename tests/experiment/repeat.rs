//! A kept run repeats to the same bytes from any folder, or says what is another; one process writes an output.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};
use std::time::{Duration, Instant};

use crate::tiny;
use crate::toy::{Toy, assert_says, text};

const RUN: [&str; 11] = tiny::run("toy.toml", "2");

/// `qpnet` in another folder than that of the data.
fn elsewhere(toy: &Toy, folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_qpnet"));
    command.args(arguments).current_dir(folder).env("QPNET_DATA", toy.root.path());
    command.output().expect("qpnet starts")
}

#[test]
fn a_run_repeats_from_any_folder_or_says_what_is_another() {
    let toy = Toy::new(40, 2);
    toy.save();
    let first = toy.qpnet(&[&RUN[..], &["--out", "first"]].concat());
    assert!(first.status.success(), "{}", text(&first));
    let summary: serde_json::Value =
        serde_json::from_slice(&fs::read(toy.path("first/summary.json")).expect("summary")).expect("JSON");
    let made = &summary["made"];
    assert!(made["command"].as_str().expect("command").starts_with("qpnet run --data toy.toml"), "{made}");
    assert!(made["date"].as_str().expect("date").ends_with('Z') && made["version"].is_string(), "{made}");
    for part in ["manifest", "tables", "images"] {
        assert_eq!(summary["data"]["origin"][part].as_str().expect("hash").len(), 64, "{part}");
    }
    assert_eq!(fs::read_to_string(toy.path("first/manifest.toml")).expect("manifest"), toy.manifest);

    let folder = tempfile::tempdir().expect("tempdir");
    let config = toy.path("first/config.toml").display().to_string();
    let repeat = |out: &str| {
        elsewhere(&toy, folder.path(), &["run", "--config", &config, "--device", "cpu", "--out", out])
    };
    let same = |out: &str| {
        let read = |place: &Path| fs::read(place.join("predictions.csv")).expect("predictions");
        assert!(read(&folder.path().join(out)) == read(&toy.path("first")), "{out} differs");
    };
    // There is no toy.toml in this folder.
    let output = repeat("second");
    assert!(output.status.success(), "{}", text(&output));
    assert_says(&text(&output), &["there is no manifest toy.toml here", "byte by byte"]);
    same("second");

    // Another manifest of the same name: the run's own is taken, and that is said.
    let other = toy.manifest.replace("[\"bad\"]", "[\"other\"]").replace("[\"good\"]", "[\"bad\"]");
    fs::write(folder.path().join("toy.toml"), other.replace("[\"other\"]", "[\"good\"]")).expect("manifest");
    let output = repeat("third");
    assert!(output.status.success(), "{}", text(&output));
    assert_says(&text(&output), &["the manifest toy.toml is another today", "byte by byte"]);
    same("third");

    // Other data are refused by name, and nothing is left.
    let refused = |out: &str, words: &[&str]| {
        let output = repeat(out);
        assert_eq!(output.status.code(), Some(1), "{}", text(&output));
        assert_says(&text(&output), words);
        assert!(!folder.path().join(out).exists());
    };
    let table = toy.table();
    fs::write(toy.path("toy/toy.csv"), table.replace(",20\n", ",21\n")).expect("table");
    refused("fourth", &["this would not repeat the run in", "these have changed: the tables;"]);
    fs::write(toy.path("toy/toy.csv"), &table).expect("table");
    let picture = fs::read(toy.image("s3.png")).expect("picture");
    crate::toy::picture(1000).save(toy.image("s3.png")).expect("png");
    refused("fifth", &["these have changed: the images;"]);
    fs::write(toy.image("s3.png"), picture).expect("picture");

    // An edited configuration is no repeat.
    let edited = fs::read_to_string(&config).expect("config").replace("seed = 1\n", "seed = 2\n");
    fs::write(&config, edited).expect("config");
    let output = repeat("sixth");
    assert!(output.status.success(), "{}", text(&output));
    assert_says(&text(&output), &["was edited: this is no repeat"]);
}

#[test]
fn two_runs_with_one_output_are_one_too_many() {
    let folder = tempfile::tempdir().expect("tempdir");
    let arguments = [
        "run",
        "--data",
        "synthetic",
        "--methods",
        "mixed",
        "--image-size",
        "16",
        "--device",
        "cpu",
        "--out",
        "out",
    ];
    let start = || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_qpnet"));
        command.args(arguments).current_dir(folder.path()).env_remove("QPNET_DATA");
        command
    };
    let mut first = start().spawn().expect("qpnet starts");
    let begun = Instant::now();
    while !folder.path().join("out.checkpoints").exists() {
        assert!(begun.elapsed() < Duration::from_secs(120), "the first does not begin");
        std::thread::sleep(Duration::from_millis(2));
    }
    let second = start().output().expect("qpnet starts");
    let message = text(&second);
    assert_eq!(second.status.code(), Some(1), "{message}");
    assert_says(&message, &["another process is writing out", "choose another --out"]);
    // The first is not disturbed, and its lock goes with it.
    assert!(first.wait().expect("ended").success());
    assert!(folder.path().join("out/summary.json").is_file());
    let names = fs::read_dir(folder.path()).expect("folder").flatten().map(|entry| entry.file_name());
    assert_eq!(names.collect::<Vec<_>>(), ["out"]);
}

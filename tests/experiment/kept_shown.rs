//! A kept run is shown only where it is what was kept under its name: another folder under that name, another
//! program's, or changed bytes are refused by name, and nothing is overwritten.

use std::fs;
use std::path::{Path, PathBuf};

use qpnet_lib::clock::Frozen;
use qpnet_lib::data::{Manifest, SyntheticSizes};
use qpnet_lib::device::{DeviceChoice, choose};
use qpnet_lib::experiment::{
    LazyPopulation, MethodSpec, Profile, Resources, RunConfig, RunError, RunStore, Trained,
};
use qpnet_lib::train::Silent;

fn tiny(seed: u64) -> RunConfig {
    let manifest = Manifest::find("synthetic").expect("shipped");
    let mut config =
        RunConfig::new("synthetic", &manifest, "moderate", &[MethodSpec::mixed()], Profile::Smoke, 1);
    config.seed = seed;
    config.settings.image_size = 16;
    config.settings.synthetic =
        SyntheticSizes { dominant_train: 80, less_train: 40, validation: [40, 40], test: [60, 60] };
    (config.settings.base.epochs, config.settings.base.steps_per_epoch) = (1, Some(2));
    config
}

fn ask(root: &Path, config: &RunConfig) -> Result<Trained, RunError> {
    let manifest = Manifest::find("synthetic").expect("shipped");
    let device = choose(DeviceChoice::Cpu).expect("cpu");
    let with = Resources { device: &device, clock: &Frozen(0.0), cores: 1, progress: &Silent };
    RunStore::new(root).train(config, &mut LazyPopulation::new(&manifest, None), &with)
}

fn folders(root: &Path) -> Vec<PathBuf> {
    fs::read_dir(root).expect("folder").flatten().map(|entry| entry.path()).collect()
}

#[test]
fn what_was_not_kept_under_its_name_is_not_shown() {
    let root = tempfile::tempdir().expect("tempdir");
    let root = root.path();
    let first = ask(root, &tiny(1)).expect("trained");
    let one = folders(root).remove(0);
    let second = ask(root, &tiny(2)).expect("trained");
    let two = folders(root).into_iter().find(|folder| *folder != one).expect("two");
    assert!(first.predictions != second.predictions);
    assert!(ask(root, &tiny(1)).expect("kept") == first);
    let refused = |config: &RunConfig, words: &[&str]| {
        let message = ask(root, config).expect_err("another").to_string();
        for word in words.iter().chain(&["the kept run", "remove the folder"]) {
            assert!(message.contains(word), "{word:?} is not in: {message}");
        }
    };

    // Somebody has called the run of seed 2 what that of seed 1 is called.
    let aside = root.join("aside");
    fs::rename(&one, &aside).expect("renamed");
    fs::rename(&two, &one).expect("renamed");
    let name = one.file_name().expect("name").to_string_lossy().into_owned();
    refused(&tiny(1), &[&name, "key.json"]);
    fs::rename(&one, &two).expect("renamed");
    fs::rename(&aside, &one).expect("renamed");

    // The run of an earlier commit: its sources have another hash.
    let key = fs::read_to_string(one.join("key.json")).expect("key");
    let sources = "the program's sources\":\"";
    let begin = key.find(sources).expect("they are in the key") + sources.len();
    let digit = if key.as_bytes()[begin] == b'0' { "1" } else { "0" };
    fs::write(one.join("key.json"), format!("{}{digit}{}", &key[..begin], &key[begin + 1..])).expect("file");
    refused(&tiny(1), &["key.json is not what the folder is named by"]);
    fs::write(one.join("key.json"), &key).expect("file");

    // One digit of one score.
    let table = fs::read_to_string(one.join("predictions.csv")).expect("table");
    let other = match table.strip_suffix("1\n") {
        Some(rest) => format!("{rest}2\n"),
        None => format!("{}1\n", &table[..table.len() - 2]),
    };
    fs::write(one.join("predictions.csv"), &other).expect("file");
    refused(&tiny(1), &["predictions.csv has another SHA-256"]);
    assert_eq!(fs::read_to_string(one.join("predictions.csv")).expect("table"), other, "not overwritten");

    // What is removed is trained anew, to the same bits; the other run was never touched.
    fs::remove_dir_all(&one).expect("removed");
    let again = ask(root, &tiny(1)).expect("trained");
    assert!(again.predictions == first.predictions);
    assert_eq!(fs::read_to_string(one.join("predictions.csv")).expect("table"), table);
    assert!(ask(root, &tiny(2)).expect("kept") == second);
}

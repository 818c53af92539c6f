//! `qpnet cka`: the study of a notebook with the same words, from the same kept seeds.

use std::fs;

use qpnet_lib::clock::Frozen;
use qpnet_lib::data::Manifest;
use qpnet_lib::device::{DeviceChoice, choose};
use qpnet_lib::experiment::cka_study::{CkaStudyConfig, SecondStart, TransferKind, study};
use qpnet_lib::experiment::{LazyPopulation, Places, Profile, Resources, RunStore};
use qpnet_lib::train::Silent;

use crate::toy::{Toy, assert_says, text};

#[test]
fn a_study_is_that_of_a_notebook_and_every_layer_is_a_row() {
    let toy = Toy::new(120, 2);
    toy.save();
    let words = "cka --data toy.toml --seeds 1,2 --images 12 --second dominant --image-size 16 --epochs 1 --device cpu \
                 --store kept --out cka";
    let call: Vec<&str> = words.split_whitespace().collect();
    let output = toy.qpnet(&call);
    assert!(output.status.success(), "{}", text(&output));
    assert_says(&text(&output), &["Paper: ", "written to cka"]);
    let report = fs::read_to_string(toy.path("cka/report.md")).expect("report");
    assert_says(&report, &["M_1 is a pretext-trained start (rotation prediction).", "Made by qpnet"]);
    assert!(toy.path("cka/figures/cka.png").is_file());

    // The library finds these seeds and has these numbers.
    let manifest = Manifest::parse("toy.toml", &toy.manifest).expect("manifest");
    let mut config = CkaStudyConfig::pretext("toy.toml", &manifest, "sex", Profile::Smoke);
    (config.seeds, config.images, config.second) = (vec![1, 2], 12, SecondStart::DominantOnly);
    config.base.settings.image_size = 16;
    (config.base.settings.base.epochs, config.base.settings.transfer.epochs) = (1, 1);
    let device = choose(DeviceChoice::Cpu).expect("cpu");
    let with = Resources { device: &device, clock: &Frozen(0.0), cores: 1, progress: &Silent };
    let places = Places { data_root: Some(toy.root.path().to_owned()), cache: None };
    let kept = || fs::read_dir(toy.path("kept")).expect("store").count();
    let before = kept();
    let mut data = LazyPopulation::new(&manifest, places);
    let found = study(&config, &RunStore::new(toy.path("kept")), &mut data, &with).expect("study");
    assert_eq!(kept(), before, "nothing was trained again");
    let table = fs::read_to_string(toy.path("cka/cka.csv")).expect("layers");
    let mut rows = csv::Reader::from_reader(table.as_bytes());
    let rows: Vec<csv::StringRecord> = rows.records().map(|row| row.expect("a row")).collect();
    let layers = TransferKind::ALL.iter().zip(&found.transfers);
    let expected: Vec<(&str, &str, Option<f64>)> = layers
        .flat_map(|(kind, transfer)| {
            transfer.layers.iter().map(|layer| {
                (kind.title(), layer.delta.layer.as_str(), layer.delta.comparison.difference.value)
            })
        })
        .collect();
    let written: Vec<(&str, &str, Option<f64>)> =
        rows.iter().map(|row| (&row[0], &row[2], row[5].parse().ok())).collect();
    assert_eq!(written, expected);

    for (more, words) in
        [(&["--seeds", "1,1"][..], "seed 1"), (&["--weights", "no.safetensors"], "no.safetensors")]
    {
        let output = toy.qpnet(&[&["cka", "--data", "toy.toml", "--out", "other"], more].concat());
        assert_eq!(output.status.code(), Some(2), "{}", text(&output));
        assert_says(&text(&output), &[words]);
    }
    assert!(!toy.path("other").exists());
}

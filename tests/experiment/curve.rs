//! `qpnet curve`: the numbers of a notebook with the same words, from the same kept trainings.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use qpnet_lib::clock::Frozen;
use qpnet_lib::data::Manifest;
use qpnet_lib::device::{DeviceChoice, choose};
use qpnet_lib::experiment::curve::{CurveConfig, Regime, measure};
use qpnet_lib::experiment::{LazyPopulation, MethodSpec, Places, Profile, Resources, RunStore};
use qpnet_lib::train::Silent;

use crate::toy::{Toy, assert_says, text};

fn words(output: &Output) -> String {
    assert!(output.status.success(), "{}", text(output));
    text(output)
}

/// Names of kept trainings.
fn kept(store: &Path) -> Vec<String> {
    let entries = fs::read_dir(store).expect("store").flatten();
    let names = entries.map(|entry| entry.file_name().to_string_lossy().into_owned());
    let mut names: Vec<String> = names.filter(|name| !name.starts_with('.')).collect();
    names.sort_unstable();
    names
}

#[test]
fn a_curve_is_that_of_a_notebook_and_pareto_reads_it() {
    let toy = Toy::new(80, 2);
    toy.save();
    let call = [
        "curve",
        "--data",
        "toy.toml",
        "--seeds",
        "1,2",
        "--points",
        "2",
        "--image-size",
        "16",
        "--epochs",
        "1",
        "--device",
        "cpu",
        "--store",
        "kept",
        "--out",
        "curve",
    ];
    let said = words(&toy.qpnet(&call));
    assert_says(&said, &["Pareto fairness criterion", "written to curve"]);
    let table = fs::read_to_string(toy.path("curve/curve.csv")).expect("points");
    assert_eq!(table.lines().count(), 1 + 2 * 2 * 2, "{table}");
    let before = kept(&toy.path("kept"));
    assert_eq!(before.len(), 4);

    // The library finds these trainings and has these numbers.
    let manifest = Manifest::parse("toy.toml", &toy.manifest).expect("manifest");
    let methods = MethodSpec::list("mixed").expect("known");
    let mut config =
        CurveConfig::new("toy.toml", &manifest, "sex", &methods, Profile::Smoke, Regime::FixedSteps);
    (config.seeds, config.points) = (vec![1, 2], 2);
    config.base.settings.image_size = 16;
    (config.base.settings.base.epochs, config.base.settings.transfer.epochs) = (1, 1);
    let device = choose(DeviceChoice::Cpu).expect("cpu");
    let with = Resources { device: &device, clock: &Frozen(0.0), cores: 1, progress: &Silent };
    let places = Places { data_root: Some(toy.root.path().to_owned()), cache: None };
    let mut data = LazyPopulation::new(&manifest, places);
    let curve = measure(&config, &RunStore::new(toy.path("kept")), &mut data, &with).expect("curve");
    assert_eq!(kept(&toy.path("kept")), before, "nothing was trained again");
    for point in curve.points().expect("points") {
        for (seed, auc) in [1, 2].iter().zip(&point.seeds) {
            let row = format!("mixed,{},{seed},{},{auc}", point.size, ["male", "female"][point.subgroup]);
            assert!(table.lines().any(|line| line == row), "{row} is not in {table}");
        }
    }

    // The table is what `qpnet pareto` judges; a second call trains nothing and refuses to overwrite.
    let judged = toy.qpnet(&["pareto", "curve/curve.csv", "--dominant", "male", "--method", "method"]);
    assert_says(&words(&judged), &["Pareto"]);
    let again = toy.qpnet(&call);
    assert_eq!(again.status.code(), Some(1), "{}", text(&again));
    assert_says(&text(&again), &["--overwrite writes it anew"]);
    words(&toy.qpnet(&[&call[..], &["--overwrite"]].concat()));
    assert_eq!(kept(&toy.path("kept")), before);
    let bad = Command::new(env!("CARGO_BIN_EXE_qpnet"))
        .args(["curve", "--data", "synthetic", "--methods", "mixd", "--out", "no"])
        .current_dir(toy.root.path())
        .output()
        .expect("qpnet starts");
    assert_eq!(bad.status.code(), Some(2), "{}", text(&bad));
}

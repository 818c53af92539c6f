//! What a manifest may choose: one image a study or patient, a published division, a table of one's own.

use std::fs;

use qpnet_lib::data::{self, LoadOptions, Manifest, OnUnreadable, Part, Partition, SyntheticSizes, survey};
use qpnet_lib::rng::Streams;

use crate::toy::{MANIFEST, Toy, assert_says};

/// 60 patients with two studies of two images each; the label is the patient's.
fn studies() -> Toy {
    let mut toy = Toy::empty();
    toy.header = "id,patient,dx,sex,age,study,fold";
    fs::create_dir_all(toy.path("toy")).expect("mkdir");
    for at in 0..240 {
        let patient = at / 4;
        let (sex, dx) = (["m", "f"][patient % 2], ["good", "bad"][patient / 2 % 2]);
        let fold = ["train", "train", "val", "test", "train"][patient / 4 % 5];
        toy.rows.push(format!("s{at},p{patient},{dx},{sex},40,{},{fold}", at / 2 % 2));
    }
    toy.save();
    toy
}

fn split(toy: &Toy, manifest: &str) -> Result<Partition, data::DataError> {
    let options = LoadOptions {
        scheme: "sex".into(),
        image_size: 16,
        synthetic: SyntheticSizes::default(),
        data_root: Some(toy.root.path().to_owned()),
        fold: None,
        cache: None,
        on_unreadable: OnUnreadable::Fail,
    };
    data::partition_tables(&Manifest::parse("toy.toml", manifest)?, &options, &Streams::new(1))
}

#[test]
fn one_image_a_study_or_a_patient_is_used() {
    let toy = studies();
    let counted = |manifest: &str| {
        let manifest = Manifest::parse("toy.toml", manifest).expect("manifest");
        survey(&manifest, "sex", Some(toy.root.path())).expect("counted")
    };
    let study =
        MANIFEST.replace("image = \"id\"", "image = \"id\"\nstudy = \"study\"\n[include]\nunit = \"study\"");
    let found = counted(&study);
    assert_eq!((found.rows, found.subgroups[0].largest), (120, 2));
    assert_eq!(found.exclusions[0].reason, "not the first image of their study ([include] unit)");
    assert_eq!(found.exclusions[0].rows, 120);
    let patient = MANIFEST.replace("[label]", "[include]\nunit = \"patient\"\n[label]");
    let found = counted(&patient);
    assert_eq!((found.rows, found.subgroups[0].largest), (60, 1));
    for contradiction in [study.replace("\nunit = \"study\"", ""), study.replace("study = \"study\"\n[", "[")]
    {
        let error = Manifest::parse("toy.toml", &contradiction).expect_err("half").to_string();
        assert_says(&error, &["toy.toml: columns.study: goes with include.unit"]);
    }
}

#[test]
fn a_published_division_is_used_as_it_is() {
    let toy = studies();
    let published = format!("{MANIFEST}\n[split]\ncolumn = \"fold\"\n");
    let partition = split(&toy, &published).expect("divided");
    for (at, sample) in partition.samples.iter().enumerate() {
        let patient: usize = sample.patient_id[1..].parse().expect("number");
        let [train, validation, test] = Part::ALL;
        assert_eq!(partition.parts[at], Some([train, train, validation, test, train][patient / 4 % 5]));
    }
    assert!(partition.leak_report().is_clean());
    // Without a validation part, a quarter of train becomes one: 0.2 of 0.8; no patient is divided.
    let parts = "parts = { train = [\"train\", \"val\"], test = [\"test\"] }\n";
    let cut = split(&toy, &format!("{published}{parts}")).expect("cut");
    let count = |part| cut.parts.iter().filter(|other| **other == Some(part)).count();
    assert_eq!([Part::Train, Part::Validation, Part::Test].map(count), [144, 48, 48]);
    assert!(cut.leak_report().is_clean());
}

#[test]
fn words_that_name_no_part_and_rules_that_contradict_are_told() {
    let mut toy = studies();
    let published = format!("{MANIFEST}\n[split]\ncolumn = \"fold\"\n");
    for at in 0..8 {
        let word = if at == 7 { "" } else { "odd" };
        toy.rows[at] = toy.rows[at].replace("train", word);
    }
    toy.save();
    let error = split(&toy, &published).expect_err("odd").to_string();
    assert_says(
        &error,
        &["row 2: column \"fold\" has \"odd\" (and 6 more)", "the name of a part, train, training"],
    );
    (0..7).for_each(|at| toy.rows[at] = toy.rows[at].replace("odd", ""));
    toy.save();
    let partition = split(&toy, &published).expect("without");
    assert_eq!(partition.parts.iter().filter(|part| part.is_none()).count(), 8);
    assert!(partition.exclusions.iter().any(|exclusion| exclusion.reason.starts_with("no part in fold")));
    for (lines, words) in [
        ("train = 0.5", "expected all three or none"),
        ("parts = { train = [\"a\"], test = [\"b\"] }", "has parts and no column"),
        ("column = \"fold\"\nparts = { train = [\"a\"] }", "no word for train or for test"),
        ("column = \"fold\"\nparts = { train = [\"a\"], test = [\"a\"] }", "\"a\" twice"),
    ] {
        let error = Manifest::parse("toy.toml", &format!("{MANIFEST}\n[split]\n{lines}\n")).expect_err(lines);
        assert_says(&error.to_string(), &["toy.toml: split: ", words]);
    }
}

#[test]
fn a_prepared_table_may_lie_beside_the_manifest() {
    let toy = studies();
    let own = toy.path("mine");
    fs::create_dir(&own).expect("mkdir");
    fs::rename(toy.path("toy/toy.csv"), own.join("toy.csv")).expect("move");
    let manifest = MANIFEST.replace("missing =", "beside_manifest = true\nmissing =");
    fs::write(own.join("toy.toml"), &manifest).expect("manifest");
    let path = own.join("toy.toml").display().to_string();
    let found =
        survey(&Manifest::find(&path).expect("manifest"), "sex", Some(toy.root.path())).expect("counted");
    assert_eq!(found.rows, 240);
    let error =
        Manifest::parse("toy.toml", &manifest.replace("\"toy.csv\"", "\"../toy.csv\"")).expect_err("out");
    assert_says(&error.to_string(), &["table.files", "leads out of the data folder"]);
}

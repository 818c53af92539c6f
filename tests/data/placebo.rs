//! Placebo subgroups and folds of files and of drawn populations.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fs;

use qpnet_lib::data::{self, Fold, LoadOptions, Manifest, OnUnreadable, Part, Population, SyntheticSizes};
use qpnet_lib::metrics::WeightedAuc;
use qpnet_lib::rng::Streams;
use tch::Kind;

use crate::toy::{Toy, assert_says, text};

const PLACEBO: &str = r#"
[schemes.sex_placebo]
title = "sex by lot"
placebo = true
subgroups = [
    { name = "as many as male", role = "dominant", where = [{ column = "sex", in = ["m"] }] },
    { name = "as many as female", role = "less-prevalent", where = [{ column = "sex", in = ["f"] }] },
]
"#;

fn options(scheme: &str, fold: Option<Fold>) -> LoadOptions {
    LoadOptions {
        scheme: scheme.into(),
        image_size: 32,
        synthetic: SyntheticSizes {
            dominant_train: 300,
            less_train: 60,
            validation: [40, 20],
            test: [200, 200],
        },
        data_root: None,
        fold,
        cache: None,
        on_unreadable: OnUnreadable::Fail,
    }
}

fn drawn(scheme: &str, fold: Option<Fold>, seed: u64) -> Population {
    let manifest = Manifest::find("synthetic").expect("shipped");
    data::load(&manifest, &options(scheme, fold), &Streams::new(seed), &|_, _| {}).expect("population")
}

/// Patients of every part and subgroup.
fn patients(population: &Population) -> BTreeMap<(usize, usize), usize> {
    let mut of: BTreeMap<(usize, usize), BTreeSet<&str>> = BTreeMap::new();
    for (sample, part) in population.samples.iter().zip(&population.parts) {
        let part = part.expect("a part") as usize;
        of.entry((part, sample.subgroup)).or_default().insert(&sample.patient_id);
    }
    of.into_iter().map(|(cell, patients)| (cell, patients.len())).collect()
}

fn members(population: &Population) -> BTreeSet<String> {
    let less = population.samples.iter().filter(|sample| sample.subgroup == 1);
    less.map(|sample| sample.sample_id.clone()).collect()
}

/// AUC on the test part of the dominant less that of the less-prevalent subgroup, of how smooth the middle of a picture is:
/// coarse speckle is malignant in the dominant subgroup and benign in the other.
fn gap(population: &Population) -> f64 {
    let middle = population.images.pixels().narrow(2, 8, 16).narrow(3, 8, 16); // (n, 1, 16, 16)
    let steps = (middle.narrow(3, 1, 15) - middle.narrow(3, 0, 15)).abs();
    let smooth = -steps.mean_dim([1i64, 2, 3].as_slice(), false, Kind::Double); // (n)
    let smooth = Vec::<f64>::try_from(&smooth).expect("numbers");
    let auc = |subgroup: usize| {
        let own = population.indices(Part::Test, Some(subgroup));
        let labels: Vec<bool> = own.iter().map(|&at| population.samples[at].label == 1).collect();
        let scores: Vec<f64> = own.iter().map(|&at| smooth[at]).collect();
        let auc = WeightedAuc::new(&labels, &scores).expect("finite");
        auc.at(&vec![1; own.len()]).expect("both classes")
    };
    auc(0) - auc(1)
}

#[test]
fn a_drawn_placebo_has_the_same_pictures_and_no_difference_but_noise() {
    let (original, placebo) = (drawn("moderate", None, 1), drawn("placebo", None, 1));
    assert!(original.images.pixels().equal(&placebo.images.pixels()));
    assert_eq!(original.parts, placebo.parts);
    for (own, other) in original.samples.iter().zip(&placebo.samples) {
        let same =
            |sample: &data::Sample| (sample.sample_id.clone(), sample.patient_id.clone(), sample.label);
        assert_eq!(same(own), same(other));
    }
    assert_eq!(patients(&original), patients(&placebo));
    assert_ne!(members(&original), members(&placebo));
    assert_ne!(members(&placebo), members(&drawn("placebo", None, 2)));
    assert_eq!(members(&placebo), members(&drawn("placebo", None, 1)));
    assert_ne!(original.hash, placebo.hash);
    let mut of_patient: HashMap<&str, usize> = HashMap::new();
    for sample in &placebo.samples {
        assert_eq!(*of_patient.entry(&sample.patient_id).or_insert(sample.subgroup), sample.subgroup);
    }
    assert!(placebo.notes.iter().any(|note| note.contains("a placebo")), "{:?}", placebo.notes);
    // 200 + 200 images: the gap of a seed has a standard error of about 0.07, the mean of eight of 0.025.
    let mean = |scheme: &str| (1..=8).map(|seed| gap(&drawn(scheme, None, seed))).sum::<f64>() / 8.0;
    let (real, noise) = (mean("moderate"), mean("placebo"));
    assert!(real > 0.3, "{real}");
    assert!(noise.abs() < 0.08, "{noise}");
}

#[test]
fn folds_of_a_drawn_population_divide_all_of_it() {
    let folds: Vec<Population> =
        Fold::all(5).expect("five").into_iter().map(|fold| drawn("placebo", Some(fold), 1)).collect();
    let count = folds[0].samples.len();
    assert_eq!(count, 300 + 60 + 60 + 400);
    let mut tested = vec![0; count];
    for fold in &folds {
        assert!(fold.leak_report().is_clean());
        assert_eq!(fold.samples, folds[0].samples, "a patient is in one subgroup in all folds");
        for subgroup in 0..2 {
            let size = |part| fold.indices(part, Some(subgroup)).len() as f64;
            let all: f64 = Part::ALL.into_iter().map(size).sum();
            for (part, share) in Part::ALL.into_iter().zip([0.6, 0.2, 0.2]) {
                assert!((size(part) / all - share).abs() < 0.02, "{part}: {} of {all}", size(part));
            }
        }
        fold.indices(Part::Test, None).into_iter().for_each(|at| tested[at] += 1);
    }
    assert!(tested.iter().all(|times| *times == 1));
    let hashes: BTreeSet<&str> = folds.iter().map(|fold| fold.hash.as_str()).collect();
    assert_eq!(hashes.len(), 5);
    assert_ne!(
        drawn("moderate", Fold::new(1, 5).ok(), 2).parts,
        drawn("moderate", Fold::new(1, 5).ok(), 1).parts
    );
    // What kept runs are named by knows the fold, and none without one.
    let manifest = Manifest::find("synthetic").expect("shipped");
    let recipe = |scheme: &str, fold| {
        data::recipe_hash(&manifest, &options(scheme, fold), &Streams::new(1)).expect("recipe")
    };
    let all = [
        recipe("moderate", None),
        recipe("placebo", None),
        recipe("moderate", Fold::new(1, 5).ok()),
        recipe("moderate", Fold::new(2, 5).ok()),
        recipe("moderate", Fold::new(1, 4).ok()),
    ];
    assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), 5);
}

/// `sample_id` and `subgroup` of a CSV.
fn subgroups(csv_text: &str, part: Option<&str>) -> BTreeMap<String, String> {
    let mut reader = csv::Reader::from_reader(csv_text.as_bytes());
    let headers = reader.headers().expect("headers").clone();
    let place = |name: &str| headers.iter().position(|other| other == name).expect(name);
    let (id, subgroup, of_part) = (place("sample_id"), place("subgroup"), place("part"));
    let rows = reader.records().map(|row| row.expect("a row"));
    rows.filter(|row| part.is_none_or(|part| &row[of_part] == part))
        .map(|row| (row[id].to_owned(), row[subgroup].to_owned()))
        .collect()
}

#[test]
fn a_placebo_of_files_reaches_listings_splits_and_predictions() {
    let mut toy = Toy::new(60, 2);
    toy.manifest += PLACEBO;
    toy.save();
    let said = text(&toy.qpnet(&["data", "show", "toy.toml"]));
    assert_says(
        &said,
        &[
            "sex_placebo: sex by lot",
            "as many as female (sex = f; shuffled among patients)",
            "scheme sex_placebo is a placebo: counted before patients are shuffled",
        ],
    );
    let split = |scheme: &str, name: &str, more: &[&str]| {
        let arguments = ["data", "split", "toy.toml", "--scheme", scheme, "--seed", "3", "--out", name];
        let output = toy.qpnet(&[&arguments[..], more].concat());
        assert!(output.status.success(), "{}", text(&output));
        (text(&output), fs::read_to_string(toy.path(name)).expect("split"))
    };
    let (said, placebo) = split("sex_placebo", "placebo.csv", &[]);
    assert_says(&said, &["a placebo: subgroups are shuffled among patients"]);
    let (_, original) = split("sex", "sex.csv", &[]);
    let (own, by_lot) = (subgroups(&original, None), subgroups(&placebo, None));
    let moved = own.iter().filter(|(id, name)| by_lot[*id] != format!("as many as {name}")).count();
    assert!(moved > 20, "{moved}");
    let count =
        |all: &BTreeMap<String, String>, name: &str| all.values().filter(|other| *other == name).count();
    assert_eq!(count(&own, "female"), count(&by_lot, "as many as female"));

    let run = [
        "run",
        "--data",
        "toy.toml",
        "--scheme",
        "sex_placebo",
        "--methods",
        "mixed",
        "--seed",
        "3",
        "--fold",
        "2/3",
        "--image-size",
        "16",
        "--batch",
        "8",
        "--epochs",
        "1",
        "--device",
        "cpu",
        "--out",
        "run",
    ];
    let output = toy.qpnet(&run);
    assert!(output.status.success(), "{}", text(&output));
    let predictions = fs::read_to_string(toy.path("run/predictions.csv")).expect("predictions");
    let (_, fold) = split("sex_placebo", "fold.csv", &["--fold", "2/3"]);
    assert_eq!(subgroups(&predictions, Some("test")), subgroups(&fold, Some("test")));
    assert_ne!(subgroups(&fold, Some("test")), subgroups(&placebo, Some("test")));
    let config = fs::read_to_string(toy.path("run/config.toml")).expect("configuration");
    assert_says(&config, &["scheme = \"sex_placebo\"", "fold = \"2/3\""]);
    for (fold, words) in [("0/3", "from 1 to 3"), ("1/2", "3 to 100 folds"), ("two", "written as 2/5")] {
        let output = toy.qpnet(&["run", "--data", "toy.toml", "--fold", fold, "--out", "no"]);
        assert_eq!(output.status.code(), Some(2), "{}", text(&output));
        assert_says(&text(&output), &[words]);
    }
}

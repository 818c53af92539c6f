//! Fourteen findings: from CheXpert's own tables, and from the generator.

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use image::{GrayImage, Luma};
use qpnet_lib::data::synthetic::chexpert::{Attribute, Patient, demographics_csv, labels_csv};
use qpnet_lib::data::{
    self, CohortError, DataError, LoadOptions, Manifest, OnUnreadable, Part, Population, SyntheticSizes,
    TaskKind, nested, recipe_hash,
};
use qpnet_lib::rng::Streams;

fn options(scheme: &str, sizes: SyntheticSizes, data_root: Option<&Path>) -> LoadOptions {
    let data_root = data_root.map(Path::to_owned);
    let on_unreadable = OnUnreadable::Fail;
    LoadOptions {
        scheme: scheme.into(),
        image_size: 16,
        synthetic: sizes,
        data_root,
        fold: None,
        cache: None,
        on_unreadable,
    }
}

fn sizes(dominant_train: usize) -> SyntheticSizes {
    SyntheticSizes { dominant_train, less_train: 30, validation: [30, 30], test: [40, 40] }
}

fn drawn(scheme: &str, dominant_train: usize, seed: u64) -> Population {
    let manifest = Manifest::find("synthetic-chexpert").expect("shipped");
    let options = options(scheme, sizes(dominant_train), None);
    data::load(&manifest, &options, &Streams::new(seed), &|_, _| {}).expect("population")
}

/// A CheXpert folder with generated patients, 100 of each subgroup of `attribute`.
fn download(attribute: Attribute) -> (tempfile::TempDir, Vec<(Patient, usize)>) {
    let streams = Streams::new(5);
    let patients: Vec<(Patient, usize)> = (0..200u64)
        .map(|at| {
            let mut rng = streams.at("patient", at);
            (Patient::draw(attribute, at as usize % 2, &mut rng), 1 + at as usize % 3)
        })
        .collect();
    let root = tempfile::tempdir().expect("tempdir");
    let folder = root.path().join("chexpert");
    fs::create_dir_all(folder.join("CheXpert-v1.0-small")).expect("mkdir");
    let table = labels_csv(&patients);
    fs::write(folder.join("CHEXPERT_DEMO.csv"), demographics_csv(&patients)).expect("demographics");
    for (number, line) in table.lines().skip(1).enumerate() {
        let path = folder.join(line.split(',').next().expect("path"));
        fs::create_dir_all(path.parent().expect("folder")).expect("mkdir");
        let shade = |x: u32, y: u32| Luma([(x * 7 + y * 11 + number as u32) as u8 ^ (number / 256) as u8]);
        let mut bytes = std::io::Cursor::new(Vec::new());
        let picture = GrayImage::from_fn(16 + number as u32 / 256, 16, shade);
        picture.write_to(&mut bytes, image::ImageFormat::Png).expect("png");
        fs::write(path, bytes.into_inner()).expect("image");
    }
    let male = "CheXpert-v1.0-small/train/patient90000/study1/view1_frontal.jpg,Male,70,Frontal,AP";
    let table = format!("{table}{male}{}\n", ",".repeat(14));
    fs::write(folder.join("CheXpert-v1.0-small/train.csv"), table).expect("table");
    (root, patients)
}

#[test]
fn chexperts_tables_give_what_was_written_into_them() {
    for (scheme, attribute) in [("age", Attribute::Age), ("race", Attribute::Race)] {
        let (root, patients) = download(attribute);
        let manifest = Manifest::find("chexpert").expect("shipped");
        let options = options(scheme, sizes(30), Some(root.path()));
        let population =
            data::load(&manifest, &options, &Streams::new(1), &|_, _| {}).expect("generated tables");
        assert_eq!(population.task, TaskKind::MultiLabel);
        assert_eq!(population.classes.len(), 14);
        let images: usize = patients.iter().map(|(_, images)| images).sum();
        assert_eq!(population.samples.len(), images);
        let reasons: HashMap<&str, usize> = population
            .exclusions
            .iter()
            .map(|exclusion| (exclusion.reason.as_str(), exclusion.rows))
            .collect();
        assert_eq!(reasons.get("not included (Sex = Female)"), Some(&1), "{reasons:?}");
        for sample in &population.samples {
            let number: usize = sample.patient_id["patient".len()..].parse().expect("number");
            let (patient, _) = &patients[number - 1];
            assert_eq!(sample.subgroup == 1, patient.is_less_prevalent(attribute));
            for (finding, word) in sample.findings.iter().zip(patient.recorded) {
                // uncertain = "ignore", blank = "zeros"
                let expected = match word {
                    Some(-1) => None,
                    Some(word) => Some(word == 1),
                    None => Some(false),
                };
                assert_eq!(*finding, expected);
            }
            let positive = sample.findings[1..].contains(&Some(true));
            assert_eq!(sample.label, usize::from(positive));
        }
    }
}

#[test]
fn age_needs_no_demographics_and_race_says_what_is_missing() {
    let (root, _) = download(Attribute::Age);
    fs::remove_file(root.path().join("chexpert/CHEXPERT_DEMO.csv")).expect("remove");
    let manifest = Manifest::find("chexpert").expect("shipped");
    let load = |scheme: &str| {
        data::load(&manifest, &options(scheme, sizes(30), Some(root.path())), &Streams::new(1), &|_, _| {})
    };
    let population = load("age").expect("no race needed");
    assert!(population.notes.iter().any(|note| note.contains("CHEXPERT_DEMO.csv")), "{:?}", population.notes);
    let error = load("race").expect_err("no race").to_string();
    assert!(error.contains("no column \"PRIMARY_RACE\""), "{error}");
}

#[test]
fn policies_decide_about_doubt_and_silence() {
    let (root, patients) = download(Attribute::Age);
    let text = Manifest::find("chexpert").expect("shipped").text;
    let options = options("age", sizes(30), Some(root.path()));
    for (uncertain, blank, expected) in [
        ("ones", "zeros", [Some(true), Some(false)]),
        ("zeros", "ignore", [Some(false), None]),
        ("ignore", "ones", [None, Some(true)]),
    ] {
        let text = text
            .replace("uncertain = \"ignore\"", &format!("uncertain = \"{uncertain}\""))
            .replace("blank = \"zeros\"", &format!("blank = \"{blank}\""));
        let manifest = Manifest::parse("m.toml", &text).expect("manifest");
        let population = data::load(&manifest, &options, &Streams::new(1), &|_, _| {}).expect("tables");
        for sample in &population.samples {
            let number: usize = sample.patient_id["patient".len()..].parse().expect("number");
            for (finding, word) in sample.findings.iter().zip(patients[number - 1].0.recorded) {
                match word {
                    Some(-1) => assert_eq!(*finding, expected[0]),
                    None => assert_eq!(*finding, expected[1]),
                    Some(word) => assert_eq!(*finding, Some(word == 1)),
                }
            }
        }
    }
}

#[test]
fn a_word_that_is_no_finding_names_row_and_column() {
    let (root, _) = download(Attribute::Age);
    let path = root.path().join("chexpert/CheXpert-v1.0-small/train.csv");
    let table = fs::read_to_string(&path).expect("table");
    let row = table.lines().nth(4).expect("row").to_owned();
    let spoilt = format!("{},2.0", row.rsplit_once(',').expect("columns").0);
    fs::write(&path, table.replacen(&row, &spoilt, 1)).expect("write");
    let manifest = Manifest::find("chexpert").expect("shipped");
    let options = options("age", sizes(30), Some(root.path()));
    let error = data::load(&manifest, &options, &Streams::new(1), &|_, _| {}).expect_err("2.0").to_string();
    assert!(error.contains("row 5") && error.contains("Support Devices") && error.contains("2.0"), "{error}");
}

#[test]
fn a_smaller_generated_population_is_a_prefix_of_a_larger_one() {
    let (small, large) = (drawn("age", 21, 1), drawn("age", 60, 1));
    let members = |population: &Population, part, subgroup| -> Vec<String> {
        let of = |at: usize| {
            let sample = &population.samples[at];
            let pixels = population.images.batch(&[at], tch::Device::Cpu);
            let sum = pixels.sum(tch::Kind::Double).double_value(&[]);
            format!("{} {} {:?} {sum}", sample.sample_id, sample.patient_id, sample.findings)
        };
        population.indices(part, Some(subgroup)).into_iter().map(of).collect()
    };
    assert_eq!(members(&small, Part::Train, 0), members(&large, Part::Train, 0)[..21]);
    for (part, subgroup) in [(Part::Train, 1), (Part::Validation, 0), (Part::Test, 1)] {
        assert_eq!(members(&small, part, subgroup), members(&large, part, subgroup));
    }
    let mut images: HashMap<String, usize> = HashMap::new();
    for at in large.indices(Part::Train, Some(0)) {
        *images.entry(large.samples[at].patient_id.clone()).or_default() += 1;
    }
    assert!(images.values().all(|count| (1..=3).contains(count)) && images.values().any(|count| *count > 1));
}

#[test]
fn generated_populations_depend_on_the_seed_and_on_nothing_else() {
    let alone = rayon::ThreadPoolBuilder::new().num_threads(1).build().expect("pool");
    let first = drawn("race", 40, 1);
    assert_eq!(first.hash, alone.install(|| drawn("race", 40, 1)).hash);
    assert_ne!(first.hash, drawn("race", 40, 2).hash);
    assert_eq!(first.task, TaskKind::MultiLabel);
    assert_eq!(first.scheme.subgroups, ["White, Asian, other", "Black"]);
    assert!(first.leak_report().is_clean());
}

#[test]
fn counts_hold_findings_and_leave_out_what_is_uncertain() {
    let population = drawn("age", 200, 3);
    let counts = population.counts();
    let train = &counts[0];
    assert_eq!((train.images, train.per_class.len()), (200, 14));
    let inside = population.indices(Part::Train, Some(0));
    for class in 0..14 {
        let with =
            |value| inside.iter().filter(|&&at| population.samples[at].findings[class] == value).count();
        assert_eq!(
            (train.per_class[class], train.against_class[class]),
            (with(Some(true)), with(Some(false)))
        );
        assert_eq!(with(None), 200 - train.per_class[class] - train.against_class[class]);
    }
    assert_eq!(train.positives, inside.iter().filter(|&&at| population.samples[at].label == 1).count());
    let names = population.table().expect("table");
    assert!(names.column("Pleural Effusion").is_ok() && names.column("positives").is_ok());
    let nested = nested::restrict(&population, 50, &Streams::new(1)).expect("nested");
    let kept = nested.counts()[0].images;
    assert!((48..=50).contains(&kept), "{kept}");
}

#[test]
fn recipes_change_with_everything_that_changes_the_population() {
    let recipe = |name: &str, scheme: &str, dominant: usize, size: i64, seed: u64| {
        let manifest = Manifest::find(name).expect("shipped");
        let options = LoadOptions { image_size: size, ..options(scheme, sizes(dominant), None) };
        recipe_hash(&manifest, &options, &Streams::new(seed)).expect("recipe")
    };
    let first = recipe("synthetic-chexpert", "age", 40, 16, 1);
    assert_eq!(first, recipe("synthetic-chexpert", "", 40, 16, 1), "age is the default scheme");
    for other in [
        recipe("synthetic-chexpert", "race", 40, 16, 1),
        recipe("synthetic-chexpert", "age", 41, 16, 1),
        recipe("synthetic-chexpert", "age", 40, 17, 1),
        recipe("synthetic-chexpert", "age", 40, 16, 2),
        recipe("synthetic", "moderate", 40, 16, 1),
    ] {
        assert_ne!(first, other);
    }
    assert_ne!(recipe("synthetic", "moderate", 40, 16, 1), recipe("synthetic", "strong", 40, 16, 1));
}

#[test]
fn recipes_of_files_see_table_names_lengths_and_times() {
    let (root, _) = download(Attribute::Age);
    let manifest = Manifest::find("chexpert").expect("shipped");
    let recipe = || {
        recipe_hash(&manifest, &options("age", sizes(40), Some(root.path())), &Streams::new(1))
            .expect("recipe")
    };
    let mut seen = vec![recipe()];
    assert_eq!(seen[0], recipe());
    let folder = root.path().join("chexpert");
    let image = folder.join("CheXpert-v1.0-small/train/patient00001/study1/view1_frontal.jpg");
    let file = fs::File::options().append(true).open(&image).expect("open");
    file.set_modified(std::time::UNIX_EPOCH).expect("time");
    seen.push(recipe());
    fs::write(&image, b"longer or shorter").expect("write");
    fs::File::options()
        .append(true)
        .open(&image)
        .expect("open")
        .set_modified(std::time::UNIX_EPOCH)
        .expect("time");
    seen.push(recipe());
    let demographics = folder.join("CHEXPERT_DEMO.csv");
    let text = fs::read_to_string(&demographics).expect("read") + "patient99999,White\n";
    fs::write(demographics, text).expect("write");
    seen.push(recipe());
    let distinct: std::collections::HashSet<&String> = seen.iter().collect();
    assert_eq!(distinct.len(), 4, "time, length and the joined table each count");
    fs::remove_file(image).expect("remove");
    let error = recipe_hash(&manifest, &options("age", sizes(40), Some(root.path())), &Streams::new(1));
    assert!(matches!(error, Err(DataError::Cohort(CohortError::MissingImage { .. }))));
}

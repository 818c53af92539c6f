//! A CKA study end to end: eight networks a seed, six comparisons, kept and loaded again.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::path::Path;

use qpnet_lib::clock::Frozen;
use qpnet_lib::data::{
    self, LESS_PREVALENT, LoadOptions, Manifest, OnUnreadable, Part, Population, SyntheticSizes,
};
use qpnet_lib::device::{DeviceChoice, choose};
use qpnet_lib::experiment::cka_study::{
    CkaStudy, CkaStudyConfig, SecondStart, Seen, Start, TransferKind, compared_images, study,
};
use qpnet_lib::experiment::{LazyPopulation, Profile, Resources, RunError, RunStore, StartWeights};
use qpnet_lib::model::{QpNet, weights};
use qpnet_lib::report::{
    cka_auc_table, cka_difference_table, cka_figure, cka_parts_table, cka_provenance_table, cka_table,
    cka_words,
};
use qpnet_lib::rng::Streams;
use qpnet_lib::stats::Estimate;
use qpnet_lib::train::{Event, PretextConfig, Progress, Silent};
use tch::Device;

/// Of 30 less-prevalent test patients with two images each.
const IMAGES: usize = 24;

/// A few steps of everything on 16-px images.
fn tiny(seeds: &[u64]) -> CkaStudyConfig {
    let manifest = Manifest::find("synthetic").expect("shipped");
    let mut config = CkaStudyConfig::pretext("synthetic", &manifest, "moderate", Profile::Smoke);
    let settings = &mut config.base.settings;
    settings.image_size = 16;
    settings.synthetic =
        SyntheticSizes { dominant_train: 60, less_train: 32, validation: [24, 24], test: [40, 60] };
    for training in [&mut settings.base, &mut settings.transfer] {
        (training.epochs, training.steps_per_epoch, training.batch) = (2, Some(3), 16);
    }
    let pretext = PretextConfig { batch: 8, epochs: 1, steps_per_epoch: Some(3), ..PretextConfig::default() };
    CkaStudyConfig { start: Start::Pretext(pretext), images: IMAGES, seeds: seeds.to_vec(), ..config }
}

fn measure(config: &CkaStudyConfig, folder: &Path, progress: &dyn Progress) -> Result<CkaStudy, RunError> {
    let manifest = Manifest::find("synthetic").expect("shipped");
    let device = choose(DeviceChoice::Cpu).expect("cpu");
    let with = Resources { device: &device, clock: &Frozen(0.0), cores: 1, progress };
    study(config, &RunStore::new(folder), &mut LazyPopulation::new(&manifest, None), &with)
}

fn people(config: &CkaStudyConfig) -> Population {
    let manifest = Manifest::find("synthetic").expect("shipped");
    let options = LoadOptions {
        scheme: config.base.scheme.clone(),
        image_size: config.base.settings.image_size,
        synthetic: config.base.settings.synthetic,
        data_root: None,
        fold: None,
        cache: None,
        on_unreadable: OnUnreadable::Fail,
    };
    data::load(&manifest, &options, &Streams::new(config.base.data_seed), &|_, _| {}).expect("population")
}

fn value(estimate: &Estimate) -> f64 {
    estimate.value.expect("defined")
}

/// Remembers how many stages of training began, and what was noted.
#[derive(Default)]
struct Heard {
    stages: RefCell<usize>,
    notes: RefCell<Vec<String>>,
}

impl Progress for Heard {
    fn on(&self, event: Event<'_>) {
        match event {
            Event::Begin { .. } => *self.stages.borrow_mut() += 1,
            Event::Note(note) => self.notes.borrow_mut().push(note.to_owned()),
            _ => {}
        }
    }
}

#[test]
fn a_study_has_eighteen_layers_whose_delta_is_the_difference() {
    let folder = tempfile::tempdir().expect("folder");
    let found = measure(&tiny(&[1, 2]), folder.path(), &Silent).expect("study");

    let names: Vec<&str> = found.qpi_minus_fine_tuning.iter().map(|test| test.layer.as_str()).collect();
    let mut expected = vec!["conv1".to_owned()];
    for (stage, block) in [(1, 0), (1, 1), (2, 0), (2, 1), (3, 0), (3, 1), (4, 0), (4, 1)] {
        expected.extend([1, 2].map(|conv| format!("layer{stage}.{block}.conv{conv}")));
    }
    expected.push("avgpool".to_owned());
    assert_eq!(names, expected);

    assert_eq!(found.transfers.each_ref().map(|transfer| transfer.kind), TransferKind::ALL);
    for (transfer, at) in found.transfers.iter().zip(0..) {
        assert_eq!(transfer.layers.len(), 18);
        for (layer, place) in transfer.layers.iter().zip(0..) {
            let delta = &layer.delta.comparison.difference;
            assert_eq!(layer.delta.index, place + 1);
            assert!((value(delta) - (value(&layer.cka_2) - value(&layer.cka_1))).abs() < 1e-12);
            let mean = |of: &dyn Fn(usize) -> f64| (of(0) + of(1)) / 2.0;
            let cka_1 = mean(&|seed| found.seeds[seed].cka_1[at][place].cka.as_ref().expect("defined").value);
            assert!((value(&layer.cka_1) - cka_1).abs() < 1e-12);
            assert!(delta.low <= delta.value && delta.value <= delta.high);
            for cka in [&layer.cka_1, &layer.cka_2] {
                let (value, low, high) = cka.triple().expect("an interval");
                assert!(value <= 1.0 + 1e-9 && -1.0 <= low && high <= 1.0, "{cka:?}");
            }
            assert!(layer.delta.adjusted >= layer.delta.comparison.p, "Holm never lowers a p-value");
            assert_eq!(delta.n, IMAGES);
        }
    }
    let [tuned, qpi, half] = &found.transfers;
    for (other, between) in [(qpi, &found.qpi_minus_fine_tuning), (half, &found.half_minus_fine_tuning)] {
        for ((tuned, other), between) in tuned.layers.iter().zip(&other.layers).zip(between) {
            let [tuned, other] = [tuned, other].map(|layer| value(&layer.delta.comparison.difference));
            assert!((value(&between.comparison.difference) - (other - tuned)).abs() < 1e-12);
        }
    }
    assert!(found.qpi_minus_fine_tuning.iter().any(|test| test.comparison.difference.value != Some(0.0)));
}

#[test]
fn one_image_of_each_patient_is_drawn_and_the_same_for_every_seed() {
    let config = tiny(&[1, 2]);
    let people = people(&config);
    let test = people.indices(Part::Test, Some(LESS_PREVALENT));
    let patients = |positions: &[usize]| -> BTreeSet<&str> {
        positions.iter().map(|&at| people.samples[at].patient_id.as_str()).collect()
    };
    assert_eq!((test.len(), patients(&test).len()), (60, 30), "two images a patient");

    let drawn = compared_images(&config, &people);
    assert_eq!((drawn.len(), patients(&drawn).len()), (IMAGES, IMAGES), "one image a patient");
    assert!(drawn.iter().all(|at| test.contains(at)), "less-prevalent test images");
    assert_eq!(drawn, compared_images(&config, &people), "the same for the same seed");
    assert!(
        !drawn.is_sorted() && patients(&drawn) != patients(&test[..2 * IMAGES]),
        "not the first of the table"
    );
    let of_patient =
        |at: usize| test.iter().filter(|&&other| other < at && patients(&[other, at]).len() == 1).count();
    let second = drawn.iter().filter(|&&at| of_patient(at) == 1).count();
    assert!((1..IMAGES).contains(&second), "either image of a patient, not always the first: {second}");

    // Fewer are the first of these; more than there are patients are all of them.
    let fewer = CkaStudyConfig { images: 10, ..config.clone() };
    assert_eq!(compared_images(&fewer, &people), drawn[..10]);
    let all = CkaStudyConfig { images: 1000, ..config.clone() };
    assert_eq!(compared_images(&all, &people).len(), 30);

    // The draw follows the data's seed and not the training's: seeds are paired.
    let mut other = config.clone();
    other.base.seed = 9;
    assert_eq!(compared_images(&other, &people), drawn);
    other.base.data_seed += 1;
    assert_ne!(compared_images(&other, &people), drawn);
}

#[test]
fn the_control_differs_from_qpi_by_delta_alone() {
    let folder = tempfile::tempdir().expect("folder");
    let found = measure(&tiny(&[1]), folder.path(), &Silent).expect("study");
    let (seed, [tuned, qpi, half]) = (&found.seeds[0], TransferKind::ALL.map(TransferKind::place));
    // M_1 begins at a delta near 1 in place of 1/2: other losses, another network.
    assert_ne!(seed.cka_1[qpi], seed.cka_1[half]);
    assert_ne!(seed.cka_1[tuned], seed.cka_1[half]);
    assert_ne!(seed.auc_after_1[qpi], seed.auc_after_1[half]);
    let titles = TransferKind::ALL.map(TransferKind::title);
    assert_eq!(titles, ["fine-tuning", "QPI", "QPI with delta 1/2"]);

    // One image a patient: the jackknife leaves out as many groups as there are images.
    for layer in seed.cka_1.iter().chain(&seed.cka_2).flatten() {
        let cka = layer.cka.as_ref().expect("defined");
        assert_eq!((cka.images, cka.without.len()), (IMAGES, IMAGES), "{}", layer.layer);
    }
}

#[test]
fn the_start_is_called_what_it_is_and_the_report_says_so() {
    let folder = tempfile::tempdir().expect("folder");
    let found = measure(&tiny(&[3]), folder.path(), &Silent).expect("study");
    let start = &found.seeds[0].start;
    assert!(start.contains("pretext") && start.contains("on 92 training images, accuracy 0."), "{start}");
    assert!(!start.to_lowercase().contains("imagenet"));

    let words = cka_words(&found);
    assert!(words.starts_with("M_1 is a pretext-trained start"), "{words}");
    assert_eq!(words.matches("Paper: ").count(), 6);
    for seen in [Seen::Yes, Seen::No, Seen::Opposite] {
        let said = words.matches(&format!("clearly below: {}.", seen.words())).count();
        assert_eq!(said, found.claims.iter().filter(|claim| claim.seen == seen).count(), "{words}");
    }
    assert!(found.claims.iter().all(|claim| claim.range.2 == 18 && claim.with + claim.against <= 18));

    let figure = cka_figure(&found, "fig5b").expect("figure");
    assert!(figure.csv.starts_with("panel,series,x,y,low,high\na,fine-tuning,1,"), "{}", figure.csv);
    assert_eq!(figure.csv.lines().count(), 1 + 3 * 18 + 6 * 18);
    assert!(figure.svg.contains("layer4.1.conv2") && figure.caption.contains("pretext"));
    assert!(
        figure.caption.contains(&format!("on {IMAGES} less-prevalent test patients")),
        "{}",
        figure.caption
    );
    assert!(figure.csv.contains("a,QPI with delta 1/2,1,") && figure.caption.contains("one image each"));
    assert!(cka_table(&found).notes.iter().any(|note| note.contains("one seed")), "one seed is flagged");
    assert_eq!(cka_parts_table(&found).rows.len(), 18);
    assert_eq!(cka_difference_table(&found).rows.len(), 18);
    assert_eq!(cka_auc_table(&found).rows.len(), 7);
    let provenance = cka_provenance_table(&found).to_string();
    assert!(provenance.contains("pretext") && provenance.contains("24, one of each of as many patients"));
}

#[test]
fn finished_seeds_are_loaded_and_new_ones_added() {
    let folder = tempfile::tempdir().expect("folder");
    let first = measure(&tiny(&[1]), folder.path(), &Silent).expect("study");
    let again = Heard::default();
    assert_eq!(first, measure(&tiny(&[1]), folder.path(), &again).expect("kept"));
    assert_eq!(*again.stages.borrow(), 0, "nothing is trained again");
    assert!(again.notes.borrow()[0].contains("used again"));

    let more = measure(&tiny(&[1, 2]), folder.path(), &Silent).expect("study");
    assert_eq!(more.seeds[0], first.seeds[0]);
    assert_eq!(std::fs::read_dir(folder.path()).expect("store").count(), 2);
    assert!(matches!(measure(&tiny(&[]), folder.path(), &Silent), Err(RunError::NoSeeds)));
}

#[test]
fn the_second_network_and_the_start_are_options() {
    let folder = tempfile::tempdir().expect("folder");
    let mixed = measure(&tiny(&[1]), folder.path(), &Silent).expect("study");
    let dominant = CkaStudyConfig { second: SecondStart::DominantOnly, ..tiny(&[1]) };
    let dominant = measure(&dominant, folder.path(), &Silent).expect("study");
    assert_ne!(mixed.seeds[0].cka_2[0], dominant.seeds[0].cka_2[0]);
    // Plain fine-tuning of M_1 does not know M_2.
    assert_eq!(mixed.seeds[0].cka_1[0], dominant.seeds[0].cka_1[0]);

    let file = folder.path().join("start.safetensors");
    let net = QpNet::new(&tiny(&[1]).base.settings.model, 5, Device::Cpu).expect("network");
    weights::save(&net, &file).expect("weights");
    let sha256 = StartWeights::of(&file, true).expect("file").sha256;
    let start = Start::Weights { file: file.clone(), sha256 };
    let config = CkaStudyConfig { start, ..tiny(&[1]) };
    let other = measure(&config, folder.path(), &Silent).expect("study");
    assert_eq!(other.seeds[0].start, "pretrained weights (start.safetensors)");
    assert_ne!(mixed.seeds[0].cka_1[0], other.seeds[0].cka_1[0]);

    // Another file under the same name is another study; nothing of it is kept under the old key.
    let net = QpNet::new(&tiny(&[1]).base.settings.model, 6, Device::Cpu).expect("network");
    weights::save(&net, &file).expect("weights");
    let message = measure(&CkaStudyConfig { seeds: vec![2], ..config }, folder.path(), &Silent)
        .expect_err("replaced")
        .to_string();
    assert!(message.contains("start.safetensors has changed"), "{message}");
}

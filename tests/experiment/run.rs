//! From population to kept folder: the same seed gives the same bits, a mistake gives one error.

use std::path::Path;

use qpnet_lib::clock::Frozen;
use qpnet_lib::data::{Manifest, Part, Population, SyntheticSizes};
use qpnet_lib::device::{DeviceChoice, choose};
use qpnet_lib::experiment::curve::{CurveConfig, Regime, measure};
use qpnet_lib::experiment::{
    LazyPopulation, MethodKind, MethodSpec, Profile, Resources, Run, RunConfig, RunError, RunStore, Trained,
    load, open, run, save,
};
use qpnet_lib::fs::FolderError;
use qpnet_lib::loss::Gammas;
use qpnet_lib::model::{Mode, QpNet};
use qpnet_lib::stats::pareto::Criterion;
use qpnet_lib::train::{QpiConfig, Sampling, Selection, Silent, TrainError};
use tch::{Device, Tensor};

fn all_methods() -> Vec<MethodSpec> {
    MethodSpec::list("mixed,dc,qpi").expect("known")
}

/// All three methods in a few steps on a small synthetic population.
fn tiny(seed: u64) -> RunConfig {
    let manifest = Manifest::find("synthetic").expect("shipped");
    let mut config = RunConfig::new("synthetic", &manifest, "moderate", &all_methods(), Profile::Smoke, seed);
    config.settings.image_size = 16;
    config.settings.synthetic =
        SyntheticSizes { dominant_train: 80, less_train: 40, validation: [40, 40], test: [60, 60] };
    for training in [&mut config.settings.base, &mut config.settings.transfer] {
        (training.epochs, training.steps_per_epoch, training.batch) = (3, Some(4), 16);
    }
    config
}

fn people(config: &RunConfig) -> Population {
    let manifest = Manifest::find(&config.data).expect("shipped");
    open(config, &manifest, None, &Silent).expect("population")
}

fn run_tiny(config: &RunConfig) -> Result<Run, RunError> {
    let device = choose(DeviceChoice::Cpu).expect("cpu");
    run(
        config,
        &people(config),
        &Resources { device: &device, clock: &Frozen(0.0), cores: 1, progress: &Silent },
    )
}

#[test]
fn the_same_seed_gives_the_same_bits_and_another_seed_does_not() {
    let first = run_tiny(&tiny(3)).expect("run");
    assert!(first == run_tiny(&tiny(3)).expect("run"), "the same seed gave other numbers");
    let other = run_tiny(&tiny(4)).expect("run");
    assert!(first.predictions != other.predictions, "the seed has no effect");
}

#[test]
fn a_method_does_not_depend_on_which_others_are_asked_for() {
    let all = run_tiny(&tiny(5)).expect("run");
    let qpi = run_tiny(&RunConfig { methods: vec![MethodSpec::qpi()], ..tiny(5) }).expect("run");
    let of_qpi: Vec<_> = all.predictions.into_iter().filter(|row| row.method == "qpi").collect();
    assert!(of_qpi == qpi.predictions, "QPI depends on the other methods");
}

#[test]
fn a_run_has_every_score_once_and_reads_back_to_the_same_bits() {
    let run = run_tiny(&tiny(6)).expect("run");
    let population = people(&tiny(6));
    let scored =
        population.indices(Part::Test, None).len() + population.indices(Part::Validation, None).len();
    for method in ["mixed", "dc", "qpi"] {
        let mut ids: Vec<&str> = run
            .predictions
            .iter()
            .filter(|row| row.method == method)
            .map(|row| row.sample_id.as_str())
            .collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), scored, "{method}");
    }
    let delta: Vec<f64> = run.history.iter().filter_map(|record| record.delta).collect();
    assert_eq!(delta.len(), 3, "one delta an epoch of QPI");
    assert_eq!(delta[0], 0.5, "Mixed against itself");

    let folder = tempfile::tempdir().expect("tempdir");
    let out = folder.path().join("kept");
    save(&run, &[("note.txt".into(), b"further")], &out).expect("save");
    assert_eq!(std::fs::read(out.join("note.txt")).expect("file"), b"further");
    assert!(load(&out).expect("load") == run, "a kept run reads back to other numbers");
    let again = save(&run, &[], &out).expect_err("a kept run is never overwritten");
    assert!(matches!(again, RunError::Folder(FolderError::Exists(_))), "{again}");
    assert_eq!(entries(folder.path()), ["kept"], "temporary folders are gone");
}

#[test]
fn a_damaged_run_names_file_and_row() {
    let folder = tempfile::tempdir().expect("tempdir");
    let out = folder.path().join("kept");
    let config = RunConfig { methods: vec![MethodSpec::mixed()], ..tiny(7) };
    save(&run_tiny(&config).expect("run"), &[], &out).expect("save");
    let path = out.join("predictions.csv");
    let text = std::fs::read_to_string(&path).expect("read");
    let mut lines: Vec<&str> = text.lines().collect();
    lines[2] = "mixed,7,test,broken";
    std::fs::write(&path, lines.join("\n")).expect("write");
    let message = load(&out).expect_err("damaged").to_string();
    assert!(message.contains("predictions.csv") && message.contains("row 3"), "{message}");
}

#[test]
fn a_loss_that_is_not_finite_names_the_batch() {
    let mut config = RunConfig { methods: vec![MethodSpec::mixed()], ..tiny(8) };
    config.settings.base.learning_rate = 1e30;
    let error = run_tiny(&config).expect_err("diverges");
    assert!(matches!(error, RunError::Train(TrainError::NotFinite { .. })), "{error}");
    let message = error.to_string();
    assert!(message.contains("mixed") && message.contains("step") && message.contains("more"), "{message}");
}

#[test]
fn settings_are_refused_before_anything_is_trained() {
    let mut config = tiny(9);
    for spec in &mut config.methods {
        if let MethodKind::Qpi(qpi) = &mut spec.method {
            qpi.sigma = 0.0;
        }
    }
    let message = run_tiny(&config).expect_err("sigma").to_string();
    assert!(message.contains("sigma") && message.contains("> 0"), "{message}");
    let mut config = tiny(9);
    config.settings.base.batch = 2;
    let message = run_tiny(&config).expect_err("batch").to_string();
    assert!(message.contains("batch") && message.contains("at least 4"), "{message}");
    // A configuration that was edited may belong to other data, or to no machine.
    let mut config = tiny(9);
    config.settings.model.channels = 3;
    let message = run_tiny(&config).expect_err("channels").to_string();
    assert!(message.contains("model.channels") && message.contains("got 3"), "{message}");
    let mut config = tiny(9);
    config.settings.model.classes = 7;
    let message = run_tiny(&config).expect_err("classes").to_string();
    assert!(message.contains("model.classes") && message.contains("got 7"), "{message}");
    let message = run_tiny(&RunConfig { threads: 5000, ..tiny(9) }).expect_err("threads").to_string();
    assert!(message.contains("threads is 5000") && message.contains("1024"), "{message}");
}

#[test]
fn natural_batches_need_no_prior_correction() {
    let mut config = tiny(21);
    let mut population = people(&config);
    // A third of the samples become negative: the prevalence is not one half any more.
    for sample in population.samples.iter_mut().step_by(3) {
        sample.label = 0;
    }
    let device = choose(DeviceChoice::Cpu).expect("cpu");
    config.settings.base.sampling = Sampling::Natural;
    let found = run(
        &config,
        &population,
        &Resources { device: &device, clock: &Frozen(0.0), cores: 1, progress: &Silent },
    )
    .expect("run");
    let same: Vec<bool> = found
        .summary
        .methods
        .iter()
        .map(|method| {
            let brier = method.subgroups[0].brier.as_ref().expect("binary");
            brier.score.value == brier.corrected.value
        })
        .collect();
    assert_eq!(same, [true, true, false], "mixed and dc speak of the prevalence, qpi of one half");
}

#[test]
fn evaluation_leaves_the_running_statistics_and_training_moves_them() {
    let config = tiny(10);
    let net = QpNet::new(&config.settings.model, 1, Device::Cpu).expect("network");
    let mean = || net.var_store().variables()["bn1.running_mean"].copy();
    let x = Tensor::arange(8 * 16 * 16, (tch::Kind::Float, Device::Cpu)).sin().view([8, 1, 16, 16]);
    let before = mean();
    let first = net.features(&x, Mode::Evaluate);
    assert!(mean().equal(&before) && net.features(&x, Mode::Evaluate).equal(&first));
    let _ = net.features(&x, Mode::Train);
    assert!(!mean().equal(&before));
}

fn entries(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).expect("folder");
    entries.map(|entry| entry.expect("entry").file_name().to_string_lossy().into_owned()).collect()
}

/// The store's answer to `config` on a tiny synthetic population.
fn kept(store: &RunStore, config: &RunConfig) -> Trained {
    let manifest = Manifest::find(&config.data).expect("shipped");
    let device = choose(DeviceChoice::Cpu).expect("cpu");
    let mut source = LazyPopulation::new(&manifest, None);
    store
        .train(
            config,
            &mut source,
            &Resources { device: &device, clock: &Frozen(0.0), cores: 1, progress: &Silent },
        )
        .expect("train")
}

#[test]
fn a_kept_run_is_loaded_and_everything_that_matters_makes_another() {
    let folder = tempfile::tempdir().expect("tempdir");
    let store = RunStore::new(folder.path().join("runs"));
    let config = RunConfig { methods: vec![MethodSpec::mixed()], ..tiny(11) };
    let first = kept(&store, &config);
    // What a killed run leaves behind is no run.
    std::fs::create_dir(folder.path().join("runs/.tmp-run-killed")).expect("folder");
    let names = || entries(&folder.path().join("runs")).into_iter().filter(|name| !name.starts_with('.'));
    let key = names().next().expect("one run");
    let predictions = folder.path().join("runs").join(&key).join("predictions.csv");
    let written = std::fs::metadata(&predictions).expect("file").modified().expect("time");
    assert!(kept(&store, &config) == first, "loaded and trained differ");
    assert_eq!(std::fs::metadata(&predictions).expect("file").modified().expect("time"), written);
    assert_eq!(names().count(), 1);

    let mut slower = config.clone();
    slower.settings.base.learning_rate /= 2.0;
    let mut resized = config.clone();
    resized.settings.image_size = 17;
    let others = [
        config.repeated(12),
        RunConfig { data_seed: 12, ..config.clone() },
        RunConfig { dominant_train: Some(40), ..config.clone() },
        RunConfig { scheme: "strong".into(), ..config.clone() },
        slower,
        resized,
    ];
    for (i, other) in others.iter().enumerate() {
        assert!(kept(&store, other).predictions != first.predictions, "{i}");
        assert_eq!(names().count(), i + 2);
    }

    // A damaged run is named, not overwritten.
    std::fs::remove_file(&predictions).expect("remove");
    let manifest = Manifest::find("synthetic").expect("shipped");
    let device = choose(DeviceChoice::Cpu).expect("cpu");
    let mut source = LazyPopulation::new(&manifest, None);
    let error = store
        .train(
            &config,
            &mut source,
            &Resources { device: &device, clock: &Frozen(0.0), cores: 1, progress: &Silent },
        )
        .expect_err("damaged");
    assert!(error.to_string().contains("predictions.csv"), "{error}");
}

#[test]
fn repeats_are_scored_on_the_same_samples() {
    let config = RunConfig { methods: vec![MethodSpec::mixed()], ..tiny(13) };
    let ids = |config: &RunConfig| -> Vec<String> {
        run_tiny(config).expect("run").predictions.into_iter().map(|row| row.sample_id).collect()
    };
    let scores = |config: &RunConfig| -> Vec<Vec<f64>> {
        run_tiny(config).expect("run").predictions.into_iter().map(|row| row.scores).collect()
    };
    let again = config.repeated(14);
    assert_eq!(ids(&config), ids(&again));
    assert!(scores(&config) != scores(&again));
}

#[test]
fn transfers_see_the_same_batches() {
    // Without its terms and with delta one half, QP-Net on two equally large subgroups is the
    // mean loss over balanced batches: the same weights, up to the order of sums.
    let nothing = Gammas { d: 0.0, mmd: 0.0, bss: 0.0 };
    let bare = QpiConfig { gammas: nothing, fixed_delta: Some(0.5), ..QpiConfig::paper() };
    let mut config = tiny(15);
    config.methods = MethodSpec::list("mixed,group_balanced").expect("known");
    config.methods.push(MethodSpec::new("bare", "bare", MethodKind::Qpi(bare)));
    config.settings.transfer.selection = Selection::Last;
    let rows = run_tiny(&config).expect("run").predictions;
    let of = |key: &str| -> Vec<f64> {
        rows.iter().filter(|row| row.method == key).map(|row| row.scores[0]).collect()
    };
    let far = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
    let (balanced, bare, mixed) = (of("group_balanced"), of("bare"), of("mixed"));
    assert!(far(&balanced, &bare) < 1e-3, "{}", far(&balanced, &bare));
    assert!(far(&balanced, &mixed) > 1e-2, "the transfer has done nothing");
}

#[test]
fn a_curve_goes_on_where_it_stopped() {
    let folder = tempfile::tempdir().expect("tempdir");
    let store = RunStore::new(folder.path());
    let manifest = Manifest::find("synthetic").expect("shipped");
    let device = choose(DeviceChoice::Cpu).expect("cpu");
    let methods = MethodSpec::list("mixed,erm_plus").expect("known");
    let base = RunConfig { methods, ..tiny(16) };
    let all = CurveConfig { base, regime: Regime::FixedEpochs, points: 3, seeds: vec![1, 2] };
    let measured = |config: &CurveConfig| {
        let mut source = LazyPopulation::new(&manifest, None);
        measure(
            config,
            &store,
            &mut source,
            &Resources { device: &device, clock: &Frozen(0.0), cores: 1, progress: &Silent },
        )
        .expect("curve")
    };
    measured(&CurveConfig { seeds: vec![1], ..all.clone() });
    assert_eq!(entries(folder.path()).len(), 3);
    let curve = measured(&all);
    assert_eq!(entries(folder.path()).len(), 6);
    assert_eq!(curve.sizes, [20, 40, 80]);
    let points = curve.points().expect("points");
    assert_eq!(points.len(), 2 * 2 * 3, "methods x subgroups x sizes");
    assert!(points.iter().all(|point| point.seeds.len() == 2 && point.auc.value.is_some()));
    assert_eq!(curve.judge(&Criterion::default()).expect("criterion").len(), 2);
    // Fixed epochs: steps in proportion to the images, at least one.
    let population = people(&all.base);
    let steps = |size| all.cell(&population, size, 1).settings.base.steps_per_epoch;
    assert_eq!([steps(20), steps(80)], [Some(2), Some(4)]);
    // A seed twice is no second repeat, and a curve needs points.
    let refused = |config: &CurveConfig| {
        let mut source = LazyPopulation::new(&manifest, None);
        measure(
            config,
            &store,
            &mut source,
            &Resources { device: &device, clock: &Frozen(0.0), cores: 1, progress: &Silent },
        )
        .expect_err("refused")
        .to_string()
    };
    assert!(refused(&CurveConfig { seeds: vec![1, 2, 1], ..all.clone() }).contains("seed 1 is given twice"));
    assert!(refused(&CurveConfig { seeds: Vec::new(), ..all.clone() }).contains("at least one seed"));
    assert!(refused(&CurveConfig { points: 0, ..all }).contains("at least one size"));
}

#[test]
fn fixed_steps_are_fixed_where_an_epoch_is_one_pass() {
    let manifest = Manifest::find("synthetic").expect("shipped");
    let methods = MethodSpec::list("mixed,qpi").expect("known");
    let population = people(&tiny(17));
    for regime in [Regime::FixedSteps, Regime::FixedEpochs] {
        let mut curve =
            CurveConfig::new("synthetic", &manifest, "moderate", &methods, Profile::Paper, regime);
        curve.base.settings.base.batch = 16;
        let settings = |size| curve.cell(&population, size, 1).settings;
        let (small, whole) = (settings(20), settings(80));
        assert_eq!(small.transfer, whole.transfer, "the transfer is the same at every size");
        assert_eq!((small.base.early_stop, small.transfer.early_stop), (None, None));
        let equal = small.base.steps_per_epoch == whole.base.steps_per_epoch;
        assert!(
            small.base.steps_per_epoch.is_some() && (equal == (regime == Regime::FixedSteps)),
            "{small:?}"
        );
    }
}

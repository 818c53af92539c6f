//! Every method that has a word trains what it says, on the samples it says, in as many steps.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use qpnet_lib::clock::Frozen;
use qpnet_lib::data::{Manifest, Part, Population, SyntheticSizes};
use qpnet_lib::device::{DeviceChoice, choose};
use qpnet_lib::experiment::{MethodKind, MethodSpec, Profile, Resources, RunConfig, Trained, open, train};
use qpnet_lib::loss::{DomainSettings, Kernel};
use qpnet_lib::model::QpNet;
use qpnet_lib::rng::Streams;
use qpnet_lib::train::{
    Anchor, Augment, Batch, Cell, CellSampler, DeltaPart, Event, Fitted, Method, Outputs, Progress,
    QpiConfig, Sampling, Selection, Setup, Silent, State, TrainConfig, fit, training_members,
};
use tch::{Device, Tensor};

/// A few steps on a small synthetic population; the last epoch is kept.
fn tiny(data: &str, methods: Vec<MethodSpec>) -> RunConfig {
    let manifest = Manifest::find(data).expect("shipped");
    let scheme = manifest.scheme("").expect("its own").name.clone();
    let mut config = RunConfig::new(data, &manifest, &scheme, &methods, Profile::Smoke, 3);
    config.settings.image_size = 16;
    config.settings.synthetic =
        SyntheticSizes { dominant_train: 120, less_train: 40, validation: [60, 60], test: [60, 60] };
    for training in [&mut config.settings.base, &mut config.settings.transfer] {
        (training.epochs, training.steps_per_epoch, training.batch) = (2, Some(5), 16);
        training.selection = Selection::Last;
        training.augment = Augment { flip: false, rotate_degrees: 0.0 };
    }
    config
}

fn people(config: &RunConfig) -> Population {
    let manifest = Manifest::find(&config.data).expect("shipped");
    open(config, &manifest, None, &Silent).expect("population")
}

fn trained(config: &RunConfig, population: &Population) -> Trained {
    let device = choose(DeviceChoice::Cpu).expect("cpu");
    let with = Resources { device: &device, clock: &Frozen(0.0), cores: 1, progress: &Silent };
    train(config, population, &with).expect("trained")
}

/// The scores of a method, in order.
fn scores<'a>(run: &'a Trained, method: &str) -> Vec<&'a [f64]> {
    let rows = run.predictions.iter().filter(|row| row.method == method);
    rows.map(|row| row.scores.as_slice()).collect()
}

/// All words in one run: each gives other scores than Mixed and than every other one but those that are
/// `alike`, after as many steps.
fn every_word_trains(data: &str, alike: &[[&str; 2]]) {
    let config = tiny(data, MethodSpec::known());
    let run = trained(&config, &people(&config));
    let mut seen: BTreeMap<String, &str> = BTreeMap::new();
    for spec in &config.methods {
        let scores = scores(&run, &spec.key);
        assert_eq!(scores.len(), 4 * 60, "{}: validation and test of both subgroups", spec.key);
        assert!(scores.iter().all(|row| row.iter().all(|p| (0.0..=1.0).contains(p))), "{}", spec.key);
        if let Some(other) = seen.insert(format!("{scores:?}"), &spec.key) {
            assert!(alike.contains(&[other, &spec.key]), "{data}: {} has the scores of {other}", spec.key);
        }
        let training = run.origin.trainings.iter().find(|training| training.method == spec.key);
        let training = training.expect("an entry");
        let models = if spec.method == MethodKind::Dc { 2 } else { 1 };
        assert_eq!(training.steps, models * 10, "{}: compute-matched", spec.key);
        assert_eq!(training.selected_epochs, vec![2; models], "{}", spec.key);
        let history = run.history.iter().filter(|record| record.model.starts_with(&spec.key));
        let losses: Vec<f64> =
            history.filter(|record| record.epoch > 0).filter_map(|record| record.loss).collect();
        assert!(losses.len() >= 2 && losses.iter().all(|loss| loss.is_finite()), "{}: {losses:?}", spec.key);
    }
    assert!(seen.len() + alike.len() >= 24);
}

#[test]
fn every_word_trains_on_a_binary_label() {
    // So early nobody's truth has less than 0.2 probability, where alone the two differ.
    every_word_trains("synthetic", &[["focal", "flsd"], ["group_balanced", "delta_50"]]);
}

#[test]
fn every_word_trains_on_several_findings() {
    every_word_trains("synthetic-chexpert", &[["group_balanced", "delta_50"]]);
}

#[test]
fn the_readme_and_the_help_have_every_word() {
    let readme = include_str!("../../README.md");
    let section = readme.split("\n## ").find(|section| section.starts_with("Methods\n")).expect("a section");
    let rows: Vec<&str> =
        section.lines().filter_map(|line| line.strip_prefix("| `")?.split('`').next()).collect();
    let known: Vec<String> = MethodSpec::known().into_iter().map(|spec| spec.key).collect();
    assert_eq!(rows[1..], known, "after the header");
    let help =
        Command::new(env!("CARGO_BIN_EXE_qpnet")).args(["run", "--help"]).output().expect("qpnet starts");
    let help = String::from_utf8_lossy(&help.stdout).split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(help.contains(&format!("list of {} (README", known.join(", "))), "{help}");
}

/// A training of `method` from `net` by itself.
fn fitted(net: &QpNet, method: &mut dyn Method, population: &Population, config: TrainConfig) -> Fitted {
    fitted_with(net, method, population, config, &Silent)
}

fn fitted_with(
    net: &QpNet,
    method: &mut dyn Method,
    population: &Population,
    config: TrainConfig,
    progress: &dyn Progress,
) -> Fitted {
    let setup = Setup {
        model: "test",
        population,
        subgroups: &[0, 1],
        config,
        device: Device::Cpu,
        streams: Streams::new(4).below("test"),
        progress,
        prefetch: false,
    };
    let anchor = Anchor::measure(net, &setup, DeltaPart::Validation).expect("anchor");
    fit(net.duplicate().expect("copy"), method, Some(&anchor), &setup).expect("fitted")
}

fn start(config: &RunConfig) -> QpNet {
    QpNet::new(&config.settings.model, 7, Device::Cpu).expect("network")
}

#[test]
fn every_method_lowers_its_own_loss() {
    let config = tiny("synthetic", MethodSpec::known());
    let population = people(&config);
    let net = start(&config);
    let steps = TrainConfig {
        steps_per_epoch: Some(15),
        batch: 32,
        learning_rate: 2e-3,
        halve_every: 2,
        ..config.settings.transfer
    };
    let streams = Streams::new(4).below("test"); // those of the training: the same subsample
    let mut raised = Vec::new();
    for spec in MethodSpec::known() {
        let mut method = spec.method.objective().expect("settings");
        let sampling = config.sampling(&spec);
        let members = training_members(&population, &[0, 1]);
        let mut members = method.members(members, &population, &streams);
        if method.part() == Part::Validation {
            let cell = |at: usize| (population.samples[at].subgroup, population.samples[at].label);
            members =
                population.indices(Part::Validation, None).into_iter().map(|at| (cell(at), at)).collect();
        }
        // A batch as the method draws it.
        let positions = CellSampler::new(&members, sampling, Streams::new(9).get("batches")).batch(96);
        let batch = Batch::gather(&population, positions, Device::Cpu);
        let loss = |method: &mut dyn Method, net: &QpNet| {
            let net = net.duplicate().expect("copy"); // running statistics move
            let z = net.features(&batch.images, method.mode());
            let outputs = Outputs { logits: net.classify(&z), z };
            let terms = method.loss(&net, &batch, &outputs, State { delta: 0.5, progress: 1.0 });
            [terms.total, terms.class].map(|term| term.double_value(&[]))
        };
        let before = loss(method.as_mut(), &net);
        let trained = fitted(&net, method.as_mut(), &population, TrainConfig { sampling, ..steps });
        let after = loss(method.as_mut(), &trained.net);
        // The adversary's part of the total is a game, which may rise; the class loss must fall.
        let part = usize::from(matches!(spec.method, MethodKind::Qpi(_)));
        if after[part] >= before[part] {
            raised.push(format!("{}: {before:?} became {after:?}", spec.key));
        }
    }
    assert!(raised.is_empty(), "{raised:#?}");
}

#[test]
fn each_divided_model_is_trained_and_judged_on_its_own_subgroup() {
    let config = tiny("synthetic", vec![MethodSpec::dc()]);
    let mut population = people(&config);
    let plain = trained(&config, &population);
    for at in population.indices(Part::Train, Some(1)) {
        population.samples[at].label = 1 - population.samples[at].label;
    }
    let other = trained(&config, &population);
    let dominant = &plain.origin.data.subgroups[0];
    let (mut same, mut different) = (0, 0);
    for (a, b) in plain.predictions.iter().zip(&other.predictions) {
        assert_eq!((&a.sample_id, &a.subgroup), (&b.sample_id, &b.subgroup));
        if &a.subgroup == dominant {
            assert_eq!(a.scores, b.scores, "labels of the other subgroup reach the dominant model");
            same += 1;
        } else {
            different += usize::from(a.scores != b.scores);
        }
    }
    assert_eq!((same, different), (120, 120));
    let models: BTreeSet<&str> = plain.history.iter().map(|record| record.model.as_str()).collect();
    assert_eq!(models, BTreeSet::from(["dc:dominant", "dc:less_prevalent"]));
}

/// Names of the weights and running statistics in which two networks differ.
fn differing(a: &QpNet, b: &QpNet) -> Vec<String> {
    let others = b.var_store().variables();
    let mut names: Vec<String> = a
        .var_store()
        .variables()
        .into_iter()
        .filter(|(name, tensor)| !tensor.equal(&others[name]))
        .map(|(name, _)| name)
        .collect();
    names.sort();
    names
}

#[test]
fn the_last_layer_is_retrained_on_validation_alone_and_the_last_epoch_is_kept() {
    let config = tiny("synthetic", vec![MethodSpec::mixed()]);
    let mut population = people(&config);
    let net = start(&config);
    let dfr = |population: &Population| {
        let rule = Selection::Qpi { epsilon_0: 0.0 };
        let config = TrainConfig { selection: rule, ..config.settings.transfer };
        fitted(&net, MethodKind::Dfr.objective().expect("settings").as_mut(), population, config)
    };
    let first = dfr(&population);
    assert_eq!(differing(&first.net, &net), ["class_head.1.bias", "class_head.1.weight"]);
    assert_eq!((first.selected_epoch, first.steps), (2, 10));
    for at in population.indices(Part::Train, None) {
        population.samples[at].label = 1 - population.samples[at].label;
    }
    assert!(differing(&dfr(&population).net, &first.net).is_empty(), "training labels were seen");
    for at in population.indices(Part::Validation, Some(1)) {
        population.samples[at].label = 1 - population.samples[at].label;
    }
    assert!(!differing(&dfr(&population).net, &first.net).is_empty(), "both subgroups are seen");
}

#[test]
fn a_subsample_has_equal_cells_and_depends_on_the_seed_alone() {
    let config = tiny("synthetic", vec![MethodSpec::mixed()]);
    let mut population = people(&config);
    // One cell of the training part becomes the smallest.
    for at in population.indices(Part::Train, Some(1)).into_iter().take(30) {
        population.samples[at].label = 0;
    }
    let all = training_members(&population, &[0, 1]);
    let drawn = |seed: u64| {
        let mut method = MethodKind::Subg.objective().expect("settings");
        method.members(all.clone(), &population, &Streams::new(seed))
    };
    let counts = |members: &[(Cell, usize)]| {
        let mut counts: BTreeMap<Cell, usize> = BTreeMap::new();
        for (cell, _) in members {
            *counts.entry(*cell).or_default() += 1;
        }
        counts
    };
    let smallest = *counts(&all).values().min().expect("cells");
    assert!(smallest < 20, "{:?}", counts(&all));
    let subset = drawn(1);
    assert_eq!(counts(&subset).into_values().collect::<Vec<_>>(), [smallest; 4]);
    assert!(subset.iter().all(|member| all.contains(member)));
    let different: BTreeSet<usize> = subset.iter().map(|(_, position)| *position).collect();
    assert_eq!(different.len(), 4 * smallest, "nobody twice");
    assert_eq!(subset, drawn(1));
    assert_ne!(subset, drawn(2));
}

#[test]
fn methods_name_their_batches_and_what_their_probabilities_speak_of() {
    let mut config = tiny("synthetic", MethodSpec::known());
    config.settings.base.sampling = Sampling::Natural;
    for spec in MethodSpec::known() {
        let (sampling, balanced) = match spec.key.as_str() {
            "mixed" | "dc" | "erm_plus" => (Sampling::Natural, false),
            "reweighted" => (Sampling::Natural, true),
            "rwg" => (Sampling::WithReplacement, true),
            _ => (Sampling::CellBalanced, true),
        };
        assert_eq!(config.sampling(&spec), sampling, "{}", spec.key);
        assert_eq!(config.balances_classes(&spec), balanced, "{}", spec.key);
    }
}

#[test]
fn what_a_method_carries_from_step_to_step_can_be_kept() {
    let config = tiny("synthetic", vec![MethodSpec::mixed()]);
    let population = people(&config);
    let net = start(&config);
    let batch = Batch::gather(&population, population.indices(Part::Train, None), Device::Cpu);
    let total = |method: &mut dyn Method| {
        let z = net.features(&batch.images, method.mode());
        let outputs = Outputs { logits: net.classify(&z), z };
        method.loss(&net, &batch, &outputs, State { delta: 0.5, progress: 0.5 }).total.double_value(&[])
    };
    let mut with_state = Vec::new();
    for spec in MethodSpec::known() {
        let mut method = spec.method.objective().expect("settings");
        let fresh: BTreeMap<String, Tensor> = method.state().into_iter().collect();
        let _ = fitted(&net, method.as_mut(), &population, config.settings.transfer);
        let state: BTreeMap<String, Tensor> = method.state().into_iter().collect();
        if state.is_empty() {
            continue;
        }
        with_state.push(spec.key.clone());
        assert!(state.iter().all(|(name, tensor)| !tensor.equal(&fresh[name])), "{}", spec.key);
        let mut other = spec.method.objective().expect("settings");
        other.restore(&state).expect("restored");
        assert_eq!(total(other.as_mut()), total(method.as_mut()), "{}", spec.key);
        let error = other.restore(&BTreeMap::new()).expect_err("nothing kept").to_string();
        assert!(error.contains("must be a tensor of shape [2], got nothing"), "{error}");
    }
    assert_eq!(with_state, ["group_dro", "kendall", "minimax"]);
}

/// Remembers warnings.
#[derive(Default)]
struct Warnings(RefCell<Vec<String>>);

impl Progress for Warnings {
    fn on(&self, event: Event<'_>) {
        if let Event::Warning(text) = event {
            self.0.borrow_mut().push(text.to_owned());
        }
    }
}

#[test]
fn a_dead_kernel_is_warned_of_once() {
    let config = tiny("synthetic", vec![MethodSpec::mixed()]);
    let population = people(&config);
    let net = start(&config);
    for (kernel, expected) in [(Kernel::Fixed { bandwidth: 1e-12 }, 1), (Kernel::default(), 0)] {
        let domain = DomainSettings { kernel, ..DomainSettings::default() };
        let mut method =
            MethodKind::Qpi(QpiConfig { domain, ..QpiConfig::paper() }).objective().expect("settings");
        let heard = Warnings::default();
        fitted_with(&net, method.as_mut(), &population, config.settings.transfer, &heard);
        let heard = heard.0.into_inner();
        assert_eq!(heard.len(), expected, "{heard:?}");
        assert!(heard.iter().all(|text| text.contains("the MMD kernel is numerically zero")), "{heard:?}");
    }
}

//! Trainings that are interrupted and go on: the same bits, or one clear message.

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::path::Path;

use qpnet_lib::clock::Frozen;
use qpnet_lib::data::{Manifest, Population, SyntheticSizes};
use qpnet_lib::device::{DeviceChoice, choose};
use qpnet_lib::experiment::{LazyPopulation, MethodSpec, Profile, Resources, RunConfig, RunStore};
use qpnet_lib::model::{BackboneName, ModelConfig, QpNet};
use qpnet_lib::rng::Streams;
use qpnet_lib::train::{
    Anchor, Augment, Batch, Checkpoint, Checkpoints, DeltaPart, EarlyStop, Event, Fitted, Identity, Method,
    Outputs, Progress, Selection, Setup, Silent, State, Terms, TrainConfig, TrainError, fit, fit_kept,
};
use tch::{Device, Kind, Tensor};

const EPOCHS: usize = 3;
const STEPS: usize = 4;

fn people() -> Population {
    let sizes = SyntheticSizes { dominant_train: 80, less_train: 40, validation: [40, 40], test: [8, 8] };
    crate::people::people(16, sizes)
}

fn config() -> TrainConfig {
    let manifest = Manifest::find("synthetic").expect("shipped");
    TrainConfig {
        batch: 16,
        epochs: EPOCHS,
        steps_per_epoch: Some(STEPS),
        halve_every: 1,
        weight_decay: 1e-4,
        augment: Augment { flip: true, rotate_degrees: 90.0 },
        ..Profile::Smoke.settings(&manifest).transfer
    }
}

/// One training that can be done again.
struct Case<'a> {
    population: &'a Population,
    model: ModelConfig,
    config: TrainConfig,
    prefetch: bool,
    method: &'a str,
}

impl Case<'_> {
    fn setup<'b>(&'b self, progress: &'b dyn Progress) -> Setup<'b> {
        Setup {
            model: self.method,
            population: self.population,
            subgroups: &[0, 1],
            config: self.config,
            device: Device::Cpu,
            streams: Streams::new(5),
            progress,
            prefetch: self.prefetch,
        }
    }

    fn start(&self) -> QpNet {
        QpNet::new(&self.model, 7, Device::Cpu).expect("network")
    }

    fn method(&self) -> Box<dyn Method> {
        MethodSpec::list(self.method).expect("known")[0].method.objective().expect("settings")
    }

    fn anchor(&self, method: &dyn Method) -> Option<Anchor> {
        let setup = self.setup(&Silent);
        let measure = |_: &_| Anchor::measure(&self.start(), &setup, DeltaPart::Validation).expect("anchor");
        method.qpi().map(measure)
    }

    fn whole(&self) -> Fitted {
        let mut method = self.method();
        let anchor = self.anchor(method.as_ref());
        fit(self.start(), method.as_mut(), anchor.as_ref(), &self.setup(&Silent)).expect("trained")
    }

    fn kept(&self, progress: &dyn Progress, checkpoint: &Checkpoint) -> Result<Fitted, TrainError> {
        let mut method = self.method();
        let anchor = self.anchor(method.as_ref());
        let setup = self.setup(progress);
        fit_kept(self.start(), method.as_mut(), anchor.as_ref(), &setup, Some(checkpoint))
    }

    /// Train with a crash after each of `steps`, as long as the training gets there.
    fn interrupted(&self, folder: &Path, steps: &[usize], every: Option<usize>) -> Fitted {
        let all = Checkpoints::open(folder, identity(), every).expect("folder");
        let mut crashes = 0;
        for &step in steps {
            let crash = CrashAfter(step);
            let training = || self.kept(&crash, &all.of("model", &Frozen(0.0)));
            crashes += usize::from(catch_unwind(AssertUnwindSafe(training)).is_err());
        }
        assert!(crashes > 0, "nothing was interrupted");
        self.kept(&Silent, &all.of("model", &Frozen(0.0))).expect("trained")
    }
}

fn identity() -> Identity {
    Identity::new().with("the configuration", 1).with("the data", "some")
}

/// Stands for a crash: unwinds through the training once a step is done.
struct CrashAfter(usize);

impl Progress for CrashAfter {
    fn on(&self, event: Event<'_>) {
        if matches!(event, Event::Step { done, note: "" } if done == self.0) {
            resume_unwind(Box::new("crash"));
        }
    }
}

fn assert_same(a: &Fitted, b: &Fitted, what: &str) {
    assert!(a.history == b.history, "{what}: histories differ");
    assert_eq!((a.selected_epoch, a.steps), (b.selected_epoch, b.steps), "{what}");
    let theirs = b.net.var_store().variables();
    let mine = a.net.var_store().variables();
    assert_eq!(mine.keys().collect::<BTreeSet<_>>(), theirs.keys().collect());
    for (name, tensor) in mine {
        assert!(tensor.equal(&theirs[&name]), "{what}: {name} differs");
    }
}

#[test]
fn every_method_goes_on_to_the_same_bits_from_any_step() {
    let population = people();
    for method in ["mixed", "qpi", "group_dro", "kendall", "minimax", "dwb", "subg", "rwg", "dfr"] {
        let selection = Selection::Last; // so that the last step is seen in the weights
        let model = ModelConfig::narrow(1, 2, 4);
        let config = TrainConfig { selection, ..config() };
        let case = Case { population: &population, model, config, prefetch: method == "qpi", method };
        let whole = case.whole();
        // Before and after the end of an epoch, in the middle of one, twice at one place, at the end.
        for every in [None, Some(1), Some(3)] {
            let folder = tempfile::tempdir().expect("tempdir");
            let steps = [1, 3, 5, 6, 8, 9, 9, EPOCHS * STEPS];
            assert_same(
                &whole,
                &case.interrupted(folder.path(), &steps, every),
                &format!("{method}, {every:?}"),
            );
        }
    }
}

#[test]
fn averages_early_stops_dropped_branches_and_chosen_epochs_go_on_too() {
    let population = people();
    let narrow = ModelConfig::narrow(1, 2, 4);
    let still = EarlyStop { window: 1, tolerance: 1.0 }; // stops after two epochs
    let dropping = narrow.with_backbone(BackboneName::EfficientnetB0);
    for (what, model, config) in [
        ("average", narrow.clone(), TrainConfig { ema: Some(0.9), ..config() }),
        ("early stop", narrow, TrainConfig { early_stop: Some(still), ..config() }),
        ("stochastic depth", dropping, config()),
    ] {
        let case = Case { population: &population, model, config, prefetch: false, method: "qpi" };
        let whole = case.whole();
        assert_eq!(whole.steps < EPOCHS * STEPS, what == "early stop");
        let folder = tempfile::tempdir().expect("tempdir");
        assert_same(&whole, &case.interrupted(folder.path(), &[2, 5, 7, 11], Some(2)), what);
    }
}

#[test]
fn an_average_is_what_is_validated_and_kept() {
    let population = people();
    let model = ModelConfig::narrow(1, 2, 4);
    let train = |ema| {
        let config = TrainConfig { ema, selection: Selection::Last, ..config() };
        let case =
            Case { population: &population, model: model.clone(), config, prefetch: false, method: "mixed" };
        case.whole()
    };
    let (plain, none, slow) = (train(None), train(Some(0.0)), train(Some(0.99)));
    // An average of the last weights alone is those weights, with batch-norm statistics of their own.
    let theirs = none.net.var_store().variables();
    for (name, tensor) in plain.net.var_store().variables() {
        assert_eq!(tensor.equal(&theirs[&name]), !name.contains(".running_"), "{name}");
    }
    assert!(plain.history != slow.history, "validation saw the weights, not their average");
    // After 12 steps the average has kept 0.99^12 = 0.89 of the start.
    let start = QpNet::new(&model, 7, Device::Cpu).expect("network");
    let far = |fitted: &Fitted| {
        let of = |net: &QpNet| net.var_store().variables()["conv1.weight"].shallow_clone();
        (of(&fitted.net) - of(&start)).norm().double_value(&[])
    };
    assert!(far(&slow) < 0.2 * far(&plain), "{} against {}", far(&slow), far(&plain));
    let message = {
        let config = TrainConfig { ema: Some(1.0), ..config() };
        config.check().expect_err("an average that never moves").to_string()
    };
    assert!(message.contains("ema") && message.contains("below 1"), "{message}");
}

#[test]
fn what_does_not_fit_is_refused_with_one_message() {
    let population = people();
    let model = ModelConfig::narrow(1, 2, 4);
    let case = Case { population: &population, model, config: config(), prefetch: false, method: "mixed" };
    let folder = tempfile::tempdir().expect("tempdir");
    let open = |identity| Checkpoints::open(folder.path(), identity, Some(1));
    let whole = case.interrupted(folder.path(), &[6], Some(1));
    let path = folder.path().join("model.safetensors");
    let of = |progress: &dyn Progress| {
        case.kept(progress, &open(identity()).expect("folder").of("model", &Frozen(0.0)))
    };
    // A finished model is not trained again, and any reader of safetensors sees its weights.
    assert_same(&whole, &of(&CrashAfter(1)).expect("no step is done"), "finished");
    let tensors = Tensor::read_safetensors(&path).expect("safetensors");
    assert!(tensors.iter().any(|(name, _)| name == "net/conv1.weight"));

    // Kept in the middle of a training again.
    std::fs::remove_file(&path).expect("remove");
    let crash = || of(&CrashAfter(6));
    assert!(catch_unwind(AssertUnwindSafe(crash)).is_err());
    let good = std::fs::read(&path).expect("file");
    let refused = |bytes: &[u8], words: &[&str]| {
        std::fs::write(&path, bytes).expect("write");
        let message = of(&Silent).expect_err("unfit").to_string();
        for word in words.iter().chain(&["model.safetensors", "remove"]) {
            assert!(message.contains(word), "{word:?} is not in {message}");
        }
    };
    for length in [0, 7, 100, good.len() / 2, good.len() - 1] {
        refused(&good[..length], &["no whole checkpoint"]);
    }
    // A bit that flips anywhere: in the header's numbers, in tensors, in the checksum.
    for at in (0..good.len()).step_by(good.len() / 50) {
        let mut bytes = good.clone();
        bytes[at] ^= 1;
        std::fs::write(&path, &bytes).expect("write");
        assert!(of(&Silent).is_err(), "byte {at} has changed and nobody saw it");
    }
    let text = |from: &str, to: &str| {
        let at = good.windows(from.len()).position(|window| window == from.as_bytes()).expect(from);
        [&good[..at], to.as_bytes(), &good[at + from.len()..]].concat()
    };
    refused(&text(r#""version":"2""#, r#""version":"7""#), &["version 7", "reads version 2"]);
    refused(&text(r#"qpnet checkpoint""#, r#"other checkpoint""#), &["format"]);
    std::fs::write(&path, &good).expect("write");
    assert_same(&whole, &of(&Silent).expect("unharmed"), "the good one again");

    // Another configuration, and other data, are told before anything is trained.
    let other = identity().with("the configuration", 2).with("the data", "other");
    let message = open(other).expect_err("another").to_string();
    assert!(message.contains("the configuration and the data differ;"), "{message}");
    let more = identity().with("the device", "cuda:0");
    assert!(open(more).expect_err("another").to_string().contains("the device differs;"));
    // Also where the file alone was carried into another run's folder.
    let elsewhere = tempfile::tempdir().expect("tempdir");
    let all =
        Checkpoints::open(elsewhere.path(), identity().with("the data", "other"), None).expect("folder");
    std::fs::write(elsewhere.path().join("model.safetensors"), &good).expect("write");
    let message = case.kept(&Silent, &all.of("model", &Frozen(0.0))).expect_err("another").to_string();
    assert!(message.contains("another training: the data differs"), "{message}");
}

#[test]
fn a_kept_run_that_was_interrupted_goes_on_and_leaves_nothing() {
    let manifest = Manifest::find("synthetic").expect("shipped");
    let methods = MethodSpec::list("mixed,qpi").expect("known");
    let mut config = RunConfig::new("synthetic", &manifest, "moderate", &methods, Profile::Smoke, 1);
    config.settings.image_size = 16;
    config.settings.synthetic =
        SyntheticSizes { dominant_train: 80, less_train: 40, validation: [40, 40], test: [60, 60] };
    for training in [&mut config.settings.base, &mut config.settings.transfer] {
        (training.epochs, training.steps_per_epoch, training.batch) = (EPOCHS, Some(STEPS), 16);
    }
    let device = choose(DeviceChoice::Cpu).expect("cpu");
    let ask = |store: &RunStore, progress: &dyn Progress| {
        let with = Resources { device: &device, clock: &Frozen(0.0), cores: 1, progress };
        store.train(&config, &mut LazyPopulation::new(&manifest, None), &with).expect("trained")
    };
    let folder = tempfile::tempdir().expect("tempdir");
    let names = || {
        let entries = std::fs::read_dir(folder.path()).expect("folder").map(|entry| entry.expect("entry"));
        entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect::<Vec<_>>()
    };
    let store = RunStore::new(folder.path());
    // Mixed is finished, QPI is not.
    let crash = Second { seen: Cell::new(0), crash: CrashAfter(2 * STEPS) };
    assert!(catch_unwind(AssertUnwindSafe(|| ask(&store, &crash))).is_err());
    assert!(matches!(names().as_slice(), [one] if one.ends_with(".checkpoints")), "{:?}", names());
    let heard = Notes::default();
    let resumed = ask(&store, &heard);
    let words = heard.0.take().join("; ");
    assert!(words.contains("mixed was trained before it was interrupted"), "{words}");
    assert!(words.contains("qpi goes on after step 4 of 12, epoch 2"), "{words}");
    assert_eq!(names().len(), 1, "{:?}", names());
    let other = tempfile::tempdir().expect("tempdir");
    assert!(resumed == ask(&RunStore::new(other.path()), &Silent), "interrupted and whole differ");
}

/// Crashes in the second training.
struct Second {
    seen: Cell<usize>,
    crash: CrashAfter,
}

impl Progress for Second {
    fn on(&self, event: Event<'_>) {
        if matches!(event, Event::Begin { stage: "mixed" | "qpi", .. }) {
            self.seen.set(self.seen.get() + 1);
        } else if self.seen.get() == 2 {
            self.crash.on(event);
        }
    }
}

/// Keeps what is said.
#[derive(Default)]
struct Notes(RefCell<Vec<String>>);

impl Progress for Notes {
    fn on(&self, event: Event<'_>) {
        if let Event::Note(text) = event {
            self.0.borrow_mut().push(text.to_owned());
        }
    }
}

#[test]
fn memory_that_is_used_up_is_one_message_with_batch_and_size() {
    /// Asks libtorch for more than there is, in an operation that panics.
    struct Greedy;
    impl Method for Greedy {
        fn loss(&mut self, _: &QpNet, _: &Batch, _: &Outputs, _: State) -> Terms {
            let _ = Tensor::empty([1i64 << 50], (Kind::Uint8, Device::Cpu));
            unreachable!("no machine has a pebibyte");
        }
    }
    let population = people();
    let model = ModelConfig::narrow(1, 2, 4);
    let case = Case { population: &population, model, config: config(), prefetch: false, method: "mixed" };
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| {}));
    let error = fit(case.start(), &mut Greedy, None, &case.setup(&Silent)).expect_err("memory");
    std::panic::set_hook(hook);
    assert!(matches!(error, TrainError::OutOfMemory { .. }), "{error}");
    let message = error.to_string();
    for words in ["mixed", "the processor", "16 images of 1 x 16 x 16", "--batch 8"] {
        assert!(message.contains(words), "{words:?} is not in {message}");
    }
    assert!(!message.contains("frame #"), "{message}");
}

#[test]
fn seconds_before_an_interruption_count() {
    let population = people();
    let model = ModelConfig::narrow(1, 2, 4);
    let case = Case { population: &population, model, config: config(), prefetch: false, method: "mixed" };
    let folder = tempfile::tempdir().expect("tempdir");
    let all = Checkpoints::open(folder.path(), identity(), Some(1)).expect("folder");
    let clock = Ticking::default();
    let first = all.of("model", &clock);
    let crash = CrashAfter(6);
    assert!(catch_unwind(AssertUnwindSafe(|| case.kept(&crash, &first))).is_err());
    let before = first.seconds();
    let second = all.of("model", &clock);
    case.kept(&Silent, &second).expect("trained");
    // Each look at the clock is a second: five were written after a start, six more follow.
    assert!(before >= 5.0 && second.seconds() > before, "{before}, then {}", second.seconds());
}

/// A clock that is one second later each time.
#[derive(Default)]
struct Ticking(std::sync::atomic::AtomicU32);

impl qpnet_lib::clock::Clock for Ticking {
    fn seconds(&self) -> f64 {
        f64::from(self.0.fetch_add(1, std::sync::atomic::Ordering::Relaxed))
    }
}

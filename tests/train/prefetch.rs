//! Batches made ahead by another thread: the same bits, and an end when training ends.

use std::cell::RefCell;

use qpnet_lib::data::{Manifest, Part, Population, SyntheticSizes};
use qpnet_lib::experiment::Profile;
use qpnet_lib::model::{ModelConfig, QpNet};
use qpnet_lib::rng::Streams;
use qpnet_lib::train::{
    Augment, CellCounts, Erm, Event, Fitted, Progress, Sampling, Setup, Silent, TrainConfig, TrainError, fit,
};
use tch::{Device, Tensor};

fn people(image_size: i64, dominant_train: usize) -> Population {
    let sizes = SyntheticSizes { dominant_train, less_train: 40, validation: [40, 40], test: [8, 8] };
    crate::people::people(image_size, sizes)
}

fn config() -> TrainConfig {
    let manifest = Manifest::find("synthetic").expect("shipped");
    TrainConfig {
        batch: 24,
        epochs: 3,
        steps_per_epoch: Some(5),
        augment: Augment { flip: true, rotate_degrees: 90.0 },
        ..Profile::Smoke.settings(&manifest).base
    }
}

fn trained(
    people: &Population,
    config: TrainConfig,
    prefetch: bool,
    progress: &dyn Progress,
) -> Result<Fitted, TrainError> {
    let net = QpNet::new(&ModelConfig::narrow(1, 2, 8), 7, Device::Cpu)?;
    trained_from(net, people, config, prefetch, progress)
}

fn trained_from(
    net: QpNet,
    people: &Population,
    config: TrainConfig,
    prefetch: bool,
    progress: &dyn Progress,
) -> Result<Fitted, TrainError> {
    let setup = Setup {
        model: "mixed",
        population: people,
        subgroups: &[0, 1],
        config,
        device: Device::Cpu,
        streams: Streams::new(5),
        progress,
        prefetch,
    };
    fit(net, &mut Erm, None, &setup)
}

fn weights(fitted: &Fitted) -> Vec<(String, Tensor)> {
    let mut weights: Vec<_> = fitted.net.var_store().variables().into_iter().collect();
    weights.sort_by(|a, b| a.0.cmp(&b.0));
    weights
}

/// Keeps what every batch held.
#[derive(Default)]
struct Batches(RefCell<Vec<(usize, CellCounts)>>);

impl Progress for Batches {
    fn on(&self, event: Event<'_>) {
        if let Event::Batch { step, cells } = event {
            self.0.borrow_mut().push((step, cells.clone()));
        }
    }
}

#[test]
fn weights_and_history_are_the_same_to_the_last_bit() {
    tch::set_num_threads(1);
    let people = people(16, 80);
    for sampling in [Sampling::ClassBalanced, Sampling::CellBalanced] {
        let config = TrainConfig { sampling, ..config() };
        let (here, ahead) = (Batches::default(), Batches::default());
        let serial = trained(&people, config, false, &here).expect("serial");
        let fetched = trained(&people, config, true, &ahead).expect("prefetch");
        assert_eq!(serial.history, fetched.history);
        for ((name, a), (_, b)) in weights(&serial).into_iter().zip(weights(&fetched)) {
            assert!(a.equal(&b), "{name}");
        }
        let heard = here.0.into_inner();
        assert_eq!(heard, ahead.0.into_inner());
        assert_eq!(heard.iter().map(|(step, _)| *step).collect::<Vec<_>>(), (1..=15).collect::<Vec<_>>());
        assert!(heard.iter().all(|(_, cells)| cells.values().sum::<usize>() == 24));
        if sampling == Sampling::CellBalanced {
            assert!(heard.iter().all(|(_, cells)| cells.values().all(|count| *count == 6)), "{heard:?}");
        }
    }
}

#[test]
fn other_draws_are_another_training() {
    // Or else the test above would hold for any feed.
    let people = people(16, 80);
    let flips = TrainConfig { augment: Augment { flip: true, rotate_degrees: 0.0 }, ..config() };
    let (turned, flipped) =
        (trained(&people, config(), true, &Silent), trained(&people, flips, true, &Silent));
    assert_ne!(turned.expect("turned").history, flipped.expect("flipped").history);
}

#[test]
fn a_training_that_fails_ends_its_thread() {
    let mut people = people(16, 80);
    for position in people.indices(Part::Train, None) {
        let _ = people.images.pixels().get(position as i64).fill_(f64::NAN);
    }
    let error = trained(&people, config(), true, &Silent).expect_err("NaN").to_string();
    assert!(error.contains("is not finite in epoch 1, step 1"), "{error}");
    people.parts.fill(None);
    let error = trained(&people, config(), true, &Silent).expect_err("nobody").to_string();
    assert!(error.contains("has no sample"), "{error}");
}

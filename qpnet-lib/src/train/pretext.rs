//! A start that has learned from the training images without their labels: rotation prediction.
//!
//! Every image is shown upright and turned by 90, 180 and 270 degrees, and the network says
//! which. Only the training part of both subgroups is seen, and neither labels nor subgroups.
//! It is called a *pretext* start and nothing else: where the paper starts from ImageNet, this
//! is another start, and results that begin here must say so.
//!
//! The task presupposes that upright differs from turned. Ultrasound has a direction, the probe
//! being on top; a dermoscopic image may have none, and little can be learned then. So the
//! accuracy is part of the result: 1/4 is guessing.
//!
//! # Source
//! Gidaris, Singh and Komodakis 2018, *Unsupervised Representation Learning by Predicting Image
//! Rotations* (arXiv 1803.07728).

use serde::{Deserialize, Serialize};
use tch::nn::{self, OptimizerConfig};
use tch::{Device, Kind, TchError, Tensor};

use super::{CellSampler, Event, Progress, Sampling, training_members};
use crate::data::{DOMINANT, LESS_PREVALENT, Population};
use crate::model::{Mode, ModelConfig, ModelError, QpNet};
use crate::rng::Streams;

const ROTATIONS: i64 = 4;

/// Optimisation of the pretext task: Adam with a step decay.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PretextConfig {
    /// Images in a batch; each is shown four times.
    pub batch: usize,
    /// Epochs.
    pub epochs: usize,
    /// Steps of an epoch; absent: one pass, `ceil(training images / batch)`.
    pub steps_per_epoch: Option<usize>,
    /// Initial learning rate.
    pub learning_rate: f64,
    /// The learning rate is halved every so many epochs.
    pub halve_every: usize,
}

impl Default for PretextConfig {
    /// Twenty passes at learning rate 1e-3 in batches of 32 images (128 views).
    fn default() -> Self {
        Self { batch: 32, epochs: 20, steps_per_epoch: None, learning_rate: 1e-3, halve_every: 5 }
    }
}

/// Means over an epoch of the pretext task, on its training batches.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct PretextEpoch {
    /// Counted from 1.
    pub epoch: usize,
    /// Optimisation steps so far.
    pub steps: usize,
    /// Cross-entropy; `ln 4 = 1.386` is guessing.
    pub loss: f64,
    /// Share of views whose rotation was recognised; 0.25 is guessing.
    pub accuracy: f64,
}

/// A network with a pretext-trained feature extractor and drawn heads.
#[derive(Debug)]
pub struct Pretext {
    /// The start.
    pub net: QpNet,
    /// All epochs.
    pub history: Vec<PretextEpoch>,
    /// How many images it has seen.
    pub images: usize,
}

/// A pretext training that could not be done.
#[derive(Debug, thiserror::Error)]
pub enum PretextError {
    /// A setting that makes no sense.
    #[error("pretext configuration: {field} must be {expected}, got {got}")]
    Setting {
        /// Which.
        field: &'static str,
        /// What it must be.
        expected: &'static str,
        /// What it is.
        got: String,
    },
    /// The training part is empty.
    #[error("the pretext task needs images: the training part of both subgroups is empty")]
    NoImages,
    /// Turning by 90 degrees needs squares.
    #[error("the pretext task needs square images, got {height} x {width}")]
    NotSquare {
        /// Rows.
        height: i64,
        /// Columns.
        width: i64,
    },
    /// The loss became infinite or NaN.
    #[error("the pretext loss is not finite in step {step}; lower the learning rate")]
    NotFinite {
        /// Counted from 1.
        step: usize,
    },
    /// The network's shape.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// libtorch.
    #[error("libtorch: {0}")]
    Torch(#[from] TchError),
}

impl PretextConfig {
    /// Check every number once.
    ///
    /// # Errors
    /// [`PretextError::Setting`] with field, expectation and value.
    pub fn check(&self) -> Result<(), PretextError> {
        let require = |field, expected, got: String, holds: bool| {
            if holds { Ok(()) } else { Err(PretextError::Setting { field, expected, got }) }
        };
        let counts = [
            ("batch", self.batch),
            ("epochs", self.epochs),
            ("steps_per_epoch", self.steps_per_epoch.unwrap_or(1)),
            ("halve_every", self.halve_every),
        ];
        for (field, count) in counts {
            require(field, "at least 1", count.to_string(), count >= 1)?;
        }
        let rate = self.learning_rate;
        require("learning_rate", "a finite number > 0", rate.to_string(), rate.is_finite() && rate > 0.0)
    }
}

/// All four rotations of a batch, and which they are.
///
/// # Shapes
/// `images (b, c, s, s)` -> `((4 b, c, s, s), (4 b))`, rotation 0 first.
fn rotations(images: &Tensor) -> (Tensor, Tensor) {
    let turned: Vec<Tensor> = (0..ROTATIONS).map(|quarter| images.rot90(quarter, [2, 3])).collect();
    let labels = Tensor::arange(ROTATIONS, (Kind::Int64, images.device()));
    (Tensor::cat(&turned, 0), labels.repeat_interleave_self_int(images.size()[0], 0, None))
}

/// A network of shape `model` whose backbone and feature layer come from the pretext task.
///
/// # Errors
/// [`PretextError`]: a setting, no training images, images that are not square, a loss that is
/// not finite.
pub fn rotation_start(
    model: &ModelConfig,
    population: &Population,
    config: &PretextConfig,
    device: Device,
    streams: &Streams,
    progress: &dyn Progress,
) -> Result<Pretext, PretextError> {
    config.check()?;
    let [channels, height, width] = population.images.shape();
    if model.channels != channels {
        let (expected, got) = ("the channels of the images", model.channels.to_string());
        return Err(PretextError::Setting { field: "model.channels", expected, got });
    }
    if height != width {
        return Err(PretextError::NotSquare { height, width });
    }
    // One cell for all: the sampler then walks the images without looking at label or subgroup.
    let members = training_members(population, &[DOMINANT, LESS_PREVALENT]);
    let members: Vec<_> = members.into_iter().map(|(_, position)| ((0, 0), position)).collect();
    if members.is_empty() {
        return Err(PretextError::NoImages);
    }
    let task = ModelConfig { classes: ROTATIONS, ..model.clone() };
    let solver = QpNet::new(&task, streams.number("pretext"), device)?;
    let mut sampler = CellSampler::new(&members, Sampling::Natural, streams.get("batches"));
    let mut adam = nn::Adam::default().build(solver.var_store(), config.learning_rate)?;
    let per_epoch = config.steps_per_epoch.unwrap_or_else(|| members.len().div_ceil(config.batch));
    progress.on(Event::Begin { stage: "pretext (rotation)", steps: per_epoch * config.epochs });

    let mut history = Vec::with_capacity(config.epochs);
    for epoch in 1..=config.epochs {
        adam.set_lr(config.learning_rate * 0.5f64.powi(((epoch - 1) / config.halve_every) as i32));
        let (mut loss_sum, mut right) = (0.0, 0.0);
        for step in (epoch - 1) * per_epoch + 1..=epoch * per_epoch {
            let images = population.images.batch(&sampler.batch(config.batch), device);
            let (views, labels) = rotations(&images);
            let logits = solver.classify(&solver.features(&views, Mode::Train));
            let loss = logits.cross_entropy_for_logits(&labels);
            let value = loss.double_value(&[]);
            if !value.is_finite() {
                return Err(PretextError::NotFinite { step });
            }
            adam.backward_step(&loss);
            loss_sum += value;
            let hits = logits.argmax(-1, false).eq_tensor(&labels);
            right += hits.to_kind(Kind::Float).mean(Kind::Float).double_value(&[]);
            progress.on(Event::Step { done: step, note: "" });
        }
        let steps = epoch * per_epoch;
        let mean = |sum: f64| sum / per_epoch as f64;
        let record = PretextEpoch { epoch, steps, loss: mean(loss_sum), accuracy: mean(right) };
        let note = format!("epoch {epoch} loss {:.3} accuracy {:.3}", record.loss, record.accuracy);
        progress.on(Event::Step { done: steps, note: &note });
        history.push(record);
    }
    progress.on(Event::End);
    let mut net = QpNet::new(model, streams.number("init"), device)?;
    net.copy_feature_extractor(&solver)?;
    Ok(Pretext { net, history, images: members.len() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{self, ImageSet, LoadOptions, Manifest, OnUnreadable, Part, SyntheticSizes};
    use crate::train::Silent;

    /// Images whose upper half is brighter, so that each rotation looks different.
    fn people() -> Population {
        let options = LoadOptions {
            scheme: "moderate".into(),
            image_size: 16,
            synthetic: SyntheticSizes {
                dominant_train: 40,
                less_train: 16,
                validation: [8, 8],
                test: [8, 8],
            },
            data_root: None,
            fold: None,
            cache: None,
            on_unreadable: OnUnreadable::Fail,
        };
        let manifest = Manifest::find("synthetic").expect("shipped");
        let mut people = data::load(&manifest, &options, &Streams::new(2), &|_, _| {}).expect("population");
        let bright = Tensor::cat(
            &[
                Tensor::ones([8, 16], (Kind::Float, Device::Cpu)),
                Tensor::zeros([8, 16], (Kind::Float, Device::Cpu)),
            ],
            0,
        );
        people.images =
            ImageSet::new(people.images.pixels().to_kind(Kind::Float) * 0.01 + bright, &[0.5], &[0.5]);
        people
    }

    fn start(people: &Population) -> Pretext {
        tch::set_num_threads(1);
        let config = PretextConfig { batch: 14, epochs: 6, learning_rate: 3e-3, ..PretextConfig::default() };
        let model = ModelConfig::narrow(1, 2, 4);
        rotation_start(&model, people, &config, Device::Cpu, &Streams::new(1), &Silent).expect("pretext")
    }

    #[test]
    fn four_views_and_their_labels() {
        let x = Tensor::from_slice(&[1.0, 2.0, 3.0, 4.0]).view([1, 1, 2, 2]);
        let (views, labels) = rotations(&x.repeat([2, 1, 1, 1]));
        assert_eq!(views.size(), [8, 1, 2, 2]);
        assert_eq!(Vec::<i64>::try_from(labels).expect("labels"), [0, 0, 1, 1, 2, 2, 3, 3]);
        let second = Vec::<f64>::try_from(views.get(2).flatten(0, -1)).expect("view");
        assert_eq!(second, [2.0, 4.0, 1.0, 3.0], "counter-clockwise");
    }

    #[test]
    fn it_learns_rotation_and_never_looks_at_labels_or_other_parts() {
        let mut people = people();
        let first = start(&people);
        assert_eq!(first.images, 56);
        let last = first.history.last().expect("epochs");
        assert_eq!(last.steps, 24);
        assert!(last.accuracy > 0.8 && last.loss < first.history[0].loss, "{:?}", first.history);
        assert_eq!(first.net.config().classes, 2);

        people.samples.iter_mut().for_each(|sample| sample.label = 1 - sample.label);
        let others = |part: Part| people.indices(part, None);
        let hidden: Vec<i64> =
            [others(Part::Validation), others(Part::Test)].concat().iter().map(|&at| at as i64).collect();
        let pixels = people.images.pixels().index_fill(0, &Tensor::from_slice(&hidden), 9.0);
        people.images = ImageSet::new(pixels, &[0.5], &[0.5]);
        let second = start(&people);
        for (name, tensor) in first.net.var_store().variables() {
            assert_eq!(tensor, second.net.var_store().variables()[&name], "{name}");
        }
    }

    #[test]
    fn bad_settings_are_named() {
        let config = PretextConfig { batch: 0, ..PretextConfig::default() };
        assert!(config.check().expect_err("no batch").to_string().contains("batch"));
        let config = PretextConfig { learning_rate: f64::NAN, ..PretextConfig::default() };
        assert!(config.check().expect_err("no rate").to_string().contains("learning_rate"));
    }
}

//! What can go wrong while training.

use super::{CheckpointError, ConfigError, Footprint};
use crate::data::Part;
use crate::metrics::MetricError;
use crate::model::ModelError;
use crate::stats::StatsError;

/// A training that could not be started or had to be given up.
#[derive(Debug, thiserror::Error)]
pub enum TrainError {
    /// A number became infinite or NaN.
    #[error(
        "{model}: {what} is not finite in epoch {epoch}, step {step} (batch of samples {samples}); \
         lower the learning rate or the gammas, and look at these images"
    )]
    NotFinite {
        /// Which model.
        model: String,
        /// Which quantity.
        what: &'static str,
        /// Epoch, counted from 1.
        epoch: usize,
        /// Step within the run, counted from 1.
        step: usize,
        /// The ids of the batch's samples, shortened.
        samples: String,
    },
    /// A cell that training needs has no sample.
    #[error(
        "{model}: the {} part of subgroup {subgroup} has no sample{}; choose another scheme or split",
        if *part == Part::Train { "training" } else { part.as_str() },
        class.map_or(String::new(), |class| format!(" of class {class}, and both classes are needed"))
    )]
    EmptyCell {
        /// Which model.
        model: String,
        /// The part that it is trained on.
        part: Part,
        /// The subgroup's name.
        subgroup: String,
        /// The class without samples; `None`: there is no sample at all.
        class: Option<usize>,
    },
    /// QPI was asked for without the Mixed model it starts from and is measured against.
    #[error(
        "{model}: this method needs the Mixed model's AUC on the dominant subgroup, which is undefined: {reason}"
    )]
    NoAnchor {
        /// Which model.
        model: String,
        /// Why.
        reason: String,
    },
    /// The system gave no thread.
    #[error("no thread to make batches ahead: {0}; train without prefetch")]
    Thread(std::io::Error),
    /// Memory is used up.
    #[error(
        "{}: the memory of {} does not suffice for batches of {} images of {} x {} x {}: take smaller batches \
         (--batch {}), smaller images (--image-size) or a narrower network ({detail})",
        footprint.model, name(footprint.device), footprint.batch, footprint.image[0], footprint.image[1],
        footprint.image[2], (footprint.batch / 2).max(4)
    )]
    OutOfMemory {
        /// What filled it.
        footprint: Footprint,
        /// The first line of what libtorch said.
        detail: String,
    },
    /// The listener has asked for the end.
    #[error("{model}: stopped after step {step} of {of}{}", if *kept { ", from which it goes on" } else { "" })]
    Stopped {
        /// Which model.
        model: String,
        /// Steps done.
        step: usize,
        /// Steps in all.
        of: usize,
        /// Whether a checkpoint has them.
        kept: bool,
    },
    /// What a method or the optimiser carries from step to step, as it was kept, is not what it carries.
    #[error(
        "the kept state of the training: {name} must be {expected}, got {got}; it belongs to another method"
    )]
    State {
        /// Name of the tensor.
        name: String,
        /// Its shape.
        expected: String,
        /// What was kept.
        got: String,
    },
    /// What the training was kept in.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
    /// A setting.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The network's shape.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// A metric refused its input.
    #[error(transparent)]
    Metric(#[from] MetricError),
    /// A statistic refused its input.
    #[error(transparent)]
    Stats(#[from] StatsError),
    /// libtorch.
    #[error("libtorch: {0}")]
    Torch(#[from] tch::TchError),
}

fn name(device: tch::Device) -> String {
    match device {
        tch::Device::Cpu => "the processor".to_owned(),
        tch::Device::Cuda(number) => format!("cuda:{number}"),
        other => format!("{other:?}"),
    }
}

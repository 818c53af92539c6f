//! What is measured: network, batch, machine.

use std::fmt::Display;

use qpnet_lib::data::{self, LoadOptions, Manifest, OnUnreadable, Population, SyntheticSizes};
use qpnet_lib::device::{ChosenDevice, choose};
use qpnet_lib::model::{Layout, ModelConfig, Stem};
use qpnet_lib::rng::Streams;

#[derive(Clone, clap::Args)]
pub struct Shape {
    /// Images in a batch.
    #[arg(long, default_value_t = 32, value_parser = clap::value_parser!(u16).range(8..))]
    pub batch: u16,
    /// Side of the square images in pixels.
    #[arg(long, default_value_t = 64, value_parser = clap::value_parser!(u16).range(16..=1024))]
    pub size: u16,
    /// Channels of the first stage; ResNet-18 has 64.
    #[arg(long, default_value_t = 64)]
    pub base: i64,
    /// The stem for small images: 3x3 without pooling.
    #[arg(long)]
    pub small_stem: bool,
    /// Kernels and activations pixel by pixel, of this turn.
    #[arg(long, hide = true)]
    pub channels_last: bool,
    /// Threads of libtorch, here and there.
    #[arg(long, default_value_t = 1)]
    pub threads: u16,
    /// Steps that are timed in a turn, after three that are not.
    #[arg(long, default_value_t = 20)]
    pub steps: usize,
    /// cpu, cuda or cuda:N.
    #[arg(long, default_value = "cpu")]
    pub device: String,
}

/// Steps before the timed ones: memory is allocated, kernels are chosen.
pub const WARM_UP: usize = 3;

impl Shape {
    /// The same as words of a command line.
    pub fn words(&self) -> Vec<String> {
        let word = |name: &str, value: &dyn Display| [format!("--{name}"), value.to_string()];
        let mut words: Vec<String> = [
            word("batch", &self.batch),
            word("size", &self.size),
            word("base", &self.base),
            word("threads", &self.threads),
            word("steps", &self.steps),
            word("device", &self.device),
        ]
        .concat();
        words.extend(self.small_stem.then(|| "--small-stem".to_owned()));
        words.extend(self.channels_last.then(|| "--channels-last".to_owned()));
        words
    }

    /// ResNet-18 for grey images, or one of `base` channels.
    pub fn model(&self) -> ModelConfig {
        let stem = if self.small_stem { Stem::Small } else { Stem::Imagenet };
        let layout = if self.channels_last { Layout::ChannelsLast } else { Layout::ChannelsFirst };
        ModelConfig { stem, layout, ..ModelConfig::narrow(1, 2, self.base) }
    }

    /// Set the number of threads and find the device.
    pub fn ready(&self) -> anyhow::Result<ChosenDevice> {
        tch::set_num_threads(self.threads.into());
        Ok(choose(self.device.parse()?)?)
    }

    /// A synthetic population with just enough training images.
    pub fn population(&self) -> anyhow::Result<Population> {
        let training = usize::from(self.batch).max(64);
        let options = LoadOptions {
            scheme: "moderate".to_owned(),
            image_size: self.size.into(),
            synthetic: SyntheticSizes {
                dominant_train: training,
                less_train: training,
                validation: [16, 16],
                test: [16, 16],
            },
            data_root: None,
            fold: None,
            cache: None,
            on_unreadable: OnUnreadable::Fail,
        };
        Ok(data::load(&Manifest::find("synthetic")?, &options, &Streams::new(1), &|_, _| {})?)
    }

    /// Floating-point operations of the convolutions and linear layers of a step: twice the
    /// multiplications forward, as much again for the gradients of inputs and of weights each; the
    /// images need no gradient.
    pub fn flops(&self) -> f64 {
        let model = self.model();
        let half = |side: i64| (side + 1) / 2;
        let conv =
            |side: i64, kernel: i64, input: i64, output: i64| side * side * kernel * kernel * input * output;
        let (kernel, mut side) = (if self.small_stem { 3 } else { 7 }, half(self.size.into()));
        let first = conv(side, kernel, model.channels, model.widths[0]);
        if !self.small_stem {
            side = half(side);
        }
        let (mut rest, mut input) = (0, model.widths[0]);
        for (stage, (&output, &blocks)) in model.widths.iter().zip(&model.blocks).enumerate() {
            side = if stage > 0 { half(side) } else { side };
            rest += conv(side, 3, input, output) + (2 * blocks as i64 - 1) * conv(side, 3, output, output);
            rest += if input == output { 0 } else { conv(side, 1, input, output) };
            input = output;
        }
        let hidden: i64 = model.hidden.iter().sum(); // one hidden layer a head
        rest += input * model.features + 2 * model.features * hidden + hidden * (model.classes + 1);
        f64::from(self.batch) * 2.0 * (2 * first + 3 * rest) as f64
    }
}

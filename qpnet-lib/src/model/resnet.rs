//! ResNet of basic blocks with width and depth multipliers.
//!
//! He et al. 2016, *Deep Residual Learning for Image Recognition* (arXiv 1512.03385); layer
//! names, strides and initialisation of torchvision's `resnet18`. The classifier `fc` is not
//! part of it: [`QpNet`](super::QpNet) puts its feature layer there.

use tch::Tensor;
use tch::nn::init::{FanInOut, NonLinearity, NormalOrUniform};
use tch::nn::{self, Init, ModuleT};

use super::drawing::{self, drawing};
use super::layers::norm;
use super::{Backbone, ModelConfig, Pass, Stem};

/// Kaiming normal by fan-out, torchvision's choice for convolutions.
const CONV_INIT: Init =
    Init::Kaiming { dist: NormalOrUniform::Normal, fan: FanInOut::FanOut, non_linearity: NonLinearity::ReLU };

fn conv(p: nn::Path, input: i64, output: i64, kernel: i64, stride: i64, padding: i64) -> nn::Conv2D {
    let config = nn::ConvConfig { stride, padding, bias: false, ws_init: CONV_INIT, ..Default::default() };
    drawing::conv2d(p, input, output, kernel, config)
}

/// Two 3x3 convolutions and a shortcut.
#[derive(Debug)]
pub struct BasicBlock {
    conv1: nn::Conv2D,
    bn1: nn::BatchNorm,
    conv2: nn::Conv2D,
    bn2: nn::BatchNorm,
    downsample: Option<(nn::Conv2D, nn::BatchNorm)>,
}

impl BasicBlock {
    fn new(p: &nn::Path, input: i64, output: i64, stride: i64) -> Self {
        let conv1 = conv(p / "conv1", input, output, 3, stride, 1);
        let bn1 = norm(p / "bn1", output);
        let conv2 = conv(p / "conv2", output, output, 3, 1, 1);
        let bn2 = norm(p / "bn2", output);
        let downsample = (stride != 1 || input != output).then(|| {
            let q = p / "downsample";
            (conv(&q / 0, input, output, 1, stride, 0), norm(&q / 1, output))
        });
        Self { conv1, bn1, conv2, bn2, downsample }
    }
}

impl BasicBlock {
    fn forward(&self, x: &Tensor, pass: &mut Pass) -> Tensor {
        let y = x.apply(&self.conv1);
        pass.taps.show(&y);
        let y = y.apply_t(&self.bn1, pass.train).relu_().apply(&self.conv2);
        pass.taps.show(&y);
        let y = y.apply_t(&self.bn2, pass.train);
        let shortcut = match &self.downsample {
            Some((conv, norm)) => x.apply(conv).apply_t(norm, pass.train),
            None => x.shallow_clone(),
        };
        (y + shortcut).relu_()
    }
}

/// Four stages of [`BasicBlock`]s, pooled to one vector an image.
#[derive(Debug)]
pub struct ResNet {
    stem: Stem,
    conv1: nn::Conv2D,
    bn1: nn::BatchNorm,
    stages: Vec<Vec<BasicBlock>>,
    outputs: i64,
}

impl ResNet {
    /// A ResNet below path `p`, initialised from libtorch's generator.
    pub fn new(p: &nn::Path, config: &ModelConfig) -> Self {
        let _drawing = drawing();
        let first = config.widths[0];
        let (kernel, padding) = match config.stem {
            Stem::Imagenet => (7, 3),
            Stem::Small => (3, 1),
        };
        let conv1 = conv(p / "conv1", config.channels, first, kernel, 2, padding);
        let bn1 = norm(p / "bn1", first);
        let mut input = first;
        let stages = (0..4).map(|stage| {
            let q = p / format!("layer{}", stage + 1);
            let output = config.widths[stage];
            let blocks = (0..config.blocks[stage]).map(|block| {
                let stride = if block == 0 && stage > 0 { 2 } else { 1 };
                let from = std::mem::replace(&mut input, output);
                BasicBlock::new(&(&q / block), from, output, stride)
            });
            blocks.collect()
        });
        Self { stem: config.stem, conv1, bn1, stages: stages.collect(), outputs: config.widths[3] }
    }
}

impl Backbone for ResNet {
    fn forward(&self, x: &Tensor, pass: &mut Pass) -> Tensor {
        let x = x.apply(&self.conv1); // (b, w0, h/2, w/2)
        pass.taps.show(&x);
        let mut x = x.apply_t(&self.bn1, pass.train).relu_();
        if self.stem == Stem::Imagenet {
            x = x.max_pool2d([3, 3], [2, 2], [1, 1], [1, 1], false); // (b, w0, h/4, w/4)
        }
        for block in self.stages.iter().flatten() {
            x = block.forward(&x, pass);
        }
        let pooled = x.adaptive_avg_pool2d([1, 1]).flatten(1, -1); // (b, w3)
        pass.taps.show(&pooled);
        pooled
    }

    /// `conv1`, the two convolutions of every block (shortcuts left out), `avgpool`: 18 points
    /// for ResNet-18.
    fn points(&self) -> Vec<String> {
        let mut points = vec!["conv1".to_owned()];
        for (stage, blocks) in self.stages.iter().enumerate() {
            for block in 0..blocks.len() {
                points.extend((1..=2).map(|conv| format!("layer{}.{block}.conv{conv}", stage + 1)));
            }
        }
        points.push("avgpool".to_owned());
        points
    }

    fn outputs(&self) -> i64 {
        self.outputs
    }

    fn stem_weight(&self) -> &'static str {
        "conv1.weight"
    }
}

impl ModuleT for ResNet {
    /// `(b, c, h, w) -> (b, widths[3])`; `train` chooses the batch-norm statistics.
    fn forward_t(&self, x: &Tensor, train: bool) -> Tensor {
        self.forward(x, &mut Pass::plain(train))
    }
}

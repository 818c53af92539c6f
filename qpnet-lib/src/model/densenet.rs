//! DenseNet-121 with width and depth multipliers.
//!
//! Huang et al. 2017, *Densely Connected Convolutional Networks* (arXiv 1608.06993), DenseNet-BC
//! with growth rate 32; layer names, strides and initialisation of torchvision's `densenet121`.
//! The classifier is not part of it, and nothing is dropped out, as in torchvision's default.
//!
//! `width` multiplies growth rate and first channels (to the nearest whole number, at least 1),
//! `depth` the layers of each block (rounded up). Every transition halves its channels.

use tch::Tensor;
use tch::nn::{self, init};

use super::drawing::{self, drawing};
use super::layers::norm;
use super::{Backbone, ModelConfig, Pass, Stem};

/// New channels a layer.
const GROWTH: i64 = 32;
/// Channels of the first convolution.
const FIRST: i64 = 64;
/// Dense layers of the four blocks.
const LAYERS: [usize; 4] = [6, 12, 24, 16];
/// Channels between the two convolutions of a layer, in units of the growth rate.
const BOTTLENECK: i64 = 4;

fn conv(p: nn::Path, input: i64, output: i64, kernel: i64, stride: i64) -> nn::Conv2D {
    let ws_init = init::DEFAULT_KAIMING_NORMAL;
    let config = nn::ConvConfig { stride, padding: kernel / 2, bias: false, ws_init, ..Default::default() };
    drawing::conv2d(p, input, output, kernel, config)
}

/// From all channels so far to `growth` new ones.
#[derive(Debug)]
struct DenseLayer {
    norm1: nn::BatchNorm,
    conv1: nn::Conv2D,
    norm2: nn::BatchNorm,
    conv2: nn::Conv2D,
}

impl DenseLayer {
    fn new(p: &nn::Path, input: i64, growth: i64) -> Self {
        let middle = BOTTLENECK * growth;
        Self {
            norm1: norm(p / "norm1", input),
            conv1: conv(p / "conv1", input, middle, 1, 1),
            norm2: norm(p / "norm2", middle),
            conv2: conv(p / "conv2", middle, growth, 3, 1),
        }
    }

    /// `(b, c, h, w) -> (b, c + growth, h, w)`.
    fn forward(&self, x: &Tensor, pass: &mut Pass) -> Tensor {
        let middle = x.apply_t(&self.norm1, pass.train).relu_().apply(&self.conv1);
        let new = middle.apply_t(&self.norm2, pass.train).relu_().apply(&self.conv2);
        pass.taps.show(&new);
        Tensor::cat(&[x, &new], 1)
    }
}

/// Half the channels, half the side.
#[derive(Debug)]
struct Transition {
    norm: nn::BatchNorm,
    conv: nn::Conv2D,
}

impl Transition {
    fn forward(&self, x: &Tensor, pass: &mut Pass) -> Tensor {
        let x = x.apply_t(&self.norm, pass.train).relu_().apply(&self.conv);
        pass.taps.show(&x);
        // Not `avg_pool2d_default`: tch divides by 1 there.
        x.avg_pool2d([2, 2], [2, 2], [0, 0], false, true, None::<i64>)
    }
}

/// Four dense blocks with transitions between them, pooled to one vector an image.
#[derive(Debug)]
pub struct DenseNet {
    stem: Stem,
    conv0: nn::Conv2D,
    norm0: nn::BatchNorm,
    blocks: Vec<(Vec<DenseLayer>, Option<Transition>)>,
    norm5: nn::BatchNorm,
    outputs: i64,
}

impl DenseNet {
    /// The smallest side of images that the last transition can still halve.
    pub(super) fn smallest_side(stem: Stem) -> i64 {
        match stem {
            Stem::Imagenet => 29, // 15, 8, 4, 2, 1
            Stem::Small => 15,    // 8, 4, 2, 1
        }
    }

    /// A DenseNet below path `p`, initialised from libtorch's generator.
    pub fn new(p: &nn::Path, config: &ModelConfig) -> Self {
        let _drawing = drawing();
        let p = p / "features";
        let scale = config.multipliers;
        let (growth, first) = (scale.channels(GROWTH), scale.channels(FIRST));
        let kernel = match config.stem {
            Stem::Imagenet => 7,
            Stem::Small => 3,
        };
        let conv0 = conv(&p / "conv0", config.channels, first, kernel, 2);
        let norm0 = norm(&p / "norm0", first);
        let (mut channels, mut blocks) = (first, Vec::new());
        for (at, layers) in LAYERS.into_iter().enumerate() {
            let q = &p / format!("denseblock{}", at + 1);
            let layer = |number: usize| {
                let from = channels + number as i64 * growth;
                DenseLayer::new(&(&q / format!("denselayer{}", number + 1)), from, growth)
            };
            let layers: Vec<DenseLayer> = (0..scale.layers(layers)).map(layer).collect();
            channels += layers.len() as i64 * growth;
            let transition = (at + 1 < LAYERS.len()).then(|| {
                let q = &p / format!("transition{}", at + 1);
                Transition {
                    norm: norm(&q / "norm", channels),
                    conv: conv(&q / "conv", channels, channels / 2, 1, 1),
                }
            });
            if transition.is_some() {
                channels /= 2;
            }
            blocks.push((layers, transition));
        }
        let norm5 = norm(&p / "norm5", channels);
        Self { stem: config.stem, conv0, norm0, blocks, norm5, outputs: channels }
    }
}

impl Backbone for DenseNet {
    fn forward(&self, x: &Tensor, pass: &mut Pass) -> Tensor {
        let x = x.apply(&self.conv0); // (b, first, h/2, w/2)
        pass.taps.show(&x);
        let mut x = x.apply_t(&self.norm0, pass.train).relu_();
        if self.stem == Stem::Imagenet {
            x = x.max_pool2d([3, 3], [2, 2], [1, 1], [1, 1], false); // (b, first, h/4, w/4)
        }
        for (layers, transition) in &self.blocks {
            for layer in layers {
                x = layer.forward(&x, pass);
            }
            if let Some(transition) = transition {
                x = transition.forward(&x, pass);
            }
        }
        let pooled = x.apply_t(&self.norm5, pass.train).relu_().adaptive_avg_pool2d([1, 1]).flatten(1, -1);
        pass.taps.show(&pooled);
        pooled // (b, outputs)
    }

    /// First convolution, the new channels of every dense layer, the convolution of every
    /// transition, pooled features: 63 points for DenseNet-121.
    fn points(&self) -> Vec<String> {
        let mut points = vec!["features.conv0".to_owned()];
        for (at, (layers, transition)) in self.blocks.iter().enumerate() {
            let block = at + 1;
            let layer = |number| format!("features.denseblock{block}.denselayer{number}.conv2");
            points.extend((1..=layers.len()).map(layer));
            points.extend(transition.iter().map(|_| format!("features.transition{block}.conv")));
        }
        points.push("avgpool".to_owned());
        points
    }

    fn outputs(&self) -> i64 {
        self.outputs
    }

    fn stem_weight(&self) -> &'static str {
        "features.conv0.weight"
    }
}

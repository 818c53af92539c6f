//! EfficientNet-Lite0: EfficientNet-B0 without squeeze-and-excitation and with ReLU6.
//!
//! Tan and Le 2019, *EfficientNet* (arXiv 1905.11946); the Lite variant is Google's, released
//! in `tensorflow/tpu` in 2020, where stem and head keep their width. Parameters are named as
//! in the PyTorch port whose ImageNet weights are public (`_conv_stem`, `_blocks.0._bn1` …), so
//! that these weights fit. Padding is TensorFlow's `SAME`, batch normalisation has
//! `eps = 1e-3` and PyTorch momentum 0.01. Dropout and stochastic depth are left out.
//!
//! The weights expect pixels as `(x - 127) / 128` ([`EfficientNetLite0::NORMALISATION`]) and
//! were trained at 224 px; any size from 32 px runs.

use tch::Tensor;
use tch::nn::init::{FanInOut, NonLinearity, NormalOrUniform};
use tch::nn::{self, Init};

use super::drawing::{self, drawing};
use super::{Backbone, Pass};

/// `N(0, 2 / fan_out)`, as the original code draws convolutions.
const CONV_INIT: Init =
    Init::Kaiming { dist: NormalOrUniform::Normal, fan: FanInOut::FanOut, non_linearity: NonLinearity::ReLU };

/// `(repeats, kernel, stride of the first, expansion, output channels)` of the seven stages.
const STAGES: [(usize, i64, i64, i64, i64); 7] = [
    (1, 3, 1, 1, 16),
    (2, 3, 2, 6, 24),
    (2, 5, 2, 6, 40),
    (3, 3, 2, 6, 80),
    (3, 5, 1, 6, 112),
    (4, 5, 2, 6, 192),
    (1, 3, 1, 6, 320),
];
const STEM: i64 = 32;
const HEAD: i64 = 1280;

/// A convolution with TensorFlow's `SAME` padding, which depends on the size of its input.
#[derive(Debug)]
struct SameConv {
    conv: nn::Conv2D,
    kernel: i64,
    stride: i64,
}

impl SameConv {
    fn new(p: nn::Path, input: i64, output: i64, kernel: i64, stride: i64, groups: i64) -> Self {
        let config = nn::ConvConfig { stride, groups, bias: false, ws_init: CONV_INIT, ..Default::default() };
        Self { conv: drawing::conv2d(p, input, output, kernel, config), kernel, stride }
    }

    /// Rows to add before and after `size` of them; the odd one goes behind.
    fn padding(&self, size: i64) -> (i64, i64) {
        let outputs = (size + self.stride - 1) / self.stride;
        let total = ((outputs - 1) * self.stride + self.kernel - size).max(0);
        (total / 2, total - total / 2)
    }

    fn forward(&self, x: &Tensor) -> Tensor {
        let size = x.size();
        let ((top, bottom), (left, right)) = (self.padding(size[2]), self.padding(size[3]));
        if [top, bottom, left, right] == [0; 4] {
            return x.apply(&self.conv);
        }
        x.constant_pad_nd([left, right, top, bottom]).apply(&self.conv)
    }
}

fn norm(p: nn::Path, channels: i64) -> nn::BatchNorm {
    let config =
        nn::BatchNormConfig { eps: 1e-3, momentum: 0.01, ws_init: Init::Const(1.0), ..Default::default() };
    nn::batch_norm2d(p, channels, config)
}

/// Inverted residual: expand, filter each channel, project.
#[derive(Debug)]
struct MbConv {
    expand: Option<(SameConv, nn::BatchNorm)>,
    depthwise: SameConv,
    bn1: nn::BatchNorm,
    project: SameConv,
    bn2: nn::BatchNorm,
    shortcut: bool,
}

impl MbConv {
    fn new(p: &nn::Path, kernel: i64, stride: i64, expansion: i64, input: i64, output: i64) -> Self {
        let wide = input * expansion;
        let expand = (expansion != 1)
            .then(|| (SameConv::new(p / "_expand_conv", input, wide, 1, 1, 1), norm(p / "_bn0", wide)));
        Self {
            expand,
            depthwise: SameConv::new(p / "_depthwise_conv", wide, wide, kernel, stride, wide),
            bn1: norm(p / "_bn1", wide),
            project: SameConv::new(p / "_project_conv", wide, output, 1, 1, 1),
            bn2: norm(p / "_bn2", output),
            shortcut: stride == 1 && input == output,
        }
    }

    fn forward(&self, x: &Tensor, pass: &mut Pass) -> Tensor {
        let wide = match &self.expand {
            Some((conv, norm)) => conv.forward(x).apply_t(norm, pass.train).relu6(),
            None => x.shallow_clone(),
        };
        let filtered = self.depthwise.forward(&wide).apply_t(&self.bn1, pass.train).relu6();
        let projected = self.project.forward(&filtered);
        pass.taps.show(&projected);
        let y = projected.apply_t(&self.bn2, pass.train);
        if self.shortcut { y + x } else { y }
    }
}

/// The network up to its pooled 1,280 features; the classifier `_fc` is not part of it.
#[derive(Debug)]
pub struct EfficientNetLite0 {
    stem: SameConv,
    bn0: nn::BatchNorm,
    blocks: Vec<MbConv>,
    head: SameConv,
    bn1: nn::BatchNorm,
}

impl EfficientNetLite0 {
    /// `(mean, std)` of a channel that the public weights expect, in units of pixels / 255.
    pub const NORMALISATION: (f64, f64) = (127.0 / 255.0, 128.0 / 255.0);

    /// A network below path `p`, initialised from libtorch's generator.
    pub fn new(p: &nn::Path, channels: i64) -> Self {
        let _drawing = drawing();
        let stem = SameConv::new(p / "_conv_stem", channels, STEM, 3, 2, 1);
        let bn0 = norm(p / "_bn0", STEM);
        let (mut blocks, mut input) = (Vec::new(), STEM);
        for (repeats, kernel, first_stride, expansion, output) in STAGES {
            for repeat in 0..repeats {
                let stride = if repeat == 0 { first_stride } else { 1 };
                let q = p / "_blocks" / blocks.len();
                blocks.push(MbConv::new(&q, kernel, stride, expansion, input, output));
                input = output;
            }
        }
        let head = SameConv::new(p / "_conv_head", input, HEAD, 1, 1, 1);
        Self { stem, bn0, blocks, head, bn1: norm(p / "_bn1", HEAD) }
    }
}

impl Backbone for EfficientNetLite0 {
    fn forward(&self, x: &Tensor, pass: &mut Pass) -> Tensor {
        let stem = self.stem.forward(x); // (b, 32, h/2, w/2)
        pass.taps.show(&stem);
        let mut x = stem.apply_t(&self.bn0, pass.train).relu6();
        for block in &self.blocks {
            x = block.forward(&x, pass);
        }
        let head = self.head.forward(&x); // (b, 1280, h/32, w/32)
        pass.taps.show(&head);
        let pooled = head.apply_t(&self.bn1, pass.train).relu6().adaptive_avg_pool2d([1, 1]).flatten(1, -1);
        pass.taps.show(&pooled);
        pooled // (b, 1280)
    }

    /// Stem, the projection of each of the 16 blocks, head, pooled features: 19 points.
    fn points(&self) -> Vec<String> {
        let blocks = (0..self.blocks.len()).map(|block| format!("_blocks.{block}._project_conv"));
        let ends = |name: &str| std::iter::once(name.to_owned());
        ends("_conv_stem").chain(blocks).chain(ends("_conv_head")).chain(ends("avgpool")).collect()
    }

    fn outputs(&self) -> i64 {
        HEAD
    }

    fn stem_weight(&self) -> &'static str {
        "_conv_stem.weight"
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tch::Device;

    #[test]
    fn padding_is_tensorflows() {
        let vs = nn::VarStore::new(Device::Cpu);
        let conv = |kernel, stride| SameConv::new(vs.root() / kernel / stride, 1, 1, kernel, stride, 1);
        assert_eq!(conv(3, 2).padding(64), (0, 1));
        assert_eq!(conv(3, 2).padding(65), (1, 1));
        assert_eq!(conv(5, 2).padding(56), (1, 2));
        assert_eq!(conv(5, 1).padding(7), (2, 2));
        assert_eq!(conv(1, 1).padding(7), (0, 0));
    }
}

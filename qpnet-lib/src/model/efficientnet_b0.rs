//! EfficientNet-B0 with width and depth multipliers.
//!
//! Tan and Le 2019, *EfficientNet* (arXiv 1905.11946); layer names, padding, normalisation and
//! initialisation of torchvision's `efficientnet_b0`. The classifier with its dropout is not part
//! of it.
//!
//! `width` multiplies channels (to a multiple of 8 that is not more than a tenth too small),
//! `depth` the blocks of each stage (rounded up): the compound scaling of the paper.
//!
//! Stochastic depth is off by default (`drop_path = 0`; torchvision trains with 0.2). Where it is
//! on, block `i` of `n` drops its branch with probability `drop_path * i / n`. What is dropped is
//! drawn from the generator of the [`Pass`], never from libtorch's, which trainings side by side
//! would share.

use tch::Tensor;
use tch::nn::init::{FanInOut, NonLinearity, NormalOrUniform};
use tch::nn::{self, Init};

use super::drawing::{self, drawing};
use super::layers::norm;
use super::{Backbone, ModelConfig, Multipliers, Pass};

/// `N(0, 2 / fan_out)`, torchvision's choice.
const CONV_INIT: Init =
    Init::Kaiming { dist: NormalOrUniform::Normal, fan: FanInOut::FanOut, non_linearity: NonLinearity::ReLU };

/// `(blocks, kernel, stride of the first, expansion, output channels)` of the seven stages.
const STAGES: [(usize, i64, i64, i64, i64); 7] = [
    (1, 3, 1, 1, 16),
    (2, 3, 2, 6, 24),
    (2, 5, 2, 6, 40),
    (3, 3, 2, 6, 80),
    (3, 5, 1, 6, 112),
    (4, 5, 2, 6, 192),
    (1, 3, 1, 6, 320),
];
/// Channels of the first convolution.
const FIRST: i64 = 32;
/// Channels of the last convolution, in units of those of the last stage.
const LAST: i64 = 4;
/// Channels in the middle of a squeeze, as a part of those that enter the block.
const SQUEEZE: i64 = 4;

/// `channels * width` as a multiple of 8, at least 8 and at least nine tenths of it.
fn widened(channels: i64, width: f64) -> i64 {
    let wanted = channels as f64 * width;
    let nearest = ((wanted + 4.0) as i64 / 8 * 8).max(8);
    if (nearest as f64) < 0.9 * wanted { nearest + 8 } else { nearest }
}

/// A convolution without bias and its normalisation, named `0` and `1`.
#[derive(Debug)]
struct ConvNorm {
    conv: nn::Conv2D,
    norm: nn::BatchNorm,
}

impl ConvNorm {
    fn new(p: &nn::Path, channels: (i64, i64), kernel: i64, stride: i64, groups: i64) -> Self {
        let padding = kernel / 2;
        let config =
            nn::ConvConfig { stride, padding, groups, bias: false, ws_init: CONV_INIT, ..Default::default() };
        let (input, output) = channels;
        Self { conv: drawing::conv2d(p / 0, input, output, kernel, config), norm: norm(p / 1, output) }
    }

    fn forward(&self, x: &Tensor, pass: &Pass) -> Tensor {
        x.apply(&self.conv).apply_t(&self.norm, pass.train)
    }
}

/// Squeeze-and-excitation: each channel times a number that all channels decide.
#[derive(Debug)]
struct Excitation {
    fc1: nn::Conv2D,
    fc2: nn::Conv2D,
}

impl Excitation {
    fn new(p: &nn::Path, channels: i64, middle: i64) -> Self {
        let config = nn::ConvConfig { ws_init: CONV_INIT, ..Default::default() };
        let fc1 = drawing::conv2d(p / "fc1", channels, middle, 1, config);
        Self { fc1, fc2: drawing::conv2d(p / "fc2", middle, channels, 1, config) }
    }

    fn forward(&self, x: &Tensor) -> Tensor {
        let squeezed = x.adaptive_avg_pool2d([1, 1]).apply(&self.fc1).silu(); // (b, middle, 1, 1)
        squeezed.apply(&self.fc2).sigmoid() * x
    }
}

/// What distinguishes a block from another.
#[derive(Clone, Copy)]
struct Shape {
    kernel: i64,
    stride: i64,
    expansion: i64,
    input: i64,
    output: i64,
}

/// Inverted residual: expand, filter each channel, excite, project.
#[derive(Debug)]
struct MbConv {
    expand: Option<ConvNorm>,
    depthwise: ConvNorm,
    excitation: Excitation,
    project: ConvNorm,
    shortcut: bool,
    drop_path: f64,
}

impl MbConv {
    fn new(p: &nn::Path, shape: Shape, drop_path: f64) -> Self {
        let Shape { kernel, stride, expansion, input, output } = shape;
        let p = p / "block";
        let wide = widened(input, expansion as f64);
        // The layers of a block are numbered through.
        let expand = (wide != input).then(|| ConvNorm::new(&(&p / 0), (input, wide), 1, 1, 1));
        let next = usize::from(expand.is_some());
        Self {
            expand,
            depthwise: ConvNorm::new(&(&p / next), (wide, wide), kernel, stride, wide),
            excitation: Excitation::new(&(&p / (next + 1)), wide, (input / SQUEEZE).max(1)),
            project: ConvNorm::new(&(&p / (next + 2)), (wide, output), 1, 1, 1),
            shortcut: stride == 1 && input == output,
            drop_path,
        }
    }

    fn forward(&self, x: &Tensor, pass: &mut Pass) -> Tensor {
        let wide =
            self.expand.as_ref().map_or_else(|| x.shallow_clone(), |expand| expand.forward(x, pass).silu());
        let filtered = self.depthwise.forward(&wide, pass).silu();
        let projected = self.excitation.forward(&filtered).apply(&self.project.conv);
        pass.taps.show(&projected);
        let y = projected.apply_t(&self.project.norm, pass.train);
        if self.shortcut { pass.residual(y, self.drop_path) + x } else { y }
    }
}

/// The network up to its pooled features, 1,280 for `width = 1`.
#[derive(Debug)]
pub struct EfficientNetB0 {
    first: ConvNorm,
    counts: [usize; 7],
    blocks: Vec<MbConv>,
    last: ConvNorm,
    outputs: i64,
}

impl EfficientNetB0 {
    /// A network below path `p`, initialised from libtorch's generator.
    pub fn new(p: &nn::Path, config: &ModelConfig) -> Self {
        let _drawing = drawing();
        let p = p / "features";
        let Multipliers { width, .. } = config.multipliers;
        let mut input = widened(FIRST, width);
        let first = ConvNorm::new(&(&p / 0), (config.channels, input), 3, 2, 1);
        let counts = STAGES.map(|(blocks, ..)| config.multipliers.layers(blocks));
        let total = counts.iter().sum::<usize>() as f64;
        let mut blocks = Vec::new();
        for (stage, (_, kernel, first_stride, expansion, output)) in STAGES.into_iter().enumerate() {
            let output = widened(output, width);
            for number in 0..counts[stage] {
                let stride = if number == 0 { first_stride } else { 1 };
                let shape = Shape { kernel, stride, expansion, input, output };
                let drop_path = config.drop_path * blocks.len() as f64 / total;
                blocks.push(MbConv::new(&(&p / (stage + 1) / number), shape, drop_path));
                input = output;
            }
        }
        let outputs = LAST * input;
        let last = ConvNorm::new(&(&p / (STAGES.len() + 1)), (input, outputs), 1, 1, 1);
        Self { first, counts, blocks, last, outputs }
    }

    /// Probability with which each block drops its branch, where it has a shortcut.
    pub fn drop_paths(&self) -> Vec<f64> {
        self.blocks.iter().map(|block| block.drop_path).collect()
    }
}

impl Backbone for EfficientNetB0 {
    fn forward(&self, x: &Tensor, pass: &mut Pass) -> Tensor {
        let first = x.apply(&self.first.conv); // (b, 32, h/2, w/2)
        pass.taps.show(&first);
        let mut x = first.apply_t(&self.first.norm, pass.train).silu();
        for block in &self.blocks {
            x = block.forward(&x, pass);
        }
        let last = x.apply(&self.last.conv); // (b, 1280, h/32, w/32)
        pass.taps.show(&last);
        let pooled = last.apply_t(&self.last.norm, pass.train).silu().adaptive_avg_pool2d([1, 1]);
        let pooled = pooled.flatten(1, -1);
        pass.taps.show(&pooled);
        pooled // (b, 1280)
    }

    /// First convolution, the projection of each block, last convolution, pooled features: 19
    /// points for EfficientNet-B0.
    fn points(&self) -> Vec<String> {
        let mut points = vec!["features.0.0".to_owned()];
        let places =
            self.counts.iter().enumerate().flat_map(|(stage, &count)| (0..count).map(move |n| (stage, n)));
        for ((stage, number), block) in places.zip(&self.blocks) {
            let project = 2 + usize::from(block.expand.is_some());
            points.push(format!("features.{}.{number}.block.{project}.0", stage + 1));
        }
        points.push(format!("features.{}.0", STAGES.len() + 1));
        points.push("avgpool".to_owned());
        points
    }

    fn outputs(&self) -> i64 {
        self.outputs
    }

    fn stem_weight(&self) -> &'static str {
        "features.0.0.weight"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn channels_are_multiples_of_eight_and_never_much_too_few() {
        // The last one: 11.2 is nearer to 8, which is less than nine tenths of it.
        for (channels, width, expected) in
            [(32, 1.0, 32), (320, 1.2, 384), (16, 0.25, 8), (24, 1.4, 32), (40, 0.28, 16)]
        {
            assert_eq!(widened(channels, width), expected, "{channels} * {width}");
        }
    }
}

//! A small multi-layer perceptron: the class head and the subgroup head.

use tch::Tensor;
use tch::nn::{self, Init, Module};

use super::drawing::{self, drawing};

/// A fully connected layer with PyTorch's initialisation, `U(-1/sqrt(in), 1/sqrt(in))`.
pub(super) fn linear(p: nn::Path, input: i64, output: i64) -> nn::Linear {
    let bound = 1.0 / (input as f64).sqrt();
    let init = Init::Uniform { lo: -bound, up: bound };
    drawing::linear(p, input, output, nn::LinearConfig { ws_init: init, bs_init: Some(init), bias: true })
}

/// Linear layers with ReLU between them; the last one gives logits.
#[derive(Debug)]
pub struct Mlp {
    layers: Vec<nn::Linear>,
}

impl Mlp {
    /// Layers `input -> hidden… -> output` below path `p`, named `0`, `1`, ….
    pub fn new(p: &nn::Path, input: i64, hidden: &[i64], output: i64) -> Self {
        let _drawing = drawing();
        let sizes: Vec<i64> = [&[input], hidden, &[output]].concat();
        let layer = |(i, pair): (usize, &[i64])| linear(p / i, pair[0], pair[1]);
        Self { layers: sizes.windows(2).enumerate().map(layer).collect() }
    }
}

impl Mlp {
    /// [`Module::forward`] with a gradient for the last layer only.
    pub fn forward_last(&self, x: &Tensor) -> Tensor {
        let Some((last, before)) = self.layers.split_last() else { return x.shallow_clone() };
        let hidden = tch::no_grad(|| before.iter().fold(x.detach(), |x, layer| x.apply(layer).relu()));
        hidden.apply(last)
    }
}

impl Module for Mlp {
    fn forward(&self, x: &Tensor) -> Tensor {
        let mut layers = self.layers.iter();
        let first = layers.next().map_or_else(|| x.shallow_clone(), |layer| x.apply(layer));
        layers.fold(first, |x, layer| x.relu().apply(layer))
    }
}

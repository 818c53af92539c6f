//! Pooled features of every backbone beside those of torchvision, or of a forward pass written in PyTorch, on the
//! weights and inputs of `backbones.json` and `efficientnet_lite0.json`.
#![allow(dead_code)] // tests and the example use their own parts of it

use std::collections::HashMap;
use std::path::Path;

use qpnet_lib::model::{
    Backbone, BackboneName, DenseNet, EfficientNetB0, EfficientNetLite0, ModelConfig, Multipliers, Pass,
    ResNet, Stem, Taps,
};
use serde_json::Value;
use tch::{Device, Kind, Tensor, nn};

use crate::pairs::Pair;
use crate::support::{draws, fill_drawn, golden, list, number, tensor, text};

/// The draws of the input, apart from those of every tensor.
pub const INPUT: u64 = 1_000_000;
/// Of the pooled features and of running statistics every eighth is kept.
pub const STRIDE: i64 = 8;

/// The network of an entry.
pub fn config(entry: &Value) -> ModelConfig {
    let factor = |key: &str| entry[key].as_f64().unwrap_or(1.0);
    let backbone: BackboneName = text(&entry["backbone"]).parse().expect("backbone");
    let multipliers = Multipliers { width: factor("width"), depth: factor("depth") };
    let stem = if entry["stem"] == "small" { Stem::Small } else { Stem::Imagenet };
    let config = ModelConfig { backbone, multipliers, stem, ..ModelConfig::resnet18(3, 2) };
    config.check().expect("a network");
    config
}

/// Its backbone alone.
pub fn build(config: &ModelConfig, p: &nn::Path) -> Box<dyn Backbone> {
    match config.backbone {
        BackboneName::Resnet => Box::new(ResNet::new(p, config)),
        BackboneName::Densenet121 => Box::new(DenseNet::new(p, config)),
        BackboneName::EfficientnetB0 => Box::new(EfficientNetB0::new(p, config)),
        BackboneName::EfficientnetLite0 => unreachable!("it has a file of its own"),
    }
}

/// A forward pass: the weights after it, its pooled features, and what leaves each layer that CKA compares.
pub struct Forward {
    /// Parameters and running statistics.
    pub vs: nn::VarStore,
    /// `(b, outputs)`, every eighth of them.
    pub pooled: Tensor,
    /// Names and activations.
    pub points: Vec<(String, Tensor)>,
}

/// The forward pass of a case of `backbones.json`.
pub fn forward(case: &Value, kind: Kind) -> Forward {
    let mut vs = nn::VarStore::new(Device::Cpu);
    let net = build(&config(case), &vs.root());
    vs.set_kind(kind);
    fill_drawn(vs.variables());
    let (batch, size) = (number(&case["batch"]) as i64, number(&case["size"]) as i64);
    let x = (3f64.sqrt() * draws(INPUT, &[batch, 3, size, size])).to_kind(kind);
    let mut pass = Pass { taps: Taps::open(), ..Pass::plain(text(&case["mode"]) == "train") };
    let pooled = tch::no_grad(|| net.forward(&x, &mut pass)).slice(1, 0, None, STRIDE);
    let points = net.points().into_iter().zip(pass.taps.into_vec()).collect();
    Forward { vs, pooled, points }
}

/// Its pooled features beside torchvision's in the same precision.
pub fn pooled(case: &Value, kind: Kind, got: &Tensor) -> Pair {
    let key = if kind == Kind::Float { "pooled_f32" } else { "pooled" };
    let what = format!("{} {} of {} px", text(&case["backbone"]), text(&case["mode"]), case["size"]);
    Pair::value(&what, got, &case[key])
}

/// EfficientNet-Lite0 with the weights of the file at `path`.
pub fn lite0(path: &Path, kind: Kind) -> Vec<Pair> {
    let stored: HashMap<String, Tensor> =
        Tensor::read_safetensors(path).expect("weights").into_iter().collect();
    let file = golden("efficientnet_lite0.json");
    let mut pairs = Vec::new();
    for (part, train) in [("cases", false), ("training", true)] {
        for case in list(&file[part]) {
            let mut vs = nn::VarStore::new(Device::Cpu);
            let net = EfficientNetLite0::new(&vs.root(), 3);
            vs.set_kind(kind);
            for (name, mut variable) in vs.variables() {
                tch::no_grad(|| variable.copy_(&stored[&name]));
            }
            let size = number(&case["size"]) as i64;
            // The picture is in single precision on either side.
            let coarse = tensor(&case["coarse"]).to_kind(Kind::Float).to_kind(kind);
            let x = coarse.upsample_nearest2d([size, size], None, None);
            let pooled = tch::no_grad(|| net.forward(&x, &mut Pass::plain(train)));
            let some = pooled.slice(1, 0, None, STRIDE);
            let (got, key) = match (kind, train) {
                (Kind::Float, false) => (pooled, "pooled"),
                (Kind::Float, true) => (some, "pooled"),
                _ => (some, "pooled_f64"),
            };
            pairs.push(Pair::value(&format!("{part} of {size} px"), &got, &case[key]));
        }
    }
    pairs
}

//! How far every loss and backbone is from PyTorch, as a Markdown table.
//!
//! ```text
//! QPNET_DATA=/data cargo run --example parity        # without it: all but EfficientNet-Lite0
//! ```
//!
//! The other side are the arrays of `tests/golden`, which the Python scripts beside them computed; the tests
//! `golden_losses`, `golden_backbones` and `golden_activations` hold the same arrays to their tolerances.
#![allow(clippy::print_stdout)]

#[path = "../../../tests/support/backbone_pairs.rs"]
mod backbone_pairs;
#[path = "../../../tests/support/loss_pairs.rs"]
mod loss_pairs;
#[path = "../../../tests/support/pairs.rs"]
mod pairs;
#[path = "../../../tests/support/mod.rs"]
mod support;

use std::path::PathBuf;

use pairs::{Pair, Part};
use tch::Kind;

/// Of the backbones in `backbones.json`, the name there and the name here.
const BACKBONES: [(&str, &str); 3] =
    [("resnet", "ResNet-18"), ("densenet121", "DenseNet-121"), ("efficientnet_b0", "EfficientNet-B0")];

fn main() {
    println!("Largest absolute difference, and in brackets over the largest number of its array:\n");
    println!("| | arrays | numbers | value, f64 | gradient, f64 | value, f32 | gradient, f32 |");
    println!("|---|---|---|---|---|---|---|");
    let losses = support::golden("losses.json");
    for (loss, pairs) in loss_pairs::LOSSES {
        row(loss, &|kind| pairs(&losses, kind));
    }
    let backbones = support::golden("backbones.json");
    for (key, name) in BACKBONES {
        for mode in ["eval", "train"] {
            let cases = || {
                let all = support::list(&backbones["parity"]).iter();
                all.filter(|case| case["backbone"] == key && case["mode"] == mode)
            };
            let pair =
                |case, kind| backbone_pairs::pooled(case, kind, &backbone_pairs::forward(case, kind).pooled);
            row(&format!("{name}, {mode}"), &|kind| cases().map(|case| pair(case, kind)).collect());
        }
    }
    let root = std::env::var_os("QPNET_DATA").map(PathBuf::from).unwrap_or_default();
    let path = root.join("weights/efficientnet_lite0/efficientnet_lite0.safetensors");
    if path.exists() {
        row("EfficientNet-Lite0, ImageNet weights", &|kind| backbone_pairs::lite0(&path, kind));
    } else {
        println!("\nEfficientNet-Lite0 left out: its weights are not below QPNET_DATA/weights");
    }
}

/// The largest differences of some arrays, computed in either precision.
fn row(name: &str, pairs: &dyn Fn(Kind) -> Vec<Pair>) {
    let [double, single] = [pairs(Kind::Double), pairs(Kind::Float)];
    let numbers: usize = double.iter().map(Pair::count).sum();
    let [a, b] = cells(&double);
    let [c, d] = cells(&single);
    println!("| {name} | {} | {numbers} | {a} | {b} | {c} | {d} |", double.len());
}

/// Of values and of gradients.
fn cells(pairs: &[Pair]) -> [String; 2] {
    // `f64::max` would hide a NaN.
    let larger = |a: f64, b: f64| if b > a || b.is_nan() { b } else { a };
    let show = |value: f64| if value == 0.0 { "0".to_owned() } else { format!("{value:.1e}") };
    [Part::Value, Part::Gradient].map(|part| {
        let of = || pairs.iter().filter(|pair| pair.part == part);
        let absolute = of().map(Pair::absolute).reduce(larger);
        let relative = of().filter_map(Pair::relative).reduce(larger);
        let cell = |absolute| format!("{} ({})", show(absolute), relative.map_or("—".to_owned(), show));
        absolute.map_or("—".to_owned(), cell)
    })
}

//! ResNet-18 against torchvision: names, shapes, counts and forward passes.

use crate::support::{assert_close, fill, flatten, golden, list, number, sines, text};
use qpnet_lib::model::weights::{LoadOptions, load};
use qpnet_lib::model::{ModelConfig, QpNet, ResNet, Stem};
use serde_json::Value;
use tch::nn::{self, ModuleT};
use tch::{Device, Kind, Tensor};

fn config(entry: &Value) -> ModelConfig {
    let widths: Vec<i64> = flatten(&entry["widths"]).0.iter().map(|&width| width as i64).collect();
    let stem = if text(&entry["stem"]) == "small" { Stem::Small } else { Stem::Imagenet };
    ModelConfig { widths: [widths[0], widths[1], widths[2], widths[3]], stem, ..ModelConfig::resnet18(3, 2) }
}

#[test]
fn names_shapes_and_counts_are_torchvisions() {
    for entry in list(&golden("resnet18.json")["names"]) {
        let vs = nn::VarStore::new(Device::Cpu);
        let _net = ResNet::new(&vs.root(), &config(entry));
        let mut got: Vec<(String, Vec<i64>)> =
            vs.variables().into_iter().map(|(name, tensor)| (name, tensor.size())).collect();
        got.sort();
        let expected = list(&entry["tensors"]).iter().map(|tensor| {
            let shape = flatten(&tensor[1]).0.iter().map(|&size| size as i64).collect();
            (text(&tensor[0]).to_owned(), shape)
        });
        assert_eq!(got, expected.collect::<Vec<(String, Vec<i64>)>>());
        let trainable: usize = vs.trainable_variables().iter().map(Tensor::numel).sum();
        assert_eq!(trainable as f64, number(&entry["parameter_count"]));
    }
}

#[test]
fn a_checkpoint_of_torchvision_fits() {
    let folder = tempfile::tempdir().expect("tempdir");
    let path = folder.path().join("resnet18.safetensors");
    for entry in list(&golden("resnet18.json")["names"]) {
        let zeros = |shape: &[i64]| Tensor::zeros(shape, (Kind::Float, Device::Cpu));
        let mut tensors = vec![
            ("fc.weight".to_owned(), zeros(&[1000, config(entry).widths[3]])),
            ("fc.bias".to_owned(), zeros(&[1000])),
            ("bn1.num_batches_tracked".to_owned(), Tensor::from(100i64)),
        ];
        for tensor in list(&entry["tensors"]) {
            let shape: Vec<i64> = flatten(&tensor[1]).0.iter().map(|&size| size as i64).collect();
            tensors.push((text(&tensor[0]).to_owned(), zeros(&shape)));
        }
        Tensor::write_safetensors(&tensors, &path).expect("write");
        let mut net = QpNet::new(&config(entry), 1, Device::Cpu).expect("network");
        let report = load(&mut net, &path, LoadOptions::default()).expect("a strict load");
        assert_eq!((report.loaded.len(), report.left_aside.len()), (tensors.len() - 3, 3), "{report}");
    }
}

#[test]
fn forward_passes_are_torchvisions() {
    for case in list(&golden("resnet18.json")["parity"]) {
        for (key, kind) in [("f64", Kind::Double), ("f32", Kind::Float)] {
            let mut vs = nn::VarStore::new(Device::Cpu);
            let net = ResNet::new(&vs.root(), &config(case));
            vs.set_kind(kind);
            fill(vs.variables());
            let (batch, size) = (number(&case["batch"]) as i64, number(&case["size"]) as i64);
            let x = sines(&[batch, 3, size, size]).to_kind(kind);
            let train = text(&case["mode"]) == "train";
            let pooled = tch::no_grad(|| net.forward_t(&x, train));
            let expected = &case[key];
            let largest = flatten(&expected["pooled"]).0.iter().fold(0.0, |a: f64, b| a.max(b.abs()));
            let tolerance = match (kind, train) {
                (Kind::Double, _) => 1e-9 * largest,
                (_, false) => 1e-5 * largest,
                (_, true) => 2e-4,
            };
            let what = format!("{} {} {key}", case["stem"], case["mode"]);
            assert_close(&what, &pooled, &expected["pooled"], tolerance, 0.0);
            if train {
                for name in ["running_mean", "running_var"] {
                    let got = &vs.variables()[&format!("bn1.{name}")];
                    assert_close(&what, got, &expected[format!("bn1_{name}")], 1e-6, 1e-6);
                }
            }
        }
    }
}

//! ResNet-18, DenseNet-121 and EfficientNet-B0 against torchvision on a shared random state dict:
//! names, shapes, counts, forward passes, every layer that CKA compares.

use crate::backbone_pairs::{Forward, INPUT, STRIDE, build, config, forward};
use crate::support::{assert_close, assert_points, draws, flatten, golden, list, number, text};
use qpnet_lib::data::{self, LoadOptions, Manifest, OnUnreadable, SyntheticSizes};
use qpnet_lib::experiment::Profile;
use qpnet_lib::model::{BackboneName, EfficientNetB0, Mode, ModelConfig, QpNet, Stem, weights};
use qpnet_lib::rng::Streams;
use qpnet_lib::train::{Erm, Setup, Silent, fit};
use serde_json::Value;
use tch::{Device, Kind, Tensor, nn};

/// Golden numbers are rounded to ten decimals; beyond that two libtorchs sum in another order.
const F64: f64 = 1e-9;
/// Absolute, of pooled features up to 14: the project's promise. The other side is torchvision's own f32, which
/// lies up to 2e-5 from its f64.
const PARITY: f64 = 1e-4;
/// Summaries of layers and running statistics, against those of f64.
const F32: f64 = 4e-5;

fn shape(value: &Value) -> Vec<i64> {
    flatten(value).0.iter().map(|&size| size as i64).collect()
}

fn named(entry: &Value) -> Vec<(String, Vec<i64>)> {
    list(&entry["tensors"]).iter().map(|tensor| (text(&tensor[0]).to_owned(), shape(&tensor[1]))).collect()
}

#[test]
fn names_shapes_and_counts_are_torchvisions() {
    for entry in list(&golden("backbones.json")["names"]) {
        let vs = nn::VarStore::new(Device::Cpu);
        let _net = build(&config(entry), &vs.root());
        let mut got: Vec<(String, Vec<i64>)> =
            vs.variables().into_iter().map(|(name, tensor)| (name, tensor.size())).collect();
        got.sort();
        assert_eq!(got, named(entry));
        let trainable: usize = vs.trainable_variables().iter().map(Tensor::numel).sum();
        assert_eq!(trainable as f64, number(&entry["parameter_count"]));
    }
}

#[test]
fn a_checkpoint_of_torchvision_fits() {
    let folder = tempfile::tempdir().expect("tempdir");
    let path = folder.path().join("checkpoint.safetensors");
    for entry in list(&golden("backbones.json")["names"]) {
        let config = config(entry);
        let zeros = |shape: &[i64]| Tensor::zeros(shape, (Kind::Float, Device::Cpu));
        let mut tensors: Vec<(String, Tensor)> =
            named(entry).into_iter().map(|(name, shape)| (name, zeros(&shape))).collect();
        let fitting = tensors.len();
        let classifier =
            if config.backbone == BackboneName::Densenet121 { "classifier" } else { "classifier.1" };
        tensors.push((format!("{classifier}.weight"), zeros(&[1000, 4])));
        tensors.push((format!("{classifier}.bias"), zeros(&[1000])));
        tensors.push(("features.0.1.num_batches_tracked".to_owned(), Tensor::from(100i64)));
        Tensor::write_safetensors(&tensors, &path).expect("write");
        let mut net = QpNet::new(&config, 1, Device::Cpu).expect("network");
        let report = weights::load(&mut net, &path, weights::LoadOptions::default()).expect("a strict load");
        assert_eq!((report.loaded.len(), report.left_aside.len()), (fitting, 3), "{report}");
        // Grey images and a file of another size are told apart.
        let grey = ModelConfig { channels: 1, ..config.clone() };
        let mut grey = QpNet::new(&grey, 1, Device::Cpu).expect("network");
        let error = weights::load(&mut grey, &path, weights::LoadOptions::default())
            .expect_err("three channels in the file");
        assert!(error.to_string().contains("of another shape: 1"), "{error}");
    }
}

#[test]
fn forward_passes_are_torchvisions() {
    for case in list(&golden("backbones.json")["parity"]) {
        for (kind, allowed) in [(Kind::Double, F64), (Kind::Float, F32)] {
            let Forward { vs, pooled, points } = forward(case, kind);
            let pair = crate::backbone_pairs::pooled(case, kind, &pooled);
            let bound = if kind == Kind::Float { PARITY } else { F64 * pair.size().max(1.0) };
            pair.assert_within(&format!("{kind:?}"), bound, 0.0);
            assert_points(&points, &case["points"], allowed, allowed);
            for moved in list(&case["running"]) {
                for (at, part) in [(1, "running_mean"), (2, "running_var")] {
                    let name = format!("{}.{part}", text(&moved[0]));
                    let got = vs.variables()[&name].slice(0, 0, None, STRIDE);
                    assert_close(&format!("{} {name}", pair.what), &got, &moved[at], allowed, allowed);
                }
            }
        }
    }
}

#[test]
fn stochastic_depth_falls_from_block_to_block_as_torchvisions() {
    for entry in list(&golden("backbones.json")["stochastic_depth"]) {
        let config = ModelConfig {
            backbone: BackboneName::EfficientnetB0,
            drop_path: number(&entry["drop_path"]),
            ..ModelConfig::resnet18(3, 2)
        };
        let vs = nn::VarStore::new(Device::Cpu);
        let got = Tensor::from_slice(&EfficientNetB0::new(&vs.root(), &config).drop_paths());
        assert_close("probabilities", &got, &entry["blocks"], 1e-15, 0.0);
    }
}

#[test]
fn dropped_branches_are_drawn_from_the_generator_alone() {
    let config = ModelConfig::narrow(1, 2, 16).with_backbone(BackboneName::EfficientnetB0);
    let config = ModelConfig { drop_path: 0.5, ..config };
    let net = QpNet::new(&config, 1, Device::Cpu).expect("network");
    let x = draws(INPUT, &[8, 1, 32, 32]).to_kind(Kind::Float);
    let features =
        |seed: u64| tch::no_grad(|| net.training_features(&x, &mut Streams::new(seed).get("drops")));
    let first = features(1);
    let _ = QpNet::new(&config, 99, Device::Cpu).expect("network"); // moves libtorch's own generator
    assert_eq!(first, features(1));
    assert_ne!(first, features(2));
    let plain = ModelConfig { drop_path: 0.0, ..config };
    let mut plain = QpNet::new(&plain, 1, Device::Cpu).expect("network");
    plain.copy_weights(&net).expect("the same shape");
    let mut rng = Streams::new(1).get("drops");
    let before = rng.clone();
    let undropped = tch::no_grad(|| plain.training_features(&x, &mut rng));
    assert!(rng == before, "without stochastic depth nothing is drawn");
    assert_ne!(first, undropped);
}

#[test]
fn every_backbone_trains_on_small_grey_images() {
    for (word, backbone) in BackboneName::KNOWN {
        let config = ModelConfig::narrow(1, 2, 8).with_backbone(backbone);
        let net = QpNet::new(&config, 1, Device::Cpu).expect("network");
        for side in [config.smallest_side(), 32] {
            let x = draws(INPUT, &[8, 1, side, side]).to_kind(Kind::Float);
            let loss = net.classify(&net.features(&x, Mode::Train)).square().mean(Kind::Float);
            let norms = net.gradient_norms(&loss);
            assert!(norms.feature_extractor > 0.0 && norms.feature_extractor.is_finite(), "{word} {side}");
        }
        let x = draws(INPUT, &[2, 1, 32, 32]).to_kind(Kind::Float);
        let names: Vec<String> = net.activations(&x).into_iter().map(|(name, _)| name).collect();
        assert_eq!(names, net.points(), "{word}: as many activations as names");
    }
}

#[test]
fn images_that_a_network_would_shrink_to_nothing_are_refused() {
    let sizes = SyntheticSizes { dominant_train: 16, less_train: 16, validation: [8, 8], test: [8, 8] };
    let options = LoadOptions {
        scheme: "moderate".to_owned(),
        image_size: 16,
        synthetic: sizes,
        data_root: None,
        fold: None,
        cache: None,
        on_unreadable: OnUnreadable::Fail,
    };
    let manifest = Manifest::find("synthetic").expect("shipped");
    let population = data::load(&manifest, &options, &Streams::new(1), &|_, _| {}).expect("population");
    let settings = Profile::Smoke.settings(&manifest);
    let setup = Setup {
        model: "mixed",
        population: &population,
        subgroups: &[0, 1],
        config: settings.base,
        device: Device::Cpu,
        streams: Streams::new(1),
        progress: &Silent,
        prefetch: false,
    };
    let dense = settings.model.with_backbone(BackboneName::Densenet121);
    let wide_stem = ModelConfig { stem: Stem::Imagenet, ..dense };
    let net = QpNet::new(&wide_stem, 1, Device::Cpu).expect("network");
    let error = fit(net, &mut Erm, None, &setup).expect_err("16 px").to_string();
    assert!(error.contains("image_size must be 29 or more") && error.ends_with("got 16"), "{error}");
}

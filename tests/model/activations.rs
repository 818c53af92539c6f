//! Taps against PyTorch's forward hooks, and EfficientNet-Lite0 with its ImageNet weights.
//! Those tests say why they are skipped.
#![allow(clippy::print_stdout)]

use std::collections::HashMap;
use std::path::PathBuf;

use crate::support::{assert_close, assert_points, fill, golden, list, number, sines, tensor, text};
use qpnet_lib::model::weights::{Colour, LoadOptions, load};
use qpnet_lib::model::{
    Backbone, BackboneName, EfficientNetLite0, InputRescale, Mode, ModelConfig, Pass, QpNet, Stem, Taps,
};
use tch::{Device, Kind, Tensor, nn};

#[test]
fn taps_of_resnet18_are_pytorchs_hooks() {
    for case in list(&golden("activations.json")["cases"]) {
        let stem = if text(&case["stem"]) == "small" { Stem::Small } else { Stem::Imagenet };
        let config = ModelConfig { stem, ..ModelConfig::narrow(3, 2, 8) };
        let mut net = QpNet::new(&config, 1, Device::Cpu).expect("network");
        net.var_store_mut().double();
        let backbone = net.var_store().variables().into_iter();
        fill(backbone.filter(|(name, _)| !name.contains("head") && !name.starts_with("fc.")));
        let size = number(&case["size"]) as i64;
        let x = sines(&[2, 3, size, size]);
        let points = net.activations(&x);
        assert_eq!(points.len(), 18);
        assert_points(&points, &case["points"], 0.0, 1e-9);
        let z = net.features(&x, Mode::Evaluate);
        assert!(z.requires_grad() && points.iter().all(|(_, tensor)| !tensor.requires_grad()));
    }
}

#[test]
fn deeper_networks_follow_the_same_rule() {
    let config = ModelConfig { blocks: [3, 4, 6, 3], ..ModelConfig::narrow(1, 2, 4) };
    let net = QpNet::new(&config, 1, Device::Cpu).expect("network");
    let points = net.points();
    assert_eq!((points.len(), points[8].as_str()), (2 * 16 + 2, "layer2.0.conv2"));
}

fn imagenet_weights() -> Option<PathBuf> {
    let Some(root) = std::env::var_os("QPNET_DATA").map(PathBuf::from) else {
        println!("skipped: QPNET_DATA is not set, so there are no EfficientNet-Lite0 weights to read");
        return None;
    };
    let path = root.join("weights/efficientnet_lite0/efficientnet_lite0.safetensors");
    if !path.exists() {
        println!("skipped: {} is not there", path.display());
        return None;
    }
    Some(path)
}

fn lite0(config: &ModelConfig, path: &std::path::Path, colour: Colour) -> QpNet {
    let mut net = QpNet::new(config, 1, Device::Cpu).expect("network");
    let report = load(&mut net, path, LoadOptions { colour, ..LoadOptions::default() }).expect("weights");
    assert!(report.is_complete(), "{report}");
    // 51 batch norms; beside them `_fc.weight` and `_fc.bias`.
    let counters = |name: &&String| name.ends_with("num_batches_tracked");
    assert_eq!(report.left_aside.iter().filter(counters).count() + 2, report.left_aside.len());
    net
}

#[test]
fn efficientnet_lite0_gives_what_an_independent_forward_pass_gives() {
    let Some(path) = imagenet_weights() else { return };
    let net = lite0(&ModelConfig::efficientnet_lite0(3, 2), &path, Colour::AsStored);
    for case in list(&golden("efficientnet_lite0.json")["cases"]) {
        let size = number(&case["size"]) as i64;
        let x = tensor(&case["coarse"]).to_kind(Kind::Float).upsample_nearest2d([size, size], None, None);
        assert_points(&net.activations(&x), &case["points"], 0.0, 1e-4);
    }
    for (kind, allowed) in [(Kind::Float, 1e-4), (Kind::Double, 1e-9)] {
        for pair in crate::backbone_pairs::lite0(&path, kind) {
            pair.assert_within(&format!("{kind:?}"), allowed, 0.0);
        }
    }
}

#[test]
fn efficientnet_lite0_trains_as_an_independent_forward_pass_does() {
    let Some(path) = imagenet_weights() else { return };
    let stored: HashMap<String, Tensor> =
        Tensor::read_safetensors(&path).expect("weights").into_iter().collect();
    for case in list(&golden("efficientnet_lite0.json")["training"]) {
        let vs = nn::VarStore::new(Device::Cpu);
        let net = EfficientNetLite0::new(&vs.root(), 3);
        for (name, mut variable) in vs.variables() {
            tch::no_grad(|| variable.copy_(&stored[&name]));
        }
        let size = number(&case["size"]) as i64;
        let x = tensor(&case["coarse"]).to_kind(Kind::Float).upsample_nearest2d([size, size], None, None);
        let mut pass = Pass { taps: Taps::open(), ..Pass::plain(true) };
        let _pooled = tch::no_grad(|| net.forward(&x, &mut pass));
        let points: Vec<(String, Tensor)> = net.points().into_iter().zip(pass.taps.into_vec()).collect();
        assert_points(&points, &case["points"], 0.0, 1e-4);
        for moved in list(&case["running"]) {
            let name = text(&moved[0]);
            assert_close(name, &vs.variables()[name].slice(0, 0, None, 8), &moved[1], 1e-5, 1e-5);
        }
    }
}

#[test]
fn efficientnet_lite0_takes_grey_images_and_other_normalisations() {
    let Some(path) = imagenet_weights() else { return };
    let colour = lite0(&ModelConfig::efficientnet_lite0(3, 2), &path, Colour::AsStored);
    let grey = lite0(&ModelConfig::efficientnet_lite0(1, 2), &path, Colour::SumToGrey);
    let x = sines(&[2, 1, 64, 64]).to_kind(Kind::Float);
    let gap = |a: &QpNet, x: &Tensor, b: &QpNet, y: &Tensor| {
        let last = |net: &QpNet, x| net.activations(x).pop().expect("points").1;
        (last(a, x) - last(b, y)).abs().max().double_value(&[])
    };
    let three = x.expand([-1, 3, -1, -1], false);
    assert!(gap(&grey, &x, &colour, &three) < 1e-4);

    // The same pixels, normalised as torchvision does.
    let imagenet = [(0.485, 0.229), (0.456, 0.224), (0.406, 0.225)];
    let expected = [EfficientNetLite0::NORMALISATION; 3];
    let rescale = Some(InputRescale::between(&imagenet, &expected));
    let config = ModelConfig { rescale, ..ModelConfig::efficientnet_lite0(3, 2) };
    let converting = lite0(&config, &path, Colour::AsStored);
    let other = InputRescale::between(&expected, &imagenet).apply(&three);
    assert!(gap(&converting, &other, &colour, &three) < 1e-4);
    assert!(gap(&colour, &other, &colour, &three) > 1e-2, "the normalisation matters");
}

#[test]
fn efficientnet_lite0_trains_on_small_images() {
    let config = ModelConfig::efficientnet_lite0(1, 2);
    assert_eq!(config.backbone, BackboneName::EfficientnetLite0);
    let net = QpNet::new(&config, 1, Device::Cpu).expect("network");
    let x = sines(&[4, 1, 32, 32]).to_kind(Kind::Float);
    let loss = net.classify(&net.features(&x, Mode::Train)).square().mean(Kind::Float);
    let norms = net.gradient_norms(&loss);
    assert!(norms.feature_extractor > 0.0 && norms.feature_extractor.is_finite());
    assert_eq!(net.points().len(), 19);
}

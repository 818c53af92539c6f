//! The documented command, run on what torchvision saves: a random state dict of each backbone, in
//! the old names where its public checkpoint has them, must load strictly and give torchvision's
//! outputs. Skipped, and said so, where `QPNET_BENCH_PYTHON` names no Python with torchvision.
#![allow(clippy::print_stdout)]

use std::collections::HashMap;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use qpnet_lib::model::weights::{LoadOptions, WeightsManifest, load};
use qpnet_lib::model::{BackboneName, ModelConfig, QpNet};
use tch::{Device, Tensor};

const SAVE: &str = r#"
import re, sys
import torch, torchvision
from safetensors.torch import save_file
from torch import nn
name, checkpoint, expected = sys.argv[1:]
torch.manual_seed(1)
net = getattr(torchvision.models, name)(weights=None)
for module in net.modules():  # running statistics of a batch, so that outputs are not all nearly 0
    if isinstance(module, nn.BatchNorm2d):
        module.momentum = 1.0
net.train()(torch.randn(8, 3, 64, 64))
state = net.state_dict()
if name == "densenet121":  # the names of its public checkpoint
    state = {re.sub(r"((?:norm|relu|conv))([12])\.", r"\1.\2.", key) if "denselayer" in key else key: value
             for key, value in state.items()}
    assert "features.denseblock1.denselayer1.norm.1.weight" in state
if name == "resnet18":  # old checkpoints hold parameters
    state = {key: nn.Parameter(value) if value.is_floating_point() else value for key, value in state.items()}
torch.save(state, checkpoint)
for last in ("fc", "classifier"):
    if hasattr(net, last):
        setattr(net, last, nn.Identity())
x = torch.randn(2, 3, 64, 64)
with torch.no_grad():
    save_file({"x": x, "pooled": net.eval()(x)}, expected)
"#;

fn python() -> Option<PathBuf> {
    let python = std::env::var_os("QPNET_BENCH_PYTHON").map(PathBuf::from);
    if python.is_none() {
        println!("skipped: QPNET_BENCH_PYTHON names no Python with torchvision and safetensors");
    }
    python
}

fn run(command: &mut Command) {
    // That Python has a libtorch of its own.
    let output = command.env_remove("LD_LIBRARY_PATH").output().expect("it starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn torchvisions_checkpoints_load_after_the_documented_command() {
    let Some(python) = python() else { return };
    let folder = tempfile::tempdir().expect("folder");
    let place = |name: &str| -> PathBuf { folder.path().join(name) };
    // The command says `python`; a link would lose the virtual environment.
    let shim = format!("#!/bin/sh\nexec '{}' \"$@\"\n", python.display());
    std::fs::write(place("python"), shim).expect("shim");
    std::fs::set_permissions(place("python"), PermissionsExt::from_mode(0o755)).expect("executable");
    let path = format!("{}:{}", folder.path().display(), std::env::var("PATH").expect("PATH"));
    let manifest = WeightsManifest::shipped().expect("manifest");
    for (name, backbone) in [
        ("resnet18", BackboneName::Resnet),
        ("densenet121", BackboneName::Densenet121),
        ("efficientnet_b0", BackboneName::EfficientnetB0),
    ] {
        assert_eq!(manifest.get(name).expect("named").backbone, backbone);
        let words = |path: &Path| path.to_str().expect("UTF-8").to_owned();
        let (saved, expected, file) = (place("saved.pth"), place("expected"), place("file.safetensors"));
        run(Command::new(&python).args(["-c", SAVE, name]).args([&saved, &expected]));
        let command = manifest.conversion(&words(&saved), &words(&file));
        run(Command::new("sh").args(["-c", &command]).env("PATH", &path));

        let config = ModelConfig { backbone, ..ModelConfig::resnet18(3, 2) };
        let mut net = QpNet::new(&config, 2, Device::Cpu).expect("network");
        let report = load(&mut net, &file, LoadOptions::default()).expect("a strict load");
        assert!(report.is_complete() && !report.loaded.is_empty(), "{report}");
        let theirs: HashMap<String, Tensor> =
            Tensor::read_safetensors(&expected).expect("expected").into_iter().collect();
        let ours = net.activations(&theirs["x"]).pop().expect("points").1;
        let gap = (ours - &theirs["pooled"]).abs().max().double_value(&[]);
        let largest = theirs["pooled"].abs().max().double_value(&[]);
        assert!(largest > 0.1 && gap <= 1e-5 * largest.max(1.0), "{name}: {gap:e} of {largest}");
        println!("{name}: {report}; largest difference {gap:.1e} of {largest:.3}");
    }
}

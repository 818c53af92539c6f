//! The documented command, run by PyTorch on what it saves.
//!
//! What `qpnet run --weights` prints for each kind of checkpoint, run as it stands, must give a file that loads strictly
//! to the same numbers; and torchvision's backbones, in the old names where the public checkpoint has them, must give
//! torchvision's outputs. Skipped, and said so, where neither `QPNET_BENCH_PYTHON` nor `.venv/bin/python` is a Python
//! that can do it: the slim torch of `make setup` has the library and cannot be imported.
#![allow(clippy::print_stdout)]

use std::collections::HashMap;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use qpnet_lib::data::Manifest;
use qpnet_lib::experiment::{Profile, RunConfig};
use qpnet_lib::model::weights::{LoadOptions, WeightsManifest, load, save};
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

/// A Python that imports `modules`.
fn python(modules: &str) -> Option<PathBuf> {
    let named = std::env::var_os("QPNET_BENCH_PYTHON").map(PathBuf::from);
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("../.venv/bin/python");
    for python in named.into_iter().chain([own]) {
        let mut command = Command::new(&python);
        match command.args(["-c", &format!("import {modules}")]).env_remove("LD_LIBRARY_PATH").output() {
            Ok(output) if output.status.success() => return Some(python),
            Ok(output) => {
                let said = String::from_utf8_lossy(&output.stderr).into_owned();
                println!("{}: {}", python.display(), said.lines().last().unwrap_or_default());
            }
            Err(error) => println!("{}: {error}", python.display()),
        }
    }
    println!("skipped: no Python imports {modules}; QPNET_BENCH_PYTHON may name one");
    None
}

/// The variable PATH with `python`, as the command says, in front. A link would lose the virtual environment.
fn path_with(python: &Path, folder: &Path) -> String {
    let shim = format!("#!/bin/sh\nexec '{}' \"$@\"\n", python.display());
    std::fs::write(folder.join("python"), shim).expect("shim");
    std::fs::set_permissions(folder.join("python"), PermissionsExt::from_mode(0o755)).expect("executable");
    format!("{}:{}", folder.display(), std::env::var("PATH").expect("PATH"))
}

fn run(command: &mut Command) {
    // That Python has a libtorch of its own.
    let output = command.env_remove("LD_LIBRARY_PATH").output().expect("it starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn torchvisions_checkpoints_load_after_the_documented_command() {
    let Some(python) = python("torch, torchvision, safetensors.torch") else { return };
    let folder = tempfile::tempdir().expect("folder");
    let place = |name: &str| -> PathBuf { folder.path().join(name) };
    let path = path_with(&python, folder.path());
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

/// Saves the weights in a safetensors file as training programs do, in the way that is named.
const WRAP: &str = r#"
import sys
import torch
from safetensors.torch import load_file
from torch import nn
way, source, target = sys.argv[1:]
state = load_file(source)
if way == "optimiser":
    parameter = nn.Parameter(torch.ones(3))
    optimiser = torch.optim.Adam([parameter])
    parameter.sum().backward()
    optimiser.step()
    state = {"epoch": 3, "state_dict": state, "optimizer": optimiser.state_dict(), "best": 0.5}
elif way == "model":
    state = {"model": state, "step": torch.tensor(7)}
elif way == "parameters":
    state = {name: nn.Parameter(value) if value.is_floating_point() else value for name, value in state.items()}
elif way == "views":  # of one storage, backwards: neither contiguous nor alone
    state = {name: torch.stack([value, value], -1)[..., 1] for name, value in state.items()}
    first = next(iter(state))
    state["its.twin"] = state[first]
elif way == "elsewhere":
    state = {"net": state, "epoch": 3}
elif way == "whole":
    state = nn.Linear(2, 3)
torch.save(state, target, _use_new_zipfile_serialization=way != "pickle")
"#;

#[test]
fn the_printed_command_converts_what_pytorch_saves() {
    let Some(python) = python("torch, safetensors.torch") else { return };
    let folder = tempfile::tempdir().expect("folder");
    let path = path_with(&python, folder.path());
    let manifest = Manifest::find("synthetic").expect("shipped");
    let model = RunConfig::new("synthetic", &manifest, "moderate", &[], Profile::Smoke, 1).settings.model;
    let net = QpNet::new(&model, 99, Device::Cpu).expect("network");
    let source = folder.path().join("source.safetensors");
    save(&net, &source).expect("saved");
    for (way, name) in [
        ("plain", "plain.pth"),
        ("pickle", "old.pt"),
        ("optimiser", "last epoch's.ckpt"),
        ("model", "model.bin"),
        ("parameters", "parameters.pth"),
        ("views", "called what it is not.safetensors"),
        ("elsewhere", "other keys.pth"),
        ("whole", "whole.pth"),
    ] {
        let saved = folder.path().join(name);
        run(Command::new(&python).args(["-c", WRAP, way]).args([&source, &saved]));
        let mut program = Command::new(env!("CARGO_BIN_EXE_qpnet"));
        program
            .args(["run", "--data", "synthetic", "--device", "cpu", "--out", "out", "--weights"])
            .arg(name);
        let refused = program.current_dir(folder.path()).output().expect("qpnet starts");
        let message = String::from_utf8_lossy(&refused.stderr).into_owned();
        assert_eq!(refused.status.code(), Some(1), "{way}: {message}");
        let command =
            message.lines().map(str::trim).find(|line| line.starts_with("python -c")).expect(&message);
        let mut shell = Command::new("sh");
        shell.args(["-c", command]).env("PATH", &path).current_dir(folder.path());
        let named = saved.extension().is_some_and(|ending| ending == "safetensors");
        let made = saved.with_extension(if named { "converted.safetensors" } else { "safetensors" });
        let refusal = match way {
            "elsewhere" => {
                Some("no tensors at the top or under state_dict, model_state_dict, model, but: net, epoch")
            }
            "whole" => Some("weights_only"), // loading it would run what is in it
            _ => None,
        };
        if let Some(words) = refusal {
            let output = shell.env_remove("LD_LIBRARY_PATH").output().expect("it starts");
            let message = String::from_utf8_lossy(&output.stderr).into_owned();
            assert!(!output.status.success() && message.contains(words), "{way}: {message}");
            assert!(!made.exists(), "{way}: a file without weights");
            continue;
        }
        run(&mut shell);

        let mut other = QpNet::new(&model, 1, Device::Cpu).expect("network");
        // The twin is of no use here; everything else fits strictly.
        let options = LoadOptions { strict: way != "views", ..LoadOptions::default() };
        let report = load(&mut other, &made, options).expect(way);
        assert!(report.missing.is_empty(), "{way}: {report}");
        let theirs: HashMap<String, Tensor> = net.var_store().variables();
        for (name, tensor) in other.var_store().variables() {
            let from_file = report.loaded.contains(&name);
            assert!(!from_file || tensor.equal(&theirs[&name]), "{way}: {name}");
        }
        assert!(report.loaded.len() > 50, "{way}: {report}");
    }
}

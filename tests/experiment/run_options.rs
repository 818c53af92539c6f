//! Every option of `qpnet run`: what changes numbers is in `config.toml`, so that a repeat from any folder gives the
//! same bytes; of the others it is said why they are not.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use qpnet_lib::data::Manifest;
use qpnet_lib::experiment::{MethodSpec, Preset, Profile, RunConfig, read_config};
use qpnet_lib::model::{BackboneName, Layout, QpNet, weights};
use tch::{Device, Tensor};

use crate::tiny;
use crate::toy::{AGE, Toy, assert_says, text};

/// Where an option is after a run.
enum Kept {
    /// In `config.toml`, where this holds.
    As(fn(&RunConfig) -> bool),
    /// There, too; a processor refuses it, so that it is not tried here.
    OnCuda,
    /// There, too, in the run of another test: two threads of a large network on a busy machine wait for each other.
    InAnotherTest,
    /// It changes no number, or is no setting.
    Not,
}

/// With its value as in the run below, where it is kept.
const OPTIONS: [(&str, &[&str], Kept); 30] = [
    ("data", &["toy.toml"], Kept::As(|config| config.data == "toy.toml")),
    ("scheme", &["age"], Kept::As(|config| config.scheme == "age")),
    ("methods", &["mixed"], Kept::As(|config| config.methods.len() == 1)),
    ("profile", &["smoke"], Kept::As(|config| config.profile == Profile::Smoke)),
    ("preset", &["public_code"], Kept::As(|config| config.settings.base.betas.is_some())),
    ("seed", &["5"], Kept::As(|config| (config.seed, config.data_seed) == (5, 5))),
    ("fold", &["2/5"], Kept::As(|config| config.fold.is_some_and(|fold| fold.to_string() == "2/5"))),
    ("image-size", &["20"], Kept::As(|config| config.settings.image_size == 20)),
    (
        "backbone",
        &["efficientnet_b0"],
        Kept::As(|config| config.settings.model.backbone == BackboneName::EfficientnetB0),
    ),
    ("batch", &["4"], Kept::As(|config| config.settings.base.batch == 4)),
    (
        "epochs",
        &["1"],
        Kept::As(|config| (config.settings.base.epochs, config.settings.transfer.epochs) == (1, 1)),
    ),
    ("weights", &["w.safetensors"], Kept::As(|config| config.weights.is_some())),
    ("lenient", &[], Kept::As(|config| config.weights.as_ref().is_some_and(|weights| !weights.strict))),
    (
        "weights-prefix",
        &["module."],
        Kept::As(|config| config.weights.as_ref().is_some_and(|weights| weights.prefix == "module.")),
    ),
    ("flip", &["off"], Kept::As(|config| !config.settings.transfer.augment.flip)),
    ("rotate", &["15"], Kept::As(|config| config.settings.transfer.augment.rotate_degrees == 15.0)),
    ("ema", &["0.9"], Kept::As(|config| config.settings.base.ema == Some(0.9))),
    ("amp", &[], Kept::OnCuda),
    ("channels-last", &[], Kept::As(|config| config.settings.model.layout == Layout::ChannelsLast)),
    ("tf32", &["off"], Kept::OnCuda),
    ("nondeterministic", &[], Kept::OnCuda),
    ("threads", &["2"], Kept::InAnotherTest),
    ("unreadable", &["skip"], Kept::As(|config| config.skip_unreadable)),
    // Where data are is no part of what they are: their hashes are in summary.json, and a repeat compares them.
    ("data-root", &["."], Kept::Not),
    // Another machine repeats a run as well as it can: environment.json has the device, and a repeat names what differs.
    ("device", &["cpu"], Kept::Not),
    // tests/experiment/resume.rs: a training that goes on has the same bits.
    ("checkpoint-every", &["9"], Kept::Not),
    ("out", &["first"], Kept::Not),
    ("json", &[], Kept::Not),
    // In place of all that is kept.
    ("config", &[], Kept::Not),
    ("help", &[], Kept::Not),
];

const RUN: [&str; 11] = tiny::run("toy.toml", "1");

/// The names that a help page has.
fn options_of(help: &str) -> BTreeSet<&str> {
    let long = |line| {
        let (_, name) = str::split_once(line, "--")?;
        Some(
            name.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '-')
                .next()
                .unwrap_or(name),
        )
    };
    help.lines().map(str::trim_start).filter(|line| line.starts_with('-')).filter_map(long).collect()
}

/// `qpnet run` in another folder than that of the data.
fn again(toy: &Toy, folder: &Path, config: &Path, extra: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_qpnet"));
    command.args(["run", "--device", "cpu", "--config"]).arg(config).args(extra);
    command.current_dir(folder).env("QPNET_DATA", toy.root.path()).output().expect("qpnet starts")
}

/// A toy with two schemes, of which one picture cannot be read.
fn spoilt() -> Toy {
    let mut toy = Toy::new(40, 2);
    toy.manifest += AGE;
    toy.save();
    fs::write(toy.image("s3.png"), "no picture").expect("file");
    toy
}

#[test]
fn every_option_that_changes_numbers_is_in_the_configuration() {
    let toy = spoilt();
    let help = toy.qpnet(&["run", "--help"]);
    let help = text(&help);
    let listed: BTreeSet<&str> = OPTIONS.iter().map(|(name, ..)| *name).collect();
    assert_eq!(options_of(&help), listed, "an option that this test does not know, or knows in vain");

    let manifest = Manifest::parse("toy.toml", &toy.manifest).expect("manifest");
    let plain = RunConfig::new(
        "toy",
        &manifest,
        "sex",
        &MethodSpec::list("mixed,dc,qpi").expect("known"),
        Profile::Smoke,
        1,
    );
    // Weights that fit the backbone but for one tensor, as a wrapper has saved them.
    let model = plain
        .clone()
        .with_preset(Preset::PublicCode)
        .settings
        .model
        .with_backbone(BackboneName::EfficientnetB0);
    let net = QpNet::new(&model, 99, Device::Cpu).expect("network");
    weights::save(&net, &toy.path("w.safetensors")).expect("saved");
    let mut tensors = Tensor::read_safetensors(toy.path("w.safetensors")).expect("read");
    tensors.pop();
    let wrapped: Vec<_> =
        tensors.into_iter().map(|(name, tensor)| (format!("module.{name}"), tensor)).collect();
    Tensor::write_safetensors(&wrapped, toy.path("w.safetensors")).expect("written");

    let mut arguments = vec!["run".to_owned()];
    for (name, values, kept) in &OPTIONS {
        if matches!(kept, Kept::OnCuda | Kept::InAnotherTest) || ["config", "help", "json"].contains(name) {
            continue;
        }
        arguments.push(format!("--{name}"));
        arguments.extend(values.iter().map(|&value| value.to_owned()));
    }
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let output = toy.qpnet(&arguments);
    assert!(output.status.success(), "{}", text(&output));
    let config = toy.path("first/config.toml");
    let read = read_config(&config).expect("configuration");
    for (name, _, kept) in &OPTIONS {
        if let Kept::As(holds) = kept {
            assert!(holds(&read), "--{name} is not in config.toml");
            // The smallest profile is the usual one; the next takes minutes.
            assert!(!holds(&plain) || *name == "profile", "--{name} cannot be told from its default");
        }
    }

    // From another folder, and without any of these options.
    let folder = tempfile::tempdir().expect("tempdir");
    let repeat = again(&toy, folder.path(), &config, &["--out", "second"]);
    assert!(repeat.status.success(), "{}", text(&repeat));
    assert_says(&text(&repeat), &["predictions.csv is that of", "byte by byte"]);
    for name in ["predictions.csv", "history.csv", "config.toml"] {
        let bytes = |place: &Path| fs::read(place.join(name)).expect("file");
        assert!(bytes(&toy.path("first")) == bytes(&folder.path().join("second")), "{name} is another");
    }
}

#[test]
fn settings_of_cuda_are_written_down_and_read_back() {
    let manifest = Manifest::find("synthetic").expect("shipped");
    let usual = RunConfig::new("synthetic", &manifest, "moderate", &[MethodSpec::mixed()], Profile::Smoke, 1);
    let mut config = usual.clone();
    config.cuda.deterministic = false;
    config.cuda.tf32 = Some(false);
    (config.settings.base.amp, config.settings.transfer.amp) = (true, true);
    let text = toml::to_string(&config).expect("TOML");
    let back: RunConfig = toml::from_str(&text).expect("configuration");
    assert!(back == config && back != usual);
    assert_eq!(text.matches("amp = true").count(), 2, "{text}");
}

#[test]
fn rows_are_left_out_again_with_as_many_threads() {
    let toy = spoilt();
    let arguments = [&RUN[..], &["--batch", "4"]].concat();
    let stopped = toy.qpnet(&[&arguments[..], &["--out", "none"]].concat());
    assert_eq!(stopped.status.code(), Some(1), "{}", text(&stopped));
    assert_says(&text(&stopped), &["s3.png"]);
    let extra = ["--unreadable", "skip", "--threads", "2", "--out", "first"];
    let output = toy.qpnet(&[&arguments[..], &extra].concat());
    assert!(output.status.success(), "{}", text(&output));
    let folder = tempfile::tempdir().expect("tempdir");
    let config = toy.path("first/config.toml");
    assert_eq!(read_config(&config).expect("configuration").threads, 2);
    let repeat = again(&toy, folder.path(), &config, &["--out", "second"]);
    assert!(repeat.status.success(), "{}", text(&repeat));
    assert_says(&text(&repeat), &["byte by byte"]);
    let refused = again(&toy, folder.path(), &config, &["--unreadable", "fail", "--out", "third"]);
    assert_eq!(refused.status.code(), Some(2), "it is the configuration's: {}", text(&refused));
}

#[test]
fn weights_are_found_from_any_folder_and_where_they_have_gone() {
    let toy = Toy::new(40, 2);
    toy.save();
    let manifest = Manifest::parse("toy.toml", &toy.manifest).expect("manifest");
    let model =
        RunConfig::new("toy", &manifest, "sex", &[MethodSpec::mixed()], Profile::Smoke, 1).settings.model;
    let net = |seed| QpNet::new(&model, seed, Device::Cpu).expect("network");
    weights::save(&net(99), &toy.path("w.safetensors")).expect("saved");
    let arguments = [&RUN[..], &["--batch", "4"]].concat();
    let output = toy.qpnet(&[&arguments[..], &["--weights", "w.safetensors", "--out", "first"]].concat());
    assert!(output.status.success(), "{}", text(&output));

    let folder = tempfile::tempdir().expect("tempdir");
    let config = toy.path("first/config.toml");
    let repeat = |extra: &[&str]| again(&toy, folder.path(), &config, extra);
    let output = repeat(&["--out", "second"]);
    assert!(output.status.success(), "{}", text(&output));
    assert_says(&text(&output), &["byte by byte"]);

    fs::rename(toy.path("w.safetensors"), folder.path().join("moved.safetensors")).expect("moved");
    let refused = |extra: &[&str], code: i32, words: &[&str]| {
        let output = repeat(&[extra, &["--out", "third"]].concat());
        assert_eq!(output.status.code(), Some(code), "{}", text(&output));
        assert_says(&text(&output), words);
        assert!(!folder.path().join("third").exists());
    };
    refused(&[], 1, &["weights that are not there", "w.safetensors", "SHA-256", "--weights FILE"]);
    let output = repeat(&["--weights", "moved.safetensors", "--out", "fourth"]);
    assert!(output.status.success(), "{}", text(&output));
    assert_says(&text(&output), &["byte by byte"]);
    weights::save(&net(100), &folder.path().join("other.safetensors")).expect("saved");
    refused(&["--weights", "other.safetensors"], 1, &["other.safetensors", "its SHA-256 is"]);
    refused(&["--weights", "moved.safetensors", "--lenient"], 2, &["--lenient", "--config"]);
}

//! Runs that start from pretrained weights.

use std::path::Path;

use qpnet_lib::clock::Frozen;
use qpnet_lib::data::{Manifest, SyntheticSizes};
use qpnet_lib::device::{DeviceChoice, choose};
use qpnet_lib::experiment::{
    MethodSpec, Profile, Resources, RunConfig, RunError, StartWeights, Trained, open, read_config, run, save,
    train,
};
use qpnet_lib::model::{ModelConfig, QpNet, weights};
use qpnet_lib::train::Silent;
use tch::{Device, Tensor};

fn tiny(weights: Option<StartWeights>) -> RunConfig {
    let manifest = Manifest::find("synthetic").expect("shipped");
    let methods = MethodSpec::list("mixed").expect("known");
    let mut config = RunConfig::new("synthetic", &manifest, "moderate", &methods, Profile::Smoke, 1);
    config.settings.image_size = 16;
    config.settings.synthetic =
        SyntheticSizes { dominant_train: 80, less_train: 40, validation: [40, 40], test: [60, 60] };
    (config.settings.base.epochs, config.settings.base.steps_per_epoch) = (1, Some(2));
    RunConfig { weights, ..config }
}

fn trained(config: &RunConfig) -> Result<Trained, RunError> {
    let manifest = Manifest::find("synthetic").expect("shipped");
    let population = open(config, &manifest, None, &Silent).expect("population");
    let device = choose(DeviceChoice::Cpu).expect("cpu");
    let with = Resources { device: &device, clock: &Frozen(0.0), cores: 1, progress: &Silent };
    train(config, &population, &with)
}

/// Another network's weights, of as many input channels.
fn file(folder: &Path, channels: i64) -> std::path::PathBuf {
    let path = folder.join(format!("start{channels}.safetensors"));
    let net = QpNet::new(&ModelConfig::narrow(channels, 2, 8), 99, Device::Cpu).expect("network");
    weights::save(&net, &path).expect("save");
    path
}

#[test]
fn a_run_starts_from_the_weights_and_says_so_in_its_configuration() {
    let folder = tempfile::tempdir().expect("tempdir");
    let path = file(folder.path(), 1);
    let config = tiny(Some(StartWeights::of(&path, true).expect("file")));
    let report = config.weights.as_ref().expect("set").tried(&config.settings.model).expect("fits");
    assert!(report.is_complete());
    let (drawn, loaded) = (trained(&tiny(None)).expect("run"), trained(&config).expect("run"));
    assert!(drawn.history[0] != loaded.history[0], "the starting points are the same");

    // Written down and read back, it is the same experiment.
    let out = folder.path().join("out");
    let manifest = Manifest::find("synthetic").expect("shipped");
    let population = open(&config, &manifest, None, &Silent).expect("population");
    let device = choose(DeviceChoice::Cpu).expect("cpu");
    let with = Resources { device: &device, clock: &Frozen(0.0), cores: 1, progress: &Silent };
    save(&run(&config, &population, &with).expect("run"), &[], &out).expect("save");
    assert!(read_config(&out.join("config.toml")).expect("read") == config);

    // Another file under the same name is another experiment.
    let net = QpNet::new(&ModelConfig::narrow(1, 2, 8), 100, Device::Cpu).expect("network");
    weights::save(&net, &path).expect("save");
    let message = trained(&config).expect_err("changed").to_string();
    assert!(message.contains("has changed") && message.contains("start1.safetensors"), "{message}");
}

#[test]
fn weights_that_do_not_fit_are_refused_unless_what_fits_is_enough() {
    let folder = tempfile::tempdir().expect("tempdir");
    let path = file(folder.path(), 1);
    let mut tensors = Tensor::read_safetensors(&path).expect("read");
    tensors.retain(|(name, _)| name != "bn1.weight");
    Tensor::write_safetensors(&tensors, &path).expect("write");
    let message = trained(&tiny(Some(StartWeights::of(&path, true).expect("file")))).expect_err("missing");
    assert!(message.to_string().contains("missing: 1 (bn1.weight)"), "{message}");
    let lenient = tiny(Some(StartWeights::of(&path, false).expect("file")));
    let report = lenient.weights.as_ref().expect("set").tried(&lenient.settings.model).expect("what fits");
    assert_eq!(report.missing, ["bn1.weight"]);
    trained(&lenient).expect("run");
}

#[test]
fn weights_for_colour_serve_grey_images() {
    let folder = tempfile::tempdir().expect("tempdir");
    let config = tiny(Some(StartWeights::of(&file(folder.path(), 3), true).expect("file")));
    let report = config.weights.as_ref().expect("set").tried(&config.settings.model).expect("fits");
    assert!(report.summed_to_grey && report.is_complete());
    trained(&config).expect("run");
}

#[test]
fn a_prefix_is_part_of_the_configuration() {
    let folder = tempfile::tempdir().expect("tempdir");
    let path = file(folder.path(), 1);
    let tensors: Vec<(String, Tensor)> = Tensor::read_safetensors(&path).expect("read");
    let wrapped: Vec<(String, Tensor)> =
        tensors.into_iter().map(|(name, tensor)| (format!("module.{name}"), tensor)).collect();
    Tensor::write_safetensors(&wrapped, &path).expect("write");
    for strict in [true, false] {
        let config = tiny(Some(StartWeights::of(&path, strict).expect("file")));
        let message = trained(&config).expect_err("names").to_string();
        assert!(message.contains("give --weights-prefix module."), "{message}");
    }
    let prefix = "module.".to_owned();
    let config = tiny(Some(StartWeights { prefix, ..StartWeights::of(&path, true).expect("file") }));
    let report = config.weights.as_ref().expect("set").tried(&config.settings.model).expect("fits");
    assert!(report.is_complete(), "{report}");
    trained(&config).expect("run");
}

#[test]
fn a_checkpoint_of_another_program_is_refused_before_it_is_hashed() {
    let folder = tempfile::tempdir().expect("tempdir");
    let path = folder.path().join("resnet18.pth");
    std::fs::write(&path, b"PK\x03\x04 and so on").expect("write");
    let message = StartWeights::of(&path, false).expect_err("no safetensors").to_string();
    assert!(
        message.contains("a PyTorch checkpoint") && message.contains("resnet18.safetensors"),
        "{message}"
    );
}

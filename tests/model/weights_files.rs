//! Files of weights as people have them: wrapped, in other kinds, cut short, of another program.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use qpnet_lib::model::weights::{self, LoadOptions, WeightsError, WeightsReport};
use qpnet_lib::model::{BackboneName, ModelConfig, QpNet};
use tch::{Device, Kind, Tensor};

fn net(seed: i64) -> QpNet {
    QpNet::new(&ModelConfig::narrow(1, 2, 4), seed, Device::Cpu).expect("network")
}

fn variables(net: &QpNet) -> BTreeMap<String, Tensor> {
    net.var_store().variables().into_iter().collect()
}

/// The weights of a network, changed one by one, in a file.
fn written(
    folder: &Path,
    of: &QpNet,
    change: impl Fn(String, Tensor) -> Option<(String, Tensor)>,
) -> PathBuf {
    let path = folder.join("w.safetensors");
    let tensors: Vec<_> =
        variables(of).into_iter().filter_map(|(name, tensor)| change(name, tensor.detach().copy())).collect();
    Tensor::write_safetensors(&tensors, &path).expect("write");
    path
}

/// A load into a fresh network, which a refusal must leave as it was.
fn loaded(path: &Path, options: LoadOptions) -> Result<(QpNet, WeightsReport), WeightsError> {
    let mut target = net(2);
    match weights::load(&mut target, path, options) {
        Ok(report) => Ok((target, report)),
        Err(error) => {
            let before = variables(&net(2));
            assert!(variables(&target).iter().all(|(name, tensor)| tensor == &before[name]), "{error}");
            Err(error)
        }
    }
}

fn refused(path: &Path, options: LoadOptions, words: &[&str]) {
    let error = loaded(path, options).map(|(_, report)| report).expect_err("refused").to_string();
    for word in words {
        assert!(error.contains(word), "{word:?} is not in: {error}");
    }
    assert!(error.contains(&path.display().to_string()), "{error}");
}

const STRICT: fn() -> LoadOptions<'static> = LoadOptions::default;

fn lenient() -> LoadOptions<'static> {
    LoadOptions { strict: false, ..LoadOptions::default() }
}

#[test]
fn a_prefix_is_named_and_taken_off_when_asked_for() {
    let folder = tempfile::tempdir().expect("tempdir");
    let first = net(1);
    let path = written(folder.path(), &first, |name, tensor| Some((format!("module.{name}"), tensor)));
    refused(&path, STRICT(), &["0 tensors fit", "behind \"module.\"", "--weights-prefix module."]);
    refused(&path, lenient(), &["nothing of", "--weights-prefix module."]);
    for prefix in ["module.", "module"] {
        let (taken, report) = loaded(&path, LoadOptions { prefix, ..STRICT() }).expect("fits");
        assert!(report.is_complete() && report.prefixes.is_empty(), "{report}");
        assert_eq!(variables(&taken)["layer1.0.conv1.weight"], variables(&first)["layer1.0.conv1.weight"]);
    }
    let other = LoadOptions { prefix: "backbone.", ..lenient() };
    refused(&path, other, &["no name begins with \"backbone.\"", "module.bn1.bias"]);
}

#[test]
fn of_two_networks_in_a_file_the_user_takes_one() {
    let folder = tempfile::tempdir().expect("tempdir");
    let path = folder.path().join("w.safetensors");
    let named = |prefix: &str, seed| -> Vec<(String, Tensor)> {
        let own = variables(&net(seed)).into_iter();
        own.map(|(name, tensor)| (format!("{prefix}{name}"), tensor.detach().copy())).collect()
    };
    let both: Vec<_> = named("encoder_k.", 3).into_iter().chain(named("encoder_q.", 4)).collect();
    Tensor::write_safetensors(&both, &path).expect("write");
    refused(&path, STRICT(), &["encoder_k. and encoder_q.", "give one of them as --weights-prefix"]);
    let (taken, report) = loaded(&path, LoadOptions { prefix: "encoder_q.", ..STRICT() }).expect("fits");
    assert!(report.left_aside.contains(&"encoder_k.conv1.weight".to_owned()));
    assert_eq!(variables(&taken)["conv1.weight"], variables(&net(4))["conv1.weight"]);
}

#[test]
fn where_nothing_fits_what_fits_is_refused() {
    let folder = tempfile::tempdir().expect("tempdir");
    let config = ModelConfig { backbone: BackboneName::EfficientnetLite0, ..ModelConfig::narrow(1, 2, 4) };
    let other = QpNet::new(&config, 1, Device::Cpu).expect("network");
    let path = written(folder.path(), &other, |name, tensor| Some((name, tensor)));
    refused(&path, lenient(), &["nothing of", "fits this network", "0 tensors fit", "check the backbone"]);
    // Wider: all names fit and no shape.
    let wide = QpNet::new(&ModelConfig::narrow(1, 2, 8), 1, Device::Cpu).expect("network");
    let path = written(folder.path(), &wide, |name, tensor| Some((name, tensor)));
    refused(&path, lenient(), &["nothing of", "of another shape", "expected [4, 1,", "got [8, 1,"]);
}

#[test]
fn real_numbers_of_every_precision_are_read_and_others_named() {
    let folder = tempfile::tempdir().expect("tempdir");
    let first = net(1);
    for (kind, largest) in [(Kind::Half, 1e-3), (Kind::BFloat16, 1e-2), (Kind::Double, 0.0)] {
        let path = written(folder.path(), &first, |name, tensor| Some((name, tensor.to_kind(kind))));
        let (taken, report) = loaded(&path, STRICT()).expect("fits");
        assert!(report.is_complete());
        for name in &report.loaded {
            let gap = (&variables(&taken)[name] - &variables(&first)[name]).abs().max().double_value(&[]);
            assert!(gap <= largest, "{kind:?} {name}: {gap}");
            assert_eq!(variables(&taken)[name].kind(), Kind::Float);
        }
    }
    let quantised = |name: String, tensor: Tensor| {
        let kind = if name == "conv1.weight" { Kind::Int8 } else { Kind::Float };
        Some((name, tensor.to_kind(kind)))
    };
    let path = written(folder.path(), &first, quantised);
    refused(&path, STRICT(), &["conv1.weight: expected F32, F16, BF16 or F64, got I8"]);
    let (_, report) = loaded(&path, lenient()).expect("the rest");
    assert_eq!(
        (report.other_kinds[0].name.as_str(), report.other_kinds[0].got.as_str()),
        ("conv1.weight", "I8")
    );
}

/// The header's JSON, changed; the tensors stay where they are.
fn with_header(path: &Path, change: impl Fn(&str) -> String) {
    let bytes = std::fs::read(path).expect("read");
    let length = u64::from_le_bytes(bytes[..8].try_into().expect("eight")) as usize;
    let json = change(std::str::from_utf8(&bytes[8..8 + length]).expect("UTF-8"));
    let json_length = (json.len() as u64).to_le_bytes();
    std::fs::write(path, [&json_length[..], json.as_bytes(), &bytes[8 + length..]].concat()).expect("write");
}

#[test]
fn kinds_of_later_years_are_refused_by_name_where_they_are_needed() {
    let folder = tempfile::tempdir().expect("tempdir");
    let float8 = |name: &str, wanted: &str| {
        // One byte a number, under a kind that is not known to the reader behind libtorch.
        let change = |own: String, tensor: Tensor| {
            let kind = if own == wanted { Kind::Uint8 } else { Kind::Float };
            Some((own, tensor.to_kind(kind)))
        };
        let path = written(folder.path(), &net(1), change);
        with_header(&path, |json| json.replace("\"U8\"", &format!("\"{name}\"")));
        assert!(Tensor::read_safetensors(&path).is_err(), "{name}: tch reads it now");
        path
    };
    let path = float8("F8_E4M3", "layer2.0.conv1.weight");
    refused(&path, STRICT(), &["layer2.0.conv1.weight: expected F32, F16, BF16 or F64, got F8_E4M3"]);
    let behind = variables(&net(1)).into_keys().find(|name| name.starts_with("class_head")).expect("a head");
    let path = float8("F8_E5M2", &behind);
    assert!(loaded(&path, STRICT()).expect("nobody asks for it").1.is_complete());
}

#[test]
fn files_of_other_programs_and_parts_of_files_are_told() {
    let folder = tempfile::tempdir().expect("tempdir");
    let at = |name: &str, bytes: &[u8]| {
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).expect("write");
        path
    };
    // A checkpoint under any name is known by its bytes.
    let zip = [&b"PK\x03\x04"[..], &[0; 22], &[16, 0, 0, 0], b"archive/data.pkl", &[0; 600]].concat();
    for name in ["net.pth", "net.safetensors"] {
        let words = ["PyTorch checkpoint (a zip archive", "weights_only=True", "save_file", "net."];
        refused(&at(name, &zip), lenient(), &words);
    }
    refused(&at("old.pt", b"\x80\x02\x8a\x0al\xfc\x9cF\xf9 j\xa8P\x19.\x80\x02M"), STRICT(), &["a pickle"]);
    refused(&at("w.h5", b"\x89HDF\r\n\x1a\n\0\0\0"), STRICT(), &["HDF5"]);
    refused(&at("page", b"<!DOCTYPE html>"), STRICT(), &["a web page"]);
    refused(&at("nothing", b""), STRICT(), &["empty"]);
    refused(&at("garbage", &[0xa7; 3000]), STRICT(), &["not known, or garbled"]);

    let whole =
        std::fs::read(written(folder.path(), &net(1), |name, tensor| Some((name, tensor)))).expect("read");
    let half = &whole[..whole.len() / 2];
    refused(&at("half", half), lenient(), &["no whole safetensors file", "cut short", "get it again"]);
    refused(&at("head", &whole[..100]), lenient(), &["its header alone takes", "the file has 100"]);
}

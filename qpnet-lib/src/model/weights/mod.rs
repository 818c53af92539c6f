//! Weights from and to safetensors files: pretrained starts, and start points that are kept.
//!
//! [`WeightsManifest`] names files that fit, their sources and the pixels they expect, and has the
//! one command that makes safetensors of any of them, a torchvision checkpoint included
//! ([`WeightsManifest::conversion`]; `data-manifests/weights.toml` shows it).
//!
//! The header is read first, so that a file of another format, a file cut short, and every tensor of another name,
//! shape or kind are named before anything is loaded. Real numbers of any precision become single precision;
//! other kinds are refused. A prefix of all names is named and taken off where [`LoadOptions::prefix`] says so.
//!
//! Names are compared one by one, and the whole load is refused when one does not fit
//! ([`LoadOptions::strict`]). Left aside by rule, and listed in the report:
//!
//! 1. `…num_batches_tracked`: a counter of PyTorch's batch normalisation that enters no result;
//! 2. with [`Scope::Backbone`], the layers behind the pooled vector, under whatever name the
//!    checkpoint has them (`fc`, `_fc`, `classifier`, `class_head`, `subgroup_head`): QP-Net has
//!    its own feature layer and heads there, which keep the weights they have.

mod error;
mod foreign;
mod header;
mod kind;
mod manifest;
mod options;
mod plan;
mod prefix;
mod report;

use std::path::Path;

use tch::{Kind, Tensor};

use super::QpNet;
use super::qpnet::{CLASS_HEAD, FEATURE_LAYER, SUBGROUP_HEAD};
use crate::fs::{self, FileError};
use header::Header;
use plan::{Step, Wanted, plan};

pub use error::{WeightsError, WeightsManifestError};
pub use manifest::{Interpolation, Pretrained, WeightsManifest};
pub use options::{Colour, LoadOptions, Scope};
pub use report::{OtherKind, ShapeMismatch, WeightsReport};

fn is_behind_the_pool(name: &str) -> bool {
    let top = name.split('.').next().unwrap_or(name);
    [FEATURE_LAYER, CLASS_HEAD, SUBGROUP_HEAD, "_fc", "classifier"].contains(&top)
}

/// Check that `path` is a whole safetensors file, by its header alone.
///
/// # Errors
/// [`WeightsError::Foreign`], [`WeightsError::Broken`], [`WeightsError::File`].
pub fn check(path: &Path) -> Result<(), WeightsError> {
    Header::open(path).map(|_| ())
}

/// Load `path` into `net`. What fits is told from the header; only then are tensors read, those that fit.
///
/// # Errors
/// [`WeightsError`]; the network is unchanged then.
pub fn load(net: &mut QpNet, path: &Path, options: LoadOptions) -> Result<WeightsReport, WeightsError> {
    let wrap = |cause| WeightsError::Torch { path: path.to_owned(), cause };
    let mut header = Header::open(path)?;
    if !header.tensors.keys().any(|name| name.starts_with(options.prefix)) && !options.prefix.is_empty() {
        let shown = header.tensors.keys().take(3).cloned().collect::<Vec<_>>().join(", ");
        let (prefix, count) = (options.prefix.to_owned(), header.tensors.len());
        return Err(WeightsError::Prefix { path: path.to_owned(), prefix, count, shown });
    }
    let skipped = |name: &str| options.scope == Scope::Backbone && is_behind_the_pool(name);
    let variables = net.var_store().variables().into_iter().filter(|(name, _)| !skipped(name)).collect();
    let wanted = Wanted { variables, skipped: &skipped, stem: net.backbone().stem_weight() };
    let (report, steps) = plan(&header, &wanted, options);
    if report.loaded.is_empty() {
        return Err(WeightsError::NothingFits { path: path.to_owned(), report: Box::new(report) });
    }
    if options.strict && !report.is_complete() {
        return Err(WeightsError::Mismatch { path: path.to_owned(), report: Box::new(report) });
    }
    let mut copies: Vec<(Tensor, Tensor)> = Vec::new();
    for Step { name, stored, kind, grey, variable } in steps {
        let source = header.load(&stored, kind)?;
        let source = if grey { source.sum_dim_intlist(1, true, source.kind()) } else { source };
        if source.isfinite().all().int64_value(&[]) == 0 {
            return Err(WeightsError::NotFinite { path: path.to_owned(), name });
        }
        copies.push((variable, source));
    }
    for (mut variable, source) in copies {
        tch::no_grad(|| variable.f_copy_(&source)).map_err(wrap)?;
    }
    Ok(report)
}

/// Save all weights and running statistics of `net` in single precision; a reader of `path`
/// sees the old file or the whole new one.
///
/// # Errors
/// [`WeightsError`] when the file cannot be written.
pub fn save(net: &QpNet, path: &Path) -> Result<(), WeightsError> {
    let wrap = |cause| WeightsError::Torch { path: path.to_owned(), cause };
    let variables = net.var_store().variables().into_iter();
    let plain =
        |tensor: Tensor| tensor.detach().to_device(tch::Device::Cpu).to_kind(Kind::Float).contiguous();
    let tensors: Vec<(String, Tensor)> = variables.map(|(name, variable)| (name, plain(variable))).collect();
    // tch writes to a path only; the bytes then go the way of every result.
    let scratch = tempfile::Builder::new().suffix(".safetensors").tempfile();
    let scratch = scratch.map_err(FileError::on("create a temporary file for", path))?;
    Tensor::write_safetensors(&tensors, scratch.path()).map_err(wrap)?;
    fs::write_atomic(path, &fs::read(scratch.path())?)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Mode, ModelConfig};
    use tch::Device;

    fn net(channels: i64, seed: i64) -> QpNet {
        QpNet::new(&ModelConfig::narrow(channels, 2, 4), seed, Device::Cpu).expect("network")
    }

    fn image(channels: i64) -> Tensor {
        Tensor::arange(2 * channels * 32 * 32, (Kind::Float, Device::Cpu)).sin().view([2, channels, 32, 32])
    }

    fn gap(a: &Tensor, b: &Tensor) -> f64 {
        (a - b).abs().max().double_value(&[])
    }

    #[test]
    fn what_is_saved_is_loaded_to_the_same_bits() {
        let folder = tempfile::tempdir().expect("tempdir");
        let path = folder.path().join("kept/start.safetensors");
        let (first, mut second) = (net(1, 1), net(1, 2));
        // Running statistics that are not their initial ones.
        let _ = first.features(&image(1), Mode::Train);
        save(&first, &path).expect("save");
        let whole = LoadOptions { scope: Scope::Whole, ..LoadOptions::default() };
        let report = load(&mut second, &path, whole).expect("load");
        assert!(report.is_complete() && report.left_aside.is_empty());
        for (name, tensor) in first.var_store().variables() {
            assert_eq!(tensor, second.var_store().variables()[&name], "{name}");
        }
        let bytes = std::fs::read(&path).expect("read");
        save(&second, &path).expect("save again");
        assert_eq!(bytes, std::fs::read(&path).expect("read"), "equal weights, equal bytes");
    }

    #[test]
    fn the_backbone_alone_leaves_feature_layer_and_heads() {
        let folder = tempfile::tempdir().expect("tempdir");
        let path = folder.path().join("w.safetensors");
        let (first, mut second) = (net(1, 1), net(1, 2));
        save(&first, &path).expect("save");
        let before = second.duplicate().expect("copy");
        let report = load(&mut second, &path, LoadOptions::default()).expect("load");
        assert_eq!(report.left_aside.len(), 2 + 4 + 4, "{:?}", report.left_aside);
        for (name, tensor) in second.var_store().variables() {
            let from = if is_behind_the_pool(&name) { &before } else { &first };
            assert_eq!(tensor, from.var_store().variables()[&name], "{name}");
        }
    }

    #[test]
    fn a_strict_load_refuses_and_changes_nothing() {
        let folder = tempfile::tempdir().expect("tempdir");
        let path = folder.path().join("w.safetensors");
        let mut tensors: Vec<(String, Tensor)> = net(1, 1).var_store().variables().into_iter().collect();
        tensors.retain(|(name, _)| name != "bn1.weight");
        tensors.push(("extra".to_owned(), Tensor::zeros([2], (Kind::Float, Device::Cpu))));
        tensors.push(("bn1.num_batches_tracked".to_owned(), Tensor::from(7i64)));
        for (name, tensor) in &mut tensors {
            if name == "layer1.0.conv1.weight" {
                *tensor = Tensor::zeros([4, 4, 1, 1], (Kind::Float, Device::Cpu));
            }
        }
        Tensor::write_safetensors(&tensors, &path).expect("write");
        let mut second = net(1, 2);
        let before = second.duplicate().expect("copy");
        let error = load(&mut second, &path, LoadOptions::default()).expect_err("does not fit");
        let WeightsError::Mismatch { report, .. } = &error else { panic!("{error}") };
        assert_eq!(
            (report.missing.as_slice(), report.unexpected.as_slice()),
            (["bn1.weight".to_owned()].as_slice(), ["extra".to_owned()].as_slice())
        );
        assert_eq!(report.mismatched[0].got, [4, 4, 1, 1]);
        for (name, tensor) in before.var_store().variables() {
            assert_eq!(tensor, second.var_store().variables()[&name], "{name} was changed");
        }
        let lenient = LoadOptions { strict: false, ..LoadOptions::default() };
        let report = load(&mut second, &path, lenient).expect("what fits");
        assert!(!report.is_complete());
        assert_eq!(report.loaded.len() + 2 + 10, before.var_store().variables().len());
        let nowhere = load(&mut second, &folder.path().join("nowhere"), lenient).expect_err("no file");
        assert!(nowhere.to_string().contains("nowhere"), "{nowhere}");
        std::fs::write(&path, b"no such format").expect("write");
        assert!(load(&mut second, &path, lenient).is_err());
    }

    #[test]
    fn numbers_that_are_not_finite_are_refused() {
        let folder = tempfile::tempdir().expect("tempdir");
        let path = folder.path().join("w.safetensors");
        let first = net(1, 1);
        let mut bias = first.var_store().variables()["bn1.bias"].shallow_clone();
        let _ = tch::no_grad(|| bias.fill_(f64::NAN));
        save(&first, &path).expect("save");
        let error = load(&mut net(1, 2), &path, LoadOptions::default()).expect_err("NaN");
        assert!(error.to_string().contains("bn1.bias"), "{error}");
    }

    #[test]
    fn a_summed_stem_sees_grey_as_three_equal_colours() {
        let folder = tempfile::tempdir().expect("tempdir");
        let path = folder.path().join("w.safetensors");
        let colour = net(3, 1);
        save(&colour, &path).expect("save");
        let mut grey = net(1, 2);
        assert!(load(&mut grey, &path, LoadOptions::default()).is_err(), "only when asked for");
        let options = LoadOptions { colour: Colour::SumToGrey, ..LoadOptions::default() };
        let report = load(&mut grey, &path, options).expect("load");
        assert!(report.summed_to_grey && report.is_complete());
        let x = image(1);
        let three = x.expand([-1, 3, -1, -1], false);
        for ((name, one), (_, all)) in grey.activations(&x).iter().zip(&colour.activations(&three)) {
            assert!(gap(one, all) < 1e-4, "{name}: {}", gap(one, all));
        }
    }
}

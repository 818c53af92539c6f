//! The file of a checkpoint: safetensors, with everything that is no tensor in its metadata.
//!
//! | metadata | content |
//! |---|---|
//! | `format`, `version` | what the file is |
//! | `identity` | what the training depends on ([`Identity`]), JSON |
//! | `position` | epoch, step, history …, JSON |
//! | `sha256` | of identity, position, and name, kind, shape and bytes of every tensor, by name |
//!
//! Any reader of safetensors shows the tensors. The checksum finds what a broken disk or an editor
//! has changed; a crash cannot, since files are renamed into place when they are whole.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use safetensors::tensor::{Dtype, SafeTensors, View};
use sha2::{Digest, Sha256};
use tch::{Device, Kind, TchError, Tensor};

use super::{CheckpointError, Identity};
use crate::fs;

const FORMAT: &str = "qpnet checkpoint";
/// Raised with every change of what is kept.
pub(super) const VERSION: &str = "2";

/// A tensor as bytes on the processor.
struct Plain {
    dtype: Dtype,
    shape: Vec<usize>,
    bytes: Vec<u8>,
}

impl Plain {
    fn of(tensor: &Tensor) -> Result<Self, TchError> {
        let tensor = tensor.detach().to_device(Device::Cpu).contiguous();
        let mut bytes = vec![0; tensor.numel() * tensor.kind().elt_size_in_bytes()];
        tensor.f_copy_data_u8(&mut bytes, tensor.numel())?;
        let shape = tensor.size().iter().map(|&side| side as usize).collect();
        Ok(Self { dtype: tensor.kind().try_into()?, shape, bytes })
    }
}

impl View for &Plain {
    fn dtype(&self) -> Dtype {
        self.dtype
    }
    fn shape(&self) -> &[usize] {
        &self.shape
    }
    fn data(&self) -> Cow<'_, [u8]> {
        Cow::Borrowed(&self.bytes)
    }
    fn data_len(&self) -> usize {
        self.bytes.len()
    }
}

/// Write position and tensors of a training to `path`, whole or not at all.
pub(super) fn write(
    path: &Path,
    identity: &Identity,
    position: &str,
    tensors: &[(String, Tensor)],
) -> Result<(), CheckpointError> {
    let damaged = |detail: String| CheckpointError::Damaged { path: path.to_owned(), detail };
    let plain: BTreeMap<&str, Plain> = tensors
        .iter()
        .map(|(name, tensor)| Ok((name.as_str(), Plain::of(tensor)?)))
        .collect::<Result<_, TchError>>()
        .map_err(|error| damaged(error.to_string()))?;
    let identity = identity.json();
    let mut sum = Sum::new(&identity, position);
    for (name, tensor) in &plain {
        sum.add(name, tensor.dtype, &tensor.shape, &tensor.bytes);
    }
    let metadata = [
        ("format", FORMAT.to_owned()),
        ("version", VERSION.to_owned()),
        ("identity", identity),
        ("position", position.to_owned()),
        ("sha256", sum.finish()),
    ];
    let metadata: HashMap<String, String> =
        metadata.into_iter().map(|(key, value)| (key.to_owned(), value)).collect();
    let bytes = safetensors::serialize(plain.iter().map(|(name, tensor)| (*name, tensor)), &Some(metadata))
        .map_err(|error| damaged(format!("{error:?}")))?;
    Ok(fs::write_atomic(path, &bytes)?)
}

/// Position and tensors.
pub(super) type Content = (String, BTreeMap<String, Tensor>);

/// What [`write`] has written to `path`; `None` where there is no file.
pub(super) fn read(path: &Path, identity: &Identity) -> Result<Option<Content>, CheckpointError> {
    if !path.exists() {
        return Ok(None);
    }
    let damaged = |detail: &dyn std::fmt::Display| CheckpointError::Damaged {
        path: path.to_owned(),
        detail: detail.to_string(),
    };
    let bytes = fs::read(path)?;
    let wrong = |error: safetensors::SafeTensorError| damaged(&format!("{error:?}"));
    let (_, header) = SafeTensors::read_metadata(&bytes).map_err(wrong)?;
    let said = header.metadata().clone().unwrap_or_default();
    let get = |key: &str| said.get(key).ok_or_else(|| damaged(&format!("it has no {key}")));
    if get("format")? != FORMAT {
        return Err(damaged(&"its format is another"));
    }
    let got = get("version")?;
    if got != VERSION {
        let (path, got) = (path.to_owned(), got.clone());
        return Err(CheckpointError::Version { path, expected: VERSION, got });
    }
    // The checksum first: an identity that was damaged is not another one.
    let stored = SafeTensors::deserialize(&bytes).map_err(wrong)?;
    let (theirs, position) = (get("identity")?, get("position")?);
    let mut sum = Sum::new(theirs, position);
    let views: BTreeMap<String, _> = stored.tensors().into_iter().collect();
    for (name, view) in &views {
        sum.add(name, view.dtype(), view.shape(), view.data());
    }
    if *get("sha256")? != sum.finish() {
        return Err(damaged(&"its checksum does not fit its content"));
    }
    identity.fits(theirs, path)?;
    let tensor = |(name, view): (String, safetensors::tensor::TensorView<'_>)| {
        let kind = Kind::try_from(view.dtype()).map_err(|error| damaged(&error))?;
        let size: Vec<i64> = view.shape().iter().map(|&side| side as i64).collect();
        let tensor = Tensor::f_from_data_size(view.data(), &size, kind).map_err(|error| damaged(&error))?;
        Ok((name, tensor))
    };
    let tensors = views.into_iter().map(tensor).collect::<Result<_, CheckpointError>>()?;
    Ok(Some((position.clone(), tensors)))
}

struct Sum(Sha256);

impl Sum {
    fn new(identity: &str, position: &str) -> Self {
        let mut sum = Self(Sha256::new());
        sum.text(identity.as_bytes());
        sum.text(position.as_bytes());
        sum
    }

    fn text(&mut self, bytes: &[u8]) {
        self.0.update((bytes.len() as u64).to_le_bytes());
        self.0.update(bytes);
    }

    fn add(&mut self, name: &str, dtype: Dtype, shape: &[usize], bytes: &[u8]) {
        self.text(name.as_bytes());
        self.text(format!("{dtype:?} {shape:?}").as_bytes());
        self.text(bytes);
    }

    fn finish(self) -> String {
        self.0.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

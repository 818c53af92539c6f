//! Pretrained weights that a run starts from.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use tch::Device;

use super::RunError;
use crate::fs::FileError;
use crate::model::weights::{self, Colour, LoadOptions, Scope, WeightsReport};
use crate::model::{ModelConfig, QpNet};
use crate::train::TrainError;

/// A safetensors file for the backbone of every model that starts from initial weights; feature layer
/// and heads are drawn as ever. Grey images take colour weights with the first layer summed over colours.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StartWeights {
    /// The file, by an absolute path: a configuration is read in other working folders, too.
    pub file: PathBuf,
    /// SHA-256 of its bytes, hexadecimal: the name alone says nothing.
    pub sha256: String,
    /// Refuse it when a tensor is missing, unexpected or of another shape; otherwise take what fits.
    pub strict: bool,
    /// What stands before the names of the backbone in the file, such as `module.`; names without it are left aside.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub prefix: String,
}

impl StartWeights {
    /// Those of `file` as it is now, without a prefix.
    ///
    /// # Errors
    /// [`RunError::File`]; [`RunError::Weights`] where it is no safetensors file.
    pub fn of(file: &Path, strict: bool) -> Result<Self, RunError> {
        // The header says more quickly than a hash of gigabytes what is of another format.
        weights::check(file)?;
        let absolute = std::path::absolute(file).map_err(FileError::on("resolve", file))?;
        Ok(Self { file: absolute, sha256: sha256(file)?, strict, prefix: String::new() })
    }

    /// The same weights in another place.
    ///
    /// # Errors
    /// [`RunError::OtherWeights`] where they are not the same, [`RunError::File`].
    pub fn moved_to(&self, file: &Path) -> Result<Self, RunError> {
        check_bytes(file, &self.sha256)?;
        let absolute = std::path::absolute(file).map_err(FileError::on("resolve", file))?;
        Ok(Self { file: absolute, ..self.clone() })
    }

    /// Load them into `net`.
    ///
    /// # Errors
    /// [`RunError::OtherWeights`] where the file has changed, [`RunError::Weights`] where it does not fit.
    pub fn load(&self, net: &mut QpNet) -> Result<WeightsReport, RunError> {
        check_bytes(&self.file, &self.sha256)?;
        let (strict, prefix) = (self.strict, self.prefix.as_str());
        let options = LoadOptions { scope: Scope::Backbone, strict, prefix, colour: Colour::SumToGrey };
        Ok(weights::load(net, &self.file, options)?)
    }

    /// What [`Self::load`] will do to a network of this shape, before hours are spent on data.
    ///
    /// # Errors
    /// As [`Self::load`], and those of the shape.
    pub fn tried(&self, model: &ModelConfig) -> Result<WeightsReport, RunError> {
        let mut net = QpNet::new(model, 0, Device::Cpu).map_err(TrainError::from)?;
        self.load(&mut net)
    }
}

/// Whether `file` is still what a configuration was made with.
///
/// # Errors
/// [`RunError::OtherWeights`], [`RunError::File`].
pub(super) fn check_bytes(file: &Path, expected: &str) -> Result<(), RunError> {
    let got = sha256(file)?;
    if got == expected {
        return Ok(());
    }
    Err(RunError::OtherWeights { file: file.to_owned(), expected: expected.to_owned(), got })
}

/// SHA-256 of the bytes of `file`, hexadecimal; they need not fit into memory.
///
/// # Errors
/// [`RunError::File`].
pub(super) fn sha256(file: &Path) -> Result<String, RunError> {
    let mut bytes = File::open(file).map_err(FileError::on("read", file))?;
    let mut hash = Sha256::new();
    let mut piece = vec![0; 1 << 20];
    loop {
        match bytes.read(&mut piece).map_err(FileError::on("read", file))? {
            0 => break,
            read => hash.update(&piece[..read]),
        }
    }
    Ok(hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
}

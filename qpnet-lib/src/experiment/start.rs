//! Pretrained weights that a run starts from.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use tch::Device;

use super::RunError;
use crate::fs;
use crate::model::weights::{self, Colour, LoadOptions, Scope, WeightsReport};
use crate::model::{ModelConfig, QpNet};
use crate::train::TrainError;

/// A safetensors file for the backbone of every model that starts from initial weights; feature layer
/// and heads are drawn as ever. Grey images take colour weights with the first layer summed over colours.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StartWeights {
    /// The file.
    pub file: PathBuf,
    /// SHA-256 of its bytes, hexadecimal: the name alone says nothing.
    pub sha256: String,
    /// Refuse it when a tensor is missing, unexpected or of another shape; otherwise take what fits.
    pub strict: bool,
}

impl StartWeights {
    /// Those of `file` as it is now.
    ///
    /// # Errors
    /// [`RunError::File`].
    pub fn of(file: &Path, strict: bool) -> Result<Self, RunError> {
        Ok(Self { file: file.to_owned(), sha256: sha256(file)?, strict })
    }

    /// Load them into `net`.
    ///
    /// # Errors
    /// [`RunError::OtherWeights`] where the file has changed, [`RunError::Weights`] where it does not fit.
    pub fn load(&self, net: &mut QpNet) -> Result<WeightsReport, RunError> {
        let got = sha256(&self.file)?;
        if got != self.sha256 {
            let (file, expected) = (self.file.clone(), self.sha256.clone());
            return Err(RunError::OtherWeights { file, expected, got });
        }
        let options = LoadOptions { scope: Scope::Backbone, strict: self.strict, colour: Colour::SumToGrey };
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

fn sha256(file: &Path) -> Result<String, RunError> {
    Ok(Sha256::digest(fs::read(file)?).iter().map(|byte| format!("{byte:02x}")).collect())
}

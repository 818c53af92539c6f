//! The three parts of a split, and how many images each gets.

use std::fmt;

use serde::{Deserialize, Serialize};

/// One part of a split.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Part {
    /// The weights are fitted here.
    Train,
    /// Everything that is chosen is chosen here.
    Validation,
    /// Looked at once.
    Test,
}

impl Part {
    /// All parts, in order.
    pub const ALL: [Self; 3] = [Self::Train, Self::Validation, Self::Test];

    /// `train`, `validation` or `test`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Train => "train",
            Self::Validation => "validation",
            Self::Test => "test",
        }
    }
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// Shares of the images; `[split]` of a manifest, 0.6 / 0.2 / 0.2 by default.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fractions {
    /// Share of the train part.
    pub train: f64,
    /// Share of the validation part.
    pub validation: f64,
    /// Share of the test part.
    pub test: f64,
}

impl Default for Fractions {
    fn default() -> Self {
        Self { train: 0.6, validation: 0.2, test: 0.2 }
    }
}

impl Fractions {
    /// Say what is wrong with the shares.
    ///
    /// # Errors
    /// Expected and got in words.
    pub fn check(&self) -> Result<(), String> {
        let shares = self.shares();
        if shares.iter().all(|share| *share > 0.0) && (shares.iter().sum::<f64>() - 1.0).abs() < 1e-6 {
            return Ok(());
        }
        Err(format!("is {shares:?}; expected three positive shares whose sum is 1"))
    }

    pub(super) fn shares(&self) -> [f64; 3] {
        [self.train, self.validation, self.test]
    }
}

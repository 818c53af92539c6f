//! The three parts of a split, and how many images each gets.

use std::collections::HashMap;
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
#[derive(Clone, Copy, Debug, PartialEq)]
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

    pub(in crate::data) fn shares(&self) -> [f64; 3] {
        [self.train, self.validation, self.test]
    }
}

/// A division that came with the data: a column of the table, and the words of each part in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Published {
    /// The column.
    pub column: String,
    /// The words of train, validation and test. Without words for validation it is cut out of train.
    pub words: [Vec<String>; 3],
}

impl Published {
    /// The part that `word` names.
    pub(in crate::data) fn part(&self, word: &str) -> Option<Part> {
        Part::ALL.into_iter().find(|part| self.words[*part as usize].iter().any(|other| other == word))
    }

    /// Every word that names a part, for messages.
    pub(in crate::data) fn known(&self) -> String {
        self.words.concat().join(", ")
    }
}

/// `[split]` as it stands in a manifest.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::data) struct RawSplit {
    train: Option<f64>,
    validation: Option<f64>,
    test: Option<f64>,
    column: Option<String>,
    #[serde(default)]
    parts: HashMap<Part, Vec<String>>,
}

impl RawSplit {
    /// Shares and, where a column is named, the published division.
    ///
    /// # Errors
    /// Expected and got in words.
    pub(in crate::data) fn check(self) -> Result<(Fractions, Option<Published>), String> {
        let Self { train, validation, test, column, mut parts } = self;
        let fractions = match (train, validation, test) {
            (None, None, None) => Fractions::default(),
            (Some(train), Some(validation), Some(test)) => Fractions { train, validation, test },
            _ => return Err("has some of train, validation and test; expected all three or none".into()),
        };
        fractions.check()?;
        let Some(column) = column else {
            return match parts.is_empty() {
                true => Ok((fractions, None)),
                false => Err("has parts and no column; expected both".into()),
            };
        };
        let usual = parts.is_empty();
        let words = Part::ALL.map(|part| match part {
            Part::Train if usual => ["train", "training"].map(str::to_owned).into(),
            Part::Validation if usual => ["validation", "validate", "valid", "val"].map(str::to_owned).into(),
            Part::Test if usual => ["test", "testing"].map(str::to_owned).into(),
            other => parts.remove(&other).unwrap_or_default(),
        });
        if words[Part::Train as usize].is_empty() || words[Part::Test as usize].is_empty() {
            return Err("parts names no word for train or for test; expected some for both".into());
        }
        let all = words.concat();
        if let Some((_, word)) = all.iter().enumerate().find(|(at, word)| all[..*at].contains(word)) {
            return Err(format!("parts has {word:?} twice; expected every word once"));
        }
        Ok((fractions, Some(Published { column, words })))
    }
}

//! How a data set is divided: in which shares, or as it came.

use super::part::Part;

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

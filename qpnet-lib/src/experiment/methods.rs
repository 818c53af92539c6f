//! The approaches of Fig 1 under the names they have on the command line.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::RunError;

/// A method that can be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MethodName {
    /// Mixed training, equation 5: one model for everybody.
    Mixed,
    /// Divide-and-conquer, equations 6 and 7: one model a subgroup, each evaluated on its own.
    Dc,
    /// Quasi-Pareto Improvement by QP-Net, equations 1–3, from the Mixed model.
    Qpi,
}

impl MethodName {
    /// All methods, in the order in which they are shown.
    pub const ALL: [Self; 3] = [Self::Mixed, Self::Dc, Self::Qpi];

    /// The word of the command line and of `predictions.csv`.
    pub fn key(self) -> &'static str {
        match self {
            Self::Mixed => "mixed",
            Self::Dc => "dc",
            Self::Qpi => "qpi",
        }
    }

    /// The name in tables and figures.
    pub fn title(self) -> &'static str {
        match self {
            Self::Mixed => "Mixed",
            Self::Dc => "Divide-and-conquer",
            Self::Qpi => "QPI",
        }
    }

    /// A list such as `mixed,dc,qpi`, without repetitions, in the order of [`Self::ALL`].
    ///
    /// # Errors
    /// [`RunError::Method`] for an unknown word or an empty list.
    pub fn list(words: &str) -> Result<Vec<Self>, RunError> {
        let mut methods =
            words.split(',').map(|word| word.trim().parse()).collect::<Result<Vec<Self>, _>>()?;
        methods.sort();
        methods.dedup();
        Ok(methods)
    }
}

impl FromStr for MethodName {
    type Err = RunError;

    fn from_str(word: &str) -> Result<Self, RunError> {
        let found = Self::ALL.into_iter().find(|method| method.key() == word);
        found.ok_or_else(|| RunError::Method(word.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_ordered_and_unknown_words_refused() {
        let list = MethodName::list("qpi, mixed,qpi").expect("list");
        assert_eq!(list, [MethodName::Mixed, MethodName::Qpi]);
        let error = MethodName::list("mixed,erm").expect_err("unknown").to_string();
        assert!(error.contains("erm") && error.contains("dc"), "{error}");
        assert!(MethodName::list("").is_err());
    }
}

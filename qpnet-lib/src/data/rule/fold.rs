//! One fold of a cross-fitting.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Train, validation and test each need a block of patients of their own.
const FEWEST: usize = 3;
/// More folds than this are a mistake.
const MOST: usize = 100;

/// Fold `number` of `of`, counted from 1 and written `2/5`: block 2 of five is the test part, the next one (after the
/// last the first) validation, the others train.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Fold {
    number: usize,
    of: usize,
}

impl Fold {
    /// Fold `number` of `of`.
    ///
    /// # Errors
    /// Expected and got in words.
    pub fn new(number: usize, of: usize) -> Result<Self, String> {
        if !(FEWEST..=MOST).contains(&of) {
            return Err(format!("there must be {FEWEST} to {MOST} folds, got {of}"));
        }
        if !(1..=of).contains(&number) {
            return Err(format!("the fold must be from 1 to {of}, got {number}"));
        }
        Ok(Self { number, of })
    }

    /// All folds of `of`.
    ///
    /// # Errors
    /// Those of [`Self::new`].
    pub fn all(of: usize) -> Result<Vec<Self>, String> {
        Self::new(1, of)?;
        (1..=of).map(|number| Self::new(number, of)).collect()
    }

    /// Which, from 1.
    pub fn number(self) -> usize {
        self.number
    }

    /// Of how many.
    pub fn of(self) -> usize {
        self.of
    }
}

impl fmt::Display for Fold {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.number, self.of)
    }
}

impl FromStr for Fold {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let numbers = text.split_once('/').and_then(|(number, of)| {
            Some((number.trim().parse::<usize>().ok()?, of.trim().parse::<usize>().ok()?))
        });
        let (number, of) =
            numbers.ok_or_else(|| format!("a fold is written as 2/5, the second of five; got {text:?}"))?;
        Self::new(number, of)
    }
}

impl TryFrom<String> for Fold {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl From<Fold> for String {
    fn from(fold: Fold) -> Self {
        fold.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folds_are_read_as_they_are_written() {
        let fold: Fold = "2/5".parse().expect("a fold");
        assert_eq!((fold.number(), fold.of(), fold.to_string()), (2, 5, "2/5".to_owned()));
        assert_eq!(Fold::all(3).expect("three").len(), 3);
        for (text, words) in
            [("0/5", "from 1 to 5, got 0"), ("6/5", "got 6"), ("1/2", "3 to 100 folds"), ("2", "as 2/5")]
        {
            let message = text.parse::<Fold>().expect_err(text);
            assert!(message.contains(words), "{message}");
        }
    }
}

//! `[split]` as it stands in a manifest, and the checks that make it a division.

use std::collections::HashMap;

use serde::Deserialize;

use crate::data::rule::division::{Fractions, Published};
use crate::data::rule::part::Part;

/// `[split]` as it stands in a manifest.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawSplit {
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

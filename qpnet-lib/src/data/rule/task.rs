//! What a model is asked: one of two, one of several, or several yes-or-no questions.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The kind of label a population carries.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TaskKind {
    /// Negative or positive.
    #[default]
    Binary,
    /// Exactly one of several classes.
    MultiClass,
    /// Several findings, each present, absent or not known.
    MultiLabel,
}

impl TaskKind {
    /// `binary`, `multi_class` or `multi_label`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Binary => "binary",
            Self::MultiClass => "multi_class",
            Self::MultiLabel => "multi_label",
        }
    }
}

impl fmt::Display for TaskKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// The finding that says there is no other: it never makes an image positive.
pub(crate) const NO_FINDING: &str = "No Finding";

/// The stratum of a multi-label sample: 1 when any finding but "No Finding" is present.
pub(crate) fn stratum(classes: &[String], findings: &[Option<bool>]) -> usize {
    let present = |(name, finding): (&String, &Option<bool>)| name != NO_FINDING && *finding == Some(true);
    usize::from(classes.iter().zip(findings).any(present))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_present_finding_makes_a_sample_positive() {
        let classes = ["No Finding", "Edema", "Fracture"].map(String::from);
        for (findings, expected) in [
            ([Some(true), Some(false), None], 0),
            ([Some(false), Some(false), Some(false)], 0),
            ([None, None, None], 0),
            ([Some(true), Some(true), None], 1),
            ([None, None, Some(true)], 1),
        ] {
            assert_eq!(stratum(&classes, &findings), expected, "{findings:?}");
        }
    }
}

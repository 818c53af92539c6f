//! What becomes of a finding that a report does not state plainly.

use serde::Deserialize;

/// What becomes of a finding that is not stated plainly.
///
/// # Source
/// Irvin et al., CheXpert, AAAI 2019: the approaches U-Ignore, U-Zeros and U-Ones to uncertain labels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Policy {
    /// Not known: in no loss and in no metric.
    Ignore,
    /// Absent.
    Zeros,
    /// Present.
    Ones,
}

impl Policy {
    /// The finding under this policy.
    pub fn value(self) -> Option<bool> {
        match self {
            Self::Ignore => None,
            Self::Zeros => Some(false),
            Self::Ones => Some(true),
        }
    }
}

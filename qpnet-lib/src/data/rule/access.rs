//! Who may get a data set.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Who may get the data.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Access {
    /// Everybody, without asking.
    Open,
    /// Everybody who registers and accepts terms.
    Registration,
    /// Those whom their owner admits.
    #[default]
    Private,
}

impl fmt::Display for Access {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Open => "open",
            Self::Registration => "registration",
            Self::Private => "private",
        })
    }
}

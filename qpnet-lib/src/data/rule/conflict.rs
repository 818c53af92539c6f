//! How strongly two subgroups contradict each other.

use serde::{Deserialize, Serialize};

/// How the second cue of the less-prevalent subgroup relates to the dominant one's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Conflict {
    /// Weaker and reversed: -0.8.
    #[default]
    Moderate,
    /// Reversed: -1.2.
    Strong,
    /// Says nothing: 0.
    Absent,
    /// The same as in the dominant subgroup: +1.4.
    Aligned,
}

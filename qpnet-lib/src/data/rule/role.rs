//! The part that each subgroup plays, by its index.

use serde::Serialize;

/// Index of the dominant subgroup everywhere.
pub const DOMINANT: usize = 0;
/// Index of the less-prevalent subgroup everywhere.
pub const LESS_PREVALENT: usize = 1;

/// What a population needs to remember of its scheme.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SchemeInfo {
    /// The name in the manifest: `age`, `sex`, `site` …
    pub name: String,
    /// Display names: dominant, less-prevalent, then the others in the manifest's order.
    pub subgroups: Vec<String>,
}

/// What tables call the part that a subgroup plays: `dominant`, `less-prevalent` or `other`.
pub fn role_of(subgroup: usize) -> &'static str {
    match subgroup {
        DOMINANT => "dominant",
        LESS_PREVALENT => "less-prevalent",
        _ => "other",
    }
}

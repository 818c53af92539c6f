//! Which tables are joined: `[[table.join]]` of a manifest.

use std::collections::BTreeMap;

use serde::Deserialize;

/// `[[table.join]]`: columns of another table, row by row of the first one.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JoinRule {
    /// Names to try, in order.
    pub files: Vec<String>,
    /// The key's column in the first table.
    pub on: String,
    /// The key's column in the other table, unique there; the same name by default.
    pub key: Option<String>,
    /// The columns that are taken; all of them by default.
    pub columns: Option<Vec<String>>,
    /// What columns of the other table are called here.
    #[serde(default)]
    pub rename: BTreeMap<String, String>,
    /// The names of the columns, where the file has no header.
    #[serde(default)]
    pub header: Vec<String>,
    /// The table lies beside the manifest, not in the data folder.
    #[serde(default)]
    pub beside_manifest: bool,
    /// Go on without the columns when none of the files exists.
    #[serde(default)]
    pub optional: bool,
}

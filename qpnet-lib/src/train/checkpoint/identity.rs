//! What a training depends on, so that nothing goes on from another one's checkpoint.

use std::collections::BTreeMap;
use std::path::Path;

use super::CheckpointError;

/// Everything that decides about the bits of a training: a name and a value, or a hash of it, each.
///
/// Two trainings with equal identities go through the same numbers, and one may go on where the
/// other was interrupted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Identity(BTreeMap<String, String>);

impl Identity {
    /// Of nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// With `name` (for people, such as `the configuration`) being `value`.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl ToString) -> Self {
        self.0.insert(name.to_owned(), value.to_string());
        self
    }

    /// One line of JSON.
    pub(super) fn json(&self) -> String {
        serde_json::json!(self.0).to_string()
    }

    /// `Ok` where `theirs`, read from `path`, is this identity.
    pub(super) fn fits(&self, theirs: &str, path: &Path) -> Result<(), CheckpointError> {
        let theirs: BTreeMap<String, String> = serde_json::from_str(theirs).map_err(|error| {
            CheckpointError::Damaged { path: path.to_owned(), detail: format!("its identity: {error}") }
        })?;
        let names = self.0.keys().chain(theirs.keys().filter(|name| !self.0.contains_key(*name)));
        let parts: Vec<String> =
            names.filter(|name| self.0.get(*name) != theirs.get(*name)).cloned().collect();
        if parts.is_empty() { Ok(()) } else { Err(CheckpointError::Other { path: path.to_owned(), parts }) }
    }
}

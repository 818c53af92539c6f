//! Where a population comes from, in hashes that can be compared one by one.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// Manifest, tables, images and masks of a population, each by a hash: what has changed can be told from what has
/// not. [`crate::data::Population::hash`] is over all of them, and over what was made of them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct DataOrigin {
    /// The manifest's file, or the place of a shipped one.
    pub manifest_file: String,
    /// Of the manifest, without what says how to get the data.
    pub manifest: String,
    /// Of the tables as read; empty for a population that is drawn.
    pub tables: String,
    /// Of the sample ids and of the bytes of their images.
    pub images: String,
    /// Of the masks; empty where there are none.
    pub masks: String,
}

impl DataOrigin {
    /// Which of them are others in `other`, wherever the manifest's file may be.
    pub fn differences(&self, other: &Self) -> Vec<&'static str> {
        let pairs = [
            ("the manifest", &self.manifest, &other.manifest),
            ("the tables", &self.tables, &other.tables),
            ("the images", &self.images, &other.images),
            ("the masks", &self.masks, &other.masks),
        ];
        pairs.into_iter().filter(|(_, own, theirs)| own != theirs).map(|(name, _, _)| name).collect()
    }
}

/// SHA-256 in hexadecimal.
pub(in crate::data) fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

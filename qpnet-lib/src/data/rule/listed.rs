//! A file of a download: where it comes from and what it should be.

use super::content_hash::ContentHash;

/// The ending of a file that is being downloaded.
pub(in crate::data) const PART: &str = ".part";
/// The ending of what is known about its origin.
pub(in crate::data) const ORIGIN: &str = ".part.json";

/// A file of a download. All of this is checked: whoever holds one may use it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedFile {
    /// Below the folder of the data set; plain, it leads nowhere else.
    pub path: String,
    /// Where everybody may download it, by https.
    pub url: Option<String>,
    /// SHA-256 of the file.
    pub sha256: Option<ContentHash>,
    /// Its length.
    pub bytes: Option<u64>,
}

//! Which files of a data set would be downloaded, and which are there.

use std::path::{Path, PathBuf};

use serde::Serialize;

use super::error::FetchError;
use crate::data::manifest::checked::{Manifest, Source};
use crate::data::manifest::error::ManifestError;
use crate::data::rule::content_hash::digits;
use crate::data::rule::listed::{ListedFile, PART};

/// The listed files of a data set and what is there of them.
#[derive(Clone, Debug, Serialize)]
pub struct FetchPlan {
    /// The manifest's name.
    pub name: String,
    /// Under which terms the data may be used.
    pub licence: String,
    /// Whom to cite.
    pub citation: String,
    /// How to get what cannot be downloaded.
    pub obtain: String,
    /// The folder of the data set.
    pub folder: PathBuf,
    /// Every listed file.
    pub files: Vec<PlannedFile>,
}

/// One listed file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PlannedFile {
    /// Below the folder.
    pub path: String,
    /// Where it can be downloaded.
    pub url: Option<String>,
    /// Its length, where the manifest lists it.
    pub bytes: Option<u64>,
    /// Its SHA-256 in hexadecimal, where the manifest lists it.
    pub sha256: Option<String>,
    /// What is there.
    pub state: FileState,
    /// How many bytes are there, of the file or of its unfinished download.
    pub present: u64,
}

/// What is there of a file. Hashes are compared by [`crate::data::verify`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum FileState {
    /// The file, with the listed length where there is one.
    Here,
    /// A file of another length.
    Other,
    /// An unfinished download.
    Part,
    /// Nothing.
    Absent,
}

/// Look what is there; nothing is written, no connection is opened.
///
/// # Errors
/// [`FetchError::Unavailable`] for a data set without a file to download, an unknown or missing data root.
pub fn plan(manifest: &Manifest, data_root: Option<&Path>) -> Result<FetchPlan, FetchError> {
    let (name, obtain) = (manifest.name.clone(), manifest.obtain.clone());
    let source = match &manifest.source {
        Source::Files(source) if source.listed.iter().any(|file| file.url.is_some()) => source,
        _ => return Err(FetchError::Unavailable { name, access: manifest.access.to_string(), obtain }),
    };
    let Some(root) = data_root else {
        return Err(ManifestError::NoDataRoot { name, folder: source.folder.clone(), obtain }.into());
    };
    if !root.is_dir() {
        return Err(FetchError::NoRoot { root: root.to_owned() });
    }
    let folder = root.join(&source.folder);
    let files = source.listed.iter().map(|file| look(&folder, file)).collect();
    let (licence, citation) = (manifest.licence.clone(), manifest.citation.clone());
    Ok(FetchPlan { name, licence, citation, obtain, folder, files })
}

fn look(folder: &Path, file: &ListedFile) -> PlannedFile {
    let length = |path: String| {
        let facts = std::fs::metadata(folder.join(path)).ok()?;
        facts.is_file().then_some(facts.len())
    };
    let (state, present) = match (length(file.path.clone()), length(file.path.clone() + PART)) {
        (Some(found), _) if file.bytes.is_some_and(|bytes| bytes != found) => (FileState::Other, found),
        (Some(found), _) => (FileState::Here, found),
        (None, Some(part)) => (FileState::Part, part),
        (None, None) => (FileState::Absent, 0),
    };
    PlannedFile {
        path: file.path.clone(),
        url: file.url.clone(),
        bytes: file.bytes,
        sha256: file.sha256.as_ref().map(digits),
        state,
        present,
    }
}

impl FetchPlan {
    /// The files that are not there and can be downloaded.
    pub fn wanted(&self) -> impl Iterator<Item = &PlannedFile> {
        self.files.iter().filter(|file| file.url.is_some() && file.state != FileState::Here)
    }

    /// Is every file of the plan there?
    pub fn is_complete(&self) -> bool {
        self.files.iter().all(|file| file.state == FileState::Here)
    }

    /// Only these files; none named: all.
    ///
    /// # Errors
    /// [`FetchError::Unlisted`] for a name that is not listed.
    pub fn only(mut self, names: &[String]) -> Result<Self, FetchError> {
        let listed = |name: &&String| self.files.iter().any(|file| file.path == **name);
        if let Some(name) = names.iter().find(|name| !listed(name)) {
            return Err(FetchError::Unlisted { name: name.clone() });
        }
        self.files.retain(|file| names.is_empty() || names.contains(&file.path));
        Ok(self)
    }

    /// Commands that unpack the archives, each into the data set's folder.
    ///
    /// The program does not unpack: `unzip` does, lets no name lead out of the folder, and is everywhere.
    pub fn unpacking(&self) -> Vec<String> {
        let zip = |path: &Path| path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("zip"));
        let archives = self.files.iter().map(|file| self.folder.join(&file.path)).filter(|path| zip(path));
        archives
            .map(|archive| {
                let folder = archive.parent().unwrap_or(&self.folder);
                format!("unzip -q -n {} -d {}", quoted(&archive), quoted(folder))
            })
            .collect()
    }
}

/// A path as one word of a shell.
fn quoted(path: &Path) -> String {
    let text = path.display().to_string();
    let plain = |c: char| c.is_alphanumeric() || "/._-+=@%".contains(c);
    if !text.is_empty() && text.chars().all(plain) {
        text
    } else {
        format!("'{}'", text.replace('\'', "'\\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_one_word_of_a_shell() {
        assert_eq!(quoted(Path::new("/data/a_b-1.zip")), "/data/a_b-1.zip");
        assert_eq!(quoted(Path::new("/my data/it's")), "'/my data/it'\\''s'");
    }
}

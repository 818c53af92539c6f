//! `[[files]]` as it stands in a manifest, and the checks that make it a list of files.

use std::path::{Component, Path};

use serde::Deserialize;

use crate::data::rule::access::Access;
use crate::data::rule::content_hash::hexadecimal;
use crate::data::rule::listed::{ListedFile, ORIGIN, PART};

/// An entry as it stands in the manifest.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawListedFile {
    path: String,
    url: Option<String>,
    sha256: Option<String>,
    bytes: Option<u64>,
}

/// Everything the types cannot say; on failure the key and what is wrong with it.
pub(super) fn check(files: &[RawListedFile], access: Access) -> Result<Vec<ListedFile>, (String, String)> {
    let mut listed: Vec<ListedFile> = Vec::new();
    for (at, file) in files.iter().enumerate() {
        let fault = |key: &str, message: String| Err((format!("files[{at}].{key}"), message));
        if let Err(message) = check_path(&file.path) {
            return fault("path", message);
        }
        if listed.iter().any(|other| other.path == file.path) {
            return fault("path", format!("{:?} is listed twice; expected one entry a file", file.path));
        }
        if let Some(url) = &file.url {
            if access != Access::Open {
                let message = "belongs to data with access = \"open\" only; say in `obtain` how to get them";
                return fault("url", message.to_owned());
            }
            if !is_https(url) {
                return fault("url", format!("is {url:?}; expected https://, a host and a path"));
            }
        }
        let sha256 = file.sha256.as_deref().map(hexadecimal);
        if sha256 == Some(None) {
            let found = file.sha256.as_deref().unwrap_or_default();
            return fault("sha256", format!("is {found:?}; expected 64 hexadecimal digits"));
        }
        if file.bytes == Some(0) {
            return fault("bytes", "is 0; expected the length of the file".to_owned());
        }
        let (path, url) = (file.path.clone(), file.url.clone());
        listed.push(ListedFile { path, url, sha256: sha256.flatten(), bytes: file.bytes });
    }
    Ok(listed)
}

/// A plain relative path that no other file uses while it is downloaded.
fn check_path(path: &str) -> Result<(), String> {
    let plain = Path::new(path).components().all(|part| matches!(part, Component::Normal(_)));
    let canonical = path.split('/').all(|part| !part.is_empty() && part != ".");
    if !plain || !canonical || path.contains(['\\', ':']) || path.contains(char::is_control) {
        return Err(format!("{path:?} is not a plain path inside the data folder; expected folder/file.csv"));
    }
    if path.split('/').any(|part| part.ends_with(PART) || part.ends_with(ORIGIN)) {
        return Err(format!(
            "{path:?} ends like an unfinished download ({PART}, {ORIGIN}); expected another name"
        ));
    }
    Ok(())
}

/// `https://host/…` in printable ASCII without spaces, user or fragment.
fn is_https(url: &str) -> bool {
    let Some(rest) = url.strip_prefix("https://") else { return false };
    let Some((host, path)) = rest.split_once('/') else { return false };
    let name = host.chars().all(|c| c.is_ascii_alphanumeric() || ".-:[]".contains(c));
    !host.is_empty() && name && path.chars().all(|c| c.is_ascii_graphic() && c != '#' && c != '"')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::Manifest;

    /// What becomes of a manifest with this entry.
    fn parsed(access: &str, entry: &str) -> Result<ListedFile, String> {
        let text = include_str!("../../../../data-manifests/ddti.toml").replace("\"open\"", access);
        let manifest = Manifest::parse("m.toml", &format!("{text}\n[[files]]\n{entry}\n"));
        let source = manifest.map_err(|error| error.to_string())?.source;
        let crate::data::Source::Files(source) = source else { return Err("synthetic".to_owned()) };
        Ok(source.listed[0].clone())
    }

    fn refused(entry: &str, words: &str) {
        let error = parsed("\"open\"", entry).expect_err(entry);
        assert!(error.starts_with("m.toml") && error.contains(words), "{entry}: {error}");
    }

    #[test]
    fn an_entry_is_read() {
        let hash = "Ab".repeat(32);
        let entry =
            format!("path = \"a/b.zip\"\nurl = \"https://x.org/f?id=1\"\nsha256 = \"{hash}\"\nbytes = 7");
        let file = parsed("\"open\"", &entry).expect("valid");
        assert_eq!((file.path.as_str(), file.bytes, file.sha256), ("a/b.zip", Some(7), Some([0xab; 32])));
        assert_eq!(file.url.as_deref(), Some("https://x.org/f?id=1"));
        let bare = parsed("\"private\"", "path = \"a.csv\"").expect("valid");
        assert_eq!((bare.url, bare.sha256, bare.bytes), (None, None, None));
    }

    #[test]
    fn paths_stay_inside_the_folder() {
        for path in
            ["../a", "/etc/passwd", "a/../../b", "", ".", "./a", "a//b", "a/", "a\\\\b", "c:a", "a\\nb"]
        {
            refused(&format!("path = \"{path}\""), "files[0].path: ");
        }
        refused("path = \"a.part\"", "ends like an unfinished download");
        refused("path = \"a\"\n[[files]]\npath = \"a\"", "files[1].path: \"a\" is listed twice");
    }

    #[test]
    fn urls_are_https_and_of_open_data() {
        let urls = [
            "http://x.org/a",
            "ftp://x.org/a",
            "file:///etc/passwd",
            "https:///a",
            "https://x.org",
            "x.org/a",
            "https://me:pw@x.org/a",
            "https://x.org/a b",
            "https://x.org/a#b",
            "HTTP://x.org/a",
        ];
        for url in urls {
            refused(&format!("path = \"a\"\nurl = \"{url}\""), "files[0].url: is ");
        }
        for access in ["\"private\"", "\"registration\""] {
            let error = parsed(access, "path = \"a\"\nurl = \"https://x.org/a\"").expect_err("not open");
            assert!(error.contains("files[0].url: belongs to data with access = \"open\" only"), "{error}");
        }
    }

    #[test]
    fn hashes_and_lengths_are_well_formed() {
        for hash in ["00", &"0".repeat(63), &"g".repeat(64), &"+f".repeat(32)] {
            refused(&format!("path = \"a\"\nsha256 = \"{hash}\""), "files[0].sha256: is ");
        }
        refused("path = \"a\"\nbytes = 0", "files[0].bytes: is 0");
        refused("path = \"a\"\nbytes = -1", "m.toml:");
        refused("path = \"a\"\nmd5 = \"00\"", "unknown field `md5`");
        refused("url = \"https://x.org/a\"", "missing field `path`");
        let text = include_str!("../../../../data-manifests/synthetic.toml");
        let error =
            Manifest::parse("m.toml", &format!("{text}\n[[files]]\npath = \"a\"\n")).expect_err("drawn");
        assert_eq!(error.to_string(), "m.toml: files: belongs to kind = \"files\" only");
    }
}

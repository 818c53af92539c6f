//! `SHA256SUMS`, as `sha256sum` writes it: what the files of a download should be.

use std::path::{Component, Path, PathBuf};

use super::error::DataError;
use super::image::ContentHash;
use crate::fs;

/// The name looked for in the folder of a data set.
pub const FILE: &str = "SHA256SUMS";

/// One line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sum {
    /// 1-based row.
    pub row: usize,
    /// Below the folder of the data set.
    pub path: PathBuf,
    /// What the file's hash should be.
    pub hash: ContentHash,
}

/// The sums in `folder`; `None` where there is no such file.
///
/// # Errors
/// A line that is no sum, a path that leads out of the folder.
pub fn read(folder: &Path) -> Result<Option<Vec<Sum>>, DataError> {
    let file = folder.join(FILE);
    if !file.is_file() {
        return Ok(None);
    }
    let bytes = fs::read(&file)?;
    parse(&file.display().to_string(), &String::from_utf8_lossy(&bytes)).map(Some)
}

fn parse(file: &str, text: &str) -> Result<Vec<Sum>, DataError> {
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    lines
        .map(|(at, line)| {
            let fault = |message: &str| DataError::Table {
                file: file.to_owned(),
                row: at + 1,
                message: message.to_owned(),
            };
            // Two spaces, or a space and the asterisk of binary mode.
            let (hash, path) = line.split_once(' ').ok_or_else(|| fault("expected a hash and a path"))?;
            let path = path.strip_prefix([' ', '*']).unwrap_or(path);
            let hash = hexadecimal(hash).ok_or_else(|| fault("expected 64 hexadecimal digits"))?;
            let parts = Path::new(path).components().filter(|part| *part != Component::CurDir);
            let path: PathBuf = parts.collect();
            let inside = path.components().all(|part| matches!(part, Component::Normal(_)));
            if !inside || path.as_os_str().is_empty() {
                return Err(fault("expected a relative path inside the data folder"));
            }
            Ok(Sum { row: at + 1, path, hash })
        })
        .collect()
}

/// 64 hexadecimal digits as bytes.
fn hexadecimal(text: &str) -> Option<ContentHash> {
    if text.len() != 64 || !text.is_ascii() {
        return None;
    }
    let mut hash = ContentHash::default();
    for (at, byte) in hash.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&text[2 * at..2 * at + 2], 16).ok()?;
    }
    Some(hash)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_sha256sum_are_read_and_others_refused() {
        let hash = "ab".repeat(32);
        let text = format!("{hash}  ./images/a b.jpg\n\n{hash} *table.csv\n");
        let sums = parse("SHA256SUMS", &text).expect("sums");
        assert_eq!(sums[0], Sum { row: 1, path: "images/a b.jpg".into(), hash: [0xab; 32] });
        assert_eq!((sums[1].row, sums[1].path.to_str()), (3, Some("table.csv")));
        for line in
            [hash.clone(), format!("{}  a", &hash[1..]), format!("{hash}  ../a"), format!("{hash}  /a")]
        {
            let error = parse("SHA256SUMS", &line).expect_err("no sum").to_string();
            assert!(error.starts_with("SHA256SUMS: row 1: expected"), "{error}");
        }
    }
}

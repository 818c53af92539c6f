//! What the files of a download should be: `SHA256SUMS`, as `sha256sum` writes it, and the manifest's list.

use std::collections::HashMap;
use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::{Component, Path, PathBuf};

use sha2::{Digest, Sha256};

use super::problem::Problem;
use crate::data::rule::content_hash::{ContentHash, digits, hexadecimal};
use crate::data::rule::listed::ListedFile;
use crate::data::table::error::TableError;
use crate::fs::{self, FileError};

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
pub fn read(folder: &Path) -> Result<Option<Vec<Sum>>, TableError> {
    let file = folder.join(FILE);
    if !file.is_file() {
        return Ok(None);
    }
    let bytes = fs::read(&file)?;
    parse(&file.display().to_string(), &String::from_utf8_lossy(&bytes)).map(Some)
}

fn parse(file: &str, text: &str) -> Result<Vec<Sum>, TableError> {
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    lines
        .map(|(at, line)| {
            let fault = |message: &str| TableError::Row {
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

/// SHA-256 of a file of any length.
///
/// # Errors
/// [`FileError`] when it cannot be read.
pub(in crate::data) fn hash_file(path: &Path) -> Result<ContentHash, FileError> {
    let mut file = File::open(path).map_err(FileError::on("read", path))?;
    let mut hasher = Sha256::new();
    let mut block = vec![0; 1 << 20];
    loop {
        match file.read(&mut block) {
            Ok(0) => return Ok(hasher.finalize().into()),
            Ok(length) => hasher.update(&block[..length]),
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(FileError::on("read", path)(error)),
        }
    }
}

/// Compare the files that `SHA256SUMS` lists, each of which must be there; how many were compared.
///
/// # Errors
/// [`FileError`] when one cannot be read.
pub(in crate::data) fn compare(
    folder: &Path,
    sums: &[Sum],
    known: &HashMap<PathBuf, ContentHash>,
    problems: &mut Vec<Problem>,
) -> Result<usize, FileError> {
    let mut compared = 0;
    for sum in sums {
        let wrong = |problem: &str| wrong(sum.row, &sum.path, FILE, problem);
        let path = folder.join(&sum.path);
        if !path.is_file() {
            problems.push(wrong("the file is missing"));
            continue;
        }
        compared += 1;
        if hash_of(&path, known)? != sum.hash {
            problems.push(wrong("the file is not the one that was listed; get it again"));
        }
    }
    Ok(compared)
}

/// Compare the files of the manifest's list that are there; how many have a length or a hash to compare. An
/// archive may have been removed once it was unpacked, so that a missing file is no problem.
///
/// # Errors
/// [`FileError`] when one cannot be read.
pub(super) fn compare_listed(
    folder: &Path,
    manifest: &str,
    listed: &[ListedFile],
    known: &HashMap<PathBuf, ContentHash>,
    problems: &mut Vec<Problem>,
) -> Result<usize, FileError> {
    let mut compared = 0;
    for (at, file) in listed.iter().enumerate() {
        let path = folder.join(&file.path);
        if (file.bytes, file.sha256) == (None, None) || !path.is_file() {
            continue;
        }
        compared += 1;
        let length = std::fs::metadata(&path).map_err(FileError::on("read", &path))?.len();
        let fault = match (file.bytes, file.sha256) {
            (Some(bytes), _) if bytes != length => {
                Some(format!("the file has {length} bytes; expected {bytes}: get it again"))
            }
            (_, Some(hash)) => {
                let found = hash_of(&path, known)?;
                let [expected, got] = [&hash, &found].map(digits);
                (found != hash).then(|| format!("expected sha256 {expected}, got {got}: get the file again"))
            }
            _ => None,
        };
        problems.extend(fault.map(|fault| wrong(at + 1, Path::new(&file.path), manifest, &fault)));
    }
    Ok(compared)
}

fn hash_of(path: &Path, known: &HashMap<PathBuf, ContentHash>) -> Result<ContentHash, FileError> {
    known.get(path).map_or_else(|| hash_file(path), |hash| Ok(*hash))
}

/// A file that is not what row `row` of `list` says.
fn wrong(row: usize, path: &Path, list: &str, problem: &str) -> Problem {
    Problem {
        row,
        sample_id: String::new(),
        image: path.display().to_string(),
        problem: format!("{list}: {problem}"),
    }
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
        let signs = "+f".repeat(32);
        for line in [
            hash.clone(),
            format!("{}  a", &hash[1..]),
            format!("{hash}  ../a"),
            format!("{hash}  /a"),
            format!("{signs}  a"),
        ] {
            let error = parse("SHA256SUMS", &line).expect_err("no sum").to_string();
            assert!(error.starts_with("SHA256SUMS: row 1: expected"), "{error}");
        }
    }
}

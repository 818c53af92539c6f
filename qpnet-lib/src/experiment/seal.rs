//! What shows that a kept folder is the one that was kept: the text its name was made from, and a hash of every file.

use std::path::Path;

use sha2::{Digest, Sha256};

use super::RunError;
use crate::fs::read;

/// What the key was made from, JSON.
const KEY: &str = "key.json";
/// As `sha256sum` writes and checks it.
const SUMS: &str = "sha256.txt";

/// Files of a folder by name, with their bytes or why they cannot be written.
pub(super) type Files<'a> = Vec<(&'a str, Result<Vec<u8>, String>)>;

/// `files`, what their key was made from, and the hashes of all.
pub(super) fn sealed<'a>(mut files: Files<'a>, key: &str) -> Files<'a> {
    files.push((KEY, Ok(key.as_bytes().to_vec())));
    let line = |(name, bytes): &(&str, Result<Vec<u8>, String>)| {
        bytes.as_ref().map_or(String::new(), |bytes| format!("{}  {name}\n", sha256(bytes)))
    };
    let sums: String = files.iter().map(line).collect();
    files.push((SUMS, Ok(sums.into_bytes())));
    files
}

/// `Ok` where `folder` is what was kept under `key`.
///
/// # Errors
/// [`RunError::NotKept`] with what is another; [`RunError::File`] for a file that cannot be read.
pub(super) fn check(folder: &Path, key: &str) -> Result<(), RunError> {
    let other = |detail: String| RunError::NotKept { folder: folder.to_owned(), detail };
    if read(&folder.join(KEY))? != key.as_bytes() {
        let what = "it is that of another configuration, data, program or machine";
        return Err(other(format!("{KEY} is not what the folder is named by: {what}")));
    }
    let sums = String::from_utf8_lossy(&read(&folder.join(SUMS))?).into_owned();
    for (sum, name) in lines(&sums).map_err(other)? {
        if sha256(&read(&folder.join(name))?) != sum {
            return Err(other(format!("{name} has another SHA-256 than in {SUMS}")));
        }
    }
    Ok(())
}

/// Sums and names of a list that is whole: a list that was cut names less than there was. Its last line is that of
/// [`KEY`], see [`sealed`].
fn lines(sums: &str) -> Result<Vec<(&str, &str)>, String> {
    let cut = || format!("its {SUMS} is not whole");
    let listed: Option<Vec<_>> = sums.lines().map(|line| line.split_once("  ")).collect();
    let listed = listed.filter(|_| sums.ends_with('\n')).ok_or_else(cut)?;
    let is_sum = |sum: &str| sum.len() == 64 && sum.bytes().all(|digit| digit.is_ascii_hexdigit());
    let whole =
        listed.last().is_some_and(|(_, name)| *name == KEY) && listed.iter().all(|(sum, _)| is_sum(sum));
    if whole { Ok(listed) } else { Err(cut()) }
}

/// What the name of `folder` was made from; `None` where that is not there.
pub(super) fn key_of(folder: &Path) -> Option<String> {
    std::fs::read_to_string(folder.join(KEY)).ok()
}

/// What `folder` lacks of a kept folder, by the names of its files alone: their bytes are [`check`]'s.
pub(super) fn missing(folder: &Path) -> Option<String> {
    let Ok(sums) = std::fs::read_to_string(folder.join(SUMS)) else {
        return Some(format!("it has no {SUMS}"));
    };
    match lines(&sums) {
        Err(reason) => Some(reason),
        Ok(listed) => {
            let (_, lost) = listed.into_iter().find(|(_, name)| !folder.join(name).is_file())?;
            Some(format!("it has no {lost}"))
        }
    }
}

fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_other_byte_is_noticed() {
        let folder = tempfile::tempdir().expect("tempdir");
        let files = sealed(vec![("a.csv", Ok(b"abc".to_vec())), ("b.txt", Ok(Vec::new()))], "{}");
        let put = |files: &Files<'_>| {
            for (name, bytes) in files {
                std::fs::write(folder.path().join(name), bytes.as_ref().expect("bytes")).expect("file");
            }
        };
        put(&files);
        // FIPS 180-4, the first example.
        let sums = read(&folder.path().join(SUMS)).expect("sums");
        assert!(
            sums.starts_with(b"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad  a.csv\n")
        );
        check(folder.path(), "{}").expect("whole");
        for (name, words) in
            [("a.csv", "a.csv has another"), ("b.txt", "b.txt has"), (KEY, "key.json is not")]
        {
            std::fs::write(folder.path().join(name), "other").expect("file");
            let message = check(folder.path(), "{}").expect_err(name).to_string();
            assert!(message.contains(words), "{message}");
            std::fs::remove_file(folder.path().join(name)).expect("removed");
            assert!(check(folder.path(), "{}").expect_err(name).to_string().contains(name));
            assert_eq!(missing(folder.path()), Some(format!("it has no {name}")));
            put(&files);
        }
        assert_eq!(missing(folder.path()), None);
        // A list that was cut anywhere names less than there was, and would have the rest unlooked at.
        for length in 0..sums.len() {
            std::fs::write(folder.path().join(SUMS), &sums[..length]).expect("file");
            assert_eq!(missing(folder.path()), Some(format!("its {SUMS} is not whole")), "{length}");
            let message = check(folder.path(), "{}").expect_err("cut").to_string();
            assert!(message.contains("is not whole"), "{length}: {message}");
        }
        put(&files);
        assert!(check(folder.path(), "{\"seed\":2}").expect_err("of another key").to_string().contains(KEY));
    }
}

//! The folder of a grid: kept runs, what is at work on others, what has failed.
//!
//! | name | what |
//! |---|---|
//! | `grid.json` | version of the format |
//! | `<cell>/` | a finished cell: a kept run, complete or absent |
//! | `.<cell>.checkpoints/` | an unfinished one |
//! | `.<cell>.lock` | held, by the operating system, while a process is at work on it |
//! | `.<cell>.failed.json` | why the last attempt has failed |
//! | `journal.jsonl` | what happened, a line each; for people, nothing is read from it |

use std::collections::{BTreeMap, HashMap};
use std::io::Write;
use std::path::{Path, PathBuf};

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::error::GridError;
use super::names::CellId;
use crate::experiment::seal;
use crate::fs::{FileError, Lock, LockError, read, write_atomic};

/// The version that this program reads and writes.
const FORMAT: u64 = 1;
const MARK: &str = "grid.json";
const JOURNAL: &str = "journal.jsonl";

/// The folder of a grid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GridStore {
    root: PathBuf,
}

/// How a cell stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// Kept.
    Complete,
    /// A folder of its name that lacks something.
    Damaged(String),
}

/// An attempt that has failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// Why.
    pub error: String,
    /// How many attempts have failed.
    pub attempts: u32,
}

#[derive(Serialize, Deserialize)]
struct Mark {
    format: u64,
}

impl GridStore {
    /// The store in `root`, which need not exist.
    ///
    /// # Errors
    /// [`GridError::Newer`], [`GridError::NoStore`], [`GridError::File`].
    pub fn open(root: &Path) -> Result<Self, GridError> {
        let store = Self { root: root.to_owned() };
        let (mark, no) =
            (root.join(MARK), |detail: String| GridError::NoStore { store: root.to_owned(), detail });
        if root.exists() && !root.is_dir() {
            return Err(no("it is no folder".to_owned()));
        }
        if !mark.exists() {
            return Ok(store);
        }
        let read: Mark =
            serde_json::from_slice(&read(&mark)?).map_err(|error| no(format!("{MARK}: {error}")))?;
        if read.format > FORMAT {
            return Err(GridError::Newer { store: root.to_owned(), got: read.format, expected: FORMAT });
        }
        Ok(store)
    }

    /// Make it ready to be written to.
    ///
    /// # Errors
    /// [`GridError::File`] where it cannot be written to.
    pub fn prepare(&self) -> Result<(), GridError> {
        let mark = self.root.join(MARK);
        if !mark.exists() {
            write_atomic(&mark, (serde_json::json!({ "format": FORMAT }).to_string() + "\n").as_bytes())?;
        }
        self.note("opened", None)
    }

    /// Its folder.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The folder of a finished cell.
    pub fn folder(&self, id: CellId) -> PathBuf {
        self.root.join(id.to_string())
    }

    /// The text that the name of a finished cell is the hash of; `None` where there is none.
    pub fn key(&self, id: CellId) -> Option<String> {
        seal::key_of(&self.folder(id))
    }

    /// How a cell stands; `None` where it is not there. Names and presence of its files are looked at, not their bytes.
    ///
    /// # Errors
    /// [`GridError::File`].
    pub fn state(&self, id: CellId) -> Result<Option<State>, GridError> {
        let folder = self.folder(id);
        if !folder.is_dir() {
            return Ok(None);
        }
        Ok(Some(match seal::missing(&folder) {
            None => State::Complete,
            Some(detail) => State::Damaged(detail),
        }))
    }

    /// Every cell that has a folder.
    ///
    /// # Errors
    /// [`GridError::File`].
    pub fn cells(&self) -> Result<HashMap<CellId, State>, GridError> {
        let ids: Vec<CellId> = self.names()?.iter().filter_map(|name| CellId::parse(name)).collect();
        let states = ids.into_par_iter().map(|id| Ok(self.state(id)?.map(|state| (id, state))));
        Ok(states.collect::<Result<Vec<_>, GridError>>()?.into_iter().flatten().collect())
    }

    /// The cells that have failed when they were last tried.
    ///
    /// # Errors
    /// [`GridError::File`].
    pub fn failures(&self) -> Result<BTreeMap<CellId, Failure>, GridError> {
        let names = self.names()?;
        let ids = names.iter().filter_map(|name| name.strip_prefix('.')?.strip_suffix(".failed.json"));
        let ids = ids.filter_map(CellId::parse);
        Ok(ids.filter_map(|id| Some((id, self.failure(id)?))).collect())
    }

    /// Why a cell has failed when it was last tried.
    pub fn failure(&self, id: CellId) -> Option<Failure> {
        serde_json::from_slice(&std::fs::read(self.beside(id, "failed.json")).ok()?).ok()
    }

    /// Keep why an attempt has failed.
    ///
    /// # Errors
    /// [`GridError::File`].
    pub fn fail(&self, id: CellId, error: &str) -> Result<(), GridError> {
        let attempts = self.failure(id).map_or(0, |failure| failure.attempts) + 1;
        let failure = Failure { error: error.to_owned(), attempts };
        let text = serde_json::to_string(&failure).unwrap_or_default() + "\n";
        write_atomic(&self.beside(id, "failed.json"), text.as_bytes())?;
        self.note("failed", Some(id))
    }

    /// The cell is complete: what has failed before is of no interest.
    pub(super) fn succeed(&self, id: CellId) -> Result<(), GridError> {
        let _ = std::fs::remove_file(self.beside(id, "failed.json")); // seldom there
        self.note("finished", Some(id))
    }

    /// The right to work on a cell; `None` where another process has it. It ends with this process, however it ends.
    ///
    /// # Errors
    /// [`GridError::Lock`] where nothing can be written.
    pub fn lock(&self, id: CellId) -> Result<Option<Lock>, GridError> {
        match Lock::of(&self.folder(id)) {
            Ok(lock) => Ok(Some(lock)),
            Err(LockError::Taken { .. }) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// The cells that some process is at work on, and those that were begun and left.
    ///
    /// # Errors
    /// [`GridError::File`].
    pub fn begun(&self) -> Result<(Vec<CellId>, Vec<CellId>), GridError> {
        let (mut held, mut left) = (Vec::new(), Vec::new());
        for name in self.names()? {
            let Some(rest) = name.strip_prefix('.') else { continue };
            if let Some(id) = rest.strip_suffix(".lock").and_then(CellId::parse) {
                let opened = std::fs::File::open(self.root.join(&name));
                if opened.is_ok_and(|file| file.try_lock_shared().is_err()) {
                    held.push(id);
                }
            } else if let Some(id) = rest.strip_suffix(".checkpoints").and_then(CellId::parse) {
                left.push(id);
            }
        }
        left.retain(|id| !held.contains(id));
        Ok((held, left))
    }

    /// Add a line to the journal.
    ///
    /// # Errors
    /// [`GridError::File`].
    pub(super) fn note(&self, event: &str, id: Option<CellId>) -> Result<(), GridError> {
        let path = self.root.join(JOURNAL);
        let line = match id {
            Some(id) => {
                format!("{{\"event\":\"{event}\",\"cell\":\"{id}\",\"process\":{}}}\n", std::process::id())
            }
            None => format!("{{\"event\":\"{event}\",\"process\":{}}}\n", std::process::id()),
        };
        // One write of one line: processes do not mix theirs.
        let file = std::fs::File::options().create(true).append(true).open(&path);
        let written = file.and_then(|mut file| file.write_all(line.as_bytes()));
        Ok(written.map_err(FileError::on("write", &path))?)
    }

    fn beside(&self, id: CellId, what: &str) -> PathBuf {
        self.root.join(format!(".{id}.{what}"))
    }

    fn names(&self) -> Result<Vec<String>, GridError> {
        if !self.root.is_dir() {
            return Ok(Vec::new());
        }
        let entries = std::fs::read_dir(&self.root).map_err(FileError::on("read", &self.root))?;
        let names = entries.map(|entry| entry.map(|entry| entry.file_name().to_string_lossy().into_owned()));
        Ok(names.collect::<Result<_, _>>().map_err(FileError::on("read", &self.root))?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_store_of_a_later_program_is_refused_and_not_touched() {
        let place = tempfile::tempdir().expect("tempdir");
        let store = GridStore::open(place.path()).expect("empty");
        store.prepare().expect("ready");
        GridStore::open(place.path()).expect("its own");
        std::fs::write(place.path().join(MARK), "{\"format\":2,\"new\":true}\n").expect("mark");
        let message = GridStore::open(place.path()).expect_err("later").to_string();
        assert!(message.contains("version 2") && message.contains("reads version 1"), "{message}");
        std::fs::write(place.path().join(MARK), "no").expect("mark");
        let message = GridStore::open(place.path()).expect_err("no mark").to_string();
        assert!(message.contains("is no store"), "{message}");
        let message = GridStore::open(&place.path().join(MARK)).expect_err("a file").to_string();
        assert!(message.contains("it is no folder"), "{message}");
    }

    #[test]
    fn failures_are_counted_and_forgotten_and_locks_are_seen() {
        let place = tempfile::tempdir().expect("tempdir");
        let store = GridStore::open(place.path()).expect("empty");
        let (id, other) = (CellId([1; 16]), CellId([2; 16]));
        store.fail(id, "one\ntwo").expect("kept");
        store.fail(id, "three").expect("kept");
        let expected = Failure { error: "three".to_owned(), attempts: 2 };
        assert_eq!(store.failures().expect("read"), BTreeMap::from([(id, expected)]));
        store.succeed(id).expect("noted");
        assert!(store.failure(id).is_none());

        let lock = store.lock(id).expect("writable").expect("free");
        assert!(store.lock(id).expect("writable").is_none());
        std::fs::create_dir(place.path().join(format!(".{other}.checkpoints"))).expect("folder");
        assert_eq!(store.begun().expect("read"), (vec![id], vec![other]));
        drop(lock);
        assert_eq!(store.begun().expect("read"), (Vec::new(), vec![other]));
        assert_eq!(CellId::parse(&id.to_string()), Some(id));
        assert!(CellId::parse("0").is_none() && CellId::parse(&"G".repeat(32)).is_none());
    }

    #[test]
    fn a_cell_is_complete_only_if_something_inside_says_so() {
        let place = tempfile::tempdir().expect("tempdir");
        let (store, id) = (GridStore::open(place.path()).expect("empty"), CellId([3; 16]));
        assert_eq!(store.state(id).expect("read"), None);
        std::fs::create_dir(store.folder(id)).expect("folder");
        let damaged = |words: &str| match store.state(id).expect("read") {
            Some(State::Damaged(detail)) => assert!(detail.contains(words), "{detail}"),
            other => panic!("{other:?}"),
        };
        damaged("sha256.txt");
        let sums: String = ["a.csv", "key.json"].map(|name| format!("{}  {name}\n", "0".repeat(64))).concat();
        std::fs::write(store.folder(id).join("sha256.txt"), sums).expect("sums");
        std::fs::write(store.folder(id).join("key.json"), "{}").expect("key");
        damaged("a.csv");
        std::fs::write(store.folder(id).join("a.csv"), "1").expect("file");
        assert_eq!(store.state(id).expect("read"), Some(State::Complete));
        assert_eq!(store.cells().expect("read"), HashMap::from([(id, State::Complete)]));
    }
}

//! Tables to audit, and the program that audits them.
#![allow(dead_code, reason = "each test takes what it needs")]

use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use qpnet_audit::audit::{Audit, AuditOptions, Predictions, Reading, audit};

pub fn parse(text: &str) -> Result<Predictions, String> {
    Predictions::parse("t.csv", text.as_bytes(), &Reading::default()).map_err(|error| error.to_string())
}

pub fn audited(text: &str, options: &AuditOptions) -> Result<Audit, String> {
    audit(&parse(text)?, options).map_err(|error| error.to_string())
}

pub fn quick() -> AuditOptions {
    AuditOptions { replicates: 200, ..AuditOptions::default() }
}

/// The program, asked in `folder`.
pub fn qpnet(arguments: &[&str], folder: &Path) -> Output {
    Command::new(env!("CARGO_BIN_EXE_qpnet-audit"))
        .args(arguments)
        .current_dir(folder)
        .output()
        .expect("qpnet")
}

/// The first example of a help page that starts with `begin`, run word by word in `folder` beside
/// the shipped tables.
pub fn example_of_help(verb: &str, begin: &str, folder: &Path) -> Output {
    let help = qpnet(&[verb, "--help"], folder);
    let help = String::from_utf8(help.stdout).expect("text");
    let line = help.lines().map(str::trim).find(|line| line.starts_with(begin)).expect("an example");
    let shipped = folder.join("data-manifests/examples");
    std::fs::create_dir_all(&shipped).expect("folder");
    let root = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../data-manifests/examples"));
    for entry in std::fs::read_dir(root).expect("examples") {
        let entry = entry.expect("entry");
        std::fs::copy(entry.path(), shipped.join(entry.file_name())).expect("copy");
    }
    let words: Vec<&str> = line.split_whitespace().skip(1).collect();
    qpnet(&words, folder)
}

/// A table without end. Ten million rows are more than 100 MB: whoever reads a tenth of that has not
/// refused the table in time.
pub struct Rows {
    row: fn(u64) -> String,
    next: u64,
    left: Vec<u8>,
    given: usize,
}

impl Rows {
    /// The header, and `row(0)`, `row(1)` …, each with its line end.
    pub fn new(header: &str, row: fn(u64) -> String) -> Self {
        Self { row, next: 0, left: header.as_bytes().to_vec(), given: 0 }
    }
}

impl Read for Rows {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        while self.left.len() < into.len() {
            self.left.extend((self.row)(self.next).into_bytes());
            self.next += 1;
        }
        into.copy_from_slice(&self.left[..into.len()]);
        self.left.drain(..into.len());
        self.given += into.len();
        assert!(self.given < 10_000_000, "the whole table is read");
        Ok(into.len())
    }
}

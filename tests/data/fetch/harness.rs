//! A data root whose manifest lists files of a server on this machine.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use serde_json::Value;
use sha2::{Digest, Sha256};

use super::https_server::{Asked, Reply, Server};
use crate::toy::{self, text};

/// The entity tag of the file as it is first served.
pub const TAG: &str = "\"one\"";

/// An open data set without files as yet.
pub fn manifest() -> String {
    let open = "obtain = \"ask the toy maker\"\naccess = \"open\"";
    let text = toy::MANIFEST.replace("obtain = \"make it\"", open);
    text.replace("licence = \"none\"", "licence = \"to be played with\"")
}

/// 600,000 bytes without a pattern that a shifted copy would have, too.
pub fn content(seed: u32) -> Vec<u8> {
    let mut state = seed;
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    };
    (0..600_000).map(|_| next()).collect()
}

pub fn sum(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A data root with a manifest; the server comes with each test.
pub struct Toy(toy::Toy);

impl Toy {
    pub fn new() -> Self {
        Self(toy::Toy::empty())
    }

    pub fn root(&self) -> &Path {
        self.0.root.path()
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path(name)
    }

    pub fn serve(&self, answer: impl Fn(&Asked, usize) -> Reply + Send + Sync + 'static) -> Server {
        Server::start(self.0.root.path(), answer)
    }

    /// The manifest with one entry, `big.zip` from `url`, and more of its keys.
    pub fn list(&self, url: &str, more: &str) {
        let entry = format!("[[files]]\npath = \"big.zip\"\nurl = \"{url}\"\n{more}\n");
        fs::write(self.0.path("toy.toml"), format!("{}{entry}", manifest())).expect("manifest");
    }

    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_qpnet"));
        command.args(["data", "fetch", "toy.toml"]).args(arguments);
        for proxy in
            ["HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "NO_PROXY", "https_proxy", "http_proxy", "all_proxy"]
        {
            command.env_remove(proxy);
        }
        command.env_remove("no_proxy").env_remove("SSL_CERT_DIR");
        command.env("SSL_CERT_FILE", self.0.path("issuer.pem"));
        command.current_dir(self.0.root.path()).env("QPNET_DATA", self.0.root.path());
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    pub fn fetch(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().expect("qpnet starts")
    }

    /// `fetch --yes` does it; the object on standard output.
    pub fn fetched(&self) -> Value {
        let output = self.fetch(&["--yes", "--json"]);
        assert_eq!(output.status.code(), Some(0), "{}", text(&output));
        serde_json::from_slice(&output.stdout).expect("JSON")
    }

    /// `fetch --yes` ends with 1 and one line that says all of `words`.
    pub fn refused(&self, arguments: &[&str], words: &[&str]) {
        let output = self.fetch(&[&["--yes"], arguments].concat());
        let message = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(1), "{message}");
        let last = message.lines().last().unwrap_or_default();
        assert!(last.starts_with("qpnet: ") && words.iter().all(|word| last.contains(word)), "{message}");
        assert!(output.stdout.is_empty() && !message.contains("panicked"), "{}", text(&output));
    }

    /// The names in the folder of the data set, in order.
    pub fn files(&self) -> Vec<String> {
        let entries = fs::read_dir(self.0.path("toy")).into_iter().flatten();
        let name = |entry: std::io::Result<fs::DirEntry>| entry.expect("entry").file_name();
        let mut names: Vec<String> =
            entries.map(|entry| name(entry).to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }

    /// The one file is there, whole, and nothing else.
    pub fn has(&self, file: &[u8]) {
        assert_eq!(self.files(), ["big.zip"]);
        assert!(fs::read(self.0.path("toy/big.zip")).expect("read") == file, "other bytes");
    }

    /// Start a download, wait until `bytes` have been written, and kill the program.
    pub fn killed_after(&self, bytes: u64) {
        let mut child = self.command(&["--yes"]).spawn().expect("qpnet starts");
        let (part, begun) = (self.0.path("toy/big.zip.part"), Instant::now());
        while fs::metadata(&part).map_or(0, |facts| facts.len()) < bytes {
            assert!(begun.elapsed() < Duration::from_secs(60), "nothing comes");
            sleep(Duration::from_millis(20));
        }
        child.kill().expect("kill");
        child.wait().expect("wait");
        assert_eq!(self.files(), ["big.zip.part", "big.zip.part.json"]);
    }
}

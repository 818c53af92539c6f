//! Tiny grids, and the program on them.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

/// Nothing takes so long; it ends a test that would hang.
pub const PATIENCE: Duration = Duration::from_secs(240);

/// Sizes and steps of cells that take hundredths of a second.
pub const TINY: &str = include_str!("../../support/tiny_grid.toml");

/// A plan of so many seeds from 101, and further lines.
pub fn plan(seeds: u32, methods: &str, further: &str) -> String {
    format!(
        "format = 1\nprofile = \"smoke\"\nseeds = {{ from = 101, count = {seeds} }}\nmethods = {methods}\n{TINY}{further}"
    )
}

/// A folder with a plan in it.
pub struct Place {
    folder: tempfile::TempDir,
}

impl Place {
    pub fn new(plan: &str) -> Self {
        let place = Self { folder: tempfile::tempdir().expect("tempdir") };
        place.write(plan);
        place
    }

    pub fn write(&self, plan: &str) {
        fs::write(self.path().join("plan.toml"), plan).expect("plan");
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    pub fn store(&self) -> PathBuf {
        self.path().join("plan.grid")
    }

    /// `qpnet grid VERB plan.toml ...`.
    pub fn command(&self, verb: &str, more: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_qpnet"));
        command.args(["grid", verb, "plan.toml", "--device", "cpu"]).args(more).current_dir(self.path());
        command.env_remove("QPNET_DATA").env_remove("QPNET_PROFILE").env_remove("QPNET_CACHE");
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    pub fn output(&self, verb: &str, more: &[&str]) -> Output {
        self.command(verb, more).output().expect("qpnet starts")
    }

    /// The standard output of a call that succeeds.
    pub fn done(&self, verb: &str, more: &[&str]) -> String {
        let output = self.output(verb, more);
        assert!(output.status.success(), "{verb} {more:?}: {}", all_words(&output));
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    pub fn spawn(&self, verb: &str, more: &[&str]) -> Child {
        self.command(verb, more).spawn().expect("qpnet starts")
    }

    /// The cells of the plan: name, state, seconds, words.
    pub fn cells(&self) -> Vec<Value> {
        let text = self.done("list", &["--json"]);
        let lines = text.lines().map(|line| serde_json::from_str::<Value>(line).expect("a line of JSON"));
        lines.filter(|line| line.get("cell").is_some()).collect()
    }

    /// The name of the cell whose words end so.
    pub fn cell(&self, end: &str) -> String {
        let cells = self.cells();
        let found =
            cells.iter().find(|cell| cell["words"].as_str().is_some_and(|words| words.ends_with(end)));
        found.unwrap_or_else(|| panic!("no cell {end}"))["cell"].as_str().expect("a name").to_owned()
    }

    pub fn status(&self) -> Value {
        serde_json::from_str(&self.done("status", &["--json"])).expect("JSON")
    }

    /// Events of the journal: what, cell, process.
    pub fn journal(&self) -> Vec<(String, String, u64)> {
        let text = fs::read_to_string(self.store().join("journal.jsonl")).unwrap_or_default();
        let event = |line: &str| {
            let event: Value = serde_json::from_str(line).expect("a line of JSON");
            let word = |key: &str| event[key].as_str().unwrap_or_default().to_owned();
            (word("event"), word("cell"), event["process"].as_u64().expect("a number"))
        };
        text.lines().map(event).collect()
    }

    /// Every file of every finished cell that holds a result and no time.
    pub fn results(&self) -> BTreeMap<String, Vec<u8>> {
        let mut all = BTreeMap::new();
        for entry in fs::read_dir(self.store()).expect("store").flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            if name.len() != 32 {
                continue;
            }
            for file in ["predictions.csv", "history.csv", "config.toml", "key.json"] {
                all.insert(format!("{name}/{file}"), fs::read(entry.path().join(file)).expect(file));
            }
        }
        all
    }

    /// Wait until `what` holds.
    pub fn wait(&self, what: &str, holds: impl Fn() -> bool) {
        let begin = Instant::now();
        while !holds() {
            assert!(begin.elapsed() < PATIENCE, "{what} does not come");
            std::thread::sleep(Duration::from_millis(3));
        }
    }

    /// The journal tells of no cell that was begun after it was finished, or finished twice.
    pub fn assert_nothing_twice(&self) {
        let mut finished = std::collections::BTreeSet::new();
        for (event, cell, _) in self.journal() {
            match event.as_str() {
                "finished" => assert!(finished.insert(cell.clone()), "{cell} was finished twice"),
                "begun" => assert!(!finished.contains(&cell), "{cell} was begun though it was finished"),
                _ => {}
            }
        }
    }
}

pub fn all_words(output: &Output) -> String {
    let [out, err] =
        [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes).into_owned());
    format!("{:?}\n{out}\n{err}", output.status)
}

/// Send `signal` (`TERM`) to a process.
pub fn signal(signal: &str, process: u64) {
    let _ = Command::new("kill").args([&format!("-{signal}"), &process.to_string()]).output();
}

//! Runners and workers killed at moments that nobody has chosen: nothing is lost, and nothing done twice.

use std::time::Duration;

use super::harness::{Place, all_words, plan, signal};

/// So many kills while something was at work; `QPNET_KILLS=100` asks for more.
const KILLS: usize = 12;

/// 11 cells a seed: a start, and 2 transfers from it at 5 rates.
fn grid(seeds: u32) -> Place {
    let rates = "\n[[factors]]\nname = \"rate\"\npath = \"settings.transfer.learning_rate\"\nvalues = [1e-4, 2e-4, 4e-4, 8e-4, 16e-4]\n";
    Place::new(&plan(seeds, "[\"mixed\", \"qpi\", \"group_balanced\"]", rates))
}

#[test]
fn a_grid_that_is_killed_again_and_again_is_that_of_a_run_left_alone() {
    let wanted = std::env::var("QPNET_KILLS").ok().and_then(|number| number.parse().ok()).unwrap_or(KILLS);
    // More kills need more cells to happen in.
    let seeds = 6.max(wanted as u32 / 2);
    let cells = 11 * seeds as usize;
    let alone = grid(seeds);
    alone.done("run", &["--jobs", "2"]);
    assert_eq!(alone.cells().len(), cells);
    alone.done("collect", &["--out", "out"]);

    let killed = grid(seeds);
    let (mut kills, mut chance) = (0, 12345_u64);
    while kills < wanted {
        let before = killed.journal().iter().filter(|(event, ..)| event == "begun").count();
        let mut runner = killed.spawn("run", &["--jobs", "2"]);
        // A linear congruence (Knuth's MMIX) for moments that differ.
        chance = chance.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let begun =
            || killed.journal().into_iter().filter(|(event, ..)| event == "begun").collect::<Vec<_>>();
        let more = before + 1 + (chance >> 33) as usize % 3;
        killed.wait("a cell", || begun().len() >= more || killed.cells_complete() == cells);
        std::thread::sleep(Duration::from_millis((chance >> 40) % 60));
        if runner.try_wait().expect("status").is_some() {
            break; // it was faster
        }
        if kills % 3 == 2 {
            // The worker alone, in the middle of a cell perhaps; then its runner.
            signal("KILL", begun().last().expect("begun").2);
            std::thread::sleep(Duration::from_millis((chance >> 50) % 40));
        }
        runner.kill().expect("SIGKILL");
        runner.wait().expect("ended");
        kills += 1;
        for (name, state) in killed.folders() {
            assert!(state, "{name} is a folder that is not whole");
        }
    }
    assert!(kills >= wanted.min(10), "killed only {kills} times");

    let last = killed.output("run", &["--jobs", "2"]);
    assert!(last.status.success(), "{}", all_words(&last));
    killed.assert_nothing_twice();
    assert!(killed.results() == alone.results(), "the cells differ from those of a run that was left alone");
    killed.done("collect", &["--out", "out"]);
    for file in ["cells.csv", "predictions.csv", "missing.csv", "tables.md", "tables.tex"] {
        let read = |place: &Place| std::fs::read(place.path().join("out").join(file)).expect("file");
        assert!(read(&killed) == read(&alone), "{file} differs");
    }
    let left: Vec<_> = killed.hidden();
    assert!(left.is_empty(), "left behind: {left:?}");
}

impl Place {
    fn cells_complete(&self) -> usize {
        self.folders().len()
    }

    /// Every cell's folder, and whether all its files are there.
    fn folders(&self) -> Vec<(String, bool)> {
        let entries = std::fs::read_dir(self.store()).into_iter().flatten().flatten();
        let folders = entries.filter(|entry| entry.file_name().len() == 32);
        let whole = |entry: std::fs::DirEntry| {
            let sums = std::fs::read_to_string(entry.path().join("sha256.txt")).unwrap_or_default();
            let mut names = sums.lines().filter_map(|line| line.split_once("  "));
            let all = names.all(|(_, name)| entry.path().join(name).is_file());
            (entry.file_name().to_string_lossy().into_owned(), all && !sums.is_empty())
        };
        folders.map(whole).collect()
    }

    /// Checkpoints, failures and half-made folders; locks of killed processes are nobody's, and may stay.
    fn hidden(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.store()).expect("store").flatten();
        let names = entries.map(|entry| entry.file_name().to_string_lossy().into_owned());
        names.filter(|name| name.ends_with(".checkpoints") || name.ends_with(".failed.json")).collect()
    }
}

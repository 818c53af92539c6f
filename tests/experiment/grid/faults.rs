//! Cells that fail, and stores that cannot be used: one clear message, and the others go on.

use std::fs;
use std::process::Command;

use super::harness::{Place, all_words, plan, signal};
use crate::disk::limited;

/// At one of its rates no training stays finite.
fn faulty() -> Place {
    let rates =
        "\n[[factors]]\nname = \"rate\"\npath = \"settings.transfer.learning_rate\"\nvalues = [1e-3, 1e30]\n";
    Place::new(&plan(2, "[\"mixed\", \"qpi\"]", rates))
}

#[test]
fn a_failed_cell_is_recorded_and_the_others_go_on() {
    let place = faulty();
    let output = place.output("run", &["--jobs", "2"]);
    assert_eq!(output.status.code(), Some(1), "{}", all_words(&output));
    let words = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(
        words.contains("4 of 6 cells are complete") && words.contains("is not finite in epoch 1"),
        "{words}"
    );
    let status = place.status();
    assert_eq!(status["complete"].as_u64(), Some(4), "{status}");
    let failed = status["failed"].as_array().expect("a list");
    assert_eq!((failed.len(), failed[0]["attempts"].as_u64()), (2, Some(1)), "{status}");
    let id = failed[0]["cell"].as_str().expect("a name");
    let why = place.done("why", &[id]);
    assert!(why.contains("it failed (1 times)") && why.contains("learning_rate"), "{why}");

    // Collected, it is named and averaged into nothing.
    let output = place.output("collect", &["--out", "out"]);
    assert_eq!(output.status.code(), Some(1), "{}", all_words(&output));
    let missing = fs::read_to_string(place.path().join("out/missing.csv")).expect("table");
    assert_eq!(missing.lines().count(), 3, "{missing}");
    assert!(missing.contains("failed: qpi: ") && missing.contains(",101,1,,qpi,"), "{missing}");
    let tables = fs::read_to_string(place.path().join("out/tables.md")).expect("tables");
    assert!(tables.contains("| 0 of 2 | —* |") && tables.contains("2 of 8 rows"), "{tables}");
    place.done("collect", &["--out", "out", "--overwrite", "--partial"]);

    // Another attempt is made, and counted.
    assert_eq!(place.output("run", &["--jobs", "1"]).status.code(), Some(1));
    assert_eq!(place.status()["failed"][0]["attempts"].as_u64(), Some(2));
    place.assert_nothing_twice();
}

#[test]
fn what_waits_for_a_failed_start_says_so() {
    let wild =
        plan(1, "[\"mixed\", \"qpi\"]", "").replace("[set]", "[set]\n\"settings.base.learning_rate\" = 1e30");
    let place = Place::new(&wild);
    assert_eq!(place.output("run", &["--jobs", "1"]).status.code(), Some(1));
    assert_eq!(place.output("collect", &["--out", "out"]).status.code(), Some(1));
    let missing = fs::read_to_string(place.path().join("out/missing.csv")).expect("table");
    let start = place.cell("seed 101, mixed");
    assert!(missing.contains(&format!(",qpi,\"what it starts from, {start}, failed: ")), "{missing}");
    assert!(!missing.contains("not trained"), "{missing}");
}

#[test]
fn a_store_that_was_named_and_is_not_there_is_no_empty_one() {
    let place = Place::new(&plan(1, "[\"mixed\"]", ""));
    for verb in ["status", "collect", "why"] {
        let mut more = vec!["--store", "plna.grid"];
        match verb {
            "collect" => more.extend(["--out", "out"]),
            "why" => more.push("0"),
            _ => {}
        }
        let output = place.output(verb, &more);
        let said = all_words(&output);
        assert!(output.status.code() == Some(2) && said.contains("plna.grid is not there"), "{verb}: {said}");
    }
    assert!(!place.path().join("plna.grid").exists());
    assert!(place.done("status", &[]).contains("0 of 1"), "its own store begins empty");
}

#[test]
fn a_process_that_crashes_takes_no_other_cell_with_it() {
    let text = plan(2, "[\"mixed\", \"qpi\"]", "");
    let text = text.replace("\"settings.base.epochs\" = 2", "\"settings.base.epochs\" = 60");
    let place = Place::new(&text);
    let runner = place.spawn("run", &["--jobs", "1"]);
    place.wait("a cell", || place.journal().iter().any(|(event, ..)| event == "begun"));
    let (_, cell, process) = place.journal().into_iter().find(|(event, ..)| event == "begun").expect("begun");
    signal("ABRT", process);
    let output = runner.wait_with_output().expect("ended");
    let words = all_words(&output);
    assert_eq!(output.status.code(), Some(1), "{words}");
    assert!(words.contains(&format!("failed {cell}: its process was ended by signal 6")), "{words}");
    assert!(words.contains("what it starts from has failed"), "{words}");
    assert_eq!(place.status()["complete"].as_u64(), Some(2), "the other seed");
    place.done("run", &["--jobs", "1"]);
    place.assert_nothing_twice();
}

#[test]
fn a_damaged_cell_is_named_and_never_overwritten() {
    let place = Place::new(&plan(2, "[\"mixed\", \"qpi\"]", ""));
    place.done("run", &["--jobs", "1"]);
    let (lost, spoilt) = (place.cell("seed 101, qpi"), place.cell("seed 102, qpi"));
    fs::remove_file(place.store().join(&lost).join("predictions.csv")).expect("removed");
    let output = place.output("run", &["--jobs", "1"]);
    assert_eq!(output.status.code(), Some(1), "{}", all_words(&output));
    let words = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(words.contains(&lost) && words.contains("it has no predictions.csv"), "{words}");
    assert_eq!(place.status()["damaged"][0]["cell"].as_str(), Some(lost.as_str()));
    // Bytes are looked at when they are read.
    let table = place.store().join(&spoilt).join("predictions.csv");
    let text = fs::read_to_string(&table).expect("table");
    fs::write(&table, text.replacen("test", "tset", 1)).expect("spoilt");
    let output = place.output("collect", &["--out", "out", "--partial"]);
    assert!(output.status.success(), "{}", all_words(&output));
    let missing = fs::read_to_string(place.path().join("out/missing.csv")).expect("table");
    assert!(missing.contains("damaged: it has no predictions.csv"), "{missing}");
    assert!(missing.contains("damaged: predictions.csv has another SHA-256"), "{missing}");
}

#[test]
fn stores_that_cannot_be_used_are_refused_in_one_line() {
    let place = Place::new(&plan(1, "[\"mixed\"]", ""));
    let refused = |more: &[&str], words: &str| {
        let output = place.output("run", more);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(1), "{said}");
        assert!(said.contains(words) && said.lines().count() == 1, "{said}");
    };
    fs::create_dir(place.path().join("later")).expect("folder");
    fs::write(place.path().join("later/grid.json"), "{\"format\":7}\n").expect("mark");
    refused(&["--store", "later"], "later is a store of version 7, this program reads version 1");
    assert_eq!(fs::read_dir(place.path().join("later")).expect("folder").count(), 1, "nothing was changed");
    refused(&["--store", "plan.toml"], "plan.toml is no store of a grid: it is no folder");
    refused(&["--store", "plan.toml/below"], "choose another folder");
    let output = place.output("why", &["123"]);
    assert_eq!(output.status.code(), Some(2), "{}", all_words(&output));
}

#[test]
fn a_store_that_is_read_only_can_be_read() {
    let place = Place::new(&plan(1, "[\"mixed\"]", ""));
    place.done("run", &["--jobs", "1"]);
    let read_only = |arguments: &str| {
        let script = format!(
            "mount --bind plan.grid plan.grid && mount -o remount,ro,bind plan.grid && exec \"$0\" grid {arguments}"
        );
        let mut command = Command::new("unshare");
        command.args(["--map-root-user", "--mount", "sh", "-c", &script, env!("CARGO_BIN_EXE_qpnet")]);
        command.current_dir(place.path()).output().expect("a shell")
    };
    if !read_only("--help").status.success() {
        eprintln!("skipped: no file system of one's own here");
        return;
    }
    for verb in ["run", "list", "status"] {
        let output = read_only(&format!("{verb} plan.toml --device cpu"));
        assert!(output.status.success(), "{verb}: {}", all_words(&output));
    }
    place.write(&plan(2, "[\"mixed\"]", ""));
    let output = read_only("run plan.toml --device cpu");
    let words = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1), "{words}");
    assert!(words.contains("Read-only file system") && words.lines().count() == 1, "{words}");
}

#[test]
fn a_full_disk_fails_the_cell_and_leaves_nothing_half_written() {
    let place = Place::new(&plan(1, "[\"mixed\"]", ""));
    // Files of no more than 8 KiB: a checkpoint has more.
    let output = limited(16, &["grid", "run", "plan.toml", "--device", "cpu", "--jobs", "1"], place.path());
    let words = all_words(&output);
    assert_eq!(output.status.code(), Some(1), "{words}");
    assert!(words.contains("File too large") && words.contains("failed"), "{words}");
    assert_eq!(place.status()["complete"].as_u64(), Some(0));
    place.done("run", &["--jobs", "1"]);
}

#[test]
fn a_changed_plan_uses_what_is_the_same_and_says_what_is_not() {
    let place = Place::new(&plan(2, "[\"mixed\", \"qpi\"]", ""));
    place.done("run", &["--jobs", "1"]);
    let before = place.cell("seed 101, qpi");
    // A seed less, a method more, a title of the same method.
    place.write(&plan(1, "[\"mixed\", \"qpi\", \"rwg\"]", ""));
    let said: serde_json::Value =
        serde_json::from_str(&place.done("run", &["--jobs", "1", "--json"])).expect("JSON");
    assert_eq!((said["there"].as_u64(), said["trained"].as_u64()), (Some(2), Some(1)), "{said}");
    assert_eq!(place.status()["of_other_plans"].as_u64(), Some(2));
    // Other data: everything is new, and why says by what.
    let other = plan(1, "[\"mixed\", \"qpi\"]", "")
        .replace("\"settings.image_size\" = 16", "\"settings.image_size\" = 20");
    place.write(&other);
    assert_ne!(place.cell("seed 101, qpi"), before);
    let why = place.done("why", &[&before]);
    assert!(why.contains("is in the store, and no cell of plan.toml"), "{why}");
    assert!(why.contains("config.settings.image_size: 20 there, 16 here"), "{why}");
    let why = place.done("why", &[&place.cell("seed 101, qpi")]);
    assert!(why.contains("it is missing") && why.contains(&before), "{why}");
    assert!(why.contains("config.settings.image_size: 16 there, 20 here"), "{why}");
}

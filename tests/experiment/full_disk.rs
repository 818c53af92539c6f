//! A disk on which nothing more fits: exit code 1, a message that says so, and no half of a folder.
#![cfg(unix)]
#![allow(clippy::print_stdout)]

use std::fs;
use std::path::Path;
use std::process::Output;

use crate::ablate_output::ABLATE;
use crate::disk::{limited, on_small_disk};
use crate::predictions::table;
use crate::tiny;

const AUDIT: [&str; 4] = ["audit", "t.csv", "--patient", "patient"];
const PARETO: [&str; 5] = ["pareto", "c.csv", "--dominant", "PTC", "--replicates=99"];
const RUN: [&str; 11] = tiny::run("synthetic", "2");

fn tables(folder: &Path) {
    fs::write(folder.join("t.csv"), table()).expect("table");
    let mut curve = String::from("size,seed,subgroup,auc\n");
    for (at, auc) in [0.6, 0.7, 0.8].iter().enumerate() {
        for seed in 0..3 {
            let auc = auc + 0.01 * f64::from(seed);
            curve += &format!("{0},{seed},PTC,{auc}\n{0},{seed},FTC,{auc}\n", 100 << at);
        }
    }
    fs::write(folder.join("c.csv"), curve).expect("table");
}

fn message(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("folder").flatten();
    let mut names: Vec<String> =
        entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

#[test]
fn what_cannot_be_written_leaves_no_folder() {
    let folder = tempfile::tempdir().expect("tempdir");
    tables(folder.path());
    // 2 KiB: figures, reports, predictions and models are longer, locks and configurations are not.
    for arguments in [&AUDIT[..], &PARETO, &RUN, &ABLATE] {
        let output = limited(4, &[arguments, &["--out", "out"]].concat(), folder.path());
        let message = message(&output);
        assert_eq!(output.status.code(), Some(1), "{arguments:?}: {message}");
        assert!(
            message.contains("cannot write") && message.contains("ulimit -f"),
            "{arguments:?}: {message}"
        );
        assert!(!message.contains("internal error") && !message.contains("panicked"), "{message}");
        assert!(!folder.path().join("out").exists(), "{arguments:?}");
        let left = names(folder.path());
        let meant = |name: &&String| ["c.csv", "t.csv"].contains(&name.as_str()) || begun(name);
        assert_eq!(left.iter().filter(meant).count(), left.len(), "{arguments:?}: {left:?}");
        for name in left.iter().filter(|name| begun(name)) {
            fs::remove_dir_all(folder.path().join(name)).expect("removed");
        }
    }
}

/// What a training leaves beside the folder, to go on from.
fn begun(name: &str) -> bool {
    name == "out.checkpoints" || name == "out.runs"
}

#[test]
fn a_full_disk_leaves_no_folder() {
    let folder = tempfile::tempdir().expect("tempdir");
    tables(folder.path());
    for (kib, arguments) in [(64, &AUDIT[..]), (16, &PARETO), (64, &RUN), (64, &ABLATE)] {
        let arguments = [arguments, &["--out", "disk/out"]].concat();
        let Some(output) = on_small_disk(kib, &arguments, folder.path()) else {
            println!("skipped: no file system can be mounted here");
            return;
        };
        let message = message(&output);
        assert_eq!(output.status.code(), Some(1), "{arguments:?}: {message}");
        assert!(message.contains("No space left") && message.contains("free some space"), "{message}");
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        let left: Vec<&str> = said.split_once("left:\n").expect("names").1.lines().collect();
        assert!(left.iter().all(|name| begun(name)), "{arguments:?}: {left:?}");
    }
}

//! The folder of an ablation: whole or absent, one process at a time, replaced only when told; finished runs are
//! kept until it is there.
#![cfg(unix)]

use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

/// `ablate` of one seed and of few epochs.
pub const ABLATE: [&str; 11] = [
    "ablate",
    "--data",
    "synthetic",
    "--seeds",
    "1",
    "--image-size",
    "16",
    "--epochs",
    "2",
    "--device",
    "cpu",
];

fn program(extra: &[&str], folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_qpnet"));
    command.args(ABLATE).args(["--out", "out"]).args(extra).current_dir(folder);
    command.env_remove("QPNET_DATA").env_remove("QPNET_PROFILE");
    command
}

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("folder").flatten();
    let mut names: Vec<String> =
        entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

const REPORT: [&str; 4] = ["figures", "report.html", "report.md", "runs"];

#[test]
fn an_ablation_is_whole_or_absent() {
    let folder = tempfile::tempdir().expect("tempdir");
    let place = folder.path();
    let ask = |extra: &[&str]| program(extra, place).output().expect("qpnet starts");

    // While one is at work nothing stands at its place, and a second is refused.
    let mut first = program(&[], place);
    let mut first = first.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("qpnet starts");
    let begun = Instant::now();
    while !place.join("out.runs").exists() {
        assert!(begun.elapsed() < Duration::from_secs(300), "the first does not begin");
        std::thread::sleep(Duration::from_millis(5));
    }
    assert!(!place.join("out").exists());
    let second = ask(&[]);
    assert_eq!(second.status.code(), Some(1), "{}", said(&second));
    assert!(said(&second).contains("another process is writing out"), "{}", said(&second));
    assert!(first.wait().expect("ended").success());
    assert_eq!(names(place), ["out"], "no temporary folder, no lock, no runs beside it");
    assert_eq!(names(&place.join("out")), REPORT);
    let runs = names(&place.join("out/runs"));
    assert_eq!(runs.len(), 1);
    let page = fs::read(place.join("out/report.md")).expect("report");

    // It is written anew only when told, from the run that is there, and nothing stale remains.
    let again = ask(&[]);
    assert_eq!(again.status.code(), Some(1), "{}", said(&again));
    assert!(
        said(&again).contains("already exists") && said(&again).contains("--overwrite"),
        "{}",
        said(&again)
    );
    fs::write(place.join("out/figures/stale.svg"), "").expect("file");
    let told = ask(&["--overwrite"]);
    assert!(told.status.success(), "{}", said(&told));
    assert!(said(&told).contains("is used again"), "{}", said(&told));
    assert!(!place.join("out/figures/stale.svg").exists());
    assert_eq!((names(place), names(&place.join("out/runs"))), (vec!["out".to_owned()], runs.clone()));

    fs::write(place.join("out/mine.txt"), "keep").expect("file");
    let foreign = ask(&["--overwrite"]);
    assert_eq!(foreign.status.code(), Some(1), "{}", said(&foreign));
    assert!(said(&foreign).contains("mine.txt"), "{}", said(&foreign));
    fs::remove_file(place.join("out/mine.txt")).expect("file");

    // Interrupted before the report: the finished run is there, and is used.
    fs::create_dir(place.join("next")).expect("folder");
    fs::rename(place.join("out/runs"), place.join("next/out.runs")).expect("moved");
    let asked = [&ABLATE[..], &["--out", "out"]].concat();
    let full = crate::disk::limited(4, &asked, &place.join("next"));
    assert_eq!(full.status.code(), Some(1), "{}", said(&full));
    assert!(said(&full).contains("ulimit -f"), "{}", said(&full));
    assert_eq!(names(&place.join("next")), ["out.runs"], "no half of a report");
    assert_eq!(names(&place.join("next/out.runs")), runs);
    let output = program(&[], &place.join("next")).output().expect("qpnet starts");
    assert!(output.status.success() && said(&output).contains("is used again"), "{}", said(&output));
    assert_eq!(names(&place.join("next")), ["out"]);
    assert_eq!(names(&place.join("next/out")), REPORT);
    // The same numbers; the last paragraph says when.
    let numbers = |page: &[u8]| -> Vec<String> {
        let page = String::from_utf8_lossy(page).into_owned();
        page.lines().filter(|line| !line.starts_with("Made by")).map(str::to_owned).collect()
    };
    assert_eq!(numbers(&page), numbers(&fs::read(place.join("next/out/report.md")).expect("report")));
}

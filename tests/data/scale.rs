//! 400,000 rows of CheXpert's shape, without an image: the program counts and divides them in
//! seconds, below 500 MB. The sizes are printed; memory is asserted, time is not.

#![allow(clippy::print_stdout)]

use std::collections::HashMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use qpnet_lib::data::synthetic::chexpert::{Attribute, Patient, demographics_csv, labels_csv};
use qpnet_lib::rng::Streams;

const ROWS: usize = 400_000;
const MOST_MEGABYTES: u64 = 500;

/// CheXpert's two tables with one to six images a patient; a fifth of the patients is over eighty.
fn tables(folder: &Path) -> Vec<(Patient, usize)> {
    let streams = Streams::new(7);
    let (mut patients, mut rows) = (Vec::new(), 0);
    while rows < ROWS {
        let at = patients.len();
        let images = (1 + at % 6).min(ROWS - rows);
        let patient =
            Patient::draw(Attribute::Age, usize::from(at % 5 == 4), &mut streams.at("patient", at as u64));
        patients.push((patient, images));
        rows += images;
    }
    fs::create_dir(folder.join("chexpert")).expect("folder");
    fs::write(folder.join("chexpert/train.csv"), labels_csv(&patients)).expect("labels");
    fs::write(folder.join("chexpert/CHEXPERT_DEMO.csv"), demographics_csv(&patients)).expect("demographics");
    patients
}

/// `qpnet` with these arguments, and the most memory it ever held (`VmHWM`), in megabytes.
///
/// The kernel forgets the figure with the process, so it is read until the process ends; it never
/// falls, and the largest tables are long gone by then.
fn measured(arguments: &[&str], folder: &Path) -> (Output, Option<u64>, Duration) {
    let started = Instant::now();
    let mut command = Command::new(env!("CARGO_BIN_EXE_qpnet"));
    command.args(arguments).current_dir(folder).env("QPNET_DATA", folder);
    // Into files: a full pipe would stop the program while nobody reads.
    let written = |name: &str| Stdio::from(fs::File::create(folder.join(name)).expect("file"));
    let mut child = command.stdout(written("out")).stderr(written("err")).spawn().expect("qpnet starts");
    let status = Path::new("/proc").join(child.id().to_string()).join("status");
    let mut most = None;
    let code = loop {
        let text = fs::read_to_string(&status).unwrap_or_default();
        let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kilobytes = line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<u64>().ok());
        most = most.max(kilobytes.map(|kilobytes| kilobytes / 1024));
        if let Some(code) = child.try_wait().expect("child") {
            break code;
        }
        std::thread::sleep(Duration::from_millis(2));
    };
    let read = |name: &str| fs::read(folder.join(name)).expect("output");
    (Output { status: code, stdout: read("out"), stderr: read("err") }, most, started.elapsed())
}

#[test]
fn four_hundred_thousand_rows_are_counted_and_divided_below_500_megabytes() {
    let folder = tempfile::tempdir().expect("tempdir");
    let patients = tables(folder.path());
    let (subgroups, mut outputs) = (["18-80", ">80"], Vec::new());
    for arguments in [
        &["data", "show", "chexpert"][..],
        &["data", "split", "chexpert", "--tables-only", "--out", "split.csv"],
    ] {
        let (output, most, time) = measured(arguments, folder.path());
        println!("qpnet {}: {:.1} s, {most:?} MB", arguments.join(" "), time.as_secs_f64());
        let error = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success() && error.is_empty(), "{error}");
        // Elsewhere than on Linux nobody can be asked.
        assert!(most.is_none_or(|most| most < MOST_MEGABYTES), "{arguments:?} held {most:?} MB");
        assert_eq!(most.is_some(), Path::new("/proc/self/status").exists());
        outputs.push(String::from_utf8_lossy(&output.stdout).into_owned());
    }

    // Fig 2a's columns, as drawn: patients, images, positives.
    let words = |line: &str| line.split_whitespace().map(str::to_owned).collect::<Vec<String>>();
    for (index, name) in subgroups.iter().enumerate() {
        let mine = || {
            patients
                .iter()
                .filter(|(patient, _)| usize::from(patient.is_less_prevalent(Attribute::Age)) == index)
        };
        let images: usize = mine().map(|(_, images)| images).sum();
        let line = outputs[0].lines().map(words).find(|line| line.first().is_some_and(|word| word == name));
        let line = line.expect("a line of scheme age");
        assert_eq!(line[1..3], [mine().count().to_string(), images.to_string()], "{}", outputs[0]);
        let in_parts: Vec<Vec<String>> = outputs[1]
            .lines()
            .map(words)
            .filter(|line| line.get(1).is_some_and(|word| word == name))
            .collect();
        let sum = |column: usize| -> usize {
            in_parts.iter().map(|line| line[column].parse::<usize>().expect("number")).sum()
        };
        assert_eq!((in_parts.len(), sum(2), sum(3)), (3, mine().count(), images), "{}", outputs[1]);
        assert_eq!(line[3], sum(4).to_string(), "positives of all parts together");
    }
    assert!(
        outputs[1].contains("no patient is in two parts; image files were not compared"),
        "{}",
        outputs[1]
    );

    let split = fs::read_to_string(folder.path().join("split.csv")).expect("split");
    let (mut part_of, mut sizes) = (HashMap::new(), HashMap::new());
    for line in split.lines().skip(1) {
        let cells: Vec<&str> = line.split(',').collect();
        assert_eq!(*part_of.entry(cells[1]).or_insert(cells[4]), cells[4], "{} is divided", cells[1]);
        *sizes.entry(cells[4]).or_insert(0usize) += 1;
    }
    assert_eq!((part_of.len(), sizes.values().sum::<usize>()), (patients.len(), ROWS));
    for (part, share) in [("train", 0.6), ("validation", 0.2), ("test", 0.2)] {
        assert!((sizes[part] as f64 / ROWS as f64 - share).abs() < 0.001, "{sizes:?}");
    }
}

//! How fast a large grid is looked at. Not part of the tests: `cargo test --test experiment -- --ignored grid::speed`.

use std::fs;
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use super::harness::{Place, plan};

/// Starts the program and measures its time and the most memory that it has filled, MiB.
fn measured(place: &Place, verb: &str, more: &[&str]) -> (f64, f64) {
    let begin = Instant::now();
    let out = fs::File::create(place.path().join("said.txt")).expect("file");
    let mut child = place.command(verb, more).stdout(Stdio::from(out)).spawn().expect("qpnet starts");
    let mut peak: f64 = 0.0;
    let status = format!("/proc/{}/status", child.id());
    loop {
        let text = fs::read_to_string(&status).unwrap_or_default();
        let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kib = line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<f64>().ok());
        peak = peak.max(kib.unwrap_or(0.0) / 1024.0);
        if let Some(status) = child.try_wait().expect("status") {
            assert!(status.success(), "{verb}");
            return (begin.elapsed().as_secs_f64(), peak);
        }
        std::thread::sleep(Duration::from_millis(5));
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir(to).expect("folder");
    for entry in fs::read_dir(from).expect("folder").flatten() {
        fs::hard_link(entry.path(), to.join(entry.file_name())).expect("link");
    }
}

#[test]
#[ignore = "a measurement"]
fn ten_thousand_finished_cells_and_a_list_of_a_hundred_thousand() {
    // 500 rates x 10 seeds x (qpi, rwg), and 10 starts: 10,010 cells, all with the files of one.
    let rates: Vec<String> = (1..=500).map(|rate| format!("{rate}e-6")).collect();
    let factor = |rates: &[String]| {
        let rates = rates.join(", ");
        format!(
            "\n[[factors]]\nname = \"rate\"\npath = \"settings.transfer.learning_rate\"\nvalues = [{rates}]\n"
        )
    };
    let place = Place::new(&plan(1, "[\"mixed\"]", ""));
    place.done("run", &["--jobs", "1"]);
    let own = place.store().join(place.cell("mixed"));
    place.write(&plan(10, "[\"mixed\", \"qpi\", \"rwg\"]", &factor(&rates)));
    for cell in place.cells() {
        let folder = place.store().join(cell["cell"].as_str().expect("name"));
        if !folder.exists() {
            copy(&own, &folder);
        }
    }
    let (seconds, mib) = measured(&place, "run", &[]);
    let said = fs::read_to_string(place.path().join("said.txt")).expect("said");
    eprintln!("run over 10,010 finished cells: {seconds:.2} s, {mib:.0} MiB; {}", said.trim());
    assert!(said.contains("10010 of 10010 cells are complete"), "{said}");
    let (listed, mib_list) = measured(&place, "list", &[]);
    eprintln!("list of 10,010 finished cells: {listed:.2} s, {mib_list:.0} MiB");

    place.write(&plan(100, "[\"mixed\", \"qpi\", \"rwg\"]", &factor(&rates)));
    let (long, most) = measured(&place, "list", &[]);
    eprintln!("list of 100,100 cells: {long:.2} s, {most:.0} MiB");
    let (json, most_json) = measured(&place, "list", &["--json"]);
    eprintln!("list --json of 100,100 cells: {json:.2} s, {most_json:.0} MiB");
    assert!(seconds <= 2.0 && long <= 3.0 && most <= 300.0, "too slow or too large");
}

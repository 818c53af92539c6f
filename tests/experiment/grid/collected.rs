//! The table of a grid against the statistics of runs.

use std::collections::BTreeMap;
use std::fs;

use qpnet_lib::clock::Frozen;
use qpnet_lib::data::Manifest;
use qpnet_lib::device::{DeviceChoice, choose};
use qpnet_lib::experiment::{LazyPopulation, Places, Resources, RunStore, read_config};
use qpnet_lib::train::Silent;

use super::harness::{Place, plan};

/// Rows of a CSV by their columns.
pub fn rows(text: &str) -> Vec<BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let headers = reader.headers().expect("headers").clone();
    let row = |record: csv::StringRecord| {
        headers.iter().zip(record.iter()).map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
    };
    reader.records().map(|record| row(record.expect("a row"))).collect()
}

#[test]
fn the_table_has_every_cell_with_its_factors_and_the_numbers_of_a_run() {
    let rates =
        "\n[[factors]]\nname = \"rate\"\npath = \"settings.transfer.learning_rate\"\nvalues = [1e-4, 1e-3]\n";
    let place = Place::new(&plan(3, "[\"mixed\", \"qpi\", \"dc\"]", rates));
    place.done("run", &["--jobs", "2"]);
    place.done("collect", &["--out", "out"]);
    let read = |file: &str| fs::read_to_string(place.path().join("out").join(file)).expect("file");
    let table = rows(&read("cells.csv"));
    // Two subgroups of seven measures and the gap, for each of 2 x 3 x 3 rows.
    assert_eq!(table.len(), 18 * 15);
    assert!(table.iter().all(|row| ["0.0001", "0.001"].contains(&row["rate"].as_str())));
    let index = rows(&read("predictions.csv"));
    assert_eq!(index.len(), 18);

    // A run of a cell's own configuration says the same.
    let row = table
        .iter()
        .find(|row| {
            (row["method"].as_str(), row["seed"].as_str(), row["metric"].as_str()) == ("qpi", "102", "auc")
        })
        .expect("a row");
    let config = read_config(&place.store().join(&row["cell"]).join("config.toml")).expect("config");
    let (manifest, device) =
        (Manifest::find("synthetic").expect("shipped"), choose(DeviceChoice::Cpu).expect("cpu"));
    let mut data = LazyPopulation::new(&manifest, Places::default());
    let with = Resources { device: &device, clock: &Frozen(0.0), cores: 1, progress: &Silent };
    let elsewhere = RunStore::new(place.path().join("elsewhere"));
    let run = elsewhere.train(&config, &mut data, &with).expect("trained").summarised().expect("run");
    let own = &run.summary.methods[0].subgroups[0];
    let number = |row: &BTreeMap<String, String>, key: &str| row[key].parse::<f64>().expect("a number");
    let auc = own.auc_clustered.triple().expect("interval");
    assert_eq!((number(row, "value"), number(row, "low"), number(row, "high")), auc);
    assert_eq!(row["images"], own.n.to_string());
    let metric = |metric: &str| {
        let same = |other: &&BTreeMap<String, String>| {
            other["cell"] == row["cell"] && other["subgroup"] == row["subgroup"] && other["metric"] == metric
        };
        number(table.iter().find(same).expect("a row"), "value")
    };
    let brier = own.brier.as_ref().expect("binary");
    assert!((metric("brier") - brier.score.value.expect("a value")).abs() < 1e-12);
    assert_eq!(Some(metric("brier_skill")), brier.skill);
    let decided = &run.summary.methods[0].decisions.as_ref().expect("binary").subgroups[0];
    assert_eq!(Some(metric("sensitivity")), decided.sensitivity.value);
    let gap =
        table.iter().find(|other| other["cell"] == row["cell"] && other["metric"] == "auc_gap").expect("gap");
    assert_eq!(Some(number(gap, "value")), run.summary.methods[0].disparity.clustered.difference.value);

    // Tables: the mean of three seeds, and the paired difference from Mixed with an interval.
    let markdown = read("tables.md");
    let mean = |method: &str, subgroup: &str| {
        let own = table.iter().filter(|row| {
            row["method"] == method
                && row["subgroup"] == subgroup
                && row["metric"] == "auc"
                && row["rate"] == "0.001"
        });
        let values: Vec<f64> = own.map(|row| number(row, "value")).collect();
        assert_eq!(values.len(), 3);
        values.iter().sum::<f64>() / 3.0
    };
    let difference = mean("qpi", "less-prevalent") - mean("mixed", "less-prevalent");
    let shown = format!("{difference:.3}").replace('-', "−");
    let line = markdown
        .split("minus that of mixed")
        .nth(1)
        .expect("the second table")
        .lines()
        .find(|line| line.contains("| 0.001 | qpi | less-prevalent | 3 |"))
        .expect("a line");
    assert!(line.contains(&shown) && line.contains('('), "{line} has no {shown}");
    assert!(read("tables.tex").contains("\\toprule"));
    assert_eq!(read("missing.csv").lines().count(), 1);
}

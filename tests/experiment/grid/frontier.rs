//! The re-weighting frontier of a plan, collected.

use std::fs;

use qpnet_lib::experiment::read_config;

use super::collected::rows;
use super::harness::{Place, all_words, plan};

const METHODS: &str = r#"["mixed", "delta_50", "delta_0", "group_dro", { word = "delta_50", key = "same" }]"#;
const FRONTIER: &str = "[frontier]\nmethods = [\"delta_50\", \"delta_0\"]\n";

/// The last epoch is kept, and steps are long: all methods are apart.
const APART: &str =
    "[set]\n\"settings.transfer.selection\" = \"last\"\n\"settings.transfer.learning_rate\" = 0.003\n";

fn with(seeds: u32, further: &str) -> Place {
    Place::new(&plan(seeds, METHODS, further).replace("[set]\n", APART))
}

#[test]
fn every_method_off_the_frontier_has_a_verdict_and_the_same_model_gains_nothing() {
    let place = with(3, FRONTIER);
    place.done("run", &["--jobs", "2"]);
    place.done("collect", &["--out", "out"]);
    let read = |file: &str| fs::read_to_string(place.path().join("out").join(file)).expect(file);
    let table = rows(&read("frontier.csv"));
    let methods: Vec<&str> = table.iter().map(|row| row["method"].as_str()).collect();
    assert_eq!(methods, ["mixed", "group_dro", "same"]);
    assert!(table.iter().all(|row| row["seeds"] == "3" && row["seeds_of"] == "3"));
    let same = &table[2];
    assert_eq!((same["gain"].as_str(), same["verdict"].as_str()), ("0", "a knob"), "{same:?}");
    assert!(same["note"].contains("the same model"), "{same:?}");

    // The gain is what the AUCs of the table of cells say: means over seeds, then the line.
    let cells = rows(&read("cells.csv"));
    let subgroup = |at: usize| {
        cells.iter().filter(|row| row["metric"] == "auc").nth(at).expect("a row")["subgroup"].clone()
    };
    let names = [subgroup(0), subgroup(1)];
    let mean = |method: &str, group: usize| {
        let own = cells.iter().filter(|row| {
            row["method"] == method && row["metric"] == "auc" && row["subgroup"] == names[group]
        });
        let values: Vec<f64> = own.map(|row| row["value"].parse().expect("a number")).collect();
        assert_eq!(values.len(), 3);
        values.iter().sum::<f64>() / 3.0
    };
    let mut ends = ["delta_50", "delta_0"].map(|key| [mean(key, 0), mean(key, 1)]);
    ends.sort_by(|a, b| a[0].total_cmp(&b[0]));
    let [low, high] = ends;
    for row in &table[..2] {
        let [dominant, less] = [mean(&row["method"], 0), mean(&row["method"], 1)];
        let share = ((dominant - low[0]) / (high[0] - low[0])).clamp(0.0, 1.0);
        let gain: f64 = row["gain"].parse().expect("a number");
        let expected = less - (low[1] + share * (high[1] - low[1]));
        assert!((gain - expected).abs() < 1e-9, "{row:?}: {expected}");
        let [from, to] = ["low", "high"].map(|key| row[key].parse::<f64>().expect("a number"));
        assert!(from <= gain && gain <= to);
    }
    let markdown = read("tables.md");
    assert!(markdown.contains("What methods do that one weight cannot"), "{markdown}");
    assert!(markdown.contains("a knob* (3)"), "{markdown}");
    assert!(read("tables.tex").contains("Gain over the re-weighting frontier"));
}

#[test]
fn what_is_missing_is_named_and_the_verdict_rests_on_the_seeds_that_are_there() {
    let place = with(3, FRONTIER);
    place.done("run", &["--jobs", "2"]);
    let lost = place.cell("seed 102, delta_0");
    let config = read_config(&place.store().join(&lost).join("config.toml")).expect("config");
    assert_eq!((config.seed, config.methods[0].key.as_str()), (102, "delta_0"));
    fs::remove_dir_all(place.store().join(&lost)).expect("removed");
    let output = place.output("collect", &["--out", "out"]);
    assert_eq!(output.status.code(), Some(1), "{}", all_words(&output));
    let table = rows(&fs::read_to_string(place.path().join("out/frontier.csv")).expect("table"));
    assert!(
        table.iter().all(|row| row["seeds"] == "2" && row["note"].contains("missing: delta_0 of seed 102"))
    );
}

#[test]
fn a_frontier_of_what_is_not_in_the_plan_is_refused() {
    for (frontier, words) in [
        ("[frontier]\nmethods = [\"delta_50\"]\n", "at least two"),
        ("[frontier]\nmethods = [\"delta_50\", \"delta_50\"]\n", "each once"),
        ("[frontier]\nmethods = [\"delta_50\", \"qpi\"]\n", "got \"qpi\""),
    ] {
        let output = with(1, frontier).output("list", &[]);
        let said = all_words(&output);
        assert!(output.status.code() == Some(2) && said.contains(words), "{said}");
    }
}

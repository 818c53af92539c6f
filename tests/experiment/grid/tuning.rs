//! Equal tuning: what is tried, what is chosen, and that the grid goes on with it.

use std::fs;

use qpnet_lib::experiment::read_config;

use super::collected::rows;
use super::harness::{Place, all_words, plan, signal};

const METHODS: &str = r#"["mixed", "group_dro", "coral"]"#;
const TUNING: &str = r#"
[tuning]
draws = 2
seeds = [1, 2]
[tuning.ranges.group_dro]
eta = [0.001, 1.0]
[tuning.ranges.coral]
gamma = [0.01, 100]
"#;

fn tuned() -> Place {
    Place::new(&plan(2, METHODS, TUNING))
}

#[test]
fn draws_are_tried_one_is_chosen_and_the_grid_is_trained_with_it() {
    let place = tuned();
    let listed = place.done("list", &[]);
    assert_eq!(listed.matches("waits for tuning").count(), 2, "{listed}");
    assert!(listed.contains("seed 1, group_dro (eta = "), "{listed}");
    // Mixed and four draws for two seeds, then Mixed for two.
    assert_eq!(place.status()["cells"], 10 + 2);
    assert_eq!(place.status()["rows_that_wait_for_tuning"], 4);
    let words = place.done("run", &["--jobs", "2"]);
    assert!(words.contains("tuning: 10 of 10 cells") && words.contains("6 of 6 cells"), "{words}");
    place.assert_nothing_twice();
    place.done("collect", &["--out", "out"]);
    let table = rows(&fs::read_to_string(place.path().join("out/tuning.csv")).expect("table"));
    assert_eq!(table.len(), 4);
    for method in ["group_dro", "coral"] {
        let own: Vec<_> = table.iter().filter(|row| row["method"] == method).collect();
        let number = |row: &std::collections::BTreeMap<String, String>, key: &str| {
            row[key].parse::<f64>().expect("a number")
        };
        // The rule, by the numbers of the table.
        let qualifies = |row: &&&std::collections::BTreeMap<String, String>| {
            number(row, "validation_dominant") >= number(row, "mixed_dominant") - 0.02
        };
        assert!(own.iter().all(|row| qualifies(&row) == (row["qualifies"] == "true")));
        let value = |row: &std::collections::BTreeMap<String, String>, any: bool| match any {
            true => number(row, "validation_less"),
            false => number(row, "validation_less").min(number(row, "validation_dominant")),
        };
        let any = own.iter().any(|row| qualifies(&row));
        let among = own.iter().filter(|row| !any || qualifies(row));
        let best = among.map(|row| value(row, any)).fold(f64::MIN, f64::max);
        let chosen: Vec<_> = own.iter().filter(|row| row["chosen"] == "true").collect();
        assert_eq!(chosen.len(), 1);
        assert_eq!(value(chosen[0], any), best);

        // The cell of the grid has the chosen settings, and is that of a plan that sets them by hand.
        let cell = place.cell(&format!("seed 101, {method}"));
        let config = read_config(&place.store().join(&cell).join("config.toml")).expect("config");
        let (setting, drawn) = chosen[0]["settings"].split_once(" = ").expect("a setting");
        let text = toml::to_string(&config.methods[0]).expect("toml");
        assert!(text.contains(&format!("{setting} = {drawn}")), "{text}");
        let by_hand = format!(r#"["mixed", {{ word = "{method}", set = {{ {setting} = {drawn} }} }}]"#);
        let by_hand = Place::new(&plan(2, &by_hand, ""));
        assert_eq!(by_hand.cell(&format!("seed 101, {method}")), cell);
    }
    let markdown = fs::read_to_string(place.path().join("out/tables.md")).expect("tables");
    assert!(markdown.contains("What tuning has chosen"), "{markdown}");
    assert!(!place.done("list", &[]).contains("waits for tuning"));
}

#[test]
fn tuning_that_is_killed_goes_on_to_the_same_bytes() {
    let (place, undisturbed) = (tuned(), tuned());
    undisturbed.done("run", &["--jobs", "2"]);
    let finished = |place: &Place| place.journal().iter().filter(|(event, ..)| event == "finished").count();
    for cells in [3, 11] {
        let mut run = place.spawn("run", &["--jobs", "2"]);
        place.wait("a cell", || finished(&place) >= cells);
        signal("KILL", u64::from(run.id()));
        run.wait().expect("ended");
    }
    place.done("run", &["--jobs", "2"]);
    assert_eq!(place.results(), undisturbed.results());
    place.assert_nothing_twice();
}

#[test]
fn cells_of_tuning_can_be_done_by_hand_and_are_explained() {
    let place = tuned();
    let cells = place.cells();
    let trial = cells
        .iter()
        .find(|cell| cell["words"].as_str().is_some_and(|words| words.contains("(gamma")))
        .expect("a draw");
    let cell = trial["cell"].as_str().expect("a name");
    let said = place.done("run", &["--cell", cell]);
    assert!(said.contains("trained"), "{said}");
    assert!(place.done("why", &[cell]).contains("it is complete"));
    let said: serde_json::Value =
        serde_json::from_str(&place.done("run", &["--cell", cell, "--json"])).expect("JSON");
    let found = &said["cells"][0];
    assert_eq!((found["cell"].as_str(), found["outcome"].as_str()), (Some(cell), Some("there")), "{said}");
    let output = place.output("run", &["--cell", cell, "--jobs", "2"]);
    assert_eq!(output.status.code(), Some(2), "one process does cells by hand: {}", all_words(&output));
}

#[test]
fn tuning_that_makes_no_sense_is_refused_with_its_line() {
    for (from, to, words) in [
        ("seeds = [1, 2]", "seeds = [1, 101]", "seed 101 is one of the plan's"),
        ("seeds = [1, 2]", "", "missing field `seeds`"),
        ("draws = 2", "draws = 0", "draws must be at least 1"),
        ("draws = 2", "draws = 2\nallowed_loss = 2.0", "allowed_loss must be between 0 and 1"),
        ("eta = [0.001, 1.0]", "eta = [1.0, 0.001]", "the smaller first"),
        ("eta = [0.001, 1.0]", "etta = [0.001, 1.0]", "etta"),
        ("ranges.coral]", "ranges.focal]", "no method is called \"focal\""),
        (
            "[tuning.ranges.group_dro]\neta = [0.001, 1.0]",
            "[tuning.ranges.mixed]\nx = [1.0, 2.0]",
            "needs a transfer",
        ),
    ] {
        let output = Place::new(&plan(2, METHODS, &TUNING.replace(from, to))).output("list", &[]);
        let said = all_words(&output);
        assert!(
            output.status.code() == Some(2) && said.contains(words) && said.contains("plan.toml:"),
            "{said}"
        );
    }
}

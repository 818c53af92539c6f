//! Cross-fitting: a plan with folds, from trainings to tables.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use super::harness::{Place, all_words, plan};

/// Rows of a CSV by their columns.
fn rows(text: &str) -> Vec<BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let headers = reader.headers().expect("headers").clone();
    let row = |record: csv::StringRecord| {
        headers.iter().zip(record.iter()).map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
    };
    reader.records().map(|record| row(record.expect("a row"))).collect()
}

fn folded(seeds: u32, methods: &str, folds: &str) -> String {
    plan(seeds, methods, "").replacen("format = 1\n", &format!("format = 1\nfolds = {folds}\n"), 1)
}

#[test]
fn every_image_is_tested_once_and_tables_average_over_folds() {
    let place = Place::new(&folded(2, "[\"mixed\", \"qpi\"]", "3"));
    place.done("run", &["--jobs", "2"]);
    place.done("collect", &["--out", "out"]);
    let read = |file: &str| fs::read_to_string(place.path().join("out").join(file)).expect("file");
    let (table, index) = (rows(&read("cells.csv")), rows(&read("predictions.csv")));
    assert_eq!(index.len(), 3 * 2 * 2);
    assert!(read("missing.csv").contains(",fold,"));
    for (seed, method) in [("101", "mixed"), ("102", "qpi")] {
        let mut tested: Vec<String> = Vec::new();
        let mut patients: BTreeMap<(String, String), BTreeSet<String>> = BTreeMap::new();
        for row in index.iter().filter(|row| row["seed"] == seed && row["method"] == method) {
            let text = fs::read_to_string(place.store().join(&row["predictions"])).expect("predictions");
            for own in rows(&text).into_iter().filter(|own| own["method"] == method) {
                patients
                    .entry((row["fold"].clone(), own["part"].clone()))
                    .or_default()
                    .insert(own["patient_id"].clone());
                if own["part"] == "test" {
                    tested.push(own["sample_id"].clone());
                }
            }
        }
        // Everybody who is drawn, in whatever part, once.
        assert_eq!(tested.len(), 80 + 40 + 80 + 120);
        assert_eq!(tested.iter().collect::<BTreeSet<_>>().len(), tested.len());
        for fold in ["1", "2", "3"] {
            let of = |part: &str| &patients[&(fold.to_owned(), part.to_owned())];
            assert!(of("test").is_disjoint(of("validation")));
        }
    }
    // The mean of a method over two seeds is that of six AUCs, each within its fold.
    let aucs: Vec<f64> = table
        .iter()
        .filter(|row| row["method"] == "qpi" && row["subgroup"] == "less-prevalent" && row["metric"] == "auc")
        .map(|row| row["value"].parse().expect("a number"))
        .collect();
    assert_eq!(aucs.len(), 6);
    let shown = format!("{:.3}", aucs.iter().sum::<f64>() / 6.0);
    let markdown = read("tables.md");
    let line = markdown.lines().find(|line| line.contains("| qpi | less-prevalent | 2 |")).expect("a line");
    assert!(line.contains(&shown) && line.contains('('), "{line} has no {shown}");
    assert!(markdown.contains("Computed within each of 3 folds, then averaged."), "{markdown}");

    // A fold of a cell is what `qpnet run` calls so, and a fold that is missing takes its seed with it.
    assert!(place.cells().iter().any(|cell| {
        cell["words"].as_str().is_some_and(|words| words.ends_with("fold 2/3, seed 101, qpi"))
    }));
    fs::remove_dir_all(place.store().join(place.cell("fold 2/3, seed 101, qpi"))).expect("removed");
    place.done("collect", &["--out", "again", "--partial"]);
    let text = fs::read_to_string(place.path().join("again/tables.md")).expect("tables");
    assert!(text.contains("| qpi | less-prevalent | 1 of 2 |"), "{text}");
}

#[test]
fn cells_without_folds_are_named_as_before_and_nonsense_is_refused() {
    let place = Place::new(&plan(1, "[\"mixed\"]", ""));
    place.done("run", &["--jobs", "1"]);
    let cell = place.cell("seed 101, mixed");
    let key = fs::read_to_string(place.store().join(&cell).join("key.json")).expect("key");
    assert!(!key.contains("\"fold\""), "{key}");
    place.write(&folded(1, "[\"mixed\"]", "3"));
    assert_eq!(place.status()["of_other_plans"].as_u64(), Some(1));
    let noisy = "[[factors]]\nname = \"noise\"\npath = \"population.label_noise.1\"\nvalues = [0.15]\n";
    let text = plan(1, "[\"mixed\"]", noisy).replacen("format = 1\n", "format = 1\nfolds = 3\n", 1);
    let said = all_words(&Place::new(&text).output("list", &[]));
    assert!(said.contains("population.clean_test") && said.contains("must be false with folds"), "{said}");
    for (folds, words) in
        [("2", "plan.toml:2: there must be 3 to 100 folds, got 2"), ("\"3\"", "plan.toml:2:")]
    {
        let output = Place::new(&folded(1, "[\"mixed\"]", folds)).output("list", &[]);
        let said = all_words(&output);
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert!(said.contains(words), "{said}");
    }
}

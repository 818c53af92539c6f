//! Tables of a frontier, read back: the gains of `places.csv` are those of `frontier.csv`, and what is shown follows them.

use std::fs;
use std::path::PathBuf;

use qpnet_lib::experiment::grid::tables::{Places, VerdictRow, verdicts};
use qpnet_lib::report::{
    MapAxes, decisive_words, frontier_figure, gain_along, gain_forest, verdict_counts_table, verdict_map,
};
use qpnet_lib::stats::frontier::{EQUIVALENCE, Verdict};

use super::harness::{Place, plan};

/// As `qpnet grid collect` writes them: two sizes, two levels, one method that adds, costs, is a knob, and is open.
const VERDICTS: &str = "\
data,scheme,size,conflict,method,seeds,seeds_of,gain,low,high,se,seed_sd,p,p_holm,p_equivalence,p_equivalence_holm,\
verdict,verdict_holm,outside,dominant_change,dominant_low,dominant_high,p_quasi_pareto_0.02,p_quasi_pareto_0.01,note
synthetic,moderate,400,1.4,qpi,5,20,0.021,0.012,0.03,0.004,0.009,0.001,0.004,0.9,1,adds something here,\
adds something here,0,-0.001,-0.004,0.002,0.01,0.02,
synthetic,moderate,400,-0.8,qpi,5,20,-0.02,-0.03,-0.01,0.004,0.009,0.001,0.04,0.9,1,costs,\
\"undecided, about 3 more seeds\",0,-0.001,-0.004,0.002,0.4,0.5,
synthetic,moderate,1600,1.4,qpi,5,20,0.001,-0.002,0.004,0.001,0.003,0.5,1,0.001,0.003,a knob,a knob,0.4,\
-0.001,-0.004,0.002,0.4,0.5,outside the range of the frontier in 40 % of seeds: the nearest end
synthetic,moderate,1600,-0.8,qpi,1,20,0.011,,,,,,,,,undefined,undefined,1,,,,,,fewer than two seeds: no spread between seeds
";

fn written(name: &str, text: &str) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("tempdir");
    let file = folder.path().join(name);
    fs::write(&file, text).expect("written");
    (folder, file)
}

fn read(text: &str) -> Vec<VerdictRow> {
    verdicts(&written("frontier.csv", text).1).expect("as it is written")
}

#[test]
fn the_gains_of_all_places_are_those_that_were_collected() {
    let methods = r#"["mixed", "delta_50", "delta_0", "group_dro"]"#;
    let further = "[frontier]\nmethods = [\"delta_50\", \"delta_0\"]\n";
    let apart =
        "[set]\n\"settings.transfer.selection\" = \"last\"\n\"settings.transfer.learning_rate\" = 0.003\n";
    let text = plan(3, methods, further).replace("[set]\n", apart);
    let place = Place::new(&text.replace("seeds =", "data_seed = \"seed\"\nseeds ="));
    place.done("run", &["--jobs", "2"]);
    place.done("collect", &["--out", "out"]);
    let out = place.path().join("out");
    let places = Places::read(&out.join("places.csv")).expect("places");
    assert_eq!(places.methods, ["delta_50", "delta_0", "mixed", "group_dro"]);
    assert_eq!(
        (places.frontier, places.seeds.clone(), places.complete()),
        (2, vec![101, 102, 103], vec![0, 1, 2])
    );
    let gains = places.gains(&places.complete(), 0.95).expect("gains");
    let rows = verdicts(&out.join("frontier.csv")).expect("verdicts");
    assert_eq!(gains.len(), rows.len());
    for (own, row) in gains.iter().zip(&rows) {
        assert_eq!((&own.method, &places.points[own.point]), (&row.method, &row.place));
        assert_eq!(own.gain.estimate.triple(), row.gain.triple());
        assert_eq!(own.gain.verdict(EQUIVALENCE), Ok(row.verdict));
        assert_eq!(own.gain.spread, row.spread);
    }
    let figure = frontier_figure(&places, 0, "Beside the frontier", "plane").expect("figure");
    assert!(
        figure.csv.contains("\nmixed,") && figure.csv.matches("\nfrontier,").count() == 2,
        "{}",
        figure.csv
    );
    assert!(figure.caption.contains("3 seeds"));
}

#[test]
fn the_map_has_a_cell_a_verdict_with_its_seeds() {
    let rows = read(VERDICTS);
    let axes = MapAxes { x: "conflict", y: "scheme", panel: "size" };
    let map = verdict_map(&rows, "qpi", axes, "map").expect("map");
    let expected = "panel,row,column,value,reason,words\na,moderate,1.4,0.021,,adds* (5)\na,moderate,-0.8,-0.02,,costs (5)\n\
                    b,moderate,1.4,0.001,,knob* (5)\n\
                    b,moderate,-0.8,,\"D = 0.011, fewer than two seeds: no spread between seeds\",\n";
    assert_eq!(map.csv, expected);
    assert!(map.caption.contains("1 to 5 seeds"), "{}", map.caption);
    assert!(verdict_map(&rows, "mmd", axes, "map").is_err(), "a method that is not there");

    let counts = verdict_counts_table(&rows);
    assert_eq!(
        counts.rows[0],
        ["qpi", "4", "1 (1)", "0 (0)", "1 (1)", "1 (0)", "0 (1)", "1", "1", "0.003", "−0.020", "0.021"]
    );
    let forest =
        gain_forest(&rows, |row| format!("size {:?}", row.place.size), "Gains", "forest").expect("forest");
    assert!(forest.csv.contains("size Some(400),\"qpi, adds*\",0.021,0.012,0.03"), "{}", forest.csv);
    let along = gain_along(&rows[..1], "size", "images", "Gain").draw().expect("figure");
    assert_eq!(along.csv, "series,x,y,low,high\nqpi,400,0.021,0.012,0.03\n");
}

#[test]
fn words_follow_the_numbers() {
    let rows = read(VERDICTS);
    let words = decisive_words(&rows, "qpi");
    for part in [
        "at 4 points, each with 1 to 5 seeds of 20 planned",
        "adds what no single weight reaches in 1 of 4",
        "it is a knob in 1 of 4",
        "nothing is shown in 1 of 4",
        "there is no test yet in 1 of 4",
        "The largest of 3 gains, which its choice makes too large, is 0.021 (0.012–0.030) at moderate, size 400, conflict \
         1.4; after Holm it stands: adds something here.",
    ] {
        assert!(words.contains(part), "{part:?} is not in {words}");
    }
    assert!(!words.contains("it costs"), "it does not stand after Holm: {words}");
    assert_eq!(decisive_words(&rows, "mmd"), "mmd was not trained.");
    assert_eq!(rows[2].verdict, Verdict::Knob);
    assert!(rows[2].gain.flag.as_ref().is_some_and(|flag| flag.contains("40 %")));
    assert!(rows[3].gain.reason.as_ref().is_some_and(|reason| reason.contains("two seeds")));
}

#[test]
fn a_table_that_says_something_else_is_refused_with_its_line() {
    for (text, words) in [
        (VERDICTS.replace(",verdict,", ",verdikt,"), "expected a column \"verdict\""),
        (
            VERDICTS.replace("0.021,0.012", "much,0.012"),
            "line 2, column gain: expected a number; got \"much\"",
        ),
        (VERDICTS.replace(",costs,", ",costly,"), "line 3, column verdict: expected a verdict"),
        (
            VERDICTS.replace("qpi,1,20", "qpi,one,20"),
            "line 5, column seeds: expected a whole number; got \"one\"",
        ),
    ] {
        let (_folder, file) = written("frontier.csv", &text);
        let error = verdicts(&file).expect_err(words).to_string();
        assert!(error.contains(words) && error.contains("frontier.csv"), "{error}");
    }
    let head = "data,scheme,size,method,frontier,seed,dominant,less\n";
    for (rows, words) in [
        ("s,m,400,a,true,1,0.5,0.5\ns,m,400,a,true,1,0.5,0.5\n", "a of seed 1 stands there twice"),
        ("s,m,400,a,true,1,0.5,0.5\ns,m,400,a,false,2,0.5,0.5\n", "on the frontier in some rows"),
        ("s,m,400,a,perhaps,1,0.5,0.5\n", "column frontier: expected true or false; got \"perhaps\""),
    ] {
        let (_folder, file) = written("places.csv", &format!("{head}{rows}"));
        let error = Places::read(&file).expect_err(words).to_string();
        assert!(error.contains(words), "{error}");
    }
    assert!(
        Places::read(&PathBuf::from("no such file.csv"))
            .is_err_and(|e| e.to_string().contains("no such file"))
    );
}

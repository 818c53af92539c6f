//! What a plan says and what becomes of it.

use qpnet_lib::experiment::grid::{Grid, Work};
use qpnet_lib::experiment::{MethodKind, RunConfig};

use super::harness::{Place, all_words, plan};

fn grid(text: &str) -> Grid {
    Grid::parse("plan.toml", text).expect("a plan")
}

#[test]
fn every_combination_is_a_row_and_what_trains_the_same_is_one_cell() {
    let further = r#"
[[data]]
manifest = "synthetic"
schemes = ["strong"]
[[factors]]
name = "sigma"
path = "methods.qpi.sigma"
values = [0.05, 0.1]
[[factors]]
name = "population"
levels = [{ name = "as it is", set = {} }, { name = "hard", set = { "population.conflict.1" = -1.0, "population.noise_sd" = 0.1 } }]
"#;
    let text =
        plan(3, "[\"mixed\", \"qpi\", \"dc\"]", further).replacen("methods", "sizes = [40, 80]\nmethods", 1);
    let grid = grid(&text);
    assert_eq!(grid.points.len(), 2 * 2 * 2 * 2, "schemes, sigmas, populations, sizes");
    assert_eq!(grid.len(), 16 * 3 * 3);
    for number in 0..grid.len() {
        assert_eq!(grid.number(grid.row(number)), number);
    }
    let config = |number: usize| grid.work(grid.row(number)).config().clone();
    let all: Vec<RunConfig> = (0..grid.len()).map(config).collect();
    assert!(all.iter().all(|config| config.methods.len() == 1 && config.data_seed == 1));
    let hard =
        all.iter().filter(|config| config.population.is_some_and(|own| own.conflict == [1.4, -1.0])).count();
    assert_eq!(hard, grid.len() / 2);
    let sigma = |config: &RunConfig| match config.methods[0].method {
        MethodKind::Qpi(qpi) => Some(qpi.sigma),
        _ => None,
    };
    assert_eq!(all.iter().filter(|config| sigma(config) == Some(0.1)).count(), grid.len() / 6);
    // Sigma is nothing to Mixed and divide-and-conquer.
    let place = Place::new(&text);
    let cells = place.cells();
    assert_eq!(cells.len(), 8 * 3 * 2 + 16 * 3, "{}", cells.len());
    assert!(place.done("list", &[]).contains("144 rows in 96 cells, 96 to be trained"));
    let starts = |number: usize| matches!(grid.work(grid.row(number)), Work::Start(_));
    assert_eq!((0..grid.len()).filter(|&number| starts(number)).count(), grid.len() / 3);
}

#[test]
fn mistakes_are_refused_with_their_line_and_exit_code_2() {
    let good = plan(1, "[\"mixed\"]", "");
    let factor = |path: &str, value: &str| {
        plan(
            1,
            "[\"mixed\", \"qpi\"]",
            &format!("[[factors]]\nname = \"f\"\npath = \"{path}\"\nvalues = [{value}]\n"),
        )
    };
    for (text, words) in [
        (good.replace("profile", "porfile"), "plan.toml:2: unknown field `porfile`"),
        (good.replace("settings.base.batch", "settings.base.bacth"), "unknown field `bacth`"),
        (good.replace("\"mixed\"", "\"mxied\""), "plan.toml:4: unknown method \"mxied\""),
        (good.replace("[\"moderate\"]", "[\"mild\"]"), "has no scheme \"mild\""),
        (good.replace("\"synthetic\"\n", "\"synthtic\"\n"), "unknown data set \"synthtic\""),
        (factor("methods.qpi.sgima", "1"), "sgima"),
        (factor("methods.coral.gamma", "1"), "no method is called \"coral\"; there are mixed, qpi"),
        (factor("seed", "1"), "seed has a key of its own"),
        (factor("population.conflictt", "[1.0, 1.0]"), "conflictt"),
        (factor("settings.base.batch", "\"many\""), "invalid type"),
        (plan(1, "[\"mixed\",\n\"mxied\"]", ""), "plan.toml:5: unknown method \"mxied\""),
        (
            good.replacen("methods", "sizes = [40,\n81]\nmethods", 1),
            "plan.toml:5: the population has 80 dominant training images, got 81",
        ),
        (
            good.replacen("methods", "sizes = [0]\nmethods", 1),
            "plan.toml:4: expected at least 2 dominant training",
        ),
        (
            good.replace("test\" = [60, 60]", "test\" = [60, 0]"),
            "plan.toml:10: settings.synthetic.test: expected at least 2 images, one of each class; got 0",
        ),
        (good.clone() + "[tuned]\ndraws = 3\n", "unknown field `tuned`"),
    ] {
        let place = Place::new(&text);
        let output = place.output("list", &[]);
        let said = all_words(&output);
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert!(said.contains(words) && said.contains("plan.toml:"), "{words} in {said}");
    }
    // Of a value that fits and yet cannot be, the line is its own.
    let text = factor("settings.base.batch", "16,\n1");
    let line = text.lines().position(|line| line == "1]").expect("the value") + 1;
    let said = all_words(&Place::new(&text).output("list", &[]));
    assert!(
        said.contains(&format!("plan.toml:{line}: ")) && said.contains("batch must be at least 4"),
        "{said}"
    );
}

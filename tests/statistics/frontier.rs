//! The gain over the re-weighting frontier beside an independent implementation, and what must not change it.

use qpnet_audit::rng::Streams;
use qpnet_audit::stats::frontier::{Gain, Place, gains};
use rand::seq::SliceRandom;
use serde_json::Value;

const TOLERANCE: f64 = 1e-10;

fn golden() -> Value {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/golden/frontier.json");
    serde_json::from_str(&std::fs::read_to_string(path).expect("golden file")).expect("JSON")
}

/// Seeds x (frontier points, then the method).
fn places(case: &Value) -> Vec<Vec<Place>> {
    let list = |value: &Value| value.as_array().expect("a list").clone();
    let number = |value: &Value| value.as_f64().expect("a number");
    let place = |pair: &Value| Place { dominant: number(&pair[0]), less: number(&pair[1]) };
    list(&case["places"]).iter().map(|row| list(row).iter().map(place).collect()).collect()
}

fn gain(places: &[Vec<Place>]) -> Gain {
    let frontier = places[0].len() - 1;
    let at = |seed: usize, which: usize, _: Option<&[u32]>| Some(places[seed][which]);
    gains(None, 0.95, frontier, &[(0..places.len()).collect()], at).expect("valid").remove(0)
}

#[test]
fn gains_and_their_jackknife_are_those_of_numpy() {
    let cases = golden()["gain"].as_array().expect("cases").clone();
    assert!(cases.len() >= 5);
    for case in &cases {
        let (found, name) = (gain(&places(case)), &case["name"]);
        let number = |key: &str| case[key].as_f64().expect("a number");
        let value = found.estimate.value.expect("a value");
        assert!((value - number("gain")).abs() < TOLERANCE, "{name}: {value}");
        let se = found.test.expect("a test").seeds.0;
        assert!((se - number("se")).abs() < TOLERANCE, "{name}: {se}");
        assert!((found.outside - number("outside")).abs() < TOLERANCE, "{name}");
    }
}

#[test]
fn the_order_of_seeds_and_points_is_nothing_and_what_all_models_share_cancels() {
    for (draw, case) in golden()["gain"].as_array().expect("cases").iter().enumerate() {
        let own = places(case);
        let first = gain(&own);
        let (value, se) = (first.estimate.value.expect("a value"), first.test.expect("a test").seeds.0);
        let mut rng = Streams::new(draw as u64).get("order");
        let mut order: Vec<usize> = (0..own[0].len() - 1).collect();
        order.shuffle(&mut rng);
        let mut turned: Vec<Vec<Place>> = own
            .iter()
            .map(|row| order.iter().map(|&at| row[at]).chain(row.last().copied()).collect())
            .collect();
        turned.shuffle(&mut rng);
        // One seed is better at everything.
        for place in &mut turned[0] {
            place.dominant += 0.05;
            place.less += 0.03;
        }
        let again = gain(&turned);
        assert!((again.estimate.value.expect("a value") - value).abs() < 1e-12);
        assert!((again.test.expect("a test").seeds.0 - se).abs() < 1e-10);
        // A method that is better by 0.01 in every seed gains 0.01 more, as surely.
        for row in &mut turned {
            row.last_mut().expect("a method").less += 0.01;
        }
        let more = gain(&turned);
        assert!((more.estimate.value.expect("a value") - value - 0.01).abs() < 1e-12);
        assert!((more.test.expect("a test").seeds.0 - se).abs() < 1e-10);
    }
}

//! Several runners on one store.

use super::harness::{Place, all_words, plan};

#[test]
fn two_runners_share_the_work() {
    let place = Place::new(&plan(8, "[\"mixed\", \"qpi\", \"rwg\"]", ""));
    let runners: Vec<_> = (0..2).map(|_| place.spawn("run", &["--jobs", "1", "--json"])).collect();
    let mut trained = Vec::new();
    for runner in runners {
        let output = runner.wait_with_output().expect("ended");
        assert!(output.status.success(), "{}", all_words(&output));
        let said: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
        let count = |key: &str| said[key].as_u64().expect("a number");
        assert_eq!(count("there") + count("trained") + count("trained_elsewhere"), 24, "{said}");
        trained.push(count("trained"));
    }
    assert_eq!(trained.iter().sum::<u64>(), 24, "every cell by one of them: {trained:?}");
    assert!(trained.iter().all(|&count| count > 0), "both have worked: {trained:?}");
    place.assert_nothing_twice();
    let begun = place.journal().iter().filter(|(event, ..)| event == "begun").count();
    assert_eq!(begun, 24, "nothing was begun twice");
}

#[test]
fn a_lock_that_nobody_holds_stops_nobody_however_old_or_new_it_seems() {
    let place = Place::new(&plan(1, "[\"mixed\", \"qpi\"]", ""));
    std::fs::create_dir_all(place.store()).expect("store");
    for (cell, time) in place.cells().iter().zip(["2001-01-01", "2099-01-01"]) {
        let lock = place.store().join(format!(".{}.lock", cell["cell"].as_str().expect("name")));
        std::fs::write(&lock, "").expect("lock");
        let touched = std::process::Command::new("touch").args(["-d", time]).arg(&lock).status();
        assert!(touched.expect("touch").success());
    }
    assert_eq!(place.status()["at_work"].as_u64(), Some(0));
    place.done("run", &["--jobs", "1"]);
    assert_eq!(place.status()["complete"].as_u64(), Some(2));
}

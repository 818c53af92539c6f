//! Signals of a scheduler: a checkpoint, exit code 75, and the same bits afterwards.

use super::harness::{Place, all_words, plan, signal};

/// Trainings of some seconds.
fn long() -> String {
    let text = plan(1, "[\"mixed\", \"qpi\"]", "");
    text.replace("\"settings.base.epochs\" = 2", "\"settings.base.epochs\" = 30")
        .replace("\"settings.base.steps_per_epoch\" = 4", "\"settings.base.steps_per_epoch\" = 8")
        .replace("\"settings.transfer.epochs\" = 2", "\"settings.transfer.epochs\" = 30")
        .replace("\"settings.transfer.steps_per_epoch\" = 3", "\"settings.transfer.steps_per_epoch\" = 8")
}

#[test]
fn a_signal_ends_a_cell_with_a_checkpoint_and_it_goes_on_to_the_same_bits() {
    let alone = Place::new(&long());
    alone.done("run", &["--jobs", "1"]);
    let stopped = Place::new(&long());
    let id = stopped.cell("qpi");
    let model = |place: &Place, id: &str| place.store().join(format!(".{id}.checkpoints"));
    let begun = |folder: std::path::PathBuf| {
        let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
        entries.filter(|entry| entry.path().extension().is_some_and(|end| end == "safetensors")).count() > 0
    };
    // By hand: what it needs is done first, in the same process.
    let start = stopped.cell("mixed");
    let child = stopped.spawn("run", &["--cell", &id]);
    stopped.wait("a checkpoint", || begun(model(&stopped, &start)));
    signal("USR1", child.id().into());
    let output = child.wait_with_output().expect("ended");
    assert_eq!(output.status.code(), Some(75), "{}", all_words(&output));
    assert!(begun(model(&stopped, &start)) && !stopped.store().join(&start).exists());
    let status = stopped.status();
    assert_eq!((status["complete"].as_u64(), status["at_work"].as_u64()), (Some(0), Some(0)), "{status}");

    // A runner: its workers are told by the end of their input.
    let child = stopped.spawn("run", &["--jobs", "1"]);
    stopped.wait("a checkpoint", || begun(model(&stopped, &id)));
    signal("TERM", child.id().into());
    let output = child.wait_with_output().expect("ended");
    assert_eq!(output.status.code(), Some(75), "{}", all_words(&output));
    assert!(String::from_utf8_lossy(&output.stdout).contains("the same command goes on"));
    assert!(!stopped.store().join(&id).exists(), "it was not stopped, but finished");
    let events: Vec<String> = stopped.journal().into_iter().map(|(event, ..)| event).collect();
    assert_eq!(events.iter().filter(|event| *event == "stopped").count(), 2, "{events:?}");

    let output = stopped.output("run", &["--cell", &id[..12]]);
    assert!(output.status.success(), "{}", all_words(&output));
    let words = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(words.contains("goes on after step"), "{words}");
    assert!(stopped.results() == alone.results(), "it went on to other bits");
}

#[test]
fn a_plan_that_was_edited_during_a_run_trains_nothing_else_in_its_name() {
    let place = Place::new(&long());
    let child = place.spawn("run", &["--jobs", "1"]);
    let begun = || place.journal().into_iter().find(|(event, ..)| event == "begun");
    place.wait("a cell", || begun().is_some());
    // Its worker dies, and the next one reads another plan.
    place.write(&long().replace("\"settings.image_size\" = 16", "\"settings.image_size\" = 20"));
    signal("KILL", begun().expect("a cell").2);
    let output = child.wait_with_output().expect("ended");
    let words = all_words(&output);
    assert!(!output.status.success() && words.contains("has changed since this run began"), "{words}");
    let of_others = place.status()["of_other_plans"].as_u64();
    assert_eq!((place.status()["complete"].as_u64(), of_others), (Some(0), Some(0)), "{words}");
}

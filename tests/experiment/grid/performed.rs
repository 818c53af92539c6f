//! Cells in a process of one's own: those that panic, and that a start trained elsewhere changes no bit.

use std::cell::RefCell;

use qpnet_lib::clock::Frozen;
use qpnet_lib::data::Manifest;
use qpnet_lib::device::{DeviceChoice, choose};
use qpnet_lib::experiment::grid::{Grid, GridStore, Names, Outcome, Performer};
use qpnet_lib::experiment::{LazyPopulation, MethodSpec, Places, Resources, RunConfig, RunStore};
use qpnet_lib::train::{Event, Progress, Silent};

use super::harness::plan;

/// Panics in the second step.
struct Panics;

impl Progress for Panics {
    fn on(&self, event: Event<'_>) {
        assert!(!matches!(event, Event::Step { done: 2, .. }), "a defect in step 2");
    }
}

/// Remembers notes.
#[derive(Default)]
struct Notes(RefCell<Vec<String>>);

impl Progress for Notes {
    fn on(&self, event: Event<'_>) {
        if let Event::Note(text) = event {
            self.0.borrow_mut().push(text.to_owned());
        }
    }
}

#[test]
fn a_cell_that_panics_is_recorded_and_can_be_done_again() {
    let grid = Grid::parse("plan.toml", &plan(1, "[\"mixed\", \"qpi\"]", "")).expect("a plan");
    let device = choose(DeviceChoice::Cpu).expect("cpu");
    let names = Names::of(&grid, &Places::default(), &device).expect("names");
    let folder = tempfile::tempdir().expect("tempdir");
    let store = GridStore::open(folder.path()).expect("store");
    store.prepare().expect("ready");
    let mut performer = Performer::new(&grid, &names, &store, Places::default());
    let resources = |progress| Resources { device: &device, clock: &Frozen(0.0), cores: 1, progress };
    let id = names.id(grid.row(0)).expect("name");
    let outcome = performer.row(grid.row(0), id, &resources(&Panics)).expect("recorded");
    let Outcome::Failed(error) = outcome else { panic!("{outcome:?}") };
    assert!(error.contains("panicked: a defect in step 2"), "{error}");
    assert_eq!(store.failure(id).map(|failure| failure.attempts), Some(1));
    let again = performer.row(grid.row(0), id, &resources(&Silent)).expect("done");
    assert_eq!((again, store.failure(id)), (Outcome::Trained, None));
    let third = performer.row(grid.row(0), id, &resources(&Silent)).expect("there");
    assert_eq!(third, Outcome::There);
}

#[test]
fn a_start_trained_once_gives_the_transfers_of_a_run_that_trains_both() {
    let grid = Grid::parse("plan.toml", &plan(1, "[\"mixed\", \"qpi\", \"dfr\"]", "")).expect("a plan");
    let device = choose(DeviceChoice::Cpu).expect("cpu");
    let names = Names::of(&grid, &Places::default(), &device).expect("names");
    let (folder, other) = (tempfile::tempdir().expect("tempdir"), tempfile::tempdir().expect("tempdir"));
    let store = GridStore::open(folder.path()).expect("store");
    store.prepare().expect("ready");
    let mut performer = Performer::new(&grid, &names, &store, Places::default());
    let with = Resources { device: &device, clock: &Frozen(0.0), cores: 1, progress: &Silent };
    for number in 0..grid.len() {
        let row = grid.row(number);
        let done = performer.row(row, names.id(row).expect("name"), &with).expect("done");
        assert_eq!(done, Outcome::Trained);
    }
    // A transfer is the kept run of its configuration: whoever asks for that run finds the cell.
    let manifest = Manifest::find("synthetic").expect("shipped");
    let mut data = LazyPopulation::new(&manifest, Places::default());
    let transfer = grid.work(grid.row(1)).config().clone();
    let notes = Notes::default();
    let hears = Resources { progress: &notes, ..with };
    let kept = RunStore::new(folder.path()).train(&transfer, &mut data, &hears).expect("kept");
    assert!(notes.0.borrow().iter().any(|note| note.contains("is used again")), "{:?}", notes.0);
    // And one run of all three from the same seed, elsewhere, has the same predictions.
    let methods = MethodSpec::list("mixed,qpi,dfr").expect("known");
    let whole = RunConfig { methods, ..transfer };
    let whole = RunStore::new(other.path()).train(&whole, &mut data, &with).expect("trained");
    let of = |key: &str| whole.predictions.iter().filter(|p| p.method == key).cloned().collect::<Vec<_>>();
    assert!(!kept.predictions.is_empty() && kept.predictions == of("qpi"));
    for (number, key) in [(0, "mixed"), (2, "dfr")] {
        let id = names.id(grid.row(number)).expect("name");
        let text = std::fs::read_to_string(store.folder(id).join("predictions.csv")).expect("table");
        let scores: Vec<f64> = text
            .lines()
            .skip(1)
            .map(|line| line.rsplit(',').next().expect("a score").parse().expect("a number"))
            .collect();
        let expected: Vec<f64> = of(key).iter().map(|p| p.scores[0]).collect();
        assert!(!scores.is_empty() && scores == expected, "{key}");
    }
}

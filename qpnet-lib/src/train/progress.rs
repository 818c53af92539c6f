//! Progress as events; who listens decides how they look.

use std::cell::{Cell, RefCell};
use std::fmt;

use super::CellCounts;
use crate::clock::Clock;

/// Something that happened.
#[derive(Clone, Debug, PartialEq)]
pub enum Event<'a> {
    /// A stage of `steps` units begins: a model to train, images to decode.
    Begin {
        /// What is done.
        stage: &'a str,
        /// In how many steps.
        steps: usize,
    },
    /// So many steps of the stage are done, with the figures of the moment.
    Step {
        /// Steps done.
        done: usize,
        /// For people: losses, AUCs.
        note: &'a str,
    },
    /// A batch was drawn for a step.
    Batch {
        /// Which step, counted from 1.
        step: usize,
        /// How many samples of each subgroup x label cell it holds.
        cells: &'a CellCounts,
    },
    /// The stage is over.
    End,
    /// Something the user should know.
    Warning(&'a str),
    /// Something that needs no attention, such as a kept result that is used again.
    Note(&'a str),
}

/// A listener.
pub trait Progress {
    /// Take note of `event`.
    fn on(&self, event: Event<'_>);

    /// Whether the training should end after this step: it is kept, and [`super::TrainError::Stopped`] says so.
    fn stops(&self) -> bool {
        false
    }
}

/// For work that counts `(done, total)` and knows the total only once it has begun: the first
/// call begins `stage`. Ending it is the caller's part.
pub fn counting<'a>(stage: &'a str, progress: &'a dyn Progress) -> impl Fn(usize, usize) + 'a {
    let begun = Cell::new(false);
    move |done, total| {
        if !begun.replace(true) {
            progress.on(Event::Begin { stage, steps: total });
        }
        progress.on(Event::Step { done, note: "" });
    }
}

/// Listens to nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Silent;

impl Progress for Silent {
    fn on(&self, _event: Event<'_>) {}
}

/// Whole lines: one at each stage's end; of a stage that takes longer also one after ten seconds
/// and about five more, with the time left; and one for every warning.
///
/// A notebook streams whole lines while a cell runs; a half line that is flushed hangs it.
pub struct Lines<C: Clock, W: Fn(fmt::Arguments<'_>)> {
    clock: C,
    write: W,
    stage: RefCell<Stage>,
}

#[derive(Default)]
struct Stage {
    name: String,
    steps: usize,
    done: usize,
    /// The last figures.
    note: String,
    begun: f64,
    /// When the last line was written, and what share of the steps was done then.
    shown: Option<(f64, usize)>,
}

/// Seconds between lines of one stage.
const PAUSE: f64 = 10.0;

impl<C: Clock, W: Fn(fmt::Arguments<'_>)> Lines<C, W> {
    /// Lines go to `write`, for example `|line| println!("{line}")`.
    pub fn new(clock: C, write: W) -> Self {
        Self { clock, write, stage: RefCell::default() }
    }

    fn step(&self, stage: &mut Stage, done: usize, note: &str) {
        if !note.is_empty() {
            note.clone_into(&mut stage.note);
        }
        stage.done = done;
        let (now, fifths) = (self.clock.seconds(), done * 5 / stage.steps.max(1));
        let due = match stage.shown {
            None => now - stage.begun >= PAUSE,
            Some((last, shown)) => now - last >= PAUSE && fifths > shown,
        };
        if due && done < stage.steps {
            stage.shown = Some((now, fifths));
            let left = (now - stage.begun) / done.max(1) as f64 * (stage.steps - done) as f64;
            let Stage { name, steps, note, .. } = stage;
            let space = if note.is_empty() { "" } else { " " };
            (self.write)(format_args!("{name} {done}/{steps}{space}{note} ({left:.0} s left)"));
        }
    }
}

impl<C: Clock, W: Fn(fmt::Arguments<'_>)> Progress for Lines<C, W> {
    fn on(&self, event: Event<'_>) {
        let mut now = self.stage.borrow_mut();
        match event {
            Event::Begin { stage, steps } => {
                let (name, begun) = (stage.to_owned(), self.clock.seconds());
                *now = Stage { name, steps, begun, ..Stage::default() };
            }
            Event::Step { done, note } => self.step(&mut now, done, note),
            Event::Batch { .. } => {}
            Event::End if now.name.is_empty() => {}
            Event::End => {
                let Stage { name, steps, done, note, begun, .. } = &*now;
                let (space, took) = (if note.is_empty() { "" } else { " " }, self.clock.seconds() - begun);
                (self.write)(format_args!("{name} {done}/{steps}{space}{note} ({took:.0} s)"));
            }
            Event::Warning(text) => (self.write)(format_args!("warning: {text}")),
            Event::Note(text) => (self.write)(format_args!("{text}")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;

    /// A clock that a test moves.
    struct Hand<'a>(&'a Cell<f64>);

    impl Clock for Hand<'_> {
        fn seconds(&self) -> f64 {
            self.0.get()
        }
    }

    /// What is written about 400 steps of `pace` seconds each.
    fn lines(pace: f64) -> Vec<String> {
        let (written, time) = (RefCell::new(Vec::new()), Cell::new(5.0));
        let listener = Lines::new(Hand(&time), |line| written.borrow_mut().push(line.to_string()));
        listener.on(Event::Begin { stage: "mixed", steps: 400 });
        for done in 1..=400 {
            time.set(5.0 + pace * done as f64);
            listener.on(Event::Step { done, note: if done % 25 == 0 { "loss 0.5" } else { "" } });
        }
        listener.on(Event::End);
        listener.on(Event::Warning("careful"));
        written.into_inner()
    }

    #[test]
    fn a_short_stage_is_one_line() {
        assert_eq!(lines(0.01), ["mixed 400/400 loss 0.5 (4 s)", "warning: careful"]);
    }

    #[test]
    fn a_long_stage_says_early_how_long_it_takes() {
        let long = lines(1.0);
        assert_eq!(long[0], "mixed 10/400 (390 s left)");
        assert_eq!(long[1], "mixed 80/400 loss 0.5 (320 s left)");
        assert_eq!(long.len(), 7, "{long:?}");
        assert!(long.iter().all(|line| !line.contains(['\n', '\r'])));
    }
}

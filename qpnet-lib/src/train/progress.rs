//! Progress as events; who listens decides how they look.

use std::cell::Cell;
use std::fmt;

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
}

/// Listens to nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Silent;

impl Progress for Silent {
    fn on(&self, _event: Event<'_>) {}
}

/// Whole lines: one at each stage's beginning, about five during it with the time left, and one
/// for every warning.
///
/// A notebook streams whole lines while a cell runs; a half line that is flushed hangs it.
pub struct Lines<C: Clock, W: Fn(fmt::Arguments<'_>)> {
    clock: C,
    write: W,
    stage: Cell<Stage>,
}

#[derive(Clone, Copy, Default)]
struct Stage {
    steps: usize,
    fifths_shown: usize,
    begun: f64,
}

impl<C: Clock, W: Fn(fmt::Arguments<'_>)> Lines<C, W> {
    /// Lines go to `write`, for example `|line| println!("{line}")`.
    pub fn new(clock: C, write: W) -> Self {
        Self { clock, write, stage: Cell::default() }
    }
}

impl<C: Clock, W: Fn(fmt::Arguments<'_>)> Progress for Lines<C, W> {
    fn on(&self, event: Event<'_>) {
        let mut now = self.stage.get();
        match event {
            Event::Begin { stage, steps } => {
                (self.write)(format_args!("{stage} (0/{steps})"));
                self.stage.set(Stage { steps, fifths_shown: 0, begun: self.clock.seconds() });
            }
            Event::Step { done, note } => {
                let fifths = done * 5 / now.steps.max(1);
                if note.is_empty() || fifths == now.fifths_shown {
                    return;
                }
                now.fifths_shown = fifths;
                self.stage.set(now);
                let left = (self.clock.seconds() - now.begun) / done.max(1) as f64
                    * now.steps.saturating_sub(done) as f64;
                (self.write)(format_args!("  {done}/{} {note} ({left:.0} s left)", now.steps));
            }
            Event::End => {}
            Event::Warning(text) => (self.write)(format_args!("warning: {text}")),
            Event::Note(text) => (self.write)(format_args!("{text}")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Frozen;
    use std::cell::RefCell;

    #[test]
    fn about_five_whole_lines_a_stage() {
        let lines = RefCell::new(Vec::new());
        let listener = Lines::new(Frozen(0.0), |line| lines.borrow_mut().push(line.to_string()));
        listener.on(Event::Begin { stage: "mixed", steps: 400 });
        for done in 1..=400 {
            listener.on(Event::Step { done, note: if done % 25 == 0 { "epoch" } else { "" } });
        }
        listener.on(Event::End);
        listener.on(Event::Warning("careful"));
        let lines = lines.into_inner();
        assert_eq!(lines.first().map(String::as_str), Some("mixed (0/400)"));
        assert_eq!(lines.last().map(String::as_str), Some("warning: careful"));
        assert_eq!(lines.len(), 7);
        assert!(lines.iter().all(|line| !line.contains(['\n', '\r'])));
    }
}

//! Progress as events; who listens decides how they look.

use std::fmt;

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

/// Whole lines, one for each stage's beginning, for about ten of its steps, and for warnings.
///
/// A notebook streams whole lines while a cell runs; a half line that is flushed hangs it.
pub struct Lines<W: Fn(fmt::Arguments<'_>)> {
    write: W,
    steps: std::cell::Cell<usize>,
}

impl<W: Fn(fmt::Arguments<'_>)> Lines<W> {
    /// Lines go to `write`, for example `|line| println!("{line}")`.
    pub fn new(write: W) -> Self {
        Self { write, steps: std::cell::Cell::new(0) }
    }
}

impl<W: Fn(fmt::Arguments<'_>)> Progress for Lines<W> {
    fn on(&self, event: Event<'_>) {
        match event {
            Event::Begin { stage, steps } => {
                self.steps.set(steps);
                (self.write)(format_args!("{stage} ({steps} steps)"));
            }
            Event::Step { done, note } => {
                let steps = self.steps.get().max(1);
                let tenth = |done: usize| done * 10 / steps;
                if !note.is_empty() && tenth(done) != tenth(done.saturating_sub(1)) {
                    (self.write)(format_args!("  {done}/{steps} {note}"));
                }
            }
            Event::End => {}
            Event::Warning(text) => (self.write)(format_args!("warning: {text}")),
        }
    }
}

//! A bar with an ETA on a terminal, whole lines elsewhere; always on standard error.

use std::cell::RefCell;
use std::io::IsTerminal;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use qpnet_lib::clock::Monotonic;
use qpnet_lib::train::{Event, Lines, Progress};

/// The listener that fits standard error.
pub fn listener() -> Box<dyn Progress> {
    if std::io::stderr().is_terminal() {
        Box::new(Bar::default())
    } else {
        Box::new(Lines::new(Monotonic::start(), |line| eprintln!("{line}")))
    }
}

/// One bar a stage.
#[derive(Default)]
struct Bar {
    current: RefCell<Option<ProgressBar>>,
}

const TEMPLATE: &str = "{prefix:>18} {bar:32} {pos}/{len} [{elapsed_precise} < {eta_precise}] {msg}";

impl Progress for Bar {
    fn on(&self, event: Event<'_>) {
        let mut current = self.current.borrow_mut();
        match event {
            Event::Begin { stage, steps } => {
                let target = ProgressDrawTarget::stderr_with_hz(5);
                let bar = ProgressBar::with_draw_target(Some(steps as u64), target);
                if let Ok(style) = ProgressStyle::with_template(TEMPLATE) {
                    bar.set_style(style);
                }
                bar.set_prefix(stage.to_owned());
                bar.enable_steady_tick(Duration::from_millis(500));
                *current = Some(bar);
            }
            Event::Step { done, note } => {
                if let Some(bar) = current.as_ref() {
                    bar.set_position(done as u64);
                    if !note.is_empty() {
                        bar.set_message(note.to_owned());
                    }
                }
            }
            Event::Batch { .. } => {}
            Event::End => {
                if let Some(bar) = current.take() {
                    bar.finish();
                }
            }
            Event::Warning(text) => say(current.as_ref(), &format!("warning: {text}")),
            Event::Note(text) => say(current.as_ref(), text),
        }
    }
}

/// A line above the bar, where there is one.
fn say(bar: Option<&ProgressBar>, line: &str) {
    match bar {
        Some(bar) => bar.println(line),
        None => eprintln!("{line}"),
    }
}

/// The state of many jobs: a line that is drawn anew on a terminal, a line a job elsewhere.
pub struct Board {
    bar: Option<ProgressBar>,
}

impl Board {
    /// Of `all` jobs of which `done` are done.
    pub fn new(all: usize, done: usize) -> Self {
        let bar = std::io::stderr().is_terminal().then(|| {
            let bar = ProgressBar::with_draw_target(Some(all as u64), ProgressDrawTarget::stderr_with_hz(5));
            if let Ok(style) = ProgressStyle::with_template("{bar:24} {pos}/{len} [{elapsed_precise}] {msg}")
            {
                bar.set_style(style);
            }
            bar.set_position(done as u64);
            bar
        });
        Self { bar }
    }

    /// Something has happened.
    pub fn line(&self, text: &str) {
        say(self.bar.as_ref(), text);
    }

    /// How far all are.
    pub fn show(&self, done: usize, failed: usize, left: &str, at_work: &str) {
        if let Some(bar) = &self.bar {
            bar.set_position(done as u64);
            let failed = if failed > 0 { format!("{failed} failed, ") } else { String::new() };
            let left = if left.is_empty() { String::new() } else { format!("{left} left, ") };
            bar.set_message(format!("{failed}{left}{at_work}"));
        }
    }

    /// Nothing more comes.
    pub fn end(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

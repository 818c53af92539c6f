//! Several jobs at a time, each worker with data of its own.

use std::cell::Cell;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Sender, channel};
use std::thread;

use super::RunError;
use crate::train::{Event, Progress};

/// What a listener hears of jobs that run side by side.
#[derive(Clone, Copy)]
pub(super) struct Stage<'a> {
    /// What the jobs are.
    pub(super) name: &'a str,
    /// How many stages each job reports, one after the other.
    pub(super) parts: usize,
}

/// Steps that one job counts for, whatever it consists of.
const PERCENT: usize = 100;

/// What a worker tells the thread that waits.
enum Message<T> {
    Warning(String),
    Note(String),
    /// So many percent of a job are done.
    Percent(usize, usize),
    Done(usize, Result<T, RunError>),
}

/// Do `work` on every job, one thread for each of `contexts`: a tensor may move to a thread but
/// not be shared by two, so that everybody has his own. Results go to `done` with their job's
/// number, in the order in which they are finished, on the calling thread.
///
/// With one context, jobs are done one after the other on the calling thread and `progress` hears
/// all of them; with several it hears warnings, notes and the sum of what is done: the steps of
/// several trainings at once would be a muddle. After an error no further job begins.
///
/// # Errors
/// The first error of `work` or `done`.
pub(super) fn in_parallel<J: Sync, C: Send, T: Send>(
    jobs: &[J],
    contexts: Vec<C>,
    stage: Stage,
    progress: &dyn Progress,
    work: impl Fn(&J, &C, &dyn Progress) -> Result<T, RunError> + Sync,
    mut done: impl FnMut(usize, T) -> Result<(), RunError>,
) -> Result<(), RunError> {
    if let [context] = contexts.as_slice() {
        return jobs
            .iter()
            .enumerate()
            .try_for_each(|(number, job)| done(number, work(job, context, progress)?));
    }
    let queue = Mutex::new(0..jobs.len());
    let stop = AtomicBool::new(false);
    let mut outcome = Ok(());
    let mut percent = vec![0; jobs.len()];
    let name = format!("{} {}, percent", jobs.len(), stage.name);
    progress.on(Event::Begin { stage: &name, steps: PERCENT * jobs.len() });
    thread::scope(|scope| {
        let (send, receive) = channel();
        for context in contexts {
            let (send, queue, stop, work) = (send.clone(), &queue, &stop, &work);
            scope.spawn(move || {
                let next = || queue.lock().ok().and_then(|mut queue| queue.next());
                while let Some(number) = next().filter(|_| !stop.load(Ordering::Relaxed)) {
                    let forward = Forward { send: &send, number, parts: stage.parts, at: Cell::default() };
                    let result = work(&jobs[number], &context, &forward);
                    let _ = send.send(Message::Done(number, result)); // the receiver outlives us
                }
            });
        }
        drop(send); // the last worker's end closes the channel
        for message in receive {
            match message {
                Message::Warning(text) => progress.on(Event::Warning(&text)),
                Message::Note(text) => progress.on(Event::Note(&text)),
                Message::Percent(number, now) => percent[number] = now,
                Message::Done(_, _) if outcome.is_err() => continue,
                Message::Done(number, result) => {
                    percent[number] = PERCENT;
                    outcome = result.and_then(|value| done(number, value));
                    stop.store(outcome.is_err(), Ordering::Relaxed);
                }
            }
            progress.on(Event::Step { done: percent.iter().sum(), note: "" });
        }
    });
    if outcome.is_ok() {
        progress.on(Event::End);
    }
    outcome
}

/// Tells the thread that waits what a job reports.
struct Forward<'a, T> {
    send: &'a Sender<Message<T>>,
    number: usize,
    parts: usize,
    /// Stages that are over, steps of the present one, and percent as last told.
    at: Cell<(usize, usize, usize)>,
}

impl<T> Progress for Forward<'_, T> {
    fn on(&self, event: Event<'_>) {
        let (over, steps, told) = self.at.get();
        let message = match event {
            Event::Warning(text) => Message::Warning(text.to_owned()),
            Event::Note(text) => Message::Note(text.to_owned()),
            Event::Batch { .. } => return,
            Event::Begin { steps, .. } => return self.at.set((over, steps, told)),
            Event::End => return self.at.set((over + 1, 0, told)),
            Event::Step { done, .. } => {
                let part = done as f64 / steps.max(1) as f64;
                let share = (over as f64 + part) / self.parts.max(1) as f64;
                let now = ((PERCENT as f64 * share) as usize).min(PERCENT - 1); // the end is told otherwise
                if now <= told {
                    return;
                }
                self.at.set((over, steps, now));
                Message::Percent(self.number, now)
            }
        };
        let _ = self.send.send(message); // the receiver outlives us
    }
}

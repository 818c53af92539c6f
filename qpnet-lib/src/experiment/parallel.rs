//! Several jobs at a time, each worker with a population of its own.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Sender, channel};
use std::thread;

use super::RunError;
use crate::data::Population;
use crate::train::{Event, Progress};

/// What a worker tells the thread that waits.
enum Message<T> {
    Warning(String),
    Note(String),
    Done(usize, Result<T, RunError>),
}

/// Do `work` on every job with `workers` threads. Results go to `done` with their job's number,
/// in the order in which they are finished, on the calling thread.
///
/// Of what `work` reports, warnings and notes reach `progress`: steps of several trainings at once
/// would be one muddle. After an error no further job begins.
///
/// # Errors
/// The first error of `work` or `done`.
pub(super) fn in_parallel<J: Sync, T: Send>(
    jobs: &[J],
    population: &Population,
    workers: usize,
    progress: &dyn Progress,
    work: impl Fn(&J, &Population, &dyn Progress) -> Result<T, RunError> + Sync,
    mut done: impl FnMut(usize, T) -> Result<(), RunError>,
) -> Result<(), RunError> {
    let queue = Mutex::new(0..jobs.len());
    let stop = AtomicBool::new(false);
    let mut outcome = Ok(());
    thread::scope(|scope| {
        let (send, receive) = channel();
        for _ in 0..workers {
            // A tensor may move to a thread but not be shared by two.
            let (own, send, queue, stop, work) = (population.share(), send.clone(), &queue, &stop, &work);
            scope.spawn(move || {
                let forward = Forward(&send);
                let next = || queue.lock().ok().and_then(|mut queue| queue.next());
                while let Some(number) = next().filter(|_| !stop.load(Ordering::Relaxed)) {
                    let result = work(&jobs[number], &own, &forward);
                    let _ = send.send(Message::Done(number, result)); // the receiver outlives us
                }
            });
        }
        drop(send); // the last worker's end closes the channel
        for message in receive {
            match message {
                Message::Warning(text) => progress.on(Event::Warning(&text)),
                Message::Note(text) => progress.on(Event::Note(&text)),
                Message::Done(_, _) if outcome.is_err() => {}
                Message::Done(number, result) => {
                    outcome = result.and_then(|value| done(number, value));
                    stop.store(outcome.is_err(), Ordering::Relaxed);
                }
            }
        }
    });
    outcome
}

/// Sends warnings and notes to the thread that waits.
struct Forward<'a, T>(&'a Sender<Message<T>>);

impl<T> Progress for Forward<'_, T> {
    fn on(&self, event: Event<'_>) {
        let message = match event {
            Event::Warning(text) => Message::Warning(text.to_owned()),
            Event::Note(text) => Message::Note(text.to_owned()),
            Event::Begin { .. } | Event::Step { .. } | Event::Batch { .. } | Event::End => return,
        };
        let _ = self.0.send(message); // the receiver outlives us
    }
}

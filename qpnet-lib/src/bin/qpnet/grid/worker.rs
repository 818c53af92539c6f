//! A process that does cells, told which on standard input, one after the other. Its population stays loaded.
//!
//! When the other end is closed (the runner has ended, or was killed) it writes a checkpoint and ends.

use std::cell::RefCell;
use std::io::{BufRead, Write};
use std::process::ExitCode;
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

use qpnet_lib::clock::{Clock, Monotonic};
use qpnet_lib::experiment::Resources;
use qpnet_lib::experiment::grid::{CellId, GridError, Names, Outcome, Performer, Row};
use qpnet_lib::train::{Event, Progress};

use super::Opened;
use super::message::{Order, Said};
use super::signals::{AGAIN, End};

/// Steps are told no more often.
const PAUSE: Duration = Duration::from_millis(500);

/// Do what is told until nothing more is.
pub fn execute(opened: &Opened, end: &End) -> anyhow::Result<ExitCode> {
    let (send, orders) = channel::<Order>();
    let closed = end.clone();
    std::thread::spawn(move || {
        for line in std::io::stdin().lock().lines() {
            let Some(order) = line.ok().and_then(|line| serde_json::from_str(&line).ok()) else { break };
            if send.send(order).is_err() {
                break;
            }
        }
        closed.ask();
    });
    let names = opened.names()?;
    let mut performer = Performer::new(&opened.grid, &names, &opened.store, opened.places.clone());
    let clock = Monotonic::start();
    let teller = Teller { end: end.clone(), stage: RefCell::default() };
    let with = Resources { device: &opened.device, clock: &clock, cores: 1, progress: &teller };
    for order in orders {
        if end.is_asked() {
            break;
        }
        let begin = clock.seconds();
        let outcome = asked(&names, &order).and_then(|(row, id)| match order.start {
            true => performer.start(row, &with),
            false => performer.row(row, id, &with),
        });
        say(&match outcome {
            Ok(Outcome::Trained) => Said::Trained { seconds: clock.seconds() - begin },
            Ok(Outcome::There) => Said::There,
            Ok(Outcome::Elsewhere) => Said::Elsewhere,
            Ok(Outcome::Stopped) => Said::Stopped,
            Ok(Outcome::Failed(error)) => Said::Failed { error },
            Err(error) => {
                say(&Said::Broken { error: error.to_string() });
                return Ok(ExitCode::FAILURE);
            }
        });
    }
    Ok(ExitCode::from(if end.is_asked() { AGAIN } else { 0 }))
}

/// The row of an order and the name of its cell, which must be those that the runner has read in the plan.
fn asked(names: &Names<'_>, order: &Order) -> Result<(Row, CellId), GridError> {
    let grid = names.grid();
    let row = (order.row < grid.len()).then(|| grid.row(order.row));
    let id = row.map(|row| if order.start { names.start(row) } else { names.id(row) }).transpose()?;
    match row.zip(id).filter(|(_, id)| id.to_string() == order.cell) {
        Some(found) => Ok(found),
        None => Err(GridError::PlanChanged { file: grid.file.clone() }),
    }
}

/// Nobody may listen any more; the checkpoint is written all the same.
fn say(message: &Said) {
    let line = serde_json::to_string(message).unwrap_or_default() + "\n";
    let mut out = std::io::stdout().lock();
    let _ = out.write_all(line.as_bytes()).and_then(|()| out.flush());
}

/// Tells the runner how far a cell is.
struct Teller {
    end: End,
    /// The present one, its steps, and when it was last told.
    stage: RefCell<(String, usize, Option<Instant>)>,
}

impl Progress for Teller {
    fn on(&self, event: Event<'_>) {
        let mut stage = self.stage.borrow_mut();
        match event {
            Event::Begin { stage: name, steps } => *stage = (name.to_owned(), steps, None),
            Event::Step { done, .. } if stage.2.is_none_or(|told| told.elapsed() >= PAUSE) => {
                stage.2 = Some(Instant::now());
                say(&Said::Step { stage: stage.0.clone(), done, of: stage.1 });
            }
            Event::Warning(text) => say(&Said::Warning { text: text.to_owned() }),
            Event::Step { .. } | Event::Batch { .. } | Event::End | Event::Note(_) => {}
        }
    }

    fn stops(&self) -> bool {
        self.end.is_asked()
    }
}

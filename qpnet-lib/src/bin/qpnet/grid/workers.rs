//! The workers of a run: processes that are given cells, and heard.

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use super::message::{Order, Said};

/// A process that does cells.
pub struct Worker {
    child: Child,
    orders: Option<ChildStdin>,
    /// The last of what it has said on standard error.
    errors: Option<JoinHandle<String>>,
    /// The job that it has.
    pub job: Option<usize>,
    /// The population that it has loaded.
    pub population: Option<u32>,
    /// How far it is.
    pub at: String,
}

/// What is heard of worker `.0`; `None`: it has ended.
pub type Heard = (usize, Option<Said>);

/// Several workers.
pub struct Workers {
    pub all: Vec<Option<Worker>>,
    send: Sender<Heard>,
    heard: Receiver<Heard>,
    command: Box<dyn Fn() -> Command>,
}

impl Workers {
    /// Room for so many, none begun; `command` starts one.
    pub fn new(count: usize, command: impl Fn() -> Command + 'static) -> Self {
        let (send, heard) = channel();
        Self { all: (0..count).map(|_| None).collect(), send, heard, command: Box::new(command) }
    }

    /// Give worker `at` a job, and begin it where it does not run.
    pub fn give(&mut self, at: usize, job: usize, population: u32, order: Order) -> anyhow::Result<()> {
        if self.all[at].is_none() {
            self.all[at] = Some(self.begin(at)?);
        }
        if let Some(worker) = &mut self.all[at] {
            (worker.job, worker.population) = (Some(job), Some(population));
            worker.at.clear();
            if let Some(orders) = &mut worker.orders {
                // One that has just ended is noticed by its silence.
                let _ = orders.write_all((serde_json::to_string(&order)? + "\n").as_bytes());
            }
        }
        Ok(())
    }

    fn begin(&self, at: usize) -> anyhow::Result<Worker> {
        let mut command = (self.command)();
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn()?;
        let (orders, out, err) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
        let send = self.send.clone();
        std::thread::spawn(move || {
            for line in out.into_iter().flat_map(|out| BufReader::new(out).lines()) {
                let Ok(line) = line else { break };
                // What libraries write between the lines is nobody's.
                if let Ok(said) = serde_json::from_str(&line)
                    && send.send((at, Some(said))).is_err()
                {
                    break;
                }
            }
            let _ = send.send((at, None));
        });
        let errors = std::thread::spawn(move || {
            let mut bytes = Vec::new();
            let _ = err.map(|mut err| err.read_to_end(&mut bytes));
            let text = String::from_utf8_lossy(&bytes);
            let last: Vec<&str> = text.lines().rev().take(3).collect();
            last.into_iter().rev().collect::<Vec<_>>().join(" | ")
        });
        let errors = Some(errors);
        Ok(Worker { child, orders, errors, job: None, population: None, at: String::new() })
    }

    /// What is heard next, within `patience`.
    pub fn hear(&self, patience: Duration) -> Option<Heard> {
        self.heard.recv_timeout(patience).ok()
    }

    /// Worker `at` has ended: how, and what it has said.
    pub fn end(&mut self, at: usize) -> Option<(Worker, Option<ExitStatus>, String)> {
        let mut worker = self.all[at].take()?;
        worker.orders = None;
        let status = worker.child.wait().ok();
        let words = worker.errors.take().and_then(|errors| errors.join().ok()).unwrap_or_default();
        Some((worker, status, words))
    }

    /// Close what they are told by: each writes a checkpoint and ends.
    pub fn close(&mut self) {
        for worker in self.all.iter_mut().flatten() {
            worker.orders = None;
        }
    }

    /// Whether none runs.
    pub fn are_gone(&self) -> bool {
        self.all.iter().all(Option::is_none)
    }
}

impl Drop for Workers {
    fn drop(&mut self) {
        self.close();
        for worker in self.all.iter_mut().flatten() {
            let _ = worker.child.wait();
        }
    }
}

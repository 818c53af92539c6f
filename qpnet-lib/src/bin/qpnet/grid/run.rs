//! `qpnet grid run`.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::{Command, ExitCode, ExitStatus};
use std::time::{Duration, Instant};

use clap::Args;
use qpnet_lib::experiment::grid::{CellId, Estimates, Failure, Job, Queue, Stand, State, jobs};

use super::by_hand::by_hand;
use super::ended::how;
use super::found::Found;
use super::message::{Order, Said};
use super::signals::{AGAIN, End};
use super::workers::{Heard, Worker, Workers};
use super::{Common, Opened, list, time, worker};
use crate::progress::Board;

/// Arguments of `qpnet grid run`.
#[derive(Args)]
pub struct Arguments {
    #[command(flatten)]
    common: Common,
    /// Processes that train at a time [default: as many as there are cores for].
    #[arg(long, value_parser = clap::value_parser!(u16).range(1..))]
    jobs: Option<u16>,
    /// Do these cells alone, in this process, and what they need. As `qpnet grid list` names them; first digits suffice.
    #[arg(long, value_name = "CELL", conflicts_with = "jobs")]
    cell: Vec<String>,
    /// One JSON object at the end instead of words; two, that of tuning first, where the plan tunes.
    #[arg(long)]
    json: bool,
    /// Take cells from standard input: what `run` starts.
    #[arg(long, hide = true)]
    worker: bool,
    /// A worker on the cells of tuning.
    #[arg(long, hide = true)]
    tuning: bool,
}

/// How often it is looked whether other processes have finished.
const LOOK: Duration = Duration::from_millis(500);
const PATIENCE: Duration = Duration::from_millis(200);
/// A cell whose process was killed from outside is begun again, but not for ever.
const LIVES: u8 = 2;

/// Train what is missing. Exit code 0: all is there; 1: a cell has failed; 75: stopped, and to be called again.
pub fn execute(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let end = End::on_signals()?; // before data and names are read, which may take a while
    let opened = arguments.common.open()?;
    if arguments.worker {
        let own = opened.trials().filter(|_| arguments.tuning).unwrap_or(opened);
        return worker::execute(&own, &end);
    }
    if !arguments.cell.is_empty() {
        return by_hand(&opened, &arguments.cell, arguments.json, &end);
    }
    let Some(tuning) = opened.trials() else { return all(arguments, &opened, false, &end) };
    let found = all(arguments, &tuning, true, &end)?;
    if found == ExitCode::from(AGAIN) {
        return Ok(found);
    }
    // What was chosen is known now. A draw that cannot be trained is a loser, and a failure all the same.
    let own = all(arguments, &arguments.common.open()?, false, &end)?;
    Ok(if own == ExitCode::SUCCESS { found } else { own })
}

/// Train what is missing of one grid.
fn all(arguments: &Arguments, opened: &Opened, tuning: bool, end: &End) -> anyhow::Result<ExitCode> {
    let names = opened.names()?;
    let jobs = jobs(&opened.grid, &names, &names.all()?)?;
    let cells = opened.store.cells()?;
    let done = |job: &Job| cells.get(&job.id) == Some(&State::Complete);
    let there = jobs.iter().filter(|job| done(job)).count();
    let mut found = Found { there, ..Found::default() };
    let mut stopped = false;
    if there < jobs.len() {
        opened.store.prepare()?;
        let estimates = Estimates::of(&opened.grid, &opened.store, &jobs, &cells);
        let threads = opened.grid.points[0].config.threads;
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let usual = if threads == 0 || opened.device.device.is_cuda() { 1 } else { (cores / threads).max(1) };
        let count = arguments.jobs.map_or(usual, usize::from).min(jobs.len() - there);
        let mut runner = Runner {
            opened,
            jobs: &jobs,
            queue: Queue::new(&jobs, done),
            failures: opened.store.failures()?,
            killed: BTreeMap::new(),
            board: Board::new(jobs.len(), there),
            left: jobs.iter().filter(|job| !done(job)).map(|job| estimates.seconds(&opened.grid, job)).sum(),
            estimates,
            spent: (0.0, 0.0),
            found,
        };
        let mut workers = Workers::new(count, command(&arguments.common, tuning)?);
        stopped = runner.run(&mut workers, end)?;
        runner.board.end();
        found = runner.found;
    }
    found.say(arguments.json, tuning, (jobs.len(), opened.grid.waiting_rows()), stopped)?;
    Ok(match (stopped, found.failed.is_empty()) {
        (true, _) => ExitCode::from(AGAIN),
        (false, true) => ExitCode::SUCCESS,
        (false, false) => ExitCode::FAILURE,
    })
}

/// This program as a worker on the same grid.
fn command(common: &Common, tuning: bool) -> anyhow::Result<impl Fn() -> Command + use<>> {
    let program = std::env::current_exe()?;
    let (plan, store) = (common.plan.clone(), common.store());
    let (device, root): (String, Option<PathBuf>) = (common.device.clone(), common.data_root.clone());
    Ok(move || {
        let mut command = Command::new(&program);
        command.args(["grid", "run", "--worker", "--device", &device]).arg("--store").arg(&store).arg(&plan);
        if tuning {
            command.arg("--tuning");
        }
        if let Some(root) = &root {
            command.arg("--data-root").arg(root);
        }
        command
    })
}

/// A run under way.
struct Runner<'a> {
    opened: &'a Opened,
    jobs: &'a [Job],
    queue: Queue<'a>,
    /// What had failed before.
    failures: BTreeMap<CellId, Failure>,
    /// How often the process of a job was killed.
    killed: BTreeMap<usize, u8>,
    board: Board,
    estimates: Estimates,
    /// Estimated seconds of what is not over.
    left: f64,
    /// Seconds of what was trained, and what was estimated of it.
    spent: (f64, f64),
    found: Found,
}

impl Runner<'_> {
    /// Until nothing is left, or the end was asked for: then true.
    fn run(&mut self, workers: &mut Workers, end: &End) -> anyhow::Result<bool> {
        let (mut looked, mut closed) = (Instant::now(), false);
        loop {
            if end.is_asked() && !closed {
                workers.close();
                closed = true;
            }
            if !closed {
                self.give(workers)?;
            }
            let busy = workers.all.iter().flatten().any(|worker| worker.job.is_some());
            let waits = self.queue.standing(Stand::Elsewhere).next().is_some();
            if !busy && (closed || !waits) {
                workers.close();
                if workers.are_gone() || !closed {
                    return Ok(closed);
                }
            }
            if let Some(heard) = workers.hear(PATIENCE) {
                self.hear(workers, heard, closed)?;
            }
            if waits && looked.elapsed() >= LOOK {
                self.look()?;
                looked = Instant::now();
            }
            self.show(workers);
        }
    }

    /// Give everybody who has nothing a job.
    fn give(&mut self, workers: &mut Workers) -> anyhow::Result<()> {
        for at in 0..workers.all.len() {
            let idle = workers.all[at].as_ref().is_none_or(|worker| worker.job.is_none());
            let loaded = workers.all[at].as_ref().and_then(|worker| worker.population);
            while let Some(number) = idle.then(|| self.queue.next(loaded)).flatten() {
                if self.settled(number)? {
                    continue;
                }
                let job = &self.jobs[number];
                let (row, cell) = (self.opened.grid.number(job.row), job.id.to_string());
                let order = Order { cell, row, start: job.is_start };
                workers.give(at, number, job.population, order)?;
                break;
            }
        }
        Ok(())
    }

    /// Whether another process has finished job `number`, or failed with it, since this run began.
    fn settled(&mut self, number: usize) -> anyhow::Result<bool> {
        let id = self.jobs[number].id;
        match self.opened.store.state(id)? {
            Some(State::Complete) => {
                self.found.elsewhere += 1;
                self.over(number, Stand::Done, None);
                return Ok(true);
            }
            Some(State::Damaged(detail)) => {
                let error =
                    format!("the kept folder is damaged: {detail}; remove it, and the cell is trained anew");
                self.over(number, Stand::Failed, Some(error));
                return Ok(true);
            }
            None => {}
        }
        let failure = self.opened.store.failure(id);
        let before = self.failures.get(&id).map_or(0, |failure| failure.attempts);
        match failure.filter(|failure| failure.attempts > before) {
            Some(failure) => {
                self.over(number, Stand::Failed, Some(failure.error));
                Ok(true)
            }
            None => Ok(false),
        }
    }

    /// Look what has become of the jobs of other processes.
    fn look(&mut self) -> anyhow::Result<()> {
        let elsewhere: Vec<usize> = self.queue.standing(Stand::Elsewhere).collect();
        for number in elsewhere {
            if !self.settled(number)? && self.opened.store.lock(self.jobs[number].id)?.is_some() {
                self.queue.set(number, Stand::Waiting); // its process has ended without finishing it
            }
        }
        Ok(())
    }

    fn hear(&mut self, workers: &mut Workers, (at, said): Heard, closed: bool) -> anyhow::Result<()> {
        let Some(said) = said else {
            let Some((worker, status, words)) = workers.end(at) else { return Ok(()) };
            return self.ended(&worker, status, &words, closed);
        };
        let Some(worker) = &mut workers.all[at] else { return Ok(()) };
        let Some(number) = worker.job else { return Ok(()) };
        match said {
            Said::Step { stage, done, of } => worker.at = format!("{stage} {done}/{of}"),
            Said::Warning { text } => self.board.line(&format!("warning: {text}")),
            Said::Broken { error } => anyhow::bail!("{error}"),
            Said::Trained { seconds } => {
                worker.job = None;
                self.found.trained += 1;
                self.spent.0 += seconds;
                self.spent.1 += self.estimates.seconds(&self.opened.grid, &self.jobs[number]);
                self.over(number, Stand::Done, None);
                let words = list::words(self.opened, &self.jobs[number]);
                self.board.line(&format!("done {} {words} ({})", self.jobs[number].id, time(seconds)));
            }
            Said::There => {
                worker.job = None;
                self.found.elsewhere += 1;
                self.over(number, Stand::Done, None);
            }
            Said::Elsewhere => {
                worker.job = None;
                self.queue.set(number, Stand::Elsewhere);
            }
            Said::Stopped => {
                worker.job = None;
                self.queue.set(number, Stand::Waiting);
            }
            Said::Failed { error } => {
                worker.job = None;
                self.over(number, Stand::Failed, Some(error));
            }
        }
        Ok(())
    }

    /// A worker has ended; with a job that was not over, something has ended it.
    fn ended(
        &mut self,
        worker: &Worker,
        status: Option<ExitStatus>,
        words: &str,
        closed: bool,
    ) -> anyhow::Result<()> {
        let Some(number) = worker.job else { return Ok(()) };
        if closed {
            self.queue.set(number, Stand::Waiting);
            return Ok(());
        }
        let how = how(status);
        let times = self.killed.entry(number).or_default();
        *times += 1;
        if how.from_outside && *times < LIVES {
            self.board
                .line(&format!("warning: the process of {} {}; it goes on", self.jobs[number].id, how.words));
            self.queue.set(number, Stand::Waiting);
            return Ok(());
        }
        let words = if words.is_empty() { String::new() } else { format!(": {words}") };
        let error = format!("its process {}{words}", how.words);
        self.opened.store.fail(self.jobs[number].id, &error)?;
        self.over(number, Stand::Failed, Some(error));
        Ok(())
    }

    fn over(&mut self, number: usize, stand: Stand, error: Option<String>) {
        self.left -= self.estimates.seconds(&self.opened.grid, &self.jobs[number]);
        let lost = self.queue.set(number, stand);
        if let Some(error) = error {
            let id = self.jobs[number].id;
            self.board
                .line(&format!("failed {id} {}: {error}", list::words(self.opened, &self.jobs[number])));
            self.found.failed.push((id, error));
            for other in lost {
                let error = format!("what it starts from has failed ({id})");
                self.found.failed.push((self.jobs[other].id, error));
                self.left -= self.estimates.seconds(&self.opened.grid, &self.jobs[other]);
            }
        }
    }

    fn show(&self, workers: &Workers) {
        let at_work: Vec<&str> = workers.all.iter().flatten().map(|worker| worker.at.as_str()).collect();
        let at_work: Vec<&str> = at_work.into_iter().filter(|at| !at.is_empty()).collect();
        let pace = if self.spent.1 > 0.0 { self.spent.0 / self.spent.1 } else { 1.0 };
        let left = self.left.max(0.0) * pace / workers.all.len().max(1) as f64;
        let (done, failed) = (self.queue.count(Stand::Done), self.queue.count(Stand::Failed));
        self.board.show(done + failed, failed, &time(left), &at_work.join(" | "));
    }
}

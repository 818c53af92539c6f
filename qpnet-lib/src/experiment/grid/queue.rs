//! Which cell is done next: starts before what needs them, cells of one population after each other.

use std::collections::{HashMap, HashSet};

use super::cell::Row;
use super::error::GridError;
use super::expand::Grid;
use super::names::{CellId, Names};

/// A cell of a grid, once, however many rows have it.
#[derive(Clone, Debug, PartialEq)]
pub struct Job {
    /// Its name.
    pub id: CellId,
    /// The first row that has it, or whose start it is.
    pub row: Row,
    /// Whether it is what `row` starts from, and not its own cell.
    pub is_start: bool,
    /// Number of the job that it needs.
    pub needs: Option<usize>,
    /// Jobs of the same number have the same population.
    pub population: u32,
}

/// The cells of a grid in an order in which each comes after what it needs.
///
/// # Errors
/// [`GridError::Run`].
pub fn jobs(grid: &Grid, names: &Names<'_>, ids: &[CellId]) -> Result<Vec<Job>, GridError> {
    let mut known: HashMap<CellId, usize> = HashMap::with_capacity(ids.len());
    let mut jobs: Vec<Job> = Vec::with_capacity(ids.len());
    let mut last = None; // rows of one point and seed follow each other
    for (number, &id) in ids.iter().enumerate() {
        let row = grid.row(number);
        if known.contains_key(&id) || grid.waits(row) {
            continue;
        }
        let population = names.population(row);
        let mut needs = None;
        if grid.points[row.point].methods[row.method].method.is_transfer() {
            let place = (row.point, row.seed);
            let start = match last {
                Some((known, id)) if known == place => id,
                _ => names.start(row)?,
            };
            last = Some((place, start));
            needs = Some(*known.entry(start).or_insert_with(|| {
                jobs.push(Job { id: start, row, is_start: true, needs: None, population });
                jobs.len() - 1
            }));
        }
        known.insert(id, jobs.len());
        jobs.push(Job { id, row, is_start: false, needs, population });
    }
    Ok(jobs)
}

/// How a job stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stand {
    /// Not yet begun here.
    Waiting,
    /// A worker of ours has it.
    Given,
    /// Another process has it.
    Elsewhere,
    /// Complete.
    Done,
    /// It has failed.
    Failed,
}

/// The jobs of a run and how they stand.
pub struct Queue<'a> {
    jobs: &'a [Job],
    stands: Vec<Stand>,
    /// Every job before this one is over.
    first: usize,
}

impl<'a> Queue<'a> {
    /// All jobs, of which `done` are complete.
    pub fn new(jobs: &'a [Job], done: impl Fn(&Job) -> bool) -> Self {
        let stand = |job| if done(job) { Stand::Done } else { Stand::Waiting };
        Self { jobs, stands: jobs.iter().map(stand).collect(), first: 0 }
    }

    /// The next job for a worker that has population `loaded`: of that one, else of one that no worker of ours is at, else
    /// of any; it is then given.
    pub fn next(&mut self, loaded: Option<u32>) -> Option<usize> {
        while self.stands.get(self.first).is_some_and(|stand| matches!(stand, Stand::Done | Stand::Failed)) {
            self.first += 1;
        }
        let ready = |at: &usize| {
            let job = &self.jobs[*at];
            let started = job.needs.is_none_or(|start| self.stands[start] == Stand::Done);
            self.stands[*at] == Stand::Waiting && started
        };
        let all = || (self.first..self.jobs.len()).filter(ready);
        let own = loaded.and_then(|loaded| all().find(|&at| self.jobs[at].population == loaded));
        let found = own.or_else(|| {
            let taken: HashSet<u32> =
                self.standing(Stand::Given).map(|at| self.jobs[at].population).collect();
            all().find(|&at| !taken.contains(&self.jobs[at].population)).or_else(|| all().next())
        });
        if let Some(at) = found {
            self.stands[at] = Stand::Given;
        }
        found
    }

    /// How job `at` stands.
    pub fn stand(&self, at: usize) -> Stand {
        self.stands[at]
    }

    /// A job stands otherwise. What needs one that has failed has failed with it: its numbers are handed back.
    pub fn set(&mut self, at: usize, stand: Stand) -> Vec<usize> {
        self.stands[at] = stand;
        if stand != Stand::Failed {
            return Vec::new();
        }
        let lost: Vec<usize> = (at + 1..self.jobs.len())
            .filter(|&other| self.jobs[other].needs == Some(at) && self.stands[other] == Stand::Waiting)
            .collect();
        lost.iter().for_each(|&other| self.stands[other] = Stand::Failed);
        lost
    }

    /// The jobs that stand so.
    pub fn standing(&self, stand: Stand) -> impl Iterator<Item = usize> + '_ {
        (self.first..self.jobs.len()).filter(move |&at| self.stands[at] == stand)
    }

    /// How many stand so.
    pub fn count(&self, stand: Stand) -> usize {
        self.stands.iter().filter(|own| **own == stand).count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn job(number: u8, needs: Option<usize>, population: u32) -> Job {
        let row = Row { point: 0, seed: 0, method: 0 };
        Job { id: CellId([number; 16]), row, is_start: false, needs, population }
    }

    #[test]
    fn a_worker_without_work_of_its_own_takes_a_population_that_nobody_is_at() {
        let jobs = [job(0, None, 0), job(1, None, 0), job(2, None, 1), job(3, None, 1)];
        let mut queue = Queue::new(&jobs, |_| false);
        assert_eq!((queue.next(None), queue.next(None)), (Some(0), Some(2)));
        assert_eq!((queue.next(Some(0)), queue.next(Some(1))), (Some(1), Some(3)));
        let mut queue = Queue::new(&jobs[..2], |_| false);
        assert_eq!((queue.next(None), queue.next(None)), (Some(0), Some(1)), "rather than nothing");
    }

    #[test]
    fn starts_come_first_and_a_worker_keeps_its_population() {
        let jobs =
            [job(0, None, 0), job(1, Some(0), 0), job(2, None, 1), job(3, Some(2), 1), job(4, None, 0)];
        let mut queue = Queue::new(&jobs, |job| job.id == CellId([4; 16]));
        assert_eq!(queue.next(Some(1)), Some(2), "its own population");
        assert_eq!(queue.next(Some(1)), Some(0), "nothing else of it is ready");
        assert_eq!(queue.next(None), None, "all others wait");
        assert!(queue.set(2, Stand::Done).is_empty());
        assert_eq!(queue.next(Some(0)), Some(3));
        assert_eq!(queue.set(0, Stand::Failed), [1], "it waits for nothing any more");
        queue.set(3, Stand::Elsewhere);
        assert_eq!(queue.next(None), None);
        assert_eq!(queue.standing(Stand::Elsewhere).collect::<Vec<_>>(), [3]);
        assert_eq!((queue.count(Stand::Done), queue.count(Stand::Failed)), (2, 2));
    }
}
